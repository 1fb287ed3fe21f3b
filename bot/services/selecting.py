"""Which of a chat's subscriptions somebody means: by number, address or title. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BadAddress
from bot.fetching.url import normalise, without_userinfo
from bot.model import SubscriptionName
from bot.polling.identity import normalise_link
from bot.public_url import public_url

ALL = frozenset({"all", "全部", "所有"})


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids of what somebody meant for certain, or else of what they may have meant."""

    certain: tuple[int, ...] = ()
    possible: tuple[int, ...] = ()
    """Where words fit several subscriptions, so that somebody has to choose."""


def means_all(words: Sequence[str]) -> bool:
    """Whether the words mean every subscription there is."""
    return len(words) == 1 and words[0].casefold() in ALL


def select(names: Sequence[SubscriptionName], words: Sequence[str]) -> Selection:
    """The subscriptions that the words name, each once.

    The words are numbers as ``/list`` gives them, addresses, or one title. An address or a title
    that fits several subscriptions, be it in several topics, leaves a choice.
    """
    selected: dict[int, None] = {}
    is_certain = True
    for word in words:
        matches = _by_word(names, word)
        if not matches:
            # One word that is neither a number nor an address: they are a title, all together.
            matches = _by_title(names, " ".join(words))
            selected, is_certain = _ids(matches), len(matches) == 1
            break
        selected |= _ids(matches)
        is_certain = is_certain and len(matches) == 1
    if is_certain:
        return Selection(certain=tuple(selected))
    return Selection(possible=tuple(selected))


def _ids(matches: Sequence[SubscriptionName]) -> dict[int, None]:
    return dict.fromkeys(name.id for name in matches)


def _by_word(names: Sequence[SubscriptionName], word: str) -> Sequence[SubscriptionName]:
    number = word.removeprefix("#").rstrip(".,")
    if number.isascii() and number.isdigit():
        index = int(number)
        return names[index - 1 : index] if index > 0 else []
    try:
        link = normalise_link(without_userinfo(normalise(word)))
    except BadAddress:
        return []
    host = link.removeprefix("//").partition("/")[0]
    near = [name for name in names if _may_be_at(host, name)]
    return [name for name in near if link in _links(name)]


def _may_be_at(host: str, name: SubscriptionName) -> bool:
    """Whether it is worth to compare its addresses, which takes long for thousands of them."""
    addresses = f"{name.url} {name.link or ''}"
    # A host in letters of its own is written in two ways.
    return host in addresses.lower() or "xn--" in addresses or not addresses.isascii()


def _links(name: SubscriptionName) -> set[str]:
    """What the feed may be called: its address, as it is and as it is shown, and its site's."""
    return {
        normalise_link(without_userinfo(name.url)),
        normalise_link(normalise(public_url(name.url))),
        normalise_link(name.link or ""),
    }


def _by_title(names: Sequence[SubscriptionName], text: str) -> list[SubscriptionName]:
    wanted = text.casefold().strip()
    titles = [(name.title.casefold(), name) for name in names]
    exact = [name for title, name in titles if title == wanted]
    # A number that is not in the list means no "Top 10".
    if exact or not wanted or wanted.isdigit():
        return exact
    return [name for title, name in titles if wanted in title]
