"""A hub as the W3C recommendation WebSub wants it (sections 5 to 7): a real web server for tests.

async with HubServer(tls) as hub:
    hub.url                       # https://127.0.0.1:<port>/hub, to be named by feeds
    await hub.confirmed(topic)    # until a subscriber has confirmed
    await hub.publish(topic, body, content_type)
    hub.lease = 120               # seconds it grants from now on
    hub.denies = True             # it refuses from now on, by a callback
    hub.status = 503              # it answers requests so
"""

import asyncio
import hmac
import secrets
import ssl
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp import web


@dataclass(slots=True)
class Subscriber:
    """Who wants to hear of a topic."""

    callback: str
    secret: str
    lease: int


class HubServer:
    """Listens on a free port of 127.0.0.1 as an async context manager."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.subscribers: dict[str, dict[str, Subscriber]] = {}
        self.asked: list[dict[str, str]] = []
        self.lease = 0
        """Seconds; 0: what is asked for."""
        self.denies = False
        self.status = 202
        self.url = ""
        self._tls = tls
        self._changed = asyncio.Condition()
        self._verifying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/hub", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}/hub"
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._verifying:
            task.cancel()
        await asyncio.gather(*self._verifying, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    async def confirmed(self, topic: str) -> Subscriber:
        """The subscriber of a topic, once there is one."""
        async with self._changed, asyncio.timeout(10):
            await self._changed.wait_for(lambda: self.subscribers.get(topic))
        return next(iter(self.subscribers[topic].values()))

    async def publish(
        self, topic: str, body: bytes = b"<news/>", *, secret: str | None = None
    ) -> list[int]:
        """Tell every subscriber, signed with its secret or another one; what they answered."""
        answers = []
        for subscriber in list(self.subscribers.get(topic, {}).values()):
            links = f'<{self.url}>; rel="hub", <{topic}>; rel="self"'
            headers = {"Content-Type": "application/rss+xml", "Link": links}
            if key := subscriber.secret if secret is None else secret:
                headers["X-Hub-Signature"] = (
                    "sha256=" + hmac.new(key.encode(), body, "sha256").hexdigest()
                )
            async with self._client.post(subscriber.callback, data=body, headers=headers) as answer:
                answers.append(answer.status)
                if answer.status == 410:  # WebSub, 7: the subscriber has ended the subscription
                    del self.subscribers[topic][subscriber.callback]
        return answers

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status != 202:
            return web.Response(status=self.status)
        if form.get("hub.mode") not in {"subscribe", "unsubscribe"}:
            return web.Response(status=400, text="hub.mode must be subscribe or unsubscribe")
        if not form.get("hub.topic") or not form.get("hub.callback", "").startswith("http"):
            return web.Response(status=400, text="hub.topic and hub.callback are needed")
        if len(form.get("hub.secret", "").encode()) >= 200:
            return web.Response(status=400, text="hub.secret must be shorter than 200 bytes")
        if form.get("hub.secret") and request.scheme != "https":
            return web.Response(status=400, text="hub.secret travels over https only")
        task = asyncio.create_task(self._verify(form))
        self._verifying.add(task)
        task.add_done_callback(self._verifying.discard)
        return web.Response(status=202)

    async def _verify(self, form: dict[str, str]) -> None:
        """Ask the callback whether it meant it (5.3), or tell it that we do not (5.2)."""
        topic, callback = form["hub.topic"], form["hub.callback"]
        if self.denies:
            async with self._client.get(
                callback, params={"hub.mode": "denied", "hub.topic": topic}
            ):
                return
        lease, challenge = (
            self.lease or int(form.get("hub.lease_seconds", "864000")),
            secrets.token_hex(8),
        )
        query = {"hub.mode": form["hub.mode"], "hub.topic": topic, "hub.challenge": challenge}
        query["hub.lease_seconds"] = str(lease)
        async with self._client.get(callback, params=query) as answer:
            if not (200 <= answer.status < 300 and await answer.text() == challenge):
                return
        async with self._changed:
            self.subscribers.setdefault(topic, {})[callback] = Subscriber(
                callback, form.get("hub.secret", ""), lease
            )
            self._changed.notify_all()
