"""Sites whose feeds follow from a page's address, as ``platforms.toml`` has them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Self
from urllib.parse import urlsplit

from bot.discovery.routes import Route

# What looks like a feed already implies none.
_FEED = re.compile(r"(?:\.(?:rss|atom2?|xml|json)|/rss)/?\?|[?&]format=(?:atom|rss)")


@dataclass(frozen=True, slots=True)
class Lookup:
    """A JSON document that names the address to go on with."""

    page: Route
    path: tuple[str, ...]
    """Keys and indexes on the way to the address."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What the source of a page says about its feed, beside what pages say by the standards."""

    page: Route
    """Gives the address of the feed, or of a page with a rule: ``{found}`` is what was found."""
    patterns: tuple[re.Pattern[str], ...]
    """Where it stands in the source, the surest first."""


@dataclass(frozen=True, slots=True)
class Handles:
    """Pages that look like somebody's on a server of the fediverse (``/@name``)."""

    page: Route
    others: re.Pattern[str]
    """Hosts whose pages look alike, and name their feeds elsewhere."""


@dataclass(frozen=True, slots=True)
class Platforms:
    """The rules; ``known_platforms`` reads those of the data file."""

    routes: Sequence[Route]
    bridged: Sequence[Route]
    """Pages of sites without feeds; what follows are paths on a bridge."""
    previews: Sequence[Route]
    """Pages of channels; what follows is the path of a page that is read as a feed."""
    private: Sequence[Route]
    """Pages of what only its members see."""
    lookups: Sequence[Lookup]
    mentions: Sequence[Mention]
    handles: Handles
    software: Mapping[str, str]
    """What well-known hosts run."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the rules as ``platforms.toml`` writes them."""
        document = tomllib.loads(text)
        patterns = document["patterns"]
        handles = document["handles"]
        hosts = document["hosts"].items()
        return cls(
            routes=[_route(rule, patterns) for rule in document["feeds"]],
            bridged=[_route(rule, patterns) for rule in document["bridged"]],
            previews=[_route(rule, patterns) for rule in document["previews"]],
            private=[
                Route.parse(rule["page"], {"": "/"}, patterns) for rule in document["private"]
            ],
            lookups=[_lookup(rule, patterns) for rule in document["lookups"]],
            mentions=[
                mention for rule in document["mentions"] for mention in _mentions(rule, patterns)
            ],
            handles=Handles(_route(handles, patterns), re.compile(handles["others"])),
            software={host: software for software, names in hosts for host in names},
        )

    def feeds(self, page: str, software: str = "") -> tuple[tuple[str, str], ...]:
        """``(kind, address)`` of the feeds that a page's address implies; none for most pages."""
        parts = urlsplit(page)
        if _FEED.search(f"{parts.path}?{parts.query}"):
            return ()
        host = (parts.hostname or "").removeprefix("www.")
        return _first(self.routes, page, software or self.software.get(host, ""))

    def handle(self, page: str) -> tuple[tuple[str, str], ...]:
        """As ``feeds``, on the guess that ``/@name`` is somebody's page on the fediverse."""
        parts = urlsplit(page)
        if _FEED.search(parts.path + "?") or self.handles.others.fullmatch(parts.hostname or ""):
            return ()
        return self.handles.page.follow(page) or ()

    def lookup(self, page: str) -> tuple[str, tuple[str, ...]] | None:
        """The JSON document that knows the feed of a page, and the path to it in there."""
        for lookup in self.lookups:
            targets = lookup.page.follow(page)
            if targets:
                return targets[0][1], lookup.path
        return None

    def mentioned(self, page: str, source: str) -> str | None:
        """The address that the source of a page names in a way of its own.

        It is the address of a feed, or of a page with a rule.
        """
        for mention in self.mentions:
            if mention.page.follow(page, found="") is None:
                continue
            found = _search(mention.patterns, source)
            if found is None:
                return None
            targets = mention.page.follow(page, found=found)
            return dict(targets or ()).get("")
        return None

    def preview(self, page: str) -> str:
        """The path of the page that is read as the feed of a channel; empty for other pages."""
        targets = _first(self.previews, page)
        # Names of channels are the same in any case, and shall be one feed.
        return urlsplit(targets[0][1]).path.lower() if targets else ""

    def is_private(self, page: str) -> bool:
        """Whether a page is of what only its members see."""
        return bool(_first(self.private, page))

    def needs_bridge(self, page: str) -> tuple[tuple[str, str], ...]:
        """``(kind, path)`` on the bridge for a page of a site that has no feeds."""
        targets = _first(self.bridged, page)
        return tuple((kind, urlsplit(address).path) for kind, address in targets)


@cache
def known_platforms() -> Platforms:
    """The rules of ``platforms.toml``, read once."""
    file = resources.files(__package__) / "platforms.toml"
    return Platforms.parse(file.read_text("utf-8"))


def _route(rule: Mapping[str, Any], patterns: Mapping[str, str]) -> Route:
    if "feed" in rule:
        return Route.parse(rule["page"], {"": rule["feed"]}, patterns)
    by_kind = {kind: feed for kind, feed in rule.items() if kind != "page"}
    return Route.parse(rule["page"], by_kind, patterns)


def _lookup(rule: Mapping[str, Any], patterns: Mapping[str, str]) -> Lookup:
    page = Route.parse(rule["page"], {"": rule["document"]}, patterns)
    return Lookup(page, tuple(rule["path"]))


def _mentions(rule: Mapping[str, Any], patterns: Mapping[str, str]) -> list[Mention]:
    searched = tuple(re.compile(pattern) for pattern in rule["patterns"])
    pages = [Route.parse(page, {"": address}, patterns) for page, address in rule["pages"]]
    return [Mention(page, searched) for page in pages]


def _first(routes: Sequence[Route], page: str, software: str = "") -> tuple[tuple[str, str], ...]:
    for route in routes:
        targets = route.follow(page, software)
        if targets:
            return targets
    return ()


def _search(patterns: Sequence[re.Pattern[str]], source: str) -> str | None:
    for pattern in patterns:
        match = pattern.search(source)
        if match:
            return match[1]
    return None
