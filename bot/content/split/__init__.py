"""A document cut to a length, or divided among messages."""
