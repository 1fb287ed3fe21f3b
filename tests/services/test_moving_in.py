"""What comes in from databases of other bots, and what does not."""

import os
import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import CannotImport
from bot.model import ChatKind, Digest, Scope, Subscription
from bot.predecessors import Losses, opened
from bot.services.moving_in import Moved, StoreHouse, TrialHouse, move_in
from bot.store import Store, people, predecessors, subscriptions
from bot.store.choices import held
from tests.support.other_bots import YESTERDAY, RssttTables, flowerss, hashes, rssbot
from tests.support.stored import NOW, chat_row
from tests.support.stored import opened as opened_store

ANN, GROUP, CHANNEL = 1001, -1_001_234_567_890, -1_009_876_543_210
MINUTE = timedelta(minutes=1)
NEWS, BLOG = "https://example.org/news.xml", "https://example.org/blog.xml"


async def bring(store: Store, file: Path, losses: Losses | None = None) -> Moved:
    losses = losses or Losses()
    with opened(file, losses, 5 * MINUTE) as old:
        return await move_in(old, StoreHouse(store, 10 * MINUTE, lambda: NOW), losses)


async def of_chat(store: Store, chat: int) -> list[Subscription]:
    return await store.run(subscriptions.of_chat, chat)


async def chosen(store: Store, chat: int) -> dict[str, str]:
    """What is chosen for a chat itself."""
    [holding] = await store.run(held, Scope(chat))
    return dict(holding.choices)


def own(subscription: Subscription) -> dict[str, str]:
    """What is chosen for a subscription itself."""
    return dict(subscription.preferences.subscription)


def some_rsstt() -> RssttTables:
    tables = RssttTables()
    tables.user(ANN)
    tables.feed(7, NEWS)
    tables.sub(ANN, 7)
    return tables


# ---------------------------------------------------------------- RSStT


@pytest.mark.parametrize("form", ["sqlite", "dump"])
async def test_chats_feeds_and_subscriptions_of_rsstt_come_from_both_its_databases(
    tmp_path: Path, form: str
) -> None:
    tables = some_rsstt()
    tables.user(CHANNEL, state=50, admin=ANN, lang="zh-Hans")
    tables.tables["feed"][0]["entry_hashes"] = hashes("n-1", "n-2")
    tables.feed(8, BLOG, title="Tab\there, and a \\ too")
    tables.sub(CHANNEL, 8)
    tables.sub(CHANNEL, 7, state=0)
    write = tables.sqlite if form == "sqlite" else tables.dump
    async with opened_store(tmp_path) as store:
        moved = await bring(store, write(tmp_path / "old"))
        [news] = await of_chat(store, ANN)
        [paused, blog] = sorted(await of_chat(store, CHANNEL), key=lambda s: s.feed.url == BLOG)
        channel = await store.run(chat_row, CHANNEL)
        seen = await store.run(predecessors.find, news.feed.id)
        language = await chosen(store, CHANNEL)

    assert (moved.chats.new, moved.feeds.new, moved.subscriptions.new, moved.paused) == (2, 2, 3, 1)
    assert (news.feed.url, news.feed.title, news.paused, news.user_id) == (NEWS, "Feed 7", "", ANN)
    assert (blog.feed.title, blog.user_id) == ("Tab\there, and a \\ too", ANN)
    assert paused.paused == "user"
    assert (channel["kind"], channel["added_by"]) == (ChatKind.CHANNEL, ANN)
    assert language == {"language": "zh-hans"}
    assert seen is not None
    assert seen.since == YESTERDAY
    assert zlib.crc32(b"n-1") in seen.seen


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ({"notify": 0}, {"sound": "silent"}),
        ({"send_mode": -1}, {"style": "link"}),
        ({"send_mode": 1}, {"style": "telegraph"}),
        ({"send_mode": 2}, {"style": "rich"}),
        ({"length_limit": 768}, {"summary": "768"}),
        ({"link_preview": -1}, {"preview": "off"}),
        ({"display_author": 1}, {"author": "on"}),
        ({"display_via": -4}, {"source": "off"}),
        ({"display_entry_tags": 1}, {"tags": "on"}),
        ({"display_media": 1}, {"images": "only"}),
        ({"display_media": -1}, {"images": "none"}),
        ({"interval": 45}, {"interval": "45m"}),
        ({"interval": 1}, {"interval": "5m"}),
        ({"interval": 4320}, {"interval": "1d"}),
    ],
)
async def test_settings_of_rsstt_become_ours_for_chats_and_for_subscriptions(
    tmp_path: Path, there: dict[str, int], here: dict[str, str]
) -> None:
    tables = RssttTables()
    tables.user(ANN, **there)
    tables.user(GROUP)
    tables.feed(7, NEWS)
    tables.sub(ANN, 7)
    tables.sub(GROUP, 7, **there)
    async with opened_store(tmp_path) as store:
        await bring(store, tables.sqlite(tmp_path / "old"))
        of_ann = await chosen(store, ANN)
        [inherited], [chosen_here] = await of_chat(store, ANN), await of_chat(store, GROUP)

    assert of_ann == {"language": "en", **here}
    assert own(inherited) == {}
    assert own(chosen_here) == here


