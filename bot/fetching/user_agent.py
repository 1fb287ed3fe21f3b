"""The ``User-Agent`` of our requests: one of two honest forms (RFC 9110, 10.1.5)."""

from dataclasses import dataclass

from bot.model import UserAgentStyle


@dataclass(frozen=True, slots=True)
class UserAgent:
    """What one request says of us beside the product's name."""

    style: UserAgentStyle = UserAgentStyle.PLAIN
    readers: int = 0
    """Chats that read the feed; 0: it is not a feed, or nobody reads it yet."""


ANYBODY = UserAgent()


def user_agent_header(product: str, contact: str, user_agent: UserAgent = ANYBODY) -> str:
    """The value of the ``User-Agent`` header.

    Some servers let in only what begins as the crawlers of search engines do, ``Mozilla/5.0
    (compatible; ...)``. That form claims no browser's name, and tells as much of us as the plain
    one.

    Args:
        product: name and version, ``Tidings/1.2``.
        contact: an address for whoever wonders about our requests, or empty.
        user_agent: the form, and the number of readers that is told.
    """
    comments = []
    if contact:
        comments.append(f"+{contact}")
    if user_agent.readers:
        noun = "subscribers" if user_agent.readers > 1 else "subscriber"
        comments.append(f"{user_agent.readers} {noun}")
    if user_agent.style is UserAgentStyle.CRAWLER:
        return f"Mozilla/5.0 ({'; '.join(['compatible', product, *comments])})"
    return f"{product} ({'; '.join(comments)})" if comments else product
