"""Digests: when the next one is due."""
