"""What can be set, by whom, and what then holds."""

from bot.settings.resolve import Choice, Operator, choose, resolve
from bot.settings.table import (
    INTERVAL,
    LANGUAGE,
    SETTINGS,
    STYLE,
    SUMMARY,
    TEMPLATE,
    Level,
    Setting,
    means_default,
)

__all__ = [
    "INTERVAL",
    "LANGUAGE",
    "SETTINGS",
    "STYLE",
    "SUMMARY",
    "TEMPLATE",
    "Choice",
    "Level",
    "Operator",
    "Setting",
    "choose",
    "means_default",
    "resolve",
]
