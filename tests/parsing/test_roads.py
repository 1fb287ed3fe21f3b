"""A document that breaks says what it said before: ids, links and bodies do not depend on it."""

from collections.abc import Callable

import pytest

from bot.errors import NotAFeed
from bot.model import BrokenItem, CutFeed, ParsedFeed
from bot.parsing.parser import parse_feed

URL = "https://ferry.example/feed"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Ferries &amp; piers</title><link>https://ferry.example/?l=en&amp;s=1</link>
<item><title>Salt &amp;amp; wind &lt;b&gt;ahead&lt;/b&gt;</title>
<link>https://ferry.example/show?no=1&amp;l=en</link>
<guid isPermaLink="false">https://ferry.example/?kind=note&#038;no=1</guid>
<dc:creator>Ann</dc:creator><pubDate>Sun, 01 Mar 2026 10:00:07 GMT</pubDate>
<description>&lt;p&gt;Both &amp;amp; all,
&lt;a href="https://ferry.example/?a=1&amp;amp;b=2"&gt;AT&amp;T&lt;/a&gt;
writes &amp;lt;b&amp;gt;&lt;/p&gt;</description>
<enclosure url="https://ferry.example/a.mp3?s=1&amp;t=2" type="audio/mpeg" length="12"/>
<category>wind &amp; rain</category></item>
<item><title><![CDATA[Rope & tar]]></title><link>https://ferry.example/2</link>
<guid>tag:ferry.example,2026:2</guid>
<content:encoded><![CDATA[<p>Rope & <b>tar</b>
<img src="https://ferry.example/p.jpg?w=1&amp;h=2"> &copy; &amp;copy;</p>]]></content:encoded>
<media:content url="https://ferry.example/p.jpg?w=1&amp;h=2" medium="image"/></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Ferries</title><id>urn:ferries</id>
<link href="https://ferry.example/"/>
<entry><title type="html">Salt &amp;amp; wind</title>
<id>https://ferry.example/?no=1&amp;kind=note</id>
<link rel="alternate" href="https://ferry.example/show?no=1&amp;l=en"/>
<updated>2026-03-01T10:00:07Z</updated><author><name>Ann &amp; Bo</name></author>
<content type="html">&lt;p&gt;Both &amp;amp; &lt;a href="/r?a=1&amp;amp;b=2"&gt;all&lt;/a&gt;
&lt;/p&gt;</content></entry>
<entry><title>Less &lt; more</title><id>urn:2</id><link href="https://ferry.example/2"/>
<updated>2026-02-28T10:00:07Z</updated><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Rope
<a href="https://ferry.example/?m=1&amp;n=2">and</a> tar &amp; more</p><br/></div></content>
</entry></feed>"""
BREAKS: dict[str, Callable[[str], str]] = {
    "a misspelt end tag": lambda text: text.replace("</channel>", "</chanel>").replace(
        "</feed>", "</fed>"
    ),
    "a script behind its end": lambda text: f"{text}\n<script>a && b < c</script>",
    "warnings before its beginning": lambda text: text.replace(
        "<rss", "<br />Warning & <b>\n<rss"
    ).replace("<feed", "<br />Warning & <b>\n<feed"),
    "no end": lambda text: text.replace("</rss>", "").replace("</feed>", "<!--"),
    "an attribute without quotation marks": lambda text: text.replace(
        'version="2.0"', "version=2.0"
    ).replace('rel="alternate"', "rel=alternate"),
    "namespaces that nobody declares": lambda text: (
        text.replace("xmlns:dc=", "data-dc=")
        .replace("xmlns:media=", "data-media=")
        .replace("xmlns:content=", "data-content=")
        .replace("<title", "<x:y>1</x:y><title")
    ),
    "an attribute twice": lambda text: text.replace(
        'type="audio/mpeg"', 'type="audio/mpeg" type="audio/mpeg"'
    ).replace('href="https://ferry.example/"', 'href="https://ferry.example/" href="x"'),
    "an item that is not closed": lambda text: text.replace("</item>", "", 1).replace(
        "</entry>", "", 1
    ),
    "an end tag of nothing": lambda text: text.replace("</item>", "</b></item>", 1).replace(
        "</entry>", "</p></entry>", 1
    ),
    "a tag in other letters": lambda text: text.replace("</item>", "</ITEM>", 1).replace(
        "</entry>", "</Entry>", 1
    ),
    "a bare bracket": lambda text: text.replace("<dc:creator>", "<x>3 < 4</x><dc:creator>").replace(
        "<name>", "<x>3 < 4</x><name>"
    ),
    "a bare ampersand, too": lambda text: (
        text.replace("no=1&amp;l=en", "no=1&l=en")
        .replace("</channel>", "</chanel>")
        .replace("</feed>", "")
    ),
    "the document twice": lambda text: text + text.partition("?>")[2],
    "dashes in a comment": lambda text: text.replace("<item>", "<!-- a -- b --><item>").replace(
        "<entry>", "<!-- a -- b --><entry>"
    ),
    "an instruction without a name": lambda text: text.replace("<item>", "<? ?><item>").replace(
        "<entry>", "<? ?><entry>"
    ),
    "a title that is not closed": lambda text: text.replace(
        "</title><link>https://ferry.example/2", "<link>https://ferry.example/2"
    ).replace("</title><id>urn:2", "<id>urn:2"),
}


def read(text: str) -> ParsedFeed:
    return parse_feed(text.encode(), "", URL)


@pytest.mark.parametrize("whole", [RSS, ATOM], ids=["RSS", "Atom"])
@pytest.mark.parametrize("damage", BREAKS.values(), ids=list(BREAKS))
def test_a_damaged_document_says_what_it_said_before(
    damage: Callable[[str], str], whole: str
) -> None:
    damaged, before = damage(whole), read(whole)
    after = read(damaged)

    assert damaged != whole
    assert after.items == before.items
    assert (after.title, after.link) == (before.title, before.link)


@pytest.mark.parametrize(("whole", "item"), [(RSS, "item"), (ATOM, "entry")])
def test_wherever_a_document_is_cut_only_whole_items_are_read(whole: str, item: str) -> None:
    items = read(whole).items
    for end in range(whole.index(f"<{item}>"), len(whole) - len("</channel></rss>"), 7):
        try:
            cut = read(whole[:end])
        except NotAFeed:
            continue

        whole_items = [read for read in cut.items if not isinstance(read, BrokenItem)]
        assert whole_items == list(items[: whole[:end].count(f"</{item}>")])
        assert len(cut.items) <= len(whole_items) + 1
        assert isinstance(cut, CutFeed)


@pytest.mark.parametrize("whole", [RSS, ATOM, RSS.replace("</rss>", "")])
def test_a_document_that_ends_is_not_cut(whole: str) -> None:
    assert not isinstance(read(whole), CutFeed)
    assert not isinstance(read(f"{whole}\n<script>"), CutFeed)
