"""``/sub`` and ``/unsub``."""

import asyncio
import html
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import structlog
from telegram import InlineKeyboardButton

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context, Localizer, SendFile, ShowItem, StepAside, Toast
from bot.chat.responder import shown_length
from bot.chat.views.feed_page import feed_page
from bot.chat.views.menus import (
    changed_page,
    choose_feed,
    expired,
    found_by_name,
    name_link,
    open_button,
    shown_address,
    shown_words,
)
from bot.clock import Clock
from bot.errors import LimitReached, TidingsError
from bot.fetching.url import host_of, normalise
from bot.model import Subscription, SubscriptionPage
from bot.services.exporting import Exporting
from bot.services.finding import Finding
from bot.services.placing import Placing
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Ambiguous, OtherLogin, Subscribed, Subscribing
from bot.services.typed import is_address, named_chat
from bot.settings import Operator
from bot.settings.values import MINUTE
from bot.telegram.keyboards import Reply, button, keyboard

_HASHTAG = re.compile(r"[#＃](?=\w*[^\W\d])\w+")
"""A hashtag; digits alone are none."""
log = structlog.get_logger()

NEWEST_CHOICES = (1, 2, 3, 5)
"""How many of the newest items can be asked for by a button."""
AT_ONCE = 10
"""Addresses of one message that are looked at side by side."""
AT_ONCE_HOST = 2
"""Of those, the ones on one host."""
PROGRESS_MAX = 3000
"""Characters of a message that tells of progress; the limit is 4096."""