async def test_a_subscription_that_goes_back_to_the_usual_says_so_where_its_chat_does_not(
    tmp_path: Path,
) -> None:
    tables = RssttTables()
    tables.user(ANN, send_mode=1, notify=0, length_limit=512, display_media=-1)
    tables.feed(7, NEWS)
    tables.sub(ANN, 7, send_mode=0, notify=1, length_limit=0, display_media=-1)
    async with opened_store(tmp_path) as store:
        await bring(store, tables.sqlite(tmp_path / "old"))
        [subscription] = await of_chat(store, ANN)

    assert own(subscription) == {"style": "auto", "sound": "loud", "summary": "500"}


async def test_titles_and_tags_come_and_what_is_too_much_is_cut_and_told(tmp_path: Path) -> None:
    tables = some_rsstt()
    tables.feed(8, BLOG)
    tables.sub(ANN, 8, title="Long " * 40, tags="one two three four five six 123 @ann")
    tables.tables["sub"][0] |= {"title": "Morning  paper", "tags": "press_review 中文"}
    losses = Losses()
    async with opened_store(tmp_path) as store:
        await bring(store, tables.sqlite(tmp_path / "old"), losses)
        [news, blog] = await of_chat(store, ANN)

    assert own(news) == {"title": "Morning paper", "hashtags": "#press_review #中文"}
    assert own(blog)["hashtags"] == "#one #two #three #four #five"
    assert len(own(blog)["title"]) == 64
    assert losses.counts == {
        "titles of more than 64 characters: cut": 1,
        "hashtags that are none, or longer than 32": 1,
        "hashtags beyond 5 of one subscription": 2,
    }


async def test_what_has_no_like_here_is_counted_and_what_was_banned_is_paused(
    tmp_path: Path,
) -> None:
    tables = RssttTables()
    tables.user(ANN, state=-1, sub_limit=5, display_title=-1)
    tables.user(GROUP, state=-1, sub_limit=9, lang="tlh")
    tables.feed(7, NEWS)
    tables.feed(8, "nothing of an address")
    tables.sub(ANN, 7)
    tables.sub(GROUP, 7, style=1, notify=33)
    tables.sub(GROUP, 8)
    tables.sub(4711, 7)
    tables.user(1002, state=100)
    tables.option("default_interval", "25")
    losses = Losses()
    async with opened_store(tmp_path) as store:
        with opened(tables.sqlite(tmp_path / "old"), losses, 5 * MINUTE) as old:
            await move_in(old, StoreHouse(store, 10 * MINUTE, lambda: NOW), losses)
            notes = old.notes
        [of_ann], [of_group] = await of_chat(store, ANN), await of_chat(store, GROUP)
        rules = await store.run(people.rules)

    assert (of_ann.paused, of_ann.held) == ("", people.BANNED)
    assert (rules[ANN].banned, rules[ANN].subscriptions) == (NOW, 5)
    assert of_group.paused == "user"
    assert notes == (
        "its managers, here: [access] admins = [1002]",
        'its default interval, here: [polling] default_interval = "25m"',
    )
    assert losses.counts == {
        "groups that were banned: all is paused there": 1,
        "limits of subscriptions of single groups": 1,
        "languages that are not spoken here": 1,
        "feeds whose address is none": 1,
        "subscriptions of feeds that cannot come": 1,
        "subscriptions of chats that are not there": 1,
        "settings of display_title: there is no such setting here": 1,
        "the style of flowerss: see /template": 1,
        "values that are not known": 1,
    }


