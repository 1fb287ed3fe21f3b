"""The JSON in the tables: its exact text is a promise, and what older versions wrote is read."""

from datetime import date, timedelta

import pytest

from bot.model import (
    AlertKind,
    Choices,
    Enclosure,
    Fallback,
    FeedAlert,
    ParsedItem,
    Poll,
    PollResult,
    Preferences,
    Progress,
)
from bot.store import rows
from tests.support.stored import NOW

OF_CHAT = Choices({"language": "de", "style": "rich", "template": "{title}"})
PROGRESS = Progress(2, (11, 12), 12, -7, Preferences(OF_CHAT), Fallback.HALVED, "abc")
PROGRESS_TEXT = (
    '{"v":1,"sent":2,"ids":[11,12],"last":12,"form":"halved","hash":"abc","chat":-7,'
    '"chosen":{"chat":{"language":"de","style":"rich","template":"{title}"}}}'
)
PROGRESS_BEFORE_LEVELS = (
    '{"v":1,"sent":2,"ids":[11,12],"last":12,"form":"halved","hash":"abc","chat":{"id":-7,'
    '"kind":"supergroup","title":"Lake","lang":"de","style":"rich","template":"{title}","away":""}}'
)
OLD_PROGRESS = (
    '{"parts": 2, "message_ids": [11, 12], "last": 12, "chat": {"id": -7, "kind": "supergroup", '
    '"title": "Lake", "language": "de", "style": "rich", "template": "{title}", "suspended": ""}, '
    '"form": "halved", "digest": "abc"}'
)
ITEM = ParsedItem(
    "id",
    None,
    "Title",
    html="<p>ü</p>",
    tags=("a", "b"),
    enclosures=(
        Enclosure("https://example.org/1.mp3", "audio/mpeg", 9, 60, "Song", "https://e.org/p.png"),
        Enclosure("https://example.org/2"),
    ),
    is_adult=True,
    day=date(2026, 3, 1),
)
ITEM_TEXT = (
    '{"v":1,"html":"<p>ü</p>","tags":["a","b"],"files":[{"url":"https://example.org/1.mp3",'
    '"type":"audio/mpeg","bytes":9,"seconds":60,"title":"Song","poster":"https://e.org/p.png"},'
    '{"url":"https://example.org/2"}],"adult":1,"day":"2026-03-01"}'
)
OLD_ITEM = (
    '{"html": "<p>ü</p>", "tags": ["a", "b"], "enclosures": [["https://example.org/1.mp3", '
    '"audio/mpeg", 9, 60, "Song", "https://e.org/p.png"], ["https://example.org/2", "", null]], '
    '"is_adult": true}'
)
HISTORY = (
    Poll(NOW, PollResult.NEW, 3, 120),
    Poll(NOW, PollResult.FAILED, 0, 5, "error-http", {"status": 503}),
)
HISTORY_TEXT = (
    '{"v":1,"polls":[[1772366400000,"new",3,120],'
    '[1772366400000,"failed",0,5,"error-http",{"status":503}]]}'
)
OLD_HISTORY = (
    '[[1772366400000,"new",3,120],[1772366400000,"failed",0,5,"error-http",{"status":503}]]'
)
ALERT = FeedAlert(AlertKind.BACKLOG, facts={"count": 5})


def item_row(content: str | None) -> dict[str, object]:
    return {
        "id": 1,
        "feed_id": 2,
        "link": None,
        "title": "Title",
        "author": "",
        "published": None,
        "first_seen": rows.to_ms(NOW),
        "content": content,
    }


