"""Lists that are imported line by line, over restarts."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.model import Chat, ChatKind, Choices, Scope, SubscriptionLimits, Target
from bot.rules import KeptRule, Reach, Rule, RuleKind
from bot.rules.kept import write_rules
from bot.services.importing import AT_ONCE
from bot.services.subscribing import ENDED_AT_ONCE
from bot.store import Store, chats, choices, feeds, imports, rules, subscriptions
from bot.store.database import Tx
from bot.store.imports import Import, NewImport, NewLine

T = TypeVar("T")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=10)
ROOMY = SubscriptionLimits()


async def begun(store: Store, count: int, *, chat: int = -5, user: int | None = 1) -> Import:
    await store.run(chats.upsert, Chat(chat, ChatKind.GROUP, "Woods"), NOW)
    new = NewImport(Target(chat), None, user, "f.opml", "en", 0, 0)
    lines = [
        NewLine(
            f"https://a.example/{n}", f"Feed {n}", Target(chat), choices=Choices({"style": "rich"})
        )
        for n in range(count)
    ]
    await store.run(imports.begin, new, lines, NOW)
    return (await store.run(imports.open_imports))[-1]


async def test_a_restart_goes_on_with_the_next_line_and_doubles_none(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    store = Store.open(path)
    first = await begun(store, 10)
    await store.run(imports.add_some, first, 4, MINUTES, ROOMY, NOW)
    await store.close()

    store = Store.open(path)
    [import_] = await store.run(imports.open_imports)
    while await store.run(imports.add_some, import_, 4, MINUTES, ROOMY, NOW):
        pass
    tally = await store.run(imports.tally, import_.id)
    count = await store.run(subscriptions.count, -5)
    await store.close()

    assert (tally.added, tally.waiting, tally.total, count) == (10, 0, 10, 10)


async def test_no_part_of_a_long_import_holds_up_the_writer(tmp_path: Path) -> None:
    """By the time of the writer's processor, which a busy machine does not change."""
    spent: list[float] = []

    def timed(tx: Tx, function: Callable[..., T], *args: object) -> T:
        begun_at = time.thread_time()
        answer = function(tx, *args)
        spent.append(time.thread_time() - begun_at)
        return answer

    store = Store.open(tmp_path / "tidings.db")
    await store.run(chats.upsert, Chat(-5, ChatKind.GROUP, "Woods"), NOW)
    new = NewImport(Target(-5), None, 1, "f.opml", "en", 0, 0)
    lines = [NewLine(f"https://a.example/{n}", f"Feed {n}", Target(-5)) for n in range(2000)]
    limits = SubscriptionLimits(chat=5000, person=5000)
    await store.run(timed, imports.begin, new, lines, NOW)
    [import_] = await store.run(imports.open_imports)
    while await store.run(timed, imports.add_some, import_, AT_ONCE, MINUTES, limits, NOW):
        pass
    tally = await store.run(timed, imports.tally, import_.id)
    ids = await store.run(timed, imports.made, -5, import_.id)
    await store.run(timed, subscriptions.unsubscribe_all, -5, NOW, ids[:ENDED_AT_ONCE])
    await store.close()

    assert tally.added == 2000
    assert max(spent) < 0.05


async def test_new_feeds_are_due_at_once_and_nothing_waits_for_their_readers(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path / "tidings.db")
    import_ = await begun(store, 2)
    await store.run(imports.add_some, import_, 10, MINUTES, ROOMY, NOW)
    due = await store.run(feeds.claim_due, NOW, 10, MINUTES)
    [own, _] = await store.run(subscriptions.of_chat, -5)
    await store.close()

    assert [feed.has_baseline for feed in due] == [False, False]
    assert own.preferences.subscription == Choices({"style": "rich"})
    assert own.user_id == 1


