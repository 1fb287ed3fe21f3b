"""Where an article or a long summary is divided, by example."""

from dataclasses import replace

import pytest

from bot.content.localize import Wording
from bot.content.messages.article import compose_articles
from bot.content.messages.progress import next_message
from bot.content.messages.summary import compose_sequence
from bot.content.render.terminal import plain
from bot.content.split.rich_limits import Limits
from bot.model import (
    NO_PREFERENCES,
    Chat,
    ChatKind,
    Delivery,
    Fallback,
    Item,
    Message,
    Options,
    Progress,
    RichMessage,
    Target,
)
from bot.model.template import parse_template
from tests.content.test_split_laws import item
from tests.support.any_items import FEED, NOW
from tests.support.rich_judge import assert_within, blocks_of, media_of
from tests.support.rich_outline import outline
from tests.support.telegram_parser import assert_legal

WORDS = "word " * 40
SENTENCES = "Here is one sentence more. " * 12


def outlines(html: str, **limits: int) -> list[list[str]]:
    """The lines of each part between its frame, words that fill shortened to one."""
    parts = compose_articles(item(html), FEED, Options(), limits=Limits(**limits))
    lines = [outline(part).partition("\n---")[0].split("\n") for part in parts]
    lines[0], lines[-1] = lines[0][2:], lines[-1][:-1]
    return [[_short(line) for line in part] for part in lines]


def _short(line: str) -> str:
    return line.replace(WORDS.strip(), "…").replace("paragraph | ", "")


def test_a_numbered_list_goes_on_with_its_numbers() -> None:
    html = f"<ol start='3'>{f'<li>{WORDS}</li>' * 5}</ol>"

    assert outlines(html, text=800) == [
        [
            "list",
            "  - type 1 value 3",
            "    …",
            "  - type 1 value 4",
            "    …",
            "  - type 1 value 5",
            "    …",
        ],
        ["list", "  - type 1 value 6", "    …", "  - type 1 value 7", "    …"],
    ]


def test_a_table_begins_with_its_header_in_every_part_and_rows_that_belong_together_stay_so() -> (
    None
):
    row = f"<tr><td>{WORDS}</td><td>1</td></tr>"
    tall = f"<tr><td rowspan=2>{WORDS}</td><td>2</td></tr><tr><td>3</td></tr>"
    html = (
        f"<table><caption>Sizes</caption><tr><th>Name</th><th>Size</th></tr>{row}{row}{tall}"
        "</table>"
    )

    first, second = outlines(html, text=600)

    assert first[1:] == ["  Name (header) | Size (header)", "  … | 1", "  … | 1"]
    assert second[1:] == ["  Name (header) | Size (header)", "  … (rowspan 2) | 2", "  3"]
    assert ("Sizes" in first[0], "Sizes" in second[0]) == (True, False)


def test_a_link_leads_to_a_place_of_its_own_message_or_is_text() -> None:
    notes = "".join(f'<p id="n{number}">Note {number}</p>' for number in (1, 2))
    html = (
        f'<p>A<a href="#n1">1</a></p>{f"<p>{WORDS}</p>" * 3}<p>B<a href="#n1">1</a><a '
        f'href="#n2">2</a></p>{notes}'
    )

    first, *_, last = compose_articles(item(html), FEED, Options(), limits=Limits(text=500))

    assert "anchor_link" not in str(blocks_of(first))
    assert str(blocks_of(last)).count("anchor_link") == 2
    for one in (first, last):
        assert_within(one, Limits(text=500))


def test_pictures_of_every_part_are_hidden_where_not_everybody_should_see_them() -> None:
    html = (
        f'<p>{WORDS}</p><img src="https://a.example/1.jpg">' * 2
        + f'<p>{WORDS}</p><img src="https://a.example/2.jpg">'
    )
    parts = compose_articles(
        replace(item(html), is_adult=True), FEED, Options(), limits=Limits(text=400)
    )

    assert len(parts) > 1
    assert all(one.is_spoiler for part in parts for one in part.media)
    shown = [
        block["photo"] for part in parts for block in blocks_of(part) if block["type"] == "photo"
    ]
    assert [one["has_spoiler"] for one in shown] == [True] * len(shown)
    assert len(shown) > 1


