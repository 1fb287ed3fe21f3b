"""From an item's untrusted HTML to legal Telegram messages. Pure: no I/O, no clock, no log."""
