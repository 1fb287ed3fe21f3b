"""Tidings watches feeds and posts what is new to Telegram chats."""
