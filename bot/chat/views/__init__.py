"""What the bot's replies look like: from what is stored to text and buttons, without any I/O."""
