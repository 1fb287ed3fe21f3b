"""Small answers that several commands give."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.chat.context import Context, Toast
from bot.chat.views.menus import Menus, name_link
from bot.i18n import Markup
from bot.model import Subscription
from bot.store import Store, subscriptions
from bot.telegram.keyboards import Reply, button, keyboard, number_of

LISTED_MAX = 50


async def tapped(store: Store, call: Context) -> Subscription | None:
    """The subscription that a button names, if this chat (still) has it."""
    found = await store.run(subscriptions.find, call.chat.id, [number_of(call.words) or 0])
    return found[0] if found else None


def gone(call: Context) -> Toast:
    """What the button was for is not there any more."""
    return Toast(call.speech.plain("button-expired"))


def open_button(call: Context, one: Subscription) -> InlineKeyboardMarkup:
    """A button to the page of a subscription."""
    return keyboard([button(call.speech.plain("button-open"), "feed", one.id, 1)])


def pick(
    menus: Menus, call: Context, candidates: Sequence[Subscription], verb: str, key: str
) -> Reply:
    """A button for each candidate, under the text of ``key``; the text alone where there is none."""
    if not candidates:
        return Reply(call.speech.html(key))
    return menus.pick(candidates, verb, key, call.speech.language)


def listing(call: Context, key: str, changed: Sequence[Subscription]) -> str:
    """The text of ``key`` with the feeds that it was done to."""
    names = "\n".join(f"• {name_link(one.feed)}" for one in changed[:LISTED_MAX])
    return call.speech.html(key, count=len(changed), feeds=Markup(names))
