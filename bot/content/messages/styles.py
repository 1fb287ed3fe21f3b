"""Which messages an item becomes: the style that was chosen, as far as the form still allows it."""

from dataclasses import replace

from bot.content.localize import Wording
from bot.content.messages.article import compose_articles
from bot.content.messages.summary import compose_card, compose_sequence
from bot.content.split.budget import LIMITS
from bot.model import Fallback, FeedRef, Item, Options, Post, Style

ARTICLES = {Fallback.FULL, Fallback.UPLOAD, Fallback.HALVED, Fallback.BARE}
"""The forms that an article may have."""
LONG = 4000
"""Characters of HTML from which on ``auto`` sends the article: what no summary does justice to."""


def compose_in_style(
    item: Item,
    feed: FeedRef,
    options: Options,
    form: Fallback,
    wording: Wording,
    page: str | None = None,
) -> Post:
    """An item as its chat wants it, in one message wherever one will do.

    Args:
        item: What to show.
        feed: Where it is from.
        options: How; ``style`` above all.
        form: The rung of plainness.
        wording: What a message says of itself.
        page: Where the item stands as a page; ``None``: it does not.
    """
    style = _chosen(item, options.style)
    if style is Style.RICH and form in ARTICLES:
        limits = LIMITS.halved() if form is Fallback.HALVED else LIMITS
        return compose_articles(
            item, feed, options, media=form is not Fallback.BARE, limits=limits, wording=wording
        )
    if style is Style.TELEGRAPH and page and form is Fallback.FULL:
        return (compose_card(item, feed, options, page),)
    if style is Style.LINK:
        options = replace(options, summary=0, images="none", template=None)
    return compose_sequence(
        item,
        feed,
        options,
        form if form in {Fallback.TEXT, Fallback.PLAIN} else Fallback.FULL,
        wording,
    )


def _chosen(item: Item, style: Style) -> Style:
    if style is not Style.AUTO:
        return style
    return Style.RICH if len(item.html) > LONG else Style.CLASSIC
