"""What follows a command keeps its formatting, and is legal HTML whatever was written."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageEntity

from bot.chat.command_text import html_behind_command, html_of

COMMAND = (MessageEntity.BOT_COMMAND, 0, 10)


def message(text: str, *entities: tuple[str, int, int], url: str | None = None) -> Message:
    marked = [
        MessageEntity(kind, offset, length, url=url if kind == MessageEntity.TEXT_LINK else None)
        for kind, offset, length in entities
    ]
    chat = Chat(1, Chat.PRIVATE)
    return Message(1, datetime.now(UTC), chat, text=text, entities=marked)


@pytest.mark.parametrize(
    ("written", "html"),
    [
        (message("/broadcast We move", COMMAND), "We move"),
        (message("/broadcast\nWe move\n\nsoon", COMMAND), "We move\n\nsoon"),
        (message("/broadcast We move", COMMAND, ("bold", 11, 2)), "<b>We</b> move"),
        (message("/broadcast a < b & c", COMMAND), "a &lt; b &amp; c"),
        (message("/broadcast", COMMAND), ""),
        (message("/broadcast 🎉 ho", COMMAND, ("italic", 14, 2)), "🎉 <i>ho</i>"),
        (
            message("/broadcast here", COMMAND, ("text_link", 11, 4), url="https://example.org"),
            '<a href="https://example.org">here</a>',
        ),
        # What is bold from before the command cannot be divided: the words go plain.
        (message("/broadcast a < b", ("bold", 0, 16), COMMAND), "a &lt; b"),
        (message("no command", ("bold", 0, 2)), ""),
    ],
)
def test_what_follows_a_command_keeps_its_formatting(written: Message, html: str) -> None:
    assert html_behind_command(written) == html


def test_words_stand_below_a_file_or_nowhere() -> None:
    chat = Chat(1, Chat.PRIVATE)
    below = Message(1, datetime.now(UTC), chat, caption="a < b")

    assert html_of(below) == "a &lt; b"
    assert html_of(Message(1, datetime.now(UTC), chat)) == ""
    assert html_of(None) == ""
