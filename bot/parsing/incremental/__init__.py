"""The door to incremental reading: of a feed that was read before, only the new items are read.

Nothing comes out differently. Whoever reads a document or asks what was read of it imports this
package; its modules are its own.
"""

from bot.parsing.incremental.item_cache import (
    PARSER_VERSION,
    CachedItem,
    CacheEntry,
    ItemCache,
    cacheable,
)
from bot.parsing.incremental.reader import read

__all__ = ["PARSER_VERSION", "CacheEntry", "CachedItem", "ItemCache", "cacheable", "read"]
