"""``/topic``: hashtags that have a topic of their own."""

from collections.abc import AsyncGenerator

from bot.chat.commands.placing import moved_page
from bot.chat.context import Answer, Context
from bot.chat.views.menus import expired
from bot.errors import TopicRefused
from bot.model import Target
from bot.services.placing import Placing
from bot.services.subscribing import Subscribing
from bot.settings.values import read_hashtags
from bot.telegram.keyboards import Reply, button, keyboard

TAGS_MAX = 20
"""Hashtags to choose from by button."""


class Folders:
    """``/topic`` and its buttons."""

    def __init__(self, placing: Placing, subscribing: Subscribing) -> None:
        self._placing = placing
        self._subscribing = subscribing

    async def topic(self, context: Context) -> AsyncGenerator[Answer]:
        """Make a topic for a hashtag, and let its feeds go there; or tell which have one."""
        if not context.arguments:
            yield await self._overview(context)
            return
        tag = _tag(" ".join(context.arguments))
        if not tag:
            yield Reply(context.localizer.html("topic-usage"))
            return
        yield await self._file(context, tag)

    async def make(self, context: Context) -> AsyncGenerator[Answer]:
        """A hashtag without a topic was tapped."""
        [word] = await self._subscribing.kept_words(context.chat.id, context.number()) or [""]
        tag = _tag(word)
        yield await self._file(context, tag) if tag else expired(context)

    async def _file(self, context: Context, tag: str) -> Reply:
        try:
            filed = await self._placing.file(context.chat.id, tag, context.create_topic)
        except TopicRefused as error:
            return Reply(context.localizer.error(error))
        folder, moved = filed.folder, filed.moved
        key = "topic-made" if filed.is_new else "topic-there"
        text = context.localizer.html(key, tag=folder.tag)
        if not moved.count:
            return Reply(text)
        destination = Target(folder.chat_id, folder.topic_id)
        page = await moved_page(context, self._placing, moved, destination)
        return Reply(f"{text}\n{page.html}", page.keyboard)

    async def _overview(self, context: Context) -> Reply:
        localizer = context.localizer
        tags = await self._placing.tags(context.chat.id)
        folders = {
            each.tag.casefold(): each for each in await self._placing.folders(context.chat.id)
        }
        if not tags and not folders:
            return Reply(localizer.html("topic-usage"))
        counts = {tag.casefold(): len(ids) for tag, ids in tags.items()}
        lines = [
            localizer.html("topic-line", tag=folder.tag, count=counts.get(name, 0))
            for name, folder in folders.items()
        ]
        without = [tag for tag in tags if tag.casefold() not in folders][:TAGS_MAX]
        rows = []
        for tag in without:
            choice_id = await self._subscribing.keep_words(context.chat.id, [tag])
            label = localizer.plain("button-make-topic", tag=tag, count=len(tags[tag]))
            rows.append([button(label, "topic-make", choice_id)])
        lines.append(localizer.html("topic-which" if without else "topic-usage"))
        return Reply("\n".join(lines), keyboard(*rows) if rows else None)


def _tag(text: str) -> str:
    """The first hashtag that is named, without its sign; empty where none is."""
    try:
        return next(iter(read_hashtags(text)), "")
    except ValueError:
        return ""
