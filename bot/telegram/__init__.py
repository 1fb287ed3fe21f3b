"""Telegram, as the rest of the program sees it.

The one place that sets up python-telegram-bot, and that calls it to send what is pushed.
"""
