"""Stories: which items of the last days tell the same, so that a place hears of it once.

Kept is one row for an item that was sent, and its keys, whoever reads its feed; nothing for each
subscriber. What another feed told already in a place becomes ``merged`` there: the first message
tells of it, by itself while it waits, or by an edit, which is a row of its own.
Every public function is a part of one transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from bot.errors import UnreadableRow
from bot.model import (
    AlsoIn,
    Delivery,
    DeliveryKind,
    Preferences,
    StoryEdit,
    StoryKeys,
    StoryTier,
)
from bot.public_url import public_url
from bot.store import chats, rulesets
from bot.store.database import Row, Tx, batches
from bot.store.rows import clean, fallback_of, item_of, read_choices, to_ms
from bot.store.states import (
    BY_PLACE,
    CANCELLED,
    DIGESTED,
    FILTERED,
    GATHERED,
    HELD,
    MERGED,
    ON_ITS_WAY,
    OPEN,
    QUIET,
    REFUSED,
    SENT,
    SKIPPED,
    WAITING,
    Change,
    is_in,
)
from bot.stories import tells_the_same

WINDOW = timedelta(hours=72)
"""For how long a story is the same."""
SLACK = timedelta(hours=6)
"""How much longer its keys are kept."""
MERGE = Change((WAITING, HELD), MERGED)
EDIT_BY_PLACE = Change((WAITING,), BY_PLACE)
RELEASE = Change((MERGED,), ON_ITS_WAY)
TELLING = (WAITING, SENT, QUIET, GATHERED, DIGESTED)
"""States in which a row tells its place of its story, now or later."""
LOST = (CANCELLED, REFUSED, SKIPPED, FILTERED)
"""States in which it never will."""
_NEWEST = 40
"""Items of one key that are compared at the most, the newest."""
_MOST_CANDIDATES = 10
"""Items that are compared at the most, those with the most keys in common."""


def merge(tx: Tx, feed_id: int, found_by: Mapping[int, StoryKeys], now: datetime) -> int:
    """Let rows that were just made for new items of a feed be merged where another feed told it.

    Args:
        tx: The transaction.
        feed_id: Whose items they are.
        found_by: What each item's story is found by.
        now: The present moment.

    Returns:
        How many rows were merged.
    """
    mode = tx.value("SELECT MAX(story_mode) FROM subscriptions WHERE feed_id = :feed", feed=feed_id)
    if not mode:
        return 0
    total = 0
    for item_id, story in found_by.items():
        same = find(tx, feed_id, story, now, StoryTier(mode))
        remember(tx, feed_id, item_id, story, now, StoryTier(mode))
        merged = 0
        for tier in StoryTier:
            # Whoever compares words compares links, too.
            firsts = [first for first, evidence in same if evidence <= tier]
            if firsts:
                merged += _merge_rows(tx, feed_id, item_id, firsts, tier, now)
        if merged:
            _edit_firsts(tx, item_id, now)
        total += merged
    return total


def find(
    tx: Tx, feed_id: int, story: StoryKeys, now: datetime, most: StoryTier
) -> list[tuple[int, StoryTier]]:
    """Items of other feeds that tell the same story, oldest first, and by what.

    ``most``: what is looked for; links are always compared.
    """
    keys = _keys_of(story, most)
    shared: Counter[int] = Counter()
    for key in keys:
        # Each key by itself, as only so the newest of a common one are read and no more.
        rows = tx.tuples(
            "SELECT item_id FROM story_keys WHERE story_key = ? ORDER BY item_id DESC LIMIT ?",
            (key, _NEWEST),
        )
        # A link counts for more than all words.
        weight = len(keys) if key == story.link else 1
        for (item_id,) in rows:
            shared[item_id] += weight
    if not shared:
        return []
    nearest = [item_id for item_id, _ in shared.most_common(_MOST_CANDIDATES)]
    rows = tx.query(
        "SELECT * FROM stories WHERE item_id IN (:ids) AND created > :since ORDER BY item_id",
        ids=nearest,
        since=to_ms(now - WINDOW),
    )
    is_shared_link = _is_shared(rows, feed_id, story)
    found = []
    for row in rows:
        tier = None if row["feed_id"] == feed_id else tells_the_same(story, _story_of(row))
        if tier is not None and not (tier is StoryTier.LINK and is_shared_link):
            found.append((row["item_id"], tier))
    return found


def _is_shared(rows: Sequence[Row], feed_id: int, story: StoryKeys) -> bool:
    """Whether a feed has several items of one link: a page that tells of one thing after another.

    Also what a feed tells of its own item once more is not another feed's.
    """
    feeds = Counter(row["feed_id"] for row in rows if row["link"] == story.link is not None)
    feeds[feed_id] += 1
    return max(feeds.values()) > 1


def _keys_of(story: StoryKeys, most: StoryTier) -> list[int]:
    keys = [] if story.link is None else [story.link]
    return keys + list(story.words) if most is StoryTier.WORDS else keys


def _story_of(row: Row) -> StoryKeys:
    return StoryKeys(row["headline"], row["link"], bool(row["is_link_telling"]))


def remember(
    tx: Tx, feed_id: int, item_id: int, story: StoryKeys, now: datetime, most: StoryTier
) -> None:
    """Keep what an item's story is found by, as far as readers of its feed ask for it."""
    keys = _keys_of(story, most)
    if not keys:
        return
    tx.execute(
        """
        INSERT INTO stories (item_id, feed_id, headline, link, is_link_telling, created)
        VALUES (:item, :feed, :headline, :link, :telling, :now)
        """,
        item=item_id,
        feed=feed_id,
        headline=clean(story.headline),
        link=story.link,
        telling=int(story.is_link_telling),
        now=to_ms(now),
    )
    tx.each(
        "INSERT INTO story_keys (story_key, item_id) VALUES (:key, :item) ON CONFLICT DO NOTHING",
        ({"key": key, "item": item_id} for key in keys),
    )


