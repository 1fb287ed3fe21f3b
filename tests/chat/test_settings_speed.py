"""Menus and words are quick: 500 feeds in the chat, 100 000 subscriptions in the database.

Judged by processor time, the store's thread included, as other work on the machine says nothing.
"""

import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from bot.chat.commands.picking import Picking
from bot.chat.commands.set import Set
from bot.chat.commands.settings import SettingsMenu
from bot.chat.context import Context, Handler, Localizer
from bot.chat.views.settings import vocabulary_of
from bot.i18n import Translator
from bot.model import Chat, ChatKind, Target
from bot.services.choosing import Choosing
from bot.services.previewing import Previewing
from bot.services.subscribing import Subscribing
from bot.settings import INTERVAL, STYLE, TIME_ZONE, Operator
from bot.store import Store, Tx
from bot.store.rows import to_ms
from tests.support.crowded import fill_chat
from tests.support.pace import allowed
from tests.support.stored import NOW, opened

CHAT = 1001
FEEDS, OTHERS = 500, 200
"""Feeds of the chat, and other chats that read each of them."""
TIMES = 5
LIMIT = 0.15
"""Seconds of our own work."""
WORDS = (
    "", "settings 250", "settings number 250",
    "set 250 style rich summary 300", "set style link", "set all sound silent", "set all default",
    "set 1-100 images first", "set 7 title Bees hashtags #bees", "set #bees date off",
    "set 250 style rihc", "set stile rich", "interval 250 2h", "interval all 1h", "interval",
    "style", "style 3 rich", "tz Berlin", "tz 柏林", "tz Atlantis",
)  # fmt: skip
TAPS = (
    "settings:c:content", "settings-where:20", "setting:s250:style", "put:s250:style:rich",
    "put:c:interval:2h", "put:c:time_zone:Asia/Tokyo", "setting-switch:s250:tags",
    "setting-default:s250:style", "settings-reset:c:look", "settings-undo:3",
)  # fmt: skip


def fill(tx: Tx) -> None:
    fill_chat(tx, CHAT, FEEDS, NOW)
    tx.each(
        "INSERT INTO chats (id, kind, title, created) VALUES (:id, 'private', 'Other', 0)",
        ({"id": 5000 + number} for number in range(OTHERS)),
    )
    tx.execute(
        """
        INSERT INTO subscriptions (chat_id, feed_id, created)
        SELECT c.id, f.id, :now FROM chats c, feeds f WHERE c.title = 'Other'
        """,
        now=to_ms(NOW),
    )


class Bench:
    """The handlers without Telegram around them."""

    def __init__(self, store: Store) -> None:
        translator, operator = Translator(), Operator()
        nothing: Any = None  # sites are never asked
        choosing = Choosing(store, operator, lambda: NOW)
        subscribing = Subscribing(
            store,
            nothing,
            operator.value(INTERVAL),
            lambda: NOW,
        )
        previewing = Previewing(store, nothing, lambda: NOW)
        picking = Picking(subscribing)
        words = vocabulary_of(translator)
        menus = SettingsMenu(
            subscribing, choosing, previewing, picking, operator, words, lambda: NOW
        )
        setter = Set(subscribing, choosing, picking, menus, operator, words, lambda: NOW)
        self._localizer = Localizer(translator, "en")
        self._commands = {
            "": menus.settings,
            "settings": menus.settings,
            "set": setter.set,
            "interval": setter.door(INTERVAL),
            "style": setter.door(STYLE),
            "tz": setter.door(TIME_ZONE),
        }
        self._taps = {
            "settings": menus.menu,
            "settings-where": menus.where,
            "settings-reset": menus.reset,
            "settings-undo": menus.undo,
            "setting": menus.setting,
            "put": menus.set,
            "setting-switch": menus.switch,
            "setting-default": menus.default,
        }

    async def say(self, words: str) -> float:
        """Processor seconds of a command."""
        name, _, text = words.partition(" ")
        return await self._measured(self._commands[name], tuple(text.split()), text)

    async def tap(self, data: str) -> float:
        """Processor seconds of a tap."""
        verb, *arguments = data.split(":")
        return await self._measured(self._taps[verb], tuple(arguments), "")

    async def _measured(self, handler: Handler, arguments: tuple[str, ...], text: str) -> float:
        chat = Chat(CHAT, ChatKind.PRIVATE)
        context = Context(chat, Target(CHAT), CHAT, self._localizer, arguments, text)
        begun = time.process_time()
        answers = [answer async for answer in handler(context)]
        assert answers
        return time.process_time() - begun


async def test_every_command_and_tap_is_quick_in_a_crowded_bot(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(fill)
        bench = Bench(store)
        spent: dict[str, list[float]] = defaultdict(list)
        for _ in range(TIMES):
            for words in WORDS:
                spent[words].append(await bench.say(words))
            for data in TAPS:
                spent[data].append(await bench.tap(data))

    # The median: the first time reads the words of many languages, once in a life, and a machine
    # may be held up at any time.
    usual = {name: median(seconds) for name, seconds in spent.items()}
    assert {name: seconds for name, seconds in usual.items() if seconds > allowed(LIMIT)} == {}
