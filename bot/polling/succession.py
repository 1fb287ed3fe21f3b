"""The first poll of a feed that another bot read before: what its people have seen is old.

Bots of other kinds note what they have seen as numbers made of ids. Where these can be made again,
every item without one is news; else the dates of items decide. Pure.
"""

import zlib
from collections.abc import Sequence
from dataclasses import replace

from bot.model import Digest, Feed, ParsedItem, Predecessor
from bot.polling.decide import FeedDocument

_MASK = (1 << 64) - 1


def succeed(
    feed: Feed, response: FeedDocument, known: frozenset[bytes], predecessor: Predecessor
) -> tuple[Feed, frozenset[bytes]]:
    """A feed as if it had been polled here before, and the keys that are known of it then."""
    pairs = zip(response.document.items, response.keys, strict=True)
    seen = _seen(response.document.items, predecessor)
    old = {key for (_, keys), is_old in zip(pairs, seen, strict=True) if is_old for key in keys.all}
    # When it was last read is noted, so that after a long time only the newest items are sent.
    return replace(feed, has_baseline=True, last_ok=predecessor.since), known | old


def _seen(items: Sequence[ParsedItem], predecessor: Predecessor) -> list[bool]:
    """Of each item, whether the other bot had seen it."""
    digest = {Digest.CRC32: _crc32, Digest.SIPHASH: _siphash}[predecessor.digest]
    by_digest = [digest(item) in predecessor.seen for item in items]
    since = predecessor.since
    if since is None:
        was_there = [False] * len(items)
    else:
        was_there = [item.published is not None and item.published <= since for item in items]
    # What is dated earlier was seen, if the numbers can be made again at all: ids may have changed.
    recognised = [known for known, old in zip(by_digest, was_there, strict=True) if old]
    is_reliable = 2 * sum(recognised) >= len(recognised) if recognised else any(by_digest)
    if is_reliable:
        return by_digest
    if since is None:
        return [True] * len(items)
    return [item.published is None or item.published <= since for item in items]


def _crc32(item: ParsedItem) -> int:
    return zlib.crc32(_bytes(item.id or item.link or item.title))


def _siphash(item: ParsedItem) -> int:
    # Rust hashes a text with a byte behind it that no text has.
    name = item.title + (item.link or "") if item.id is None else item.id
    return siphash(_bytes(name) + b"\xff")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def siphash(data: bytes) -> int:
    """SipHash-1-3 with a key of zeros, as Rust's ``DefaultHasher``."""
    state = [0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573]
    whole = len(data) - len(data) % 8
    words = [int.from_bytes(data[start : start + 8], "little") for start in range(0, whole, 8)]
    words.append(int.from_bytes(data[whole:], "little") | (len(data) & 0xFF) << 56)
    for word in words:
        state[3] ^= word
        _mix(state)
        state[0] ^= word
    state[2] ^= 0xFF
    for _ in range(3):
        _mix(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _mix(state: list[int]) -> None:
    """One round."""
    a, b, c, d = state
    a = (a + b) & _MASK
    b = _rotated(b, 13) ^ a
    a = _rotated(a, 32)
    c = (c + d) & _MASK
    d = _rotated(d, 16) ^ c
    a = (a + d) & _MASK
    d = _rotated(d, 21) ^ a
    c = (c + b) & _MASK
    b = _rotated(b, 17) ^ c
    c = _rotated(c, 32)
    state[:] = a, b, c, d


def _rotated(number: int, bits: int) -> int:
    return (number << bits | number >> (64 - bits)) & _MASK
