"""Telegram, as the rest of the program sees it: the one place that sets up and calls python-telegram-bot to send."""
