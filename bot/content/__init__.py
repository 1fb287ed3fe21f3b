"""From an item's untrusted HTML to a legal Telegram message. Pure: no I/O, no clock, no log.

source, sanitise, media     HTML -> document (the tree every renderer speaks)
rules                       what is boilerplate, what is a pixel, what is a player: lists to read and extend
repair                      a document without what the message says already
sentences, summarise        where text may be cut; a document cut to a length
classic                     document -> Telegram HTML; the only module that writes tags
compose, pictures           item -> message
plain                       message -> text for a terminal
"""
