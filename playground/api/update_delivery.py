"""How updates reach the bot: ``getUpdates`` or a webhook, never both.

Bot API, "Getting updates".
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiohttp

from playground.api.method_call import MethodCall
from playground.errors import bad_request, conflict
from playground.state.chats import Json
from playground.state.update_queue import UpdateQueue

_LONGEST = 50.0
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_RETRY_SECONDS = 1.0


class UpdateDelivery:
    """One long poll at a time, or one webhook."""

    def __init__(self, updates: UpdateQueue, clock: Callable[[], float]) -> None:
        self.updates = updates
        updates.on_update = self._wake
        self.clock = clock
        self.webhook: Json = {}
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._pusher: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """End the long poll and the webhook."""
        await self._stop_pusher()
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()

    async def get_updates(self, call: MethodCall) -> list[Json]:
        """Long polling; a second poller ends the first with 409."""
        if self.webhook:
            raise conflict(_WEBHOOK_SET)
        # Telegram ends the older of two pollers, so that a restarted bot is not locked out.
        self._end_poll(_OTHER_POLLER)
        self._allow(call)
        offset, limit = call.number("offset") or 0, min(max(call.number("limit") or 100, 1), 100)
        waiting = self.updates.take(offset, limit)
        timeout = min(float(call.number("timeout") or 0), _LONGEST)
        if waiting or timeout <= 0:
            return waiting
        await self._wait(timeout)
        return self.updates.take(offset, limit)

    async def set_webhook(self, call: MethodCall) -> bool:
        """Push updates to an address; an empty one removes the webhook."""
        url = call.text("url")
        if call.flag("drop_pending_updates"):
            self.updates.clear()
        await self._stop_pusher()
        self.webhook = {}
        if not url:
            return True
        if not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self._allow(call)
        self._end_poll("terminated by setWebhook request")
        self.webhook = {"url": url, "secret": call.text("secret_token")}
        self._pusher = asyncio.create_task(self._push(url, call.text("secret_token")))
        return True

    async def delete_webhook(self, call: MethodCall) -> bool:
        """Back to polling."""
        return await self.set_webhook(MethodCall(call.method, dict(call.parameters) | {"url": ""}))

    async def webhook_info(self, _call: MethodCall) -> Json:
        """Bot API, WebhookInfo."""
        known = {key: value for key, value in self.webhook.items() if key != "secret"}
        return {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        } | known

    def _allow(self, call: MethodCall) -> None:
        allowed = call.json("allowed_updates")
        if isinstance(allowed, list):
            self.updates.allowed = frozenset(map(str, allowed))

    def _wake(self) -> None:
        self._news.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _end_poll(self, reason: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(reason))

    async def _wait(self, seconds: float) -> None:
        self._poll = asyncio.get_running_loop().create_future()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._poll, seconds)

    async def _stop_pusher(self) -> None:
        if self._pusher is not None:
            self._pusher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pusher
            self._pusher = None

    async def _push(self, url: str, secret: str) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        async with aiohttp.ClientSession(
            headers=headers, timeout=aiohttp.ClientTimeout(total=30)
        ) as session:
            while True:
                waiting = self.updates.take(0, 1)
                if not waiting:
                    self._news.clear()
                    await self._news.wait()
                elif await self._post(session, url, waiting[0]):
                    self.updates.take(waiting[0]["update_id"] + 1, 1)
                else:
                    await asyncio.sleep(_RETRY_SECONDS)

    async def _post(self, session: aiohttp.ClientSession, url: str, update: Json) -> bool:
        """Whether the bot took it."""
        try:
            async with session.post(url, json=update) as response:
                if response.ok:
                    return True
                error: Any = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as fault:
            error = f"Connection failed: {type(fault).__name__}"
        self.webhook |= {"last_error_date": int(self.clock()), "last_error_message": error}
        return False