async def test_an_early_database_of_rsstt_with_fewer_columns_comes_too(tmp_path: Path) -> None:
    tables = some_rsstt()
    early = tables.sqlite(
        tmp_path / "old",
        without=[
            "display_media",
            "display_entry_tags",
            "title_of_sub",
            "sub_limit",
            "last_modified",
        ],
    )
    async with opened_store(tmp_path) as store:
        moved = await bring(store, early)

    assert moved.subscriptions.new == 1


async def test_people_who_only_said_hello_come_only_if_they_chose_something(tmp_path: Path) -> None:
    tables = some_rsstt()
    tables.user(5, lang="")
    tables.user(6, lang="zh-Hans")
    async with opened_store(tmp_path) as store:
        moved = await bring(store, tables.sqlite(tmp_path / "old"))

    assert moved.chats.found == 2


# ---------------------------------------------------------------- flowerss-bot, rssbot


async def test_flowerss_comes_with_sound_telegraph_tags_intervals_and_what_is_switched_off(
    tmp_path: Path,
) -> None:
    file = flowerss(
        tmp_path / "old",
        sources=[
            {"id": 1, "link": NEWS, "title": "News", "error_count": 0},
            {"id": 2, "link": BLOG, "title": "Blog", "error_count": 101},
        ],
        subscribes=[
            {"id": 1, "user_id": ANN, "source_id": 1, "enable_notification": 0, "interval": 90},
            {"id": 2, "user_id": GROUP, "source_id": 1, "enable_telegraph": 0, "tag": "#a #b"},
            {"id": 3, "user_id": GROUP, "source_id": 2},
        ],
        contents=[
            {"source_id": 1, "hash_id": "1", "raw_id": "n-1", "raw_link": "https://example.org/1"},
            {"source_id": 1, "hash_id": "2", "raw_id": "", "raw_link": "https://example.org/2"},
        ],
    )
    async with opened_store(tmp_path) as store:
        await bring(store, file)
        [of_ann] = await of_chat(store, ANN)
        [news, blog] = await of_chat(store, GROUP)
        seen = await store.run(predecessors.find, news.feed.id)
        unread = await store.run(predecessors.find, blog.feed.id)

    assert own(of_ann) == {"sound": "silent", "interval": "90m"}
    assert own(news) == {"style": "classic", "hashtags": "#a #b"}
    assert (news.paused, blog.paused) == ("", "user")
    assert seen is not None
    assert seen.digest is Digest.CRC32
    assert len(seen.seen) == 2
    # Noted with eight hours of offset, and nanoseconds.
    assert seen.since == datetime(2026, 11, 29, 12, 0, 0, 123000, tzinfo=UTC)
    assert unread is None


