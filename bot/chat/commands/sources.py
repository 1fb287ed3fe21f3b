"""The button below a story that several feeds tell: who they are."""

import html
from collections.abc import AsyncGenerator

from bot.chat.context import Answer, Context
from bot.chat.views.menus import expired, shorten
from bot.content.addresses import absolute
from bot.store import Store, stories
from bot.store.stories import Telling
from bot.telegram.keyboards import Reply

MOST_LISTED = 20
"""Feeds that are listed; a message holds no more with their titles and addresses."""
TITLE_MAX, SOURCE_MAX = 120, 60
LONGEST_ADDRESS = 1024


class Sources:
    """Lists who tells a story."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def list(self, context: Context) -> AsyncGenerator[Answer]:
        """Each feed with its item, the first one first."""
        tellings = await self._store.run(stories.tellings, context.chat.id, context.number())
        if not tellings:
            yield expired(context, alert=True)
            return
        heading = context.localizer.html("story-sources", count=len(tellings))
        lines = [_line(telling) for telling in tellings[:MOST_LISTED]]
        if len(tellings) > MOST_LISTED:
            lines.append("…")
        yield Reply("\n".join([heading, *lines]))


def _line(telling: Telling) -> str:
    source = html.escape(shorten(telling.source, SOURCE_MAX))
    title = html.escape(shorten(telling.title, TITLE_MAX) or "→")
    address = absolute(telling.link) if telling.link else None
    if address and len(address) <= LONGEST_ADDRESS:
        title = f'<a href="{html.escape(address)}">{title}</a>'
    return f"• <b>{source}</b>: {title}"
