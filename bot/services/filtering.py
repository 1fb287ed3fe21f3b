"""What people do with rules: tried on what is stored, kept, changed, and taken away again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import RuleFault
from bot.model import Feed, FeedRef, Item, ParsedItem
from bot.rules import (
    EVERYTHING,
    Condition,
    Effect,
    KeptRule,
    Reach,
    Rule,
    RuleKind,
    Ruleset,
    Ruling,
    Subject,
    compiled_rule,
    nearness,
    parse_rule,
    print_rule,
)
from bot.rules.conditions import MOST_RULES
from bot.services import offers
from bot.store import Store, chats, rules
from bot.store.rows import from_ms, to_ms
from bot.store.rules import Stored

TRIED_ON = 50
"""The newest items on which a rule is tried."""
SHOWN = 3
"""Items that a trial names of each sort."""
NEAR = 0.5
"""How much of a rule holds for a near miss, at least."""
COUNTED = timedelta(days=30)
"""For how long it is counted what rules kept back."""
DRAFT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule that somebody wrote and has not saved."""

    rule: Rule
    reach: Reach = EVERYTHING
    name: str = ""
    rule_id: int = 0
    """That it takes the place of; 0: none."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done with the newest items."""

    draft: Draft
    draft_id: int
    """By which it is found again, to be saved."""
    of: int
    """Items that it was tried on."""
    found: tuple[Stored, ...]
    """Those for which it holds, newest first."""
    near: tuple[Stored, ...]
    """Those for which it nearly holds, the nearest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a text."""

    kept: KeptRule
    holds: bool


@dataclass(frozen=True, slots=True)
class Test:
    """What all rules say of a text, and what would become of it."""

    verdicts: tuple[Verdict, ...]
    ruling: Ruling


class Filtering:
    """The rules of chats."""

    def __init__(self, store: Store, clock: Clock, most_rules: int = MOST_RULES) -> None:
        self._store = store
        self._clock = clock
        self._most_rules = most_rules

    async def overview(self, chat_id: int) -> tuple[list[KeptRule], dict[int, int]]:
        """A chat's rules, and how many items each kept back in thirty days."""
        since = self._clock() - COUNTED
        held = await self._store.run(rules.of_chat, chat_id)
        return held, await self._store.run(rules.counts, chat_id, since)

    async def find(self, chat_id: int, rule_id: int) -> KeptRule | None:
        """A rule of a chat."""
        return await self._store.run(rules.find, chat_id, rule_id)

    # ------------------------------------------------------------ before it is saved

    async def attempt(self, chat_id: int, draft: Draft) -> Trial:
        """Try a rule on what is stored, and keep it to be saved.

        Raises:
            RuleFault: It cannot be understood; with the place.
        """
        condition = parse_rule(draft.rule.text)
        stored = await self._store.run(rules.stored_items, chat_id, draft.reach, TRIED_ON)
        found, near = await asyncio.to_thread(_sorted, condition, stored)
        draft_id = await self.keep(chat_id, draft)
        return Trial(draft, draft_id, len(stored), tuple(found), tuple(near))

    async def keep(self, chat_id: int, draft: Draft) -> int:
        """Keep a rule that is not saved for a button; ``draft`` answers it by this id."""
        return await offers.keep(self._store, chat_id, _written(draft), self._clock())

    async def draft(self, chat_id: int, draft_id: int) -> Draft | None:
        """What was tried; ``None``: that is too long ago."""
        text = await self._store.run(chats.chosen, chat_id, draft_id)
        return _draft_of(offers.read(text, DRAFT_VERSION, "kind", "text"))

    async def save(self, chat_id: int, draft: Draft) -> KeptRule | None:
        """Keep a rule, from now on; ``None``: the one that it changes is gone.

        Raises:
            RulesFull: The chat has so many as it may have.
        """
        now = self._clock()
        # One form for what is said in many ways: so rules alike are judged as one.
        printed = print_rule(parse_rule(draft.rule.text))
        rule = replace(draft.rule, text=printed)
        if not draft.rule_id:
            return await self._store.run(
                rules.add, chat_id, draft.reach, draft.name, rule, now, self._most_rules
            )
        before = await self.find(chat_id, draft.rule_id)
        if before is None:
            return None
        return await self.change(replace(before, rule=rule, reach=draft.reach))

    # ------------------------------------------------------------ afterwards

    async def change(self, kept: KeptRule) -> KeptRule:
        """Keep a rule as it is now."""
        await self._store.run(rules.change, kept)
        return kept

    async def remove(self, chat_id: int, rule_id: int) -> KeptRule | None:
        """Take a rule away; answers it as it was."""
        kept = await self.find(chat_id, rule_id)
        await self._store.run(rules.remove, chat_id, rule_id, self._clock())
        return kept

    async def bring_back(self, chat_id: int, rule_id: int) -> KeptRule | None:
        """Undo ``remove``; ``None``: it is too late."""
        return await self._store.run(rules.bring_back, chat_id, rule_id)

    async def waiting(self, kept: KeptRule) -> list[int]:
        """Rows of the outbox that wait already, and that the rule would keep back."""
        if kept.rule.kind is RuleKind.HIGHLIGHT:
            return []
        waiting = await self._store.run(rules.waiting_items, kept)
        return await asyncio.to_thread(_kept_back, kept.rule, waiting, self._clock())

    async def apply_to_waiting(self, kept: KeptRule) -> int:
        """Keep back what waits already; how many messages."""
        rows = await self.waiting(kept)
        return await self._store.run(rules.keep_back, kept, rows, self._clock())

    async def test(self, chat_id: int, text: str) -> Test:
        """What the rules of a chat would do with a text."""
        item = ParsedItem(None, None, text)
        return await self._test(chat_id, Subject(item, FeedRef(0, "")))

    async def test_post(self, chat_id: int, message_id: int) -> Test | None:
        """What they would do with the item of a post; ``None``: it is not known any more."""
        stored = await self._store.run(rules.item_of_post, chat_id, message_id)
        if stored is None:
            return None
        return await self._test(chat_id, Subject(stored.item, stored.feed))

    async def item(self, chat_id: int, item_id: int) -> tuple[Feed, Item] | None:
        """A stored item of a feed that the chat follows."""
        stored = await self._store.run(rules.stored_item, item_id)
        if stored is None:
            return None
        feed = await self._store.run(rules.followed, chat_id, stored.feed.id)
        return (feed, stored.item) if feed else None

    async def _test(self, chat_id: int, subject: Subject) -> Test:
        held = await self._store.run(rules.of_chat, chat_id)
        asked = tuple(kept for kept in held if kept.is_on)
        verdicts = tuple(Verdict(kept, _holds(kept.rule, subject)) for kept in asked)
        ruleset = Ruleset(tuple(kept.rule for kept in asked), self._clock())
        return Test(verdicts, ruleset.ruling(subject))