async def test_rssbot_comes_with_its_chats_and_what_it_has_seen(tmp_path: Path) -> None:
    file = rssbot(
        tmp_path / "old",
        [
            {"link": NEWS, "title": "News", "subscribers": [ANN, GROUP], "seen": ["n-1"]},
            {"link": BLOG, "title": "Blog", "subscribers": [-4242], "down_time": {"secs": 1}},
            {"link": "javascript:x", "title": "?", "subscribers": [ANN, "x", None]},
        ],
    )
    os.utime(file, (YESTERDAY.timestamp(),) * 2)
    losses = Losses()
    async with opened_store(tmp_path) as store:
        moved = await bring(store, file, losses)
        [news] = await of_chat(store, ANN)
        [blog] = await of_chat(store, -4242)
        group = await store.run(chat_row, -4242)
        seen = await store.run(predecessors.find, news.feed.id)
        of_blog = await store.run(predecessors.find, blog.feed.id)

    assert (moved.chats.new, moved.feeds.new, moved.subscriptions.new) == (3, 2, 3)
    assert group["kind"] == ChatKind.GROUP
    assert seen is not None
    assert (seen.digest, seen.since) == (Digest.SIPHASH, YESTERDAY)
    assert of_blog is not None
    assert of_blog.since is None
    assert losses.counts["feeds whose address is none"] == 1


# ---------------------------------------------------------------- again, and beside what is here


async def test_a_second_time_nothing_comes_twice_and_what_was_changed_here_stays(
    tmp_path: Path,
) -> None:
    tables = some_rsstt()
    file = tables.sqlite(tmp_path / "old")
    async with opened_store(tmp_path) as store:
        await bring(store, file)
        [first] = await of_chat(store, ANN)
        await store.run(subscriptions.pause, ANN, [first.id], "user", NOW)
        again = await bring(store, file)
        [second] = await of_chat(store, ANN)

    assert (again.chats.new, again.feeds.new, again.subscriptions.new) == (0, 0, 0)
    assert (again.chats.found, again.subscriptions.found) == (1, 1)
    assert (second.id, second.paused) == (first.id, "user")


async def test_what_a_kill_interrupted_is_completed_the_next_time(tmp_path: Path) -> None:
    tables = RssttTables()
    for number in range(1, 1201):
        tables.user(number)
        tables.feed(number, f"https://example.org/{number}.xml")
        tables.sub(number, number)
    file = tables.sqlite(tmp_path / "old")

    class Killed(Exception):
        pass

    class Ending(StoreHouse):
        async def add_subscriptions(self, found: Iterable[object]) -> int:
            await super().add_subscriptions(found)  # type: ignore[arg-type]
            raise Killed

    async with opened_store(tmp_path) as store:
        with pytest.raises(Killed), opened(file, Losses(), 5 * MINUTE) as old:
            await move_in(old, Ending(store, 10 * MINUTE, lambda: NOW), Losses())
        moved = await bring(store, file)

    assert (moved.chats.new, moved.feeds.new, moved.subscriptions.new) == (0, 0, 700)


async def test_a_trial_counts_what_would_be_new_and_writes_nothing(tmp_path: Path) -> None:
    tables = some_rsstt()
    tables.feed(8, BLOG)
    path = tmp_path / "tidings.db"
    async with opened_store(tmp_path) as store:
        await bring(store, tables.sqlite(tmp_path / "first"))
        tables.sub(ANN, 8)
        tables.user(GROUP)
        tables.sub(GROUP, 8)
        second = tables.sqlite(tmp_path / "second")
        with opened(second, Losses(), 5 * MINUTE) as old:
            trial = await move_in(old, TrialHouse(path), Losses())
        really = await bring(store, second)

    assert trial == really
    assert (trial.chats.new, trial.feeds.new, trial.subscriptions.new) == (1, 0, 2)


def test_a_trial_needs_no_database(tmp_path: Path) -> None:
    TrialHouse(tmp_path / "none.db")

    assert list(tmp_path.iterdir()) == []


async def test_old_addresses_that_are_one_here_become_one_feed(tmp_path: Path) -> None:
    tables = some_rsstt()
    tables.feed(8, f"{NEWS}#top")
    tables.sub(ANN, 8)
    async with opened_store(tmp_path) as store:
        moved = await bring(store, tables.sqlite(tmp_path / "old"))

    assert (moved.feeds.found, moved.feeds.new, moved.subscriptions.new) == (2, 1, 1)