class Subscribe:
    """``/sub``, ``/unsub`` and their buttons."""

    def __init__(
        self,
        subscribing: Subscribing,
        placing: Placing,
        finding: Finding,
        exporting: Exporting,
        operator: Operator,
        clock: Clock,
        picking: Picking,
    ) -> None:
        self._subscribing = subscribing
        self._placing = placing
        self._finding = finding
        self._exporting = exporting
        self._operator = operator
        self._picking = picking
        self._clock = clock

    # ------------------------------------------------------------ subscribing

    async def sub(self, context: Context) -> AsyncGenerator[Answer]:
        """Subscribe to one or several addresses; the message tells how far it is.

        Hashtags beside them become those of the feeds, and lead to the topic of such a hashtag.
        """
        context, tags = await self._filed(context)
        if elsewhere := named_chat(context.arguments):
            yield Reply(context.localizer.html("sub-elsewhere", word=shown_words([elsewhere])))
            return
        addresses = tuple(dict.fromkeys(context.arguments))
        if addresses and not any(map(is_address, addresses)):
            yield await self._by_name(context, addresses, tags)
            return
        match addresses:
            case ():
                yield Reply(context.localizer.html("sub-usage"))
            case (address,):
                async for answer in self._subscribe_one(context, address, tags):
                    yield answer
            case _:
                async for answer in self._subscribe_several(context, addresses, tags):
                    yield answer

    async def _by_name(self, context: Context, words: Sequence[str], tags: Sequence[str]) -> Reply:
        """The feeds that go by a name, to choose from."""
        localizer = context.localizer
        query = " ".join(words)
        hits = await self._finding.find(context.chat.id, query, localizer.language, tags)
        if not hits:
            return Reply(localizer.html("sub-no-address", words=shown_words(words)))
        return found_by_name(localizer, query, hits, self._clock())

    async def offer(self, context: Context) -> AsyncGenerator[Answer]:
        """Words that are neither a command nor an address: what goes by that name, if anything."""
        localizer = context.localizer
        hits = await self._finding.find(
            context.chat.id, context.text, localizer.language, is_certain=True
        )
        if hits:
            yield found_by_name(localizer, context.text, hits, self._clock())
        else:
            yield Reply(localizer.html("send-a-link"))

    async def choose(self, context: Context) -> AsyncGenerator[Answer]:
        """One of the feeds that a page offers was tapped."""
        wanted = await self._subscribing.candidate(context.chat.id, context.number())
        if not wanted:
            yield expired(context)
            return
        context, tags = await self._filed(replace(context, arguments=tuple(wanted.split())))
        async for answer in self._subscribe_one(context, context.arguments[0], tags):
            yield answer

    async def _filed(self, context: Context) -> tuple[Context, tuple[str, ...]]:
        """What is asked for without its hashtags, in the topic of the first that has one."""
        words = [word for word in context.arguments if _HASHTAG.fullmatch(word)]
        if not words:
            return context, ()
        tags = tuple(word.lstrip("#＃") for word in words)
        target = await self._placing.place_of(context.target, tags)
        others = tuple(word for word in context.arguments if word not in words)
        return replace(context, arguments=others, target=target), tags

    async def _follow(
        self, context: Context, text: str, tags: Sequence[str]
    ) -> Subscribed | Ambiguous | OtherLogin:
        result = await self._subscribing.subscribe(context.target, text, context.user_id, tags)
        if tags and isinstance(result, Subscribed):
            await self._placing.add_tags(result.subscription, tags)
        return result

    async def _subscribe_one(
        self, context: Context, text: str, tags: Sequence[str] = ()
    ) -> AsyncGenerator[Answer]:
        localizer = context.localizer
        yield Reply(localizer.html("sub-looking", url=shown_address(text)))
        try:
            result = await self._follow(context, text, tags)
        except TidingsError as error:
            yield Reply(localizer.error(error))
            return
        if isinstance(result, Ambiguous):
            yield choose_feed(localizer, result.candidates, result.ids, self._clock())
            return
        if isinstance(result, OtherLogin):
            yield _ask_for_login(localizer, result)
            return
        if not result.is_new:
            yield self._already(context, result.subscription)
            return
        yield _subscribed(context, result)
        if result.newest:
            yield ShowItem(result.subscription.feed, result.newest)

    def _already(self, context: Context, subscription: Subscription) -> Reply:
        """The page of a feed that is followed already, below the word that it is."""
        page = feed_page(context.localizer, self._operator, subscription, 1, self._clock())
        head = context.localizer.html("already-subscribed", feed=name_link(subscription.feed))
        return replace(page, html=f"{head}\n\n{page.html}")

    async def login(self, context: Context) -> AsyncGenerator[Answer]:
        """The new name and password for a feed were confirmed."""
        changed = await self._subscribing.change_login(context.chat.id, context.number())
        if changed is None:
            yield expired(context)
            return
        opener = open_button(context.localizer, changed)
        yield Reply(context.localizer.html("login-changed", feed=name_link(changed.feed)), opener)

    async def login_keep(self, context: Context) -> AsyncGenerator[Answer]:
        """The old name and password stay."""
        yield Reply(context.localizer.html("login-kept"))

    async def newest(self, context: Context) -> AsyncGenerator[Answer]:
        """So many of the newest items of a feed that was just subscribed to were asked for."""
        localizer = context.localizer
        subscription = await self._subscribing.find(context.chat.id, context.number())
        if subscription is None:
            yield expired(context)
            return
        sent = await self._subscribing.send_newest(
            subscription, context.number(1), context.number(2)
        )
        if not sent:
            yield Toast(localizer.plain("newest-there"), alert=True)
            return
        yield Reply(
            localizer.html("newest-follow", feed=name_link(subscription.feed), count=sent),
            keyboard(_next_steps(localizer, subscription.id)),
        )

    async def _subscribe_several(
        self, context: Context, addresses: Sequence[str], tags: Sequence[str]
    ) -> AsyncGenerator[Answer]:
        """Subscribe to all of them, hosts side by side, while the chat is free for others."""
        yield StepAside()
        # By position, so that the answer keeps the order in which the addresses were written.
        lines: list[str | None] = [None] * len(addresses)
        # A dictionary as an ordered set: each limit is told once.
        limits: dict[str, None] = {}
        places = asyncio.Semaphore(AT_ONCE)
        host_places: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE_HOST)
        )

        async def look(number: int, address: str) -> None:
            # The host's place first: who waits for a slow host keeps no place from the others.
            async with host_places[_host(address)], places:
                lines[number] = await self._result_line(context, address, tags, limits)

        looks = [
            asyncio.create_task(look(number, address)) for number, address in enumerate(addresses)
        ]
        try:
            yield Reply(_progress(context.localizer, lines))
            for done in asyncio.as_completed(looks):
                await done
                yield Reply(_progress(context.localizer, lines))
        finally:
            # Where the handler is ended early (the bot stops), nothing goes on without it.
            for task in looks:
                task.cancel()
        yield Reply("\n".join([*filter(None, lines), *limits]))

    async def _result_line(
        self, context: Context, text: str, tags: Sequence[str], limits: dict[str, None]
    ) -> str:
        """What came of one of several; which limits were reached is said once, below them all."""
        localizer, address = context.localizer, shown_address(text)
        try:
            result = await self._follow(context, text, tags)
        except LimitReached as error:
            limits[f"\n{localizer.error(error)}"] = None
            return localizer.html("line-no-room", url=address)
        except TidingsError as error:
            return f"❌ <code>{html.escape(address)}</code>: {localizer.error(error)}"
        except Exception:
            # The other addresses have nothing to do with it.
            log.exception("command_failed", chat=context.chat.id, verb="sub")
            return f"❌ <code>{html.escape(address)}</code>: {localizer.html('error-unknown')}"
        if isinstance(result, Ambiguous):
            return localizer.html("line-choose", url=address)
        if isinstance(result, OtherLogin):
            return localizer.html("line-login", feed=name_link(result.subscription.feed))
        key = "line-subscribed" if result.is_new else "line-already"
        return localizer.html(key, feed=name_link(result.subscription.feed))

    # ------------------------------------------------------------ unsubscribing

    async def unsub(self, context: Context) -> AsyncGenerator[Answer]:
        """End subscriptions, by number, address, title or button; all of them after a question."""
        words = context.arguments
        total = await self._subscribing.count(context.chat.id)
        if means_all(words) and total > 1:
            yield _ask_for_all(context, total)
            return
        # The only one is not ended unless somebody names it, or all.
        selection = Selection()
        if means_all(words):
            selection = await self._picking.meant(context, (), "unsub")
        elif words or context.replied is not None:
            selection = await self._picking.meant(context, words, "unsub")
        ids = selection.certain
        # Whoever names all of them one by one is asked, too.
        if len(ids) == total > 1:
            yield _ask_for_all(context, total)
        else:
            ended = await self._end(context, ids)
            yield ended or await self._picking.ask(context, words, "unsub")

    async def unsub_tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """End one by button, with a button to undo."""
        ended = await self._end(context, [context.number()])
        yield ended or expired(context)

    async def unsub_all(self, context: Context) -> AsyncGenerator[Answer]:
        """The question was answered with yes; only if there are still as many as it asked about."""
        if await self._subscribing.count(context.chat.id) != context.number():
            yield expired(context, alert=True)
            return
        # First what brings them back, also when the undo has expired.
        exported = await self._exporting.opml(context.chat, is_for_many=not context.is_private)
        caption = context.localizer.html("unsub-all-caption", count=exported.count)
        yield SendFile(exported.name, exported.body, caption)
        ended, undo_id = await self._subscribing.unsubscribe_all(context.chat.id)
        yield _ended(context, ended, undo_id)

    async def resubscribe(self, context: Context) -> AsyncGenerator[Answer]:
        """Undo the end of subscriptions, the intervals that they had included."""
        try:
            again = await self._subscribing.resubscribe(context.chat.id, context.number())
        except LimitReached as error:
            yield Toast(context.localizer.plain(error.key, **error.args_), alert=True)
            return
        if not again.total:
            yield expired(context)
            return
        text = changed_page(context.localizer, "subscribed-again", again)
        opener = None
        if again.total == 1:
            opener = open_button(context.localizer, again.subscriptions[0])
        yield Reply(text, opener)

    async def _end(self, context: Context, ids: Sequence[int]) -> Reply | None:
        ended, undo_id = await self._subscribing.unsubscribe(context.chat.id, ids)
        if not ended:
            return None
        return _ended(context, SubscriptionPage(tuple(ended), total=len(ended)), undo_id)


