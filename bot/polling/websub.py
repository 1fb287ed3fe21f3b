"""What a feed and its hub say to each other about pushes (W3C WebSub): pure."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from bot.model import WebSubSubscription

LEASE = timedelta(days=10)
"""What we ask for; the hub decides."""
LEASES = timedelta(minutes=1), timedelta(days=365)
"""What we believe of what it says."""
RENEW_AT = 0.8
"""Of a lease, when it is asked for anew."""
SPREAD = 0.1
"""Of a lease: so much earlier at the most, so that what was asked for together is not renewed
together."""
_METHODS = {"sha1", "sha256", "sha384", "sha512"}
_YOUTUBE = "https://pubsubhubbub.appspot.com/subscribe"
"""Its feeds name no hub (YouTube Data API, "Subscribe to push notifications")."""

Links = Sequence[tuple[str, str]]
"""``(rel, absolute address)`` pairs."""


def hub_of(url: str, headers: Links, document: Links) -> tuple[str, str] | None:
    """Hub and topic of a feed: what the ``Link`` headers name comes first (WebSub, 4); ``None``: it has no hub.

    A feed behind a password has none: hub and callback would learn what is in it.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return None
    if (
        parts.hostname == "www.youtube.com"
        and parts.path == "/feeds/videos.xml"
        and "channel_id" in parse_qs(parts.query)
    ):
        return _YOUTUBE, url
    for links in (headers, document):
        hub = next((address for rel, address in links if rel == "hub"), None)
        if hub:
            topic = next(
                (address for rel, address in (*links, *headers, *document) if rel == "self"), url
            )
            return hub, topic
    return None


def request_of(push: WebSubSubscription, callback: str) -> dict[str, str]:
    """The form that asks a hub for pushes (WebSub, 5.1); a secret is told over https only."""
    form = {
        "hub.mode": "subscribe",
        "hub.topic": push.topic,
        "hub.callback": callback,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    return form | ({"hub.secret": push.secret} if knows_secret(push) else {})


def knows_secret(push: WebSubSubscription) -> bool:
    """Whether the hub signs what it sends; the secret of our own addresses is enough where it does not."""
    return push.hub.startswith("https:")


def lease_of(seconds: str) -> timedelta:
    """``hub.lease_seconds``, within reason; what we asked for where it is no number."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        return LEASE
    return max(LEASES[0], min(timedelta(seconds=int(seconds)), LEASES[1]))


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether ``X-Hub-Signature`` (``method=hex``) is that of the body (WebSub, 7.1); compared in constant time."""
    method, _, digest = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), digest.strip().lower().encode("utf-8", "replace"))
