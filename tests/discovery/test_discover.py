"""From what a person types to a feed, against a real site."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from bot.discovery.discover import Discoverer, Discovery, FeedChoice, FeedFound
from bot.discovery.platforms import Lookup, Platforms, known_platforms
from bot.discovery.routes import route
from bot.errors import (
    BadAddress,
    ForbiddenAddress,
    HttpError,
    NeedsBridge,
    NothingFound,
    ParseAborted,
    SiteBusy,
    Unreachable,
)
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import NotModified, UserAgentStyle
from bot.parsing.parser import Parser
from bot.polling.host_queue import PollingPolicy
from tests.support.behaviour_server import Everywhere
from tests.support.feed_server import FeedServer, Post

UNHURRIED = PollingPolicy(pause_of=lambda _: 0.0)

TLS = ssl.create_default_context()
RSS_LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    guard = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
    async with Fetcher(
        guard, user_agent="Tidings/test", timeout=5, max_size=5_000_000, ssl_context=TLS
    ) as fetcher:
        yield fetcher


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    parser = Parser()
    yield parser
    asyncio.run(parser.close())


@pytest.fixture
def discoverer(fetcher: Fetcher, parser: Parser) -> Discoverer:
    return unhurried(fetcher, parser)


def unhurried(fetcher: Fetcher, parser: Parser, **options: Any) -> Discoverer:
    return Discoverer(fetcher, parser, policy=UNHURRIED, **options)


def found(discovery: Discovery) -> FeedFound:
    assert isinstance(discovery, FeedFound)
    return discovery


def choice(discovery: Discovery) -> list[tuple[str, str]]:
    assert isinstance(discovery, FeedChoice)
    return [(candidate.url, candidate.title) for candidate in discovery.candidates]


async def test_a_feed_address_is_the_feed_itself(
    server: FeedServer, discoverer: Discoverer, fetcher: Fetcher
) -> None:
    url = server.feed("/feed", ["One", "Two"], title="Mine")
    result = found(await discoverer.find(f" <{url}> "))
    assert (result.url, result.feed.title, len(result.feed.items)) == (url, "Mine", 2)
    assert len(server.requests()) == 1
    assert isinstance(await fetcher.fetch(result.url, result.fetched.validators), NotModified)


async def test_without_a_scheme_https_is_tried_and_then_http(
    server: FeedServer, discoverer: Discoverer
) -> None:
    url = server.feed("/feed", ["One"])
    assert found(await discoverer.find(url.removeprefix("http://"))).url == url
    with pytest.raises(Unreachable):
        await discoverer.find(url.replace("http://", "https://"))


async def test_a_permanent_move_is_stored_and_its_validators_work(
    server: FeedServer, discoverer: Discoverer, fetcher: Fetcher
) -> None:
    new = server.feed("/new", ["One"])
    result = found(await discoverer.find(server.behave("/old", status=301, redirect="/new")))
    assert result.url == new
    assert isinstance(await fetcher.fetch(result.url, result.fetched.validators), NotModified)


async def test_the_only_feed_of_a_page_is_taken_at_once(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/deep/feed", ["One"])
    page = server.page(
        "/",
        '<base href="/deep/"><link rel="Alternate" type="APPLICATION/RSS+XML; x=y" href="feed">',
    )
    assert found(await discoverer.find(page)).url == server.url("/deep/feed")


async def test_credentials_stay_in_the_stored_address_of_a_feed(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/feed", ["One"])
    url = server.url("/feed", userinfo="user:secret")
    result = found(await discoverer.find(url))
    assert result.url == url
    assert "secret" not in result.fetched.url


async def test_a_protected_page_leads_to_its_protected_feed_and_tells_nobody_else(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/feed", ["One"])
    elsewhere = server.url("/gone", host="localhost")
    server.page("/", RSS_LINK.format("Elsewhere", elsewhere) + RSS_LINK.format("Here", "/feed"))
    discovery = await discoverer.find(server.url("/", userinfo="ann:key"))
    assert found(discovery).url == server.url("/feed", userinfo="ann:key")
    asked = [
        (request.headers["Host"][:9], "Authorization" in request.headers)
        for request in server.requests()
    ]
    assert asked == [("127.0.0.1", True), ("localhost", False), ("127.0.0.1", True)]


async def test_several_feeds_are_a_choice_with_comments_last(
    server: FeedServer, discoverer: Discoverer
) -> None:
    links = [
        ("Comments", "/comments/feed/"),
        ("News &amp; more", "/feed"),
        ("Notes", "/notes.json"),
        ("Again", "/feed/"),
    ]
    for path in ("/comments/feed/", "/feed", "/notes.json", "/atom.xml"):
        server.feed(path, [f"In {path}"], title=f"Titled {path}")
    types = "".join(RSS_LINK.format(title, href) for title, href in links)
    types += '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
    types += '<link rel="alternate" hreflang="de" href="/de/">'
    types += '<link rel="alternate" type="text/xml" href="/atom.xml">'
    page = server.page("/", f"<head>{types}</head>")
    assert choice(await discoverer.find(page)) == [
        (server.url("/feed"), "News & more"),
        (server.url("/notes.json"), "Notes"),
        (server.url("/atom.xml"), "Titled /atom.xml"),
        (server.url("/comments/feed/"), "Comments"),
    ]


async def test_a_choice_says_how_much_is_in_each_feed_and_what_is_newest(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/a", ["Third", "Second", "First"])
    server.feed("/b", ["Other"])
    page = server.page("/", RSS_LINK.format("A", "/a") + RSS_LINK.format("B", "/b"))
    discovery = await discoverer.find(page)
    assert isinstance(discovery, FeedChoice)
    assert [
        (candidate.count, candidate.newest, candidate.published is not None)
        for candidate in discovery.candidates
    ] == [
        (3, "Third", True),
        (1, "Other", True),
    ]


async def test_feeds_that_do_not_answer_and_empty_ones_are_no_choice(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/good", ["One"])
    server.feed("/empty")
    server.page("/page", "<p>no feed</p>")
    hrefs = ("/gone", "/empty", "/good", "/page")
    page = server.page("/", "".join(RSS_LINK.format(href, href) for href in hrefs))
    assert found(await discoverer.find(page)).url == server.url("/good")


async def test_the_same_items_in_another_format_are_no_choice(
    server: FeedServer, discoverer: Discoverer
) -> None:
    posts = [Post("One", link="https://example.org/1"), Post("Two", link="https://example.org/2")]
    server.feed("/rss", posts)
    server.feed("/atom", posts, kind="atom")
    page = server.page("/", RSS_LINK.format("RSS", "/rss") + RSS_LINK.format("Atom", "/atom"))
    assert found(await discoverer.find(page)).url == server.url("/rss")


async def test_a_candidate_that_was_looked_at_is_not_fetched_again_when_chosen(
    server: FeedServer, discoverer: Discoverer, fetcher: Fetcher
) -> None:
    server.feed("/a", ["A"])
    server.feed("/b", ["B"])
    discovery = await discoverer.find(
        server.page("/", RSS_LINK.format("A", "/a") + RSS_LINK.format("B", "/b"))
    )
    assert isinstance(discovery, FeedChoice)
    result = found(await discoverer.find(discovery.candidates[1].url))
    assert [item.title for item in result.feed.items] == ["B"]
    assert len(server.requests("/b")) == 1
    assert isinstance(await fetcher.fetch(result.url, result.fetched.validators), NotModified)


async def test_a_feed_of_comments_is_no_rival(server: FeedServer, discoverer: Discoverer) -> None:
    server.feed("/feed", ["One"])
    page = server.page(
        "/", RSS_LINK.format("Comments", "/comments/feed") + RSS_LINK.format("All", "/feed")
    )
    assert found(await discoverer.find(page)).url == server.url("/feed")


async def test_at_most_ten_candidates_are_offered_and_six_of_them_looked_at(
    server: FeedServer, discoverer: Discoverer
) -> None:
    for n in range(30):
        server.feed(f"/{n}.xml", [f"Post {n}"])
    page = server.page("/", "".join(RSS_LINK.format(n, f"/{n}.xml") for n in range(30)))
    discovery = await discoverer.find(page)
    assert isinstance(discovery, FeedChoice)
    assert [candidate.count for candidate in discovery.candidates] == [1] * 6 + [None] * 4
    assert len(server.requests()) == 7


async def test_the_link_header_names_feeds_too(server: FeedServer, discoverer: Discoverer) -> None:
    server.feed("/f", ["One"])
    page = server.page("/", "<p>hello</p>")
    server.behave("/", headers={"Link": '</f>; rel="alternate"; type="application/atom+xml"'})
    assert found(await discoverer.find(page)).url == server.url("/f")


async def test_anchors_that_look_like_feeds_come_next(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/blog/index.xml", ["One"], kind="atom")
    page = server.page(
        "/",
        '<a href="/feedback">no</a><a href="/blog/index.xml"><b>Feed</b></a>'
        '<a href="mailto:a@b">x</a>',
    )
    assert found(await discoverer.find(page)).feed.items[0].title == "One"


async def test_usual_places_are_tried_last_and_stop_at_the_first_feed(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/feed.xml", ["One"])
    server.page("/rss.xml", "<p>a page that answers 200 is no feed</p>")
    page = server.page("/about", "<p>nothing here</p>")
    assert found(await discoverer.find(page)).url == server.url("/feed.xml")
    assert [request.path for request in server.requests()] == [
        "/about",
        "/feed",
        "/rss.xml",
        "/feed.xml",
    ]


async def test_the_generator_tells_where_to_look_first(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/latest.rss", ["One"])
    page = server.page("/", '<meta name="generator" content="Discourse 3.4">')
    await discoverer.find(page)
    assert [request.path for request in server.requests()] == ["/", "/latest.rss"]


async def test_no_more_than_six_addresses_are_guessed_and_told(
    server: FeedServer, discoverer: Discoverer
) -> None:
    page = server.page("/", '<meta name="generator" content="WordPress">')
    with pytest.raises(NothingFound) as caught:
        await discoverer.find(page)
    tried = "/feed/, /?feed=rss2, /rss.xml, /feed.xml, /atom.xml, /index.xml"
    assert caught.value.args_ == {"host": "127.0.0.1", "tried": tried}
    assert len(server.requests()) == 7


async def test_a_page_without_feeds_is_not_searched_again_for_a_while(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    clock = [0.0]
    discoverer = unhurried(fetcher, parser, clock=lambda: clock[0])
    page = server.page("/", "<p>nothing</p>")
    for clock[0] in (0.0, 3599.0):
        with pytest.raises(NothingFound, match="offers no feed"):
            await discoverer.find(page)
        assert len(server.requests()) == 7
    server.feed("/feed", ["One"])
    clock[0] = 3600.0
    assert found(await discoverer.find(page)).url == server.url("/feed")


async def test_what_does_not_answer_is_asked_again(
    server: FeedServer, discoverer: Discoverer
) -> None:
    url = server.behave("/feed", status=503)
    for _ in range(2):
        with pytest.raises(HttpError):
            await discoverer.find(url)
    assert len(server.requests()) == 2


@pytest.mark.parametrize(
    ("headers", "page", "path", "asked"),
    [
        ({"Server": "Squarespace"}, "", "/blog", ["/blog"]),
        ({"X-Wix-Request-Id": "1"}, "", "/", ["/blog-feed.xml"]),
        (
            {"Link": '<https://blog.example/wp-json/>; rel="https://api.w.org/"'},
            "",
            "/x/",
            ["/x/feed/", "/feed/"],
        ),
        (
            {},
            '<script src="https://cdn.shopify.com/x.js"></script>',
            "/blogs/tea",
            ["/blogs/tea.atom"],
        ),
        (
            {},
            '<meta name="Generator" content="Hugo 0.150">',
            "/posts/",
            ["/posts/index.xml", "/index.xml"],
        ),
        ({}, '<meta name="generator" content="Jekyll v4">', "/", ["/feed.xml"]),
        (
            {},
            '<meta name="generator" content="Ghost 6.1">',
            "/tag/tea/",
            ["/tag/tea/rss/", "/rss/"],
        ),
        ({}, '<meta property="al:ios:app_name" content="Medium">', "/", ["/feed"]),
        ({}, '<link href="https://substackcdn.com/x.css" rel="stylesheet">', "/p/one", ["/feed"]),
        (
            {},
            "<p>hello</p>",
            "/notes",
            ["/notes/feed", "/notes/rss.xml", "/notes/feed.xml", "/feed"],
        ),
    ],
)
async def test_what_made_the_page_tells_where_to_look_first(
    server: FeedServer,
    discoverer: Discoverer,
    headers: dict[str, str],
    page: str,
    path: str,
    asked: list[str],
) -> None:
    server.page(path, page)
    url = server.behave(path, headers=headers)
    with pytest.raises(NothingFound):
        await discoverer.find(url)
    assert [request.path for request in server.requests()][1 : len(asked) + 1] == asked


@pytest.mark.parametrize(
    ("page", "path", "feed"),
    [
        ('<meta name="generator" content="Discourse 3.5">', "/c/tea/5", "/c/tea/5.rss"),
        (
            '<meta content="GitLab" property="og:site_name">',
            "/group/sub/boat",
            "/group/sub/boat/-/releases.atom",
        ),
        (
            '<meta name="keywords" content="go,git,self-hosted,gitea">',
            "/ann/boat",
            "/ann/boat/releases.rss",
        ),
        ('<meta name="author" content="Forgejo – Beyond coding">', "/ann", "/ann.rss"),
        ('<meta name="generator" content="Mastodon v4.5">', "/tags/tea", "/tags/tea.rss"),
        ('<div id="app" class="lemmy-site"></div>', "/c/tea", "/feeds/c/tea.xml"),
    ],
)
async def test_software_that_anybody_may_run_is_known_by_its_page(
    server: FeedServer, discoverer: Discoverer, page: str, path: str, feed: str
) -> None:
    server.feed(feed, ["One"])
    named = RSS_LINK.format("Elsewhere", "/elsewhere")
    assert found(await discoverer.find(server.page(path, page + named))).url.partition("?")[
        0
    ] == server.url(feed)


async def test_a_named_feed_that_fails_does_not_end_the_search(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/rss", ["One"])
    page = server.page("/", RSS_LINK.format("Gone", "/feed") + '<a href="/feed">Feed</a>')
    assert found(await discoverer.find(page)).url == server.url("/rss")
    assert len(server.requests("/feed")) == 1


async def test_handles_of_the_fediverse_need_no_page(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/@ann.rss", ["One"])
    assert found(await discoverer.find(server.url("/@ann"))).url == server.url("/@ann.rss")
    assert [request.path for request in server.requests()] == ["/@ann.rss"]


async def test_where_the_rule_fails_the_page_is_asked(
    server: FeedServer, discoverer: Discoverer
) -> None:
    server.feed("/feed", ["One"])
    page = server.page("/@ann", RSS_LINK.format("Ann", "/feed"))
    assert found(await discoverer.find(page)).url == server.url("/feed")


async def test_an_empty_implied_feed_yields_to_what_the_page_names(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    implied = server.feed("/@ann.rss")
    page = server.page("/@ann", "<p>nothing</p>")
    assert found(await unhurried(fetcher, parser).find(page)).url == implied
    server.feed("/feed", ["One"])
    server.page("/@ann", RSS_LINK.format("Ann", "/feed"))
    assert found(await unhurried(fetcher, parser).find(page)).url == server.url("/feed")


async def test_errors_of_the_address_itself_are_told(
    server: FeedServer, discoverer: Discoverer
) -> None:
    with pytest.raises(HttpError):
        await discoverer.find(server.url("/missing"))
    with pytest.raises(BadAddress):
        await discoverer.find("no web address")


async def test_a_page_nested_to_harm_ends_within_seconds(
    server: FeedServer, fetcher: Fetcher
) -> None:
    async with Parser(timeout=0.5) as parser:
        await parser.warm_up()
        with pytest.raises(ParseAborted):
            await unhurried(fetcher, parser).find(server.page("/", "<div>" * 200_000))


# ---------------------------------------------------------------- with rules of its own


def rules_of_its_own(**own: Any) -> Platforms:
    """Rules for the test's own server in place of the real ones."""
    none: dict[str, Any] = {"routes": (), "lookups": (), "mentions": (), "bridged": ()}
    return replace(known_platforms(), **(none | own))


