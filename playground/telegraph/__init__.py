"""A strict Telegraph (telegra.ph): its API, its nodes and its pages."""
