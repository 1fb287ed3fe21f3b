"""Pictures, videos and sounds of an item: which a message carries, and which it links to."""
