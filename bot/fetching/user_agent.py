"""Who asks: what our requests say of us, in one of two honest forms (RFC 9110, 10.1.5)."""

from dataclasses import dataclass

from bot.model import UserAgentStyle


@dataclass(frozen=True, slots=True)
class UserAgent:
    """On whose behalf a request is made, and how it says so."""

    user_agent_style: UserAgentStyle = UserAgentStyle.PLAIN
    readers: int = 0
    """Places that read the feed; 0: it is not a feed, or nobody reads it yet."""


ANYBODY = UserAgent()


def user_agent(product: str, contact: str, caller: UserAgent = ANYBODY) -> str:
    """The ``User-Agent`` of a request.

    Some servers let in only what begins as the crawlers of search engines do, ``Mozilla/5.0
    (compatible; ...)``. That form claims no browser's name, and tells as much of us as the plain
    one.

    Args:
        product: name and version, ``Tidings/1.2``.
        contact: an address for whoever wonders about our requests, or empty.
        caller: the form, and the number that is told.
    """
    number = (
        f"{caller.readers} subscriber{'s' if caller.readers > 1 else ''}" if caller.readers else ""
    )
    told = [part for part in (f"+{contact}" if contact else "", number) if part]
    if caller.user_agent_style is UserAgentStyle.CRAWLER:
        return f"Mozilla/5.0 ({'; '.join(['compatible', product, *told])})"
    return f"{product} ({'; '.join(told)})" if told else product
