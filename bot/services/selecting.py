"""Which of a chat's subscriptions somebody means: by number, address or title. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BadAddress
from bot.fetching.url import normalise, without_userinfo
from bot.model import Feed, Subscription
from bot.polling.identity import normalise_link
from bot.public_url import public_url

ALL = frozenset({"all", "全部", "所有"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody meant for certain, or else what they may have meant; both empty: nothing."""

    certain: tuple[Subscription, ...] = ()
    possible: tuple[Subscription, ...] = ()
    """Where words fit several subscriptions, so that somebody has to choose."""


def select(subscriptions: Sequence[Subscription], words: Sequence[str]) -> Selection:
    """The subscriptions that the words name, each once.

    The words are ``all``, numbers as ``/list`` gives them, addresses, or one title. An address or a
    title that fits several subscriptions, be it in several topics, leaves a choice.
    """
    if len(words) == 1 and words[0].casefold() in ALL:
        return Selection(tuple(subscriptions))
    selected: dict[Subscription, None] = {}
    is_certain = True
    for word in words:
        matches = _by_word(subscriptions, word)
        if not matches:
            # One word that is neither a number nor an address: they are a title, all together.
            matches = _by_title(subscriptions, " ".join(words))
            selected, is_certain = dict.fromkeys(matches), len(matches) == 1
            break
        selected |= dict.fromkeys(matches)
        is_certain = is_certain and len(matches) == 1
    if is_certain:
        return Selection(certain=tuple(selected))
    return Selection(possible=tuple(selected))


def _by_word(subscriptions: Sequence[Subscription], word: str) -> Sequence[Subscription]:
    number = word.removeprefix("#").rstrip(".,")
    if number.isascii() and number.isdigit():
        index = int(number)
        return subscriptions[index - 1 : index] if index > 0 else []
    try:
        link = normalise_link(without_userinfo(normalise(word)))
    except BadAddress:
        return []
    return [subscription for subscription in subscriptions if link in _links(subscription.feed)]


def _links(feed: Feed) -> set[str]:
    """What the feed may be called: its address, as it is and as it is shown, and its site's."""
    return {
        normalise_link(without_userinfo(feed.url)),
        normalise_link(normalise(public_url(feed.url))),
        normalise_link(feed.link or ""),
    }


def _by_title(subscriptions: Sequence[Subscription], text: str) -> list[Subscription]:
    wanted = text.casefold().strip()
    titles = [(subscription.feed.title.casefold(), subscription) for subscription in subscriptions]
    exact = [subscription for title, subscription in titles if title == wanted]
    # A number that is not in the list means no "Top 10".
    if exact or not wanted or wanted.isdigit():
        return exact
    return [subscription for title, subscription in titles if wanted in title]
