"""What a chat wants more or less of: asked under an item, tried on what is stored, made a rule."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.model import Direction, FeedRef, Item, Leaning, Target, Trait, TraitKind
from bot.rules import (
    EVERYTHING,
    Condition,
    Field,
    KeptRule,
    Reach,
    Rule,
    RuleKind,
    Subject,
    compiled_rule,
    print_rule,
)
from bot.rules.telling import (
    CONSISTENT_TAPS,
    Reading,
    Tally,
    agreed,
    condition_of,
    folded,
    is_common,
    story_condition,
    telling,
)
from bot.services.filtering import Draft, Filtering
from bot.store import Store, leanings, received, rules
from bot.store.leanings import PostedItem
from bot.store.rules import Stored

TRIED_ON = 200
"""The newest items of a chat on which a rule is tried, and against which words are telling."""
QUIET = timedelta(days=30)
"""How long no rule is proposed again about something."""
WEEK = timedelta(days=7)
"""How long an author or a story is muted."""
MOST_TRAITS = 30
"""Of an item that are remembered, so that taps on several can agree."""
_OFFERED = {TraitKind.AUTHOR: 1, TraitKind.TAG: 3, TraitKind.WORD: 4}
"""How many of each kind are offered."""


class Gone(StrEnum):
    """Why nothing can be asked about an item."""

    OLD = "old"
    """Its content is not kept any more."""
    UNFOLLOWED = "unfollowed"
    """The chat does not follow its feed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said of an item."""

    leaning: Leaning
    item: Item
    subscription_id: int
    proposal: int | None = None
    """The position in ``leaning.traits`` of what a rule is proposed about; ``None``: of nothing."""

    @property
    def offered(self) -> list[tuple[int, Trait]]:
        """The traits that are asked for, by their positions."""
        left = dict(_OFFERED)
        offered = []
        for position, trait in enumerate(self.leaning.traits):
            left[trait.kind] -= 1
            if left[trait.kind] >= 0:
                offered.append((position, trait))
        return offered


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule on what is stored."""

    condition: Condition
    matched: int
    of: int
    contrary: int
    """Of those that matched: how many the chat wanted the contrary of."""


