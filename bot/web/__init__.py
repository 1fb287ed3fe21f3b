"""The one port of Tidings: health, metrics and the webhook of Telegram."""
