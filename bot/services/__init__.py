"""What people can do, without a word of conversation: for chat commands today, web pages tomorrow."""
