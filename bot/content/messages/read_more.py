"""Whether a summary was cut, and the way on from where it ends."""

from bot.content.document import Blocks, Divider, Figure, Paragraph, Run, Runs
from bot.content.html.flow import trim

_ELLIPSIS = "…"


def is_cut(blocks: Blocks, summary: Blocks) -> bool:
    """Whether a summary of these very blocks leaves out their end; pictures and dividers do not count."""
    last = next(
        (block for block in reversed(blocks) if not isinstance(block, Figure | Divider)), None
    )
    return bool(summary) and last is not None and summary[-1] is not last


def with_way_on(summary: Blocks, way: Runs) -> Blocks:
    """A summary that ends with the way on: behind its last words, or below what is no paragraph.

    ``way`` begins with an ellipsis, which takes the place of that where the text was broken off.
    """
    if not summary or not way:
        return summary
    *before, last = summary
    if not isinstance(last, Paragraph):
        return (*summary, Paragraph(way))
    runs = last.runs
    if runs[-1].text.endswith(_ELLIPSIS) and runs[-1].link is None:
        runs = trim((*runs[:-1], runs[-1]._replace(text=runs[-1].text.removesuffix(_ELLIPSIS))))
        return (*before, Paragraph((*runs, *way)))
    return (*before, Paragraph((*runs, Run(" "), *way)))
