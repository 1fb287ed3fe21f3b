"""What the operator configures: a TOML file below the environment, checked whole, frozen.

``load`` answers with ``Settings`` or raises one ``ConfigError`` that lists every fault at once. The
environment wins over the file: ``TIDINGS_TELEGRAM__TOKEN`` is ``token`` under ``[telegram]``.
``config.example.toml`` documents every key. What chats choose for themselves is ``bot.settings``.
"""

from bot.config.loading import load
from bot.config.sections import Settings

__all__ = ["Settings", "load"]
