"""Which messages an item becomes: the style that was chosen, as far as Telegram takes it."""

from dataclasses import replace

from bot.content.localize import Wording
from bot.content.messages.article import compose_articles
from bot.content.messages.buttons import with_buttons
from bot.content.messages.story import story_of
from bot.content.messages.summary import compose_card, compose_sequence
from bot.content.split.rich_limits import LIMITS
from bot.model import Fallback, FeedRef, Images, Item, Options, Post, Sound, Style

ARTICLE_FALLBACKS = {Fallback.FULL, Fallback.UPLOAD, Fallback.HALVED, Fallback.BARE}
"""How far an article can fall back and still be one."""
LONG = 4000
"""Characters of HTML from which on ``auto`` sends the article: what no summary does justice to."""


def compose_in_style(
    item: Item,
    feed: FeedRef,
    options: Options,
    fallback: Fallback,
    wording: Wording,
    page: str | None = None,
) -> Post:
    """An item as its chat wants it, in one message wherever one will do.

    Args:
        item: What to show.
        feed: Where it is from.
        options: How; ``style`` above all.
        fallback: How much plainer it must be.
        wording: What a message says of itself.
        page: Where the item stands as a page; ``None``: it does not.
    """
    post = _compose(item, feed, options, fallback, wording, page)
    # The last resort goes without anything that Telegram might refuse.
    if options.buttons and fallback is not Fallback.PLAIN:
        post = with_buttons(post, story_of(item, feed, options), wording)
    if options.sound is Sound.LOUD:
        return post
    return tuple(replace(message, is_silent=True) for message in post)


def _compose(
    item: Item,
    feed: FeedRef,
    options: Options,
    fallback: Fallback,
    wording: Wording,
    page: str | None,
) -> Post:
    style = _chosen(item, options.style)
    if style is Style.RICH and fallback in ARTICLE_FALLBACKS:
        limits = LIMITS.halved() if fallback is Fallback.HALVED else LIMITS
        return compose_articles(
            item, feed, options, media=fallback is not Fallback.BARE, limits=limits, wording=wording
        )
    if style is Style.TELEGRAPH and page and fallback is Fallback.FULL:
        return (compose_card(item, feed, options, page, wording),)
    if style is Style.LINK:
        options = replace(options, summary=0, images=Images.NONE, template=None)
    # The rungs between only change how files are sent, or belong to articles: what a classic
    # message says is the same.
    if fallback not in {Fallback.TEXT, Fallback.PLAIN}:
        fallback = Fallback.FULL
    return compose_sequence(item, feed, options, fallback, wording)


def _chosen(item: Item, style: Style) -> Style:
    if style is not Style.AUTO:
        return style
    return Style.RICH if len(item.html) > LONG else Style.CLASSIC
