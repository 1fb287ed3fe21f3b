"""The public preview page of a Telegram channel (https://t.me/s/NAME), read as a feed.

It is recognised by its shape, wherever it is served. Its posts stand oldest first; each has its
permanent link, a date, and a body of text, pictures and what plays. A page about something else on
Telegram (a person, a group, a private channel) says so instead (``NoPublicChannel``).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.errors import NoPublicChannel
from bot.fetching.url import resolve, split
from bot.model import Enclosure, ParsedFeed, ParsedItem
from bot.parsing import dates, enclosures, text

PACE = timedelta(minutes=10)
"""How rarely a page asks to be polled: it says nothing itself, and is no feed."""
MOST_ITEMS = 100
"""A page has twenty posts."""
DEEPEST = 300
"""Elements inside one another; what follows is not read."""

_SHAPE = re.compile(r"""<[a-z]+\s[^<>]*\bclass=["'][^"'<>]*\btgme_(?:channel_|page\b|page_)""")
_SEARCHED = 100_000
"""Characters in which the shape shows: a page has its head and its styles before."""
_BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_MEMBERS = re.compile(r"\d[\d\s.,]*\s*(?:members?|online)\b", re.IGNORECASE)
_SUBSCRIBERS = re.compile(r"\bsubscribers?\b", re.IGNORECASE)
_PATH = re.compile(r"/(?:s/)?([A-Za-z]\w{2,31})(?:/\d+)*/?")
_UNWRAPPED = ("tg-emoji", "i.emoji", "i.emoji b", "a[href^='?q=']", "div")
"""Elements of a text that mean nothing elsewhere: pictures of emoji, links of its own search."""


def looks_like_channel(document: str) -> bool:
    """Whether a document is a page of Telegram's about a channel, a group or a person."""
    return _SHAPE.search(document, 0, _SEARCHED) is not None


def read(document: str, url: str, now: datetime | None) -> ParsedFeed:
    """Read the posts of a channel, newest first.

    Args:
        document: The page.
        url: Where it came from.
        now: As for ``parse_feed``.

    Raises:
        NoPublicChannel: It shows no posts, and says why.
    """
    tree = LexborHTMLParser(text.shallow(text.clean(document), DEEPEST))
    is_preview = tree.css_first(".tgme_channel_history, .tgme_channel_info") is not None
    if not is_preview:
        raise _none(tree, url)
    found = tree.css(".tgme_widget_message[data-post]")
    items = [_item(node, url, now) for node in found[-MOST_ITEMS:] if not _is_notice(node)]
    name = tree.css_first(".tgme_channel_info_header_title, .tgme_header_title")
    title = _words(name) or _meta(tree, "og:title")
    return ParsedFeed(
        title=text.title(title, is_html=False),
        link=_home(tree, url),
        items=tuple(reversed(items)),
        ttl=PACE,
    )


def _home(tree: LexborHTMLParser, url: str) -> str | None:
    """The address by which people know the channel."""
    named = tree.css_first(".tgme_channel_info_header_username a[href]")
    return resolve(url, _attribute(named, "href") or f"/{_name(url)}")


def _item(node: LexborNode, url: str, now: datetime | None) -> ParsedItem:
    stamp = node.css_first("a.tgme_widget_message_date")
    link = resolve(url, _attribute(stamp, "href")) if stamp else None
    if link is None:
        link = resolve(url, f"/{_attribute(node, 'data-post')}")
    link = (link or "").partition("?")[0]
    written = _attribute(node.css_first("a.tgme_widget_message_date time"), "datetime")
    moment = dates.plausible(dates.read_date(written), now) if written else None
    return ParsedItem(
        id=link or _attribute(node, "data-post"),
        link=link or None,
        title="",
        author=text.person(_words(node.css_first(".tgme_widget_message_from_author"))),
        published=moment.at if moment else None,
        html=text.tame("\n".join(_body(node, url, link))),
        enclosures=_pictures(node, url),
    )


def _body(node: LexborNode, url: str, link: str) -> Iterator[str]:
    """What a post says, as paragraphs: whom it is from, its text, what plays, files, polls."""
    origin = node.css_first(".tgme_widget_message_forwarded_from_name")
    if origin is not None:
        address = resolve(url, _attribute(origin, "href"))
        yield f"<p>↪ {_link(address, _words(origin))}</p>"
    # A quoted post has a text of its own, of another class.
    written = node.css_first(".tgme_widget_message_text.js-message_text")
    said = _text(written, url) if written else ""
    # Before the text: a link to the post at its end would be taken for its "read more".
    yield from _playing(node, link)
    if said:
        yield f"<div>{said}</div>"
    for file in node.css(".tgme_widget_message_document_wrap"):
        name = _words(file.css_first(".tgme_widget_message_document_title"))
        size = _words(file.css_first(".tgme_widget_message_document_extra"))
        yield f"<p>📎 {_link(link, name or '📄')} {escape(size)}</p>"
    poll = node.css_first(".tgme_widget_message_poll")
    if poll is not None:
        yield from _poll(poll)
    yield from _preview(node, url, said)
    for notice in node.css(".message_media_not_supported_label")[:1]:
        yield f"<p>{_link(link, _words(notice))}</p>"


def _playing(node: LexborNode, link: str) -> Iterator[str]:
    """Videos and sounds, as links to the post: their own addresses are good for an hour."""
    signs = (
        ("▶", ".tgme_widget_message_video_player", ".message_video_duration"),
        ("▶", ".tgme_widget_message_roundvideo_player", ".tgme_widget_message_roundvideo_duration"),
        ("🎤", ".tgme_widget_message_voice_player", ".tgme_widget_message_voice_duration"),
    )
    for sign, player, duration in signs:
        for number, found in enumerate(node.css(player), 1):
            length = _words(found.css_first(duration)) or str(number)
            yield f"<p>{_link(link, f'{sign} {length}')}</p>"


def _poll(poll: LexborNode) -> Iterator[str]:
    question = _words(poll.css_first(".tgme_widget_message_poll_question"))
    options = [_words(node) for node in poll.css(".tgme_widget_message_poll_option_text")]
    yield f"<p>📊 <b>{escape(question)}</b></p>"
    if options:
        yield f"<ul>{''.join(f'<li>{escape(option)}</li>' for option in options)}</ul>"


def _preview(node: LexborNode, url: str, said: str) -> Iterator[str]:
    """The page that a post shows a card of, unless its text links to it already."""
    card = node.css_first("a.tgme_widget_message_link_preview")
    address = resolve(url, _attribute(card, "href")) if card else None
    if card is None or address is None or escape(address.rstrip("/")) in said:
        return
    title = _words(card.css_first(".link_preview_title, .link_preview_site_name"))
    yield f"<p>🔗 {_link(address, title or address)}</p>"


def _pictures(node: LexborNode, url: str) -> tuple[Enclosure, ...]:
    """Photos of a post, all of a group, and the stills of its videos."""
    # Not the picture of whom it quotes, nor that of a card.
    shown = ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_thumb"
    files = []
    for photo in node.css(shown):
        background = _BACKGROUND.search(_attribute(photo, "style"))
        if background:
            files.append({"href": background[1], "type": "image/jpeg"})
    return enclosures.collect(files, url)


def _text(node: LexborNode, url: str) -> str:
    """A text with its entities as HTML: links whole, emoji as characters."""
    for anchor in node.css("a[href]"):
        address = resolve(url, _attribute(anchor, "href"))
        if address and not _attribute(anchor, "href").startswith("?q="):
            anchor.attrs["href"] = address
    for element in node.css(", ".join(_UNWRAPPED)):
        if element != node:
            element.unwrap()
    return text.clean(node.inner_html or "").strip()


def _is_notice(node: LexborNode) -> bool:
    """Whether it only tells that something happened in the channel: created, renamed, pinned."""
    return "service_message" in _attribute(node, "class").split()


def _none(tree: LexborHTMLParser, url: str) -> NoPublicChannel:
    """Why a page of Telegram's shows no posts."""
    extra = _words(tree.css_first(".tgme_page_extra"))
    title = _words(tree.css_first(".tgme_page_title"))
    action = _attribute(tree.css_first(".tgme_action_button_new, .tgme_page_action a"), "href")
    name = _name(url)
    if "invite=" in action or not name:
        reason = "private"
    elif not title:
        reason = "nobody"
    elif _SUBSCRIBERS.search(extra):
        reason = "hidden"
    elif _MEMBERS.search(extra):
        reason = "group"
    else:
        reason = "person"
    return NoPublicChannel(f"t.me/{name}: {reason}", name=name or "t.me", reason=reason)


def _name(url: str) -> str:
    found = _PATH.fullmatch(split(url).path)
    return found[1] if found else ""


def _meta(tree: LexborHTMLParser, name: str) -> str:
    return _attribute(tree.css_first(f"meta[property='{name}']"), "content")


def _link(address: str | None, words: str) -> str:
    if not address:
        return escape(words)
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""
