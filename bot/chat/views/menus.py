"""Lists and menus: from subscriptions, candidates and choices to a reply. Does no I/O."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.context import Context, Localizer, Toast
from bot.chat.views.health import HealthView
from bot.content.localize import locale_of
from bot.content.messages.story import isolate
from bot.fetching.url import host_of
from bot.i18n import Markup
from bot.model import Candidate, FeedRef, Subscription, SubscriptionPage
from bot.polling.health import FeedHealth
from bot.public_url import public_link, public_url
from bot.services.finding import Hit
from bot.telegram.errors import Obstacle, obstacle_of
from bot.telegram.keyboards import Reply, button, keyboard

PAGE_SIZE = 8
"""Subscriptions on one page of a list."""
OPENERS_IN_A_ROW = 4
PICKS_MAX = 10
"""Feeds to pick from by button, on one page."""
LISTED_MAX = 50
"""Feeds that an answer names."""
TITLE_MAX = 64
"""Characters of a title in a list or on a button."""
TOPIC_MAX = 32
"""Characters of a topic's name beside a feed's."""
SUPERGROUP = "-100"
ADDRESS_MAX = 100
"""Characters of an address where ten of them must fit into one message."""
WORDS_MAX = 300
"""Characters of somebody's words that an answer repeats."""
NEWEST_MAX = 40
"""Characters of a newest item's title beside it."""
HEALTH_MARKS = {FeedHealth.FAILING: "⚠️", FeedHealth.GONE: "🚫", FeedHealth.SILENT: "🤫"}
"""What a line of the list says of a feed's health."""
PAUSED_MARK = "⏸"
LONGEST_WHICH = 36
"""Characters of the ids that a button carries beside a moment."""
_LIKE_ADDRESS = re.compile(r"[/?=@:]")
"""What stands in an address, or in a part of one, and hardly in a title."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is searched for."""

    query: str
    query_id: int
    """Under which it is kept, for the buttons."""
    numbers: tuple[int, ...]
    """Of the subscriptions that are shown, in the whole list."""


# ---------------------------------------------------------------- lists


