"""``/move``: feeds go to another topic or chat, with what waits for them."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context, Toast
from bot.chat.views.menus import TOPIC_MAX, changed_feeds, changed_page, expired, name_link, shorten
from bot.errors import LimitReached, OutOfReach
from bot.model import SubscriptionPage, Target
from bot.services.placing import Moved, Placing, topic_named
from bot.services.selecting import means_all
from bot.services.subscribing import Subscribing
from bot.services.typed import is_chat_name
from bot.store.choices import Topic
from bot.telegram.keyboards import Reply, addressed, button, chat_keys, keyboard

HERE = frozenset({"here", "сюда", "hier", "aquí", "ici", "qui", "这里", "這裡", "此处"})
"""What people call the place where they are."""
LEADING = frozenset({"to", "in", "into", "→", "->", "到", "去"})
"""Words before a place that say nothing more about it."""
TOPICS_MAX = 30
"""Topics to choose from by button."""
LONGEST_NAME = 8
"""Words of a topic's name that are looked for behind a feed."""
MOVE = "move"
"""What the text of a choice begins with that lets a chat which is picked have a feed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    words: Sequence[str]
    """What names the feeds."""
    destination: Target | None
    """``None``: nobody said."""


class Move:
    """``/move`` and its buttons."""

    def __init__(self, placing: Placing, subscribing: Subscribing, picking: Picking) -> None:
        self._placing = placing
        self._subscribing = subscribing
        self._picking = picking

    async def move(self, context: Context) -> AsyncGenerator[Answer]:
        """Which feeds, and where to; or a menu of places for one of them."""
        try:
            wanted = await self._read(context)
        except OutOfReach as error:
            yield Reply(context.localizer.error(error))
            return
        words, destination = wanted.words, wanted.destination
        if destination is None:
            yield await self._ask_where(context, words)
            return
        if means_all(words):
            total = await self._subscribing.count(context.chat.id)
            page = await self._subscribing.page(context.chat.id, 1, max(total, 1))
            ids: Sequence[int] = [each.id for each in page.subscriptions]
        else:
            ids = (await self._picking.meant(context, words, "move")).certain
        if ids:
            yield await self._go(context, ids, destination)
        else:
            choice_id = await self._kept(context, destination)
            yield await self._picking.ask(context, words, "move-to", choice_id)

    async def menu(self, context: Context) -> AsyncGenerator[Answer]:
        """The places to which a feed may go, by button."""
        subscription = await self._subscribing.find(context.chat.id, context.number())
        if subscription is None:
            yield expired(context)
        else:
            yield await self._menu(context, subscription.id)

    async def to_topic(self, context: Context) -> AsyncGenerator[Answer]:
        """A topic of the same chat was tapped."""
        topics = {0, *(topic.id for topic in await self._placing.topics(context.chat.id))}
        if context.number(1) not in topics:
            yield expired(context)
            return
        yield await self._go(
            context, [context.number()], Target(context.chat.id, context.number(1))
        )

    async def to_here(self, context: Context) -> AsyncGenerator[Answer]:
        """The private chat was tapped from which another one is managed."""
        yield await self._go(context, [context.number()], context.here)

    async def to_kept(self, context: Context) -> AsyncGenerator[Answer]:
        """A feed was tapped, after the place had been said."""
        [text] = await self._subscribing.kept_words(context.chat.id, context.number(1)) or [""]
        chat_id, _, topic_id = text.partition("/")
        if not topic_id:
            yield expired(context)
            return
        destination = Target(int(chat_id), int(topic_id))
        # The right to another chat may be gone by now.
        try:
            await _require_reach(context, destination)
        except OutOfReach as error:
            yield Toast(context.localizer.plain(error.key, **error.args_), alert=True)
            return
        yield await self._go(context, [context.number()], destination)

    async def pick_chat(self, context: Context) -> AsyncGenerator[Answer]:
        """Another chat is wanted: Telegram's own list of them, in the private chat alone."""
        localizer = context.localizer
        subscription = await self._subscribing.find(context.chat.id, context.number())
        if subscription is None:
            yield expired(context)
        elif not context.is_private or context.user_id is None:
            yield Reply(localizer.html("move-elsewhere"))
        else:
            words = [f"{MOVE}:{context.chat.id}:{subscription.id}"]
            ids = [
                await self._subscribing.keep_words(context.here.chat_id, words) for _ in range(2)
            ]
            keys = chat_keys(
                localizer.plain("button-pick-channel"), localizer.plain("button-pick-group"), ids
            )
            yield Reply(localizer.html("move-pick", feed=name_link(subscription.feed)), keys=keys)

    async def picked(self, context: Context) -> AsyncGenerator[Answer]:
        """A chat was chosen for a feed: the feed's chat and its number, and the chat's id."""
        source_id, _, subscription_id = context.arguments[0].partition(":")
        source = Target(int(source_id))
        try:
            chat = await context.reach(context.arguments[1])
            await _require_reach(context, source)
        except OutOfReach as error:
            yield Reply(context.localizer.error(error))
            return
        await self._placing.note(chat)
        if source.chat_id != context.chat.id:
            about = await context.reach(source.chat_id)
            context = replace(context, chat=about, target=source, asked_from=context.target)
        reply = await self._go(context, [int(subscription_id)], Target(chat.id))
        if context.asked_from is not None and reply.keyboard:
            reply = replace(reply, keyboard=addressed(reply.keyboard, context.chat.id))
        yield reply

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """Take a move back."""
        destination = await self._placing.destination_of(context.chat.id, context.number())
        if destination is None:
            yield expired(context)
            return
        try:
            await _require_reach(context, destination)
        except OutOfReach as error:
            yield Toast(context.localizer.plain(error.key, **error.args_), alert=True)
            return
        again, total = await self._placing.undo(context.chat.id, context.number())
        if total:
            page = SubscriptionPage(tuple(again), total=total)
            yield Reply(changed_page(context.localizer, "move-undone", page))
        else:
            yield expired(context)

    # ------------------------------------------------------------ what was said

    async def _read(self, context: Context) -> _Wanted:
        """What names feeds, and what the place to which they shall go.

        Raises:
            OutOfReach: It is another chat, which whoever asks may not manage.
        """
        words = list(context.arguments)
        if words and words[-1].casefold() in HERE:
            return _Wanted(_without_leading(words[:-1]), context.here)
        named = [position for position, word in enumerate(words) if is_chat_name(word)]
        if named:
            # Behind the name of a chat stands its topic, if any.
            position = named[-1]
            chat = await self._placing.note(await context.reach(words[position]))
            topic_id = 0
            if words[position + 1 :]:
                topics = await self._placing.topics(chat.id)
                topic_id = topic_named(topics, words[position + 1 :]) or 0
            return _Wanted(_without_leading(words[:position]), Target(chat.id, topic_id))
        topics = await self._placing.topics(context.chat.id)
        for count in range(min(len(words), LONGEST_NAME), 0, -1):
            folder = None
            if count == 1 and words[-1].startswith("#"):
                folder = await self._placing.folder(context.chat.id, words[-1].lstrip("#"))
            # A number alone is a feed's.
            is_feed = count == len(words) and words[0].lstrip("#").isdigit()
            topic_id_ = folder.topic_id if folder else topic_named(topics, words[-count:])
            if topic_id_ is not None and not is_feed:
                destination = Target(context.chat.id, topic_id_)
                return _Wanted(_without_leading(words[:-count]), destination)
        return _Wanted(words, None)

    async def _ask_where(self, context: Context, words: Sequence[str]) -> Reply:
        """Which place, where a feed is named; which feed, where none is; or what is not known."""
        localizer = context.localizer
        selection = await self._picking.meant(context, words, "move")
        if len(selection.certain) == 1:
            return await self._menu(context, selection.certain[0])
        # "3 Gardening": a feed, and a place that nobody knows.
        if len(words) > 1 and not selection.possible:
            feeds = await self._subscribing.select(context.chat.id, words[:1])
            if len(feeds.certain) == 1:
                unknown = localizer.html("move-unknown", place=" ".join(words[1:]))
                menu = await self._menu(context, feeds.certain[0])
                return Reply(f"{unknown}\n\n{menu.html}", menu.keyboard)
        return await self._picking.ask(context, words, "move")

    async def _menu(self, context: Context, subscription_id: int) -> Reply:
        localizer = context.localizer
        [subscription] = await self._subscribing.some(context.chat.id, [subscription_id], 1)
        topics = await self._placing.topics(context.chat.id)
        rows: list[list[InlineKeyboardButton]] = []
        if topics:
            general = Topic(0, localizer.plain("topic-general"))
            rows = [
                [button(_label(context, topic), "move-topic", subscription_id, topic.id)]
                for topic in [general, *topics[:TOPICS_MAX]]
                if topic.id != subscription.target.topic_id
            ]
        if context.asked_from is not None:
            rows.append([button(localizer.plain("button-move-here"), "move-here", subscription_id)])
        rows.append([button(localizer.plain("button-move-chat"), "move-pick", subscription_id)])
        rows.append([button(localizer.plain("button-back-to-feed"), "feed", subscription_id, 1)])
        text = localizer.html("move-where", feed=name_link(subscription.feed))
        return Reply(text, keyboard(*rows))

    async def _kept(self, context: Context, destination: Target) -> int:
        words = [f"{destination.chat_id}/{destination.topic_id}"]
        return await self._subscribing.keep_words(context.chat.id, words)

    async def _go(self, context: Context, ids: Sequence[int], destination: Target) -> Reply:
        try:
            moved = await self._placing.move(context.chat.id, ids, destination)
        except LimitReached as error:
            return Reply(context.localizer.error(error))
        return await moved_page(context, self._placing, moved, destination)