def _merge_rows(
    tx: Tx, feed_id: int, item_id: int, firsts: list[int], tier: StoryTier, now: datetime
) -> int:
    """Merge the rows of an item into those of ``firsts``; how many.

    Not where a rule highlights it, and not into a row that told of this feed already: one feed
    never tells a story twice.
    """
    return tx.execute(
        f"""
        UPDATE outbox SET {MERGE.set}, merged_into = first.row_id
        FROM (
            SELECT f.chat_id, f.topic_id, MIN(f.id) AS row_id
            FROM outbox f JOIN subscriptions s
              ON s.chat_id = f.chat_id AND s.topic_id = f.topic_id AND s.feed_id = :feed
            WHERE f.item_id IN (:firsts) AND {is_in(*TELLING, row="f")} AND s.story_mode >= :tier
              AND NOT EXISTS (
                  SELECT 1 FROM outbox g WHERE g.merged_into = f.id AND g.feed_id = :feed
                    AND {is_in(MERGED, row="g")}
              )
            GROUP BY f.chat_id, f.topic_id
        ) AS first
        WHERE outbox.item_id = :item AND outbox.chat_id = first.chat_id
          AND outbox.topic_id = first.topic_id AND {MERGE.where} AND outbox.is_highlight = 0
        """,  # noqa: S608 - our own SQL
        feed=feed_id,
        item=item_id,
        firsts=firsts,
        tier=int(tier),
        now=to_ms(now),
    )


def _edit_firsts(tx: Tx, item_id: int, now: datetime) -> None:
    """Queue an edit of each message that is there and into which rows of an item were merged."""
    _edit(
        tx,
        f"id IN (SELECT merged_into FROM outbox m WHERE m.item_id = :item AND {is_in(MERGED, row='m')})",  # noqa: E501, S608
        now,
        item=item_id,
    )


