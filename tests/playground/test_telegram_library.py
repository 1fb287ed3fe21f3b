"""python-telegram-bot, unchanged, talks to the playground."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

from playground.samples.pictures import paint
from tests.support.telegram_world import ANN, TEA_HOUSE, TelegramWorld

App = Application[Any, Any, Any, Any, Any, Any]


@pytest.fixture
async def bot(world: TelegramWorld) -> AsyncIterator[Bot]:
    async with Bot(world.token, base_url=world.base_url, base_file_url=world.base_file_url) as bot:
        yield bot


async def test_a_message_with_everything(bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://e.com/a")]])
    preview = LinkPreviewOptions(url="https://e.com/a", show_above_text=True)
    message = await bot.send_message(
        ANN, "<b>жё</b> 😀 <a href='https://e.com'>x</a>", parse_mode="HTML", reply_markup=keyboard,
        link_preview_options=preview,
    )  # fmt: skip
    assert message.text_html == '<b>жё</b> 😀 <a href="https://e.com/">x</a>'
    assert message.reply_markup is not None
    assert message.link_preview_options == preview


async def test_an_uploaded_album_and_its_file(bot: Bot) -> None:
    media = [
        InputMediaPhoto(paint(number), caption=f"<i>{number}</i>", parse_mode="HTML")
        for number in (1, 2)
    ]
    first, second = await bot.send_media_group(TEA_HOUSE, media)
    assert first.media_group_id == second.media_group_id
    assert first.caption_html == "<i>1</i>"
    file = await bot.get_file(second.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == paint(2)


async def test_photos_by_address_and_by_id(bot: Bot, world: TelegramWorld) -> None:
    message = await bot.send_photo(ANN, f"{world.url}/feeds/pictures/1.png", caption="x")
    again = await bot.send_photo(ANN, message.photo[-1].file_id)
    assert again.photo[-1].width == 1200


async def test_edits(bot: Bot) -> None:
    message = await bot.send_message(ANN, "looking…")
    edited = await bot.edit_message_text("found", chat_id=ANN, message_id=message.message_id)
    assert isinstance(edited, type(message))
    assert edited.text == "found"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("found", chat_id=ANN, message_id=message.message_id)
    assert await bot.delete_message(ANN, message.message_id)


async def test_refusals_become_the_librarys_errors(
    bot: Bot, world: TelegramWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    group = await world.make_group(-99, type="group")
    await world.set_state(group, "migrated", to=-100_990)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group, "x")
    assert moved.value.new_chat_id == -100_990
    await world.block(ANN)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ANN, "x")
    await world.fault("429", retry_after=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(TEA_HOUSE, "x")
    await world.fault("502")
    with pytest.raises(NetworkError):
        await bot.send_message(TEA_HOUSE, "x")
    await world.fault("drop_after")
    with pytest.raises(NetworkError):
        await bot.send_message(TEA_HOUSE, "x")


async def test_commands_are_seen_in_the_persons_language(bot: Bot, world: TelegramWorld) -> None:
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("help", "帮助")], language_code="zh")
    assert (await world.state(ANN))["commands"] == [{"command": "help", "description": "Help"}]
    assert (await world.state(1002))["commands"] == [{"command": "help", "description": "帮助"}]


async def test_administrators_and_members(bot: Bot) -> None:
    chat = await bot.get_chat(TEA_HOUSE)
    assert chat.title == "Tea house"
    assert {member.status for member in await bot.get_chat_administrators(TEA_HOUSE)} == {
        "creator",
        "administrator",
    }
    assert (await bot.get_chat_member(TEA_HOUSE, 1002)).status == "member"
    assert await bot.get_chat_member_count(TEA_HOUSE) == 3


@contextlib.asynccontextmanager
async def _running(world: TelegramWorld) -> AsyncIterator[App]:
    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message is not None
        button = InlineKeyboardButton("More", callback_data="more")
        await update.effective_message.reply_text(
            "Welcome", reply_markup=InlineKeyboardMarkup([[button]])
        )

    async def more(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("here it is")
        await update.callback_query.edit_message_text("Much more")

    builder = ApplicationBuilder().token(world.token).base_url(world.base_url).job_queue(None)
    app: App = builder.build()
    app.add_handlers([CommandHandler("start", start), CallbackQueryHandler(more)])
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0, timeout=5)
        yield app
        await app.updater.stop()
        await app.stop()


async def test_a_whole_conversation(world: TelegramWorld) -> None:
    async with _running(world):
        await world.say("/start")
        welcome = await world.wait_for(lambda message: message["text"] == "Welcome")
        assert await world.tap(welcome, "More") == {
            "text": "here it is",
            "show_alert": False,
            "url": "",
        }
        edited = await world.wait_for(lambda message: message["text"] == "Much more")
        assert edited["message_id"] == welcome["message_id"]
        assert "reply_markup" not in edited


async def test_two_pollers_are_a_conflict(bot: Bot, world: TelegramWorld) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.2)
    async with Bot(world.token, base_url=world.base_url) as other:
        assert await other.get_updates(timeout=1) == ()
    with pytest.raises(Conflict):
        await first
