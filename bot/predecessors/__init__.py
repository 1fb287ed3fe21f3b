"""Databases of other bots, read for their people to move in: RSStT, flowerss-bot and rssbot."""

from bot.predecessors.files import opened
from bot.predecessors.reading import Losses, OldBot

__all__ = ["Losses", "OldBot", "opened"]
