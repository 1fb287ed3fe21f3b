"""From an item's untrusted HTML to a legal Telegram message. Pure: no I/O, no clock, no log.

source                      what is safe to parse
reader, flow                one walk over the page, and what it collects
inline, containers, tables, figures, media
                            what the elements mean
sanitise                    all of it: HTML -> document, the tree that every renderer speaks
rules                       boilerplate, pixels, proxies, players: lists to read and to extend
repair                      a document without what the message says already
sentences, summarise        where text may be cut; a document cut to a length
links                       links that the page does not write as such
fields, hashtags, dates     what item and feed say of themselves, as clean lines
classic                     document -> Telegram HTML; the only module that writes tags
pictures, recordings, selection
                            files of an item: which a message carries, which it links to
way_on, wording, amounts    where a summary leads on; short words; lengths and sizes of files
compose                     item -> message, or several layout                      the same as a
template says dividing, sequel            a document divided where a message is full; a classic
message that needs several rich                        document -> blocks of a rich message; the
only module that writes them budget, fitting             what they cost of Telegram's limits; a
document cut to them illustrations, direction    what an article shows, and which way it runs
article, attachments        item -> rich message, or several; files for its media nodes
document -> Telegraph's nodes; the only module that writes them telegraph                   item ->
page of Telegraph, cut to its limit plain                       message -> text for a terminal
"""
