"""Untrusted HTML to a document: total (any text gives a tree), linear, bounded in depth and size.

One walk over the parsed page (HTML standard, section 13). Unknown elements are transparent, what is not content
(``rules``) is dropped, addresses are made absolute or lost.
"""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from bot.content import media, rules
from bot.content.addresses import resolve
from bot.content.document import (
    MAX_NESTING,
    NO_STYLE,
    Audio,
    Details,
    Divider,
    Document,
    Figure,
    Heading,
    Image,
    Listing,
    ListItem,
    Media,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Style,
    Styles,
    Table,
    Video,
    text_of,
)
from bot.content.flow import Flow, clean, clean_code, flatten
from bot.content.media import Attributes
from bot.content.source import is_plain, parse
from bot.content.tables import cells, is_layout, read_rows

MAX_DEPTH = 100
"""Elements inside one another; what lies deeper gives its text only."""
MAX_NODES = 20_000
_MAX_CAPTION = 400

_STYLED = {
    "b": Style.BOLD, "strong": Style.BOLD, "dt": Style.BOLD, "th": Style.BOLD,
    "i": Style.ITALIC, "em": Style.ITALIC, "cite": Style.ITALIC, "var": Style.ITALIC, "dfn": Style.ITALIC, "address": Style.ITALIC,
    "u": Style.UNDERLINE, "ins": Style.UNDERLINE,
    "s": Style.STRIKE, "strike": Style.STRIKE, "del": Style.STRIKE,
    "code": Style.CODE, "tt": Style.CODE, "kbd": Style.CODE, "samp": Style.CODE,
    "mark": Style.MARK, "sub": Style.SUBSCRIPT, "sup": Style.SUPERSCRIPT, "tg-spoiler": Style.SPOILER,
}  # fmt: skip
_BREAKING = frozenset(
    ["p", "div", "section", "article", "main", "header", "footer", "address", "center", "fieldset", "figcaption", "legend", "hgroup", "search", "body", "html", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "summary", "noscript"],
)
_LOOKED_AT = frozenset(["p", "div", "span", "section", "small", "figcaption", "em", "i", "font", "aside", "ul", "ol", "a", "footer", "header", "center"])


def sanitise(html: str, address: str | None) -> Document:
    """The document of an item's body; ``address``: the absolute address that relative ones belong to."""
    if is_plain(html):
        html = html.replace("\r\n", "\n").replace("\n", "<br>")
    body = parse(html)
    if body is None:
        return Document()
    reader = _Reader(address)
    if "<base" in html or "<BASE" in html:
        reader.rebase(body)
    flow = Flow()
    reader.children(body, flow, NO_STYLE, None, 0)
    return Document(flow.finish())


