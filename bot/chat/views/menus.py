"""What lists and pages look like: from subscriptions to a reply. Pure, but for the words."""

import html
from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.chat.views.health import HealthView, ago, lasting
from bot.fetching.url import host_of, public_url
from bot.i18n import Markup, Translator
from bot.model import Candidate, Feed, Relocation, Subscription
from bot.polling.health import Condition, condition_of
from bot.telegram.keyboards import Reply, button, keyboard

PAGE = 8
"""Subscriptions on one page of a list."""
TITLE_MAX = 64
"""Characters of a title in a list or on a button."""
ADDRESS_MAX = 100
"""Characters of an address where ten of them must fit into one message."""
MARKS = {Condition.FAILING: "⚠️", Condition.GONE: "🚫", Condition.SILENT: "🤫"}
"""What a line of the list says of how a feed does."""
NEWEST_MAX = 40
"""Characters of a newest item's title beside it."""


class Menus:
    """The replies that more than one command gives."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._words = HealthView(translator)

    def overview(
        self, subscriptions: Sequence[Subscription], page: int, language: str, now: datetime
    ) -> Reply:
        """One page of a chat's subscriptions, numbered through; buttons open them."""
        if not subscriptions:
            return Reply(self._text(language, "list-empty"))
        pages = -(-len(subscriptions) // PAGE)
        page = min(max(page, 1), pages)
        first = (page - 1) * PAGE
        shown = list(enumerate(subscriptions[first : first + PAGE], start=first + 1))
        lines = [self._line(number, one, language, now) for number, one in shown]
        head = self._text(language, "list-head", count=len(subscriptions))
        openers = [button(str(number), "feed", one.id, page) for number, one in shown]
        return Reply(
            "\n".join([head, "", *lines]),
            keyboard(openers[:4], openers[4:], self._turning(page, pages)),
        )

    def feed(
        self,
        subscription: Subscription,
        page: int,
        language: str,
        now: datetime,
        moved: Relocation | None = None,
        *,
        may_move: bool = False,
    ) -> Reply:
        """One subscription: how it does, where it was before, and what can be done."""
        feed = subscription.feed
        lines = [
            f"<b>{name_link(feed)}</b>",
            f"<code>{html.escape(public_url(feed.url))}</code>",
            "",
        ]
        lines += self._state(subscription, language, now)
        if subscription.last_item:
            lines.append(
                self._text(
                    language, "feed-last-item", ago=ago(subscription.last_item, now, language)
                )
            )
        if subscription.interval:
            lines.append(
                self._text(
                    language, "feed-interval", interval=lasting(subscription.interval, language)
                )
            )
        if feed.next_due and not subscription.paused:
            lines.append(self._words.next_look(feed, feed.next_due, language, now))
        lines += self._words.marks(feed, language)
        if moved is not None:
            old, when = public_url(moved.old_url), ago(moved.moved, now, language)
            lines.append(self._text(language, "feed-moved", url=old, ago=when))
        say = self._translator.plain
        may_try = bool(feed.failures) and not subscription.paused
        switch = ("resume", "button-resume") if subscription.paused else ("pause", "button-pause")
        return Reply(
            "\n".join(lines),
            keyboard(
                [
                    button(say(language, switch[1]), switch[0], subscription.id, page),
                    button(say(language, "button-preview"), "preview", subscription.id),
                ],
                [
                    *(
                        [button(say(language, "button-looks"), "looks", subscription.id, page)]
                        if feed.history
                        else []
                    ),
                    *(
                        [button(say(language, "button-try"), "try", subscription.id, page)]
                        if may_try
                        else []
                    ),
                ],
                [button(say(language, "button-move-back"), "move-back", subscription.id, page)]
                if may_move
                else [],
                [
                    button(say(language, "button-interval"), "interval", subscription.id),
                    button(say(language, "button-unsubscribe"), "unsub", subscription.id, page),
                ],
                [button(say(language, "button-back"), "list", page)],
            ),
        )

    def looks(self, subscription: Subscription, page: int, language: str, now: datetime) -> Reply:
        """What the last looks at a feed came to, the newest first."""
        head = self._text(language, "looks-head", feed=name_link(subscription.feed))
        back = button(
            self._translator.plain(language, "button-back-to-feed"), "feed", subscription.id, page
        )
        return Reply(
            "\n".join([head, "", *self._words.looks(subscription.feed, language, now)]),
            keyboard([back]),
        )

    def choose(
        self,
        candidates: Sequence[Candidate],
        ids: Sequence[int],
        host: str,
        language: str,
        now: datetime,
    ) -> Reply:
        """Several feeds on one page: what is in each, and a button for it."""
        rows = [
            [
                button(
                    shorten(self._name(one, language) or public_url(one.url), TITLE_MAX),
                    "choose",
                    id_,
                )
            ]
            for one, id_ in zip(candidates, ids, strict=True)
        ]
        head = self._text(language, "choose-feed", count=len(candidates), host=host)
        return Reply(
            "\n\n".join([head, *(self._candidate(one, language, now) for one in candidates)]),
            keyboard(*rows),
        )

    def languages(self, language: str) -> Reply:
        """A button for each language, in its own words."""
        rows = [
            [button(("✓ " if code == language else "") + name, "lang", code)]
            for code, name in self._translator.languages().items()
        ]
        return Reply(self._text(language, "lang-choose"), keyboard(*rows))

    def pick(
        self, subscriptions: Sequence[Subscription], verb: str, key: str, language: str
    ) -> Reply:
        """The feeds of a chat as buttons that do ``verb``."""
        if not subscriptions:
            return Reply(self._text(language, "list-empty"))
        rows = [
            [button(shorten(title(one.feed), TITLE_MAX), verb, one.id, 1)]
            for one in subscriptions[:30]
        ]
        return Reply(self._text(language, key), keyboard(*rows))

    def _name(self, candidate: Candidate, language: str) -> str:
        """What a candidate is called: by what of its site it holds, else by its title."""
        if candidate.kind:
            return self._translator.plain(language, "feed-kind", kind=candidate.kind)
        return candidate.title

    def _candidate(self, candidate: Candidate, language: str, now: datetime) -> str:
        name = shorten(self._name(candidate, language), TITLE_MAX)
        lines = [f"<b>{html.escape(name)}</b>"] if name else []
        if candidate.count is not None:
            count = self._translator.plain(language, "choose-count", count=candidate.count)
            when = ago(candidate.published, now, language) if candidate.published else ""
            facts = (count, shorten(candidate.newest, NEWEST_MAX), when)
            lines.append(html.escape(" · ".join(fact for fact in facts if fact)))
        return "\n".join(
            [*lines, f"<code>{html.escape(shorten(public_url(candidate.url), ADDRESS_MAX))}</code>"]
        )

    def _line(self, number: int, subscription: Subscription, language: str, now: datetime) -> str:
        feed = subscription.feed
        condition = condition_of(feed, now)
        mark = "⏸" if subscription.paused else MARKS.get(condition, "")
        last = ago(subscription.last_item, now, language) if subscription.last_item else ""
        unseen = (
            self._translator.plain(language, "list-unseen") if condition is Condition.UNSEEN else ""
        )
        due = self._words.next_short(feed, language, now) if not subscription.paused else ""
        facts = " · ".join(fact for fact in (mark, unseen, last, due) if fact)
        return f"{number}. {name_link(feed)}" + (f" · {html.escape(facts)}" if facts else "")

    def _state(self, subscription: Subscription, language: str, now: datetime) -> list[Markup]:
        if subscription.paused == "user":
            return [self._text(language, "feed-paused")]
        if subscription.paused:
            return [self._text(language, "feed-paused-topic", reason=subscription.paused)]
        return self._words.state(subscription.feed, language, now)

    def _turning(self, page: int, pages: int) -> list[InlineKeyboardButton]:
        if pages == 1:
            return []
        back = button("‹", "list", page - 1 if page > 1 else pages)
        forth = button("›", "list", page + 1 if page < pages else 1)
        return [back, button(f"{page}/{pages}", "list", page), forth]

    def _text(self, language: str, key: str, **args: str | int) -> Markup:
        return self._translator.text(language, key, **args)


def title(feed: Feed) -> str:
    """What to call a feed: its title, else its host."""
    return feed.title or host_of(feed.url)


def name_link(feed: Feed) -> Markup:
    """A feed's title as a link to its site."""
    name = html.escape(shorten(title(feed), TITLE_MAX))
    address = html.escape(public_url(feed.link or feed.url))
    return Markup(f'<a href="{address}">{name}</a>')


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where some are gone."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
