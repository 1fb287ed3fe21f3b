"""Words that we asked somebody for: where they answer, and what they are for.

In a private chat the next message is the answer. Elsewhere many talk, so it must be a reply to the
message that asks, whose buttons tell what it asks for: these outlast a restart.
"""

import time
from collections import OrderedDict
from typing import NamedTuple

from telegram import Message

from bot.telegram.keyboards import read_address, read_button

PATIENCE = 600.0
"""Seconds that a question waits for the next message."""
MOST = 10_000
"""Questions that are remembered at the same time."""
ASKING = {
    "setting-default": "setting-words",
    "rule-drop": "rule-words",
    "rule-keep": "rule-name",
}
"""Buttons under questions: each has the arguments of its question."""


class Question(NamedTuple):
    """What the words are for."""

    verb: str
    arguments: tuple[str, ...]
    about: int = 0
    """The chat that is managed from where it was asked; 0: the same."""


class Questions:
    """The questions that wait in private chats."""

    def __init__(self) -> None:
        self._asked: OrderedDict[int, tuple[float, Question]] = OrderedDict()

    def put(self, chat_id: int, question: Question) -> None:
        """Take the next message of a private chat for its answer."""
        self._asked[chat_id] = (time.monotonic() + PATIENCE, question)
        self._asked.move_to_end(chat_id)
        if len(self._asked) > MOST:
            self._asked.popitem(last=False)

    def pop(self, chat_id: int) -> Question | None:
        """The question that waits in a chat, if one does; it waits no longer."""
        until, question = self._asked.pop(chat_id, (0.0, None))
        return question if time.monotonic() < until else None


def question_of(message: Message | None) -> Question | None:
    """What a message of ours asks for; ``None``: nothing."""
    markup = message.reply_markup if message else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            about, data = read_address(str(button.callback_data or ""))
            verb, arguments = read_button(data)
            if verb in ASKING:
                return Question(ASKING[verb], arguments, about)
    return None
