"""The composition root: the one place that builds objects, starts and stops them."""

from bot.app.building import build_fetcher, build_options, build_polling_policy
from bot.app.running import run

__all__ = ["build_fetcher", "build_options", "build_polling_policy", "run"]
