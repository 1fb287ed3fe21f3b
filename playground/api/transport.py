"""The Bot API over HTTP: requests of every encoding in, JSON out, ordered faults between.

Bot API, "Making requests".
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall, Upload
from playground.api.methods import find_method, spell
from playground.api.update_delivery import UpdateDelivery
from playground.errors import ApiError, bad_request, too_many
from playground.faults import Fault, Faults

_MOST_PARAMETERS = 1 << 20
_MOST_FILES = 50
_PHRASES = {"401": "Unauthorized", "404": "Not Found", "500": "Internal Server Error"}
"""What is said to a status that a test orders, where the test does not say it."""


class _Dropped(Exception):
    """The connection is to be cut, after these bytes of an answer with this many."""

    def __init__(self, body: bytes = b"", size: int = 0) -> None:
        super().__init__()
        self.body = body
        self.size = size


class _Halved(Exception):
    """This is answered as if it were all."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


class Transport:
    """Routes ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

    def __init__(
        self, api: ApiContext, polling: UpdateDelivery, faults: Faults, token: str
    ) -> None:
        self.api = api
        self.faults = faults
        self.token = token
        self._about_updates: dict[str, Callable[[MethodCall], Awaitable[object]]] = {
            "getupdates": polling.get_updates,
            "setwebhook": polling.set_webhook,
            "deletewebhook": polling.delete_webhook,
            "getwebhookinfo": polling.webhook_info,
        }

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One method call."""
        try:
            call = await self._read(request)
            return _answer({"ok": True, "result": await self._serve(call)})
        except ApiError as error:
            return _answer(error.to_json(), error.code)
        except _Halved as halved:
            return web.Response(body=halved.body, content_type="application/json")
        except _Dropped as dropped:
            return await _drop(request, dropped)
        except web.HTTPBadGateway:
            return web.Response(
                status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html"
            )

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that ``getFile`` named."""
        if not self._is_ours(request.match_info["token"]):
            return _answer(ApiError(401, "Unauthorized").to_json(), 401)
        file = self.api.files.by_path.get(request.match_info["path"])
        if file is None:
            return _answer(ApiError(404, "Not Found").to_json(), 404)
        return web.Response(body=file.body, content_type=file.content_type)

    def _is_ours(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    async def _read(self, request: web.Request) -> MethodCall:
        if not self._is_ours(request.match_info["token"]):
            raise ApiError(401, "Unauthorized")
        parameters: dict[str, Any] = dict(request.query)
        uploads: dict[str, Upload] = {}
        if request.can_read_body:
            if request.content_type == "application/json":
                parameters |= await _json_body(request)
            else:
                _take_form(await request.post(), parameters, uploads)
        size = sum(len(str(value)) for value in parameters.values())
        if size > _MOST_PARAMETERS or len(uploads) > _MOST_FILES:
            raise ApiError(413, "Request Entity Too Large: too many parameters")
        return MethodCall(spell(request.match_info["method"]), parameters, uploads)

    async def _serve(self, call: MethodCall) -> object:
        chat_id = call.chat_id()
        fault = self.faults.take(call.method, chat_id, call.number("message_thread_id"))
        try:
            if fault is not None:
                await _fail_before(fault)
            result = await self._perform(call)
        except ApiError as error:
            wait = error.parameters.get("retry_after", 0)
            # Polls end with 409 at every restart, which no test wants to count.
            if call.method.lower() != "getupdates":
                self.api.world.journal.refused(
                    self.api.now, call.method, chat_id, error.code, error.description, wait
                )
            raise
        return result if fault is None else _fail_after(fault, result)

    async def _perform(self, call: MethodCall) -> object:
        about_updates = self._about_updates.get(call.method.lower())
        if about_updates is not None:
            return await about_updates(call)
        method = find_method(call.method, self.api.level)
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        return await method(self.api, call)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise bad_request("can't parse request JSON object") from error
    if not isinstance(body, dict):
        raise bad_request("can't parse request JSON object")
    return body


def _take_form(form: Any, parameters: dict[str, Any], uploads: dict[str, Upload]) -> None:  # noqa: ANN401 - aiohttp's
    for name, value in form.items():
        if isinstance(value, FileField):
            uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            parameters[name] = (
                value if isinstance(value, str) else bytes(value).decode(errors="replace")
            )


async def _fail_before(fault: Fault) -> None:
    match fault.kind:
        case "429":
            raise too_many(fault.retry_after)
        case "502":
            raise web.HTTPBadGateway
        case "drop_before":
            raise _Dropped
        case "hang":
            await asyncio.sleep(fault.seconds)
        case "400" | "403":
            prefix = "Bad Request" if fault.kind == "400" else "Forbidden"
            text = fault.description or "ordered by the test"
            raise ApiError(
                int(fault.kind), text if text.startswith(prefix) else f"{prefix}: {text}"
            )
        case status if status.isdecimal():
            phrase = _PHRASES.get(status, "ordered by the test")
            raise ApiError(int(status), fault.description or phrase)


def _fail_after(fault: Fault, result: object) -> object:
    """What is answered after a call was served."""
    body = json.dumps({"ok": True, "result": result}).encode()
    half = body[: len(body) // 2]
    match fault.kind:
        case "drop_after":
            raise _Dropped
        case "half":
            raise _Dropped(half, len(body))
        case "half_whole":
            raise _Halved(half)
        case "odd":
            return fault.result
        case _:
            return result


async def _drop(request: web.Request, dropped: _Dropped) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(dropped.size)})
    if dropped.body:
        await response.prepare(request)
        await response.write(dropped.body)
    if request.transport is not None:
        # What was written shall arrive, so the connection is only aborted where nothing was.
        if dropped.body:
            request.transport.close()
        else:
            request.transport.abort()
    return response


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )
