"""What an element of the page shows: images with every trick of lazy pages, players, formulas."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from bot.content import rules
from bot.content.addresses import host_of, resolve
from bot.content.html.embedded import is_embedded
from bot.content.html.flow import clean
from bot.content.measure import units
from bot.model.document import Embed, Image
from bot.model.renditions import enlarged, has_ending, identity, longer_side

Attributes = Mapping[str, str | None]
Size = tuple[int | None, int | None]

MIN_SIDE = 50
"""Pixels; smaller pictures are avatars, icons and buttons."""
_EM = 16
"""Pixels of CSS's ``em`` in a browser that nobody set otherwise."""
_ICON_SIDE = 200
"""Pixels; what is declared larger is no icon or avatar, whatever it is called."""
_PIXEL_SIDE = 4
"""Pixels; what is smaller only counts readers."""
_LAZY = frozenset(rules.LAZY_ATTRIBUTES)
_EMOJI_SIDE = 32
_EMOJI_ALT = 12
"""Pixels of an emoji's side, and units of its alternative text, at the most."""
_BEST_WIDTH = 1920
"""Pixels of a wide screen, which no wider picture would look better on."""
_BEST = 2
"""Addresses of an image that are worth trying."""
_MAX_SOURCES = 3
_MAX_SRCSET = 4096
"""Characters of a ``srcset`` that are read."""
_MAX_DIGITS = 5
_MAX_HOVER = 1000
_HOVER_BLANKS, _HOVER_WIDE = 5, 10
"""Blanks, or letters of scripts without any, in what is a sentence and no name."""
_BEHIND_SCHEME = 7
"""Where an address goes on behind ``http://``: an ``http`` from there on is of another address."""
_SRCSETS = ("data-srcset", "data-lazy-srcset", "srcset")

_NOWHERE = ("about:", "javascript:", "data:", "blob:")
_INNER_ADDRESS = re.compile(r"\b(?:src|href)=[\"']?((?:https?:)?//[^\s\"'<>]+)", re.IGNORECASE)
_LAZY_ADDRESS = re.compile(r"(?:https?:)?//[^\s/]+/\S*$", re.IGNORECASE)

_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$", re.IGNORECASE)
_SIDE_STYLE = re.compile(
    r"(?<![-\w])(width|height)\s*:\s*(\d{1,5}(?:\.\d+)?)(px|r?em)", re.IGNORECASE
)
_SRCSET_ENTRY = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_WIDE = re.compile(r"[\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7a3]")
_SVG = re.compile(r"\.svgz?(?:[?#]|$)", re.IGNORECASE)


def size(attributes: Attributes) -> Size:
    """Declared width and height in pixels; ``None``: none, or a share of the page."""
    return _side(attributes, "width"), _side(attributes, "height")


def _side(attributes: Attributes, name: str) -> int | None:
    declared = attributes.get(name)
    if declared:
        if declared.isdecimal() and len(declared) <= _MAX_DIGITS:
            return int(declared)
        pixels = _PIXELS.match(declared)
        if pixels:
            return int(pixels[1])
    css = attributes.get("style")
    return _side_in_css(css, name) if css else None


def _side_in_css(css: str, name: str) -> int | None:
    for side, number, unit in _SIDE_STYLE.findall(css):
        if side.lower() == name:
            return int(float(number) * (1 if unit == "px" else _EM))
    return None


def is_pixel(attributes: Attributes, sides: Size) -> bool:
    """Whether an image counts readers and shows nothing."""
    if is_counter(sides):
        return True
    if _lazy(attributes):
        return False
    return is_tracker(attributes.get("src") or "", sides)


def counts_readers(attributes: Attributes, sides: Size, page: str | None) -> bool:
    """Whether an image without a size names the page that it stands on, which it then counts."""
    query = (attributes.get("src") or "").partition("?")[2]
    own = (page or "").partition("://")[2].partition("?")[0].rstrip("/")
    # A site alone is named by badges and cards, too.
    if not query or "/" not in own or any(side is not None for side in sides):
        return False
    return unquote(own) in unquote(query)


def is_counter(sides: Size) -> bool:
    """Whether a declared size is that of what only counts readers."""
    return _is_below(sides, _PIXEL_SIDE)


def is_tracker(url: str, sides: Size) -> bool:
    """Whether an address is that of what counts readers; a declared size decides before its name.

    A picture of the article may well lie in a folder ``track`` or be called ``b.png``.
    """
    if is_above(sides, MIN_SIDE - 1):
        return False
    if rules.PIXEL.search(url):
        return True
    return "?" in url and rules.PIXEL_QUERY.search(url) is not None


def is_icon(url: str, sides: Size) -> bool:
    """Whether an address is of an avatar, an emoji or a button, unless it is declared large."""
    if is_above(sides, _ICON_SIDE):
        return False
    return _names_icon(url)