def _contents(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


class _Reader:
    """One walk: what an element means, one method each."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.nodes = MAX_NODES
        self.blocks: dict[str, Callable[[LexborNode, Flow, Styles, str | None, int], None]] = {
            "a": self.anchor, "br": self.line, "img": self.image, "picture": self.picture, "hr": self.divider,
            "pre": self.preformatted, "listing": self.preformatted, "xmp": self.preformatted,
            "ul": self.listing, "ol": self.listing, "menu": self.listing, "dir": self.listing, "dl": self.definitions, "li": self.stray,
            "blockquote": self.quote, "aside": self.quote, "details": self.details, "figure": self.figure, "table": self.table,
            "h1": self.heading, "h2": self.heading, "h3": self.heading, "h4": self.heading, "h5": self.heading, "h6": self.heading,
            "video": self.video, "audio": self.video, "iframe": self.frame, "embed": self.frame, "math": self.formula,
            "q": self.quotation, "rt": self.ruby, "input": self.checkbox, "figcaption": self.caption,
        }  # fmt: skip

    def rebase(self, body: LexborNode) -> None:
        """``<base href>`` moves the address that relative ones belong to."""
        root = body.parent or body
        found = root.css_first("base[href]")
        if found is not None:
            self.base = resolve(found.attributes.get("href") or "", self.base) or self.base

    def children(self, parent: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """Everything inside an element, in order."""
        node = parent.first_child
        while node is not None and self.nodes > 0:
            self.nodes -= 1
            tag = node.tag
            if tag == "-text":
                text = clean(node.text_content or "")
                if text:
                    flow.text(text, styles, link)
            elif tag is not None and tag not in rules.DROPPED_TAGS:
                self.element(tag, node, flow, styles, link, depth + 1)
            node = node.next

    def element(self, tag: str, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """One element."""
        if depth > MAX_DEPTH:
            text = clean(node.text(deep=True)[: 16 * 1024])
            if text:
                flow.text(text, styles, link)
            return
        if tag in _LOOKED_AT:
            attributes = node.attributes
            if attributes:
                if _is_hidden(attributes):
                    return
                styles = _restyled(attributes, styles)
            if (
                flow.figure is not None
                and tag != "a"
                and self.captioned(tag, node, attributes, flow, styles, link, depth)
            ):
                return
        handler = self.blocks.get(tag)
        if handler is not None:
            handler(node, flow, styles, link, depth)
            return
        style = _STYLED.get(tag)
        if style is not None and style not in styles:
            styles = styles | {style}
        if tag in _BREAKING:
            flow.end()
            self.children(node, flow, styles, link, depth)
            flow.end()
        else:
            self.children(node, flow, styles, link, depth)

    def inside(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> Flow:
        """A container of its own."""
        inner = Flow(flow.nesting + 1)
        self.children(node, inner, styles, link, depth)
        inner.end()
        return inner

    # ------------------------------------------------------------ text

    def anchor(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """A link; text where its address is none, or a place on the same page."""
        href = node.attributes.get("href")
        inside = resolve(href, self.base) if href and href[0] != "#" else None
        self.children(node, flow, styles, inside or link, depth)

    def line(self, _node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """``br``."""
        flow.line()

    def divider(self, _node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """``hr``."""
        flow.block(Divider())

    def quotation(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``q``."""
        flow.text("“", styles, link)
        self.children(node, flow, styles, link, depth)
        flow.text("”", styles, link)

    def ruby(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """The reading beside an ideograph."""
        flow.text("(", styles, link)
        self.children(node, flow, styles, link, depth)
        flow.text(")", styles, link)

    def formula(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, _depth: int) -> None:
        """MathML: the TeX source it carries, else its text."""
        source = node.css_first('annotation[encoding="application/x-tex"]')
        text = clean((source or node).text(deep=True).strip())
        if text:
            flow.text(text, styles | {Style.FORMULA} if source else styles, link)

    def heading(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``h1`` to ``h6``."""
        runs, others = flatten(self.inside(node, flow, styles - {Style.BOLD}, link, depth).finish())
        flow.end()
        if runs:
            flow.block(Heading(int((node.tag or "h6")[1]), runs))
        flow.extend(others)

    def preformatted(self, node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """Code; its language stands in a class of itself or of the ``code`` inside."""
        text = "".join(
            "\n" if inner.tag == "br" else inner.text_content or ""
            for inner in node.traverse(include_text=True)
            if inner.tag in {"br", "-text"}
        )
        self.nodes -= text.count("\n")
        lines = "\n".join(line if line.isprintable() else clean_code(line) for line in text.expandtabs(4).split("\n"))
        if lines.strip():
            flow.block(Preformatted(lines.strip("\n").rstrip(), _language(node)))

    # ------------------------------------------------------------ containers

    def listing(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """A list; what stands in it but in no item belongs to the item before."""
        attributes = node.attributes
        ordered = node.tag == "ol"
        number, step = _integer(attributes.get("start")) or 1, -1 if "reversed" in attributes else 1
        items: list[ListItem] = []
        for child in _contents(node):
            if child.tag in rules.DROPPED_TAGS or (child.tag == "-text" and not (child.text_content or "").strip()):
                continue
            inner = Flow(flow.nesting + 1)
            if child.tag == "li":
                number = _integer(child.attributes.get("value")) or number
                self.children(child, inner, styles, link, depth + 1)
            elif child.tag == "-text":
                inner.text(clean(child.text_content or "") or " ", styles, link)
            elif child.tag:
                self.element(child.tag, child, inner, styles, link, depth + 1)
            blocks = inner.finish()
            if blocks and child.tag != "li" and items:
                items[-1] = ListItem((*items[-1].blocks, *blocks), items[-1].checked, items[-1].value)
            elif blocks:
                items.append(ListItem(blocks, inner.checked, number if ordered else None))
                number += step
        kind = attributes.get("type") or "1"
        self.contain(
            flow, Listing(tuple(items), (kind if kind in "1aAiI" else "1") if ordered else "")
        ) if items else flow.end()

    def definitions(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``dl``: each term opens an item, its definitions follow in it."""
        items: list[ListItem] = []
        for child in node.css("dt, dd"):
            inner = self.inside(child, flow, styles | {Style.BOLD} if child.tag == "dt" else styles, link, depth + 1)
            blocks = inner.finish()
            if child.tag == "dd" and items:
                items[-1] = ListItem((*items[-1].blocks, *blocks))
            elif blocks:
                items.append(ListItem(blocks))
        self.contain(flow, Listing(tuple(items))) if items else flow.end()

    def stray(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``li`` outside of any list."""
        inner = self.inside(node, flow, styles, link, depth)
        if blocks := inner.finish():
            flow.stray(ListItem(blocks, inner.checked))

    def checkbox(self, node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """A task's box says whether its item is done."""
        attributes = node.attributes
        if attributes.get("type") == "checkbox":
            flow.checked = "checked" in attributes

    def quote(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``blockquote``; a ``cite`` or ``footer`` that closes it is its credit."""
        inner = Flow(flow.nesting + 1)
        for child in _contents(node):
            if child.tag in {"cite", "footer"}:
                inner.credit = flatten(self.inside(child, inner, styles, link, depth + 1).finish())[0]
            elif child.tag == "-text":
                if text := clean(child.text_content or ""):
                    inner.text(text, styles, link)
            elif child.tag and child.tag not in rules.DROPPED_TAGS:
                self.element(child.tag, child, inner, styles, link, depth + 1)
        blocks = inner.finish()
        self.contain(
            flow, Quote(blocks or (Paragraph(inner.credit),), inner.credit if blocks else ())
        ) if blocks or inner.credit else flow.end()

    def details(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``details``."""
        inner, summary = Flow(flow.nesting + 1), ()
        for child in _contents(node):
            if child.tag == "summary" and not summary:
                summary = flatten(self.inside(child, flow, styles, link, depth + 1).finish())[0]
            elif child.tag == "-text":
                if text := clean(child.text_content or ""):
                    inner.text(text, styles, link)
            elif child.tag and child.tag not in rules.DROPPED_TAGS:
                self.element(child.tag, child, inner, styles, link, depth + 1)
        if (blocks := inner.finish()) or summary:
            self.contain(flow, Details(summary, blocks, "open" in node.attributes))

    def contain(self, flow: Flow, block: Listing | Quote | Details) -> None:
        """Adds a container, or what it holds where containers are too deep already."""
        if flow.nesting < MAX_NESTING:
            flow.block(block)
        elif isinstance(block, Listing):
            for item in block.items:
                flow.extend(item.blocks)
        else:
            flow.extend(block.blocks)

    def table(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """A table of data, or the contents of one that only lays out."""
        flow.end()
        rows = read_rows(node)
        filled = [[(cell, self.inside(cell, flow, styles, link, depth + 3).finish()) for cell in row] for row in rows]
        caption = next((child for child in _contents(node) if child.tag == "caption"), None)
        runs = flatten(self.inside(caption, flow, styles, link, depth + 1).finish())[0] if caption is not None else ()
        if is_layout(filled):
            flow.extend((Paragraph(runs),) if runs else ())
            for row in filled:
                for _, blocks in row:
                    flow.extend(blocks)
        else:
            flow.block(Table(tuple(cells(row) for row in filled), runs))

    # ------------------------------------------------------------ media

    def image(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, _depth: int) -> None:
        """``img``: a picture, an emoji, a formula, or nothing."""
        self.show(node.attributes, (), flow, styles, link)

    def picture(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, _depth: int) -> None:
        """``picture``: its ``img``, in the sizes of its sources."""
        found = node.css_first("img")
        twins = tuple(source.attributes for source in node.css("source"))
        self.show(found.attributes if found is not None else {}, twins, flow, styles, link)

    def show(
        self, attributes: Attributes, twins: tuple[Attributes, ...], flow: Flow, styles: Styles, link: str | None
    ) -> None:
        """Puts an image where it belongs: into the text, or between paragraphs."""
        if media.is_pixel(attributes) or _is_hidden(attributes):
            return
        text = media.alternative(attributes)
        if text is None and _is_formula(attributes):
            text, styles = (attributes.get("alt") or "").strip().strip("$"), styles | {Style.FORMULA}
        if text is not None:
            if text := clean(text):
                flow.text(text, styles, link)
        elif found := media.image(attributes, self.base, twins):
            flow.media(Figure((found,)))

    def video(self, node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """``video`` and ``audio``."""
        attributes = node.attributes
        hrefs = [attributes.get("src"), *(source.attributes.get("src") for source in node.css("source"))]
        sources = tuple(dict.fromkeys(url for href in hrefs if href and (url := resolve(href, self.base))))
        poster = resolve(attributes.get("poster") or "", self.base)
        if node.tag == "audio" and sources:
            flow.media(Figure((Audio(sources),)))
        elif sources:
            flow.media(Figure((Video(sources, poster),)))
        elif poster:
            flow.media(Figure((Image((poster,)),)))

    def frame(self, node: LexborNode, flow: Flow, _styles: Styles, _link: str | None, _depth: int) -> None:
        """``iframe``: a known player as the page to watch it on."""
        attributes = node.attributes
        source = next(
            (
                url
                for name in ("src", "data-src", "data-lazy-src")
                if (url := attributes.get(name)) and not url.startswith("about:")
            ),
            "",
        )
        if found := media.player(source, clean(attributes.get("title") or "").strip(), self.base):
            flow.media(Figure((found,)))

    def figure(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``figure``: media with caption and credit; other blocks keep their kind and take the caption as a paragraph."""
        inner = self.inside(node, flow, styles, link, depth)
        found = [block for block in inner.blocks if isinstance(block, Figure)]
        others = tuple(block for block in inner.blocks if not isinstance(block, Figure))
        flow.end()
        if not found:
            flow.extend((*others, Paragraph(inner.caption)) if inner.caption else others)
            return
        shown: tuple[Media, ...] = tuple(dict.fromkeys(one for block in found for one in block.media))
        caption = inner.caption or next((block.caption for block in found if block.caption), ())
        text, rest = flatten(others)
        if not caption and text and len(text_of(text)) <= _MAX_CAPTION:
            caption, others = text, rest
        flow.block(Figure(shown, caption, inner.credit or next((block.credit for block in found if block.credit), ())))
        flow.extend(others)

    def caption(self, node: LexborNode, flow: Flow, styles: Styles, link: str | None, depth: int) -> None:
        """``figcaption``: for its figure, or for the figure right before it."""
        flow.end()
        inner = Flow(flow.nesting + 1)
        by: list[Run] = []
        for child in _contents(node):
            if child.tag == "-text":
                if text := clean(child.text_content or ""):
                    inner.text(text, styles, link)
            elif child.tag == "cite" or (child.tag and rules.CREDIT_CLASS.search(child.attributes.get("class") or "")):
                by += flatten(self.inside(child, inner, styles, link, depth + 1).finish())[0]
            elif child.tag and child.tag not in rules.DROPPED_TAGS:
                self.element(child.tag, child, inner, styles, link, depth + 1)
        runs = flatten(inner.finish())[0]
        if (before := flow.figure) is not None:
            flow.blocks[-1] = Figure(before.media, runs, tuple(by))
        else:
            flow.caption, flow.credit = runs, tuple(by)

    def captioned(
        self,
        tag: str,
        node: LexborNode,
        attributes: Attributes,
        flow: Flow,
        styles: Styles,
        link: str | None,
        depth: int,
    ) -> bool:
        """Takes small text right after an image for its caption, unless it is too long to be one."""
        before = flow.figure
        if before is None or not isinstance(before.media[0], Image) or not _is_caption(tag, node, attributes):
            return False
        runs, others = flatten(self.inside(node, flow, styles, link, depth).finish())
        if others or not runs or len(text_of(runs)) > _MAX_CAPTION:
            flow.extend((*((Paragraph(runs),) if runs else ()), *others))
        else:
            flow.blocks[-1] = Figure(before.media, runs, before.credit)
        return True


def _is_formula(attributes: Attributes) -> bool:
    name, source = attributes.get("class"), attributes.get("src")
    return bool((name and rules.TEX_CLASS.search(name)) or (source and rules.TEX_SOURCE.search(source)))


def _is_hidden(attributes: Attributes) -> bool:
    if "hidden" in attributes:
        return True
    style, name = attributes.get("style"), attributes.get("class")
    return bool((style and rules.HIDDEN_STYLE.search(style)) or (name and rules.DROPPED_CLASS.search(name)))


def _restyled(attributes: Attributes, styles: Styles) -> Styles:
    """What spans say in classes and CSS instead of in tags."""
    name, css = attributes.get("class"), attributes.get("style")
    if name and rules.SPOILER_CLASS.search(name):
        styles = styles | {Style.SPOILER}
    if css and ("font-" in css or "text-decoration" in css):
        styles = styles | {style for style, pattern in rules.STYLES if pattern.search(css)}
    return styles


def _is_caption(tag: str, node: LexborNode, attributes: Attributes) -> bool:
    """Whether an element after an image speaks of it: by its tag, its class, its looks, or its only child's."""
    name, style = attributes.get("class"), attributes.get("style")
    if (
        tag in {"small", "figcaption"}
        or (name and rules.CAPTION_CLASS.search(name))
        or (style and rules.CAPTION_STYLE.search(style))
    ):
        return True
    inner = [child for child in _contents(node) if child.tag != "-text" or (child.text_content or "").strip()]
    return (
        len(inner) == 1
        and inner[0].tag in {"small", "span", "font", "em", "i", "p"}
        and _is_caption(inner[0].tag, inner[0], inner[0].attributes)
    )


def _integer(text: str | None) -> int | None:
    try:
        return max(-9999, min(int(text or ""), 99999))
    except ValueError:
        return None


def _language(node: LexborNode) -> str:
    """The language of code, as classes of the common highlighters name it."""
    inner = node.css_first("code")
    parent = node.parent
    for one in (inner, node, parent):
        if one is not None and (
            found := rules.LANGUAGE.search(
                " ".join(filter(None, (one.attributes.get("class"), one.attributes.get("data-lang"))))
            )
        ):
            return found[1].lower()
    return ""
