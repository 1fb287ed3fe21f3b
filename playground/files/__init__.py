"""Files that the server holds, and what they are."""
