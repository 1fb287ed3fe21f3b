"""Of a document that was seen before only new items are read; all is decided as if all were."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Feed, FeedUpdate, Fetched, ParsedFeed, ParsedItem
from bot.parsing.incremental import CachedItem, CacheEntry, ItemCache, cacheable
from bot.parsing.incremental.item_cache import LARGEST
from bot.parsing.incremental.parser_state import SIMPLE, RecordingHandlers
from bot.parsing.parser import parse_feed
from bot.polling.decide import FeedDocument, UnreadableDocument, decide

CASES = sorted(
    path
    for path in (Path(__file__).parents[1] / "cases" / "feeds").iterdir()
    if path.suffix != ".expected"
)
NOW = datetime(2026, 1, 12, tzinfo=UTC)
URL = "https://feed.example/dir/feed.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Notes</title><link>https://notes.example/</link><language>en</language>
<image><url>/logo.png</url><title>Notes</title><link>https://notes.example/</link></image>
{}
</channel></rss>"""
ITEM = """<item><title>Note {0} &amp; more</title><link>/notes/{0}</link>
<guid isPermaLink="false">n{0}</guid>
<dc:creator>Ada</dc:creator><pubDate>Mon, 05 Jan 2026 10:{0:02}:00 GMT</pubDate>
<media:content url="https://notes.example/{0}.jpg" medium="image"/>
<description>&hi; <![CDATA[<p>Text {0}</p>]]></description>
</item>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Log</title><link href="https://log.example/"/><id>x</id>
{}
</feed>"""
ENTRY = """<entry xml:base="https://log.example/{0}/"><title type="html">Entry {0}</title>
<id>tag:log,{0}</id>
<link href="page"/><updated>2026-01-05T10:{0:02}:00Z</updated><author><name>Bo</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p xmlns:x="urn:{0}">Text
<b>{0}</b></p></div></content>
</entry>"""
FORMS = {"RSS": (RSS, ITEM), "Atom": (ATOM, ENTRY)}


def document(form: str, numbers: Sequence[int]) -> str:
    frame, item = FORMS[form]
    return frame.format("\n".join(map(item.format, numbers)))


def read(body: bytes, cache: bytes | None = b"", now: datetime = NOW) -> ParsedFeed:
    return parse_feed(body, "", URL, now=now, item_cache=cache)


@lru_cache(maxsize=500)
def read_first(body: bytes) -> ParsedFeed:
    """As a feed that was never read before; the same for each mutation of its document."""
    return read(body)


def outcome_of(feed: Feed, body: bytes, cache: bytes) -> FeedDocument | UnreadableDocument:
    fetched = Fetched(URL, body, "", body_hash=b"digest")
    try:
        document = read(body, cache) if cache else read_first(body)
        return FeedDocument.of(feed, fetched, document)
    except ParseError as error:
        return UnreadableDocument(fetched, error)


def poll(
    feed: Feed, body: bytes, known: frozenset[bytes], cache: bytes
) -> tuple[FeedUpdate, bytes]:
    outcome = outcome_of(feed, body, cache)
    new_cache = outcome.document.item_cache if isinstance(outcome, FeedDocument) else cache
    return decide(feed, outcome, known, NOW), new_cache


def assert_nothing_differs(documents: Sequence[bytes]) -> None:
    """Poll one after the other, with a cache and without."""
    feed, known, cache = Feed(1, URL), frozenset[bytes](), b""
    fingerprints: dict[bytes, bytes] = {}
    shared: set[bytes] = set()
    for body in documents:
        outcome = outcome_of(feed, body, b"")
        whole = decide(feed, outcome, known, NOW)
        quick, cache = poll(feed, body, known, cache)
        assert replace(quick, fingerprints=()) == replace(whole, fingerprints=())
        names = (
            Counter(keys.primary for keys in outcome.keys)
            if isinstance(outcome, FeedDocument)
            else Counter()
        )
        shared |= {
            name for name, times in names.items() if times > 1
        }  # they say now this, now that
        assert (
            changed(quick, fingerprints).keys() - shared
            == changed(whole, fingerprints).keys() - shared
        )
        fingerprints |= {new.key: new.fingerprint for new in whole.items} | dict(whole.fingerprints)
        feed, known = whole.feed, known | set(whole.keys)


