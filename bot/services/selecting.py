"""Which of a chat's subscriptions somebody means: by number, address or title. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BadAddress
from bot.fetching.url import host_of, normalise, without_userinfo
from bot.model import SubscriptionName
from bot.polling.identity import normalise_link
from bot.public_url import public_url
from bot.settings.typed import plain, words_of

ALL = words_of("""
    all everything everyone every * 全部 所有 全都 全部订阅 所有订阅 все всё alle alles tous tout
    toutes todo todos todas tudo tutti tutto hepsi wszystkie semua همه الكل كل सभी सब
    すべて 全て 모두 vše усі всі
""")
"""What people write for every feed there is, in the commonest languages."""
_FILLING = words_of("""
    feed feeds number numbers no nr num № the and & + und et y e и i ve 和 与 與 及 第 of them
    please subscription subscriptions site 订阅 个 個 号
""")
"""Words beside numbers and addresses that name nothing."""
_BETWEEN = re.compile(r"[,;，、；،؛+&]|和|与")
"""What people write between numbers ("1,2", "1、2")."""
_NUMBER = re.compile(r"(?:#|№|no\.?|nr\.?|第)?(\d{1,18})(?:[.):]|个|個|号)?")
_RANGE = re.compile(r"(\d{1,6})\s*(?:-|–|—|\.\.|~|至|到)\s*(\d{1,6})")
LONGEST_RANGE = 1000
"""Numbers of one range."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids of what somebody meant for certain, or else of what they may have meant."""

    certain: tuple[int, ...] = ()
    possible: tuple[int, ...] = ()
    """Where words fit several subscriptions, so that somebody has to choose."""
    is_title: bool = False
    """Whether the words are in a title, all together."""


def means_all(words: Sequence[str]) -> bool:
    """Whether the words mean every subscription there is: "all", "all of them", "all feeds"."""
    meant = [word for word in map(plain, words) if word not in _FILLING]
    return len(meant) == 1 and meant[0].strip(".,!") in ALL


def is_tag(words: Sequence[str]) -> bool:
    """Whether it is a hashtag alone; "#3" is a number of the list."""
    word = "".join(words[:1])
    return len(words) == 1 and word[:1] in {"#", "＃"} and not plain(word[1:]).isdecimal()


def select(names: Sequence[SubscriptionName], words: Sequence[str]) -> Selection:
    """The subscriptions that the words name, each once.

    The words are numbers as ``/list`` gives them ("1", "1,2", "1-3", "no. 2"), addresses, or one
    title. An address or a title that fits several subscriptions, be it in several topics, leaves a
    choice.
    """
    title = " ".join(words)
    exact = _titled(names, title)
    if exact:
        return _selection(_ids(exact), is_certain=len(exact) == 1, is_title=True)
    selected: dict[int, None] = {}
    is_certain = True
    for word in _meant(words):
        matches = _by_word(names, word)
        if not matches:
            # A word that is neither a number nor an address: they are a title, all together.
            matches = _by_title(names, title)
            return _selection(_ids(matches), is_certain=len(matches) == 1, is_title=bool(matches))
        selected |= _ids(matches)
        # A range names several for certain.
        is_certain = is_certain and (len(matches) == 1 or _range_of(word) is not None)
    return _selection(selected, is_certain=is_certain)


def search(names: Sequence[SubscriptionName], words: Sequence[str]) -> list[int]:
    """The numbers in the list, from 1, of the subscriptions that hold every word.

    A word may stand in the title or in an address.
    """
    wanted = [plain(word) for word in words]
    found = []
    for number, name in enumerate(names, 1):
        text = plain(f"{name.title} {public_url(name.url)} {name.link or ''}")
        if all(word in text for word in wanted):
            found.append(number)
    return found


def select_linked(names: Sequence[SubscriptionName], links: Sequence[str]) -> int | None:
    """The subscription that links of a post lead to: by its own address, else by its host."""
    for link in links:
        selection = select(names, [link])
        if len(selection.certain) == 1:
            return selection.certain[0]
    hosts = {_host(link) for link in links}
    near = [name.id for name in names if hosts & {_host(name.url), _host(name.link or "")} - {""}]
    return near[0] if len(near) == 1 else None


def _host(link: str) -> str:
    try:
        return host_of(normalise(link)).removeprefix("www.")
    except BadAddress:
        return ""


def _selection(ids: dict[int, None], *, is_certain: bool, is_title: bool = False) -> Selection:
    if is_certain:
        return Selection(certain=tuple(ids), is_title=is_title)
    return Selection(possible=tuple(ids), is_title=is_title)


def _meant(words: Sequence[str]) -> list[str]:
    """The words that name something: "1,2" are two, and "and" is none."""
    # "1 - 3" is a range, too, whatever stands around the line.
    spaced = re.sub(r"(?<=\d)\s+([-–—~至到])\s+(?=\d)", r"\1", " ".join(words)).split()
    parts: list[str] = []
    for word in spaced:
        numbers = [part for part in _BETWEEN.split(word) if part]
        # An address may hold such signs.
        is_numbers = all(_NUMBER.fullmatch(plain(part)) or _range_of(part) for part in numbers)
        parts += numbers if is_numbers else [word]
    return [part for part in parts if plain(part).rstrip(".:") not in _FILLING] or parts


def _range_of(word: str) -> range | None:
    found = _RANGE.fullmatch(plain(word))
    if found is None:
        return None
    first, last = sorted((int(found[1]), int(found[2])))
    return range(first, last + 1) if last - first < LONGEST_RANGE else None


def _ids(matches: Sequence[SubscriptionName]) -> dict[int, None]:
    return dict.fromkeys(name.id for name in matches)


def _by_word(names: Sequence[SubscriptionName], word: str) -> Sequence[SubscriptionName]:
    numbers = _range_of(word)
    if numbers is not None:
        # Numbers that are not in the list are no feeds: then the whole range is none.
        is_there = 0 < numbers[0] <= numbers[-1] <= len(names)
        return names[numbers[0] - 1 : numbers[-1]] if is_there else []
    number = _NUMBER.fullmatch(plain(word))
    if number:
        index = int(number[1])
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


def _titled(names: Sequence[SubscriptionName], text: str) -> list[SubscriptionName]:
    """Those whose title this is. A number alone is that of the list, not of a title."""
    wanted = " ".join(plain(text).split())
    if not wanted or wanted.isdigit():
        return []
    return [name for name in names if " ".join(plain(name.title).split()) == wanted]


def _by_title(names: Sequence[SubscriptionName], text: str) -> list[SubscriptionName]:
    """Those whose title holds this."""
    wanted = plain(text).strip("\"'“”«» ")
    titles = [(plain(name.title), name) for name in names]
    # A number that is not in the list means no "Top 10".
    if not wanted or not re.search(r"[^\W\d]", wanted):
        return []
    return [name for title, name in titles if wanted in title]
