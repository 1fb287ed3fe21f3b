"""The buttons below an item: its page, its comments, sharing it, more or less like it."""

from dataclasses import replace
from urllib.parse import quote

from bot.content.addresses import is_public, resolve
from bot.content.localize import Wording
from bot.content.messages.story import Story, clipped
from bot.model import (
    COMMENTS,
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