# Each image is asked for its address as it is written, and as it is meant: mostly the same.
@lru_cache(maxsize=256)
def _names_icon(url: str) -> bool:
    return rules.ICON.search(url) is not None


def is_portrait(attributes: Attributes, sides: Size) -> bool:
    """Whether its class says that an image shows the author, unless it is declared large."""
    name = attributes.get("class")
    if not name or is_above(sides, _ICON_SIDE):
        return False
    return rules.PORTRAIT_CLASS.search(name) is not None


def is_hidden(attributes: Attributes) -> bool:
    """Whether an element is not shown, or is no part of the article by the name of its class."""
    return "hidden" in attributes or is_dropped(attributes.get("class"), attributes.get("style"))


def is_dropped(name: str | None, css: str | None) -> bool:
    """Whether a class or CSS says that an element is not shown."""
    if css and rules.HIDDEN_STYLE.search(css):
        return True
    return bool(name) and rules.DROPPED_CLASS.search(name or "") is not None


def is_formula(attributes: Attributes) -> bool:
    """Whether an image is a rendered formula, its source the alternative text."""
    name = attributes.get("class")
    if name and rules.TEX_CLASS.search(name):
        return True
    source = attributes.get("src")
    return bool(source) and rules.TEX_SOURCE.search(source or "") is not None


def is_above(sides: Size, most: int) -> bool:
    """Whether one of the declared sides is longer than so many pixels."""
    width, height = sides
    return (width is not None and width > most) or (height is not None and height > most)


def _is_below(sides: Size, least: int) -> bool:
    width, height = sides
    return (width is not None and width < least) or (height is not None and height < least)


def alternative(attributes: Attributes, sides: Size) -> str | None:
    """The text that an image stands for where it is an emoji; ``None`` where it is a picture."""
    text = (attributes.get("alt") or "").strip()
    if units(text) > _EMOJI_ALT:
        return None
    known = [side for side in sides if side is not None]
    if known and max(known) <= _EMOJI_SIDE and not text.isascii():
        return text
    name = attributes.get("class")
    if name and rules.EMOJI_CLASS.search(name):
        return text
    return text if is_icon(attributes.get("src") or "", sides) else None


def image(
    attributes: Attributes,
    sides: Size,
    base: str | None,
    twins: tuple[Attributes, ...] = (),
    link: str | None = None,
) -> Image | None:
    """The picture of an ``img``; ``None``: an icon, a placeholder, nothing.

    ``twins``: the attributes of the ``source`` elements beside it. ``link``: where it leads to,
    which may be the picture itself, in full.
    """
    if _is_below(sides, MIN_SIDE):
        return None
    urls = _picture_urls(attributes, sides, base, twins)
    if link and urls and has_ending(link) and identity(link) == identity(urls[0]):
        urls.insert(0, link)
    sources: dict[str, None] = {}
    for url in urls:
        sources.update(dict.fromkeys(renditions(url)))
    if not sources:
        source = attributes.get("src") or ""
        if not is_embedded(source):
            return None
        # It is all there is: where a script would load a picture, that is among the addresses.
        sources[source] = None
    alt = (attributes.get("alt") or "").strip()
    return Image(tuple(sources)[:_MAX_SOURCES], alt, *sides, hover=_hover(attributes))


def _hover(attributes: Attributes) -> str:
    """What is said to who points at an image, if it is more than a name of it."""
    written = attributes.get("title")
    if not written:
        return ""
    text = clean(written).strip()
    is_sentence = text.count(" ") >= _HOVER_BLANKS or len(_WIDE.findall(text)) >= _HOVER_WIDE
    return text if is_sentence and len(text) <= _MAX_HOVER else ""


def _picture_urls(
    attributes: Attributes, sides: Size, base: str | None, twins: tuple[Attributes, ...]
) -> list[str]:
    """The two best addresses of the picture."""
    urls: list[str] = []
    is_sized = sides != (None, None)
    for href in _hrefs(attributes, twins):
        url = resolve(href, base)
        if url is None or is_icon(url, sides):
            continue
        # Where nothing is declared, an address may say that it is of an icon.
        if is_sized or (longer_side(url) or MIN_SIDE) >= MIN_SIDE:
            urls.append(url)
            if len(urls) == _BEST:
                break
    return urls


def _hrefs(attributes: Attributes, twins: tuple[Attributes, ...]) -> Iterator[str]:
    """Where the image may be, best first: sets of sizes, lazy attributes, ``src``."""
    hrefs = (*_srcset_urls(attributes, twins), *_lazy(attributes), attributes.get("src"))
    for href in hrefs:
        if href and not _is_placeholder(href) and not _SVG.search(href):
            yield href