def test_the_credit_of_a_quote_follows_its_end() -> None:
    html = f"<blockquote>{f'<p>{WORDS}</p>' * 4}<cite>Somebody</cite></blockquote>"

    assert outlines(html, text=600) == [
        ["blockquote", "  …", "  …"],
        ["blockquote | credit: Somebody", "  …", "  …"],
    ]


def test_what_unfolds_says_its_summary_once() -> None:
    html = f"<details><summary>More</summary>{f'<p>{WORDS}</p>' * 4}</details>"

    assert outlines(html, text=600) == [
        ["details | summary: More", "  …", "  …"],
        ["details | summary: …", "  …", "  …"],
    ]


def test_a_heading_goes_with_what_it_leads_to_and_a_rule_at_the_border_is_left_out() -> None:
    html = f"<p>{WORDS}</p><p>{WORDS}</p><hr><h2>Next</h2><p>{WORDS}</p><p>{WORDS}</p>"

    assert outlines(html, text=600) == [["…", "…"], ["heading 2 | Next", "…", "…"]]


def test_a_text_is_divided_only_where_no_message_holds_it_and_then_at_the_end_of_a_sentence() -> (
    None
):
    (first, *others) = outlines(f"<p>{SENTENCES * 4}</p><p>{WORDS}</p>", text=800)

    assert first[0].endswith("sentence more.")
    assert others[-1] == ["…"] or others[-1][-1] == "…"
    assert sum(line.count("Here is one") for part in (first, *others) for line in part) == 48


def test_code_is_divided_at_a_line() -> None:
    parts = outlines(
        "<pre>" + "\n".join(f"print({number:04})" for number in range(150)) + "</pre>", text=1_500
    )

    assert len(parts) == 2
    assert parts[0][-1].endswith(")")
    assert parts[1][-1].startswith("pre | print(")


def test_pictures_beyond_what_one_message_shows_are_in_the_next() -> None:
    html = "".join(f'<p>{number}</p><img src="/{number}.jpg">' for number in range(120))
    parts = compose_articles(item(html), FEED, Options())

    assert [len(list(media_of(blocks_of(part)))) for part in parts] == [50, 50, 20]


def test_beyond_the_last_message_is_a_link_to_the_rest() -> None:
    parts = compose_articles(item(f"<p>{WORDS}</p>" * 2_000), FEED, Options())

    assert [part.is_cut for part in parts] == [False] * 4 + [True]
    assert plain(parts[-1]).endswith("… Read the rest <https://site.example/a>")


# ---------------------------------------------------------------- classic messages

LONG = "".join(
    f"<p>Sentence {number} ends here. {'More of it follows. ' * 8}</p>" for number in range(40)
)
PICTURE = '<img src="/a.jpg">'


def test_a_caption_ends_with_a_sentence_and_texts_go_on() -> None:
    first, *others = compose_sequence(item(PICTURE + LONG), FEED, Options(summary=6_000))

    assert first.html.startswith(
        '<a href="https://site.example/a"><b>The title</b></a>\n\nSentence 0'
    )
    assert first.html.endswith("follows.")
    assert len(first.html) > 700
    assert [len(one.media) for one in (first, *others)] == [1, 0, 0]
    assert others[-1].html.endswith('<a href="https://site.example/a">Feed</a>')
    assert [one.preview for one in others] == [None, None]


def test_a_summary_that_five_messages_do_not_hold_ends_with_a_sentence_and_the_way_on() -> None:
    parts = compose_sequence(item(PICTURE + LONG * 10), FEED, Options(summary=20_000))
    way_on = '<a href="https://site.example/a">… more</a>'

    assert len(parts) == 5
    assert parts[-1].html.endswith(f'. {way_on}\n\n<a href="https://site.example/a">Feed</a>')
    assert not any(way_on in one.html for one in parts[:-1])
    assert sum(len(one.html) for one in parts) > 15_000


