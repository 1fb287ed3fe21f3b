"""A strict local Bot API with a web chat and sample feeds: the whole bot without a token and without an account."""

from playground.server import Playground

__all__ = ["Playground"]
