"""Which of a chat's subscriptions somebody means: by number, address or title. Pure."""

from collections.abc import Sequence

from bot.errors import BadAddress
from bot.fetching.url import normalise, public_url
from bot.model import Subscription
from bot.polling.identity import normalise_link

ALL = frozenset({"all", "全部", "所有"})


def select(subscriptions: Sequence[Subscription], words: Sequence[str]) -> list[Subscription]:
    """Every subscription that the words name: ``all``, numbers as ``/list`` gives them, addresses, or one title."""
    if len(words) == 1 and words[0].casefold() in ALL:
        return list(subscriptions)
    by_word = [_by_word(subscriptions, word) for word in words]
    if all(by_word):
        return list(dict.fromkeys(one for found in by_word for one in found))
    return _by_title(subscriptions, " ".join(words))


def _by_word(subscriptions: Sequence[Subscription], word: str) -> list[Subscription]:
    number = word.removeprefix("#").rstrip(".,")
    if number.isascii() and number.isdigit():
        return (
            list(subscriptions[int(number) - 1 : int(number)])
            if 0 < int(number) <= len(subscriptions)
            else []
        )
    try:
        wanted = normalise_link(public_url(normalise(word)))
    except BadAddress:
        return []
    return [
        one
        for one in subscriptions
        if wanted in {normalise_link(public_url(one.feed.url)), normalise_link(one.feed.link or "")}
    ]


def _by_title(subscriptions: Sequence[Subscription], text: str) -> list[Subscription]:
    wanted = text.casefold().strip()
    exact = [one for one in subscriptions if one.feed.title.casefold() == wanted]
    if (
        exact or not wanted or wanted.isdigit()
    ):  # a number that is not in the list means no "Top 10"
        return exact
    return [one for one in subscriptions if wanted in one.feed.title.casefold()]