async def test_what_has_no_room_is_told_from_what_is_followed_already(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    first = await begun(store, 3)
    await store.run(imports.add_some, first, 10, MINUTES, ROOMY, NOW)
    again = await begun(store, 7)
    await store.run(imports.add_some, again, 10, MINUTES, SubscriptionLimits(chat=5), NOW)
    tally = await store.run(imports.tally, again.id)
    bad = await store.run(imports.bad_lines, again.id)
    await store.close()

    assert (tally.known, tally.added, tally.over) == (3, 2, 2)
    assert [line.url for line in bad] == ["https://a.example/5", "https://a.example/6"]


async def test_an_undo_ends_what_the_import_made_and_nothing_else(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    await store.run(imports.add_some, await begun(store, 2), 10, MINUTES, ROOMY, NOW)
    later = await begun(store, 5)
    await store.run(imports.add_some, later, 10, MINUTES, ROOMY, NOW)
    made = await store.run(imports.made, -5, later.id)
    of_others = await store.run(imports.made, -6, later.id)
    ended = await store.run(subscriptions.unsubscribe_all, -5, NOW, made)
    count = await store.run(subscriptions.count, -5)
    await store.close()

    assert of_others == []
    assert sorted(each.url for each in ended) == [f"https://a.example/{n}" for n in (2, 3, 4)]
    assert [each.choices for each in ended] == [Choices({"style": "rich"})] * 3
    assert count == 2


async def test_a_stopped_import_follows_no_more_and_only_its_chat_stops_it(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path / "tidings.db")
    import_ = await begun(store, 5)
    await store.run(imports.add_some, import_, 2, MINUTES, ROOMY, NOW)
    is_stopped_by_others = await store.run(imports.stop, -6, import_.id)
    is_stopped = await store.run(imports.stop, -5, import_.id)
    is_stopped_again = await store.run(imports.stop, -5, import_.id)
    left = await store.run(imports.add_some, import_, 10, MINUTES, ROOMY, NOW)
    tally = await store.run(imports.tally, import_.id)
    await store.close()

    assert (is_stopped_by_others, is_stopped, is_stopped_again, left) == (False, True, False, 0)
    assert (tally.added, tally.stopped) == (2, 3)


async def test_an_import_follows_its_group_to_a_new_id(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    await begun(store, 5)
    await store.run(chats.migrate, -5, -1005, NOW)
    [import_] = await store.run(imports.open_imports)
    await store.run(imports.add_some, import_, 10, MINUTES, ROOMY, NOW)
    count = await store.run(subscriptions.count, -1005)
    await store.close()

    assert import_.target == Target(-1005)
    assert count == 5


async def test_an_interval_of_the_chat_holds_for_what_is_imported(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    import_ = await begun(store, 1)
    hour = timedelta(hours=1)
    await store.run(choices.change, Scope(-5), {"interval": "1h"}, NOW, hour)
    await store.run(imports.add_some, import_, 10, MINUTES, ROOMY, NOW)
    [own] = await store.run(subscriptions.of_chat, -5)
    await store.close()

    assert own.feed.interval == hour


async def test_rules_in_a_list_hold_for_the_feed_that_they_came_with(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    written = write_rules(
        [KeptRule(1, 7, Reach(subscription_id=3), "Sports", Rule(RuleKind.EXCLUDE, "golf"))]
    )
    await store.run(chats.upsert, Chat(-5, ChatKind.GROUP, "Woods"), NOW)
    line = NewLine(
        "https://a.example/1",
        "A",
        Target(-5),
        choices=Choices({"rules": written, "sound": "silent"}),
    )
    other = NewLine("https://a.example/2", "B", Target(-5))
    new = NewImport(Target(-5), None, 1, "f.opml", "en", 0, 0)
    await store.run(imports.begin, new, [line, other], NOW)
    [import_] = await store.run(imports.open_imports)
    await store.run(imports.add_some, import_, 10, MINUTES, ROOMY, NOW)
    [first, second] = await store.run(subscriptions.of_chat, -5, 2)
    [kept] = await store.run(rules.of_chat, -5)
    routes = await store.run(
        lambda tx: tx.tuples("SELECT ruleset_id > 0 FROM subscriptions ORDER BY id", ())
    )
    await store.close()

    assert (kept.name, kept.rule.text, kept.reach) == (
        "Sports",
        "golf",
        Reach(subscription_id=first.id),
    )
    assert dict(first.preferences.subscription) == {"sound": "silent"}
    assert dict(second.preferences.subscription) == {}
    assert routes == [(1,), (0,)]
