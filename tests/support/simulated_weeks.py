"""Weeks of a few chats that read a few feeds, by a clock of their own, with processes that die.

The store works as it does in the bot; what Telegram got is noted here, and what each place should
have got is kept beside it, in the simplest way: whoever subscribed when an item came.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.errors import RulesFull
from bot.model import (
    AlertDelivery,
    Chat,
    ChatKind,
    Delivery,
    DeliveryState,
    DigestDelivery,
    DigestSent,
    Feed,
    FeedUpdate,
    NewItem,
    ParsedItem,
    Scope,
    Sent,
    StoryEdit,
    Subscription,
    Suspended,
    Target,
)
from bot.model.delivery import TRANSITIONS
from bot.rules import EVERYTHING, Rule, RuleKind
from bot.settings import CAP, QUIET, Operator
from bot.settings.caps import Cap
from bot.settings.quiet_hours import QuietHours, QuietWay
from bot.store import (
    Store,
    Tx,
    chats,
    choices,
    feeds,
    gathered,
    moments,
    outbox,
    places,
    rules,
    subscriptions,
)
from bot.store.database import Row
from bot.stories import keys_of
from tests.support.stored import ENGLISH, LEASE, key

T = TypeVar("T")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPERATOR = Operator()
FEEDS = ("news", "blog", "shop")
PLACES = (Target(1), Target(-7), Target(-7, 3))
PAIRS = tuple((place, feed) for place in PLACES for feed in FEEDS)
LONGEST_AWAY = 6 * DAY
HEADLINES = (
    "Mayor opens the new harbour bridge after nine years of work",
    "Researchers find a warm river below the northern glacier",
    "Railway company sells its oldest sleeping cars to a museum",
)
STATES_TOLD = (DeliveryState.SENT, DeliveryState.DIGESTED)


class Killed(Exception):
    """The process ended in the middle of a transaction."""


class Dying(Tx):
    """A transaction that ends at one of its statements."""

    def __init__(self, inner: Tx, statements: int) -> None:
        self._inner = inner
        self._left = statements

    def _count(self) -> None:
        if self._left <= 0:
            raise Killed
        self._left -= 1

    def query(self, sql: str, **params: object) -> list[Row]:
        self._count()
        return self._inner.query(sql, **params)

    def tuples(self, sql: str, params: Sequence[object]) -> list[Any]:
        self._count()
        return self._inner.tuples(sql, params)

    def execute(self, sql: str, **params: object) -> int:
        self._count()
        return self._inner.execute(sql, **params)

    def each(self, sql: str, rows: Iterable[Mapping[str, object]]) -> int:
        self._count()
        return self._inner.each(sql, rows)


@dataclass(frozen=True)
class Step:
    """Something that happens, so many hours after what happened before."""

    hours: int
    kind: str
    which: int = 0
    """Of what: a subscription, a chat or a feed, by its number."""
    value: Any = None
    dies_at: int | None = None
    """At which statement its transaction dies first, to be run again; ``None``: at none."""


@dataclass
class Weeks:
    """The chats, what they got, and what they should have got."""

    store: Store
    now: datetime
    feeds: dict[str, Feed] = field(default_factory=dict)
    ids: dict[tuple[Target, str], int] = field(default_factory=dict)
    """Subscriptions as they are now."""
    paused: set[tuple[Target, str]] = field(default_factory=set)
    """For good: what comes meanwhile is not kept."""
    expected: set[tuple[Target, bytes]] = field(default_factory=set)
    """Places, and the keys of items."""
    arrived: Counter[tuple[Target, int]] = field(default_factory=Counter)
    """How often a place got an item, by its id."""
    told_of: Counter[int] = field(default_factory=Counter)
    """How many items that are not sent alerts told of, by chat; they list the newest titles."""
    blocked: dict[int, datetime] = field(default_factory=dict)
    """Since when chats take nothing."""
    ended: list[tuple[Target, str, Any]] = field(default_factory=list)
    chosen: dict[tuple[int, str], Any] = field(default_factory=dict)
    """What chats chose, by chat and setting."""
    sent_at: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """Of what a cap of its chat counts, since that was chosen."""
    doubled: int = 0
    """How many items may have come twice, as their process died."""
    crash_in: int | None = None
    """After how many messages the process dies before it wrote down that one was sent."""
    count: int = 0

    # ------------------------------------------------------------ the machine

    async def run(
        self, work: Callable[..., T], *args: Any, dies_at: int | None = None, **kwargs: Any
    ) -> T:
        """Run a transaction; one that dies is run again, after a start."""
        if dies_at is not None:
            try:
                return await self.store.run(lambda tx: work(Dying(tx, dies_at), *args, **kwargs))
            except Killed:
                await self.start()
        return await self.store.run(work, *args, **kwargs)

    async def start(self) -> None:
        """A process begins where the one before it ended."""
        await self.store.run(feeds.release_all)
        await self.store.run(moments.take_up, self.now)

    async def pass_time(self, hours: int) -> None:
        """Let the hours pass, one after the other."""
        for _ in range(hours):
            self.now += HOUR
            for number, chat_id in enumerate((1, -7)):
                # After a week nothing is kept for whoever is away (``demand.AWAY_MAX``).
                if self.now - self.blocked.get(chat_id, self.now) > LONGEST_AWAY:
                    await self.do_unblock(Step(0, "unblock", number))
            await self.work()

    async def work(self) -> None:
        """Everything that the bot does by itself."""
        await self.store.run(moments.keep, self.now)
        await self.run(subscriptions.resume_due, self.now, 100)
        await self.run(gathered.queue_due, self.now, OPERATOR, 100)
        await self.send()

    async def send(self) -> None:
        """Send what may be sent now."""
        while claimed := await self.store.run(outbox.claim, self.now, 4, LEASE, (), OPERATOR):
            for claim in claimed:
                verdict = self._take(claim)
                if self.crash_in is not None:
                    self.crash_in -= 1
                    if self.crash_in < 0:
                        self.crash_in = None
                        self.doubled += len(getattr(claim, "items", ())) or 1
                        await self.start()
                        break
                await self.store.run(outbox.settle, claim, verdict, self.now, timedelta())

    # ------------------------------------------------------------ Telegram

    def _take(self, claim: outbox.Claimed) -> Sent | Suspended:
        self.count += 1
        chat_id = claim.target.chat_id
        if chat_id in self.blocked:
            return Suspended("Forbidden: bot was blocked by the user", is_probed=False)
        if isinstance(claim, AlertDelivery):
            self._require_not_quiet(claim)
            self.told_of[chat_id] += int(claim.alert.facts.get("count", 0))
            return Sent((self.count,))
        if isinstance(claim, StoryEdit):
            return Sent()
        if isinstance(claim, DigestDelivery):
            return self._take_digest(claim)
        self.arrived[claim.target, claim.item.id] += 1
        if not claim.is_highlight:
            self._require_not_quiet(claim)
            self._require_under_cap(chat_id)
        return Sent((self.count,))

    def _take_digest(self, claim: DigestDelivery) -> Sent:
        """In messages of two items each."""
        self._require_not_quiet(claim)
        assert claim.items
        told = claim.items[:2]
        for each in told:
            self.arrived[claim.target, each.item.id] += 1
        rows = tuple(each.row_id for each in told)
        has_more = len(told) < len(claim.items)
        return DigestSent((*claim.message_ids, self.count), 1, rows, has_more)

    def _require_not_quiet(self, claim: Delivery | AlertDelivery | DigestDelivery) -> None:
        """By the clock on the wall, in words of its own; the nights of changed clocks aside."""
        hours: QuietHours = self.chosen.get((claim.target.chat_id, "quiet"), QuietHours())
        zone = ZoneInfo(self.chosen.get((claim.target.chat_id, "time_zone"), "UTC"))
        local = self.now.astimezone(zone)
        if local.utcoffset() != (self.now - 6 * HOUR).astimezone(zone).utcoffset():
            return
        minute = local.hour * 60 + local.minute
        yesterday = (local.weekday() - 1) % 7
        is_quiet = False
        for quiet in hours.times:
            if quiet.start < quiet.end:
                is_quiet |= quiet.start <= minute < quiet.end and local.weekday() in quiet.days
            else:
                is_quiet |= minute >= quiet.start and local.weekday() in quiet.days
                is_quiet |= minute < quiet.end and yesterday in quiet.days
        if hours.way is QuietWay.SILENT:
            assert claim.is_silent == is_quiet
        else:
            assert not is_quiet, (self.now, hours)

    def _require_under_cap(self, chat_id: int) -> None:
        cap: Cap = self.chosen.get((chat_id, "cap"), Cap())
        self.sent_at[chat_id].append(self.now)
        if cap.count:
            recent = [at for at in self.sent_at[chat_id] if at > self.now - cap.period.length]
            assert len(recent) <= cap.count + self.doubled

    # ------------------------------------------------------------ what happens

    async def begin(self) -> None:
        """Three feeds, a private chat, a group with a topic; each reads all of them."""
        await self.store.run(_require_legal_changes)
        for name in FEEDS:
            self.feeds[name] = await self.store.run(_put_feed, name, self.now)
        for place in PLACES:
            kind = ChatKind.SUPERGROUP if place.chat_id < 0 else ChatKind.PRIVATE
            chat = Chat(place.chat_id, kind, "Chat", ENGLISH)
            await self.store.run(chats.upsert, chat, self.now)
            for name in FEEDS:
                await self._subscribe(place, name)

    async def _subscribe(self, place: Target, name: str) -> None:
        own: tuple[Subscription, bool] = await self.store.run(
            subscriptions.subscribe, place, self.feeds[name].id, self.now
        )
        self.ids[place, name] = own[0].id

    async def happen(self, step: Step) -> None:
        """Let the time pass, and then what is said."""
        await self.pass_time(step.hours)
        await getattr(self, f"do_{step.kind}")(step)
        await self.work()

    async def do_publish(self, step: Step) -> None:
        name = FEEDS[step.which % len(FEEDS)]
        items = []
        for words in step.value:
            self.count += 1
            items.append(_item(name, words, self.count))
        for place in PLACES:
            if (place, name) in self.ids and (place, name) not in self.paused:
                self.expected |= {(place, new.key) for new in items}
        await self.run(_publish, self.feeds[name], items, self.now, dies_at=step.dies_at)

    async def _choose(self, step: Step, name: str, value: Any, text: str | None) -> None:
        chat_id = (1, -7)[step.which % 2]
        await self.run(choices.change, Scope(chat_id), {name: text}, self.now, dies_at=step.dies_at)
        self.chosen[chat_id, name] = value
        self.sent_at[chat_id].clear()

    async def do_quiet(self, step: Step) -> None:
        await self._choose(step, "quiet", QUIET.read(step.value), step.value)

    async def do_cap(self, step: Step) -> None:
        await self._choose(step, "cap", CAP.read(step.value), step.value)

    async def do_digest(self, step: Step) -> None:
        await self._choose(step, "digest", step.value, step.value)

    async def do_zone(self, step: Step) -> None:
        await self._choose(step, "time_zone", step.value, step.value)

    async def do_own_digest(self, step: Step) -> None:
        place, _ = pair = PAIRS[step.which % len(PAIRS)]
        if pair in self.ids:
            scope = Scope(place.chat_id, subscriptions=(self.ids[pair],))
            await self.run(
                choices.change, scope, {"digest": step.value}, self.now, dies_at=step.dies_at
            )

    async def do_stories(self, step: Step) -> None:
        await self._choose(step, "stories", step.value, step.value)

    async def do_own_cap(self, step: Step) -> None:
        own = self.ids.get(PAIRS[step.which % len(PAIRS)])
        place, _ = PAIRS[step.which % len(PAIRS)]
        # "off" frees a feed of its chat's cap, which is counted here for all of them.
        if own is not None and step.value != "off":
            scope = Scope(place.chat_id, subscriptions=(own,))
            await self.run(
                choices.change, scope, {"cap": step.value}, self.now, dies_at=step.dies_at
            )

    async def do_rule(self, step: Step) -> None:
        kind, words = step.value
        chat_id = (1, -7)[step.which % 2]
        rule = Rule(RuleKind(kind), words, None)
        try:
            await self.run(
                rules.add, chat_id, EVERYTHING, "", rule, self.now, 20, dies_at=step.dies_at
            )
        except RulesFull:
            return

    async def do_pause(self, step: Step) -> None:
        pair = PAIRS[step.which % len(PAIRS)]
        if pair not in self.ids:
            return
        until = None if step.value is None else self.now + step.value * HOUR
        await self.run(
            subscriptions.pause,
            pair[0].chat_id,
            [self.ids[pair]],
            "user",
            self.now,
            until,
            dies_at=step.dies_at,
        )
        (self.paused.add if until is None else self.paused.discard)(pair)

    async def do_resume(self, step: Step) -> None:
        pair = PAIRS[step.which % len(PAIRS)]
        if pair in self.ids:
            await self.run(
                subscriptions.resume,
                pair[0].chat_id,
                [self.ids[pair]],
                self.now,
                dies_at=step.dies_at,
            )
            self.paused.discard(pair)

    async def do_unsubscribe(self, step: Step) -> None:
        place, name = pair = PAIRS[step.which % len(PAIRS)]
        if pair in self.ids:
            ended = await self.run(
                subscriptions.unsubscribe_all,
                place.chat_id,
                self.now,
                [self.ids.pop(pair)],
                dies_at=step.dies_at,
            )
            self.paused.discard(pair)
            self.ended.append((place, name, ended))

    async def do_restore(self, step: Step) -> None:
        if self.ended:
            place, name, ended = self.ended.pop()
            await self.run(
                subscriptions.restore, place.chat_id, ended, self.now, dies_at=step.dies_at
            )
            await self._subscribe(place, name)

    async def do_block(self, step: Step) -> None:
        self.blocked.setdefault((1, -7)[step.which % 2], self.now)

    async def do_unblock(self, step: Step) -> None:
        chat_id = (1, -7)[step.which % 2]
        self.blocked.pop(chat_id, None)
        await self.run(places.reactivate, chat_id, self.now, dies_at=step.dies_at)

    async def do_crash(self, step: Step) -> None:
        self.crash_in = step.which % 3

    async def do_clock_back(self, step: Step) -> None:
        self.now -= (step.which % 12 + 1) * HOUR

    async def end(self) -> None:
        """Everybody is back, and all that was put off comes."""
        self.crash_in = None
        for number in range(2):
            await self.do_unblock(Step(0, "unblock", number))
        for number in range(len(PAIRS)):
            await self.do_resume(Step(0, "resume", number))
        for number in range(2):
            await self.do_cap(Step(0, "cap", number, "off"))
        for _ in range(9 * 24 // 3):
            self.now += 3 * HOUR
            await self.work()


# ---------------------------------------------------------------- in the store


def _require_legal_changes(tx: Tx) -> None:
    """Let the database itself refuse a change of state that the table of changes does not know."""
    legal = ", ".join(
        f"'{before}>{after}'" for before, others in TRANSITIONS.items() for after in others
    )
    tx.execute(
        f"""
        CREATE TRIGGER IF NOT EXISTS only_legal BEFORE UPDATE OF state ON outbox
        WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({legal})
        BEGIN SELECT RAISE(ABORT, 'an illegal change of state'); END
        """
    )


def _put_feed(tx: Tx, name: str, now: datetime) -> Feed:
    feed = feeds.add(tx, f"https://{name}.example/feed.xml", HOUR, now)
    known = replace(feed, has_baseline=True, title=name, identity="id", last_ok=now, next_due=now)
    feeds.apply(tx, FeedUpdate(known), now)
    return known


def _item(feed: str, words: str, number: int) -> NewItem:
    """An item of its own, or one of a story that other feeds tell, too ("=2", and by link "~2")."""
    title, link = f"{words} {number}", f"https://{feed}.example/{key(number).hex()}"
    if words[0] in "=~":
        title = HEADLINES[int(words[1])]
    if words[0] == "~":
        title, link = f"{title} ({feed})", f"https://agency.example/2026/{words[1]}-the-story"
    story = keys_of(title, link, feed)
    return NewItem(
        ParsedItem(f"id-{number}", link, title, html="<p>.</p>"), key(number), story=story
    )


def _publish(tx: Tx, feed: Feed, found: Sequence[NewItem], now: datetime) -> None:
    update = FeedUpdate(
        replace(feed, next_due=now + HOUR),
        tuple(new.key for new in found),
        tuple(found),
        deliver=True,
    )
    feeds.apply(tx, update, now)


def _rows(tx: Tx) -> list[Row]:
    return tx.query(
        """
        SELECT o.*, i.title, i.key, r.id AS known_rule, m.state AS told_state,
            m.chat_id AS told_chat, m.topic_id AS told_topic
        FROM outbox o JOIN items i ON i.id = o.item_id
        LEFT JOIN rules r ON r.id = o.rule_id AND r.chat_id = o.chat_id
        LEFT JOIN outbox m ON m.id = o.merged_into
        """
    )


async def live(folder: Path, start: datetime, steps: Sequence[Step]) -> Weeks:
    """Let it all happen."""
    store = Store.open(folder / "tidings.db")
    try:
        weeks = Weeks(store, start)
        await weeks.begin()
        for step in steps:
            await weeks.happen(step)
        await weeks.end()
        require_all_accounted_for(weeks, await store.run(_rows))
    finally:
        await store.close()
    return weeks


def require_all_accounted_for(weeks: Weeks, rows: Sequence[Row]) -> None:
    """Whatever a subscription should have got is sent, digested, merged, filtered or given up."""
    found: Counter[tuple[Target, bytes]] = Counter()
    for row in rows:
        place = Target(row["chat_id"], row["topic_id"])
        found[place, row["key"]] += 1
        require_accounted_for(weeks, row, place)
    # The sums agree: each item that came for a subscription has exactly one row, and no other has.
    assert found == Counter(weeks.expected)
    backlog = Counter(row["chat_id"] for row in rows if row["reason"] == "backlog")
    assert backlog <= weeks.told_of
    twice = sum(count - 1 for count in weeks.arrived.values() if count > 1)
    assert twice <= weeks.doubled


def require_accounted_for(weeks: Weeks, row: Row, place: Target) -> None:
    """Its state is one in which it may end, for a reason that can be told."""
    has_come = weeks.arrived[place, row["item_id"]] > 0
    state = DeliveryState(row["state"])
    match state:
        case DeliveryState.SENT | DeliveryState.DIGESTED:
            assert has_come, row
        case DeliveryState.FILTERED:
            assert row["known_rule"] is not None, row
            assert not has_come, row
        case DeliveryState.MERGED:
            assert Target(row["told_chat"], row["told_topic"]) == place, row
            assert row["told_state"] in STATES_TOLD, row
        case DeliveryState.CANCELLED:
            assert row["reason"] in {"unsubscribed", "backlog"}, row
        case _:
            raise AssertionError(f"{state} after weeks: {row}")
    assert (row["settled"] is not None) == state.is_settled, row


def run(folder: Path, start: datetime, steps: Sequence[Step]) -> Weeks:
    """``live``, from its beginning to its end."""
    return asyncio.run(live(folder, start, steps))


STARTS = (
    datetime(2026, 6, 1, 9, tzinfo=UTC),
    # The weeks in which clocks of Berlin go forward and back.
    datetime(2026, 3, 25, 9, tzinfo=UTC),
    datetime(2026, 10, 21, 9, tzinfo=UTC),
)
