"""The composition root: the one place that builds objects, starts them in order and stops them within 20 seconds."""

from bot.app.building import build_fetcher, build_polling_policy, build_options
from bot.app.running import run

__all__ = ["build_fetcher", "build_manners", "build_options", "run"]
