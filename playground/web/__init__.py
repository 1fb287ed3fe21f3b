"""The people's side: the web chat, what tests order, and what both see happen."""
