"""How many subscriptions there may be, and how much may wait for one chat."""

from pathlib import Path

import pytest

from bot.errors import ChatIsFull, PersonIsFull
from bot.model import Chat, ChatKind, SubscriptionLimits, Target
from bot.store import Tx, chats, flood, subscriptions
from bot.store.rows import read_facts
from bot.store.subscriptions import Ended
from tests.support.stored import ENGLISH, NOW, opened, publish, put_feed, put_reader, rows

LIMITS = SubscriptionLimits(chat=2, person=3, exempt=frozenset({99}))


def follow(
    tx: Tx, name: str, chat_id: int = 1, user_id: int | None = None, topic_id: int = 0
) -> bool:
    """Whether it was new."""
    chats.upsert(tx, Chat(chat_id, ChatKind.GROUP, "", ENGLISH), NOW)
    feed = put_feed(tx, name)
    target = Target(chat_id, topic_id)
    _, is_new = subscriptions.subscribe(tx, target, feed.id, NOW, None, user_id, LIMITS)
    return is_new


async def test_a_chat_has_so_many_in_all_its_topics_and_keeps_what_it_has(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(follow, "one")
        await store.run(follow, "two", topic_id=5)
        with pytest.raises(ChatIsFull) as full:
            await store.run(follow, "three", topic_id=6)

        assert full.value.args_ == {"limit": 2}
        assert not await store.run(follow, "one")
        assert await store.run(subscriptions.count, 1) == 2
        assert await store.run(follow, "three", 2)


async def test_a_person_has_so_many_in_all_chats(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for chat_id, name in ((1, "one"), (1, "two"), (2, "three")):
            await store.run(follow, name, chat_id, 7)
        with pytest.raises(PersonIsFull) as full:
            await store.run(follow, "four", 2, 7)

        assert full.value.args_ == {"limit": 3}
        assert await store.run(follow, "four", 2, 8)
        assert await store.run(follow, "four", 3, None)


async def test_whoever_made_us_a_member_answers_for_what_is_asked_without_a_name(
    tmp_path: Path,
) -> None:
    def add(tx: Tx, chat_id: int) -> None:
        chats.upsert(tx, Chat(chat_id, ChatKind.CHANNEL, "", ENGLISH), NOW)
        chats.set_inviter(tx, chat_id, 7)

    async with opened(tmp_path) as store:
        for chat_id, name in ((-1, "one"), (-2, "two"), (-3, "three"), (-4, "four")):
            await store.run(add, chat_id)
            if chat_id > -4:
                await store.run(follow, name, chat_id)
        with pytest.raises(PersonIsFull):
            await store.run(follow, "four", -4)
        assert await store.run(follow, "four", -4, 8)


async def test_an_operator_is_not_bound(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in range(5):
            assert await store.run(follow, f"feed {number}", 1, 99)


async def test_an_undo_brings_back_all_that_ended_but_nothing_beside_what_came_since(
    tmp_path: Path,
) -> None:
    def end_all(tx: Tx) -> list[Ended]:
        for number in range(4):
            put_reader(tx, put_feed(tx, f"feed {number}"))
        return subscriptions.unsubscribe_all(tx, 1, NOW)

    async with opened(tmp_path) as store:
        ended = await store.run(end_all)
        assert len(await store.run(subscriptions.restore, 1, ended, NOW, 2)) == 4
        ended = await store.run(subscriptions.unsubscribe_all, 1, NOW)
        await store.run(follow, "another")
        with pytest.raises(ChatIsFull):
            await store.run(subscriptions.restore, 1, ended, NOW, 2)

        assert await store.run(subscriptions.count, 1) == 1


async def test_what_waits_beyond_the_limit_becomes_lists_of_the_feeds_that_brought_most(
    tmp_path: Path,
) -> None:
    def fill(tx: Tx) -> None:
        quiet, loud = put_feed(tx, "quiet"), put_feed(tx, "loud")
        put_reader(tx, quiet)
        put_reader(tx, loud)
        put_reader(tx, loud, 2)
        publish(tx, quiet, "q0", "q1")
        publish(tx, loud, *(f"l{number}" for number in range(20)))

    def alerts_told(tx: Tx) -> list[tuple[int, str, str]]:
        found = tx.query(
            """
            SELECT o.chat_id, n.kind, n.facts FROM outbox o JOIN notices n ON n.id = o.notice_id
            """
        )
        return [(row["chat_id"], row["kind"], row["facts"]) for row in found]

    async with opened(tmp_path) as store:
        await store.run(fill)
        assert await store.run(flood.trim_chats, 20, NOW, 10) == 4
        sent = [row for row in await store.run(rows) if row[0] == 1]
        cancelled = {title for _, title, state, _ in sent if state == "cancelled"}

        assert cancelled == {f"Post l{number}" for number in range(4)}
        assert {row[3] for row in sent if row[2] == "cancelled"} == {"backlog"}
        [(chat_id, kind, facts)] = await store.run(alerts_told)
        assert (chat_id, kind) == (1, "flood")
        assert '"count":4' in facts
        assert await store.run(flood.trim_chats, 20, NOW, 10) == 0


async def test_what_channels_do_not_get_is_told_to_their_owner_each_in_a_list_of_its_own(
    tmp_path: Path,
) -> None:
    def fill(tx: Tx, *names: object) -> None:
        feed = put_feed(tx)
        put_reader(tx, feed, 7)
        for chat_id in (-1, -2, -3):
            put_reader(tx, feed, chat_id, kind=ChatKind.CHANNEL)
            if chat_id != -3:
                chats.set_inviter(tx, chat_id, 7)
        publish(tx, feed, *names)

    def lists(tx: Tx) -> list[tuple[int, object, int]]:
        found = tx.query(
            """
            SELECT o.chat_id, n.facts FROM outbox o JOIN notices n ON n.id = o.notice_id
            WHERE n.kind = 'flood' ORDER BY n.id
            """
        )
        told = [(row["chat_id"], read_facts(row["facts"])[0]) for row in found]
        return [(chat_id, facts.get("chat", ""), int(facts["count"])) for chat_id, facts in told]

    async with opened(tmp_path) as store:
        await store.run(fill, *range(30))
        await store.run(flood.trim_chats, 20, NOW, 10)
        await store.run(fill, *range(30, 40))
        await store.run(flood.trim_chats, 20, NOW, 10)
        told = await store.run(lists)

    assert sorted((listener, str(chat)) for listener, chat, _ in told) == [
        (-3, ""),
        (7, ""),
        (7, "Chat -1"),
        (7, "Chat -2"),
    ]
    # Each took up what the second cut left out, too.
    assert min(count for _, _, count in told) > 20


async def test_more_that_waits_is_told_in_the_list_that_still_waits(tmp_path: Path) -> None:
    def fill(tx: Tx, *names: object) -> None:
        feed = put_feed(tx)
        put_reader(tx, feed)
        publish(tx, feed, *names)

    def counts(tx: Tx) -> list[str]:
        return [str(row["facts"]) for row in tx.query("SELECT facts FROM notices")]

    async with opened(tmp_path) as store:
        await store.run(fill, *range(30))
        first = await store.run(flood.trim_chats, 20, NOW, 10)
        await store.run(fill, *range(30, 40))
        second = await store.run(flood.trim_chats, 20, NOW, 10)
        [facts] = await store.run(counts)

        assert (first, second) == (12, 11)
        assert f'"count":{first + second}' in facts
