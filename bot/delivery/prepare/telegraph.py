"""Telegraph's API, as far as pages need it (telegra.ph/api): the ``telegraph`` library at the operator's address.

Importing it takes an eighth of a second, so ``pages`` does that when the first page is wanted, off
the loop.
"""

import asyncio
from datetime import timedelta

import httpx
from telegraph.aio import TelegraphApi
from telegraph.exceptions import RetryAfterError, TelegraphException

from bot.content.addresses import absolute
from bot.content.messages.page import encoded
from bot.errors import PageRefused, TelegraphAway, TelegraphBusy, UnknownAccount
from bot.model import TelegraphPage

REQUEST_TIME = 10.0
"""Seconds from the name lookup to the last byte."""
SHORT_NAME = "Tidings"


class Telegraph:
    """One server of Telegraph.

    Raises:
        TelegraphBusy: It asks to wait.
        UnknownAccount: It does not know the token.
        PageRefused: It takes no such request.
        TelegraphAway: No usable answer came in time.
    """

    def __init__(self, server: str) -> None:
        self._api = TelegraphApi()
        self._api.session = httpx.AsyncClient(transport=_Server(server), timeout=REQUEST_TIME)

    async def create_account(self) -> str:
        """A new account; its token."""
        return await self._call("createAccount", {"short_name": SHORT_NAME}, "access_token")

    async def create_page(self, page: TelegraphPage, token: str) -> str:
        """Publish; the address of the page."""
        values = {
            "access_token": token,
            "title": page.title,
            "author_name": page.author,
            "author_url": page.author_url,
            "content": encoded(page.content),
        }
        if url := absolute(await self._call("createPage", values, "url")):
            return url
        raise TelegraphAway("Telegraph named no address")

    async def close(self) -> None:
        """Close the connections."""
        await self._api.session.aclose()

    async def _call(self, method: str, values: dict[str, str], wanted: str) -> str:
        """One field of an answer; the errors of library and connection in our words, without what was sent."""
        try:
            async with asyncio.timeout(REQUEST_TIME):
                return str((await self._api.method(method, values))[wanted])
        except RetryAfterError as error:
            raise TelegraphBusy(timedelta(seconds=error.retry_after)) from None
        except TelegraphException as error:
            raise (UnknownAccount if "ACCESS_TOKEN" in str(error) else PageRefused)(
                str(error)
            ) from None
        except (
            httpx.HTTPError,
            TimeoutError,
            ValueError,
            AttributeError,
            KeyError,
            TypeError,
        ) as error:
            raise TelegraphAway(f"no usable answer: {type(error).__name__}") from None


class _Server(httpx.AsyncHTTPTransport):
    """Leads the library, which knows ``https://api.{domain}`` only, to the operator's address."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = httpx.URL(server)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, its address rewritten."""
        path = self._server.path.rstrip("/") + request.url.path.rstrip("/")
        request.url = self._server.copy_with(path=path)
        request.headers["Host"] = self._server.netloc.decode("ascii")
        return await super().handle_async_request(request)
