"""The Bot API: requests, methods and the delivery of updates."""