def changed(update: FeedUpdate, fingerprints: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """What the store would note: items that said something else before."""
    return {
        key: found for key, found in update.fingerprints if fingerprints.get(key, found) != found
    }


def unread(first: str, second: str) -> list[str]:
    """Titles in the second document that were not read again."""
    return [
        item.title
        for item in read(second.encode(), read(first.encode()).item_cache).items
        if isinstance(item, CachedItem)
    ]


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("form", FORMS)
def test_only_the_new_item_is_read(form: str) -> None:
    before, after = document(form, [3, 2, 1]), document(form, [4, 3, 2, 1])
    quick, whole = (
        read(after.encode(), read(before.encode()).item_cache),
        read(after.encode(), None),
    )

    assert [isinstance(item, CachedItem) for item in quick.items] == [False, True, True, True]
    assert quick.items[0] == whole.items[0]
    assert quick.items[0].html
    assert replace(quick, items=(), item_cache=b"") == replace(whole, items=())
    for known, item in zip(quick.items[1:], whole.items[1:], strict=True):
        assert (known.id, known.link, known.title, known.published) == (
            item.id,
            item.link,
            item.title,
            item.published,
        )


@pytest.mark.parametrize("form", FORMS)
def test_items_in_another_order_or_fewer_of_them_need_no_reading(form: str) -> None:
    before = document(form, [5, 4, 3, 2, 1])
    assert len(unread(before, document(form, [1, 3, 5]))) == 3
    assert len(unread(before, document(form, [2, 2, 2]))) == 3


def test_items_with_groups_of_files_need_no_reading_either() -> None:
    file = '<media:content url="https://notes.example/{0}.mp4" type="video/mp4"/>'
    group = f"<media:group>{file}</media:group></item>"
    frame, item = FORMS["RSS"]
    before, after = (
        frame.format("".join(item.replace("</item>", group).format(number) for number in numbers))
        for numbers in ([3, 2, 1], [4, 3, 2, 1])
    )
    assert len(unread(before, after)) == 3


def test_an_item_that_changed_is_read() -> None:
    before = document("RSS", [3, 2, 1])
    assert unread(before, before.replace("Text 2", "Text two")) == [
        "Note 3 & more",
        "Note 1 & more",
    ]


def test_what_the_feed_says_of_itself_is_read_every_time() -> None:
    before = document("RSS", [2, 1])
    after = before.replace(
        "<title>Notes</title><link>", "<title>New notes</title><ttl>90</ttl><link>", 1
    )
    feed = read(after.encode(), read(before.encode()).item_cache)
    assert (feed.title, feed.ttl) == ("New notes", timedelta(minutes=90))
    assert all(isinstance(item, CachedItem) for item in feed.items)


WISHES = """<ttl>90</ttl><skipHours><hour>3</hour><hour>4</hour></skipHours>
<skipDays><day>Sunday</day></skipDays>
<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>"""


@pytest.mark.parametrize("place", ["<image>", "</channel>"])
def test_what_the_feed_asks_for_is_known_where_no_item_is_read(place: str) -> None:
    text = document("RSS", [3, 2, 1]).replace(place, WISHES + place)
    feed = read(text.encode(), read(text.encode()).item_cache)
    assert all(isinstance(item, CachedItem) for item in feed.items)
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (
        timedelta(minutes=90),
        frozenset({3, 4}),
        frozenset({6}),
    )
    assert feed.links == (("hub", "https://hub.example/"),)


def test_an_item_that_was_not_read_says_nothing_new_and_one_that_changed_does() -> None:
    before = document("RSS", [3, 2, 1])
    first, cache = poll(Feed(1, URL), before.encode(), frozenset(), b"")
    fingerprints = {new.key: new.fingerprint for new in first.items}
    same, cache = poll(first.feed, before.encode(), frozenset(first.keys), cache)
    after, _ = poll(
        first.feed, before.replace("Text 2", "Text two").encode(), frozenset(first.keys), cache
    )
    assert len(fingerprints) == 3
    assert same.fingerprints == ()
    assert [
        key in fingerprints and fingerprints[key] != found for key, found in after.fingerprints
    ] == [True]


DOCTYPE = "<!DOCTYPE rss [<!ATTLIST guid isPermaLink CDATA 'true'>]>"
ENTITIES = '<!DOCTYPE rss [\n<!ENTITY hi "ho">\n]>'
SECTION = "<title><![CDATA[<item></item>]]></title>"
CHANGES: dict[str, Callable[[str], str]] = {
    "what links are relative to": lambda text: text.replace(
        "<link>https://notes", "<link>https://other", 1
    ),
    "a base for all": lambda text: text.replace(
        "<channel>", '<channel xml:base="https://base.example/">'
    ),
    "the language of all": lambda text: text.replace("<channel>", '<channel xml:lang="fr">'),
    "what a prefix means": lambda text: text.replace("http://search.yahoo.com/mrss/", "urn:else"),
    "an element around all": lambda text: text.replace("</image>", "</image><a>").replace(
        "</ch", "</a></ch"
    ),
    "a document type": lambda text: text.replace("<rss", f"<?x?>{DOCTYPE}<rss", 1),
    "entities": lambda text: text.replace("<rss", f"{ENTITIES}<rss", 1),
    "a fault": lambda text: text.replace("</channel>", "<b></channel>"),
    "an item in a comment": lambda text: text.replace("<item>", "<!-- <item></item> --><item>", 1),
    "items in a section": lambda text: text.replace("<item>", f"<item>{SECTION}</item><item>", 1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_may_change_every_item_has_them_all_read(change: str) -> None:
    before = document("RSS", [3, 2, 1])
    after = CHANGES[change](before)
    assert after != before
    if change != "items in a section":
        assert unread(before, after) == []
    assert_nothing_differs([before.encode(), after.encode(), after.encode(), before.encode()])


def test_an_item_that_reaches_beyond_itself_is_read_every_time() -> None:
    reaching = ITEM.format(9).replace("</item>", '<rss xml:lang="fr"/></item>')
    text = RSS.format(ITEM.format(2) + reaching + ITEM.format(1))
    assert "Note 9 & more" not in unread(text, text)
    assert_nothing_differs([text.encode(), document("RSS", [2, 1]).encode(), text.encode()])


def test_an_item_with_an_instruction_is_read_every_time() -> None:
    text = RSS.format(ITEM.format(2) + ITEM.format(1).replace("<dc", "<?do it?><dc", 1))
    assert unread(text, text) == ["Note 2 & more"]


def test_talk_of_entities_has_every_item_read() -> None:
    text = document("RSS", [1]).replace("&amp; more", "R&D")
    talk = ITEM.format(2).replace("<title>", "<title><![CDATA[<!ENTITY]]>")
    assert_nothing_differs([text.encode(), text.replace("<item>", f"{talk}<item>", 1).encode()])


def test_an_item_cut_after_its_name_has_no_boundary() -> None:
    text = document("RSS", [2, 1])
    assert_nothing_differs([text.encode(), text[: text.rindex("<item>") + 5].encode()])


def test_a_document_with_our_instructions_is_read_whole() -> None:
    text = document("RSS", [2, 1])
    assert_nothing_differs(
        [text.encode(), text.replace("<item>", "<?tidings-boundary skip 0 0?><item>", 1).encode()]
    )


def test_an_item_whose_date_may_become_plausible_is_read_every_time() -> None:
    text = RSS.format(ITEM.format(1).replace("2026", "2027") + ITEM.format(2))
    cache = read(text.encode()).item_cache
    assert [isinstance(item, CachedItem) for item in read(text.encode(), cache).items] == [
        False,
        True,
    ]
    assert read(text.encode(), cache, NOW + timedelta(days=400)).items[0].published is not None


def test_without_a_cache_asked_for_none_is_made() -> None:
    assert read(document("RSS", [1]).encode(), None).item_cache == b""
    assert read(document("RSS", [1]).encode(), b"").item_cache != b""


# ---------------------------------------------------------------- the law

Mutation = Callable[[str, Random], str]


def _items(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"<(item|entry)\b[^>]*>.*?</\1\s*>", text, re.DOTALL))


def _beside_an_item(make: Callable[[str], str]) -> Mutation:
    """Put something before, after or in place of an item; ``make`` gets the item."""

    def mutate(text: str, chance: Random) -> str:
        item = chance.choice(_items(text) or [re.match("", text)])
        assert item is not None
        start, end = chance.choice(
            [(item.start(), item.start()), (item.end(), item.end()), item.span()]
        )
        return text[:start] + make(item[0]) + text[end:]

    return mutate


def _in_the_root(attribute: str) -> Mutation:
    return lambda text, _: re.sub(r"(<(?:rss|feed|rdf:RDF)\b)", rf"\1 {attribute}", text, count=1)


def _anywhere(insert: str, length: int = 0) -> Mutation:
    def mutate(text: str, chance: Random) -> str:
        place = chance.randrange(len(text) + 1)
        return text[:place] + insert + text[place + length :]

    return mutate


def _shuffled(text: str, chance: Random) -> str:
    places = _items(text)
    order = chance.sample(places, len(places))
    pieces, at = [], 0
    for place, item in zip(places, order, strict=True):
        pieces += [text[at : place.start()], item[0]]
        at = place.end()
    return "".join(pieces) + text[at:]


def _renamed_prefix(text: str, chance: Random) -> str:
    prefix = chance.choice(re.findall(r"xmlns:(\w+)=", text) or ["none"])
    return (
        text.replace(f"xmlns:{prefix}=", f"xmlns:q{prefix}=")
        .replace(f"<{prefix}:", f"<q{prefix}:")
        .replace(f"</{prefix}:", f"</q{prefix}:")
    )


HOURS = "<skipHours><hour>3</hour></skipHours>"
UNDECLARED = "<content type='html'><div>x</div></content>"
MUTATIONS: dict[str, Mutation] = {
    "a new item": _beside_an_item(
        lambda item: re.sub(r"(<(?:guid|id)\b[^>]*>|rdf:about=\")", r"\1new", item)
    ),
    "an item twice": _beside_an_item(lambda item: item + item),
    "an item gone": _beside_an_item(lambda _: ""),
    "a title changed": _beside_an_item(lambda item: item.replace("title>", "title>x", 1)),
    "another order": _shuffled,
    "a comment": _beside_an_item(lambda item: f"<!-- {item} -->"),
    "a processing instruction": _beside_an_item(lambda _: "<?do <item> ?>"),
    "an instruction inside": _beside_an_item(lambda item: item.replace(">", "><?do <!-- ?>", 1)),
    "a section": _beside_an_item(
        lambda item: item.replace("<title>", "<title><![CDATA[<item></item>]]>", 1)
    ),
    "an item in an item": _beside_an_item(
        lambda item: item.replace(">", "><item><title>in</title></item>", 1)
    ),
    "an empty item": _beside_an_item(lambda _: '<item/><item a=">"/>'),
    "hours to skip": _beside_an_item(lambda _: HOURS),
    "hours to skip inside": _beside_an_item(lambda item: item.replace(">", f">{HOURS}", 1)),
    "a namespace on an item": _beside_an_item(
        lambda item: item.replace(">", ' xmlns:zz="urn:z"><zz:a>1</zz:a>', 1)
    ),
    "a base on an item": _beside_an_item(
        lambda item: item.replace(">", ' xml:base="//b.example/" xml:lang="fr">', 1)
    ),
    "a feed in an item": _beside_an_item(
        lambda item: item.replace(">", '><rss xml:lang="q"/><channel/><feed/>', 1)
    ),
    "markup undeclared": _beside_an_item(lambda item: item.replace("</", f"{UNDECLARED}</")),
    "a base for all": _in_the_root('xml:base="https://base.example/x/"'),
    "a language for all": _in_the_root('xml:lang="fr_FR"'),
    "another namespace": _in_the_root('xmlns:media="urn:else"'),
    "a default namespace": _in_the_root('xmlns="urn:else"'),
    "entities": lambda text, _: re.sub(r"(?=<(?:rss|feed|rdf:RDF)\b)", ENTITIES, text, count=1),
    "a prefix renamed": _renamed_prefix,
    "another link": lambda text, _: re.sub(
        r"<link>.*?</link>", "<link>https://moved.example/</link>", text, count=1
    ),
    "a new feed title": lambda text, _: re.sub(
        r"<title>.*?</title>", "<title>moved</title>", text, count=1
    ),
    "cut": lambda text, chance: text[: chance.randrange(len(text) + 1)],
    "a stray bracket": _anywhere("<"),
    "a stray ampersand": _anywhere("&"),
    "a reference": _anywhere("&eacute;"),
    "a letter": _anywhere("x"),
    "a letter gone": _anywhere("", 1),
}
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1251", "latin-1")


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_decides_nothing_differently(mutation: str) -> None:
    chance = Random(mutation)
    cases = [path.read_text("utf-8", "ignore") for path in CASES] + [
        document(form, range(8)) for form in FORMS
    ]
    for text in cases:
        for _ in range(2):
            mutated = MUTATIONS[mutation](text, chance).encode()
            assert_nothing_differs([text.encode(), mutated, text.encode()])


@given(
    case=st.sampled_from([*(path.name for path in CASES), *FORMS]),
    steps=st.lists(
        st.lists(st.sampled_from(sorted(MUTATIONS)), max_size=2), min_size=1, max_size=4
    ),
    encoding=st.sampled_from(ENCODINGS),
    seed=st.integers(0, 1000),
)
@settings(max_examples=150)
def test_whatever_a_feed_becomes_nothing_is_decided_differently(
    case: str, steps: list[list[str]], encoding: str, seed: int
) -> None:
    chance = Random(seed)
    paths = {path.name: path for path in CASES}
    text = (
        paths[case].read_text("utf-8", "ignore") if case in paths else document(case, range(1, 7))
    )
    documents = [text.encode(encoding, "xmlcharrefreplace")]
    for names in steps:
        for name in names:
            text = MUTATIONS[name](text, chance)
        documents.append(text.encode(encoding, "xmlcharrefreplace"))
    assert_nothing_differs(documents)


# ---------------------------------------------------------------- the cache


def test_a_cached_item_keeps_what_newness_asks_of_an_item() -> None:
    item = ParsedItem("id \ud800", "https://a.example/", "Ⅳ", "Ada", NOW, "<p>x</p>", ("tag",))
    kept = cacheable(item)
    assert kept is not None
    cache = ItemCache("https://a.example/", {b"12345678": CacheEntry(b"87654321", kept)})
    assert ItemCache.unpack(cache.pack()) == cache
    assert (kept.id, kept.link, kept.title, kept.published) == (
        item.id,
        item.link,
        item.title,
        item.published,
    )


def test_an_item_known_by_its_text_alone_is_not_cached() -> None:
    assert cacheable(ParsedItem("id", None, "", html="<p>x</p>")) is None


def test_a_cache_of_another_version_or_of_too_many_bytes_is_none() -> None:
    kept = CachedItem("id", None, "Title")
    many = {bytes([0, 0, 0, 0, 0, 0, n >> 8, n & 255]): kept for n in range(900)}
    chance = Random(1)
    heavy = {name: replace(kept, title=chance.randbytes(300).hex()) for name in many}
    assert (
        0
        < len(ItemCache("", {name: CacheEntry(b"s", item) for name, item in many.items()}).pack())
        <= LARGEST
    )
    assert (
        ItemCache("", {name: CacheEntry(b"s", item) for name, item in heavy.items()}).pack() == b""
    )
    assert ItemCache.unpack(b"") == ItemCache()


def test_the_handlers_have_no_memory_that_we_do_not_look_at() -> None:
    compared = {
        "decls",
        "sourcedata",
        "contentparams",
        "namespacemap",
        "namespaces_in_use",
        "elementstack",
        "basestack",
    }
    compared |= {"langstack", "scope", "feeddata"}
    of_entries = {"entries", "property_depth_map"}
    ours = {"boundaries", "_outside", "_depths"}
    handlers = vars(RecordingHandlers())
    not_simple = {name for name, value in handlers.items() if not isinstance(value, SIMPLE)}
    assert not_simple <= compared | of_entries | ours
