"""The sample feeds: alive, readable, varied, and polite to conditional requests."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import feedparser
import pytest

from playground import Playground
from playground.files.pictures import Picture, sniff
from playground.samples.articles import STORIES, write
from playground.samples.pictures import HEIGHT, WIDTH, paint


@pytest.fixture
async def url() -> AsyncIterator[str]:
    playground = Playground(port=0, sample_every=0.2)
    await playground.start()
    yield f"{playground.url}/feeds/"
    await playground.stop()


async def _parse(session: aiohttp.ClientSession, url: str) -> feedparser.FeedParserDict:
    async with session.get(url) as response:
        return feedparser.parse(
            await response.read(),
            response_headers={"content-type": response.headers["content-type"]},
        )


async def test_the_daily_sample_publishes(session: aiohttp.ClientSession, url: str) -> None:
    first = await _parse(session, f"{url}sample.xml")
    assert not first.bozo
    assert first.feed.title == "The Daily Sample"
    assert len(first.entries) >= 5
    await asyncio.sleep(0.3)
    later = await _parse(session, f"{url}sample.xml")
    assert len(later.entries) > len(first.entries)
    ids = [entry.id for entry in later.entries]
    assert len(set(ids)) == len(ids)
    assert set(ids) > {entry.id for entry in first.entries}
    for entry in later.entries:
        assert entry.title
        assert entry.author
        assert entry.tags
        assert entry.content[0].value
        assert entry.published_parsed


async def test_an_item_is_published_at_once_when_somebody_asks(
    session: aiohttp.ClientSession, url: str
) -> None:
    playground = Playground(port=0, sample_every=0)
    await playground.start()
    try:
        feed = f"{playground.url}/feeds/sample.xml"
        before = await _parse(session, feed)
        async with session.post(f"{playground.url}/api/publish", json={}) as response:
            title = (await response.json())["title"]
        after = await _parse(session, feed)
    finally:
        await playground.stop()

    assert [entry.title for entry in after.entries[:1]] == [title]
    assert len(after.entries) == len(before.entries) + 1
    assert after.entries[0].published_parsed >= before.entries[0].published_parsed


def test_the_first_minute_shows_english_items_with_pictures() -> None:
    newest = [write(number, "http://127.0.0.1") for number in (5, 6, 7)]

    assert {article.language for article in newest} == {"en"}
    assert all(article.pictures for article in newest)


async def test_an_unchanged_feed_answers_304(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(f"{url}quiet.atom") as response:
        etag, changed = response.headers["ETag"], response.headers["Last-Modified"]
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f"W/{etag}"},
        {"If-Modified-Since": changed},
    ):
        async with session.get(f"{url}quiet.atom", headers=headers) as response:
            assert response.status == 304
            assert await response.read() == b""
    headers = {"If-None-Match": '"another"', "If-Modified-Since": changed}
    async with session.get(f"{url}quiet.atom", headers=headers) as response:
        assert response.status == 200, "If-None-Match goes first"


async def test_feeds_with_every_fault(session: aiohttp.ClientSession, url: str) -> None:
    quiet = await _parse(session, f"{url}quiet.atom")
    assert not quiet.bozo
    assert len(quiet.entries) == 3
    broken = await _parse(session, f"{url}broken.xml")
    assert broken.bozo
    assert len(broken.entries) == 2
    async with session.get(f"{url}json.json") as response:
        assert response.content_type == "application/feed+json"
        assert len((await response.json(content_type=None))["items"]) == 4
    async with session.get(f"{url}gone") as response:
        assert response.status == 410
    async with session.get(f"{url}not-a-feed.html") as response:
        assert "alternate" not in await response.text()
    async with session.get(f"{url}slow?seconds=0.1") as response:
        assert response.status == 200


async def test_pages_lead_to_the_feeds(session: aiohttp.ClientSession, url: str) -> None:
    for page in ("", "stories/3.html"):
        async with session.get(url + page) as response:
            assert 'rel="alternate" type="application/rss+xml"' in await response.text()


async def test_pictures_of_an_article_exist(session: aiohttp.ClientSession, url: str) -> None:
    article = write(6, url.removesuffix("/feeds/"))
    assert len(article.pictures) == 3
    async with session.get(article.pictures[0]) as response:
        assert sniff(await response.read()) == Picture("image/png", WIDTH, HEIGHT)


def test_the_same_number_gives_the_same_picture_and_another_another() -> None:
    assert paint(7) == paint(7)
    assert len({paint(number) for number in range(12)}) == 12


def test_titles_never_repeat_and_every_language_is_there() -> None:
    articles = [write(number, "http://127.0.0.1") for number in range(40)]
    assert len({article.title for article in articles}) == 40
    assert {story.language for story in STORIES} == {"en", "zh", "ru", "ar"}
    assert not any("{" in article.title for article in articles)


@pytest.mark.parametrize(
    ("body", "picture"),
    [
        (b"GIF89a\x40\x01\xf0\x00", Picture("image/gif", 320, 240)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x00\xf0\x01\x40",
            Picture("image/jpeg", 320, 240),
        ),
        (
            b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + b"\x40\x01\xf0\x00",
            Picture("image/webp", 320, 240),
        ),
        (
            b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x3f\x01\x00\xef\x00\x00",
            Picture("image/webp", 320, 240),
        ),
        (b"<svg/>", None),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(body: bytes, picture: Picture | None) -> None:
    assert sniff(body) == picture
