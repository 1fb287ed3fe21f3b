"""Routes: what happens to a subscription's items on their way, derived from what was chosen.

Chosen is at many levels (operator, chat, topic, hashtag, subscription), while an item on its way to
a hundred thousand subscriptions asks for one only: hence what holds stands in columns of
``subscriptions``. Everything that changes what they are derived from refreshes them in the same
transaction. Every public function is a part of one.
"""

from collections.abc import Collection
from dataclasses import astuple, dataclass

from bot.model import Choices, Preferences, Stories, StoryTier
from bot.settings import DIGEST, STORIES, chosen
from bot.store import digests, rulesets
from bot.store.database import Tx
from bot.store.demand import Chosen
from bot.store.rows import read_choices
from bot.store.states import OPEN, is_in

DERIVED_FROM = frozenset({"hashtags", STORIES.name, DIGEST.name})
"""The names of the settings from which routes are derived."""
_STORY_MODES = {Stories.OFF: 0, Stories.LINK: int(StoryTier.LINK), Stories.ON: int(StoryTier.WORDS)}


@dataclass(frozen=True, slots=True)
class Route:
    """The columns of a subscription that say what happens to its items."""

    ruleset_id: int = 0
    """The rules that are asked; 0: none."""
    digest_id: int | None = None
    """The digest that its items wait for; ``None``: each goes at once."""
    story_mode: int = 0
    """Whether a story is told once: 0: no, 1: by its link, 2: by its words, too."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """A subscription, and all that was chosen for it."""

    id: int
    chat_id: int
    topic_id: int
    chat: Choices
    topic: Choices
    own: Choices

    @property
    def hashtags(self) -> frozenset[str]:
        """In lower case, without their signs."""
        words = self.own.get("hashtags", "").split()
        return frozenset(word.lstrip("#").casefold() for word in words)


def depend_on(settings: Collection[str]) -> bool:
    """Whether routes may be others once these settings have changed."""
    return not DERIVED_FROM.isdisjoint(settings)


def refresh(tx: Tx, which: Chosen) -> None:
    """Derive the routes of a chat's subscriptions anew."""
    rows = tx.query(
        f"""
        SELECT s.id, s.chat_id, s.topic_id, s.choices AS own, s.ruleset_id, s.digest_id,
            s.story_mode, c.choices AS chat, COALESCE(t.choices, '') AS topic
        FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id
        WHERE {which.where}
        """,  # noqa: S608 - our own SQL
        **which.params,
    )
    deriver = rulesets.Deriver(tx, which.chat_id)
    of_digests = digests.Deriver(tx, which.chat_id)
    changed, left = [], []
    for row in rows:
        chooser = Chooser(
            row["id"],
            row["chat_id"],
            row["topic_id"],
            read_choices(row["chat"]),
            read_choices(row["topic"]),
            read_choices(row["own"]),
        )
        route = _route_of(chooser, deriver, of_digests)
        if astuple(route) != (row["ruleset_id"], row["digest_id"], row["story_mode"]):
            changed.append((row["id"], route))
        if row["digest_id"] not in {None, route.digest_id}:
            left.append((row["id"], row["digest_id"]))
    if changed:
        _write(tx, changed)
        deriver.forget_unused()
    if left:
        digests.follow(tx, which.chat_id, left)


def _route_of(chooser: Chooser, deriver: rulesets.Deriver, of_digests: digests.Deriver) -> Route:
    """What holds for a subscription; rules, digests and stories each decide on a column here."""
    ruleset_id = deriver.ruleset_id(chooser.topic_id, chooser.hashtags, chooser.id)
    nearest_first = (chooser.own, chooser.topic, chooser.chat)
    digest_id = of_digests.digest_id(chooser.topic_id, nearest_first)
    return Route(ruleset_id, digest_id, _story_mode(chooser))


def _story_mode(chooser: Chooser) -> int:
    found = chosen(STORIES, Preferences(chooser.chat, chooser.topic, chooser.own))
    stories = STORIES.default if found is None else found.value
    return _STORY_MODES[stories]


def _write(tx: Tx, routes: Collection[tuple[int, Route]]) -> None:
    tx.each(
        """
        UPDATE subscriptions SET ruleset_id = :ruleset, digest_id = :digest, story_mode = :story
        WHERE id = :id
        """,
        [
            {
                "id": subscription_id,
                "ruleset": route.ruleset_id,
                "digest": route.digest_id,
                "story": route.story_mode,
            }
            for subscription_id, route in routes
        ],
    )


def adopt(tx: Tx, chat_id: int) -> None:
    """What is to be sent for a feed in a place belongs to the subscription that stands for both.

    That is another one where subscriptions were merged, moved, or ended and were restored.
    """
    own = """(
        SELECT s.id FROM subscriptions s WHERE s.chat_id = outbox.chat_id
          AND s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
    )"""
    # A state at a time, as only then its index is used.
    for state in OPEN:
        tx.execute(
            f"""
            UPDATE outbox SET subscription_id = {own}
            WHERE chat_id = :chat AND {is_in(state)} AND item_id IS NOT NULL
              AND subscription_id IS DISTINCT FROM {own}
            """,  # noqa: S608 - our own SQL
            chat=chat_id,
        )
