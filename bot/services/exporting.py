"""A chat's subscriptions as a file that other readers accept."""

from collections import defaultdict
from dataclasses import dataclass

from bot.clock import Clock
from bot.fetching.url import without_userinfo
from bot.model import Chat, Subscription
from bot.public_url import has_secrets
from bot.rules import KeptRule
from bot.rules.kept import write_rules
from bot.services.opml import write_opml
from bot.store import Store, rules, subscriptions

AT_ONCE = 100
"""Subscriptions that are read in one transaction."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of subscriptions."""

    name: str
    body: bytes
    subscriptions: tuple[Subscription, ...]
    """Those in it."""
    without_password: int = 0
    """Those whose names and passwords were left out."""
    hidden: int = 0
    """Those that were left out, as their addresses let in whoever reads them."""

    @property
    def count(self) -> int:
        """How many are in it."""
        return len(self.subscriptions)


class Exporting:
    """Writes a chat's subscriptions down."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def opml(
        self, chat: Chat, *, passwords: bool = False, is_for_many: bool = False
    ) -> Exported:
        """All subscriptions of a chat, its topics included.

        Args:
            chat: Whose.
            passwords: Names and passwords stay in the addresses.
            is_for_many: Others than whoever asked will read it: private addresses are left out.
        """
        every = await self._subscriptions(chat.id)
        shown = every
        if is_for_many:
            shown = [each for each in every if not has_secrets(each.feed.url)]
        own_rules = await self._rules(chat.id)
        now = self._clock()
        title = f"Tidings · {chat.title}" if chat.title else "Tidings"
        with_login = [each for each in shown if without_userinfo(each.feed.url) != each.feed.url]
        return Exported(
            name=f"tidings-{now:%Y-%m-%d}.opml",
            body=write_opml(title, shown, now, rules=own_rules, passwords=passwords),
            subscriptions=tuple(shown),
            without_password=0 if passwords else len(with_login),
            hidden=len(every) - len(shown),
        )

    async def _rules(self, chat_id: int) -> dict[int, str]:
        """The rules of each subscription, as they are written."""
        by_subscription: defaultdict[int, list[KeptRule]] = defaultdict(list)
        for kept in await self._store.run(rules.of_chat, chat_id):
            if kept.reach.subscription_id is not None:
                by_subscription[kept.reach.subscription_id].append(kept)
        return {own: write_rules(held) for own, held in by_subscription.items()}

    async def _subscriptions(self, chat_id: int) -> list[Subscription]:
        every: list[Subscription] = []
        # A part at a time: other transactions pass in between.
        while True:
            some = await self._store.run(subscriptions.of_chat, chat_id, AT_ONCE, len(every))
            every += some
            if len(some) < AT_ONCE:
                return every
