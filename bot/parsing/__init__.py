"""From the bytes of a document to a feed and its items."""
