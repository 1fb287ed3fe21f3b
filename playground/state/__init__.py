"""The state of Telegram: people, chats, what they hold and what limits them; pure."""
