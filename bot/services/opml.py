"""Subscriptions written as OPML 2.0, for us and for every other reader. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

from bot.fetching.url import host_of, without_userinfo
from bot.model import Preferences, Subscription
from bot.parsing.opml import NAMESPACE
from bot.rules.kept import WRITTEN
from bot.settings import HASHTAGS, TITLE, chosen

NO_RULES: Mapping[int, str] = MappingProxyType({})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Of a setting that can be written as an attribute."""


def write_opml(
    title: str,
    subscriptions: Iterable[Subscription],
    now: datetime,
    *,
    rules: Mapping[int, str] = NO_RULES,
    passwords: bool = False,
) -> bytes:
    """A list of subscriptions; one with hashtags stands in a folder named by the first.

    ``rules``: those of a subscription, by its id (``write_rules``). ``passwords``: names and
    passwords stay in the addresses.
    """
    by_folder: defaultdict[str, list[Subscription]] = defaultdict(list)
    for subscription in subscriptions:
        by_folder[next(iter(_own_hashtags(subscription)), "")].append(subscription)
    outlines: list[str] = []
    for folder, inside in sorted(by_folder.items(), key=lambda pair: bool(pair[0])):
        name = _quoted(folder)
        if folder:
            outlines.append(f"<outline text={name} title={name}>")
        for each in inside:
            attributes = _attributes(each, passwords=passwords)
            if each.id in rules:
                attributes[f"tidings:{WRITTEN}"] = rules[each.id]
            outlines.append(_outline(attributes))
        if folder:
            outlines.append("</outline>")
    return _document(title, outlines, now)


def write_addresses(
    title: str, feeds: Iterable[tuple[str, str, Mapping[str, str]]], now: datetime
) -> bytes:
    """A list of what could not be followed, to be tried again: address, name and settings."""
    outlines = []
    for url, name, choices in feeds:
        called = name or url
        attributes = {"type": "rss", "text": called, "title": called, "xmlUrl": url}
        outlines.append(_outline({**attributes, **_settings(choices)}))
    return _document(title, outlines, now)


def _document(title: str, outlines: Iterable[str], now: datetime) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:tidings="{NAMESPACE}">',
        "<head>",
        f"<title>{escape(_clean(title))}</title>",
        f"<dateCreated>{format_datetime(now)}</dateCreated>",
        "</head>",
        "<body>",
        *outlines,
        "</body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines).encode()


def _attributes(subscription: Subscription, *, passwords: bool) -> dict[str, str]:
    feed, own = subscription.feed, subscription.preferences.subscription
    name = feed.title or host_of(feed.url)
    only_own = Preferences(subscription=own)
    title = chosen(TITLE, only_own)
    # Most readers show "text"; ours and RSStT's take it for somebody's own name where "title" says
    # something else.
    attributes = {
        "type": "rss",
        "text": title.value if title else name,
        "title": name,
        "xmlUrl": feed.url if passwords else without_userinfo(feed.url),
    }
    if feed.link:
        attributes["htmlUrl"] = without_userinfo(feed.link)
    hashtags = _own_hashtags(subscription)
    if len(hashtags) > 1:
        attributes["category"] = ",".join(f"/{name}" for name in hashtags)
    attributes |= _settings(own)
    if subscription.paused:
        attributes["tidings:paused"] = "yes"
    if subscription.target.topic_id:
        attributes["tidings:chat"] = str(subscription.target.chat_id)
        attributes["tidings:topic"] = str(subscription.target.topic_id)
    return attributes


def _own_hashtags(subscription: Subscription) -> tuple[str, ...]:
    choice = chosen(HASHTAGS, Preferences(subscription=subscription.preferences.subscription))
    return choice.value if choice else ()


def _settings(choices: Mapping[str, str]) -> dict[str, str]:
    return {f"tidings:{name}": text for name, text in choices.items() if _NAME.fullmatch(name)}


def _outline(attributes: Mapping[str, str]) -> str:
    return f"<outline {' '.join(_written(attributes))}/>"


def _written(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        yield f"{name}={_quoted(value)}"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
