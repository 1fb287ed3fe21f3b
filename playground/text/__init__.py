"""Texts with entities, as Telegram reads, checks and keeps them."""
