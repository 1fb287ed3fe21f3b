"""What Telegraph's answers mean (telegra.ph/api), whoever gives them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.delivery.prepare.telegraph import Telegraph
from bot.errors import PageError, PageRefused, TelegraphAway, TelegraphBusy, UnknownAccount
from tests.support.sender_at_work import local_fetcher


class Server:
    """Answers every POST with the same words, and remembers what was asked."""

    def __init__(self) -> None:
        self.answer = ""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.asked.append((request.path, {name: str(value) for name, value in form.items()}))
        return web.Response(text=self.answer, status=self.status, headers=self.headers)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    application = web.Application()
    application.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def telegraph(server: Server) -> AsyncIterator[Telegraph]:
    async with local_fetcher() as fetcher:
        yield Telegraph(fetcher, server.url)


async def test_a_method_is_asked_for_below_the_operators_address(
    server: Server, telegraph: Telegraph
) -> None:
    server.answer = '{"ok": true, "result": {"access_token": "0123"}}'

    assert await telegraph.create_account() == "0123"
    assert server.asked == [("/api/createAccount", {"short_name": "Tidings"})]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"ok": false, "error": "ACCESS_TOKEN_INVALID"}', UnknownAccount),
        ('{"ok": false, "error": "CONTENT_TOO_BIG"}', PageRefused),
        ('{"ok": false}', PageRefused),
        ('{"ok": false, "error": "FLOOD_WAIT_X"}', TelegraphAway),
        ('{"ok": true, "result": {}}', TelegraphAway),
        ('{"ok": true}', TelegraphAway),
        ("[]", TelegraphAway),
        ("<html>Bad gateway</html>", TelegraphAway),
        ("", TelegraphAway),
    ],
)
async def test_every_other_answer_is_one_of_our_errors(
    server: Server, telegraph: Telegraph, answer: str, error: type[PageError]
) -> None:
    server.answer = answer
    with pytest.raises(error) as caught:
        await telegraph.create_account()

    assert type(caught.value) is error


async def test_a_flood_wait_says_how_long(server: Server, telegraph: Telegraph) -> None:
    server.answer = '{"ok": false, "error": "FLOOD_WAIT_7"}'
    with pytest.raises(TelegraphBusy) as caught:
        await telegraph.create_account()

    assert caught.value.pause == timedelta(seconds=7)


async def test_a_token_is_not_sent_on_by_a_redirect(server: Server, telegraph: Telegraph) -> None:
    server.status, server.headers = 307, {"Location": "/elsewhere"}
    with pytest.raises(TelegraphAway):
        await telegraph.create_account()

    assert [path for path, _ in server.asked] == ["/api/createAccount"]


async def test_a_server_that_is_not_there_is_away() -> None:
    async with local_fetcher() as fetcher:
        with pytest.raises(TelegraphAway):
            await Telegraph(fetcher, "http://127.0.0.1:1/").create_account()