async def moved_page(
    context: Context, placing: Placing, moved: Moved, destination: Target
) -> Reply:
    """Which feeds went where, with a button to undo it."""
    localizer = context.localizer
    if not moved.count:
        return Reply(localizer.html("move-nothing"))
    place = await _place_name(context, placing, destination)
    head = localizer.html("move-done", count=moved.count, place=place)
    lines = [f"{head}\n{changed_feeds(localizer, 'move-feeds', moved.subscriptions)}".rstrip()]
    if moved.merged:
        lines.append(localizer.html("move-merged", count=moved.merged))
    undo = button(localizer.plain("button-undo"), "move-undo", moved.undo_id)
    return Reply("\n".join(lines), keyboard([undo]))


async def _place_name(context: Context, placing: Placing, destination: Target) -> str:
    localizer = context.localizer
    if destination == context.here:
        return localizer.plain("place-here")
    names: list[str] = []
    if destination.chat_id not in {context.chat.id, context.here.chat_id}:
        names.append((await context.reach(destination.chat_id)).title)
    if destination.topic_id:
        topics = await placing.topics(destination.chat_id)
        found = [topic for topic in topics if topic.id == destination.topic_id]
        names.append(_label(context, found[0]) if found else str(destination.topic_id))
    elif not names and destination.chat_id == context.here.chat_id:
        names.append(localizer.plain("topic-general"))
    return " · ".join(names) or localizer.plain("topic-general")


def _label(context: Context, topic: Topic) -> str:
    name = topic.name or context.localizer.plain("topic-unnamed", number=topic.id)
    return shorten(name, TOPIC_MAX)


async def _require_reach(context: Context, destination: Target) -> None:
    """Make sure that whoever asks may decide what comes to a place.

    Raises:
        OutOfReach: They may not.
    """
    if destination.chat_id not in {context.chat.id, context.here.chat_id}:
        await context.reach(destination.chat_id)


def _without_leading(words: list[str]) -> list[str]:
    while words and words[-1].casefold() in LEADING:
        words = words[:-1]
    return words
