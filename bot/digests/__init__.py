"""Digests: when the next one is due, and what goes into it in which order. Pure."""
