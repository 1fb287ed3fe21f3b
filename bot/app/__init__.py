"""The composition root: the one place that builds objects, starts and stops them."""

from bot.app.building import build_fetcher, build_operator, build_options, build_polling_policy
from bot.app.checking import Findings, check_settings
from bot.app.running import run

__all__ = [
    "Findings",
    "build_fetcher",
    "build_operator",
    "build_options",
    "build_polling_policy",
    "check_settings",
    "run",
]