def _holds(rule: Rule, subject: Subject) -> bool:
    try:
        return compiled_rule(parse_rule(rule.text))(subject)
    except RuleFault:
        return False


def _sorted(condition: Condition, stored: Sequence[Stored]) -> tuple[list[Stored], list[Stored]]:
    """The items for which a condition holds, and the nearest of the others."""
    holds, found, near = compiled_rule(condition), [], []
    for each in stored:
        subject = Subject(each.item, each.feed)
        if holds(subject):
            found.append(each)
            continue
        score = nearness(condition, subject)
        if score >= NEAR:
            near.append((score, each))
    near.sort(key=lambda scored: -scored[0])
    return found, [each for _, each in near]


def _kept_back(rule: Rule, waiting: Sequence[tuple[int, Stored]], now: datetime) -> list[int]:
    ruleset = Ruleset((rule,), now)
    return [
        row
        for row, each in waiting
        if ruleset.ruling(Subject(each.item, each.feed)).effect is Effect.FILTER
    ]


def _written(draft: Draft) -> str:
    return offers.write(
        DRAFT_VERSION,
        kind=draft.rule.kind,
        text=draft.rule.text,
        until=to_ms(draft.rule.until) if draft.rule.until else None,
        topic=draft.reach.topic_id,
        hashtag=draft.reach.hashtag,
        subscription=draft.reach.subscription_id,
        name=draft.name,
        rule=draft.rule_id,
    )


def _draft_of(content: dict[str, object] | None) -> Draft | None:
    if content is None:
        return None
    until = content["until"]
    moment = from_ms(until) if isinstance(until, int) else None
    topic, subscription = content["topic"], content["subscription"]
    reach = Reach(
        topic if isinstance(topic, int) else None,
        str(content["hashtag"]),
        subscription if isinstance(subscription, int) else None,
    )
    rule = Rule(RuleKind(str(content["kind"])), str(content["text"]), moment)
    rule_id = content["rule"]
    return Draft(rule, reach, str(content["name"]), rule_id if isinstance(rule_id, int) else 0)
