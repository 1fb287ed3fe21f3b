"""The page of one subscription, and the page of its last polls. Does no I/O."""

import html
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.chat.context import Localizer
from bot.chat.views.health import HealthView
from bot.chat.views.menus import held_html, name_link, refusal_reason, topic_link
from bot.chat.views.settings import quick_row
from bot.model import Refusals, Relocation, Subscription
from bot.public_url import has_secrets, public_url
from bot.services.choosing import subject_of
from bot.settings import HASHTAGS, INTERVAL, TITLE, Operator, chosen
from bot.telegram.keyboards import Reply, button, keyboard


def feed_page(
    localizer: Localizer,
    operator: Operator,
    subscription: Subscription,
    page: int,
    now: datetime,
    move: Relocation | None = None,
    *,
    may_move_back: bool = False,
    refusals: Refusals = Refusals(),  # noqa: B008 - frozen
) -> Reply:
    """How a subscription's feed does, where it was before, and what can be done.

    Args:
        localizer: The words.
        operator: What holds where nobody chose.
        subscription: What is shown.
        page: Of the list, to which the last button leads back.
        now: The present moment.
        move: The last move of the feed, if it ever moved.
        may_move_back: Whether whoever asks may take that move back.
        refusals: What of the feed Telegram did not take here.
    """
    lines = [
        f"<b>{name_link(subscription.feed)}</b>",
        f"<code>{html.escape(public_url(subscription.feed.url))}</code>",
        "",
        *_topic(localizer, subscription),
        *_facts(localizer, subscription, now),
    ]
    if move is not None:
        old, when = public_url(move.old_url), localizer.ago(move.moved, now)
        lines.append(localizer.html("feed-moved", url=old, ago=when))
    rows = _button_rows(localizer, operator, subscription, page, may_move_back=may_move_back)
    if refusals.count:
        lines.append(
            localizer.html(
                "feed-refused",
                count=refusals.count,
                reason=refusal_reason(localizer, refusals.last_reason),
            )
        )
        again = button(localizer.plain("button-send-again"), "send-again", subscription.id, page)
        rows.insert(1, [again])
    return Reply("\n".join(lines), keyboard(*rows))


def address_page(localizer: Localizer, subscription: Subscription, page: int) -> Reply:
    """The whole address of a feed, with what lets somebody in."""
    address = html.escape(subscription.feed.url)
    back = button(localizer.plain("button-back-to-feed"), "feed", subscription.id, page)
    text = f"<b>{name_link(subscription.feed)}</b>\n<code>{address}</code>"
    return Reply(text, keyboard([back]))


def polls_page(localizer: Localizer, subscription: Subscription, page: int, now: datetime) -> Reply:
    """What the last polls of a feed came to, the newest first."""
    head = localizer.html("polls-head", feed=name_link(subscription.feed))
    lines = [head, "", *HealthView(localizer, subscription.feed, now).polls()]
    back = button(localizer.plain("button-back-to-feed"), "feed", subscription.id, page)
    return Reply("\n".join(lines), keyboard([back]))


def _topic(localizer: Localizer, subscription: Subscription) -> list[str]:
    """In which topic its items come, where it is one."""
    if not subscription.target.topic_id:
        return []
    return [localizer.html("feed-topic", topic=topic_link(localizer, subscription))]


def _facts(localizer: Localizer, subscription: Subscription, now: datetime) -> list[str]:
    health = HealthView(localizer, subscription.feed, now)
    # Health and the next poll are of no use to a chat that paused the feed.
    facts: list[str] = []
    if subscription.paused_until:
        when = localizer.ago(subscription.paused_until, now)
        facts.append(localizer.html("feed-paused-until", when=when))
    elif subscription.paused:
        facts.append(localizer.html("feed-paused"))
    elif subscription.held:
        facts.append(held_html(localizer, subscription.held))
    else:
        facts += health.state()
    if subscription.last_item:
        ago = localizer.ago(subscription.last_item, now)
        facts.append(localizer.html("feed-last-item", ago=ago))
    choice = chosen(INTERVAL, subscription.preferences)
    if choice:
        interval = localizer.interval(choice.value)
        facts.append(localizer.html("feed-interval", interval=interval))
    next_poll, marks = health.next_poll(), health.poll_marks()
    if next_poll and not subscription.paused and not subscription.held:
        facts.append(next_poll)
    if marks:
        facts.append(marks)
    return facts


def _button_rows(
    localizer: Localizer,
    operator: Operator,
    subscription: Subscription,
    page: int,
    *,
    may_move_back: bool,
) -> list[list[InlineKeyboardButton]]:
    say, feed, id_ = localizer.plain, subscription.feed, subscription.id
    if subscription.paused or subscription.held:
        switch = button(say("button-resume"), "resume", id_, page)
    else:
        switch = button(say("button-pause"), "pause", id_, page)
    subject = subject_of(subscription)
    history, trouble, move_back, address = [], [], [], []
    if feed.history:
        history.append(button(say("button-polls"), "polls", id_, page))
    if feed.failures and not subscription.paused:
        trouble.append(button(say("button-try"), "try", id_, page))
    if may_move_back:
        move_back.append(button(say("button-move-back"), "move-back", id_, page))
    if has_secrets(feed.url):
        address.append(button(say("button-address"), "address", id_, page))
    return [
        [switch, button(say("button-preview"), "preview", id_)],
        trouble,
        address,
        move_back,
        # What is chosen of one feed most often, each one tap away; all else is in its settings.
        quick_row(localizer, operator, subject, "feed-switch", id_, page),
        [
            button(f"{icon} {say(f'setting-{setting.name}')}", "setting", f"s{id_}", setting.name)
            for icon, setting in (("✏️", TITLE), ("#️⃣", HASHTAGS), ("⏱", INTERVAL))
        ],
        [
            button(say("button-settings"), "settings", f"s{id_}"),
            button(say("button-move"), "move", id_),
            button(say("button-share"), "share", id_),
        ],
        [
            button(say("button-unsubscribe"), "unsub", id_, page),
            *history,
            button(say("button-back"), "list", page),
        ],
    ]