def test_what_is_written_is_this_text_and_no_other() -> None:
    assert rows.progress_text(PROGRESS) == PROGRESS_TEXT
    assert rows.content_of(ITEM) == ITEM_TEXT
    assert rows.content_of(ParsedItem(None, None, "")) == '{"v":1,"html":""}'
    assert rows.history_text(HISTORY) == HISTORY_TEXT
    assert rows.history_text(()) == ""
    assert rows.arrivals_text((NOW,)) == '{"v":1,"at":[1772366400000]}'
    assert rows.arrivals_text(()) == ""
    assert rows.facts_text(ALERT, [8, 9]) == '{"v":1,"facts":{"count":5},"items":[8,9]}'
    assert rows.facts_text(ALERT, []) == '{"v":1,"facts":{"count":5}}'
    assert rows.ids_text([4, 5]) == '{"v":1,"ids":[4,5]}'


@pytest.mark.parametrize(
    "text",
    [PROGRESS_TEXT, PROGRESS_BEFORE_LEVELS, OLD_PROGRESS],
    ids=["now", "before levels", "0.2"],
)
def test_progress_is_read_as_this_version_and_older_ones_wrote_it(text: str) -> None:
    assert rows.read_progress(text) == PROGRESS
    assert rows.read_progress("") is None


@pytest.mark.parametrize("text", [ITEM_TEXT, OLD_ITEM], ids=["version 1", "0.2"])
def test_items_are_read_as_this_version_and_older_ones_wrote_them(text: str) -> None:
    item = rows.item_of(item_row(text))

    assert (item.html, item.tags, item.is_adult) == (ITEM.html, ITEM.tags, True)
    assert item.enclosures == ITEM.enclosures


@pytest.mark.parametrize("text", [HISTORY_TEXT, OLD_HISTORY], ids=["version 1", "older"])
def test_history_is_read_as_this_version_and_older_ones_wrote_it(text: str) -> None:
    assert rows.read_history(text) == HISTORY
    assert rows.read_history("") == ()


@pytest.mark.parametrize("text", ['{"v":1,"at":[1772366400000]}', "[1772366400000]"])
def test_arrivals_are_read_as_this_version_and_older_ones_wrote_them(text: str) -> None:
    assert rows.read_arrivals(text) == (NOW,)


@pytest.mark.parametrize(
    "text", ['{"v":1,"facts":{"count":5},"items":[8,9]}', '{"count": 5, "items": [8, 9]}']
)
def test_facts_are_read_as_this_version_and_older_ones_wrote_them(text: str) -> None:
    assert rows.read_facts(text) == ({"count": 5}, [8, 9])
    assert rows.read_facts("{}") == ({}, [])


@pytest.mark.parametrize("text", ['{"v":1,"ids":[4,5]}', "[4, 5]"])
def test_ids_are_read_as_this_version_and_older_ones_wrote_them(text: str) -> None:
    assert rows.read_ids(text) == [4, 5]


def test_keys_that_a_newer_version_added_are_passed_over() -> None:
    assert rows.read_progress('{"more":[1],' + PROGRESS_TEXT[1:]) == PROGRESS
    assert rows.read_progress('{"more": 1, ' + OLD_PROGRESS[1:]) == PROGRESS
    assert rows.read_history('{"v":1,"more":2,"polls":[[1772366400000,"new",3,120,"",{},7]]}') == (
        Poll(NOW, PollResult.NEW, 3, 120),
    )
    content = '{"v":1,"html":"x","new":{},"files":[{"url":"u","codec":"av2"}]}'
    assert rows.item_of(item_row(content)).enclosures == (Enclosure("u"),)


def test_words_that_only_a_newer_version_knows_become_what_comes_closest() -> None:
    progress = rows.read_progress(PROGRESS_TEXT.replace('"halved"', '"hologram"'))

    assert progress is not None
    assert progress.fallback is Fallback.FULL
    newer = '{"v":1,"polls":[[1,"dreamt",0,0],[1772366400000,"same",0,0]]}'
    assert rows.read_history(newer) == (Poll(NOW, PollResult.SAME),)


def test_moments_are_kept_to_the_millisecond() -> None:
    moment = NOW + timedelta(milliseconds=999)

    assert rows.from_ms(rows.to_ms(moment)) == moment
