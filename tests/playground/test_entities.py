"""Our parser of Telegram's HTML agrees with Telegram's own (TDLib), down to words of errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from playground.errors import ApiError
from playground.text import tdlib
from playground.text.entities import compose, detect
from playground.text.formatted_text import Entity, FormattedText, cap, normalise, trim
from playground.text.html import parse_html
from playground.text.links import InvalidLink, check_link

Json = dict[str, Any]
_CASES = Path(__file__).parents[1] / "cases" / "entities"
_MARKDOWN = "*_~|`[]()\\"
_HIDE = {ord(mark): 0xE100 + index for index, mark in enumerate(_MARKDOWN)}
_SHOW = {hidden: mark for mark, hidden in _HIDE.items()}


def _load() -> list[Any]:
    return [
        pytest.param(json.loads(line), id=f"{path.stem}-{number}")
        for path in sorted(_CASES.glob("*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").strip("\n").split("\n"), 1)
    ]


CASES = _load()


def _as_case(html: str, formatted: FormattedText) -> Json:
    rows = [
        [e.type, e.offset, e.length, *([e.argument] if e.argument else [])]
        for e in formatted.entities
    ]
    return {"html": html, "text": formatted.text, "entities": rows}


def _own(html: str) -> Json:
    try:
        return _as_case(html, normalise(parse_html(html)))
    except ApiError as refusal:
        return {"html": html, "error": refusal.description}


def _tdlib(html: str) -> Json:
    """TDLib's parser, then its normalisation.

    Only ``parseMarkdown`` offers that: so Markdown is hidden from it.
    """
    try:
        tdlib.parse(html, "html")
    except ApiError as refusal:
        return {"html": html, "error": refusal.description}
    mode = {"@type": "textParseModeHTML"}
    parsed = tdlib.execute({"@type": "parseTextEntities", "text": html, "parse_mode": mode})
    fixed = tdlib.execute(
        {"@type": "parseMarkdown", "text": parsed | {"text": parsed["text"].translate(_HIDE)}}
    )
    return _as_case(html, tdlib.read(fixed | {"text": fixed["text"].translate(_SHOW)}))


@pytest.mark.parametrize("case", CASES)
def test_our_parser_gives_the_case(case: Json) -> None:
    assert _own(case["html"]) == case


@pytest.mark.parametrize("case", CASES)
def test_telegrams_parser_gives_the_case(case: Json) -> None:
    if not tdlib.AVAILABLE:
        pytest.skip("tdjson is not installed")
    assert _tdlib(case["html"]) == case


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150


def test_offsets_count_utf16_units() -> None:
    shown = compose("😀<b>ж</b>", "HTML", ())
    assert shown.entities == (Entity("bold", 2, 1),)


def test_text_is_trimmed_at_both_ends_but_at_the_front_only_up_to_the_first_entity() -> None:
    assert compose("  a  ", "", ()).text == "a"
    assert compose("  <b> a </b> ", "HTML", ()) == FormattedText(" a", (Entity("bold", 0, 2),))


def test_the_tail_of_an_overlong_text_is_lost_and_said_so() -> None:
    cut = normalise(FormattedText("ж" * 40_000))
    assert len(cut.text) == 17_498
    assert cut.losses


def test_control_characters_become_spaces_and_bidi_marks_vanish() -> None:
    assert trim(normalise(FormattedText("a\tb\u202ec\rd"))).text == "a bcd"


def test_of_more_than_a_hundred_entities_links_stay_first() -> None:
    bold = [Entity("bold", 2 * i, 1) for i in range(100)]
    link = Entity("text_link", 200, 1, "http://e.com/")
    capped = cap(FormattedText("x" * 201, (*bold, link)))
    assert len(capped.entities) == 100
    assert link in capped.entities
    assert capped.losses == ("1 entities over 100",)


def test_custom_emoji_are_not_counted() -> None:
    emoji = [Entity("custom_emoji", i, 1, "5") for i in range(150)]
    assert len(cap(FormattedText("x" * 150, tuple(emoji))).entities) == 150


def test_a_bad_link_is_lost_and_said_so() -> None:
    shown = compose('<a href="/relative">x</a>', "HTML", ())
    assert not shown.entities
    assert shown.losses == ("the link '/relative'",)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://localhost/x", "Wrong HTTP URL"),
        ("ftp://e.com", "Unsupported URL protocol"),
        ("http://", "URL host is empty"),
        ("http://e.com:99999", "Wrong port number specified in the URL"),
        ("tg://a b", "Disallowed character in URL host"),
        ("http://[zz]/", "Wrong IPv6 address specified in the URL"),
    ],
)
def test_a_wrong_link_has_telegrams_word_for_it(url: str, fault: str) -> None:
    with pytest.raises(InvalidLink, match=fault):
        check_link(url)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", [("bot_command", 0, 6)]),
        ("/list@tidings_bot", [("bot_command", 0, 17)]),
        ("😀 https://e.com/a?b=c.", [("url", 3, 19)]),
        ("see example.org/feed, ok", [("url", 4, 16)]),
        ("mail a.b@e.com", [("email", 5, 9)]),
        ("by @somebody #news", [("mention", 3, 9), ("hashtag", 13, 5)]),
        ("1/2 and a/b", []),
        ("#2026 only digits", []),
    ],
)
def test_commands_and_addresses_are_found(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(e.type, e.offset, e.length) for e in detect(text)] == found


def test_nothing_is_found_inside_a_link_or_code() -> None:
    shown = compose("<code>/start</code> <a href='http://a.b'>c.com</a> d.com", "HTML", ())
    assert [e.type for e in shown.entities] == ["code", "text_link", "url"]


def test_explicit_entities_are_checked() -> None:
    with pytest.raises(ApiError, match="ends after the end of the text"):
        compose("ab", "", [{"type": "bold", "offset": 1, "length": 5}])
    with pytest.raises(ApiError, match="entity URL 'x' is invalid: Wrong HTTP URL"):
        compose("ab", "", [{"type": "text_link", "offset": 0, "length": 1, "url": "x"}])
    assert compose("ab", "", [{"type": "bold", "offset": 0, "length": 2}]).entities == (
        Entity("bold", 0, 2),
    )


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        compose("x", "wiki", ())
