"""How an item becomes a message: the values of the settings, once they are decided."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.template import Template


class Style(StrEnum):
    """What an item becomes in a chat.

    Classic: pictures with a summary. Rich: the whole article. Link: its link with a preview.
    Telegraph: a page there. Auto: whatever of these suits the item.
    """

    CLASSIC = "classic"
    RICH = "rich"
    LINK = "link"
    TELEGRAPH = "telegraph"
    AUTO = "auto"


class Images(StrEnum):
    """Which pictures of an item are shown, and what plays."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"
    ONLY = "only"
    """All, and items that have none are not sent."""


class Spoilers(StrEnum):
    """Which pictures are hidden until they are tapped."""

    ADULT = "adult"
    """Those that their feed marks so."""
    ALL = "all"
    NONE = "none"


class Preview(StrEnum):
    """The card of a link below a text (Bot API, LinkPreviewOptions)."""

    AUTO = "auto"
    """As large as Telegram finds right."""
    OFF = "off"
    SMALL = "small"
    LARGE = "large"
    ABOVE = "above"
    """Large, above the text."""


class Shown(StrEnum):
    """Whether a line of a message is there."""

    AUTO = "auto"
    """Where it says something new."""
    ON = "on"
    OFF = "off"


class Sound(StrEnum):
    """Whether people hear of a message."""

    LOUD = "loud"
    SILENT = "silent"
    HIGHLIGHTED = "highlighted"
    """Silent, but for what a rule highlights."""


class Edits(StrEnum):
    """What becomes of a message whose item changed."""

    OFF = "off"
    EDIT = "edit"
    MARK = "mark"
    """Edited, and marked as such."""


class ItemButton(StrEnum):
    """A button below an item."""

    READ = "read"
    COMMENTS = "comments"
    SHARE = "share"
    THUMBS = "thumbs"
    """Two of them, to have more or less like it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an item becomes a message."""

    title: str = ""
    """What the feed is called here; empty: as it calls itself."""
    hashtags: tuple[str, ...] = ()
    """Of our own, without the sign."""
    tags: bool = True
    """Whether the categories of the item become hashtags, too."""
    summary: int = 500
    """Characters of summary at the most; 0: none."""
    style: Style = Style.CLASSIC
    template: Template | None = None
    """How the classic style is laid out; ``None``: title, summary, where it is from."""
    images: Images = Images.ALL
    spoilers: Spoilers = Spoilers.ADULT
    preview: Preview = Preview.AUTO
    source: Shown = Shown.AUTO
    author: Shown = Shown.AUTO
    date: Shown = Shown.AUTO
    sound: Sound = Sound.LOUD
    mark: str = ""
    """What a highlighted item is marked with: a star, and the name of the rule."""
    edits: Edits = Edits.OFF
    buttons: tuple[ItemButton, ...] = ()
    time_zone: str = "UTC"
    shows_time: bool = False
    """Whether dates tell the time of day, too: where a chat chose its zone, they mean that."""
    language: str = "en"
    footers: tuple[str, ...] = ()
    """What the operator calls boilerplate, besides what is known: regular expressions
    (``bot.model.regex``)."""
