"""Composes the messages of a delivery, once for all chats with the same options.

It is composed when its turn comes, so that today's settings hold.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import cast

import structlog

from bot.content.localize import Wording
from bot.content.messages.buttons import with_sources
from bot.content.messages.digest import Part as DigestPart
from bot.content.messages.links import compose_links
from bot.content.messages.progress import GIVEN_UP, hash_of, next_message
from bot.content.messages.styles import ARTICLE_FALLBACKS, compose_in_style
from bot.content.messages.summary import compose
from bot.delivery.digesting import next_part
from bot.errors import TemplateFault
from bot.i18n import Translator
from bot.model import (
    AlsoIn,
    Attachment,
    Delivery,
    DigestDelivery,
    Fallback,
    FeedRef,
    Images,
    Item,
    Message,
    Options,
    Post,
    Preferences,
    Progress,
    RichMessage,
    Sound,
    Style,
)
from bot.settings import IMAGES, LANGUAGE, STYLE, Operator, choose, resolve

log = structlog.get_logger()

COMPOSED = 128
"""Compositions that are kept as long as they may go to more chats."""
ASK_AGAIN = 24 * 3600.0
"""Seconds after which a server that knew no rich messages is asked again."""


@dataclass(frozen=True, slots=True)
class _Key:
    """Everything that tells one composition from another, in short values.

    Not the item and the feed themselves: hashing an item with its HTML for every chat costs more
    than finding its composition. The content of a row is never replaced, only dropped in the end,
    so its length says enough of it.
    """

    item_id: int
    item: tuple[str, str | None, str, int]
    """Title, link, author, and the length of the HTML."""
    feed: tuple[str, str | None, str]
    """Title and addresses; nothing else of a feed is shown."""
    options: Options
    fallback: Fallback
    page: str | None
    also: tuple[AlsoIn, ...]


@dataclass(frozen=True, slots=True)
class _Composition:
    post: Post
    post_hash: str
    """Empty where the post is one message."""


class Composer:
    """Composes by what a chat chose, and by what the operator chose where it did not."""

    def __init__(self, operator: Operator, translator: Translator) -> None:
        self._operator = operator
        self._translator = translator
        # An item goes to all its chats within seconds: it is composed once for each set of options
        # among them, the least recently used making room.
        self._composed: OrderedDict[_Key, _Composition] = OrderedDict()
        # Large items are composed on a thread. Held for a moment only, never while composing.
        self._lock = threading.Lock()
        self._wording = lru_cache(partial(wording_of, translator))
        self._no_articles_until = 0.0

    def style_of(self, delivery: Delivery) -> Style:
        """What an item becomes."""
        return choose(STYLE, self._operator, delivery.preferences).value

    def is_unwanted(self, delivery: Delivery) -> bool:
        """Whether only items with pictures are wanted, and this one has none."""
        if choose(IMAGES, self._operator, delivery.preferences).value is not Images.ONLY:
            return False
        options = resolve(self._operator, delivery.preferences)
        return not compose(delivery.item, delivery.feed, options).media

    def leave_articles(self) -> None:
        """Send no articles for a day, because the server knows no rich messages."""
        self._no_articles_until = time.monotonic() + ASK_AGAIN

    def next(
        self, delivery: Delivery, page: str | None
    ) -> tuple[Message | RichMessage, Progress | None]:
        """The message whose turn it is, and what will be there with it where others follow."""
        progress = delivery.progress
        if progress:
            # The settings of the first part hold for all of them: parts that were composed with
            # others would not fit together.
            preferences, fallback = progress.preferences, progress.fallback
        else:
            preferences, fallback = delivery.preferences, delivery.fallback
            if fallback in ARTICLE_FALLBACKS and self._no_articles_until > time.monotonic():
                fallback = Fallback.CLASSIC
        composition = self._compose(delivery, preferences, fallback, page)
        if progress and progress.post_hash not in {composition.post_hash, GIVEN_UP}:
            log.warning("composition_changed", chat=delivery.target.chat_id, item=delivery.item.id)
        wording = self._wording(choose(LANGUAGE, self._operator, preferences).value)
        message, progress = next_message(
            composition.post, composition.post_hash, delivery, fallback, wording
        )
        if progress is None and fallback is not Fallback.PLAIN:
            message = with_sources(message, delivery, wording)
        return message, progress

    def buttons(self, delivery: Delivery, page: str | None) -> Message:
        """The buttons alone that stand below the last message of an item."""
        composition = self._compose(delivery, delivery.preferences, delivery.fallback, page)
        post = composition.post[-1]
        last = Message("", buttons=post.buttons, taps=post.taps)
        wording = self._wording(choose(LANGUAGE, self._operator, delivery.preferences).value)
        return cast(Message, with_sources(last, delivery, wording))

    def digest(self, delivery: DigestDelivery, now: datetime) -> DigestPart | None:
        """The next message of a digest; ``None``: nothing is left to tell."""
        fallback = delivery.fallback
        if fallback in ARTICLE_FALLBACKS and self._no_articles_until > time.monotonic():
            fallback = Fallback.CLASSIC
        return next_part(delivery, fallback, self._operator, self._translator, now)

    def links(self, delivery: Delivery, files: Sequence[Attachment]) -> Message:
        """What leads to files that could not be sent."""
        language = choose(LANGUAGE, self._operator, delivery.preferences).value
        return compose_links(files, self._wording(language), language)

    def _compose(
        self, delivery: Delivery, preferences: Preferences, fallback: Fallback, page: str | None
    ) -> _Composition:
        item, feed = delivery.item, delivery.feed
        options = resolve(
            self._operator, preferences, on_fault=partial(_log_fault, delivery.target.chat_id)
        )
        if delivery.is_silent:
            options = replace(options, sound=Sound.SILENT)
        if delivery.is_highlight:
            mark = f"⭐ {delivery.highlight}".strip()
            options = replace(options, sound=Sound.LOUD, mark=mark)
        try:
            composition = self._compose_once(item, feed, options, fallback, page)
            if item.also and len(composition.post) > 1:
                # Parts that are there already must stay as they are: only the button tells.
                alone = replace(item, also=())
                composition = self._compose_once(alone, feed, options, fallback, page)
        except Exception:  # in one item: it must neither stop the others nor lose this one
            log.exception("composition_failed", item=item.id, feed=feed.id, fallback=fallback)
            # The body is what composing most likely failed on; title and link still tell of the
            # item. The empty hash fits no progress, so an item that is partly sent ends with a link
            # to the rest.
            without_content = replace(item, html="")
            return _Composition((compose(without_content, feed, options, Fallback.PLAIN),), "")
        return composition

    def _compose_once(
        self, item: Item, feed: FeedRef, options: Options, fallback: Fallback, page: str | None
    ) -> _Composition:
        key = _Key(
            item_id=item.id,
            item=(item.title, item.link, item.author, len(item.html)),
            feed=(feed.title, feed.link, feed.url),
            options=options,
            fallback=fallback,
            page=page,
            also=item.also,
        )
        with self._lock:
            known = self._composed.get(key)
            if known is not None:
                self._composed.move_to_end(key)
                return known
        wording = self._wording(options.language)
        # Outside of the lock, as it takes long: composed twice at the same time does no harm.
        post = compose_in_style(item, feed, options, fallback, wording, page)
        composition = _Composition(post, hash_of(post) if len(post) > 1 else "")
        # What a preview shows of a feed that nobody follows has no row, hence no id to know it by.
        if item.id:
            with self._lock:
                self._composed[key] = composition
                if len(self._composed) > COMPOSED:
                    self._composed.popitem(last=False)
        return composition


def wording_of(translator: Translator, language: str) -> Wording:
    """The words of messages in a language."""
    say = partial(translator.plain, language)
    return Wording(
        original=say("article-original"),
        rest=say("article-rest"),
        more=say("article-more"),
        listen=say("article-listen"),
        watch=say("article-watch"),
        picture=say("article-picture"),
        file=say("article-file"),
        comments=say("article-comments"),
        read=say("article-read"),
        share=say("article-share"),
        also=say("article-also"),
        sources=say("article-sources"),
        more_like=say("button-more-like"),
        less_like=say("button-less-like"),
    )


def _log_fault(chat_id: int, fault: TemplateFault) -> None:
    """A template was saved by a version that understood it."""
    log.warning("template_not_understood", chat=chat_id, reason=str(fault))
