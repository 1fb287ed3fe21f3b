"""A strict local Bot API with a web chat and sample feeds: the bot without token or account."""

from playground.server import Playground

__all__ = ["Playground"]