# ---------------------------------------------------------------- files that are something else


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PGDMP\x01", "pg_restore -f"),
        (b"\x1f\x8b\x08", "gunzip"),
        (b"PK\x03\x04", "unpack"),
        (b"<?xml version='1.0'?><opml/>", "OPML goes to the bot"),
        (b"-- MySQL dump 10.13", "mysql2sqlite"),
        (b'{"a": 1}', "none of what can be imported"),
        (b"\0\xff\xfe\x80", "none of what can be imported"),
        (b"[1, 2, 3]", "nothing"),
        (b'[{"name": "x"}]', "not rssbot's"),
        (b'[{"link": "x", "subscribers": [1]}', "ends in the middle"),
        (b"[" * 100_000, "ends in the middle"),
        (b"[" + b"9" * 10_000 + b"]", "ends in the middle"),
        (b"-- PostgreSQL database dump\nCREATE TABLE x (a int);\n", "without the tables of RSStT"),
        (b"-- PostgreSQL database dump\nINSERT INTO public.feed VALUES (1);\n", "--inserts"),
        (b"-- PostgreSQL database dump\nCOPY public.sub (id) FROM stdin;\n1\n", "damaged"),
        (b"-- PostgreSQL database dump\nCOPY public.sub (id) FROM stdin;\n1\t2\n\\.\n", "damaged"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "cannot be read"),
    ],
)  # fmt: skip
async def test_what_cannot_be_imported_is_told_in_one_line_with_the_cure(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "old"
    file.write_bytes(content)
    if content == b"[1, 2, 3]":
        moved = await trial(file)
        assert moved.subscriptions.found == 0
        return
    with pytest.raises(CannotImport) as caught:
        await trial(file)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


async def trial(file: Path) -> Moved:
    losses = Losses()
    with opened(file, losses, 5 * MINUTE) as old:
        return await move_in(old, TrialHouse(file.parent / "none.db"), losses)


async def test_a_database_of_our_own_or_of_somebody_else_is_none(tmp_path: Path) -> None:
    async with opened_store(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE feed (id, link)")

    for name, words in (("tidings.db", "of Tidings itself"), ("other.db", "neither of RSStT")):
        with pytest.raises(CannotImport, match=words):
            await trial(tmp_path / name)
    with pytest.raises(CannotImport, match="No such file"):
        await trial(tmp_path / "none")
    with pytest.raises(CannotImport, match="directory"):
        await trial(tmp_path)


anything = st.one_of(
    st.none(), st.integers(-(2**70), 2**70).map(str), st.integers(-300, 300), st.text(max_size=80),
    st.binary(max_size=20), st.floats(),
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(anything, min_size=25, max_size=25))
async def test_whatever_stands_in_the_columns_nothing_is_raised_but_words(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    tables = RssttTables()
    tables.user(ANN, lang=values[0], admin=values[1], state=values[2], interval=values[3],
                send_mode=values[4], length_limit=values[5], sub_limit=values[6])  # fmt: skip
    tables.feed(7, NEWS, title=values[7], entry_hashes=values[8], updated_at=values[9],
                error_count=values[10])  # fmt: skip
    tables.feed(8, str(values[11]), entry_hashes='["x", 5, {}, null]')
    tables.sub(ANN, 7, title=values[12], tags=values[13], interval=values[14], notify=values[15],
               state=values[16], display_via=values[17])  # fmt: skip
    tables.user(values[18])  # type: ignore[arg-type]
    tables.sub(values[18], values[19])  # type: ignore[arg-type]
    tables.option("default_interval", values[20])  # type: ignore[arg-type]
    flowers = flowerss(
        folder / "flowerss",
        [{"id": 1, "link": NEWS, "title": values[21], "error_count": values[22]}],
        [{"user_id": ANN, "source_id": 1, "tag": values[23], "interval": values[24]}],
        [{"source_id": 1, "raw_id": values[0], "raw_link": values[1], "created_at": values[2]}],
    )
    async with opened_store(folder) as store:
        await bring(store, tables.sqlite(folder / "rsstt"))
        await bring(store, flowers)
        found = await of_chat(store, ANN)

    assert [subscription.feed.url for subscription in found].count(NEWS) == 1
