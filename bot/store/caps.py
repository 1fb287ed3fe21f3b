"""Caps: what is sent under them, and what is over them. A part of one transaction each.

A message counts for its subscription or a hashtag, its topic and its chat, wherever a cap was
chosen. Only for these it is kept when something was sent, and only as long as it counts. What is
over a cap is gathered for the next digest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from bot.model import Choices, Preferences, Target
from bot.settings import CAP, Level, chosen
from bot.settings.caps import OFF, Cap, write_cap
from bot.store.database import Tx
from bot.store.rows import read_choices, to_ms
from bot.store.states import GATHERED, WAITING, Change

GATHER: Final = Change((WAITING,), GATHERED)
MORNING: Final = 8
"""The hour of the digest of what is over a cap, where people chose no digest."""


_FREE = f'%"{CAP.name}":"{OFF}"%'
"""What a feed or a topic chose that is under no wider cap, as ``rows.choices_text`` writes it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap, and for what it was chosen: all messages for it count together."""

    level: Level
    cap: Cap
    name: str
    """Tells it from the others of its chat."""


def budgets(
    preferences: Preferences, topic_id: int, subscription_id: int | None
) -> Iterator[Budget]:
    """The caps that a message is under, the nearest first: "off" ends them."""
    nearest = (
        (Level.SUBSCRIPTION, preferences.subscription, f"feed {subscription_id}"),
        (Level.TOPIC, preferences.topic, f"topic {topic_id}"),
        (Level.CHAT, preferences.chat, "chat"),
    )
    for level, choices, name in nearest:
        cap = _cap_of(choices)
        if cap is not None and not cap.count:
            return
        if cap is not None:
            yield Budget(level, cap, f"#{cap.hashtag}" if cap.hashtag else name)


def _cap_of(choices: Choices) -> Cap | None:
    """What was chosen at one level; ``None``: nothing."""
    if CAP.name not in choices:
        return None
    choice = chosen(CAP, Preferences(subscription=choices))
    return choice.value if choice else None


def is_used_up(tx: Tx, chat_id: int, budget: Budget, now: datetime) -> bool:
    """Whether as much was sent as may be."""
    sent = tx.value(
        """
        SELECT count(*) FROM cap_uses
        WHERE chat_id = :chat AND budget = :budget AND moment > :since
        """,
        chat=chat_id,
        budget=budget.name,
        since=to_ms(now - budget.cap.period.length),
    )
    return int(sent) >= budget.cap.count


def gather(
    tx: Tx,
    place: Target,
    subscription_id: int | None,
    budget: Budget,
    now: datetime,
    zone: tzinfo,
) -> None:
    """What waits and is over a cap waits for the next digest, but highlights and what has begun."""
    which, params = _which(tx, place, subscription_id, budget)
    tx.execute(
        f"""
        UPDATE outbox SET {GATHER.set}, reason = :reason, due = CASE WHEN EXISTS (
                SELECT 1 FROM subscriptions s
                WHERE s.id = outbox.subscription_id AND s.digest_id IS NOT NULL
            ) THEN NULL ELSE :due END
        WHERE chat_id = :chat AND {GATHER.where} AND item_id IS NOT NULL AND is_highlight = 0
          AND begun = '' AND {which}
        """,  # noqa: S608 - our own SQL
        chat=place.chat_id,
        due=to_ms(next_morning(now, zone)),
        reason=f"more than {write_cap(budget.cap)}",
        **params,
    )


def _which(
    tx: Tx, place: Target, subscription_id: int | None, budget: Budget
) -> tuple[str, dict[str, Any]]:
    """The rows of the outbox that are under a cap, as a condition."""
    if budget.level is Level.SUBSCRIPTION:
        ids = [subscription_id]
        if budget.cap.hashtag:
            ids = _with_hashtag(tx, place.chat_id, budget.cap.hashtag)
        return "subscription_id IN (:ids)", {"ids": ids}
    free: dict[str, Any] = {"free": _FREE}
    feeds = """
        subscription_id NOT IN (
            SELECT id FROM subscriptions WHERE chat_id = :chat AND choices LIKE :free
        )
    """
    if budget.level is Level.TOPIC:
        return f"topic_id = :topic AND {feeds}", {"topic": place.topic_id, **free}
    topics = """
        topic_id NOT IN (
            SELECT topic_id FROM topics WHERE chat_id = :chat AND choices LIKE :free
        )
    """
    return f"{feeds} AND {topics}", free


def _with_hashtag(tx: Tx, chat_id: int, hashtag: str) -> list[int | None]:
    """The subscriptions that are under the cap of a hashtag."""
    rows = tx.query(
        "SELECT id, choices FROM subscriptions WHERE chat_id = :chat AND choices <> ''",
        chat=chat_id,
    )
    caps = {row["id"]: _cap_of(read_choices(row["choices"])) for row in rows}
    return [id_ for id_, cap in caps.items() if cap is not None and cap.hashtag == hashtag]


def spend(tx: Tx, chat_id: int, budget: Budget, now: datetime) -> None:
    """One more message was sent."""
    where = {"chat": chat_id, "budget": budget.name}
    tx.execute(
        "DELETE FROM cap_uses WHERE chat_id = :chat AND budget = :budget AND moment <= :old",
        **where,
        old=to_ms(now - budget.cap.period.length),
    )
    tx.execute(
        "INSERT INTO cap_uses (chat_id, budget, moment) VALUES (:chat, :budget, :now)",
        **where,
        now=to_ms(now),
    )


def next_morning(now: datetime, zone: tzinfo) -> datetime:
    """The next time that a clock in the zone shows eight in the morning."""
    local = now.astimezone(zone)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning
