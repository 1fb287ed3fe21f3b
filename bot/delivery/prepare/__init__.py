"""What an item needs before it can be sent, and what may take long: its page on Telegraph."""