# Each image is asked for it several times.
@lru_cache(maxsize=256)
def _is_placeholder(href: str) -> bool:
    """Whether an address is of what stands there until a script has loaded the picture."""
    return rules.PLACEHOLDER.match(href) is not None


def _srcset_urls(attributes: Attributes, twins: tuple[Attributes, ...]) -> Iterator[str]:
    for name in _SRCSETS:
        srcset = attributes.get(name)
        if srcset:
            yield from _widest(srcset)
    for twin in twins:
        srcset = twin.get("srcset") or twin.get("data-srcset")
        # Telegram does not take AVIF.
        if srcset and "avif" not in (twin.get("type") or ""):
            yield from _widest(srcset)


def _lazy(attributes: Attributes) -> list[str]:
    """Where scripts would take the image from."""
    if not _LAZY.isdisjoint(attributes):
        hrefs = [attributes.get(name) for name in rules.LAZY_ATTRIBUTES]
        return [href for href in hrefs if href]
    source = attributes.get("src")
    if source and not _is_placeholder(source):
        return []
    # Every script has a name of its own for it; what it holds tells.
    return [
        value
        for name, value in attributes.items()
        if name.startswith("data-") and value and _LAZY_ADDRESS.match(value) and has_ending(value)
    ]


def _widest(srcset: str) -> list[str]:
    """The largest candidate that is no wider than a screen, or the smallest that is."""
    candidates = [
        (1.0 if size in {"", "."} else float(size), unit, url)
        for url, size, unit in _SRCSET_ENTRY.findall(srcset[:_MAX_SRCSET])
        if size.count(".") < 2
    ]
    if not candidates:
        return []
    fitting = [entry for entry in candidates if entry[1] != "w" or entry[0] <= _BEST_WIDTH]
    best = max(fitting) if fitting else min(candidates)
    return [best[2]]


def renditions(url: str) -> tuple[str, ...]:
    """A picture's addresses, best first: behind a proxy, and larger than a thumbnail."""
    sources: list[str] = []
    for source in unwrap(url):
        larger = enlarged(source)
        if larger:
            sources.append(larger)
        sources.append(source)
    return tuple(sources)


def unwrap(url: str) -> tuple[str, ...]:
    """The image behind a proxy, then the proxy as fallback; the address alone: it is no proxy."""
    if not _may_be_proxy(url):
        return (url,)
    for proxy in rules.PROXIES:
        match = proxy.match(url)
        if match:
            original = _proxied(match[1])
            return (original, url) if original and original != url else (url,)
    return (url,)


def _may_be_proxy(url: str) -> bool:
    """Whether an address holds what every address of a proxy does: spares the nine patterns."""
    if "http" in url[_BEHIND_SCHEME:] or "url=" in url or "u=" in url:
        return True
    return "weserv.nl" in url or "wsrv.nl" in url or ".wp.com/" in url or "ampproject." in url


def _proxied(written: str) -> str | None:
    """The address that a proxy was given: escaped or not, with or without its scheme."""
    inner = written if "://" in written else unquote(written)
    if inner[:4].lower() != "http":
        inner = f"https://{inner.lstrip('/')}"
    return resolve(inner, None)


def player(source: str, title: str, base: str | None) -> Embed | None:
    """What an ``iframe`` shows, as the page to watch it on.

    Of an unknown player that is the frame itself. ``None``: it shows nothing of the article.
    """
    url = resolve(source, base)
    if url is None or rules.NO_FRAME.search(url):
        return None
    for pattern, page, site, poster in rules.PLAYERS:
        match = pattern.search(url)
        if match:
            name = _telling(title, site)
            return Embed(page.format(match[1]), site, name, poster.format(match[1]) or None)
    for pattern, site in rules.WRAPPERS:
        match = pattern.search(url)
        inner = resolve(unquote(match[1]), None) if match else None
        if inner:
            return Embed(inner, site, _telling(title, site))
    host = host_of(url)
    title = _telling(title, host)
    return Embed(rules.FRAMED_PAGE.sub("/", url), host, f"{title} · {host}" if title else "")


def _telling(title: str, site: str) -> str:
    """The title of a player, if it says more than that there is one."""
    rest = rules.PLAYER_WORDS.sub("", title.casefold().replace(site.casefold(), ""))
    return title if any(map(str.isalnum, rest)) else ""


def frame_source(attributes: Attributes) -> str:
    """Where a frame, a video or a sound is, or would be once a script has put it there."""
    for name in ("src", "data"):
        source = attributes.get(name)
        if source and not source.startswith(_NOWHERE):
            return source
    for name, value in attributes.items():
        if name.startswith("data-") and value and _LAZY_ADDRESS.match(value):
            return value
    inner = _INNER_ADDRESS.search(attributes.get("srcdoc") or "")
    return inner[1] if inner else ""