def overview(
    localizer: Localizer, page: SubscriptionPage, now: datetime, search: Search | None = None
) -> Reply:
    """One page of a chat's subscriptions, numbered through; buttons open them.

    ``search`` says which of them are shown, where words chose some.
    """
    if not page.total:
        return Reply(localizer.html("list-empty"))
    pages = -(-page.total // PAGE_SIZE)
    first = (page.number - 1) * PAGE_SIZE + 1
    numbers: Sequence[int] = range(first, first + len(page.subscriptions))
    head = localizer.html("list-head", count=page.total)
    carried: tuple[int, ...] = ()
    if search:
        numbers, carried = search.numbers, (search.query_id,)
        head = localizer.html("list-found", count=page.total, query=search.query)
    lines = [head, ""]
    openers = []
    has_topics = any(subscription.target.topic_id for subscription in page.subscriptions)
    for number, subscription in zip(numbers, page.subscriptions, strict=True):
        line = _line(localizer, subscription, now, has_topics=has_topics)
        lines.append(f"{number}. {line}")
        openers.append(button(str(number), "feed", subscription.id, page.number))
    rows = [openers[:OPENERS_IN_A_ROW], openers[OPENERS_IN_A_ROW:]]
    if pages > 1:
        rows.append(_turning_buttons(page.number, pages, ("list",), carried))
    if search:
        rows.append([button(localizer.plain("button-back"), "list", 1)])
    elif pages > 1:
        lines += ["", localizer.html("list-search-hint")]
    return Reply("\n".join(lines), keyboard(*rows))


def _line(
    localizer: Localizer, subscription: Subscription, now: datetime, *, has_topics: bool
) -> str:
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
    parts: list[str] = [name_link(feed)]
    # Beside feeds of topics, those of none are in General.
    if has_topics:
        parts.append(f"🧵 {topic_link(localizer, subscription)}")
    parts += [html.escape(fact) for fact in facts if fact]
    return " · ".join(parts)


def _turning_buttons(
    page: int, pages: int, call: Sequence[str | int], carried: Sequence[int] = ()
) -> list[InlineKeyboardButton]:
    """To the page before and the page after; from the last one on to the first.

    ``call`` is what the buttons do, before the number of the page, and ``carried`` follows it.
    """
    verb, *arguments = map(str, call)
    before = pages if page == 1 else page - 1
    after = 1 if page == pages else page + 1
    return [
        button("‹", verb, *arguments, before, *carried),
        button(f"{page}/{pages}", verb, *arguments, page, *carried),
        button("›", verb, *arguments, after, *carried),
    ]


def picker(
    context: Context,
    head: str,
    page: SubscriptionPage,
    verb: str,
    argument: int = 1,
    query_id: int = 0,
) -> Reply:
    """A page of feeds as buttons that do ``verb``, under a question.

    Feeds of several topics say which one, and those of the topic in which it was asked that they
    are here, as the same feed may be read in others.

    Args:
        context: Who asked, and where.
        head: The question.
        page: The feeds, of ``page.total`` on all pages.
        verb: What the buttons do.
        argument: What they carry beside the feed.
        query_id: Under which the words are kept that all of them fit.
    """
    localizer = context.localizer
    pages = -(-page.total // PICKS_MAX)
    has_several = len({each.target for each in page.subscriptions}) > 1
    rows = []
    for subscription in page.subscriptions:
        name = shorten(title(subscription.feed), TITLE_MAX)
        if has_several:
            name = localizer.plain(
                "button-in-topic",
                feed=name,
                topic=shorten(topic_name(localizer, subscription), TOPIC_MAX),
                here="yes" if subscription.target == context.target else "no",
            )
        rows.append([button(name, verb, subscription.id, argument)])
    if pages > 1:
        head = f"{head}\n{localizer.html('pick-more', count=page.total)}"
        carried = (argument, query_id)
        rows.append(_turning_buttons(page.number, pages, ("pick", verb), carried))
    return Reply(head, keyboard(*rows) if rows else None)


def topic_name(localizer: Localizer, subscription: Subscription) -> str:
    """What a subscription's topic is called; by its number where its name is not known."""
    topic_id = subscription.target.topic_id
    if not topic_id:
        return localizer.plain("topic-general")
    return subscription.topic or localizer.plain("topic-unnamed", number=topic_id)


def topic_link(localizer: Localizer, subscription: Subscription) -> Markup:
    """The name of a subscription's topic, as a link to it where Telegram has links to topics."""
    name = html.escape(shorten(topic_name(localizer, subscription), TOPIC_MAX))
    chat = str(subscription.target.chat_id)
    # Only supergroups have such links; their ids begin so (Bot API, Chat.id).
    if not chat.startswith(SUPERGROUP) or not subscription.target.topic_id:
        return Markup(name)
    address = f"https://t.me/c/{chat.removeprefix(SUPERGROUP)}/{subscription.target.topic_id}"
    return Markup(f'<a href="{address}">{name}</a>')


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


def until_words(localizer: Localizer, until: datetime | None, zone: tzinfo) -> Markup:
    """Until when feeds are paused."""
    if until is None:
        return localizer.html("pause-for-good")
    local = until.astimezone(zone)
    locale = locale_of(localizer.language)
    day = format_skeleton("MMMEd", local, locale=locale)
    when = f"{day}, {format_time(local, 'short', locale=locale)}"
    return localizer.html("pause-until", when=when)


def pause_lengths(
    localizer: Localizer,
    which: str,
    lengths: Mapping[str, datetime | None],
    *,
    is_timed: bool,
) -> InlineKeyboardMarkup | None:
    """Buttons for how long: a day, a week, or for good, where it is not that already."""
    if len(which) > LONGEST_WHICH:
        return None
    row = [
        button(
            localizer.plain(f"button-pause-{length}"),
            "pause-until",
            which,
            0 if until is None else int(until.timestamp()),
        )
        for length, until in lengths.items()
        if until is not None or is_timed
    ]
    return keyboard(row)


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


LONGEST_REASON = 200
"""Characters of Telegram's own words that are shown."""


def held_html(localizer: Localizer, reason: str) -> Markup:
    """Why nothing can be sent to a place now, and what becomes of it."""
    obstacle = obstacle_of(reason)
    if obstacle is Obstacle.TOPIC_CLOSED:
        return localizer.html("held-topic")
    return localizer.html("held-chat", reason=refusal_reason(localizer, reason))


def held_plain(localizer: Localizer, reason: str) -> str:
    """As ``held_html``, for a line of a list."""
    obstacle = obstacle_of(reason)
    if obstacle is Obstacle.TOPIC_CLOSED:
        return localizer.plain("list-held-topic")
    words = localizer.plain("refusal", reason=obstacle, words=words_of(reason))
    return localizer.plain("list-held-chat", reason=words)


def refusal_reason(localizer: Localizer, reason: str) -> Markup:
    """Telegram's reason in people's words; one that we do not know, in Telegram's own."""
    return localizer.html("refusal", reason=obstacle_of(reason), words=words_of(reason))


def words_of(reason: str) -> str:
    """Telegram's own words, without what only programs read."""
    return reason.removeprefix("Bad Request: ").removeprefix("Forbidden: ")[:LONGEST_REASON]


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


def found_by_name(localizer: Localizer, query: str, hits: Sequence[Hit], now: datetime) -> Reply:
    """Feeds that go by a name: what each is, its newest item where that is known, and a button."""
    paragraphs: list[str] = [localizer.html("found-by-name", query=shown_words([query]))]
    rows = []
    for hit in hits:
        name = shorten(hit.feed.title, TITLE_MAX)
        facts = [language_name(localizer, hit.feed.language), host_of(hit.feed.url)]
        lines = [
            f"<b>{html.escape(name)}</b>",
            html.escape(" · ".join(filter(None, facts))),
        ]
        if hit.newest:
            news = [shorten(hit.newest.title, NEWEST_MAX)]
            news.append(localizer.ago(hit.newest.published or hit.newest.first_seen, now))
            lines.append(f"<i>{html.escape(' · '.join(filter(None, news)))}</i>")
        paragraphs.append("\n".join(lines))
        rows.append([button(name, "choose", hit.choice_id)])
    return Reply("\n\n".join(paragraphs), keyboard(*rows))


def language_name(localizer: Localizer, code: str) -> str:
    """What a language is called in that of whoever reads; its code where nobody knows."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(locale_of(localizer.language))
    except (ValueError, UnknownLocaleError, TypeError):
        return code
    return name or code


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
    name = html.escape(isolate(shorten(title(feed), TITLE_MAX)))
    address = html.escape(public_link(feed.link or feed.url))
    return Markup(f'<a href="{address}">{name}</a>')


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where some are gone."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
