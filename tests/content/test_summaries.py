"""Where texts are cut, in the scripts that people write."""

import time

import pytest

from bot.content.measure import is_visible, take, units
from bot.content.messages.summary import is_cut, with_read_more
from bot.content.split.boundaries import grapheme_end, sentence_end, word_end
from bot.content.split.excerpt import summarise
from bot.model.document import (
    Blocks,
    Figure,
    Heading,
    Image,
    Paragraph,
    Preformatted,
    Run,
    text_of,
)
from tests.support.pace import allowed

SCRIPTS = {
    "Latin": (
        "Mr. Smith paid 3.50 on Jan. 5. He left early. Nobody knew why he did",
        "Mr. Smith paid 3.50 on Jan. 5. He left early.",
    ),
    "German": (
        "Am 3. Oktober kam z.B. Dr. Meier. Danach war Ruhe. Und so blieb",
        "Am 3. Oktober kam z.B. Dr. Meier. Danach war Ruhe.",
    ),
    "Cyrillic": (
        "Он пришёл в 10.30 утра. «Всё готово!» Потом ушёл домой и",
        "Он пришёл в 10.30 утра. «Всё готово!»",
    ),
    "Chinese": (
        "他说：“我们准备好了。”大家都笑了！然后继续向前走去",
        "他说：“我们准备好了。”大家都笑了！",
    ),
    "Japanese": (
        "今日は晴れです。「行こう！」と彼は言った。それから皆で",
        "今日は晴れです。「行こう！」と彼は言った。",
    ),
    "Korean": (
        "오늘은 맑습니다. 내일은 비가 옵니다. 그래서 우리는",
        "오늘은 맑습니다. 내일은 비가 옵니다.",
    ),
    "Arabic": (
        "وصل الوفد صباحا. هل انتهى الأمر؟ قال المتحدث إن",
        "وصل الوفد صباحا. هل انتهى الأمر؟",
    ),
    "Urdu": ("وہ گھر گیا۔ پھر واپس آیا۔ اس کے بعد", "وہ گھر گیا۔ پھر واپس آیا۔"),
    "dialogue in Russian": (
        "Стало тихо. «Кто там?» — спросил он. И снова",
        "Стало тихо. «Кто там?» — спросил он.",
    ),
    "abbreviations in Polish": (
        "Biuro jest przy ul. Długiej. Zapraszamy. Do zobaczenia",
        "Biuro jest przy ul. Długiej. Zapraszamy.",
    ),
    "Devanagari": ("वह घर गया। फिर वापस आया। उसके बाद", "वह घर गया। फिर वापस आया।"),
    "Armenian": ("Նա եկավ։ Հետո գնաց։ Եվ այդպես", "Նա եկավ։ Հետո գնաց։"),
    "Amharic": ("እሱ መጣ። ከዚያ ሄደ። እና", "እሱ መጣ። ከዚያ ሄደ።"),
    "Burmese": ("သူလာသည်။ ပြန်သွားသည်။ ထို့နောက်", "သူလာသည်။ ပြန်သွားသည်။"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_summary_ends_with_a_sentence_in_every_script(script: str) -> None:
    text, expected = SCRIPTS[script]

    assert text[: sentence_end(text, len(text) - 1)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Army",
        "See e.g. Foo",
        "J. R. R. Tolkien",
        "at 5 p.m. today",
        "version 2.0 is",
        "No. 5",
        "and so on... then it",
        "Yahoo! said it",
        "written for ASP.NET and",
        "viven en EE. UU. y",
        "डॉ. शर्मा",
        "«Кто там?» — спросил",
    ],
)
def test_abbreviations_numbers_and_initials_end_no_sentence(text: str) -> None:
    assert sentence_end(text, len(text) - 1) == 0


WAY = (Run("… more", link="https://a.example/"),)


def after(*runs: Run) -> str:
    """The last paragraph of a summary with its way on."""
    last = with_read_more((Paragraph(runs),), WAY)[-1]
    assert isinstance(last, Paragraph)
    assert last.runs[-1] == WAY[0]
    return text_of(last.runs)


def test_the_way_on_takes_the_place_of_the_ellipsis() -> None:
    link = Run("a link", link="https://b.example/")

    assert after(Run("A sentence.")) == "A sentence. … more"
    assert after(Run("Broken off"), Run("…")) == "Broken off… more"
    assert after(Run("Broken off…")) == "Broken off… more"
    assert after(link, Run("…")) == "a link… more"
    assert after(link) == "a link … more"
    assert after(Run("…")) == "… more"


def test_the_way_on_stands_below_what_is_no_paragraph() -> None:
    code = Preformatted("x\n…")

    assert with_read_more((code,), WAY) == (code, Paragraph(WAY))
    assert with_read_more((code,), ()) == (code,)
    assert with_read_more((), WAY) == ()


def test_pictures_at_the_end_do_not_count_as_cut() -> None:
    blocks = (Paragraph((Run("Whole."),)), Figure((Image(("https://a.example/a.jpg",)),)))

    assert not is_cut(blocks, blocks[:1])
    assert is_cut((*blocks, Paragraph((Run("More."),))), blocks[:1])
    assert not is_cut(blocks, ())


def test_thai_is_cut_at_its_spaces() -> None:
    text = "รัฐบาลประกาศมาตรการใหม่วันนี้ ประชาชนตอบรับเป็นอย่างดี และหวังว่า"

    assert text[: word_end(text, 60)] == "รัฐบาลประกาศมาตรการใหม่วันนี้ ประชาชนตอบรับเป็นอย่างดี"


@pytest.mark.parametrize(
    ("text", "limit", "end"),
    [
        ("ab👨‍👩‍👧", 4, 2),
        ("a👍🏽b", 2, 1),
        ("🇩🇪🇫🇷", 3, 2),
        ("e\u0301e\u0301", 3, 2),
        ("กำ", 1, 1),
        ("क्षि", 2, 2),
        ("a\u1100\u1161\u11a8", 3, 1),
        ("a❤️", 2, 1),
        ("🏴\U000e0067\U000e007f", 2, 2),
        ("🇩🇪" * 20, 39, 38),
        ("a\u200d\u0301b", 2, 2),
        ("e" + "\u0301" * 50, 10, 10),
    ],
)
def test_no_cut_falls_into_what_shows_as_one(text: str, limit: int, end: int) -> None:
    assert grapheme_end(text, limit) == end


@pytest.mark.parametrize("cluster", ["e" + "\u0301" * 300_000, "\U0001f468\u200d" * 150_000])
def test_a_cluster_as_long_as_the_text_is_cut_in_no_time(cluster: str) -> None:
    began = time.process_time()

    assert grapheme_end(f"Hello {cluster}", 30_000) == 6
    assert time.process_time() - began < allowed(0.5)


def paragraphs(*texts: str) -> Blocks:
    return tuple(Paragraph((Run(text),)) for text in texts)


def shown(blocks: Blocks) -> str:
    return "\n".join(text_of(block.runs) for block in blocks if isinstance(block, Paragraph))


def test_whole_paragraphs_are_kept_while_they_fit() -> None:
    blocks = paragraphs(
        "One sentence that tells something.", "Another sentence that tells more.", "A third."
    )

    assert summarise(blocks, 200) == blocks
    assert summarise(blocks, 70) == blocks[:2]


def test_a_first_sentence_that_is_too_long_ends_at_a_word_with_an_ellipsis() -> None:
    assert shown(summarise(paragraphs("word " * 100), 60)) == "word " * 11 + "word…"


def test_text_without_spaces_ends_between_characters() -> None:
    assert shown(summarise(paragraphs("字" * 100), 20)) == "字" * 19 + "…"


def test_a_short_first_sentence_does_not_waste_the_room() -> None:
    text = "No. " + "And then a very long sentence follows that says a lot " * 4

    assert shown(summarise(paragraphs(text), 100)).endswith("…")


def test_no_cut_falls_into_a_link() -> None:
    runs = (
        Run("Before it. See also this "),
        Run("a linked title. With two sentences", link="https://a.example/"),
        Run(" and more of it."),
    )

    assert shown(summarise((Paragraph(runs),), 40)) == "Before it. See also this…"


def test_captions_bylines_and_headings_are_no_summary() -> None:
    text = Paragraph((Run("The text tells what happened in the town yesterday."),))
    blocks = (
        Figure((Image(("https://a.example/a.jpg",)),), caption=(Run("A caption."),)),
        Paragraph((Run("By Jane Doe"),)),
        Heading(2, (Run("Introduction"),)),
        text,
        Heading(2, (Run("What follows"),)),
        Preformatted("x" * 500),
    )

    assert summarise(blocks, 100) == (text,)


def test_short_posts_are_kept_although_they_tell_little() -> None:
    blocks = paragraphs("hello", "world")

    assert summarise(blocks, 100) == blocks


def test_length_is_counted_in_utf_16_units() -> None:
    assert units("a😀字") == 4
    assert take("😀😀😀", 5) == 2
    assert take("abc", 9) == 3


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u3164\u2800", "\u0301", "\u202e"])
def test_what_nobody_sees_is_not_visible(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(text + "字")
