"""``/share``: links that subscribe by a tap, and what whoever opens one sees."""

import html
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from telegram import InlineKeyboardMarkup

from bot.chat.commands.picking import Picking
from bot.chat.commands.subscribe import Subscribe
from bot.chat.context import Answer, Context, Handler, Localizer, under
from bot.chat.inline import OPENED
from bot.chat.views.menus import LISTED_MAX, expired, shorten, shown_address
from bot.errors import OutOfReach
from bot.model import Subscription, Target
from bot.services.placing import Placing
from bot.services.selecting import means_all
from bot.services.sharing import LINK_FEEDS_MAX, SharedFeed, Sharing
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply, addressed, button, chat_keys, keyboard

LINK = "link"
"""What the text of a choice begins with that lets a chat which is picked have a link's feeds."""
SHORT_TITLE = 60


class Share:
    """``/share``, the opened link and its buttons."""

    def __init__(
        self,
        sharing: Sharing,
        subscribing: Subscribing,
        placing: Placing,
        picking: Picking,
        subscribe: Subscribe,
        welcome: Handler,
    ) -> None:
        """Take what sharing needs; ``welcome`` answers a ``/start`` without a link."""
        self._sharing = sharing
        self._subscribing = subscribing
        self._placing = placing
        self._picking = picking
        self._subscribe = subscribe
        self._welcome = welcome

    async def share(self, context: Context) -> AsyncGenerator[Answer]:
        """A link to one, several or all feeds, or to those of a hashtag."""
        words = context.arguments
        found = await self._meant(context, words)
        if found:
            yield await self._link(context, found)
        else:
            yield await self._picking.ask(context, () if means_all(words) else words, "share")

    async def tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """A link to one feed, by button."""
        subscription = await self._subscribing.find(context.chat.id, context.number())
        yield await self._link(context, [subscription]) if subscription else expired(context)

    async def start(self, context: Context) -> AsyncGenerator[Answer]:
        """A link was opened: what it follows, and where to; without a link, a welcome."""
        token = context.arguments[0] if context.arguments else ""
        feeds = await self._sharing.feeds(token) if token else []
        if feeds:
            if context.is_private and context.user_id is not None:
                self._sharing.note_opened(context.user_id, token)
            yield self._offer(context, token, feeds)
            return
        if token and token != OPENED:
            yield Reply(context.localizer.html("link-unknown"))
            return
        async for answer in self._welcome(context):
            yield answer

    async def take(self, context: Context) -> AsyncGenerator[Answer]:
        """Follow what a link leads to, in the chat where that was tapped."""
        feeds = await self._sharing.feeds(context.arguments[0] if context.arguments else "")
        if not feeds:
            yield expired(context)
            return
        urls = tuple(feed.url for feed in feeds)
        async for answer in self._subscribe.sub(replace(context, arguments=urls)):
            yield answer

    async def pick(self, context: Context) -> AsyncGenerator[Answer]:
        """Another chat shall have the feeds of a link: Telegram's own list of them."""
        token = context.arguments[0] if context.arguments else ""
        feeds = await self._sharing.feeds(token)
        if not feeds or not context.is_private:
            yield expired(context)
            return
        say, chat_id = context.localizer.plain, context.here.chat_id
        ids = [await self._subscribing.keep_words(chat_id, [f"{LINK}:{token}"]) for _ in range(2)]
        keys = chat_keys(say("button-pick-channel"), say("button-pick-group"), ids)
        yield Reply(context.localizer.html("link-pick"), keys=keys)

    async def picked(self, context: Context) -> AsyncGenerator[Answer]:
        """A chat was chosen for a link: its token, and the chat's id."""
        token, chat_id = context.arguments
        try:
            chat = await self._placing.note(await context.reach(chat_id))
        except OutOfReach as error:
            yield Reply(context.localizer.error(error))
            return
        heading = context.localizer.html("link-in", chat=chat.title)
        target = Target(chat.id)
        inside = replace(
            context, chat=chat, target=target, asked_from=context.target, arguments=(token,)
        )
        async for answer in self.take(inside):
            yield under(heading, answer, chat.id)

    async def _meant(self, context: Context, words: Sequence[str]) -> list[Subscription]:
        chat_id = context.chat.id
        if means_all(words):
            page = await self._subscribing.page(chat_id, 1, LINK_FEEDS_MAX)
            return list(page.subscriptions)
        if len(words) == 1 and words[0].startswith("#"):
            tags = await self._placing.tags(chat_id)
            wanted = words[0].lstrip("#").casefold()
            ids = [id_ for tag, ids in tags.items() if tag.casefold() == wanted for id_ in ids]
            if ids:
                return await self._subscribing.some(chat_id, ids, LINK_FEEDS_MAX)
        selection = await self._picking.meant(context, words, "share")
        return await self._subscribing.some(chat_id, selection.certain, LINK_FEEDS_MAX)

    async def _link(self, context: Context, subscriptions: Sequence[Subscription]) -> Reply:
        localizer = context.localizer
        token, left_out = await self._sharing.make([each.feed.url for each in subscriptions])
        if not token:
            return Reply(localizer.html("link-secret"))
        address = f"https://t.me/{context.bot_name}"
        feeds = await self._sharing.feeds(token)
        lines = [
            localizer.html(
                "link-made",
                count=len(feeds),
                start=f"{address}?start={token}",
                group=f"{address}?startgroup={token}",
            ),
            *_names(localizer, feeds),
        ]
        if left_out:
            lines.append(localizer.html("link-left-out", count=left_out))
        return Reply("\n".join(lines))

    def _offer(self, context: Context, token: str, feeds: Sequence[SharedFeed]) -> Reply:
        localizer = context.localizer
        head = localizer.html("link-opened", count=len(feeds))
        rows = [[button(localizer.plain("button-link-take"), "link-take", token)]]
        if context.is_private:
            rows.append([button(localizer.plain("button-link-pick"), "link-pick", token)])
        return Reply("\n".join([head, *_names(localizer, feeds)]), keyboard(*rows))


def take_button(localizer: Localizer, token: str, chat_id: int) -> InlineKeyboardMarkup:
    """A button that lets a chat to which we were just added have the feeds of a link."""
    label = localizer.plain("button-link-take-there")
    return addressed(keyboard([button(label, "link-take", token)]), chat_id)


def _names(localizer: Localizer, feeds: Sequence[SharedFeed]) -> list[str]:
    names = [
        f"• <b>{html.escape(shorten(feed.title, SHORT_TITLE))}</b>"
        f" · <code>{html.escape(shown_address(feed.url))}</code>"
        for feed in feeds[:LISTED_MAX]
    ]
    if len(feeds) > LISTED_MAX:
        names.append(localizer.html("and-more-feeds", count=len(feeds) - LISTED_MAX))
    return names
