"""Alerts of a feed, what its readers are told beside its items, as replies. Does no I/O."""

import html
from datetime import datetime

from telegram import InlineKeyboardMarkup

from bot.chat.context import Localizer
from bot.chat.views.catching_up import offer_row
from bot.chat.views.health import failure_reason
from bot.chat.views.menus import name_link, refusal_reason, shorten
from bot.content.addresses import absolute
from bot.content.render import classic
from bot.content.render.terminal import plain
from bot.i18n import Markup, Translator
from bot.model import (
    AlertDelivery,
    AlertKind,
    FailureStage,
    Fallback,
    FeedAlert,
    Item,
    Message,
    Preferences,
)
from bot.settings import LANGUAGE, Operator, choose
from bot.telegram.keyboards import Reply, button, keyboard

TITLE_MAX = 120
"""Characters of an item's title where twenty of them must fit into one message."""
CHANNELS_MAX = 10
OF_MANY = frozenset({AlertKind.BACKLOG, AlertKind.FLOOD})
"""These list what did not come, so that whoever reads them may want to catch up."""
OF_PLACES = frozenset({AlertKind.CHAT_CLOSED, AlertKind.TOPIC_CLOSED, AlertKind.TOPIC_GONE})
"""These concern all feeds of a place; the one that they are kept with is not named."""


class Alerts:
    """Composes alerts in the language of the chat, or in the operator's where it has none."""

    def __init__(self, translator: Translator, operator: Operator) -> None:
        self._translator = translator
        self._operator = operator

    def compose(self, delivery: AlertDelivery, now: datetime) -> Reply:
        """What an alert says now, and what can be done about it."""
        language = choose(LANGUAGE, self._operator, Preferences(delivery.chat.choices)).value
        localizer = Localizer(self._translator, language)
        alert = delivery.alert
        if alert.kind is AlertKind.BROADCAST:
            return Reply(_legible(str(alert.facts["html"]), delivery.fallback))
        lines = [_head(localizer, delivery, now), *map(_item_line, alert.items)]
        if unlisted := _unlisted(alert):
            lines.append(localizer.html("alert-more", count=unlisted))
        is_of_feed = alert.kind not in OF_PLACES
        # Whoever is told in place of a channel hears which channels it is about.
        if is_of_feed and not delivery.subscription_id and delivery.channels:
            channels = ", ".join(delivery.channels[:CHANNELS_MAX])
            lines.append(localizer.html("alert-channels", channels=channels))
        text = _legible("\n".join(lines), delivery.fallback)
        return Reply(text, _buttons(localizer, delivery))


def _legible(text: str, fallback: Fallback) -> str:
    """The text, without its markup where Telegram refused that."""
    return classic.escape(plain(Message(text))) if fallback is Fallback.PLAIN else text


def _head(localizer: Localizer, delivery: AlertDelivery, now: datetime) -> Markup:
    feed, alert = delivery.feed, delivery.alert
    # Where it is about this chat, its facts do not say so.
    here: dict[str, str | int] = {"where": "here", "chat": ""}
    args = {"feed": name_link(feed), **here, **alert.facts}
    if alert.since is not None:
        args["since"] = localizer.ago(alert.since, now)
        args["lasted"] = localizer.duration((alert.ended or now) - alert.since)
    if alert.kind in OF_PLACES:
        args["reason"] = refusal_reason(localizer, str(alert.facts.get("reason", "")))
    if alert.kind is AlertKind.TROUBLE:
        args["reason"] = failure_reason(localizer, delivery.last_failure)
    return localizer.html(_key(alert), **args)


def _key(alert: FeedAlert) -> str:
    match alert.kind:
        case AlertKind.TROUBLE if alert.ended:
            return "alert-back"
        case AlertKind.TROUBLE:
            return f"alert-{alert.stage or FailureStage.FAILING}"
        case AlertKind.SILENCE if alert.ended:
            return "alert-publishing"
        case AlertKind.SILENCE:
            return "alert-silent"
        case _:
            return f"alert-{alert.kind}"


def _item_line(item: Item) -> str:
    title = html.escape(shorten(item.title, TITLE_MAX)) or "—"
    link = absolute(item.link) if item.link else None
    if link is None:
        return f"• {title}"
    return f'• <a href="{html.escape(link)}">{title}</a>'


def _unlisted(alert: FeedAlert) -> int:
    """How many items of a backlog are not listed by their titles."""
    if not alert.items:
        return 0
    return int(alert.facts.get("count", 0)) - len(alert.items)


def _buttons(localizer: Localizer, delivery: AlertDelivery) -> InlineKeyboardMarkup | None:
    # Whoever hears for a channel has no subscription of their own that a button could open.
    if not delivery.subscription_id or delivery.alert.kind in OF_PLACES:
        return None
    row = [button(localizer.plain("button-open"), "open", delivery.subscription_id, 1)]
    if delivery.alert.kind is AlertKind.TROUBLE and delivery.alert.ended is None:
        row.insert(0, button(localizer.plain("button-try"), "try", delivery.subscription_id, 1))
    offer = offer_row(localizer) if delivery.alert.kind in OF_MANY else []
    return keyboard(row, offer)