@pytest.mark.parametrize(("summary", "is_cut"), [(6_000, True), (20_000, False)])
def test_the_way_on_follows_only_where_something_is_missing(summary: int, *, is_cut: bool) -> None:
    parts = compose_sequence(item(PICTURE + LONG), FEED, Options(summary=summary))

    assert len(parts) > 1
    assert ["… more" in one.html for one in parts] == [*([False] * (len(parts) - 1)), is_cut]


def test_a_template_is_laid_out_once_over_all_messages() -> None:
    template = parse_template("{feed}: *{title}*\n\n{summary:3000}\n\nThe end of {title}.")
    parts = compose_sequence(item(PICTURE + LONG), FEED, Options(template=template))

    assert len(parts) == 2
    assert parts[0].html.startswith(
        '<a href="https://site.example/">Feed</a>: <a href="https://site.example/a"><b>The title'
    )
    assert parts[0].media
    assert "The end of" not in parts[0].html
    assert plain(parts[1]).endswith("The end of The title <https://site.example/a>.")


@pytest.mark.parametrize(
    ("fallback", "count"),
    [(Fallback.FULL, 3), (Fallback.UPLOAD, 3), (Fallback.TEXT, 2), (Fallback.PLAIN, 1)],
)
def test_every_rung_but_the_last_says_the_whole_summary(fallback: Fallback, count: int) -> None:
    assert (
        len(compose_sequence(item(PICTURE + LONG), FEED, Options(summary=6_000), fallback)) == count
    )


def test_an_item_that_is_all_title_is_one_message() -> None:
    endless = Item(1, 1, None, "T" * 9_000, "", None, item("").first_seen, "<p>Words.</p>")

    assert len(compose_sequence(endless, FEED, Options(summary=20_000))) == 1


# ---------------------------------------------------------------- a part that is refused


def lowered(part: Message | RichMessage, fallback: Fallback) -> Message | RichMessage:
    """What the second of two parts is sent as, one rung or more below the first."""
    chat = Chat(1, ChatKind.PRIVATE)
    begun = Progress(1, (7,), 7, 1, NO_PREFERENCES, Fallback.FULL, "mark")
    delivery = Delivery(1, Target(1), chat, fallback, 0, NOW, FEED, item(""), begun)
    message, after = next_message((part, part), "mark", delivery, Fallback.FULL, Wording())
    assert after is None
    return message


def test_a_refused_part_is_shown_without_its_media_and_then_as_text() -> None:
    (article,) = compose_articles(item(PICTURE + "<p>One <b>bold</b> word.</p>"), FEED, Options())
    bare, text, last = (
        lowered(article, fallback) for fallback in (Fallback.BARE, Fallback.CLASSIC, Fallback.PLAIN)
    )

    assert isinstance(bare, RichMessage)
    assert (bare.media, list(media_of(blocks_of(bare)))) == ((), [])
    assert isinstance(text, Message)
    assert "One bold word." in text.html
    assert text == last


@pytest.mark.parametrize("fallback", [Fallback.CLASSIC, Fallback.TEXT, Fallback.PLAIN])
def test_a_refused_part_that_is_long_leads_to_the_rest(fallback: Fallback) -> None:
    (article,) = compose_articles(item(f"<p>{WORDS}</p>" * 100), FEED, Options())
    message = lowered(article, fallback)

    assert isinstance(message, Message)
    assert_legal(message)
    assert plain(message).removesuffix(" <https://site.example/a>").endswith("… Read the rest")


def test_a_text_with_many_links_is_plain_and_still_short_enough() -> None:
    links = "".join(
        f'<a href="https://site.example/{"x" * 300}{number}">link</a> ' for number in range(99)
    )
    message = lowered(Message(links), Fallback.PLAIN)

    assert isinstance(message, Message)
    assert_legal(message)
    assert "<" not in message.html
