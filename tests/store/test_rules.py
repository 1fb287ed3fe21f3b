"""Rules in the store: what they do to items on their way, and what becomes of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import RulesFull
from bot.model import Chat, ChatKind, FeedUpdate, Scope, Target
from bot.rules import EVERYTHING, KeptRule, Reach, Rule, RuleKind
from bot.services.filtering import Draft, Filtering
from bot.store import Tx, chats, choices, feeds, people, rules, rulesets, subscriptions, transfer
from tests.support.stored import (
    DAY,
    ENGLISH,
    NOW,
    claim,
    item,
    key,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
    states,
)

LIMIT = 5


def put_rule(
    tx: Tx,
    text: str,
    chat_id: int = 1,
    kind: RuleKind = RuleKind.EXCLUDE,
    reach: Reach = EVERYTHING,
    until: object = None,
) -> KeptRule:
    rule = Rule(kind, text, until)  # type: ignore[arg-type]
    return rules.add(tx, chat_id, reach, "", rule, NOW, LIMIT)


def outcomes(tx: Tx, chat_id: int = 1) -> list[tuple[str, str, int | None, int]]:
    found = tx.query(
        """
        SELECT i.title, o.state, o.rule_id, o.is_highlight FROM outbox o
        JOIN items i ON i.id = o.item_id WHERE o.chat_id = :chat ORDER BY o.id
        """,
        chat=chat_id,
    )
    return [tuple(row.values()) for row in found]


async def test_a_rule_settles_what_it_keeps_back_with_its_id(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2, 3):
            await store.run(put_reader, feed, chat)
        golf = await store.run(put_rule, "golf")
        storm = await store.run(put_rule, "storm", 2, RuleKind.HIGHLIGHT)
        tide = await store.run(put_rule, "tide", 3, RuleKind.INCLUDE)

        assert await store.run(publish, feed, "golf", "storm", "tide") == 6

        assert await store.run(outcomes, 1) == [
            ("Post golf", "filtered", golf.id, 0),
            ("Post storm", "waiting", None, 0),
            ("Post tide", "waiting", None, 0),
        ]
        assert await store.run(outcomes, 2) == [
            ("Post golf", "waiting", None, 0),
            ("Post storm", "waiting", storm.id, 1),
            ("Post tide", "waiting", None, 0),
        ]
        assert await store.run(outcomes, 3) == [
            ("Post golf", "filtered", tide.id, 0),
            ("Post storm", "filtered", tide.id, 0),
            ("Post tide", "waiting", None, 0),
        ]
        assert await store.run(rules.counts, 3, NOW - DAY) == {tide.id: 2}
        assert await store.run(lambda tx: tx.query("SELECT * FROM rulings")) == []


async def test_a_chat_whose_news_are_filtered_is_not_woken(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_rule, "golf")

        assert await store.run(publish, feed, "golf") == 0
        assert await store.run(lambda tx: tx.value("SELECT ready FROM chats")) is None


async def test_what_rules_say_alike_is_judged_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in range(1, 41):
            await store.run(put_reader, feed, chat)
            await store.run(put_rule, "golf" if chat % 2 else "tennis", chat)

        contents = await store.run(rulesets.of_feed, feed.id)
        await store.run(publish, feed, "golf")

        assert len(contents) == 2
        assert [await store.run(states, chat) for chat in (1, 2)] == [["filtered"], ["waiting"]]


async def test_what_was_judged_before_counts_and_what_is_missing_is_judged_late(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        await store.run(put_rule, "golf", 1)
        news = (item("golf"),)
        contents = await store.run(rulesets.of_feed, feed.id)
        judged = rulesets.judge(contents, news, feed, NOW)
        await store.run(put_rule, "post", 2)

        update = FeedUpdate(feed, (key("golf"),), news, deliver=True)
        await store.run(lambda tx: feeds.apply(tx, update, NOW, judged=judged))

        assert [await store.run(states, chat) for chat in (1, 2)] == [["filtered"], ["filtered"]]


async def test_a_rule_holds_where_it_reaches(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        own = await store.run(put_reader, feed)
        in_topic = await store.run(put_reader, feed, 1, 7)
        tagged = await store.run(put_reader, other)
        await store.run(
            lambda tx: choices.change(
                tx, Scope(1, subscriptions=(tagged.id,)), {"hashtags": "#Sea"}, NOW
            )
        )
        await store.run(put_rule, "a", reach=Reach(subscription_id=own.id))
        await store.run(put_rule, "b", reach=Reach(topic_id=7))
        await store.run(put_rule, "c", reach=Reach(hashtag="sea"))
        for name in "abc":
            await store.run(publish, feed, name)
            await store.run(publish, other, f"{name} x")

        found = await store.run(rows, "title, outbox.topic_id, outbox.feed_id, state")

        filtered = {row[:3] for row in found if row[3] == "filtered"}
        assert filtered == {
            ("Post a", 0, feed.id),
            ("Post b", in_topic.target.topic_id, feed.id),
            ("Post c x", 0, other.id),
        }


async def test_a_rule_that_is_off_removed_or_over_keeps_nothing_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        off = await store.run(put_rule, "golf")
        gone = await store.run(put_rule, "post")
        await store.run(
            lambda tx: put_rule(tx, "over", kind=RuleKind.MUTE, until=NOW - timedelta(hours=1))
        )
        await store.run(
            lambda tx: put_rule(tx, "still", kind=RuleKind.MUTE, until=NOW + timedelta(hours=1))
        )
        await store.run(rules.change, KeptRule(off.id, 1, off.reach, "Golf", off.rule, is_on=False))
        await store.run(rules.remove, 1, gone.id, NOW)
        await store.run(publish, feed, "golf over", "still")

        assert await store.run(states) == ["waiting", "filtered"]

        assert await store.run(rules.bring_back, 1, gone.id) == gone
        await store.run(publish, feed, "again")
        assert await store.run(states) == ["waiting", "filtered", "filtered"]


async def test_no_more_rules_than_a_chat_may_have_and_none_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        for number in range(LIMIT):
            await store.run(put_rule, f"word{number}")
        again = await store.run(put_rule, "word0")

        assert [kept.id for kept in await store.run(rules.of_chat, 1)].count(again.id) == 1
        with pytest.raises(RulesFull):
            await store.run(put_rule, "more")


async def test_an_undone_unsubscription_has_its_rules_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        kept = await store.run(put_rule, "golf", reach=Reach(subscription_id=own.id))
        ended = await store.run(subscriptions.unsubscribe_all, 1, NOW)

        assert await store.run(rules.of_chat, 1) == []
        assert await store.run(rules.bring_back, 1, kept.id) is None

        [again] = await store.run(subscriptions.restore, 1, ended, NOW)
        [rule] = await store.run(rules.of_chat, 1)
        assert (rule.rule, rule.reach) == (kept.rule, Reach(subscription_id=again))
        await store.run(publish, feed, "golf")
        assert await store.run(states) == ["filtered"]


async def test_subscribing_anew_begins_without_the_rules_of_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        await store.run(put_rule, "golf", reach=Reach(subscription_id=own.id))
        await store.run(subscriptions.unsubscribe_all, 1, NOW)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "golf")

        assert await store.run(states) == ["waiting"]


async def test_rules_follow_their_subscription_and_their_group(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed, 1)
        await store.run(put_rule, "golf", reach=Reach(subscription_id=own.id))
        await store.run(chats.upsert, Chat(-5, ChatKind.GROUP, "Group", ENGLISH), NOW)
        await store.run(put_rule, "tennis", -5)
        await store.run(transfer.transfer, 1, [own.id], Target(-5), NOW)
        await store.run(chats.migrate, -5, -1005, NOW)
        await store.run(publish, feed, "golf", "tennis", "tide")

        assert await store.run(states, -1005) == ["filtered", "filtered", "waiting"]
        assert len(await store.run(rules.of_chat, -1005)) == 2


async def test_rules_are_erased_with_their_person(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        kept = await store.run(put_rule, "golf")

        assert "golf" in str(await store.run(people.kept, 1))

        await store.run(people.erase, 1, NOW)
        left = await store.run(
            lambda tx: tx.query("SELECT * FROM rules WHERE id = :id", id=kept.id)
        )
        assert left == []


async def test_what_was_taken_away_is_forgotten_after_a_week(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        kept = await store.run(put_rule, "golf")
        await store.run(rules.remove, 1, kept.id, NOW)

        assert await store.run(rules.prune, NOW + 6 * DAY, 10) == 1  # its content alone
        assert await store.run(rules.prune, NOW + 8 * DAY, 10) == 1
        assert await store.run(rules.bring_back, 1, kept.id) is None


async def test_a_moment_between_two_milliseconds_is_as_good_as_any(tmp_path: Path) -> None:
    until = NOW + timedelta(days=7, microseconds=470564)
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        first = await store.run(put_rule, "golf", 1, RuleKind.MUTE, EVERYTHING, until)
        again = await store.run(put_rule, "golf", 1, RuleKind.MUTE, EVERYTHING, until + DAY)

    assert first.id == again.id
    assert first.rule.until is not None
    assert again.rule.until == first.rule.until + DAY


async def test_what_waits_already_is_kept_back_only_when_somebody_asks_for_it(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, feed, 2)
        await store.run(publish, feed, "golf", "tide")
        filtering = Filtering(store, lambda: NOW)
        trial = await filtering.attempt(1, Draft(Rule(RuleKind.EXCLUDE, "golf, cup")))
        draft = await filtering.draft(1, trial.draft_id)
        assert draft is not None
        kept = await filtering.save(1, draft)
        assert kept is not None

        assert [each.item.title for each in trial.found] == ["Post golf"]
        assert kept.rule.text == "golf or cup"
        assert await store.run(states) == ["waiting", "waiting"]
        assert len(await filtering.waiting(kept)) == 1

        assert await filtering.apply_to_waiting(kept) == 1
        assert await store.run(states) == ["filtered", "waiting"]
        assert await store.run(states, 2) == ["waiting", "waiting"]
        assert await filtering.waiting(kept) == []
        assert await store.run(rules.counts, 1, NOW - DAY) == {kept.id: 1}


async def test_a_highlight_brings_the_name_of_its_rule_along(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        rule = Rule(RuleKind.HIGHLIGHT, "storm")
        await store.run(rules.add, 1, EVERYTHING, "My coast", rule, NOW, LIMIT)
        await store.run(publish, feed, "storm")
        [delivery] = await claim(store)

        assert (delivery.is_highlight, delivery.highlight) == (True, "My coast")


async def test_a_draft_is_changed_in_its_place_and_only_by_its_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        await store.run(put_reader, await store.run(put_feed, "b"), 2)
        kept = await store.run(put_rule, "golf")
        filtering = Filtering(store, lambda: NOW)
        draft = Draft(Rule(RuleKind.EXCLUDE, "tennis"), rule_id=kept.id)
        trial = await filtering.attempt(1, draft)

        assert await filtering.draft(2, trial.draft_id) is None
        assert await filtering.save(2, draft) is None
        changed = await filtering.save(1, draft)
        assert changed is not None
        assert changed.id == kept.id
        assert [each.rule.text for each in await store.run(rules.of_chat, 1)] == ["tennis"]
