"""The configuration: a TOML file below the environment, checked whole, frozen.

``load`` answers with ``Settings`` or raises one ``ConfigError`` that lists every fault at once. The
environment wins
over the file: ``TIDINGS_TELEGRAM__TOKEN`` is ``token`` under ``[telegram]``. Every key:
``config.example.toml``.
"""

from bot.config.loading import load
from bot.config.settings import Settings

__all__ = ["Settings", "load"]
