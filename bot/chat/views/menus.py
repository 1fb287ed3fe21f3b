"""Lists and menus: from subscriptions, candidates and choices to a reply. Does no I/O."""

import html
import re
from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.context import Context, Localizer, Toast
from bot.chat.views.health import HealthView
from bot.fetching.url import host_of
from bot.i18n import Markup
from bot.model import Candidate, FeedRef, Subscription, SubscriptionPage, Target
from bot.polling.health import FeedHealth
from bot.public_url import public_link, public_url
from bot.telegram.keyboards import Reply, button, keyboard

PAGE_SIZE = 8
"""Subscriptions on one page of a list."""
OPENERS_IN_A_ROW = 4
PICKS_MAX = 30
"""Feeds to pick from by button."""
LISTED_MAX = 50
"""Feeds that an answer names."""
TITLE_MAX = 64
"""Characters of a title in a list or on a button."""
ADDRESS_MAX = 100
"""Characters of an address where ten of them must fit into one message."""
WORDS_MAX = 300
"""Characters of somebody's words that an answer repeats."""
NEWEST_MAX = 40
"""Characters of a newest item's title beside it."""
HEALTH_MARKS = {FeedHealth.FAILING: "⚠️", FeedHealth.GONE: "🚫", FeedHealth.SILENT: "🤫"}
"""What a line of the list says of a feed's health."""
PAUSED_MARK = "⏸"
_LIKE_ADDRESS = re.compile(r"[/?=@:]")
"""What stands in an address, or in a part of one, and hardly in a title."""
TOPIC_CLOSED = "topic_closed"
"""In Telegram's words about a topic that is closed, as it writes them or the library does."""


# ---------------------------------------------------------------- lists


