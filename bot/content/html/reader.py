"""One walk over a parsed page: the frame that the readers of single elements hang in."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.html.flow import Flow, clean, flatten
from bot.content.html.media import is_dropped
from bot.model.document import NO_STYLE, Block, Runs, Styles, TextStyle

MAX_DEPTH = 80
"""Elements inside one another; what lies deeper gives its text only. Half of the interpreter's
stack at the most."""
MAX_NODES = 30_000
"""Texts and elements that are read of a page; the rest is left out."""
_MAX_DEEP_TEXT = 16 * 1024
"""Characters of the text that an element still gives which lies too deep."""
_MAX_CACHED = 256
"""Characters of class and CSS that are worth remembering."""
_MEDIA = frozenset({
    "img", "picture", "video", "audio", "iframe", "embed", "object", "amp-img", "amp-iframe",
    "amp-video", "amp-audio", "lite-youtube", "amp-youtube",
})  # fmt: skip

_STYLED = {
    "b": TextStyle.BOLD,
    "strong": TextStyle.BOLD,
    "th": TextStyle.BOLD,
    "i": TextStyle.ITALIC,
    "em": TextStyle.ITALIC,
    "cite": TextStyle.ITALIC,
    "var": TextStyle.ITALIC,
    "dfn": TextStyle.ITALIC,
    "address": TextStyle.ITALIC,
    "u": TextStyle.UNDERLINE,
    "ins": TextStyle.UNDERLINE,
    "s": TextStyle.STRIKE,
    "strike": TextStyle.STRIKE,
    "del": TextStyle.STRIKE,
    "code": TextStyle.CODE,
    "tt": TextStyle.CODE,
    "kbd": TextStyle.CODE,
    "samp": TextStyle.CODE,
    "mark": TextStyle.MARK,
    "sub": TextStyle.SUBSCRIPT,
    "sup": TextStyle.SUPERSCRIPT,
    "tg-spoiler": TextStyle.SPOILER,
}
_BREAKING = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "address", "center",
    "fieldset", "legend", "hgroup", "search", "body", "html", "dd", "dt", "tr", "td", "th",
    "tbody", "thead", "tfoot", "caption", "summary", "noscript",
})  # fmt: skip
"""Elements that stand on lines of their own."""
_WITH_CSS = frozenset({
    "p", "div", "span", "section", "small", "figcaption", "em", "i", "font", "aside", "ul", "ol",
    "a", "footer", "header", "center",
})  # fmt: skip
"""Elements whose class and CSS are read. Not all of them: attributes cost more than tags."""


class Formatting(NamedTuple):
    """Styles and link that a text takes from the elements around it."""

    styles: Styles = NO_STYLE
    link: str | None = None


Element = Callable[["Reader", LexborNode, Flow, Formatting], None]
"""Reads one element into a flow."""
Captioning = Callable[["Reader", LexborNode, Flow, Formatting], bool]
"""Takes an element for the caption of the figure before it, or leaves it."""
Enough = Callable[[Sequence[Block]], bool]
"""Whether the blocks of a document that are there so far say what is needed; the last of them may
still grow."""


def contents(node: LexborNode) -> Iterator[LexborNode]:
    """The children of a node, texts included, without what is dropped."""
    return (child for child in node.iter(include_text=True) if child.tag not in rules.DROPPED_TAGS)


def descendants(node: LexborNode, tags: Container[str | None]) -> Iterator[LexborNode]:
    """The elements in a node that have one of these names."""
    # Not by a CSS selector: compiling the first one costs more than the parse.
    return (inner for inner in node.traverse() if inner.tag in tags)


class Reader:
    """Reads elements by name; unknown ones are transparent."""

    def __init__(
        self,
        base: str | None,
        elements: Mapping[str, Element],
        captioning: Captioning,
        is_enough: Enough | None,
    ) -> None:
        self.base = base
        self.has_bases = False
        """Whether elements of the page say themselves what their addresses belong to."""
        self.anchors: Mapping[str, str] = {}
        """Names of the places that the page links to, as it writes them and as we do."""
        self.is_whole = True
        """Whether the whole text was read."""
        self._elements = elements
        self._captioning = captioning
        self._is_enough = is_enough
        self._asked_at = 0 if is_enough else MAX_NODES
        """How many blocks there were when ``is_enough`` was asked last."""
        self._wanted: set[int] | None = None
        """The only nodes that are still read, by their ids in memory; ``None``: all."""
        self._nodes_left = MAX_NODES
        self._depth = 0

    def rebase(self, body: LexborNode) -> None:
        """``<base href>`` moves the address that relative ones belong to."""
        # A selector is dear (``descendants``), but this is only asked where ``<base`` stands at
        # all.
        element = (body.parent or body).css_first("base[href]")
        if element is not None:
            href = element.attributes.get("href") or ""
            self.base = resolve(href, self.base) or self.base

    def children(self, parent: LexborNode, flow: Flow, formatting: Formatting) -> None:
        """Everything inside an element, in order."""
        self.nodes(parent.iter(include_text=True), flow, formatting)

    def nodes(self, nodes: Iterable[LexborNode], flow: Flow, formatting: Formatting) -> None:
        """Texts and elements, in order."""
        for node in nodes:
            if self._nodes_left <= 0:
                break
            self._nodes_left -= 1
            if self._wanted is not None and node.mem_id not in self._wanted:
                continue
            tag = node.tag
            if tag == "-text":
                text = clean(node.text_content or "")
                if text:
                    flow.text(text, formatting.styles, formatting.link)
            elif tag is not None and tag not in rules.DROPPED_TAGS:
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    self._text_of(node, flow, formatting)
                elif tag in _WITH_CSS:
                    self._element_with_css(tag, node, flow, formatting)
                else:
                    self._element(tag, node, flow, formatting)
                self._depth -= 1
                if len(flow.blocks) > self._asked_at and not flow.nesting:
                    self._leave_if_enough(flow, node)

    def node(self, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
        """One text or element."""
        self.nodes((node,), flow, formatting)

    def enter(self, node: LexborNode, flow: Flow) -> None:
        """What comes next is an anchor, if the page links to the element."""
        attributes = node.attributes
        written = attributes.get("id") or attributes.get("name") or ""
        name = self.anchors.get(written)
        if name:
            if node.tag in _BREAKING:
                flow.end()
            flow.name = name

    def inside(self, node: LexborNode, flow: Flow, formatting: Formatting) -> Flow:
        """What an element holds, as a container of its own."""
        inner = Flow(flow.nesting + 1)
        self.children(node, inner, formatting)
        inner.end()
        return inner

    def runs(self, node: LexborNode, flow: Flow, formatting: Formatting) -> Runs:
        """The text of an element that holds nothing else."""
        return flatten(self.inside(node, flow, formatting).finish())[0]

    def _text_of(self, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
        text = clean(node.text(deep=True)[:_MAX_DEEP_TEXT])
        if text:
            flow.text(text, formatting.styles, formatting.link)

    def _element_with_css(
        self, tag: str, node: LexborNode, flow: Flow, formatting: Formatting
    ) -> None:
        """An element, unless its attributes hide it or it is a caption."""
        styles = _css_of(node)
        if styles is None:
            return
        if self.anchors:
            self.enter(node, flow)
        if styles:
            formatting = Formatting(formatting.styles | styles, formatting.link)
        outer = self.base
        if self.has_bases:
            self.base = resolve(node.attributes.get("xml:base") or "", outer) or outer
        if flow.figure is None or not self._captioning(self, node, flow, formatting):
            self._element(tag, node, flow, formatting)
        self.base = outer

    def _element(self, tag: str, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
        element = self._elements.get(tag)
        if element is not None:
            element(self, node, flow, formatting)
            return
        style = _STYLED.get(tag)
        if style is not None and style not in formatting.styles:
            formatting = Formatting(formatting.styles | {style}, formatting.link)
        if tag in _BREAKING:
            flow.end()
            self.nodes(node.iter(include_text=True), flow, formatting)
            flow.end()
        else:
            self.nodes(node.iter(include_text=True), flow, formatting)

    def _leave_if_enough(self, flow: Flow, node: LexborNode) -> None:
        """Leaves the text where there is enough of it; from there on only media is read."""
        self._asked_at = len(flow.blocks)
        if self._is_enough is None or not self._is_enough(flow.blocks):
            return
        # There are never as many blocks, so it is not asked again.
        self._asked_at = MAX_NODES
        self.is_whole = False
        # Media may stand anywhere behind, so the walk goes on, but only along the ways to them.
        self._wanted = _with_ancestors(descendants(node.parser.body or node, _MEDIA))
        if not self._wanted:
            self._nodes_left = 0


def _with_ancestors(nodes: Iterable[LexborNode]) -> set[int]:
    """The ids in memory of nodes and of all that they lie in."""
    ids: set[int] = set()
    for start in nodes:
        node: LexborNode | None = start
        while node is not None and node.mem_id not in ids:
            ids.add(node.mem_id)
            node = node.parent
    return ids


def _css_of(node: LexborNode) -> Styles | None:
    """What an element's attributes make of its text; ``None``: it is not shown."""
    attributes = node.attributes
    if not attributes:
        return NO_STYLE
    if "hidden" in attributes:
        return None
    name = attributes.get("class")
    css = attributes.get("style")
    if not name and not css:
        return NO_STYLE
    if len(name or "") + len(css or "") < _MAX_CACHED:
        return _cached_styles(name, css)
    return _styles_of(name, css)


def _styles_of(name: str | None, css: str | None) -> Styles | None:
    """What classes and CSS say in place of tags; ``None``: that the element is not shown."""
    if is_dropped(name, css):
        return None
    styles: set[TextStyle] = set()
    if name and rules.SPOILER_CLASS.search(name):
        styles.add(TextStyle.SPOILER)
    if css and ("font-" in css or "text-decoration" in css):
        styles.update(style for style, pattern in rules.STYLES if pattern.search(css))
    return frozenset(styles)


# Pages repeat their classes all the time; longer ones might fill the memory.
_cached_styles = lru_cache(maxsize=2048)(_styles_of)