async def test_a_rule_with_several_feeds_offers_those_that_exist(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    rule = route("127.0.0.1/ann", all="/ann.xml", videos="/videos.xml", shorts="/shorts.xml")
    server.feed("/ann.xml", ["Video", "Talk"], title="Ann")
    server.feed("/videos.xml", ["Video"], title="Videos")
    discoverer = Discoverer(
        fetcher, parser, policy=UNHURRIED, platforms=rules_of_its_own(routes=[rule])
    )
    discovery = await discoverer.find(server.url("/ann"))
    assert isinstance(discovery, FeedChoice)
    assert [
        (candidate.kind, candidate.title, candidate.count) for candidate in discovery.candidates
    ] == [
        ("all", "Ann", 2),
        ("videos", "Videos", 1),
    ]
    assert [request.path for request in server.requests()] == [
        "/ann.xml",
        "/videos.xml",
        "/shorts.xml",
    ]


async def test_where_a_certain_feed_does_not_answer_that_is_what_is_told(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    rule = route("127.0.0.1/ann", "/ann.xml")
    server.behave("/ann.xml", status=503)
    server.page("/ann", "<p>nothing</p>")
    discoverer = Discoverer(
        fetcher, parser, policy=UNHURRIED, platforms=rules_of_its_own(routes=[rule])
    )
    with pytest.raises(HttpError, match="503"):
        await discoverer.find(server.url("/ann"))
    server.behave("/ann.xml")
    server.feed("/ann.xml", ["One"])
    assert found(await discoverer.find(server.url("/ann"))).url == server.url("/ann.xml")


async def test_a_directory_names_the_feed_of_a_page(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    feed = server.feed("/show.xml", ["Episode"])
    server.file(
        "/lookup",
        json.dumps({"results": [{"feedUrl": feed}]}).encode(),
        content_type="text/javascript",
    )
    lookup = Lookup(
        route(r"127.0.0.1/show/id{id:\d+}", "/lookup?id={id}"), ("results", "0", "feedUrl")
    )
    discoverer = Discoverer(
        fetcher, parser, policy=UNHURRIED, platforms=rules_of_its_own(lookups=[lookup])
    )
    assert found(await discoverer.find(server.url("/show/id42"))).url == feed
    assert [(request.path, request.query) for request in server.requests()] == [
        ("/lookup", "id=42"),
        ("/show.xml", ""),
    ]


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"results": []}', b'{"results": [{"feedUrl": 7}]}', b"[" * 100_000]
)
async def test_a_directory_that_knows_nothing_leaves_it_to_the_page(
    server: FeedServer, fetcher: Fetcher, parser: Parser, answer: bytes
) -> None:
    server.file("/lookup", answer, content_type="application/json")
    server.feed("/show.xml", ["Episode"])
    page = server.page("/show", RSS_LINK.format("Show", "/show.xml"))
    lookup = Lookup(route("127.0.0.1/show", "/lookup"), ("results", "0", "feedUrl"))
    discoverer = Discoverer(
        fetcher, parser, policy=UNHURRIED, platforms=rules_of_its_own(lookups=[lookup])
    )
    assert found(await discoverer.find(page)).url == server.url("/show.xml")


async def test_a_directory_cannot_lead_to_a_private_address(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.file("/lookup", b'{"url": "http://169.254.169.254/latest"}')
    lookup = Lookup(route("127.0.0.1/show", "/lookup"), ("url",))
    discoverer = Discoverer(
        fetcher, parser, policy=UNHURRIED, platforms=rules_of_its_own(lookups=[lookup])
    )
    with pytest.raises(ForbiddenAddress):
        await discoverer.find(server.url("/show"))


# ---------------------------------------------------------------- where we are turned away

CRAWLER = "Mozilla/5.0 (compatible; Tidings/test"
NO_PAUSE = PollingPolicy(lambda _: 0.0)


async def test_an_address_that_lets_in_our_other_introduction_alone_is_found(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.feed("/feed", ["One"])
    result = found(
        await Discoverer(fetcher, parser, policy=NO_PAUSE).find(
            server.behave("/feed", agent=CRAWLER)
        )
    )

    assert result.fetched.user_agent_style is UserAgentStyle.CRAWLER
    assert [request.status for request in server.requests()] == [403, 200]


async def test_a_site_that_let_us_in_otherwise_is_asked_so_from_then_on(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.page("/", "<p>nothing is named here</p>")
    server.feed("/rss.xml", ["One"])
    for path in ("/", "/feed", "/rss.xml"):
        server.behave(path, agent=CRAWLER)
    result = found(await Discoverer(fetcher, parser, policy=NO_PAUSE).find(server.url("/")))

    assert result.url == server.url("/rss.xml")
    assert [request.status for request in server.requests()][:2] == [403, 200]
    assert 403 not in [request.status for request in server.requests()][2:]


async def test_guesses_are_not_made_twice_and_limits_and_checks_are_taken_at_their_word(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    server.page("/", "<p>nothing is named here</p>")
    for path in ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss"):
        server.behave(path, status=403)
    with pytest.raises(NothingFound):
        await Discoverer(fetcher, parser, policy=NO_PAUSE).find(server.url("/"))
    assert len(server.requests()) == len({request.path for request in server.requests()})

    for number, headers in enumerate(({"Retry-After": "60"}, {"cf-mitigated": "challenge"})):
        with pytest.raises(HttpError):
            await Discoverer(fetcher, parser, policy=NO_PAUSE).find(
                server.behave(f"/{number}", status=403, headers=headers)
            )
        assert len(server.requests(f"/{number}")) == 1


async def test_that_the_second_request_had_no_answer_says_less_than_the_403_before(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    url = server.behave("/feed", agent=CRAWLER, redirect="http://no-such-host.invalid/")
    with pytest.raises(HttpError, match="403"):
        await Discoverer(fetcher, parser, policy=NO_PAUSE).find(url)
    assert [request.status for request in server.requests()] == [403, 302]


async def test_at_a_host_that_is_known_for_limits_a_403_is_one(
    server: FeedServer, parser: Parser
) -> None:
    server.feed("/feed", ["One"])
    server.behave("/feed", agent=CRAWLER)
    guard = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
    async with Fetcher(
        guard,
        user_agent="Tidings/test",
        timeout=5,
        max_size=1 << 20,
        ssl_context=TLS,
        resolver=Everywhere(),
    ) as fetcher:
        known = Discoverer(fetcher, parser, policy=PollingPolicy(lambda _: 0.0, {"strict.example"}))
        with pytest.raises(HttpError):
            await known.find(server.url("/feed", host="www.strict.example"))
        assert len(server.requests()) == 1
        other = found(await known.find(server.url("/feed", host="www.other.example")))
    assert other.fetched.user_agent_style is UserAgentStyle.CRAWLER


async def test_a_site_without_feeds_goes_over_the_bridge(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    feed = server.feed("/hub/telegram/channel/tea", ["One"])
    bridged = Discoverer(fetcher, parser, bridge=server.url("/hub"))
    assert found(await bridged.find("t.me/s/tea")).url == feed
    assert found(await bridged.find("tg://resolve?domain=tea")).url == feed
    with pytest.raises(HttpError, match="404"):
        await bridged.find("https://x.com/tea")
    assert {request.path for request in server.requests()} == {
        "/hub/telegram/channel/tea",
        "/hub/twitter/user/tea",
    }


async def test_without_a_bridge_a_site_without_feeds_is_explained_and_not_asked(
    discoverer: Discoverer,
) -> None:
    with pytest.raises(NeedsBridge) as caught:
        await discoverer.find("https://t.me/tea")
    assert caught.value.args_ == {"host": "t.me"}


async def test_those_who_look_for_the_same_share_one_search(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    url = server.feed("/feed", ["One"])
    server.behave("/feed", delay=0.3)
    discoverer = unhurried(fetcher, parser)
    hasty = asyncio.create_task(discoverer.find(url))
    results = [asyncio.create_task(discoverer.find(url)) for _ in range(50)]
    await asyncio.sleep(0.1)
    hasty.cancel()

    assert {found(result).url for result in await asyncio.gather(*results)} == {url}
    assert found(await discoverer.find(url)).url == url
    assert len(server.requests("/feed")) == 1


async def test_a_host_hears_one_question_at_a_time_and_then_has_a_pause(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    policy = PollingPolicy(pause_of=lambda _: 0.4)
    discoverer = Discoverer(fetcher, parser, policy=policy)
    urls = [server.feed(f"/{number}", ["One"]) for number in range(4)]
    for number in range(4):
        server.behave(f"/{number}", delay=0.1)
    started = time.monotonic()
    await asyncio.gather(*map(discoverer.find, urls))

    assert time.monotonic() - started > 3 * 0.4


async def test_whoever_comes_to_the_end_of_a_long_line_is_asked_to_come_again(
    server: FeedServer, fetcher: Fetcher, parser: Parser
) -> None:
    policy = PollingPolicy(pause_of=lambda _: 0.05)
    discoverer = Discoverer(fetcher, parser, policy=policy)
    urls = [server.feed(f"/{number}", ["One"]) for number in range(30)]
    results = await asyncio.gather(*map(discoverer.find, urls), return_exceptions=True)

    assert sum(isinstance(result, SiteBusy) for result in results) == 10
    assert sum(isinstance(result, FeedFound) for result in results) == 20
