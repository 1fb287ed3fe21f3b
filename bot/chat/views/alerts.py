"""What people are told of a feed beside its items: from an announcement to a reply. Pure, but for the words."""

import html
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.chat.views.health import HealthView, ago, lasting
from bot.chat.views.menus import name_link, shorten
from bot.content.addresses import absolute
from bot.content.render import classic
from bot.content.render.terminal import plain
from bot.i18n import Markup, Translator
from bot.model import AlertDelivery, AlertKind, FailureStage, Fallback, FeedAlert, Item, Message
from bot.telegram.keyboards import Reply, button, keyboard

TITLE_MAX = 120
"""Characters of an item's title where twenty of them must fit into one message."""
CHANNELS_MAX = 10


class Notices:
    """Composes announcements in the language of the chat, or in the operator's where it has none."""

    def __init__(self, translator: Translator, language: str) -> None:
        self._translator = translator
        self._words = HealthView(translator)
        self._language = language

    def compose(self, announcement: AlertDelivery, now: datetime) -> Reply:
        """What it says now, and what can be done about it."""
        language = announcement.chat.language or self._language
        lines = [
            self._said(announcement, language, now),
            *map(_item_line, announcement.alert.items),
        ]
        if more := _unlisted(announcement.alert):
            lines.append(self._translator.text(language, "notice-more", count=more))
        if not announcement.subscription_id and announcement.channels:
            titles = ", ".join(announcement.channels[:CHANNELS_MAX])
            lines.append(self._translator.text(language, "notice-channels", channels=titles))
        text = "\n".join(lines)
        if announcement.fallback is Fallback.PLAIN:
            text = classic.escape(plain(Message(text)))
        row = self._buttons(announcement, language)
        return Reply(text, keyboard(row) if row else None)

    def _said(self, announcement: AlertDelivery, language: str, now: datetime) -> Markup:
        feed, notice = announcement.feed, announcement.alert
        args: dict[str, str | int] = {"feed": name_link(feed), **notice.facts}
        if notice.since is not None:
            args["since"] = ago(notice.since, now, language)
            args["lasted"] = lasting((notice.ended or now) - notice.since, language)
        if notice.kind is AlertKind.TROUBLE:
            args["reason"] = self._words.reason(feed, language)
        return self._translator.text(language, _key(notice), **args)

    def _buttons(self, announcement: AlertDelivery, language: str) -> list[InlineKeyboardButton]:
        if not announcement.subscription_id:
            return []
        say, notice = self._translator.plain, announcement.alert
        is_down = notice.kind is AlertKind.TROUBLE and notice.ended is None
        names = (
            [("button-try", "try"), ("button-open", "feed")]
            if is_down
            else [("button-open", "feed")]
        )
        return [
            button(say(language, name), verb, announcement.subscription_id, 1)
            for name, verb in names
        ]


def _key(notice: FeedAlert) -> str:
    if notice.kind is AlertKind.TROUBLE:
        return "notice-back" if notice.ended else f"notice-{notice.stage or FailureStage.FAILING}"
    if notice.kind is AlertKind.SILENCE:
        return "notice-publishing" if notice.ended else "notice-silent"
    return f"notice-{notice.kind}"


def _item_line(item: Item) -> str:
    title = html.escape(shorten(item.title, TITLE_MAX)) or "—"
    link = absolute(item.link) if item.link else None
    return f'• <a href="{html.escape(link)}">{title}</a>' if link else f"• {title}"


def _unlisted(notice: FeedAlert) -> int:
    """So many of a backlog are not told by their titles."""
    count = notice.facts.get("count", 0)
    return int(count) - len(notice.items) if notice.items else 0