def _ended(context: Context, ended: SubscriptionPage, undo_id: int) -> Reply:
    text = changed_page(context.localizer, "unsub-done", ended)
    label = context.localizer.plain("button-undo")
    return Reply(text, keyboard([button(label, "resub", undo_id)]))


def _host(text: str) -> str:
    try:
        return host_of(normalise(text))
    except TidingsError:  # it will not be asked for
        return ""


def _progress(localizer: Localizer, lines: Sequence[str | None]) -> str:
    """The last results that there is room for, and how far it is."""
    done = [line for line in lines if line]
    shown: list[str] = []
    length = 0
    for line in reversed(done):
        length += shown_length(line)
        if length > PROGRESS_MAX:
            break
        shown.insert(0, line)
    if len(shown) < len(done):
        shown.insert(0, localizer.html("sub-progress-more", count=len(done) - len(shown)))
    shown.append(localizer.html("sub-progress", number=len(done), count=len(lines)))
    return "\n".join(shown)


def _subscribed(context: Context, result: Subscribed) -> Reply:
    """What a new subscription is answered with, and what can be done next."""
    localizer, subscription = context.localizer, result.subscription
    key = "subscribed" if result.newest else "subscribed-empty"
    if not context.may_show_samples:
        key = "subscribed-unshown"
    # A document may ask for more time than anybody here does.
    pace = max(subscription.feed.interval, subscription.feed.ttl)
    minutes = max(1, round(pace / MINUTE))
    # A sample of a chat that is managed from elsewhere stands there, and not in it.
    is_shown = context.may_show_samples and context.here == context.target
    shown_id = result.newest.id if result.newest and is_shown else 0
    return Reply(
        localizer.html(key, feed=name_link(subscription.feed), minutes=minutes),
        keyboard(
            _newest_buttons(localizer, subscription.id, result.count, shown_id),
            _next_steps(localizer, subscription.id),
        ),
    )


