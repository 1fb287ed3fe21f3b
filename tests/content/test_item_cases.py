"""One case, one file: an item, and the message of each style (``tests.support.item_cases``)."""

from itertools import chain
from pathlib import Path

import pytest

from bot.model import RichMessage
from tests.support.item_cases import CASES, messages, read, written
from tests.support.rich_judge import Judge, assert_within
from tests.support.telegram_parser import assert_legal, execute


@pytest.fixture(scope="module")
def judge() -> Judge:
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    return Judge()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_item_becomes_the_messages_of_its_case(path: Path) -> None:
    case = path.read_text("utf-8")

    assert written(read(case)) == case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_telegram_takes_every_message_of_a_case(judge: Judge, path: Path) -> None:
    case = read(path.read_text("utf-8"))

    for message in chain.from_iterable(messages(case).values()):
        if isinstance(message, RichMessage):
            assert_within(message, case.limits)
            judge.echo(message)
        else:
            assert_legal(message)
