"""What a feed and its hub say to each other about pushes (W3C WebSub): pure."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from bot.model import WebSubSubscription

LEASE = timedelta(days=10)
"""What we ask for; the hub decides."""
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=1), timedelta(days=365)
"""What we believe of what it decides."""
RENEW_AT = 0.8
"""Of a lease, when it is asked for anew."""
LEASE_SPREAD = 0.1
"""Of a lease: it is renewed so much earlier at the most."""

Links = Sequence[tuple[str, str]]
"""``(rel, absolute address)`` pairs."""

_SIGNATURE_METHODS = {"sha1", "sha256", "sha384", "sha512"}
_YOUTUBE_HUB = "https://pubsubhubbub.appspot.com/subscribe"
"""YouTube's feeds name no hub (YouTube Data API, "Subscribe to push notifications")."""


def find_hub(url: str, header_links: Links, document_links: Links) -> tuple[str, str] | None:
    """Hub and topic of the feed at ``url``; ``None``: it has no hub.

    What the ``Link`` headers name goes before what the document names (WebSub, 4).
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        # Hub and callback would learn what stands behind the password.
        return None
    is_youtube = parts.hostname == "www.youtube.com" and parts.path == "/feeds/videos.xml"
    if is_youtube and "channel_id" in parse_qs(parts.query):
        return _YOUTUBE_HUB, url
    for links in (header_links, document_links):
        hub = _first(links, "hub")
        if hub is not None:
            # The topic usually stands beside the hub, but may be named by the other place alone.
            return hub, _first([*links, *header_links, *document_links], "self") or url
    return None


def subscription_form(subscription: WebSubSubscription, callback: str) -> dict[str, str]:
    """The form that asks a hub for pushes to ``callback`` (WebSub, 5.1)."""
    form = {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    if has_secret(subscription):
        form["hub.secret"] = subscription.secret
    return form


def has_secret(subscription: WebSubSubscription) -> bool:
    """Whether the hub signs its pushes: the secret is told over https only.

    Elsewhere the callback's unguessable path has to do.
    """
    return subscription.hub.startswith("https:")


def parse_lease(seconds: str) -> timedelta:
    """``hub.lease_seconds``, within reason; what we asked for where it is no number."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        return LEASE
    return max(SHORTEST_LEASE, min(timedelta(seconds=int(seconds)), LONGEST_LEASE))


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether ``X-Hub-Signature`` (``method=hex``) is that of the body (WebSub, 7.1).

    Compared in constant time.
    """
    method, _, digest = signature.strip().partition("=")
    if method.lower() not in _SIGNATURE_METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    given = digest.strip().lower().encode("utf-8", "replace")
    return hmac.compare_digest(expected.encode(), given)


def _first(links: Links, wanted: str) -> str | None:
    for rel, address in links:
        if rel == wanted:
            return address
    return None
