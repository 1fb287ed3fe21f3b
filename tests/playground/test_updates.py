"""How updates reach a bot: long polling, webhooks, and what makes an update at all."""

import asyncio
import time
from typing import Any

from aiohttp import web

from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, TelegramWorld

Json = dict[str, Any]


async def _updates(world: TelegramWorld, **parameters: Any) -> list[Json]:
    answer = await world.call("getUpdates", **parameters)
    assert answer["ok"], answer
    result: list[Json] = answer["result"]
    return result


async def test_an_offset_confirms_what_came_before_it(world: TelegramWorld) -> None:
    for text in ("1", "2", "3"):
        await world.say(text)
    first = await _updates(world, limit=2)
    assert [update["message"]["text"] for update in first] == ["1", "2"]
    assert await _updates(world, limit=2) == first, "unconfirmed updates come again"
    rest = await _updates(world, offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["3"]
    assert await _updates(world, offset=-1) == rest
    assert await _updates(world, offset=rest[-1]["update_id"] + 1) == []


async def test_a_long_poll_ends_with_the_first_update(world: TelegramWorld) -> None:
    poll = asyncio.create_task(_updates(world, timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    begin = time.monotonic()
    await world.say("hello")
    assert (await poll)[0]["message"]["text"] == "hello"
    assert time.monotonic() - begin < 15


async def test_a_long_poll_ends_empty_after_its_time(world: TelegramWorld) -> None:
    begin = time.monotonic()
    assert await _updates(world, timeout=1) == []
    assert 0.9 < time.monotonic() - begin < 15


async def test_a_second_poller_ends_the_first(world: TelegramWorld) -> None:
    first = asyncio.create_task(world.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(world.call("getUpdates", timeout=20))
    assert await first == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }
    await world.say("hello")
    assert (await second)["ok"]


async def test_only_allowed_kinds_are_queued_and_the_choice_is_remembered(
    world: TelegramWorld,
) -> None:
    await _updates(world, allowed_updates=["callback_query"])
    await world.say("not wanted")
    assert await _updates(world) == []
    await _updates(world, allowed_updates=[])
    await world.say("wanted")
    assert [update["message"]["text"] for update in await _updates(world)] == ["wanted"]


async def test_a_webhook_gets_updates_with_its_secret_and_again_after_a_failure(
    world: TelegramWorld,
) -> None:
    got: asyncio.Queue[tuple[str | None, Json]] = asyncio.Queue()
    statuses = iter([500, 200, 200])

    async def hook(request: web.Request) -> web.Response:
        await got.put(
            (request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json())
        )
        return web.Response(status=next(statuses))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    assert (await world.call("setWebhook", url=url, secret_token="s3cret"))["ok"]
    assert (await world.call("getUpdates"))["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await world.say("hello")
    first, again = await got.get(), await asyncio.wait_for(got.get(), 5)
    assert first == again
    assert first[0] == "s3cret"
    assert first[1]["message"]["text"] == "hello"
    assert (await world.call("getWebhookInfo"))["result"]["url"] == url
    assert (await world.call("deleteWebhook"))["ok"]
    assert await _updates(world) == []
    await runner.cleanup()


async def test_setting_a_webhook_ends_the_long_poll(world: TelegramWorld) -> None:
    poll = asyncio.create_task(world.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await world.call("setWebhook", url="http://127.0.0.1:9/")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_blocking_and_coming_back_are_told(world: TelegramWorld) -> None:
    await world.block(ANN)
    await world.say("/start")
    blocked, unblocked, start = await _updates(world)
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["old_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_joining_and_losing_rights_are_told(world: TelegramWorld) -> None:
    group = await world.make_group()
    await world.set_state(group, "member")
    await world.set_state(group, "kicked")
    changes = [update["my_chat_member"] for update in await _updates(world)]
    assert [change["new_chat_member"]["status"] for change in changes] == [
        "administrator",
        "member",
        "kicked",
    ]
    assert {change["from"]["id"] for change in changes} == {ANN}


async def test_migration_is_told_in_both_chats(world: TelegramWorld) -> None:
    group = await world.make_group(-88, type="group")
    await _updates(world, offset=-1)
    await world.set_state(group, "migrated", to=-100_880)
    leaving, arriving = (update["message"] for update in (await _updates(world))[-2:])
    assert (leaving["chat"]["id"], leaving["migrate_to_chat_id"]) == (group, -100_880)
    assert (arriving["chat"]["id"], arriving["migrate_from_chat_id"]) == (-100_880, group)


async def test_topics_are_told(world: TelegramWorld) -> None:
    created = (await world.call("createForumTopic", chat_id=NEWSROOM, name="Sport"))["result"]
    where = {"chat_id": NEWSROOM, "message_thread_id": created["message_thread_id"]}
    assert (await world.call("closeForumTopic", **where))["ok"]
    assert (await world.call("closeForumTopic", **where))[
        "description"
    ] == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await world.call("reopenForumTopic", **where))["ok"]
    messages = [update["message"] for update in await _updates(world)]
    services = [key for message in messages for key in message if key.startswith("forum_topic")]
    assert services == ["forum_topic_created", "forum_topic_closed", "forum_topic_reopened"]
    assert {message["message_thread_id"] for message in messages} == {created["message_thread_id"]}


async def test_what_people_say_in_a_topic_says_so(world: TelegramWorld) -> None:
    await world.say("/list", chat=NEWSROOM, topic=2)
    await world.say("/list", chat=NEWSROOM)
    in_topic, in_general = (update["message"] for update in await _updates(world))
    assert (in_topic["message_thread_id"], in_topic["is_topic_message"]) == (2, True)
    assert "message_thread_id" not in in_general


async def test_channel_posts_have_no_person(world: TelegramWorld) -> None:
    channel = await world.make_group(type="channel")
    await world.say("/sub http://e.com", chat=channel)
    post = (await _updates(world))[-1]["channel_post"]
    assert "from" not in post
    assert post["sender_chat"]["id"] == channel


async def test_a_plain_member_of_a_group_hears_only_what_is_meant_for_it(
    world: TelegramWorld,
) -> None:
    await world.set_state(TEA_HOUSE, "member")
    own = (await world.call("sendMessage", chat_id=TEA_HOUSE, text="x"))["result"]["message_id"]
    await world.say("just talking", chat=TEA_HOUSE)
    await world.say("/list@another_bot", chat=TEA_HOUSE)
    await world.say("/list", chat=TEA_HOUSE)
    await world.say("and you?", chat=TEA_HOUSE, reply_to=own)
    await world.say("hello @tidings_playground_bot", chat=TEA_HOUSE)
    heard = [update["message"]["text"] for update in await _updates(world) if "message" in update]
    assert heard == ["/list", "and you?", "hello @tidings_playground_bot"]


async def test_a_button_pressed_is_answered_once(world: TelegramWorld) -> None:
    markup = {"inline_keyboard": [[{"text": "Press", "callback_data": "data"}]]}
    message = (await world.call("sendMessage", chat_id=LILEI, text="x", reply_markup=markup))[
        "result"
    ]
    tap = asyncio.create_task(world.tap(message, "Press"))
    query = (await _updates(world, timeout=5))[0]["callback_query"]
    assert query["data"] == "data"
    assert query["from"]["id"] == LILEI
    assert query["message"]["message_id"] == message["message_id"]
    answer = {"callback_query_id": query["id"], "text": "thanks", "show_alert": True}
    assert (await world.call("answerCallbackQuery", **answer))["ok"]
    assert await tap == {"text": "thanks", "show_alert": True, "url": ""}
    again = await world.call("answerCallbackQuery", **answer)
    assert again["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
