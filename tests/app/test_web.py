import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from bot.telemetry import Metrics
from bot.web.health import Health, Part
from bot.web.server import Webhook, WebServer

SECRET = "a-word_between_us"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
HEALTHY = Health({"store": Part(ok=True, age=1.234), "telegram": Part(ok=True)})


class Bench:
    """A running server, what its webhook received, and a client."""

    def __init__(self) -> None:
        self.health = HEALTHY
        self.metrics = Metrics()
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gate = asyncio.Event()
        self.gate.set()
        webhook = Webhook("updates", SECRET, self.receive)
        self.server = WebServer(
            ("127.0.0.1", 0), self.metrics.registry, lambda: self.health, webhook
        )

    async def receive(self, update: dict[str, Any]) -> None:
        await self.gate.wait()
        if update.get("update_id") == 13:
            raise RuntimeError("unlucky")
        await self.received.put(update)

    def url(self, path: str) -> str:
        host, port = self.server.address
        return f"http://{host}:{port}{path}"

    async def post(self, body: bytes, secret: str = SECRET, path: str = "/telegram/updates") -> int:
        async with (
            aiohttp.ClientSession() as client,
            client.post(self.url(path), data=BytesIO(body), headers={HEADER: secret}) as answer,
        ):
            return answer.status


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.server.start()
    yield bench
    bench.gate.set()
    await bench.server.stop()


async def get(bench: Bench, path: str) -> tuple[int, str, aiohttp.ClientResponse]:
    async with aiohttp.ClientSession() as client, client.get(bench.url(path)) as answer:
        return answer.status, await answer.text(), answer


async def test_health_tells_how_each_part_does(bench: Bench) -> None:
    status, body, _ = await get(bench, "/health")
    assert status == 200
    assert json.loads(body) == {
        "ok": True,
        "parts": {"store": {"ok": True, "age": 1.2}, "telegram": {"ok": True, "age": None}},
    }


async def test_one_sick_part_makes_health_a_503(bench: Bench) -> None:
    bench.health = Health({"store": Part(ok=True, age=0.0), "poller": Part(ok=False, age=900.0)})
    status, body, _ = await get(bench, "/health")
    assert status == 503
    assert json.loads(body)["parts"]["poller"] == {"ok": False, "age": 900.0}


async def test_metrics_come_in_the_text_format_of_prometheus(bench: Bench) -> None:
    bench.metrics.found(3)
    status, body, answer = await get(bench, "/metrics")
    assert status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "tidings_new_items_total 3.0" in body


@pytest.mark.parametrize("path", ["/health", "/metrics", "/nothing", "/telegram/updates"])
async def test_no_answer_tells_what_software_gave_it(bench: Bench, path: str) -> None:
    _, _, answer = await get(bench, path)
    assert "Server" not in answer.headers


async def test_an_update_with_the_secret_is_handed_over_whole(bench: Bench) -> None:
    update = {"update_id": 7, "message": {"text": "/start 你好"}}
    assert await bench.post(json.dumps(update).encode()) == 200
    assert await bench.received.get() == update


async def test_telegram_has_its_answer_before_the_update_is_worked_on(bench: Bench) -> None:
    bench.gate.clear()
    assert await bench.post(b'{"update_id": 1}') == 200
    assert bench.received.empty()
    bench.gate.set()
    assert await bench.received.get() == {"update_id": 1}


async def test_an_update_that_fails_takes_nothing_down(bench: Bench) -> None:
    assert await bench.post(b'{"update_id": 13}') == 200
    assert await bench.post(b'{"update_id": 14}') == 200
    assert await bench.received.get() == {"update_id": 14}


@pytest.mark.parametrize("secret", ["", "wrong", f"{SECRET}x", SECRET[:-1], SECRET.upper(), "é"])
async def test_a_call_without_the_secret_is_refused(bench: Bench, secret: str) -> None:
    assert await bench.post(b'{"update_id": 1}', secret) == 403
    assert bench.received.empty()


async def test_an_empty_secret_admits_nobody() -> None:
    received: list[dict[str, Any]] = []

    async def receive(update: dict[str, Any]) -> None:
        received.append(update)

    server = WebServer(
        ("127.0.0.1", 0), CollectorRegistry(), lambda: HEALTHY, Webhook("updates", "", receive)
    )
    await server.start()
    host, port = server.address
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"http://{host}:{port}/telegram/updates", data=b"{}", headers={HEADER: ""}
        ) as answer,
    ):
        assert answer.status == 403
    await server.stop()
    assert not received


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_refused(bench: Bench, body: bytes) -> None:
    assert await bench.post(body) == 400


async def test_a_body_over_a_mebibyte_is_refused(bench: Bench) -> None:
    assert await bench.post(b'{"a": "' + b"x" * 2**20 + b'"}') == 413


async def test_only_the_chosen_path_takes_updates(bench: Bench) -> None:
    assert await bench.post(b"{}", path="/telegram/other") == 404


async def test_stopping_waits_for_accepted_updates(bench: Bench) -> None:
    bench.gate.clear()
    assert await bench.post(b'{"update_id": 2}') == 200
    stopping = asyncio.create_task(bench.server.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    bench.gate.set()
    await stopping
    assert bench.received.get_nowait() == {"update_id": 2}


async def test_without_a_webhook_there_is_no_such_path() -> None:
    server = WebServer(("127.0.0.1", 0), CollectorRegistry(), lambda: HEALTHY)
    await server.start()
    host, port = server.address
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"http://{host}:{port}/telegram/x", data=b"{}") as answer,
    ):
        assert answer.status == 404
    await server.stop()


async def test_a_taken_port_is_an_error_at_start(bench: Bench) -> None:
    second = WebServer(bench.server.address, CollectorRegistry(), lambda: HEALTHY)
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.stop()
