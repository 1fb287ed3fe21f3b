"""Templates: what is a fault, and what holds for all of them; messages are in ``cases/items``."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.messages.summary import compose
from bot.errors import TemplateFault
from bot.model import Fallback, Feed, Item, Options
from bot.model.template import MAX_TEMPLATE, Field, Literal, Markup, Slot, Template, parse_template
from tests.support.any_items import FEEDS, HUGE, ITEMS, NOW, OPTIONS, QUICK
from tests.support.telegram_parser import assert_legal, execute

PIECES = st.sampled_from([
    *(f"{{{field}}}" for field in Field if field is not Field.SUMMARY), "{title:9}", "{tags:1}",
    "{author|feed}", "{{",
    "}}", "*", "_", "[", "]", "[more]({link})", "[{title}]({link})", "\n", "\n\n", " ", " · ", " (",
    ")", "by ", "<b>",
    "&amp;", "中文", "😀", "\u202e", "\x00", "e\u0301", "\u200b", "https://a.example/",
])  # fmt: skip
PARTS = st.lists(PIECES, max_size=12).map("".join)
SUMMARIES = st.sampled_from(
    ["", "{summary}", "{summary:60}", "*{summary|title|link}*", "[{summary:3000}]({link})"]
)
FAULTS = st.one_of(st.sampled_from(["{", "}", "{titel}", "{summary:0}"]), st.text(max_size=4))
SOUND = st.builds("{}{}{}".format, PARTS, SUMMARIES, PARTS)
TEMPLATES = st.one_of(
    SOUND, SOUND, st.lists(st.one_of(PIECES, FAULTS), max_size=9).map("".join), st.text(max_size=40)
)
WORDY = [
    "😀" * MAX_TEMPLATE,
    "{title}" * 140,
    "{summary}" + "{title}" * 100,
    "{tags}\n" * 120,
    "{summary}" + "*{title}* _{link}_\n" * 40,
]


@pytest.fixture(scope="module", autouse=True)
def quiet() -> None:
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


# ---------------------------------------------------------------- what is written


def test_a_template_is_read_as_it_was_written() -> None:
    template = parse_template(
        "{{*{ Title }* | {author|feed:20}}}\r\n\r\n[_go_]({link}) 2 * 3 snake_case"
    )

    assert template.lines == (
        (
            Literal("{"),
            Slot((Field.TITLE,), markup=Markup(is_bold=True)),
            Literal(" | "),
            Slot((Field.AUTHOR, Field.FEED), 20),
            Literal("}"),
        ),
        (),
        (Literal("go", Markup(is_italic=True, is_linked=True)), Literal(" 2 * 3 snake_case")),
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("{titel}", 1, 1, "{titel}: there is no such field; did you mean {title}?"),
        ("{title}\n by {autor|feed}", 2, 5, "did you mean {author}?"),
        ("{}", 1, 1, "there are title, link, summary, author, date, tags, feed, image"),
        ("{colour}", 1, 1, "there is no such field"),
        ("{title:many}", 1, 1, "a length is a whole number from 1 to 4096"),
        ("{summary:0}", 1, 1, "a length is a whole number"),
        ("{summary:}", 1, 1, "a length is a whole number"),
        ("{summary:99999}", 1, 1, "a length is a whole number"),
        (
            "{title}\n{image:2}",
            2,
            1,
            "{image:2}: {image} stands for pictures, and takes neither a length nor",
        ),
        ("a {feed | image}", 1, 3, "{image} stands for pictures"),
        ("{imge}", 1, 1, "did you mean {image}?"),
        ("{summary:٣}", 1, 1, "a length is a whole number"),
        ("x\n\n😀{title", 3, 2, "{title: this brace is never closed on its line"),
        ("{title\n}", 1, 1, "this brace is never closed"),
        ("{{title}", 1, 8, "this brace closes nothing"),
        (
            "{summary}\n*{{* {title|summary:9}",
            2,
            6,
            "{title|summary:9}: the summary stands further up already",
        ),
        ("[more]({lnk})", 1, 8, "did you mean {link}?"),
        (
            "x\n" + "y" * MAX_TEMPLATE,
            2,
            MAX_TEMPLATE - 1,
            "a template holds 1000 characters at the most",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        parse_template(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in str(caught.value)


# ---------------------------------------------------------------- laws


@QUICK
@given(text=TEMPLATES, item=ITEMS, feed=FEEDS, options=OPTIONS, form=st.sampled_from(Fallback))
def test_any_template_is_refused_or_makes_a_legal_message_of_any_item(
    text: str, item: Item, feed: Feed, options: Options, form: Fallback
) -> None:
    try:
        template = parse_template(text)
    except TemplateFault:
        return
    message = compose(item, feed, replace(options, template=template), form)

    assert_legal(message)
    assert "secret" not in message.html


@QUICK
@given(st.text(max_size=60))
def test_any_text_can_be_written_with_its_braces_doubled(text: str) -> None:
    template = parse_template(text.replace("{", "{{").replace("}", "}}"))

    assert template.slots == ()


@pytest.mark.parametrize("form", [Fallback.FULL, Fallback.TEXT])
@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_what_is_too_long_is_cut_legally(html: str, form: Fallback) -> None:
    feed = Feed(1, "https://feeds.example/rss", "F" * 5000, "https://site.example/")
    link = "https://site.example/" + "p" * 1900
    item = Item(
        1, 1, link, "T" * 5000, "A" * 5000, NOW, NOW, html + '<img src="/a.jpg">', ("tag" * 9,) * 9
    )

    for template in map(parse_template, WORDY):
        assert_legal(compose(item, feed, Options(summary=4096, template=template), form))


def test_the_summary_gives_way_before_anything_else() -> None:
    body = "<p>" + "A sentence of some length stands here. " * 200 + '</p><img src="/a.jpg">'
    item = Item(1, 1, "https://site.example/", "The title", "Ann", NOW, NOW, body, ("tag",))
    template = parse_template("{title}\n{summary:3000}\n{author}\n{tags}")

    html = compose(
        item, Feed(1, "https://feeds.example/rss", "Feed"), Options(template=template)
    ).html

    assert html.startswith('<a href="https://site.example/"><b>The title</b></a>\nA sentence')
    assert html.endswith("stands here.\nAnn\n#tag")
    assert 900 < len(html) < 1100


def test_a_template_that_shows_nothing_of_an_item_leaves_it_as_it_is() -> None:
    item = Item(1, 1, "https://site.example/", "The title", "", None, NOW, "")
    feed = Feed(1, "https://feeds.example/rss", "Feed")

    template = parse_template("{author}\n\n{date}")

    assert compose(item, feed, Options(template=template)) == compose(item, feed, Options())


def test_an_empty_template_is_one_empty_line() -> None:
    assert parse_template("") == Template(((),))
