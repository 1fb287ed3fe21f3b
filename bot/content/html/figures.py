"""Elements that show: images, players, figures, and the captions that belong to them."""

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.document import (
    Audio,
    Block,
    Figure,
    Image,
    Media,
    Paragraph,
    Run,
    TextStyle,
    Video,
    text_of,
)
from bot.content.html import media
from bot.content.html.flow import Flow, clean, flatten
from bot.content.html.media import Attributes
from bot.content.html.reader import Element, Formatting, Reader, contents, descendants

_MAX_CAPTION = 400
_SHOWING = frozenset({"img", "picture", "video", "audio", "iframe"})


def read_image(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``img``: a picture, an emoji, a formula, or nothing."""
    _show(reader, node.attributes, (), flow, formatting)


def read_picture(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``picture``: its ``img``, in the sizes of its sources."""
    found = next(descendants(node, {"img"}), None)
    twins = tuple(source.attributes for source in descendants(node, {"source"}))
    _show(reader, found.attributes if found is not None else {}, twins, flow, formatting)


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
    text, styles = media.alternative(attributes, size), formatting.styles
    if text is None and media.is_formula(attributes):
        text, styles = (
            (attributes.get("alt") or "").strip().strip("$"),
            styles | {TextStyle.FORMULA},
        )
    if text is not None:
        if text := clean(text):
            flow.text(text, styles, formatting.link)
    elif found := media.image(attributes, size, reader.base, twins):
        flow.media(Figure((found,)))


def read_video(reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``video`` and ``audio``."""
    attributes = node.attributes
    hrefs = [
        attributes.get("src"),
        *(source.attributes.get("src") for source in descendants(node, {"source"})),
    ]
    sources = tuple(
        dict.fromkeys(url for href in hrefs if href and (url := resolve(href, reader.base)))
    )
    poster = resolve(attributes.get("poster") or "", reader.base)
    if node.tag == "audio" and sources:
        flow.media(Figure((Audio(sources),)))
    elif sources:
        flow.media(Figure((Video(sources, poster),)))
    elif poster:
        flow.media(Figure((Image((poster,)),)))


def read_frame(reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``iframe``: a known player as the page to watch it on."""
    attributes = node.attributes
    hrefs = (attributes.get(name) or "" for name in ("src", "data-src", "data-lazy-src"))
    source = next((href for href in hrefs if href and not href.startswith("about:")), "")
    if found := media.player(source, clean(attributes.get("title") or "").strip(), reader.base):
        flow.media(Figure((found,)))


def read_twin(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``noscript``: what scripts would show; never a call to switch them on."""
    flow.end()
    shows = next(descendants(node, _SHOWING), None) is not None
    if shows or not rules.SCRIPT_CALL.search(node.text(deep=True)[:_MAX_CAPTION]):
        reader.children(node, flow, formatting)
    flow.end()


def read_figure(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``figure``: media with caption and credit; other blocks keep their kind and take the caption as a paragraph."""
    inner = reader.inside(node, flow, formatting)
    found = [block for block in inner.blocks if isinstance(block, Figure)]
    others: tuple[Block, ...] = tuple(
        block for block in inner.blocks if not isinstance(block, Figure)
    )
    flow.end()
    if not found:
        flow.extend((*others, Paragraph(inner.caption)) if inner.caption else others)
        return
    shown: tuple[Media, ...] = tuple(dict.fromkeys(one for block in found for one in block.media))
    caption = inner.caption or next((block.caption for block in found if block.caption), ())
    text, rest = flatten(others)
    if not caption and text and len(text_of(text)) <= _MAX_CAPTION:
        caption, others = text, rest
    flow.block(
        Figure(
            shown,
            caption,
            inner.credit or next((block.credit for block in found if block.credit), ()),
        )
    )
    flow.extend(others)


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
    if (before := flow.figure) is not None:
        flow.blocks[-1] = Figure(before.media, runs, tuple(credit))
    else:
        flow.caption, flow.credit = runs, tuple(credit)


def read_caption_behind(
    reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting
) -> bool:
    """Takes small text right after an image for its caption; a text too long to be one stays a text."""
    before = flow.figure
    if before is None or not isinstance(before.media[0], Image) or node.tag in {"a", "figcaption"}:
        return False
    if not _is_small(node) and not _closes_image(node):
        return False
    runs, others = flatten(reader.inside(node, flow, formatting).finish())
    if others or not runs or len(text_of(runs)) > _MAX_CAPTION:
        flow.extend((*((Paragraph(runs),) if runs else ()), *others))
    else:
        flow.blocks[-1] = Figure(before.media, runs, before.credit)
    return True


def _closes_image(node: LexborNode) -> bool:
    """Whether an element in italics stands behind an image in the same paragraph, and nothing behind it."""
    before = node.prev
    while before is not None and (
        before.tag == "br" or (before.tag == "-text" and not (before.text_content or "").strip())
    ):
        before = before.prev
    is_last = node.next is None and node.tag in {"em", "i"}
    return is_last and before is not None and before.tag in {"img", "picture", "a"}


def _is_small(node: LexborNode) -> bool:
    """Whether an element looks like a caption: by its tag, its class, its style, or its only child's."""
    attributes = node.attributes
    name, style = attributes.get("class"), attributes.get("style")
    if node.tag == "small" or (name and rules.CAPTION_CLASS.search(name)):
        return True
    if style and rules.CAPTION_STYLE.search(style):
        return True
    inner = [
        child
        for child in contents(node)
        if child.tag != "-text" or (child.text_content or "").strip()
    ]
    return (
        len(inner) == 1
        and inner[0].tag in {"small", "span", "font", "em", "i", "p"}
        and _is_small(inner[0])
    )


ELEMENTS: dict[str, Element] = {
    "img": read_image,
    "picture": read_picture,
    "video": read_video,
    "audio": read_video,
    "noscript": read_twin,
    "iframe": read_frame,
    "embed": read_frame,
    "figure": read_figure,
    "figcaption": read_caption,
}