def _edit(tx: Tx, firsts: str, now: datetime, **params: object) -> None:
    """Queue an edit of the messages of these rows, but where one is to be made already."""
    which = f"""
        SELECT f.id, f.chat_id, f.topic_id, f.feed_id, f.subscription_id
        FROM outbox f WHERE f.{firsts} AND {is_in(SENT, row="f")} AND f.message_ids <> ''
          AND f.item_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM outbox e WHERE e.merged_into = f.id AND e.kind = '{DeliveryKind.EDIT}'
              AND {is_in(*OPEN, row="e")}
        )
    """  # noqa: S608 - our own SQL
    topics = tx.query(f"SELECT DISTINCT topic_id, feed_id FROM ({which}) AS told", **params)  # noqa: S608
    for row in topics:
        # Each row of the outbox has an item or a notice, and a chat each notice once.
        notice_id = tx.value(
            """
            INSERT INTO notices (feed_id, kind, stage, facts, since, created, ended)
            VALUES (:feed, :kind, '', '', NULL, :now, :now) RETURNING id
            """,
            feed=row["feed_id"],
            kind=DeliveryKind.EDIT,
            now=to_ms(now),
        )
        tx.execute(
            f"""
            INSERT INTO outbox (
                chat_id, topic_id, feed_id, notice_id, subscription_id, kind, created, merged_into
            )
            SELECT chat_id, topic_id, feed_id, :notice, subscription_id, '{DeliveryKind.EDIT}',
                :now, id
            FROM ({which}) AS told WHERE topic_id = :topic AND feed_id = :feed
            """,  # noqa: S608 - our own SQL
            notice=notice_id,
            topic=row["topic_id"],
            feed=row["feed_id"],
            now=to_ms(now),
            **params,
        )
        tx.execute(
            f"UPDATE outbox SET {EDIT_BY_PLACE.set} WHERE notice_id = :notice",  # noqa: S608
            notice=notice_id,
        )
        chats.wake_for(tx, "notice_id = :notice", now, notice=notice_id)


def told_meanwhile(tx: Tx, row_id: int, known: int, now: datetime) -> None:
    """A message arrived: queue an edit where more was merged into it while it was under way.

    ``known``: how many other feeds it names.
    """
    if count(tx, row_id) > known:
        _edit(tx, "id = :row", now, row=row_id)


def count(tx: Tx, row_id: int) -> int:
    """How many rows are merged into a row of the outbox."""
    return int(
        tx.value(
            f"SELECT count(*) FROM outbox WHERE merged_into = :row AND {is_in(MERGED)}",  # noqa: S608
            row=row_id,
        )
    )


def also_in(tx: Tx, row_ids: Collection[int]) -> dict[int, tuple[AlsoIn, ...]]:
    """What other feeds tell the stories of rows of the outbox, in the order in which they came."""
    told: dict[int, list[AlsoIn]] = defaultdict(list)
    for batch in batches(sorted(row_ids)):
        rows = tx.query(
            f"""
            SELECT m.id, m.merged_into, i.link, i.title, f.title AS feed, f.url, s.choices
            FROM outbox m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = m.feed_id
            LEFT JOIN subscriptions s ON s.id = m.subscription_id
            WHERE m.merged_into IN (:rows) AND {is_in(MERGED, row="m")}
            """,  # noqa: S608 - our own SQL
            rows=batch,
        )
        for row in sorted(rows, key=itemgetter("id")):
            other = AlsoIn(_source_of(row), row["link"], row["title"])
            told[row["merged_into"]].append(other)
    return {row_id: tuple(others) for row_id, others in told.items()}


def edit_of(tx: Tx, row: Row, preferences: Preferences, **claim: Any) -> StoryEdit:  # noqa: ANN401 - as they are
    """A claimed row that holds an edit, with the message that it changes.

    Args:
        tx: The transaction.
        row: Of the outbox.
        preferences: What was chosen for the item.
        claim: The fields of a ``Claim``.
    """
    first = tx.one(
        """
        SELECT o.id AS row_id, o.form, o.message_ids, o.is_highlight, o.rule_id, i.*
        FROM outbox o JOIN items i ON i.id = o.item_id WHERE o.id = :id
        """,
        id=row["merged_into"],
    )
    if first is None:
        raise UnreadableRow("the message that it changes is forgotten")
    others = also_in(tx, [first["row_id"]]).get(first["row_id"], ())
    sent = {**claim, "id": first["row_id"], "fallback": fallback_of(first["form"])}
    item = replace(item_of(first), also=others)
    return StoryEdit(
        **claim,
        first=Delivery(
            **sent,
            item=item,
            preferences=preferences,
            is_highlight=bool(first["is_highlight"]),
            highlight=rulesets.highlight_of(tx, first),
        ),
        message_ids=tuple(map(int, filter(None, first["message_ids"].split(",")))),
        is_kept=first["content"] is not None,
    )


