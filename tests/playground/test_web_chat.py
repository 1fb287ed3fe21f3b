"""The web chat of the playground in a real browser; the tests play the bot, over the Bot API."""

import json
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from playground.server import Playground
from tests.support.browser import chromium

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.story]

ANN, TEA_HOUSE, NEWSROOM = 1001, "Tea house", "Newsroom"
HERE = {"127.0.0.1", None}  # None: about:blank and data:


class Bot:
    """The other side of the chat: plain calls of the Bot API."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base
        self.offset = 0

    async def call(
        self, method: str, files: dict[str, bytes] | None = None, **arguments: Any
    ) -> Any:
        """The result of a method; ``files`` travel as ``multipart/form-data``."""
        form = aiohttp.FormData()
        for name, value in arguments.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, content in (files or {}).items():
            form.add_field(name, content, filename=f"{name}.png", content_type="image/png")
        async with self.session.post(f"{self.base}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def hear(self, kind: str) -> Any:
        """The next update of this kind; others are passed over."""
        while True:
            updates = await self.call("getUpdates", offset=self.offset, timeout=10)
            assert updates, f"no {kind} came"
            for update in updates:
                self.offset = update["update_id"] + 1
                if kind in update:
                    return update[kind]

    async def say(self, text: str, chat_id: int = ANN, **arguments: Any) -> int:
        """Sends a text in HTML style; its message id."""
        sent = await self.call(
            "sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **arguments
        )
        return int(sent["message_id"])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def playground() -> AsyncIterator[Playground]:
    playground = Playground(port=0, flood=False)
    await playground.start()
    yield playground
    await playground.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def bot(playground: Playground) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(session, f"{playground.url}/bot{playground.token}")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def tab(browser: Browser) -> AsyncIterator[tuple[Page, list[str]]]:
    """One tab for every test, and what its console reports or it asks of other hosts."""
    page = await browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None if urlsplit(request.url).hostname in HERE else faults.append(request.url)
        ),
    )
    yield page, faults
    await page.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(tab: tuple[Page, list[str]], playground: Playground) -> AsyncIterator[Page]:
    """The web chat as Ann opens it.

    Every playground has a port, and so a memory of the browser, of its own.
    """
    page, faults = tab
    await page.set_viewport_size({"width": 1000, "height": 760})
    await page.goto(f"{playground.url}/?user={ANN}")
    await expect(page.locator("#title")).not_to_be_empty()
    yield page
    await page.goto("about:blank")
    assert faults == []


def bubble(page: Page, message_id: int) -> Locator:
    return page.locator(f'[data-message-id="{message_id}"]')


async def write(page: Page, text: str) -> None:
    await page.fill("#input", text)
    await page.press("#input", "Enter")


async def start(page: Page, bot: Bot) -> None:
    """Before a person has written, a bot may not."""
    await write(page, "/start")
    await bot.hear("message")


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pixels = zlib.compress((b"\0" + b"\x3a\x7c\xb8" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


async def test_a_suggestion_is_said_with_one_tap_and_the_answer_is_shown(
    page: Page, bot: Bot
) -> None:
    await page.get_by_role("button", name="/sub http").click()

    heard = await bot.hear("message")
    answer = await bot.say("Subscribed.", reply_parameters={"message_id": heard["message_id"]})

    assert heard["text"].startswith("/sub http")
    assert heard["text"].endswith("/feeds/sample.xml")
    await expect(bubble(page, heard["message_id"])).to_contain_text("/feeds/sample.xml")
    await expect(bubble(page, answer)).to_contain_text("Subscribed.")
    await expect(bubble(page, answer).locator(".quote")).to_contain_text("/sub")


async def test_an_article_shows_which_one_it_goes_on_from(page: Page, bot: Bot) -> None:
    first = await bot.call("sendRichMessage", chat_id=ANN, rich_message=paragraph("The beginning."))
    answer = {"message_id": first["message_id"]}
    second = await bot.call(
        "sendRichMessage", chat_id=ANN, rich_message=paragraph("The end."), reply_parameters=answer
    )

    await expect(bubble(page, second["message_id"])).to_contain_text("The end.")
    await expect(bubble(page, second["message_id"]).locator(".quote")).to_contain_text(
        "The beginning."
    )


def paragraph(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "paragraph", "text": text}]}


async def test_enter_says_and_shift_enter_breaks_the_line(page: Page, bot: Bot) -> None:
    await page.focus("#input")
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")

    assert (await bot.hear("message"))["text"] == "one\ntwo"
    await expect(page.locator("#input")).to_have_value("")


async def test_entities_are_drawn_nested_behind_emoji(page: Page, bot: Bot) -> None:
    await start(page, bot)
    html = (
        "😀 <b>bold <i>both</i></b> <u>under</u> <s>gone</s> "
        '<a href="https://example.com/a?b=1&amp;c=2">link</a> <code>x = 1</code>\n'
        '<pre><code class="language-python">if a &lt; b:\n    pass</code></pre>\n'
        "<blockquote>quoted</blockquote><tg-spoiler>secret</tg-spoiler> /help #news"
    )
    shown = bubble(page, await bot.say(html, link_preview_options={"is_disabled": True}))

    await expect(shown.locator("strong").first).to_contain_text("bold")
    await expect(shown.locator("strong em, em strong")).to_have_text("both")
    await expect(shown.locator("u")).to_have_text("under")
    await expect(shown.locator("s")).to_have_text("gone")
    await expect(shown.get_by_role("link", name="link")).to_have_attribute(
        "href", "https://example.com/a?b=1&c=2"
    )
    await expect(shown.get_by_role("link", name="link")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    await expect(shown.locator("code.mono")).to_have_text("x = 1")
    await expect(shown.locator("pre code")).to_have_text("if a < b:\n    pass")
    await expect(shown.locator(".pre-head")).to_have_text("python")
    await expect(shown.locator("blockquote")).to_have_text("quoted")
    await expect(shown.locator(".tag")).to_have_text("#news")
    await expect(shown.locator(".card")).to_have_count(0)


async def test_a_spoiler_is_hidden_until_tapped_and_a_command_is_said_by_a_tap(
    page: Page, bot: Bot
) -> None:
    await start(page, bot)
    shown = bubble(page, await bot.say("<tg-spoiler>secret</tg-spoiler> /help"))

    await expect(shown.locator("[data-spoiler]")).to_have_count(1)
    await shown.locator(".spoiler").click()
    await expect(shown.locator("[data-spoiler]")).to_have_count(0)

    await shown.get_by_role("button", name="/help").click()
    assert (await bot.hear("message"))["text"] == "/help"


async def test_text_never_becomes_markup(page: Page, bot: Bot) -> None:
    await start(page, bot)
    text = "&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(2)&lt;/script&gt;"
    buttons = {"inline_keyboard": [[{"text": "<b>tap</b>", "callback_data": "<i>"}]]}
    shown = bubble(page, await bot.say(text, reply_markup=buttons))

    await expect(shown.locator(".text")).to_contain_text(
        "<img src=x onerror=alert(1)><script>alert(2)</script>"
    )
    await expect(shown.get_by_role("button", name="<b>tap</b>")).to_be_visible()
    assert await shown.locator("img, script").count() == 0


async def test_a_photo_has_its_room_before_it_loads_and_its_caption_below(
    page: Page, bot: Bot
) -> None:
    await start(page, bot)
    caption = '<a href="https://example.com/night">The night train</a>\nتعود خدمات النوم 夜车回来了'
    picture = {"photo": png(160, 100)}
    sent = await bot.call("sendPhoto", picture, chat_id=ANN, caption=caption, parse_mode="HTML")
    shown = bubble(page, sent["message_id"])

    await expect(shown.get_by_role("link", name="The night train")).to_be_visible()
    await expect(shown.locator("img")).to_have_attribute("width", "160")
    await expect(shown.locator("img")).to_have_js_property("naturalWidth", 160)
    frame, text = (
        await shown.locator(".tile").bounding_box(),
        await shown.locator(".text").bounding_box(),
    )
    assert frame is not None
    assert text is not None
    assert frame["width"] / frame["height"] == pytest.approx(1.6, abs=0.02)
    assert text["y"] >= frame["y"] + frame["height"]


async def test_an_album_is_one_bubble_of_tiles_that_open_large(page: Page, bot: Bot) -> None:
    await start(page, bot)
    sizes = [(120, 80), (80, 120), (100, 100), (160, 90), (90, 120)]
    media: list[dict[str, str]] = [
        {"type": "photo", "media": f"attach://p{at}"} for at in range(len(sizes))
    ]
    media[0]["caption"] = "Five pictures"
    files = {f"p{at}": png(*size) for at, size in enumerate(sizes)}
    sent = await bot.call("sendMediaGroup", files, chat_id=ANN, media=media)
    shown = bubble(page, sent[0]["message_id"])

    await expect(shown.locator(".tile")).to_have_count(5)
    await expect(shown.locator(".text")).to_contain_text("Five pictures")
    await expect(page.locator("article.in")).to_have_count(1)
    boxes = [await tile.bounding_box() for tile in await shown.locator(".tile").all()]
    frame = await shown.locator(".mosaic").bounding_box()
    assert frame is not None
    area = sum(box["width"] * box["height"] for box in boxes if box)
    assert area == pytest.approx(frame["width"] * frame["height"], rel=0.01), (
        "the tiles fill the frame, none overlaps"
    )

    await shown.locator(".tile").nth(1).click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).not_to_be_visible()


async def test_a_tapped_button_is_busy_until_the_bot_answers(page: Page, bot: Bot) -> None:
    await start(page, bot)
    row = [
        {"text": "Undo", "callback_data": "undo:1"},
        {"text": "Site", "url": "https://example.com/"},
    ]
    shown = bubble(page, await bot.say("Subscribed.", reply_markup={"inline_keyboard": [row]}))
    button = shown.get_by_role("button", name="Undo")

    await button.click()
    query = await bot.hear("callback_query")
    assert query["data"] == "undo:1"
    await expect(button).to_have_attribute("aria-busy", "true")

    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Done")
    await expect(page.locator("#toasts")).to_contain_text("Done")
    await expect(button).not_to_have_attribute("aria-busy", "true")
    await expect(shown.get_by_role("link", name="Site")).to_have_attribute(
        "href", "https://example.com/"
    )


async def test_an_alert_waits_to_be_closed(page: Page, bot: Bot) -> None:
    await start(page, bot)
    buttons = {"inline_keyboard": [[{"text": "Why", "callback_data": "why"}]]}
    shown = bubble(page, await bot.say("No.", reply_markup=buttons))

    await shown.get_by_role("button", name="Why").click()
    query = await bot.hear("callback_query")
    await bot.call(
        "answerCallbackQuery", callback_query_id=query["id"], text="Because.", show_alert=True
    )

    await expect(page.locator("#alert")).to_contain_text("Because.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#alert")).not_to_be_visible()


async def test_an_edit_replaces_and_a_deletion_removes(page: Page, bot: Bot) -> None:
    await start(page, bot)
    edited, deleted = await bot.say("looking…"), await bot.say("gone soon")
    await expect(bubble(page, deleted)).to_be_visible()

    await bot.call(
        "editMessageText", chat_id=ANN, message_id=edited, text="<b>Found</b>", parse_mode="HTML"
    )
    await bot.call("deleteMessage", chat_id=ANN, message_id=deleted)

    await expect(bubble(page, edited).locator("strong")).to_have_text("Found")
    await expect(bubble(page, edited)).to_contain_text("edited")
    await expect(bubble(page, edited)).not_to_contain_text("looking")
    await expect(bubble(page, deleted)).to_have_count(0)


async def test_a_link_has_a_card_with_its_host_and_its_words(page: Page, bot: Bot) -> None:
    await start(page, bot)
    html = 'Read <a href="https://www.example.com/news/1">The whole story</a>'
    shown = bubble(page, await bot.say(html))

    await expect(shown.locator(".card small")).to_have_text("example.com")
    await expect(shown.locator(".card b")).to_have_text("The whole story")


async def test_typing_is_shown_until_the_message_comes(page: Page, bot: Bot) -> None:
    await start(page, bot)
    await bot.call("sendChatAction", chat_id=ANN, action="typing")
    await expect(page.locator("#subtitle")).to_contain_text("is typing")

    await bot.say("Here.")
    await expect(page.locator("#subtitle")).not_to_contain_text("is typing")


async def test_commands_complete_behind_a_slash(page: Page, bot: Bot) -> None:
    await start(page, bot)
    commands = [
        {"command": "list", "description": "Your feeds"},
        {"command": "lang", "description": "Language"},
    ]
    await bot.call("setMyCommands", commands=commands)

    await page.locator("#input").press_sequentially("/l")
    options = page.locator("#suggestions").get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("Your feeds")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    assert (await bot.hear("message"))["text"] == "/lang"


async def test_one_answers_a_message(page: Page, bot: Bot) -> None:
    await start(page, bot)
    shown = bubble(page, await bot.say("Which one?"))
    await shown.hover()
    await shown.get_by_role("button", name="Reply").click()
    await write(page, "This one")

    heard = await bot.hear("message")
    assert heard["reply_to_message"]["text"] == "Which one?"
    await expect(bubble(page, heard["message_id"]).locator(".quote")).to_contain_text("Which one?")


async def test_other_chats_count_what_is_unread_and_forums_have_tabs(page: Page, bot: Bot) -> None:
    await page.get_by_role("link", name=NEWSROOM).click()
    tabs = page.get_by_role("tab")
    await expect(tabs.first).to_have_text("General")
    await tabs.nth(1).click()
    await expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    await write(page, "/list")
    heard = await bot.hear("message")
    assert heard["message_thread_id"] > 1

    await page.get_by_role("link", name=TEA_HOUSE).click()
    await expect(page.locator("#title")).to_have_text(TEA_HOUSE)
    answer = await bot.say(
        "Nothing", heard["chat"]["id"], message_thread_id=heard["message_thread_id"]
    )
    await expect(page.get_by_role("link", name=NEWSROOM).locator(".count")).to_have_text("1")

    await page.get_by_role("link", name=NEWSROOM).click()
    await expect(tabs.nth(1).locator(".count")).to_have_text("1")
    await tabs.nth(1).click()
    await expect(bubble(page, answer)).to_be_visible()
    await expect(page.locator(".count:visible")).to_have_count(0)


async def test_the_reader_stays_where_they_read_and_is_told_of_new_messages(
    page: Page, bot: Bot
) -> None:
    await start(page, bot)
    await expect(bubble(page, await bot.say("line\n" * 200))).to_be_visible()
    log = page.locator("#log")
    await log.evaluate("log => { log.scrollTop = 300; }")
    await expect(page.locator("#down")).to_be_visible()

    newest = await bot.say("The newest")
    await expect(page.locator("#down")).to_contain_text("1")
    assert await log.evaluate("log => log.scrollTop") == 300

    await page.click("#down")
    await expect(bubble(page, newest)).to_be_in_viewport()
    await expect(page.locator("#down")).not_to_be_visible()


async def test_a_silent_bot_is_noticed(browser: Browser, playground: Playground) -> None:
    page = await browser.new_page()
    await page.clock.install()
    await page.goto(f"{playground.url}/?user={ANN}")
    await page.clock.run_for(1000)
    await write(page, "Hello?")
    await expect(page.locator(".out")).to_contain_text("Hello?")
    await page.clock.run_for(9000)
    await expect(page.locator(".hint")).to_have_count(0)

    await page.clock.run_for(2000)
    await expect(page.locator(".hint")).to_contain_text("has not answered")
    await page.close()


async def test_what_was_missed_while_the_stream_was_broken_is_caught_up(
    page: Page, bot: Bot, playground: Playground
) -> None:
    await start(page, bot)
    edited = await bot.say("before")
    await expect(bubble(page, edited)).to_be_visible()

    playground.hub.close()
    await expect(page.locator("#connection")).to_be_visible()
    await bot.call("editMessageText", chat_id=ANN, message_id=edited, text="after")
    missed = await bot.say("missed")

    await expect(bubble(page, missed)).to_be_visible()
    await expect(bubble(page, edited)).to_contain_text("after")
    await expect(page.locator("#connection")).not_to_be_visible()


async def test_a_blocked_bot_is_refused_until_it_is_unblocked(page: Page, bot: Bot) -> None:
    await start(page, bot)
    await page.click("#more")
    await page.click("#block")
    member = await bot.hear("my_chat_member")
    assert member["new_chat_member"]["status"] == "kicked"
    await expect(page.locator("#input")).not_to_be_visible()

    await page.locator("#instead").click()
    member = await bot.hear("my_chat_member")
    assert member["new_chat_member"]["status"] == "member"
    await expect(page.locator("#input")).to_be_visible()


async def test_a_narrow_screen_shows_one_side_at_a_time(page: Page, bot: Bot) -> None:
    await start(page, bot)
    newest = [await bot.say("line\n" * 20) for _ in range(3)][-1]
    await expect(bubble(page, newest)).to_be_in_viewport()
    await page.set_viewport_size({"width": 360, "height": 640})
    await expect(page.locator("#down")).not_to_be_visible()
    wide = bubble(
        page, await bot.say(f"https://example.com/{'long' * 40}\n<pre>{'wide ' * 40}</pre>")
    )
    await expect(wide).to_be_in_viewport()
    assert await page.evaluate("document.getElementById('log').scrollWidth") == 360
    await expect(page.locator("#sidebar")).not_to_be_visible()

    await page.get_by_role("link", name="Back to the chats").click()
    await expect(page.locator("#sidebar")).to_be_visible()
    await expect(page.locator("#main")).not_to_be_visible()


async def test_the_chosen_theme_stays(page: Page) -> None:
    await page.click("#more")
    await page.select_option("#theme", "dark")
    await page.reload()

    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
