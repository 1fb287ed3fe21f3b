"""From what a person types to a feed, against a real site."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from ipaddress import IPv4Network

import pytest

from bot.errors import BadAddress, HttpError, NothingFound, ParseAborted, Unreachable
from bot.feeds.discover import Discovery, FeedChoice, FeedFound, discover
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import AddressGuard
from bot.feeds.parse import Parser
from bot.feeds.platforms import feed_address
from bot.model import NotModified
from tests.feed_server import FeedServer

TLS = ssl.create_default_context()
RSS_LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    guard = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
    async with Fetcher(guard, user_agent="Tidings/test", timeout=5, max_size=5_000_000, ssl_context=TLS) as fetcher:
        yield fetcher


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    parser = Parser()
    yield parser
    asyncio.run(parser.close())


def found(discovery: Discovery) -> FeedFound:
    assert isinstance(discovery, FeedFound)
    return discovery


def choice(discovery: Discovery) -> list[tuple[str, str]]:
    assert isinstance(discovery, FeedChoice)
    return [(candidate.url, candidate.title) for candidate in discovery.candidates]


async def test_a_feed_address_is_the_feed_itself(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    url = server.feed("/feed", ["One", "Two"], title="Mine")
    result = found(await discover(fetcher, parser, f" <{url}> "))
    assert (result.url, result.feed.title, len(result.feed.items)) == (url, "Mine", 2)
    assert len(server.requests()) == 1
    assert isinstance(await fetcher.fetch(result.url, result.fetched.validators), NotModified)


async def test_without_a_scheme_https_is_tried_and_then_http(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    url = server.feed("/feed", ["One"])
    assert found(await discover(fetcher, parser, url.removeprefix("http://"))).url == url
    with pytest.raises(Unreachable):
        await discover(fetcher, parser, url.replace("http://", "https://"))


async def test_a_permanent_move_is_stored_and_its_validators_work(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    new = server.feed("/new", ["One"])
    result = found(await discover(fetcher, parser, server.behave("/old", status=301, redirect="/new")))
    assert result.url == new
    assert isinstance(await fetcher.fetch(result.url, result.fetched.validators), NotModified)


async def test_the_only_feed_of_a_page_is_taken_at_once(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/deep/feed", ["One"])
    page = server.page("/", '<base href="/deep/"><link rel="Alternate" type="APPLICATION/RSS+XML; x=y" href="feed">')
    assert found(await discover(fetcher, parser, page)).url == server.url("/deep/feed")


async def test_credentials_stay_in_the_stored_address_of_a_feed(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.feed("/feed", ["One"])
    url = server.url("/feed", userinfo="user:secret")
    result = found(await discover(fetcher, parser, url))
    assert result.url == url
    assert "secret" not in result.fetched.url


async def test_several_feeds_are_a_choice_with_comments_last(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    links = [
        ("Comments", "/comments/feed/"),
        ("News &amp; more", "/feed"),
        ("Notes", "/notes.json"),
        ("Again", "/feed/"),
    ]
    types = "".join(RSS_LINK.format(title, href) for title, href in links)
    types += '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
    types += '<link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="text/xml" href="/atom.xml">'
    page = server.page("/", f"<head>{types}</head>")
    assert choice(await discover(fetcher, parser, page)) == [
        (server.url("/feed"), "News & more"),
        (server.url("/notes.json"), "Notes"),
        (server.url("/atom.xml"), ""),
        (server.url("/comments/feed/"), "Comments"),
    ]


async def test_a_feed_of_comments_is_no_rival(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/feed", ["One"])
    page = server.page("/", RSS_LINK.format("Comments", "/comments/feed") + RSS_LINK.format("All", "/feed"))
    assert found(await discover(fetcher, parser, page)).url == server.url("/feed")


async def test_at_most_ten_candidates_are_offered(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    page = server.page("/", "".join(RSS_LINK.format(n, f"/{n}.xml") for n in range(30)))
    assert len(choice(await discover(fetcher, parser, page))) == 10


async def test_the_link_header_names_feeds_too(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/f", ["One"])
    page = server.page("/", "<p>hello</p>")
    server.behave("/", headers={"Link": '</f>; rel="alternate"; type="application/atom+xml"'})
    assert found(await discover(fetcher, parser, page)).url == server.url("/f")


async def test_anchors_that_look_like_feeds_come_next(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/blog/index.xml", ["One"], kind="atom")
    page = server.page(
        "/", '<a href="/feedback">no</a><a href="/blog/index.xml"><b>Feed</b></a><a href="mailto:a@b">x</a>'
    )
    assert found(await discover(fetcher, parser, page)).feed.items[0].title == "One"


async def test_usual_places_are_tried_last_and_stop_at_the_first_feed(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.feed("/feed.xml", ["One"])
    server.page("/rss.xml", "<p>a page that answers 200 is no feed</p>")
    page = server.page("/about", "<p>nothing here</p>")
    assert found(await discover(fetcher, parser, page)).url == server.url("/feed.xml")
    assert [request.path for request in server.requests()] == ["/about", "/feed", "/rss.xml", "/feed.xml"]


async def test_the_generator_tells_where_to_look_first(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/latest.rss", ["One"])
    page = server.page("/", '<meta name="generator" content="Discourse 3.4">')
    await discover(fetcher, parser, page)
    assert [request.path for request in server.requests()] == ["/", "/latest.rss"]


async def test_no_more_than_six_addresses_are_guessed(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    page = server.page("/", '<meta name="generator" content="WordPress">')
    with pytest.raises(NothingFound) as caught:
        await discover(fetcher, parser, page)
    assert caught.value.args_ == {"host": "127.0.0.1"}
    assert len(server.requests()) == 7


async def test_a_named_feed_that_fails_does_not_end_the_search(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.feed("/rss", ["One"])
    page = server.page("/", RSS_LINK.format("Gone", "/gone"))
    assert found(await discover(fetcher, parser, page)).url == server.url("/rss")


async def test_handles_of_the_fediverse_need_no_page(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/@ann.rss", ["One"])
    assert found(await discover(fetcher, parser, server.url("/@ann"))).url == server.url("/@ann.rss")
    assert [request.path for request in server.requests()] == ["/@ann.rss"]


async def test_where_the_rule_fails_the_page_is_asked(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    server.feed("/feed", ["One"])
    page = server.page("/@ann", RSS_LINK.format("Ann", "/feed"))
    assert found(await discover(fetcher, parser, page)).url == server.url("/feed")


async def test_an_empty_implied_feed_yields_to_what_the_page_names(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    implied = server.feed("/@ann.rss")
    page = server.page("/@ann", "<p>nothing</p>")
    assert found(await discover(fetcher, parser, page)).url == implied
    server.feed("/feed", ["One"])
    server.page("/@ann", RSS_LINK.format("Ann", "/feed"))
    assert found(await discover(fetcher, parser, page)).url == server.url("/feed")


async def test_errors_of_the_address_itself_are_told(server: FeedServer, fetcher: Fetcher, parser: Parser) -> None:
    with pytest.raises(HttpError):
        await discover(fetcher, parser, server.url("/missing"))
    with pytest.raises(BadAddress):
        await discover(fetcher, parser, "not an address")


async def test_a_page_nested_to_harm_ends_within_seconds(server: FeedServer, fetcher: Fetcher) -> None:
    async with Parser(timeout=0.5) as parser:
        await parser.warm_up()
        with pytest.raises(ParseAborted):
            await discover(fetcher, parser, server.page("/", "<div>" * 200_000))


PLATFORMS = {
    "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos": (
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
    ),
    "https://youtube.com/playlist?x=1&list=PLabcdefghijk&y=2": (
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLabcdefghijk"
    ),
    "https://www.youtube.com/@handle": None,
    "https://old.reddit.com/r/a+b/": "https://www.reddit.com/r/a+b/.rss",
    "https://reddit.com/u/ann": "https://www.reddit.com/user/ann/.rss",
    "https://www.reddit.com/r/a/.rss": None,
    "https://github.com/ann": "https://github.com/ann.atom",
    "https://github.com/ann/boat": "https://github.com/ann/boat/releases.atom",
    "https://github.com/ann/boat/tags": "https://github.com/ann/boat/tags.atom",
    "https://github.com/ann/boat/commits/main/": "https://github.com/ann/boat/commits/main.atom",
    "https://github.com/ann/boat/commits": "https://github.com/ann/boat/commits.atom",
    "https://github.com/ann.atom": None,
    "https://github.com/ann/boat/releases.atom": None,
    "https://github.com/topics": None,
    "https://github.com/topics/rss": None,
    "https://gitlab.com/group/sub/boat/-/releases": "https://gitlab.com/group/sub/boat/-/releases.atom",
    "https://gitlab.com/group/boat/-/tags": "https://gitlab.com/group/boat/-/tags?format=atom",
    "https://bsky.app/profile/ann.example": "https://bsky.app/profile/ann.example/rss",
    "https://medium.com/@ann": "https://medium.com/feed/@ann",
    "https://ann.tumblr.com": "https://ann.tumblr.com/rss",
    "https://ann.substack.com/archive": "https://ann.substack.com/feed",
    "https://pypi.org/project/boat/": "https://pypi.org/rss/project/boat/releases.xml",
    "https://arxiv.org/list/cs.CL/recent": "https://rss.arxiv.org/rss/cs.CL",
    "https://store.steampowered.com/app/440/Boats/": "https://store.steampowered.com/feeds/news/app/440",
    "https://social.example/@ann": "https://social.example/@ann.rss",
    "https://www.tiktok.com/@ann": None,
    "https://example.com/": None,
}


@pytest.mark.parametrize("page", PLATFORMS)
def test_a_platforms_feed_follows_from_the_address(page: str) -> None:
    assert feed_address(page) == PLATFORMS[page]
