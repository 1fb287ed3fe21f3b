"""An item that takes several messages: which is next, how it falls back, how they end early."""

import json
from dataclasses import replace
from hashlib import blake2b

from bot.content.addresses import absolute
from bot.content.localize import Wording
from bot.content.measure import TEXT_LIMIT, take, units
from bot.content.media.files import with_files
from bot.content.render import classic
from bot.content.render.rich import as_parameter
from bot.content.render.terminal import plain
from bot.content.split.boundaries import word_end
from bot.model import Delivery, Fallback, Item, Message, Post, Progress, RichMessage, Target
from bot.model.document import Paragraph, Run

GIVEN_UP = "given up"
"""Stands in place of the hash after a message was refused in every form. No composition has this
hash, so a link to the rest is what follows."""


def hash_of(post: Post) -> str:
    """What tells one composition of an item from another."""
    # Not repr(), in which the styles of a run stand in another order after each start.
    contents = [
        as_parameter(message, {}) if isinstance(message, RichMessage) else message.html
        for message in post
    ]
    return blake2b(json.dumps(contents).encode(), digest_size=16).hexdigest()


def next_message(
    post: Post, post_hash: str, delivery: Delivery, fallback: Fallback, wording: Wording
) -> tuple[Message | RichMessage, Progress | None]:
    """The message whose turn it is, and the progress after it; ``None`` where it is the last.

    What was sent is never sent again. Where the item is composed otherwise than when its first
    message went out (it changed, or the operator's settings, or this program), the borders are
    elsewhere: a link to the rest takes the place of the other messages.

    Args:
        post: The item as its messages.
        post_hash: Its ``hash_of``.
        delivery: What was sent of it, and the fallback that the next message shall have.
        fallback: In which it was composed.
        wording: What a link to the rest says.
    """
    progress = delivery.progress
    if progress is None:
        if len(post) == 1:
            return post[0], None
        return post[0], Progress(
            1, (), 0, delivery.target.chat_id, delivery.preferences, fallback, post_hash
        )
    if post_hash != progress.post_hash:
        return Message(_link_to_rest(delivery.item, wording).html), None
    message = post[progress.parts]
    if delivery.fallback is not fallback:
        message = _downgraded(message, delivery.fallback, delivery.item, wording)
    count = progress.parts + 1
    return message, replace(progress, parts=count) if count < len(post) else None


def with_message(progress: Progress, target: Target, message_ids: tuple[int, ...]) -> Progress:
    """Progress with one more message; a group that moved meanwhile has its new id from now on."""
    return replace(
        progress,
        message_ids=(*progress.message_ids, *message_ids),
        # The first message of an album has its caption: that is the one to go on from.
        last_id=next(iter(message_ids), 0),
        chat_id=target.chat_id,
    )


def without_rest(delivery: Delivery) -> Progress | None:
    """Progress where the other messages cannot be sent; a link to the rest is next.

    ``None``: nothing was sent, or not even that link can be.
    """
    progress = delivery.progress
    if progress is None or progress.post_hash == GIVEN_UP:
        return None
    return replace(progress, post_hash=GIVEN_UP)


def reply_target(delivery: Delivery) -> int:
    """The id of the message that the next one replies to; 0: none.

    In a group that moved, the ids of its messages are others.
    """
    progress = delivery.progress
    if progress is None or progress.chat_id != delivery.target.chat_id:
        return 0
    return progress.last_id


def _downgraded(
    message: Message | RichMessage, fallback: Fallback, item: Item, wording: Wording
) -> Message | RichMessage:
    """A message that was refused, simpler; made of it alone, so that the others stay as they are.

    An article without its media; else a text, which ends with a link to the rest where it cannot
    hold everything.
    """
    if fallback is Fallback.UPLOAD:
        # What is said stays the same; only the files go another way.
        return message
    if isinstance(message, RichMessage) and fallback is Fallback.BARE:
        return replace(message, blocks=with_files(message.blocks, {}), media=())
    if isinstance(message, Message):
        message = replace(message, media=())
        if fallback is not Fallback.PLAIN:
            return message
    text = plain(message)
    end = ""
    if units(text) > TEXT_LIMIT:
        link = _link_to_rest(item, wording)
        shown = classic.escape(link.text) if fallback is Fallback.PLAIN else link.html
        end = f"\n\n{shown}"
        text = text[: word_end(text, take(text, TEXT_LIMIT - units(link.text) - 2))]
    return Message(classic.escape(text.strip()) + end)


def _link_to_rest(item: Item, wording: Wording) -> classic.Rendered:
    link = absolute(item.link) if item.link else None
    runs = (Run("… "), Run(wording.rest, link=link)) if link else (Run("…"),)
    return classic.render((Paragraph(runs),))
