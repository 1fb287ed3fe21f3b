"""The parts of an article: what opens it, where its files go, how it is cut, which way it runs."""

from datetime import UTC, datetime

import pytest

from bot.content.addresses import is_public
from bot.content.lawful import lawful
from bot.content.links import with_links
from bot.content.localize import Wording
from bot.content.media.files import with_files
from bot.content.messages.article import compose_article, is_right_to_left
from bot.content.render.rich import as_parameter, render, spell
from bot.content.split.engine import Cost
from bot.content.split.rich_limits import LIMITS, Limits, cost_of
from bot.model import Enclosure, Item, Options, RichMessage
from bot.model.document import (
    Block,
    Blocks,
    Details,
    Divider,
    Figure,
    Image,
    Listing,
    ListItem,
    Paragraph,
    Quote,
    Run,
    TextStyle,
    Video,
)
from tests.support.any_items import FEED
from tests.support.rich_judge import blocks_of, media_of, texts

SITE = "https://site.example/a"
SENTENCE = "A sentence of the article that says something. "
PHOTO = Image(("https://a.example/1.jpg",))
VIDEO = Video(("https://a.example/1.mp4",))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def figure(*media: Image | Video, caption: str = "") -> Figure:
    return Figure(media, (Run(caption),) if caption else ())


TEXT = paragraph("text")


def article(
    html: str,
    title: str = "Title",
    limits: Limits = LIMITS,
    *,
    enclosures: tuple[Enclosure, ...] = (),
    **words: str,
) -> RichMessage:
    item = Item(
        1, 1, SITE, title, "", None, datetime(2024, 5, 4, tzinfo=UTC), html, enclosures=enclosures
    )
    return compose_article(item, FEED, Options(), limits=limits, wording=Wording(**words))


def kinds(message: RichMessage) -> list[str]:
    return [block["type"] for block in blocks_of(message)]


# ---------------------------------------------------------------- what goes to Telegram


def test_the_parameter_keeps_telegram_from_guessing() -> None:
    message = article("<p>مرحبا بالعالم</p>", title="خبر")

    assert as_parameter(message, {}) == {
        "blocks": blocks_of(message),
        "skip_entity_detection": True,
        "is_rtl": True,
    }
    assert "is_rtl" not in as_parameter(article("<p>hello</p>"), {})


def test_every_medium_is_named_once_and_in_order() -> None:
    message = article(
        '<p>x</p><img src="/2.jpg"><ul><li><img src="/1.jpg"></li></ul><p>y</p><img src="/2.jpg">'
    )

    assert [picture.url for picture in message.media] == [
        "https://site.example/2.jpg",
        "https://site.example/1.jpg",
    ]
    assert [url for url, _ in media_of(blocks_of(message))].count("https://site.example/2.jpg") == 1


def test_a_date_is_a_moment_that_each_reader_sees_in_the_own_zone() -> None:
    item = Item(
        1,
        1,
        SITE,
        "T",
        "",
        datetime(2024, 5, 4, 8, tzinfo=UTC),
        datetime(2024, 5, 4, tzinfo=UTC),
        "<p>x</p>",
    )
    byline = blocks_of(compose_article(item, FEED, Options(time_zone="Asia/Tokyo")))[1]

    assert byline["text"][-1]["unix_time"] == 1714809600
    assert byline["text"][-1]["text"] == "May 4, 2024"


# ---------------------------------------------------------------- files


def test_addresses_become_files_of_whatever_kind_they_are() -> None:
    message = RichMessage((figure(PHOTO), figure(VIDEO)), ())
    media = {
        PHOTO.sources[0]: {"type": "document", "media": "FILE"},
        VIDEO.sources[0]: {"type": "video", "media": "attach://f0"},
    }

    assert as_parameter(message, media)["blocks"] == [
        {"type": "document", "document": {"type": "document", "media": "FILE"}},
        {"type": "video", "video": {"type": "video", "media": "attach://f0"}},
    ]


