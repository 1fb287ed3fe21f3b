"""The playground as one object: Bot API, web chat, test controls and sample feeds on one port."""

import ipaddress
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from playground.api.context import ApiContext
from playground.api.transport import Transport
from playground.api.update_delivery import UpdateDelivery
from playground.errors import ApiError
from playground.faults import Faults
from playground.files.store import Files
from playground.samples.feeds import Feeds
from playground.state.chats import Json
from playground.state.update_queue import UpdateQueue
from playground.state.world import World
from playground.telegraph.server import Telegraph
from playground.web.control import Control, fill
from playground.web.events import EventHub
from playground.web.web_chat import WebChat

_LARGEST_BODY = 60 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Playground:
    """A strict local Bot API.

    ``port`` 0 takes any free one. ``sample_every``: seconds between new items of the sample feed.
    ``clock``: seconds, never going back; message dates are its whole part.
    """

    def __init__(
        self,
        *,
        token: str = "42:playground",  # noqa: S107 - a token of nothing: this server is its only place
        host: str = "127.0.0.1",
        port: int = 8081,
        sample_every: float = 5.0,
        flood: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.url = f"http://{host}:{port}"
        self._host, self._port = host, port
        self.hub = EventHub()
        self.files = Files()
        world = World(int(token.partition(":")[0]), UpdateQueue(), self.hub.publish, flood=flood)
        self._api = ApiContext(fill(world), self.files, clock)
        self._polling = UpdateDelivery(world.updates, clock)
        self._faults = Faults()
        self._feeds = Feeds(sample_every)
        self.telegraph = Telegraph(self._faults)
        self._runner: web.AppRunner | None = None

    @property
    def world(self) -> World:
        """Everything that happened, for tests."""
        return self._api.world

    def watch(self, watcher: Callable[[Json], None]) -> None:
        """Call ``watcher`` with every event, as ``/api/events`` tells it, of every chat."""
        self.hub.watchers.append(watcher)

    async def start(self) -> None:
        """Listen; afterwards ``url`` is the true address.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_guard])
        app.add_routes(Transport(self._api, self._polling, self._faults, self.token).routes())
        app.add_routes(Control(self._api, self._faults).routes())
        app.add_routes(self._feeds.routes())
        app.add_routes(self.telegraph.routes())
        app.add_routes(WebChat(self._api, self.hub).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        port = self._runner.addresses[0][1]
        self.url = f"http://{self._host}:{port}"

    async def stop(self) -> None:
        """Close everything."""
        self.hub.close()
        for waiting in self._api.answers.values():
            if not waiting.done():
                waiting.set_result(None)
        await self._polling.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.files.close()


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Let only pages of this machine near.

    A foreign name for this address is DNS rebinding, a foreign origin is forgery.

    The Bot API is guarded by its token instead, the sample feeds hold no secret.
    """
    if request.path.startswith(("/bot", "/file/", "/feeds/")):
        return await handler(request)
    if not _is_loopback(request.host):
        return web.Response(status=403, text="the playground answers to loopback names only")
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="the playground takes orders from its own page only")
    try:
        return await handler(request)
    except ApiError as error:
        return web.json_response(error.to_json(), status=error.code)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response(
            {"ok": False, "description": f"bad request: {error!r}"}, status=400
        )


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
