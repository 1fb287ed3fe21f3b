"""One aiohttp server for everything that comes in by HTTP."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.web.health import Health

log = structlog.get_logger()

WEBSUB = "/websub/"
_LARGEST_UPDATE = 2**20
"""Bytes. Telegram's updates are some kilobytes."""
_LARGEST_PUSH = 3 * 2**20
"""Bytes. Hubs send what is new of a feed, or all of it."""
_SHUTDOWN = 2.0
"""Seconds for requests that are being answered when the server stops."""
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header (Bot API, setWebhook)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram's updates go: ``POST /telegram/<path>`` with ``secret`` in its header."""

    path: str
    secret: str
    receive: Callable[[dict[str, Any]], Awaitable[None]]
    """Gets each update as Telegram's JSON, after Telegram has its answer."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where hubs push: ``/websub/<path>``, one path for each feed (W3C WebSub, 5 and 7)."""

    confirm: Callable[[str, str, str, str], Awaitable[bool]]
    """Path, mode, topic and lease: whether we asked for it."""
    is_open: Callable[[str], Awaitable[bool]]
    """Path: whether pushes are taken there."""
    receive: Callable[[str, str, bytes], Awaitable[None]]
    """Path, signature and body; after the hub has its answer."""


def explain_port(host: str, port: int, error: OSError) -> str:
    """Why nothing can listen there, as a fault of the configuration."""
    reason = error.strerror or str(error)
    cure = "choose another port, or stop what uses it"
    return f'web.listen = "{host}:{port}": cannot be listened on ({reason}): {cure}'


class WebServer:
    """Serves ``/health``, ``/metrics``, ``/telegram/<path>`` and ``/websub/<path>``.

    Nothing is served before ``start`` and after ``stop``.
    """

    def __init__(
        self,
        listen: tuple[str, int],
        registry: CollectorRegistry,
        health: Callable[[], Health],
        webhook: Webhook | None = None,
        callbacks: Callbacks | None = None,
    ) -> None:
        self._listen = listen
        self._registry = registry
        self._health = health
        self._webhook = webhook
        self._callbacks = callbacks
        self._receiving: set[asyncio.Task[None]] = set()
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=_SHUTDOWN,
        )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port while it runs; where port 0 was asked for, the real one."""
        host, port, *_ = self._runner.addresses[0]
        return host, port

    async def start(self) -> None:
        """Listen; OSError where the port is taken or not ours."""
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._listen).start()
        host, port = self.address
        log.info("web_server_listening", host=host, port=port)

    async def stop(self) -> None:
        """Take no more requests, and wait for the updates that were accepted."""
        await self._runner.cleanup()
        if self._receiving:
            await asyncio.wait(self._receiving)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_PUSH)
        application.on_response_prepare.append(_hide_server)
        application.router.add_get("/health", self._answer_health)
        application.router.add_get("/metrics", self._answer_metrics)
        if self._webhook:
            application.router.add_post(f"/telegram/{self._webhook.path}", self._answer_telegram)
        if self._callbacks:
            application.router.add_get(f"{WEBSUB}{{path}}", self._confirm_push)
            application.router.add_post(f"{WEBSUB}{{path}}", self._take_push)
        return application

    async def _answer_health(self, _request: web.Request) -> web.Response:
        health = self._health()
        return web.json_response(health.as_json(), status=200 if health.ok else 503)

    async def _answer_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _answer_telegram(self, request: web.Request) -> web.Response:
        if self._webhook is None or not _is_genuine(request, self._webhook.secret):
            raise web.HTTPForbidden
        if (request.content_length or 0) > _LARGEST_UPDATE:
            raise web.HTTPRequestEntityTooLarge(_LARGEST_UPDATE, request.content_length or 0)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest from None
        if not isinstance(update, dict):
            raise web.HTTPBadRequest
        self._finish_later(self._webhook.receive(update), "/telegram/")
        return web.Response()

    async def _confirm_push(self, request: web.Request) -> web.Response:
        asked = {
            name: request.query.get(f"hub.{name}", "")
            for name in ("mode", "topic", "lease_seconds", "challenge")
        }
        path = request.match_info["path"]
        if self._callbacks is None or not await self._callbacks.confirm(
            path, asked["mode"], asked["topic"], asked["lease_seconds"]
        ):
            raise web.HTTPNotFound
        return web.Response(text=asked["challenge"])

    async def _take_push(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        # Before the body is read: what nobody asked for costs nothing.
        if self._callbacks is None or not await self._callbacks.is_open(path):
            raise web.HTTPGone
        body, signature = await request.read(), request.headers.get("X-Hub-Signature", "")
        self._finish_later(self._callbacks.receive(path, signature, body), WEBSUB)
        return web.Response(status=202)

    def _finish_later(self, work: Awaitable[None], route: str) -> None:
        """Let work end after its caller has the answer."""
        task = asyncio.create_task(_logged(work, route))
        self._receiving.add(task)
        task.add_done_callback(self._receiving.discard)


async def _logged(work: Awaitable[None], route: str) -> None:
    try:
        await work
    except Exception:
        log.exception("web_request_failed", route=route)


def _is_genuine(request: web.Request, secret: str) -> bool:
    given = request.headers.get(_SECRET_HEADER, "")
    return bool(secret) and hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), secret.encode()
    )


async def _hide_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Versions help only those who look for holes."""
    response.headers.pop("Server", None)