@pytest.mark.parametrize(
    ("block", "left"),
    [
        (figure(PHOTO), ()),
        (figure(PHOTO, caption="c"), (paragraph("c"),)),
        (
            Figure((PHOTO,), (Run("c"),), (Run("d"),)),
            (Paragraph((Run("c"), Run(" "), Run("d"))),),
        ),
        (figure(PHOTO, PHOTO), ()),
        (Quote((figure(PHOTO),)), ()),
        (Quote((figure(PHOTO),), (Run("c"),)), (paragraph("c"),)),
        (Quote((figure(PHOTO), TEXT)), (Quote((TEXT,)),)),
        (
            Details((Run("s"),), (figure(PHOTO), Divider())),
            (Paragraph((Run("s", frozenset({TextStyle.BOLD})),)),),
        ),
        (Listing((ListItem((figure(PHOTO),)),)), ()),
        (
            Listing((ListItem((figure(PHOTO),), None, 1), ListItem((TEXT,), None, 2)), "1"),
            (Listing((ListItem((TEXT,), None, 2),), "1"),),
        ),
    ],
)
def test_a_missing_picture_leaves_no_hole(block: Block, left: Blocks) -> None:
    assert with_files((block,), {}) == left


def test_a_collage_of_which_one_is_left_is_a_picture_with_its_caption() -> None:
    other = Image(("https://a.example/2.jpg",))
    media = {other.sources[0]: {"type": "photo", "media": "FILE"}}

    assert with_files((figure(PHOTO, other, caption="c"),), media) == (figure(other, caption="c"),)


def test_a_document_stands_below_the_pictures_that_it_was_among() -> None:
    other = Image(("https://a.example/2.jpg",))
    media = {
        PHOTO.sources[0]: {"type": "document", "media": "FILE"},
        other.sources[0]: {"type": "photo", "media": "FILE"},
    }

    assert with_files((figure(PHOTO, other, caption="c"),), media) == (
        figure(other, caption="c"),
        figure(PHOTO),
    )


def test_a_missing_video_is_a_link() -> None:
    assert with_files((figure(VIDEO),), {}) == (
        Paragraph((Run("▶ "), Run("1.mp4", link="https://a.example/1.mp4"))),
    )


@pytest.mark.parametrize(
    ("size", "kind"), [(1_000_000, "audio"), (30_000_000, "paragraph"), (None, "paragraph")]
)
def test_an_attached_sound_is_played_where_telegram_can_fetch_it(
    size: int | None, kind: str
) -> None:
    message = article(
        "<p>Notes.</p>", enclosures=(Enclosure("https://a.example/1.mp3", "audio/mpeg", size),)
    )

    assert kinds(message) == ["heading", "paragraph", kind, "paragraph", "paragraph"]
    assert "1.mp3" in str(blocks_of(message)[2])


# ---------------------------------------------------------------- what opens it


def test_the_first_picture_stands_below_the_title_where_it_would_come_late() -> None:
    late = f"<p>{SENTENCE * 200}</p><img src='/late.jpg'><p>End.</p>"

    assert kinds(article(late))[:3] == ["heading", "photo", "paragraph"]
    assert kinds(article(f"<p>{SENTENCE}</p>{late}"))[1] == "photo"
    assert kinds(article(f"<p>{SENTENCE}</p><img src='/soon.jpg'>"))[:4] == [
        "heading", "paragraph", "paragraph", "photo",
    ]  # fmt: skip


def test_an_attached_picture_that_the_body_shows_is_not_shown_twice() -> None:
    attached = (Enclosure("https://site.example/hero-1280x720.jpg", "image/jpeg"),)

    assert kinds(article('<p>x</p><img src="/hero.jpg">', enclosures=attached)).count("photo") == 1
    assert kinds(article('<p>x</p><img src="/other.jpg">', enclosures=attached)).count("photo") == 2


@pytest.mark.parametrize(("count", "kind"), [(1, "photo"), (2, "collage"), (11, "slideshow")])
def test_pictures_that_belong_together_stand_together(count: int, kind: str) -> None:
    images = "".join(f'<img src="/{number}.jpg">' for number in range(count))

    assert kinds(article(f"<figure>{images}</figure><p>Text.</p>"))[1] == kind


def test_a_long_text_without_a_title_has_its_link_on_top() -> None:
    title = "The ferry leaves from pier four…"
    body = f"<p>The ferry leaves from pier four today. {SENTENCE * 300}</p>"

    message = article(body, title)

    assert SITE in str(blocks_of(message)[0])
    assert "heading" not in kinds(message)


# ---------------------------------------------------------------- how it is cut


