"""What people can do, without a word of conversation: chat commands call it, web pages can."""
