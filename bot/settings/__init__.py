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
from bot.settings.typed import TypedInterval, split_interval

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
    "TypedInterval",
    "choose",
    "means_default",
    "resolve",
    "split_interval",
]
