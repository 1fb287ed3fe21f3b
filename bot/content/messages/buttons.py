"""The buttons below an item: its page, its comments, sharing it, more or less like it."""

from dataclasses import replace
from urllib.parse import quote

from bot.content.addresses import is_public, resolve
from bot.content.localize import Wording
from bot.content.messages.story import Story, clipped
from bot.model import (
    COMMENTS,
    ChatKind,
    Delivery,
    Direction,
    ItemButton,
    LinkButton,
    Message,
    Post,
    RichMessage,
    TapButton,
)

_LONGEST_URL = 1024
"""Characters of an address on a button; with longer ones Telegram might refuse the message."""
_SHARED_TITLE = 200
"""Units of the title that is shared."""
SOURCES = "sources"
"""The verb of the button that lists who tells a story; its argument is a row of the outbox."""
_SHARE = "https://t.me/share/url"
"""Opens the choice of a chat (core.telegram.org/api/links, "Share links")."""


def with_buttons(post: Post, story: Story, wording: Wording) -> Post:
    """A post with the buttons that its chat wants, below its last message.

    An album that nothing follows stays without.
    """
    *others, last = post
    if isinstance(last, Message) and len(last.media) > 1:
        return post
    own = _buttons(story, wording)
    if isinstance(last, RichMessage) and last.buttons:
        # A long article has a button that leads to its page already.
        own = [button for button in own if button.url != last.buttons[0].url]
    taps = _thumbs(story.item.id, wording) if ItemButton.THUMBS in story.options.buttons else ()
    return (*others, replace(last, buttons=(*last.buttons, *own), taps=taps))


def _thumbs(item_id: int, wording: Wording) -> tuple[TapButton, ...]:
    """What asks for more or less like an item (``chat.commands.thumbs``)."""
    # What is shown of a feed that nobody follows is not stored, so nothing can be asked about it.
    if not item_id:
        return ()
    return (
        TapButton(wording.more_like, f"{Direction.MORE}:{item_id}"),
        TapButton(wording.less_like, f"{Direction.LESS}:{item_id}"),
    )


def with_sources(
    message: Message | RichMessage, delivery: Delivery, wording: Wording
) -> Message | RichMessage:
    """A message with a button that lists all feeds that tell its story, where others do."""
    is_album = isinstance(message, Message) and len(message.media) > 1
    # To list something in a channel would be a post for all its readers: the line must do there.
    is_channel = delivery.chat.kind is ChatKind.CHANNEL
    if not delivery.item.also or not delivery.id or is_album or is_channel:
        return message
    text = f"{wording.sources} ({len(delivery.item.also) + 1})"
    return replace(message, taps=(*message.taps, TapButton(text, f"{SOURCES}:{delivery.id}")))


def _buttons(story: Story, wording: Wording) -> list[LinkButton]:
    buttons = []
    for wanted in story.options.buttons:
        match wanted:
            case ItemButton.READ:
                found = LinkButton(wording.read, story.link or "")
            case ItemButton.COMMENTS:
                found = LinkButton(wording.comments, _comments(story))
            case ItemButton.SHARE:
                found = LinkButton(wording.share, _sharing(story))
            case ItemButton.THUMBS:
                continue
        # Telegram refuses a message for one address that it does not like.
        if is_public(found.url) and len(found.url) <= _LONGEST_URL:
            buttons.append(found)
    return buttons


def _comments(story: Story) -> str:
    """Where the item is discussed, as its feed says."""
    for enclosure in story.item.enclosures:
        if enclosure.kind == COMMENTS:
            return resolve(enclosure.url, story.base) or ""
    return ""


def _sharing(story: Story) -> str:
    if story.link is None:
        return ""
    title = clipped(story.title, _SHARED_TITLE)
    address = f"{_SHARE}?url={quote(story.link, safe='')}"
    longer = f"{address}&text={quote(title, safe='')}" if title else address
    return longer if len(longer) <= _LONGEST_URL else address
