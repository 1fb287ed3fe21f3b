"""Whether two items tell the same story, and by what such items are found among millions.

A wrong "yes" hides news, a wrong "no" only tells it twice: so titles must say the same in all but
who said it, inflections, and a clause that one of them has more. What contradicts (numbers,
versions, days, negations, names in another place) parts them, however alike they are else.
"""

from collections.abc import Iterator
from hashlib import blake2b
from itertools import combinations
from urllib.parse import urlsplit

from bot.model.story import StoryKeys, StoryTier
from bot.stories.links import is_telling, link_form
from bot.stories.words import Words, headline, rarest_first, without_outlet, words_of

ALIKE = 0.6
"""The least Jaccard of the words of two titles that tell one story (measured: docs/stories.md)."""
_LEAST_SHARED = 4
"""Words that two titles share at least, where one of them has a clause more."""
_PREFIX = 5
"""The rarest words of a title of which every three make a key."""
_ENDINGS = frozenset({"", "s", "es", "ed", "d", "ing", "e"})
"""How words may end otherwise in Latin letters and still say the same."""
_LEAST_STEM = 4


def keys_of(title: str, link: str | None, feed_title: str) -> StoryKeys:
    """What the story of an item is found by.

    Args:
        title: Of the item, plain text.
        link: Where it leads to, without redirects and trackers.
        feed_title: Of its feed, which may stand in each title, too.
    """
    form = link_form(link)
    head = headline(title, _names_of(feed_title, link))
    return StoryKeys(
        headline=head,
        link=_key("link", form) if form else None,
        is_link_telling=is_telling(form),
        words=tuple(_word_keys(head)),
    )


def tells_the_same(one: StoryKeys, other: StoryKeys) -> StoryTier | None:
    """By what two items, found by a common key, tell the same story; ``None``: they do not."""
    first, second = words_of(one.headline), words_of(other.headline)
    if one.link is not None and one.link == other.link:
        if one.is_link_telling or not _contradict(first, second):
            return StoryTier.LINK
        return None
    if not first.is_telling or not second.is_telling:
        return None
    if first.facts == second.facts and _say_the_same(first, second):
        return StoryTier.WORDS
    return StoryTier.WORDS if _differ_by_outlet(one.headline, other.headline) else None


def likeness(first: Words, second: Words) -> float:
    """The Jaccard of the words of two titles."""
    mine, yours = set(first.all), set(second.all)
    return len(mine & yours) / (len(mine | yours) or 1)


def _contradict(first: Words, second: Words) -> bool:
    """Whether each has a number or a day that the other has not."""
    mine, yours = set(first.facts), set(second.facts)
    return bool(mine - yours and yours - mine)


def _say_the_same(first: Words, second: Words) -> bool:
    if first.plain == second.plain:
        return True
    mine, yours = _stemmed(first, second)
    if len(set(_flat(mine))) > len(set(_flat(yours))):
        first, second, mine, yours = second, first, yours, mine
    short, long = _flat(mine), _flat(yours)
    shared, whole = set(short), set(long)
    if not shared <= whole or len(shared) / len(whole) < ALIKE:
        return False
    if shared < whole:
        if len(shared) < _LEAST_SHARED:
            return False
        # What one says more must be whole clauses: "Pixel" and "Pixel Watch" are two things.
        long = [word for clause in yours if not shared.isdisjoint(clause) for word in clause]
        if set(long) != shared:
            return False
    return _are_in_order(short, long, first, second)


def _are_in_order(short: list[str], long: list[str], first: Words, second: Words) -> bool:
    """Whether words stand in the same order, or only the two halves or a name change places.

    Names never change places with one another: who beats whom makes two stories.
    """
    short, long = list(dict.fromkeys(short)), list(dict.fromkeys(long))
    if short == long:
        return True
    names = first.names | second.names
    if not (first.shows_names or second.shows_names):
        # Nothing tells names here: any word may be one.
        return False
    if [word for word in short if word in names] != [word for word in long if word in names]:
        return False
    return _is_one_move(short, long, names)


def _is_one_move(short: list[str], long: list[str], names: frozenset[str]) -> bool:
    begin = next(index for index, (a, b) in enumerate(zip(short, long, strict=True)) if a != b)
    end = len(short)
    while short[end - 1] == long[end - 1]:
        end -= 1
    mine, yours = short[begin:end], long[begin:end]
    is_whole = len(mine) == len(short)
    for cut in range(1, len(mine)):
        ahead, behind = mine[:cut], mine[cut:]
        if behind + ahead == yours:
            # "Former" before another noun makes another sentence, "Norland" does not.
            return is_whole or names.issuperset(ahead) or names.issuperset(behind)
    return False


def _stemmed(first: Words, second: Words) -> tuple[list[list[str]], list[list[str]]]:
    """The clauses of both, words that only end otherwise being written alike."""
    mine, yours = set(first.all), set(second.all)
    alike = {}
    for word in mine - yours:
        for twin in yours - mine:
            if _is_inflected(word, twin):
                alike[twin] = word
    return (
        [list(clause) for clause in first.clauses],
        [[alike.get(word, word) for word in clause] for clause in second.clauses],
    )


def _is_inflected(word: str, twin: str) -> bool:
    if not (word.isascii() and twin.isascii()):
        return False
    stem = 0
    while stem < min(len(word), len(twin)) and word[stem] == twin[stem]:
        stem += 1
    return stem >= _LEAST_STEM and {word[stem:], twin[stem:]} <= _ENDINGS


def _flat(clauses: list[list[str]]) -> list[str]:
    return [word for clause in clauses for word in clause]


def _differ_by_outlet(mine: str, yours: str) -> bool:
    """Whether one is the other with a few words behind a dash, as collections of news write it."""
    if len(mine) > len(yours):
        mine, yours = yours, mine
    base, short = words_of(without_outlet(yours)), words_of(mine)
    if words_of(yours).facts != short.facts or len(base.all) < _LEAST_SHARED:
        return False
    return base.facts == short.facts and _say_the_same(base, short)


def _names_of(feed_title: str, link: str | None) -> tuple[str, ...]:
    """What the site of an item is called."""
    try:
        host = (urlsplit(link or "").hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    labels = [label for label in host.split(".")[:-1] if len(label) > 3]
    parts = [
        part.strip() for mark in ("|", " - ", " – ", " — ", ":") for part in feed_title.split(mark)
    ]
    return tuple(dict.fromkeys([feed_title, *parts, host, *labels]))


def _word_keys(head: str) -> Iterator[int]:
    """Of the title as a whole, and of every three of its rarest words."""
    words = words_of(head)
    if not words.is_telling:
        return
    yield _key("title", words_of(without_outlet(head)).plain)
    for group in combinations(sorted(list(rarest_first(words.all))[:_PREFIX]), 3):
        yield _key("words", *group)


def _key(kind: str, *parts: str) -> int:
    text = "\n".join((kind, *parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1
