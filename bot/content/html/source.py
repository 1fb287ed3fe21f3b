"""Untrusted HTML made safe to parse.

The parser is linear on anything people write, but quadratic on depth and on attributes, and
misnested formatting multiplies nodes: what goes in is bounded here, so that no input costs more
than a fraction of a second.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.content.html.embedded import with_names

MAX_LENGTH = 256 * 1024
"""Characters; eight times what a rich message can hold."""
MAX_TAGS = 10_000
MAX_COPIES = 150_000
"""Nodes that misnested formatting may make of others."""

_SMALL = 16 * 1024
"""Characters; what is shorter cannot cost much, and most checks are spared."""
_FORMATTING = re.compile(
    # That it may be one of them at all is soon seen by its first letter.
    r"<(?=[bcefistu])(b(?:ig)?|code|em|font|i|s(?:mall|tr(?:ike|ong))?|tt|u)[\s/]",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(rf"{_FORMATTING.pattern}[^<>]*", re.IGNORECASE)
# A tag of 200 attributes, by the tokeniser of the HTML standard (13.2.5.32 ff.).
_CROWDED = re.compile(
    r"<[a-z][^ \t\n\f\r/>]*+"
    r"(?:[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
    r"(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+"
    r"(?:\"[^\"]*+\"|'[^']*+'|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+))?+){200}",
    re.IGNORECASE,
)


def parse(source: str) -> LexborNode | None:
    """The body of a bounded parse; ``None`` where there is nothing."""
    return LexborHTMLParser(_bounded(source)).body


def _bounded(source: str) -> str:
    # First, as a picture's bytes are longer than most articles.
    source = with_names(source)
    if len(source) > _SMALL:
        source = source[:MAX_LENGTH]
    tags = source.count("<")
    if tags > MAX_TAGS:
        source = "<".join(source.split("<", MAX_TAGS)[:MAX_TAGS])
        tags = MAX_TAGS
    if len(source) > _SMALL:
        crowded = _CROWDED.search(source)
        if crowded:
            source = source[: crowded.start()]
    # All tags may be formatting: to count those that are takes time, and is rarely needed.
    if tags * tags > MAX_COPIES and len(_FORMATTING.findall(source)) * tags > MAX_COPIES:
        source = _ATTRIBUTES.sub(r"<\1", source)
    return source