def test_one_endless_paragraph_ends_with_a_sentence() -> None:
    message = article(f"<p>{SENTENCE * 2000}</p>")

    assert message.is_cut
    assert "".join(texts(blocks_of(message)[2])).endswith("something.")
    assert 30_000 < cost_of(message.blocks).text <= 32_768


def test_a_paragraph_that_nearly_fits_is_left_out_whole() -> None:
    message = article(f"<p>{SENTENCE * 670}</p><p>{SENTENCE * 60}</p>")

    assert message.is_cut
    assert len(message.blocks) == 4


def test_an_endless_table_and_endless_code_are_cut_too() -> None:
    table = article("<table>" + "<tr><td>a</td><td>b</td></tr>" * 1000 + "</table>")
    code = article("<pre>" + "a line of code\n" * 5000 + "</pre>")

    assert 480 < len(blocks_of(table)[2]["cells"]) < 500
    assert blocks_of(code)[2]["text"][-1].endswith("a line of code\n…")


def test_more_than_fifty_pictures_are_linked() -> None:
    message = article("<p>x</p>" + "".join(f'<p>{n}</p><img src="/{n}.jpg">' for n in range(60)))

    assert cost_of(message.blocks).media == 50
    assert not message.is_cut
    assert str(blocks_of(message)).count("🖼") == 10


def test_half_the_limits_are_for_a_second_try() -> None:
    half = LIMITS.halved()
    message = article("".join(f"<p>{SENTENCE}</p>" for _ in range(400)), limits=half)

    assert message.is_cut
    assert half.blocks == 250
    assert cost_of(message.blocks).fits(Cost(half.text, half.blocks, half.media, half.runs))


def test_the_end_speaks_the_language_of_the_chat() -> None:
    short, long = (
        article("<p>x</p>", original="阅读原文"),
        article(f"<p>{SENTENCE * 2000}</p>", rest="继续阅读"),
    )

    assert blocks_of(short)[-1]["text"] == {"type": "url", "text": "阅读原文", "url": SITE}
    assert "".join(texts(blocks_of(long)[-1]["text"])) == "… 继续阅读"


# ---------------------------------------------------------------- text


def text_at(run: Run, depth: int) -> object:
    (block,) = render(lawful((Paragraph((run,)),), depth), {})
    return block["text"]


def test_styles_are_laid_around_one_another_as_deep_as_there_is_room() -> None:
    run = Run(
        "x", frozenset({TextStyle.BOLD, TextStyle.ITALIC, TextStyle.CODE}), "https://a.example/"
    )

    assert text_at(run, 3) == {
        "type": "url", "text": {"type": "bold", "text": "x"}, "url": "https://a.example/",
    }  # fmt: skip
    assert text_at(run, 1) == "x"


def test_a_long_string_is_sent_in_parts_that_telegram_does_not_cut() -> None:
    parts = spell((Run("漢" * 20_000),))

    assert isinstance(parts, list)
    assert "".join(parts) == "漢" * 20_000
    assert all(len(part.encode()) < 34_996 for part in parts)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x", True),
        ("https://8.8.8.8/", True),
        ("http://[2001:4860:4860::8888]/", True),
        ("http://127.0.0.1/", False),
        ("http://10.0.0.1:8080/x", False),
        ("http://[::1]/", False),
        ("http://[::::]/", False),
        ("http://1.2.3.999/", False),
        ("http://printer.local/", False),
        ("mailto:a@b.example", False),
    ],
)
def test_a_link_leads_to_a_public_host(url: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_public(url) is expected


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("见https://a.example/x。好", ["https://a.example/x"]),
        ("two: http://a.example, http://b.example!", ["http://a.example", "http://b.example"]),
        ("http://localhost/ and http:// alone", []),
        ("https://a.example/" + "x" * 9000, []),
    ],
)
def test_addresses_in_the_text_are_links(text: str, links: list[str]) -> None:
    runs = with_links((Run(text),))

    assert "".join(run.text for run in runs) == text
    assert [run.link for run in runs if run.link] == links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", False),
        ("שלום עולם", True),
        ("الجسر مفتوح في Lisbon", True),
        ("The Arabic word for bridge is جسر, they say", False),
        ("漢字", False),
        ("123 — 456", False),
    ],
)
def test_the_greater_part_of_the_letters_decides_the_direction(text: str, expected: bool) -> None:  # noqa: FBT001 - as above
    assert is_right_to_left([text]) is expected
