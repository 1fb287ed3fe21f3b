"""Operators look at everything, limit and ban single people; people see and erase what is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store import Store, Tx
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, commands_of, has, subscribe
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld

OPERATED = {"admins": [ANN]}


async def file_of(world: TelegramWorld, message: Json) -> Any:
    """The JSON in a file that the bot sent."""
    file = world.playground.files.by_id[message["document"]["file_id"]]
    return json.loads(file.body)


def offered(message: Json, data: str) -> Json:
    """A message as if it had this button: whoever taps may send whatever they like."""
    return message | {
        "reply_markup": {"inline_keyboard": [[{"text": data, "callback_data": data}]]}
    }


# ---------------------------------------------------------------- /stats


async def test_an_operator_sees_how_much_there_is_of_everything(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        server.feed("/news.xml", items=["Old"], title="City news")
        await subscribe(world, server.url("/news.xml"))
        server.publish("/news.xml", title="Fresh")
        await world.wait_for(has("Fresh"))
        with capture_logs() as lines:
            await world.say("/stats")
            shown = await world.wait_for(has("Subscriptions: 1"))

    assert "Feeds that are checked: 1 (failing: 0)" in shown["text"]
    assert "Sent in the last 24 hours: 1" in shown["text"]
    assert "Database: " in shown["text"]
    assert [line["verb"] for line in lines if line["event"] == "operator_command"] == ["stats"]


@pytest.mark.parametrize("command", ["/stats", "/user 1001", "/user 1001 ban"])
async def test_others_are_refused_and_groups_hear_nothing(
    world: TelegramWorld, tmp_path: Path, command: str
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say(command, chat=LILEI)
        await world.wait_for(has("运营者"), chat=LILEI)
        # Another bot's command, perhaps; and an operator's business is none of a group's.
        await world.say(command, chat=TEA_HOUSE, user=ANN)
        await world.say("/list", chat=TEA_HOUSE, user=ANN)
        await world.wait_for(has("No feeds here yet"), chat=TEA_HOUSE)

    assert len(await world.from_bot(TEA_HOUSE)) == 1


@pytest.mark.parametrize("data", ["user:1001", "user-ban:1001", "user-unban:1", "user-export:1001"])
async def test_a_forged_button_of_an_operator_gets_a_word_and_nothing_else(
    world: TelegramWorld, tmp_path: Path, data: str
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say("/help", chat=LILEI)
        shown = await world.wait_for(has("/sub"), chat=LILEI)
        toast = await world.tap(offered(shown, data), data, user=LILEI)
        await world.say("/help")
        await world.wait_for(has("/sub"))
        left = await world.from_bot(LILEI)

    assert toast
    assert "运营者" in toast["text"]
    assert left == [shown]


async def test_an_operator_finds_their_commands_in_the_menu_and_in_the_help(
    world: TelegramWorld, tmp_path: Path
) -> None:
    await world.say("/start")
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say("/help")
        await world.wait_for(has("/stats"))
        await world.say("/help", chat=LILEI)
        others = await world.wait_for(has("/privacy"), chat=LILEI)
        scope = {"type": "chat", "chat_id": ANN}
        menu = (await world.call("getMyCommands", scope=scope))["result"]

    assert "/stats" not in others["text"]
    assert {"stats", "user", "sub"} <= {command["command"] for command in menu}
    assert "stats" not in await commands_of(world, "")


# ---------------------------------------------------------------- /user


async def test_somebody_who_is_banned_hears_it_once_and_gets_nothing_until_it_is_over(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/news.xml", items=["Old"], title="City news")
    async with RunningBot(world, tmp_path, access=OPERATED) as bot:
        await subscribe(world, server.url("/news.xml"), LILEI)
        await world.say(f"/user {LILEI}")
        page = await world.wait_for(has("one feed"))
        await world.tap(page, "Ban")
        banned = await world.wait_for(has("Banned"))
        for _ in range(3):
            await world.say("/list", chat=LILEI)
        await world.wait_for(has("不希望我再回应你"), chat=LILEI)
        server.publish("/news.xml", title="Meanwhile")
        await bot.stop()
        await bot.start()
        before = len(await world.from_bot(LILEI))
        await world.say(f"/user {LILEI} unban")
        await world.wait_for(has("Private chat"), after=banned["message_id"])
        await world.wait_for(has("Meanwhile"), chat=LILEI)
        await world.say("/list", chat=LILEI)
        await world.wait_for(has("City news"), chat=LILEI, after=before)

    told = [m for m in await world.from_bot(LILEI) if has("不希望")(m)]
    assert len(told) == 1
    assert buttons(banned) == ["Unban", "⬇ Export"]


async def test_an_operator_cannot_be_banned(world: TelegramWorld, tmp_path: Path) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say(f"/user {ANN} ban")
        await world.wait_for(has("Operators cannot be banned"))
        await world.say("/stats")
        await world.wait_for(has("Banned people: 0"))


async def test_a_person_has_limits_of_their_own_and_loses_them_again(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    for number in range(3):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number}")
    limits = {"subscriptions_per_chat": 2, "subscriptions_per_person": 2}
    async with RunningBot(world, tmp_path, access=OPERATED, limits=limits):
        await world.say(f"/user {LILEI} feeds 1")
        await world.wait_for(has("Limits: 1 feeds"))
        await subscribe(world, server.url("/0.xml"), LILEI)
        await world.say(f"/sub {server.url('/1.xml')}", chat=LILEI)
        await world.wait_for(has("1 个"), chat=LILEI)
        await world.say(f"/user {LILEI} feeds 3")
        await world.wait_for(has("Limits: 3 feeds"))
        for number in (1, 2):
            await world.say(f"/sub {server.url(f'/{number}.xml')}", chat=LILEI)
            await world.wait_for(has(f"Feed {number}"), chat=LILEI)
        await world.say(f"/user {LILEI} feeds default")
        await world.wait_for(has("Limits: 2 feeds"))


async def test_commands_of_a_person_are_limited_as_the_operator_decided(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say(f"/user {LILEI} commands 2")
        await world.wait_for(has("2 commands a minute"))
        for _ in range(3):
            await world.say("/help", chat=LILEI)
        await world.wait_for(has("一下子太多"), chat=LILEI)


@pytest.mark.parametrize(
    "words",
    ["", "x", "0", "-1001", "9" * 40, "1002 feeds", "1002 feeds x", "1002 feeds 0", "1002 feeds -3",
     "1002 fly", "1002 feeds 9999999999", "@name", "1002 ban now please"],
)  # fmt: skip
async def test_what_is_no_order_is_answered_with_what_would_be(
    world: TelegramWorld, tmp_path: Path, words: str
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        await world.say(f"/user {words}")
        await world.wait_for(has("/user 1001 ban"))
        await world.say("/stats")
        await world.wait_for(has("Banned people: 0"))


# ---------------------------------------------------------------- /privacy


async def lived(world: TelegramWorld, server: FeedServer) -> int:
    """Ann follows feeds in private, in a group and in her channel; the channel."""
    for name in ("news", "blog", "notes"):
        server.feed(f"/{name}.xml", items=["Old"], title=name.title())
    channel = await world.make_group(type="channel", title="Paper")
    await subscribe(world, server.url("/news.xml"))
    await world.say("/style link")
    await world.wait_for(has("Style: Only the link"))
    await subscribe(world, server.url("/blog.xml"), TEA_HOUSE)
    await subscribe(world, server.url("/notes.xml"), channel)
    server.publish("/news.xml", title="Fresh")
    await world.wait_for(has("Fresh"))
    return channel


async def test_a_person_gets_all_that_is_kept_of_them_as_a_file(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await lived(world, server)
    await world.say("/privacy")
    shown = await world.wait_for(has("What I keep"))
    await world.tap(shown, "Export")
    sent = await world.wait_for(has("All that I keep about you"))
    kept = await file_of(world, sent)

    assert kept["version"] == 1
    assert kept["person"] == ANN
    assert kept["chat"]["choices"]["style"] == "link"
    assert [row["title"] for row in kept["subscriptions"]] == ["News"]
    assert {row["title"] for row in kept["subscriptions_elsewhere"]} >= {"Blog"}
    assert [row["title"] for row in kept["messages"]] == ["Fresh"]


async def test_a_person_is_erased_and_what_others_read_goes_on(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await lived(world, server)
    await world.say(f"/channel {channel}")
    await world.wait_for(has("You are managing"))
    await world.say("/unsub 1", chat=TEA_HOUSE)
    ended = await world.wait_for(has("Not following"), chat=TEA_HOUSE)
    await world.tap(ended, "Undo")
    await world.wait_for(has("as if nothing had been"), chat=TEA_HOUSE)
    await world.say("/privacy")
    await world.tap(await world.wait_for(has("What I keep")), "Erase everything")
    question = await world.wait_for(has("This cannot be undone"))
    await world.tap(question, "Yes, erase everything")
    await world.wait_for(has("I have erased"))
    server.publish("/blog.xml", title="Still here")
    await world.wait_for(has("Still here"), chat=TEA_HOUSE)
    await bot.stop()
    store = Store.open(bot.path)
    found = await store.run(mentions, ANN)
    await store.close()

    assert found == []


def mentions(tx: Tx, person: int) -> list[str]:
    """Where in the whole database a person is named, by their number."""
    tables = [
        row["name"] for row in tx.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    found = []
    for table in tables:
        for row in tx.query(f"SELECT * FROM {table}"):
            for column, value in row.items():
                is_named = value == person and column not in {"id", "message_id"}
                is_own = table in {"chats", "people"} and column == "id" and value == person
                if is_named or is_own or (isinstance(value, str) and f": {person}," in value):
                    found.append(f"{table}.{column}")
    return found


async def test_what_is_not_erased_stays_and_a_question_can_be_declined(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="City news")
    await subscribe(world, server.url("/news.xml"))
    await world.say("/privacy")
    await world.tap(await world.wait_for(has("What I keep")), "Erase everything")
    await world.tap(await world.wait_for(has("cannot be undone")), "No, keep it")
    await world.wait_for(has("What I keep"))
    await world.say("/list")
    await world.wait_for(has("City news"))


@pytest.mark.parametrize("data", ["privacy-export", "privacy-erase", "privacy-erase-all"])
async def test_in_a_group_nobody_exports_or_erases_a_person(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, data: str
) -> None:
    server.feed("/news.xml", items=["Old"], title="City news")
    await subscribe(world, server.url("/news.xml"), TEA_HOUSE)
    await world.say("/privacy", chat=TEA_HOUSE)
    shown = await world.wait_for(has("What I keep"), chat=TEA_HOUSE)
    toasts = [await world.tap(offered(shown, data), data, user=person) for person in (ANN, LILEI)]
    await world.say("/list", chat=TEA_HOUSE)
    await world.wait_for(has("City news"), chat=TEA_HOUSE)

    assert buttons(shown) == []
    assert [toast and toast["show_alert"] for toast in toasts] == [True, True]