def _ask_for_login(localizer: Localizer, result: OtherLogin) -> Reply:
    return Reply(
        localizer.html("login-ask", feed=name_link(result.subscription.feed)),
        keyboard(
            [
                button(localizer.plain("button-login"), "login", result.choice_id),
                button(localizer.plain("button-login-keep"), "login-keep"),
            ]
        ),
    )


def _newest_buttons(
    localizer: Localizer, subscription_id: int, count: int, shown_id: int
) -> list[InlineKeyboardButton]:
    """Buttons to have more of the ``count`` newest items sent than the one that was shown."""
    least = 2 if shown_id else 1
    return [
        button(
            localizer.plain("button-newest", count=number),
            "newest",
            subscription_id,
            number,
            shown_id,
        )
        for number in NEWEST_CHOICES
        if least <= number <= count
    ]


def _next_steps(localizer: Localizer, subscription_id: int) -> list[InlineKeyboardButton]:
    return [
        button(localizer.plain("button-open"), "feed", subscription_id, 1),
        button(localizer.plain("button-settings"), "settings", f"s{subscription_id}"),
        button(localizer.plain("button-undo"), "unsub", subscription_id, 1),
    ]


def _ask_for_all(context: Context, count: int) -> Reply:
    localizer = context.localizer
    return Reply(
        localizer.html("unsub-all-ask", count=count),
        keyboard(
            [
                button(localizer.plain("button-unsubscribe-all"), "unsub-all", count),
                button(localizer.plain("button-keep"), "list", 1),
            ]
        ),
    )
