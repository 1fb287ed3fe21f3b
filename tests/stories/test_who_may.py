"""The table of roles, places, commands and buttons, as people meet it: over HTTP, cell by cell."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.chat.permissions import USES, Act, Place, Role, refusal, use_of
from bot.i18n import Translator
from tests.support.bot_under_test import RunningBot
from tests.support.reading import has
from tests.support.telegram_world import ANN, Json, TelegramWorld

OPERATOR, ADMINISTRATOR, MEMBER, STRANGER = 7001, 7002, 7003, 7004
TRANSLATOR = Translator()
REFUSALS = ("only-operators", "only-in-private", "only-admins-channel", "only-admins")
COMMANDS = {"list": "/list", "pause": "/pause all", "stats": "/stats@tidings_playground_bot"}
"""One for each kind of act that a command may be."""


def words(key: str) -> str:
    return TRANSLATOR.plain("en", key)


@dataclass(frozen=True)
class Someone:
    """Who writes, as what, and what that makes of them."""

    roles: frozenset[Role]
    user: int
    manner: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """A chat with people of every role in it."""

    chat: int
    place: Place
    people: dict[str, Someone]
    topic: int | None = None


async def group(world: TelegramWorld, name: str) -> Scene:
    """A group, supergroup, forum, discussion group or channel, and who may write there."""
    members = {ANN: "creator", ADMINISTRATOR: "administrator", MEMBER: "member", OPERATOR: "member"}
    options: dict[str, Any] = {"members": members, "type": "supergroup", "title": name}
    if name in {"group", "channel"}:
        options["type"] = name
    if name == "forum topic":
        options |= {"is_forum": True, "topics": [{"id": 2, "name": "News"}]}
    chat = await world.make_group(**options)
    people = {
        "owner": Someone(frozenset({Role.MEMBER, Role.OWNER}), ANN),
        "administrator": Someone(frozenset({Role.MEMBER, Role.ADMINISTRATOR}), ADMINISTRATOR),
    }
    if name == "channel":
        # All who post there post as the channel.
        people = {"anonymous": Someone(frozenset({Role.MEMBER, Role.ANONYMOUS}), ANN)}
        return Scene(chat, Place.CHANNEL, people)
    people["member"] = Someone(frozenset({Role.MEMBER}), MEMBER)
    people["operator"] = Someone(frozenset({Role.OPERATOR}), OPERATOR)
    anonymous = frozenset({Role.MEMBER, Role.ANONYMOUS})
    if name != "group":
        people["anonymous"] = Someone(anonymous, ADMINISTRATOR, {"anonymous": True})
    if name == "discussion group":
        linked = await world.make_group(type="channel", linked=chat)
        other = await world.make_group(type="channel", members={MEMBER: "creator"})
        roles = frozenset({Role.MEMBER, Role.LINKED})
        people["linked"] = Someone(roles, ANN, {"as_channel": linked})
        people["other"] = Someone(frozenset({Role.MEMBER}), MEMBER, {"as_channel": other})
    return Scene(chat, Place.GROUP, people, 2 if name == "forum topic" else None)


@pytest.fixture
async def open_bot(world: TelegramWorld, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """A bot with an operator, and people of every role."""
    for person in (OPERATOR, ADMINISTRATOR, MEMBER, STRANGER):
        await world.make_user(person, started=True)
    async with RunningBot(world, tmp_path, access={"admins": [OPERATOR]}) as bot:
        yield bot


@pytest.mark.parametrize(
    "name", ["group", "supergroup", "forum topic", "discussion group", "channel"]
)
async def test_commands_are_for_whom_the_table_says(
    world: TelegramWorld, open_bot: RunningBot, name: str
) -> None:
    scene = await group(world, name)
    wrong = []
    for who, someone in scene.people.items():
        for verb, text in COMMANDS.items():
            key = refusal(verb, scene.place, someone.roles)
            said = await world.say(
                text, chat=scene.chat, user=someone.user, topic=scene.topic, **someone.manner
            )
            answer = await world.wait_for(
                lambda m: m.get("text"), chat=scene.chat, after=said["message_id"]
            )
            expected = [words(key)] if key else []
            heard = [words(other) for other in REFUSALS if answer["text"] == words(other)]
            if heard != expected:
                wrong.append((who, verb, answer["text"]))

    assert wrong == []


async def test_in_private_everybody_manages_what_is_theirs_and_operators_operate(
    world: TelegramWorld, open_bot: RunningBot
) -> None:
    for person in (MEMBER, OPERATOR):
        for verb, text in COMMANDS.items():
            roles = {Role.OWNER, Role.OPERATOR if person == OPERATOR else Role.MEMBER}
            key = refusal(verb, Place.PRIVATE, roles)
            said = await world.say(text, chat=person)
            answer = await world.wait_for(
                lambda m: m.get("text"), chat=person, after=said["message_id"]
            )
            assert (answer["text"] == words("only-operators")) is bool(key)


def offering(message: Json, data: str) -> Json:
    row = [{"text": data, "callback_data": data}]
    return message | {"reply_markup": {"inline_keyboard": [row]}}


@pytest.mark.parametrize("name", ["group", "forum topic", "channel"])
@pytest.mark.parametrize("user", [MEMBER, OPERATOR])
async def test_a_tap_of_somebody_who_may_not_gets_a_word_and_nothing_else(
    world: TelegramWorld, open_bot: RunningBot, name: str, user: int
) -> None:
    scene = await group(world, name)
    await world.say("/list", chat=scene.chat, user=ANN, topic=scene.topic)
    shown = await world.wait_for(has("No feeds here yet"), chat=scene.chat)
    before = await world.from_bot(scene.chat)
    roles = {Role.OPERATOR} if user == OPERATOR else {Role.MEMBER}
    forbidden = [verb for verb in USES if refusal(verb, scene.place, roles)]
    # What is a command alone has no button.
    expired = words("button-expired")
    wrong = []
    for verb in forbidden:
        toast = await world.tap(offering(shown, f"{verb}:1"), f"{verb}:1", user=user)
        expected = {words(refusal(verb, scene.place, roles)), expired}
        if toast is None or not toast["show_alert"] or toast["text"] not in expected:
            wrong.append((verb, toast))

    assert wrong == []
    assert len(forbidden) > 30
    assert await world.from_bot(scene.chat) == before


async def test_strangers_of_a_private_bot_do_nothing_in_any_place_by_words_or_taps(
    world: TelegramWorld, tmp_path: Path
) -> None:
    for person in (OPERATOR, ADMINISTRATOR, MEMBER, STRANGER):
        await world.make_user(person, started=True)
    access = {"mode": "allow-list", "users": [ADMINISTRATOR], "admins": [OPERATOR]}
    async with RunningBot(world, tmp_path, access=access):
        scene = await group(world, "supergroup")
        await world.say("/list", chat=scene.chat, user=ADMINISTRATOR)
        shown = await world.wait_for(lambda m: m.get("text"), chat=scene.chat)
        for verb in USES:
            toast = await world.tap(offering(shown, f"{verb}:1"), f"{verb}:1", user=ANN)
            assert toast
            assert toast["text"] in {words("not-allowed"), words("button-expired")}
        for text in COMMANDS.values():
            await world.say(text, chat=STRANGER)
        await world.wait_for(lambda m: m["text"] == words("not-allowed"), chat=STRANGER)
        await world.say("/list", chat=ADMINISTRATOR)
        await world.wait_for(lambda m: "No feeds here yet" in m["text"], chat=ADMINISTRATOR)

    assert await world.from_bot(scene.chat) == [shown]
    assert len(await world.from_bot(STRANGER)) == 1


async def test_an_operator_taps_whatever_a_forged_button_carries_without_a_fault(
    world: TelegramWorld, open_bot: RunningBot
) -> None:
    await world.say("/help", chat=OPERATOR)
    shown = await world.wait_for(lambda m: m.get("text"), chat=OPERATOR)
    operated = [verb for verb in USES if use_of(verb).act in {Act.OPERATE, Act.OWN}]
    for verb in operated:
        for rest in ("", ":", ":0", ":-1", ":x", ":" + "9" * 18, ":" + "9" * 40, ":1:xx", ":１"):
            data = f"{verb}{rest}"
            await world.tap(offering(shown, data), data, user=OPERATOR)

    assert not [m for m in await world.from_bot(OPERATOR) if "went wrong" in m.get("text", "")]
