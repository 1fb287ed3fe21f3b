"""The messages of an item that needs several: which is next, how it goes out plainer, how they end early."""

import json
from dataclasses import replace
from hashlib import blake2b

from bot.content.addresses import absolute
from bot.content.document import Blocks, Paragraph, Run
from bot.content.localize import Wording
from bot.content.measure import TEXT_LIMIT, take, units
from bot.content.media.files import with_media
from bot.content.render import classic
from bot.content.render.terminal import plain
from bot.content.split.boundaries import word_end
from bot.model import Delivery, Fallback, Item, Message, Post, Progress, RichMessage, Target

GIVEN_UP = "given up"
"""Stands in place of a digest where a part was refused in every form: the way to the rest
follows."""


def digest(post: Post) -> str:
    """What tells one composition of an item from another."""
    said = [one.blocks if isinstance(one, RichMessage) else one.html for one in post]
    return blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def next_part(
    post: Post, mark: str, delivery: Delivery, form: Fallback, wording: Wording
) -> tuple[Message | RichMessage, Progress | None]:
    """The message whose turn it is, and what will be there with it; ``None`` where it is the last.

    What is there already is never sent again. Where the item is composed otherwise than when it was
    begun (it changed, or the operator's settings, or this program), no border is where it was: a
    link to the rest takes the others' place.

    Args:
        post: The item as its messages.
        mark: Its ``digest``.
        delivery: What is there of it, and the form that the next one shall have.
        form: In which it was composed.
        wording: What a link to the rest says.
    """
    begun = delivery.progress
    if begun is None:
        return post[0], Progress(1, (), 0, delivery.chat, form, mark) if len(post) > 1 else None
    if mark != begun.post_hash:
        return _ending(delivery.item, wording), None
    part = post[begun.parts]
    if delivery.fallback is not form:
        part = _plainer(part, delivery.fallback, delivery.item, wording)
    return part, replace(begun, parts=begun.parts + 1) if begun.parts + 1 < len(post) else None


def with_message(begun: Progress, target: Target, message_ids: tuple[int, ...]) -> Progress:
    """What is there, with one more part; a group that moved meanwhile has its new id from now on."""
    return replace(
        begun,
        message_ids=(*begun.message_ids, *message_ids),
        last_id=next(iter(message_ids), 0),
        chat=replace(begun.chat, id=target.chat_id),
    )


def without_rest(delivery: Delivery) -> Progress | None:
    """What is there, where the others cannot be had; ``None`` where nothing is, or not even the way to the rest."""
    begun = delivery.progress
    return (
        replace(begun, post_hash=GIVEN_UP)
        if begun is not None and begun.post_hash != GIVEN_UP
        else None
    )


def answered(delivery: Delivery) -> int:
    """The id of the message that the next part answers; 0: none, as the ids of a group that moved are others."""
    begun = delivery.progress
    return begun.last_id if begun is not None and begun.chat.id == delivery.target.chat_id else 0


def _plainer(
    part: Message | RichMessage, form: Fallback, item: Item, wording: Wording
) -> Message | RichMessage:
    """A part that was refused as it was, one or more rungs lower; made of the part alone, so that the others stay.

    An article without its media; else a text, which ends with the way to the rest where it cannot
    hold everything.
    """
    if form is Fallback.UPLOAD:
        return part
    if isinstance(part, RichMessage) and form is Fallback.BARE:
        return replace(part, blocks=with_media(part.blocks, {}), media=())
    if isinstance(part, Message) and form is not Fallback.PLAIN:
        return replace(part, media=())
    text, end = plain(replace(part, media=()) if isinstance(part, Message) else part), ""
    if units(text) > TEXT_LIMIT:
        way_on = classic.render(_way_on(item, wording))
        end = f"\n\n{way_on.html if form is not Fallback.PLAIN else classic.escape(way_on.text)}"
        text = text[: word_end(text, take(text, TEXT_LIMIT - units(way_on.text) - 2))]
    return Message(classic.escape(text.strip()) + end)


def _ending(item: Item, wording: Wording) -> Message:
    """What ends an item whose other parts cannot be had any more."""
    return Message(classic.render(_way_on(item, wording)).html)


def _way_on(item: Item, wording: Wording) -> Blocks:
    link = absolute(item.link) if item.link else None
    return (Paragraph((Run("… "), Run(wording.rest, link=link)) if link else (Run("…"),)),)
