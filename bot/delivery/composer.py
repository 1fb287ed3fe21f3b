"""What is sent of a delivery: composed now, so that today's settings hold; once for all chats that want it alike."""

import time
from dataclasses import replace
from functools import lru_cache, partial

import structlog

from bot.content.localize import Wording
from bot.content.messages.progress import GIVEN_UP, digest, next_part
from bot.content.messages.styles import ARTICLE_FALLBACKS, compose_in_style
from bot.content.messages.summary import compose
from bot.errors import TemplateFault
from bot.i18n import Translator
from bot.model import (
    Chat,
    Delivery,
    Fallback,
    FeedRef,
    Item,
    Message,
    Options,
    Post,
    Progress,
    RichMessage,
    Style,
)
from bot.settings import LANGUAGE, STYLE, Operator, choose, resolve

log = structlog.get_logger()

COMPOSED = 128
"""Messages that are kept as long as they may go to more chats."""
ASK_AGAIN = 24 * 3600.0
"""Seconds after which a server that knew no rich messages is asked again."""


class Composer:
    """Composes by what a chat chose, and by what the operator chose where it did not."""

    def __init__(self, operator: Operator, translator: Translator) -> None:
        self._operator = operator
        self._translator = translator
        # An item goes to all its chats within seconds: it is composed once for each set of options
        # among them.
        self._compose_once = lru_cache(maxsize=COMPOSED)(_composed)
        self._no_articles_until = 0.0

    def style_of(self, chat: Chat) -> Style:
        """What items look like in a chat."""
        return choose(STYLE, self._operator, chat).value

    def leave_articles(self) -> None:
        """The server knows none: until it is asked again, nobody gets one."""
        self._no_articles_until = time.monotonic() + ASK_AGAIN

    def next(
        self, delivery: Delivery, page: str | None
    ) -> tuple[Message | RichMessage, Progress | None]:
        """The message whose turn it is, and what will be there with it where others follow."""
        begun = delivery.progress
        chat, form = (begun.chat, begun.fallback) if begun else (delivery.chat, delivery.fallback)
        if (
            begun is None
            and form in ARTICLE_FALLBACKS
            and self._no_articles_until > time.monotonic()
        ):
            form = Fallback.CLASSIC
        post, mark = self._compose(delivery, chat, form, page)
        if begun and begun.post_hash not in {mark, GIVEN_UP}:
            log.warning(
                "composed otherwise than begun", chat=delivery.target.chat_id, item=delivery.item.id
            )
        return next_part(
            post, mark, delivery, form, self._wording(choose(LANGUAGE, self._operator, chat).value)
        )

    def _compose(
        self, delivery: Delivery, chat: Chat, form: Fallback, page: str | None
    ) -> tuple[Post, str]:
        options = resolve(self._operator, chat, on_fault=partial(_log_fault, chat))
        try:
            wording = self._wording(options.language)
            return self._compose_once(delivery.item, delivery.feed, options, form, wording, page)
        except Exception:  # in one item: it must neither stop the others nor lose this one
            log.exception(
                "composing failed", item=delivery.item.id, feed=delivery.feed.id, form=form
            )
            return (
                compose(replace(delivery.item, html=""), delivery.feed, options, Fallback.PLAIN),
            ), ""

    def _wording(self, language: str) -> Wording:
        say = partial(self._translator.plain, language)
        return Wording(
            original=say("article-original"),
            rest=say("article-rest"),
            more=say("article-more"),
            listen=say("article-listen"),
            watch=say("article-watch"),
        )


def _composed(
    item: Item, feed: FeedRef, options: Options, form: Fallback, wording: Wording, page: str | None
) -> tuple[Post, str]:
    post = compose_in_style(item, feed, options, form, wording, page)
    return post, digest(post) if len(post) > 1 else ""


def _log_fault(chat: Chat, fault: TemplateFault) -> None:
    """A template was saved by a version that understood it."""
    log.warning("template_not_understood", chat=chat.id, reason=str(fault))