class Telling(NamedTuple):
    """An item by which a feed tells a story, as it is listed."""

    source: str
    title: str
    link: str | None


def tellings(tx: Tx, chat_id: int, row_id: int) -> list[Telling]:
    """Who tells the story of a row of the outbox in its chat: the first, then the others.

    None where the row is forgotten, or another chat's.
    """
    first = tx.one(
        """
        SELECT i.title, i.link, f.title AS feed, f.url, s.choices
        FROM outbox o JOIN items i ON i.id = o.item_id JOIN feeds f ON f.id = o.feed_id
        LEFT JOIN subscriptions s ON s.id = o.subscription_id
        WHERE o.id = :row AND o.chat_id = :chat
        """,
        row=row_id,
        chat=chat_id,
    )
    if first is None:
        return []
    others = also_in(tx, [row_id]).get(row_id, ())
    return [
        Telling(_source_of(first), first["title"], first["link"]),
        *(Telling(other.source, other.title, other.link) for other in others),
    ]


def _source_of(row: Row) -> str:
    """What a feed is called in a place."""
    own = read_choices(row["choices"] or "").get("title", "")
    return own or str(row["feed"]) or public_url(row["url"])


def is_outdated(tx: Tx, edit: StoryEdit) -> bool:
    """Whether more was merged into a message while it was changed."""
    return count(tx, edit.first.id) > len(edit.first.item.also)


def release(tx: Tx, chat_ids: Collection[int], now: datetime) -> None:
    """Let what was merged into a row be sent after all, where that row tells of nothing any more.

    It was cancelled or refused, its subscription is paused, or it waits in another place now. The
    first of several takes its place, and the others are merged into that one.
    """
    for batch in batches(sorted(set(chat_ids))):
        rows = tx.query(
            f"""
            SELECT m.id, m.merged_into FROM outbox m JOIN outbox f ON f.id = m.merged_into
            JOIN subscriptions s ON s.id = m.subscription_id AND s.paused = ''
            LEFT JOIN subscriptions of ON of.id = f.subscription_id
            WHERE m.chat_id IN (:chats) AND {is_in(MERGED, row="m")}
              AND ({is_in(*LOST, row="f")} OR ({is_in(HELD, row="f")} AND of.paused <> '') OR (
                {is_in(*OPEN, row="f")} AND s.chat_id = m.chat_id AND s.topic_id = m.topic_id
                AND (f.chat_id <> m.chat_id OR f.topic_id <> m.topic_id)
              ))
            ORDER BY m.id
            """,  # noqa: S608 - our own SQL
            chats=batch,
        )
        _promote(tx, rows, now)


def _promote(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    heirs: dict[int, int] = {}
    for row in rows:
        heirs.setdefault(row["merged_into"], row["id"])
    for batch in batches(list(heirs.values())):
        tx.execute(
            f"""
            UPDATE outbox SET {RELEASE.set}, merged_into = NULL
            WHERE id IN (:heirs) AND {RELEASE.where}
            """,  # noqa: S608 - our own SQL
            heirs=batch,
        )
        chats.wake_for(tx, "id IN (:heirs)", now, heirs=batch)
    tx.each(
        f"UPDATE outbox SET merged_into = :heir WHERE merged_into = :lost AND {is_in(MERGED)}",  # noqa: S608
        ({"heir": heir, "lost": lost} for lost, heir in heirs.items()),
    )


def prune(tx: Tx, now: datetime, limit: int) -> int:
    """Forget what stories of long ago were found by; how many items."""
    old = [
        row["item_id"]
        for row in tx.query(
            "SELECT item_id FROM stories WHERE created < :before ORDER BY created LIMIT :limit",
            before=to_ms(now - WINDOW - SLACK),
            limit=limit,
        )
    ]
    for batch in batches(old):
        tx.execute("DELETE FROM story_keys WHERE item_id IN (:items)", items=batch)
        tx.execute("DELETE FROM stories WHERE item_id IN (:items)", items=batch)
    return len(old)
