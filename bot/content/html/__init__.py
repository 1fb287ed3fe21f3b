"""Untrusted HTML to a document: one walk over the page, and what its elements mean."""