class Thumbs:
    """Listens to taps on "more" and "less"."""

    def __init__(self, store: Store, filtering: Filtering, clock: Clock) -> None:
        self._store = store
        self._filtering = filtering
        self._clock = clock

    async def item_of(self, chat_id: int, message_id: int) -> int:
        """The item that a message in a chat is; 0 where that is not known."""
        return await self._store.run(received.item_of_post, chat_id, message_id)

    async def note(
        self, target: Target, item_id: int, direction: Direction, user_id: int | None
    ) -> Wish | Gone:
        """Note that somebody wants more or less like an item."""
        posted = await self._posted(target, item_id)
        if isinstance(posted, Gone):
            return posted
        chat_id, now = target.chat_id, self._clock()
        taps = await self._store.run(leanings.newest, chat_id)
        taps = [tap for tap in taps if tap.item_id != item_id]
        here = await self._read_in(target)
        alike = {tap.item_id for tap in taps if tap.direction is direction}
        # Hundreds of texts are read: beside the loop.
        traits, others = await asyncio.to_thread(_compared, posted.item, here, alike)
        leaning = Leaning(chat_id, item_id, direction, traits[:MOST_TRAITS], user_id, now)
        await self._store.run(leanings.note, leaning)
        wish = Wish(leaning, posted.item, posted.subscription_id)
        return await self._with_proposal(wish, [leaning, *taps], others)

    async def find(self, target: Target, item_id: int) -> Wish | Gone:
        """What was said of an item; too old where nothing was, or that is forgotten."""
        posted = await self._posted(target, item_id)
        if isinstance(posted, Gone):
            return posted
        leaning = await self._store.run(leanings.find, target.chat_id, item_id)
        if leaning is None:
            return Gone.OLD
        return Wish(leaning, posted.item, posted.subscription_id)

    async def forget(self, chat_id: int, item_id: int) -> None:
        """Nothing was meant by it."""
        await self._store.run(leanings.forget, chat_id, item_id)

    async def trial(self, target: Target, leaning: Leaning, condition: Condition) -> Trial:
        """Try a rule on what is stored."""
        here = await self._read_in(target)
        taps = await self._store.run(leanings.newest, leaning.chat_id)
        contrary = {tap.item_id for tap in taps if tap.direction is not leaning.direction}
        matched = await asyncio.to_thread(_matching, condition, here)
        return Trial(condition, len(matched), len(here), len(contrary.intersection(matched)))

    async def story(self, target: Target, item: Item) -> Condition | None:
        """What a rule asks for that is about an item's story; ``None``: it has too few words."""
        here = await self._read_in(target)
        return await asyncio.to_thread(_story, item, here)

    async def make_rule(
        self, target: Target, kind: RuleKind, condition: Condition
    ) -> KeptRule | None:
        """Make a rule of a chat, or of the topic where it is asked; what is muted is so for a week.

        Raises:
            RulesFull: The chat has so many as it may have.
        """
        until = self._clock() + WEEK if kind is RuleKind.MUTE else None
        draft = Draft(Rule(kind, print_rule(condition), until), _reach(target))
        return await self._filtering.save(target.chat_id, draft)

    async def end_rule(self, chat_id: int, rule_id: int) -> bool:
        """Take a rule back; whether it was there."""
        return await self._filtering.remove(chat_id, rule_id) is not None

    async def _with_proposal(self, wish: Wish, taps: Sequence[Leaning], others: Tally) -> Wish:
        """A wish with what a rule is proposed about, once the taps agree on it."""
        leaning, now = wish.leaning, self._clock()
        if len(taps) < CONSISTENT_TAPS:
            return wish
        quiet = await self._store.run(leanings.hushed, leaning.chat_id, leaning.direction, now)
        made = {kept.rule.text for kept in await self._store.run(rules.of_chat, leaning.chat_id)}
        for position, trait in enumerate(leaning.traits):
            is_meant = agreed(taps, trait) is leaning.direction
            is_made = print_rule(condition_of(trait)) in made
            is_new = not is_made and folded(trait) not in quiet
            if is_meant and is_new and not is_common(trait, others):
                # Once: whether it is declined or only passed over.
                await self._hush(leaning, trait)
                return replace(wish, proposal=position)
        return wish

    async def _hush(self, leaning: Leaning, trait: Trait) -> None:
        now = self._clock()
        await self._store.run(
            leanings.hush, leaning.chat_id, leaning.direction, folded(trait), now + QUIET, now
        )

    async def _read_in(self, target: Target) -> list[Stored]:
        """The newest items of what is followed where it is asked."""
        return await self._store.run(rules.stored_items, target.chat_id, _reach(target), TRIED_ON)

    async def _posted(self, target: Target, item_id: int) -> PostedItem | Gone:
        posted = await self._store.run(leanings.posted, target.chat_id, target.topic_id, item_id)
        if posted is None:
            return Gone.UNFOLLOWED
        return posted if posted.has_content else Gone.OLD


def _reach(target: Target) -> Reach:
    """What a rule holds for that is asked for in a place: its topic, or the whole chat."""
    return Reach(topic_id=target.topic_id) if target.topic_id else EVERYTHING


def _compared(
    item: Item, here: Sequence[Stored], alike: set[int]
) -> tuple[tuple[Trait, ...], Tally]:
    """What an item has of its own, and what the others have that were not tapped the same way."""
    reading = _reading(item)
    same = [_reading(each.item) for each in here if each.item.id in alike - {item.id}]
    others = Tally.of(_reading(each.item) for each in here if each.item.id not in alike | {item.id})
    return telling(reading, Tally.of([reading, *same]), others), others


def _reading(item: Item) -> Reading:
    subject = Subject(item, FeedRef(item.feed_id, ""))
    return Reading(item.title, subject.raw(Field.TEXT), item.author, item.tags)


def _matching(condition: Condition, here: Sequence[Stored]) -> set[int]:
    """The ids of the items for which a condition holds."""
    holds = compiled_rule(condition)
    return {each.item.id for each in here if holds(Subject(each.item, each.feed))}


def _story(item: Item, here: Sequence[Stored]) -> Condition | None:
    others = Tally.of(_reading(each.item) for each in here if each.item.id != item.id)
    return story_condition(_reading(item), others)
