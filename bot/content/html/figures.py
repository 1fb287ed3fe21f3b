"""Elements that show: images, players, figures, and the captions that belong to them."""

from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.html import media
from bot.content.html.flow import Flow, clean, flatten
from bot.content.html.media import Attributes
from bot.content.html.reader import Element, Formatting, Reader, contents, descendants
from bot.model.document import (
    Audio,
    Blocks,
    Figure,
    Image,
    Paragraph,
    Run,
    Runs,
    TextStyle,
    Video,
    text_of,
)

_MAX_CAPTION = 400
"""Characters; what is longer is a text of its own."""
_BUTTON_SIDE = 200
"""Pixels; what is declared larger is no button."""
_SHOWING = frozenset({"img", "picture", "video", "audio", "iframe", "embed", "object"})
_LEADING = frozenset({"a", "img", "iframe", "embed", "object"})
"""What stands in for a video in browsers that cannot play it, unless it is but a word to them."""
_MAYBE_SMALL = frozenset({"small", "span", "font", "em", "i", "p"})


def read_image(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``img``: a picture, an emoji, a formula, or nothing."""
    _show(reader, node.attributes, (), flow, formatting)


def read_picture(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``picture``: its ``img``, in the sizes of its sources."""
    image = next(descendants(node, {"img"}), None)
    attributes: Attributes = {} if image is None else image.attributes
    twins = tuple(source.attributes for source in descendants(node, {"source"}))
    _show(reader, attributes, twins, flow, formatting)


def _show(
    reader: Reader,
    attributes: Attributes,
    twins: tuple[Attributes, ...],
    flow: Flow,
    formatting: Formatting,
) -> None:
    """Puts an image where it belongs: into the text, or between paragraphs."""
    size = media.size(attributes)
    if media.is_pixel(attributes, size) or media.is_hidden(attributes):
        return
    if media.counts_readers(attributes, size, reader.base):
        return
    if media.is_portrait(attributes, size) or _is_button(size, formatting.link):
        return
    text = media.alternative(attributes, size)
    styles = formatting.styles
    if text is None and media.is_formula(attributes):
        text = (attributes.get("alt") or "").strip().strip("$")
        styles |= {TextStyle.FORMULA}
    if text is None:
        image = media.image(attributes, size, reader.base, twins, formatting.link)
        if image is not None:
            flow.media(Figure((image,)))
        return
    text = clean(text)
    if text:
        flow.text(text, styles, formatting.link)


def _is_button(size: media.Size, link: str | None) -> bool:
    """Whether an image leads to where people share, and is not declared to be a large one."""
    if link is None or media.is_above(size, _BUTTON_SIDE):
        return False
    return rules.SHARE_LINK.search(link) is not None


def read_video(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``video`` and ``audio``; what stands in for one without an address is read in its place."""
    attributes = node.attributes
    hrefs = [media.frame_source(attributes)]
    hrefs += [media.frame_source(source.attributes) for source in descendants(node, {"source"})]
    urls = [resolve(href, reader.base) for href in hrefs if href]
    sources = tuple(dict.fromkeys(url for url in urls if url))
    poster = resolve(attributes.get("poster") or "", reader.base)
    if not sources and next(descendants(node, _LEADING), None) is not None:
        reader.children(node, flow, formatting)
    if (node.tag or "").endswith("audio") and sources:
        flow.media(Figure((Audio(sources),)))
    elif sources:
        flow.media(Figure((Video(sources, poster),)))
    elif poster:
        flow.media(Figure((Image((poster,)),)))


def read_frame(reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``iframe`` and ``embed``: what it shows as the page to watch it on."""
    _read_player(reader, node.attributes, flow)


def read_film(reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``lite-youtube`` and its like, which know the film and leave the player to a script."""
    attributes = node.attributes
    film = attributes.get("videoid") or attributes.get("data-videoid") or ""
    title = attributes.get("playlabel") or attributes.get("title")
    address = f"https://www.youtube.com/embed/{film}"
    _read_player(reader, {"src": address, "title": title}, flow)


def read_object(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``object``: as a frame; where it names nothing, what stands in for it is read."""
    attributes = dict(node.attributes)
    for param in descendants(node, {"param"}):
        name = (param.attributes.get("name") or "").lower()
        if name in {"movie", "src", "url"}:
            attributes.setdefault("data", param.attributes.get("value"))
    kind = (attributes.get("type") or "").lower()
    if kind.startswith("image/") or not _read_player(reader, attributes, flow):
        reader.children(node, flow, formatting)


def _read_player(reader: Reader, attributes: Attributes, flow: Flow) -> bool:
    """Whether a frame shows something of the article, which is put into the flow."""
    # A frame that is not seen counts readers.
    if media.is_hidden(attributes) or media.is_counter(media.size(attributes)):
        return False
    title = clean(attributes.get("title") or "").strip()
    player = media.player(media.frame_source(attributes), title, reader.base)
    if player is not None:
        flow.media(Figure((player,)))
    return player is not None


def read_noscript(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``noscript``: what scripts would show; never a call to switch them on."""
    flow.end()
    shows = next(descendants(node, _SHOWING), None) is not None
    if shows or not rules.SCRIPT_CALL.search(node.text(deep=True)[:_MAX_CAPTION]):
        reader.children(node, flow, formatting)
    flow.end()


def read_figure(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``figure``: media with caption and credit.

    Other blocks keep their kind and take the caption as a paragraph.
    """
    inner = reader.inside(node, flow, formatting)
    figures: list[Figure] = []
    others: Blocks = ()
    for block in inner.blocks:
        if isinstance(block, Figure):
            figures.append(block)
        else:
            others = (*others, block)
    flow.end()
    if not figures:
        flow.extend(others)
        if inner.caption:
            flow.extend((Paragraph(inner.caption),))
        return
    caption = inner.caption or _first(figure.caption for figure in figures)
    text, rest = flatten(others)
    # Text in a figure without ``figcaption`` is meant as its caption, unless it is too long.
    if not caption and text and len(text_of(text)) <= _MAX_CAPTION:
        caption, others = text, rest
    credit = inner.credit or _first(figure.credit for figure in figures)
    shown = dict.fromkeys(medium for figure in figures for medium in figure.media)
    flow.block(Figure(tuple(shown), caption, credit))
    flow.extend(others)


def _first(texts: Iterable[Runs]) -> Runs:
    """The first that says something."""
    return next(filter(None, texts), ())


def read_caption(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``figcaption``: for the figure right before it, or for the one it stands in."""
    flow.end()
    inner = Flow(flow.nesting + 1)
    credit: list[Run] = []
    for child in contents(node):
        if child.tag == "cite" or rules.CREDIT_CLASS.search(child.attributes.get("class") or ""):
            credit += reader.runs(child, inner, formatting)
        else:
            reader.node(child, inner, formatting)
    runs = flatten(inner.finish())[0]
    figure = flow.figure
    if figure is not None:
        flow.blocks[-1] = Figure(figure.media, runs, tuple(credit))
    else:
        flow.caption = runs
        flow.credit = tuple(credit)


def read_caption_behind(
    reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting
) -> bool:
    """Takes small text right after an image for its caption; one that is too long stays a text."""
    figure = flow.figure
    if figure is None or not isinstance(figure.media[0], Image) or node.tag in {"a", "figcaption"}:
        return False
    if not _is_small(node) and not _closes_image(node):
        return False
    runs, others = flatten(reader.inside(node, flow, formatting).finish())
    if runs and not others and len(text_of(runs)) <= _MAX_CAPTION:
        flow.blocks[-1] = Figure(figure.media, runs, figure.credit)
        return True
    if runs:
        flow.extend((Paragraph(runs),))
    flow.extend(others)
    return True


def _closes_image(node: LexborNode) -> bool:
    """Whether an element in italics ends a paragraph right behind an image."""
    if node.next is not None or node.tag not in {"em", "i"}:
        return False
    before = node.prev
    while before is not None and (before.tag == "br" or _is_blank(before)):
        before = before.prev
    return before is not None and before.tag in {"img", "picture", "a"}


def _is_blank(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text_content or "").strip()


def _is_small(node: LexborNode) -> bool:
    """Whether it looks like a caption: by its tag, its class, its CSS, or its only child's."""
    attributes = node.attributes
    name = attributes.get("class")
    if node.tag == "small" or (name and rules.CAPTION_CLASS.search(name)):
        return True
    css = attributes.get("style")
    if css and rules.CAPTION_STYLE.search(css):
        return True
    inner = [child for child in contents(node) if not _is_blank(child)]
    return len(inner) == 1 and inner[0].tag in _MAYBE_SMALL and _is_small(inner[0])


ELEMENTS: dict[str, Element] = {
    "img": read_image,
    "picture": read_picture,
    "video": read_video,
    "audio": read_video,
    "noscript": read_noscript,
    "iframe": read_frame,
    "embed": read_frame,
    "object": read_object,
    "lite-youtube": read_film,
    "amp-youtube": read_film,
    "amp-img": read_image,
    "amp-iframe": read_frame,
    "amp-video": read_video,
    "amp-audio": read_video,
    "figure": read_figure,
    "figcaption": read_caption,
}
