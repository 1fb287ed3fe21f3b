"""Searching in what a chat received: what was typed, and the words under which items are kept."""
