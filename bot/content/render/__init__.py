"""A document as Telegram and Telegraph take it, and as a terminal shows it."""
