"""Telegraph's API, as far as pages need it: createAccount and createPage (telegra.ph/api)."""

import json
from datetime import timedelta
from typing import Any

from bot.content.addresses import absolute
from bot.content.messages.page import encoded
from bot.errors import FetchError, PageRefused, TelegraphAway, TelegraphBusy, UnknownAccount
from bot.fetching.client import Fetcher
from bot.model import TelegraphPage

SHORT_NAME = "Tidings"
"""The name of an account of ours; only its owner sees it."""
LARGEST_ANSWER = 1 << 20
"""Bytes."""
FLOOD_WAIT = "FLOOD_WAIT_"


class Telegraph:
    """One server of Telegraph, asked through the guarded client.

    Every method raises:
        TelegraphBusy: It asks to wait.
        UnknownAccount: It does not know the token.
        PageRefused: It takes no such request.
        TelegraphAway: No usable answer came in time.
    """

    def __init__(self, fetcher: Fetcher, server: str) -> None:
        self._fetcher = fetcher
        self._server = server.rstrip("/")

    async def create_account(self) -> str:
        """Make a new account; answers its token."""
        return await self._call("createAccount", {"short_name": SHORT_NAME}, "access_token")

    async def create_page(self, page: TelegraphPage, token: str) -> str:
        """Publish a page; answers its address."""
        values = {
            "access_token": token,
            "title": page.title,
            "author_name": page.author,
            "author_url": page.author_url,
            "content": encoded(page.content),
        }
        url = absolute(await self._call("createPage", values, "url"))
        if not url:
            raise TelegraphAway("Telegraph named no address")
        return url

    async def _call(self, method: str, values: dict[str, str], wanted: str) -> str:
        """Call a method; answers the field ``wanted`` of its result."""
        # No error may repeat what was sent, for that holds the token: nothing is chained.
        url = f"{self._server}/{method}"
        try:
            body = await self._fetcher.post_for_body(url, values, max_size=LARGEST_ANSWER)
            answer = json.loads(body)
            # Whatever else stands behind the address may answer JSON, too, of any shape.
            if answer["ok"]:
                return str(answer["result"][wanted])
            reason = answer.get("error")
        except (FetchError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TelegraphAway(f"no usable answer: {type(error).__name__}") from None
        raise _refusal(reason)


def _refusal(reason: Any) -> Exception:  # noqa: ANN401 - JSON of whoever answers
    """What an answer that is not ok means; ``FLOOD_WAIT_n``: wait n seconds."""
    text = str(reason)
    seconds = text.removeprefix(FLOOD_WAIT)
    if text.startswith(FLOOD_WAIT):
        if seconds.isdecimal():
            return TelegraphBusy(timedelta(seconds=int(seconds)))
        return TelegraphAway("no usable answer: a flood wait without its length")
    if "ACCESS_TOKEN" in text:
        return UnknownAccount(text)
    return PageRefused(text)