def overview(localizer: Localizer, page: SubscriptionPage, now: datetime) -> Reply:
    """One page of a chat's subscriptions, numbered through; buttons open them."""
    if not page.total:
        return Reply(localizer.html("list-empty"))
    pages = -(-page.total // PAGE_SIZE)
    first = (page.number - 1) * PAGE_SIZE + 1
    lines = [localizer.html("list-head", count=page.total), ""]
    openers = []
    for number, subscription in enumerate(page.subscriptions, first):
        lines.append(f"{number}. {_line(localizer, subscription, now)}")
        openers.append(button(str(number), "feed", subscription.id, page.number))
    return Reply(
        "\n".join(lines),
        keyboard(
            openers[:OPENERS_IN_A_ROW],
            openers[OPENERS_IN_A_ROW:],
            _turning_buttons(page.number, pages),
        ),
    )


def _line(localizer: Localizer, subscription: Subscription, now: datetime) -> str:
    feed = subscription.feed
    view = HealthView(localizer, feed, now)
    facts = [HEALTH_MARKS.get(view.health, "")]
    if subscription.paused:
        facts = [PAUSED_MARK]
    elif subscription.held:
        facts = [held_plain(localizer, subscription.held)]
    if view.health is FeedHealth.UNSEEN:
        facts.append(localizer.plain("list-unseen"))
    if subscription.last_item:
        facts.append(localizer.ago(subscription.last_item, now))
    if not subscription.paused and not subscription.held:
        facts.append(view.next_poll_short())
    known = html.escape(" · ".join(filter(None, facts)))
    return f"{name_link(feed)} · {known}" if known else name_link(feed)


def _turning_buttons(page: int, pages: int) -> list[InlineKeyboardButton]:
    """To the page before and the page after; from the last one on to the first."""
    if pages == 1:
        return []
    before = pages if page == 1 else page - 1
    after = 1 if page == pages else page + 1
    return [
        button("‹", "list", before),
        button(f"{page}/{pages}", "list", page),
        button("›", "list", after),
    ]


def pick_feed(
    localizer: Localizer, subscriptions: Sequence[Subscription], verb: str, key: str
) -> Reply:
    """The feeds of a chat as buttons that do ``verb``, under the text of ``key``."""
    return Reply(localizer.html(key), _feed_buttons(localizer, subscriptions, verb, 1))


def pick_match(
    context: Context,
    subscriptions: Sequence[Subscription],
    count: int,
    verb: str,
    argument: int = 1,
) -> Reply:
    """The feeds that somebody's words fit as buttons that do ``verb``: nothing is done to several.

    Those of the topic in which it was asked say so, as the same feed may be read in others. Of
    ``count`` that fit, ``subscriptions`` are those for which there are buttons.
    """
    localizer = context.localizer
    query = shown_words(context.arguments)
    head = localizer.html("which-match", count=count, query=query)
    here = context.target if len({each.target for each in subscriptions}) > 1 else None
    return Reply(head, _feed_buttons(localizer, subscriptions, verb, argument, here))


def _feed_buttons(
    localizer: Localizer,
    subscriptions: Sequence[Subscription],
    verb: str,
    argument: int,
    here: Target | None = None,
) -> InlineKeyboardMarkup | None:
    """A button for each feed; those of ``here`` say that they are."""
    rows = []
    for subscription in subscriptions[:PICKS_MAX]:
        name = shorten(title(subscription.feed), TITLE_MAX)
        if subscription.target == here:
            name = localizer.plain("button-here", feed=name)
        rows.append([button(name, verb, subscription.id, argument)])
    return keyboard(*rows) if rows else None


def shown_address(text: str) -> str:
    """An address as an answer repeats it: without secrets, and short enough for twenty of them."""
    return shorten(public_url(text), ADDRESS_MAX)


def shown_words(words: Sequence[str]) -> str:
    """Words as an answer repeats them: addresses among them without secrets."""
    shown = [public_url(word) if _LIKE_ADDRESS.search(word) else word for word in words]
    return shorten(" ".join(shown), WORDS_MAX)


def changed_feeds(localizer: Localizer, key: str, changed: Sequence[Subscription]) -> str:
    """The text of ``key`` with the feeds that it was done to."""
    return changed_page(localizer, key, SubscriptionPage(tuple(changed), total=len(changed)))


def changed_page(localizer: Localizer, key: str, changed: SubscriptionPage) -> str:
    """As ``changed_feeds``, where it was done to more than are named."""
    feeds = _names(localizer, changed.subscriptions, changed.total)
    return localizer.html(key, count=changed.total, feeds=feeds)


def _names(localizer: Localizer, changed: Sequence[Subscription], total: int) -> Markup:
    names: list[str] = [
        f"• {name_link(subscription.feed)}" for subscription in changed[:LISTED_MAX]
    ]
    if total > len(names):
        names.append(localizer.html("and-more-feeds", count=total - len(names)))
    return Markup("\n".join(names))


def resumed_feeds(localizer: Localizer, changed: Sequence[Subscription], total: int) -> str:
    """Which feeds run again, and which are held still by their place, and why.

    ``changed`` are the first of ``total``.
    """
    if not total:
        return localizer.html("resume-nothing")
    paragraphs: list[str] = []
    running = tuple(subscription for subscription in changed if not subscription.held)
    # Of those that are not read nobody knows whether they run or are held, so they are counted with
    # the first group that is named.
    more = total - len(changed)
    if running:
        page = SubscriptionPage(running, total=len(running) + more)
        paragraphs.append(changed_page(localizer, "resume-done", page))
        more = 0
    for reason in dict.fromkeys(subscription.held for subscription in changed):
        if reason:
            held = [subscription for subscription in changed if subscription.held == reason]
            names = _names(localizer, held, len(held) + more)
            paragraphs.append(f"{held_html(localizer, reason)}\n{names}")
            more = 0
    return "\n\n".join(paragraphs)


def held_html(localizer: Localizer, reason: str) -> Markup:
    """Why nothing can be sent to a place now, and what becomes of it."""
    if TOPIC_CLOSED in reason.casefold():
        return localizer.html("held-topic")
    return localizer.html("held-chat", reason=reason)


def held_plain(localizer: Localizer, reason: str) -> str:
    """As ``held_html``, for a line of a list."""
    if TOPIC_CLOSED in reason.casefold():
        return localizer.plain("list-held-topic")
    return localizer.plain("list-held-chat", reason=reason)


# ---------------------------------------------------------------- choices


def choose_feed(
    localizer: Localizer, candidates: Sequence[Candidate], ids: Sequence[int], now: datetime
) -> Reply:
    """Several feeds on one page: what is in each, and a button for it."""
    host = host_of(candidates[0].url)
    paragraphs: list[str] = [localizer.html("choose-feed", count=len(candidates), host=host)]
    rows = []
    for candidate, choice_id in zip(candidates, ids, strict=True):
        paragraphs.append(_candidate(localizer, candidate, now))
        name = _candidate_name(localizer, candidate) or public_url(candidate.url)
        rows.append([button(shorten(name, TITLE_MAX), "choose", choice_id)])
    return Reply("\n\n".join(paragraphs), keyboard(*rows))


def _candidate_name(localizer: Localizer, candidate: Candidate) -> str:
    """What a candidate is called: by what of its site it holds, else by its title."""
    if candidate.kind:
        return localizer.plain("feed-kind", kind=candidate.kind)
    return candidate.title


def _candidate(localizer: Localizer, candidate: Candidate, now: datetime) -> str:
    lines = []
    if name := shorten(_candidate_name(localizer, candidate), TITLE_MAX):
        lines.append(f"<b>{html.escape(name)}</b>")
    if candidate.count is not None:
        facts = [localizer.plain("choose-count", count=candidate.count)]
        facts.append(shorten(candidate.newest, NEWEST_MAX))
        if candidate.published:
            facts.append(localizer.ago(candidate.published, now))
        lines.append(html.escape(" · ".join(filter(None, facts))))
    address = html.escape(shown_address(candidate.url))
    lines.append(f"<code>{address}</code>")
    return "\n".join(lines)


def first_steps(localizer: Localizer) -> InlineKeyboardMarkup:
    """The buttons under a welcome."""
    # Whoever cannot read it finds the way to another language in two scripts.
    return keyboard(
        [
            button(localizer.plain("button-help"), "help"),
            button("🌐 Language · 语言", "setting", "c", "language"),
        ]
    )


def marked(label: str, *, is_chosen: bool) -> str:
    """The label of a choice, with a mark if it is what holds."""
    return f"✓ {label}" if is_chosen else label


# ---------------------------------------------------------------- small answers


def expired(context: Context, *, alert: bool = False) -> Toast:
    """What the button was for is not there any more."""
    return Toast(context.localizer.plain("button-expired"), alert)


def no_such_feed(context: Context, words: Sequence[str]) -> Reply:
    """Answer that no feed here has this number, address or title."""
    return Reply(context.localizer.html("no-such-feed", query=shown_words(words)))


def open_button(localizer: Localizer, subscription: Subscription) -> InlineKeyboardMarkup:
    """A button to the page of a subscription."""
    return keyboard([button(localizer.plain("button-open"), "feed", subscription.id, 1)])


# ---------------------------------------------------------------- names


def title(feed: FeedRef) -> str:
    """What to call a feed: its title, else its host."""
    return feed.title or host_of(feed.url)


def name_link(feed: FeedRef) -> Markup:
    """A feed's title as a link to its site."""
    name = html.escape(shorten(title(feed), TITLE_MAX))
    address = html.escape(public_link(feed.link or feed.url))
    return Markup(f'<a href="{address}">{name}</a>')


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where some are gone."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
