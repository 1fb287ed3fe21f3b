"""What an element of the page shows: images with every trick of lazy pages, players, formulas."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.document import Embed, Image
from bot.content.measure import units

Attributes = Mapping[str, str | None]
Size = tuple[int | None, int | None]

MIN_SIDE = 50
"""Pixels; smaller pictures are avatars, icons and buttons."""
_EM = 16
_PIXEL_SIDE = 4
_LAZY = frozenset(rules.LAZY_ATTRIBUTES)
_EMOJI_SIDE = 32
_EMOJI_ALT = 12
_BEST_WIDTH = 1920

_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$", re.IGNORECASE)
_SIDE_STYLE = re.compile(
    r"(?<![-\w])(width|height)\s*:\s*(\d{1,5}(?:\.\d+)?)(px|r?em)", re.IGNORECASE
)
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_SVG = re.compile(r"\.svgz?(?:[?#]|$)", re.IGNORECASE)


def size(attributes: Attributes) -> Size:
    """Declared width and height in pixels; ``None`` where there is none, or a share of the page."""
    return _side(attributes, "width"), _side(attributes, "height")


def _side(attributes: Attributes, name: str) -> int | None:
    if declared := attributes.get(name):
        if declared.isdecimal() and len(declared) < 6:
            return int(declared)
        if found := _PIXELS.match(declared):
            return int(found[1])
    if not (style := attributes.get("style")):
        return None
    styled = (match for match in _SIDE_STYLE.finditer(style) if match[1].lower() == name)
    return next((int(float(match[2]) * (1 if match[3] == "px" else _EM)) for match in styled), None)


def is_pixel(attributes: Attributes, sides: Size) -> bool:
    """Whether an image counts readers and shows nothing."""
    if _is_below(sides, _PIXEL_SIDE):
        return True
    return not _lazy(attributes) and bool(rules.PIXEL.search(attributes.get("src") or ""))


def is_hidden(attributes: Attributes) -> bool:
    """Whether an element is not shown, or is no part of the article by the name of its class."""
    return "hidden" in attributes or is_dropped(attributes.get("class"), attributes.get("style"))


def is_dropped(name: str | None, style: str | None) -> bool:
    """Whether a class or CSS says that an element is not shown."""
    return bool(
        (style and rules.HIDDEN_STYLE.search(style)) or (name and rules.DROPPED_CLASS.search(name))
    )


def is_formula(attributes: Attributes) -> bool:
    """Whether an image is a rendered formula, its source the alternative text."""
    name, source = attributes.get("class"), attributes.get("src")
    return bool(
        (name and rules.TEX_CLASS.search(name)) or (source and rules.TEX_SOURCE.search(source))
    )


def _is_below(sides: Size, least: int) -> bool:
    width, height = sides
    return (width is not None and width < least) or (height is not None and height < least)


def alternative(attributes: Attributes, sides: Size) -> str | None:
    """The text that an image stands for where it is an emoji; ``None`` where it is a picture."""
    text = (attributes.get("alt") or "").strip()
    if units(text) > _EMOJI_ALT:
        return None
    named = rules.EMOJI_CLASS.search(attributes.get("class") or "") or rules.ICON.search(
        attributes.get("src") or ""
    )
    known = [value for value in sides if value is not None]
    tiny = bool(known) and max(known) <= _EMOJI_SIDE and not text.isascii()
    return text if named or tiny else None


def image(
    attributes: Attributes, sides: Size, base: str | None, twins: tuple[Attributes, ...] = ()
) -> Image | None:
    """The picture of an ``img``; ``twins``: the ``source`` elements around it. ``None``: icon, placeholder, nothing."""
    if _is_below(sides, MIN_SIDE):
        return None
    urls = (resolve(href, base) for href in _hrefs(attributes, twins))
    found = islice((url for url in urls if url and not rules.ICON.search(url)), 2)
    sources = tuple(dict.fromkeys(source for url in found for source in unwrap(url)))
    return Image(sources[:3], (attributes.get("alt") or "").strip(), *sides) if sources else None


def _hrefs(attributes: Attributes, twins: tuple[Attributes, ...]) -> Iterator[str]:
    """Where the image may be, best first: a set of sizes, then the lazy attributes, then ``src``."""
    sets = [
        attributes.get("data-srcset"),
        attributes.get("data-lazy-srcset"),
        attributes.get("srcset"),
    ]
    sets += [
        twin.get("srcset") or twin.get("data-srcset")
        for twin in twins
        if "avif" not in (twin.get("type") or "")
    ]
    best = [url for text in sets if text for url in _widest(text)]
    urls = (*best, *_lazy(attributes), attributes.get("src"))
    return (
        url for url in urls if url and not rules.PLACEHOLDER.match(url) and not _SVG.search(url)
    )


def _lazy(attributes: Attributes) -> list[str]:
    """Where scripts would take the image from."""
    if _LAZY.isdisjoint(attributes):
        return []
    return [url for name in rules.LAZY_ATTRIBUTES if (url := attributes.get(name))]


def _widest(srcset: str) -> list[str]:
    """The largest candidate that is no wider than a screen, or the smallest that is."""
    found = [
        (float(size or 1) if size != "." else 1.0, unit, url)
        for url, size, unit in _CANDIDATE.findall(srcset[:4096])
        if size.count(".") < 2
    ]
    fitting = [one for one in found if one[1] != "w" or one[0] <= _BEST_WIDTH]
    if fitting:
        return [max(fitting)[2]]
    return [min(found)[2]] if found else []


def unwrap(url: str) -> tuple[str, ...]:
    """The image behind a proxy, then the proxy as fallback; the address alone where it is no proxy."""
    for proxy in rules.PROXIES:
        if found := proxy.match(url):
            inner = unquote(found[1]) if "://" not in found[1] else found[1]
            original = resolve(
                inner if inner[:4].lower() == "http" else f"https://{inner.lstrip('/')}", None
            )
            return (original, url) if original and original != url else (url,)
    return (url,)


def player(source: str, title: str, base: str | None) -> Embed | None:
    """The player of an ``iframe`` as the page to watch it on; ``None`` for every frame that is no known player."""
    url = resolve(source, base)
    if url is None:
        return None
    for pattern, page, site, poster in rules.PLAYERS:
        if found := pattern.search(url):
            return Embed(page.format(found[1]), site, title, poster.format(found[1]) or None)
    for pattern, site in rules.WRAPPERS:
        if (found := pattern.search(url)) and (inner := resolve(unquote(found[1]), None)):
            return Embed(inner, site, title)
    return None
