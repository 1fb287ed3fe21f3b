"""One case, one file: an item above, its article below, as the outline shows it.

Besides the fields of the other cases: ``media: no``, and a limit by its name.
"""

from pathlib import Path

import pytest

from bot.content.article import compose_article
from bot.content.budget import Limits
from tests.rich_judge import Judge, assert_within
from tests.rich_outline import outline
from tests.test_content_cases import BODY, read_case

CASES = sorted((Path(__file__).parent / "cases" / "rich").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_item_becomes_the_article_of_its_case(path: Path) -> None:
    case = path.read_text()
    item, feed, options, _, expected = read_case(case)
    fields = dict(line.split(": ", 1) for line in case.partition(BODY)[0].splitlines() if not line.startswith("#"))
    limits = Limits(**{name: int(fields[name]) for name in ("text", "blocks", "columns") if name in fields})

    article = compose_article(item, feed, options, media="media" not in fields, limits=limits)

    assert outline(article) == expected
    assert_within(article, limits)
    Judge().echo(article)
