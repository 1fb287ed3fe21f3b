"""Platforms: which feeds a page's address implies, without asking anybody."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery.page import read_lookup, read_page
from bot.discovery.platforms import known_platforms
from bot.discovery.routes import Route, route
from bot.discovery.software import known_software, likely_feeds, recognise
from bot.errors import BadAddress
from bot.fetching.recent import Recent
from bot.fetching.url import normalise
from bot.i18n import Translator
from tests.support.pace import allowed

PLATFORMS = known_platforms()
UC = "abcdefghijklmnopqrstuv"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"

FEEDS = f"""
youtube.com/channel/UC{UC}/videos                  {VIDEOS}?playlist_id=UULF{UC}
youtube.com/channel/UC{UC}/shorts                  {VIDEOS}?playlist_id=UUSH{UC}
youtube.com/channel/UC{UC}/streams                 {VIDEOS}?playlist_id=UULV{UC}
m.youtube.com/channel/UC{UC}                       {VIDEOS}?channel_id=UC{UC}
youtube.com/channel/UC{UC}/about                   {VIDEOS}?channel_id=UC{UC}
youtube.com/playlist?x=1&list=PLabcdefghijk&y=2    {VIDEOS}?playlist_id=PLabcdefghijk
youtube.com/watch?v=abc&list=PLabcdefghijk         {VIDEOS}?playlist_id=PLabcdefghijk
vimeo.com/ann                                      https://vimeo.com/ann/videos/rss
vimeo.com/channels/tea                             https://vimeo.com/channels/tea/videos/rss
dailymotion.com/user/ann                           https://www.dailymotion.com/rss/user/ann
odysee.com/@ann:1                                  https://odysee.com/$/rss/@ann:1
old.reddit.com/r/a+b/                              https://www.reddit.com/r/a+b/.rss
reddit.com/r/tea/new                               https://www.reddit.com/r/tea/new/.rss
reddit.com/r/tea/top/?t=week                       https://www.reddit.com/r/tea/top/.rss?t=week
reddit.com/r/tea/top                               https://www.reddit.com/r/tea/top/.rss
reddit.com/u/ann                                   https://www.reddit.com/user/ann/.rss
reddit.com/user/ann/submitted/                     https://www.reddit.com/user/ann/submitted/.rss
reddit.com/user/ann/m/drinks                       https://www.reddit.com/user/ann/m/drinks/.rss
reddit.com/search/?q=green+tea                     https://www.reddit.com/search.rss?q=green%20tea&sort=new
reddit.com/r/tea/search/?q=green&restrict_sr=1     https://www.reddit.com/r/tea/search.rss?q=green&restrict_sr=on&sort=new
reddit.com/r/tea/comments/1abc/a_title/            https://www.reddit.com/r/tea/comments/1abc/.rss
reddit.com/domain/example.org                      https://www.reddit.com/domain/example.org/.rss
news.ycombinator.com                               https://hnrss.org/frontpage
news.ycombinator.com/newest                        https://hnrss.org/newest
news.ycombinator.com/item?id=42                    https://hnrss.org/item?id=42
news.ycombinator.com/user?id=ann                   https://hnrss.org/submitted?id=ann
news.ycombinator.com/threads?id=ann                https://hnrss.org/threads?id=ann
lobste.rs/t/practices                              https://lobste.rs/t/practices.rss
stackoverflow.com/questions/tagged/c%2b%2b         https://stackoverflow.com/feeds/tag/c%2b%2b
tea.stackexchange.com/questions/1/how-hot          https://tea.stackexchange.com/feeds/question/1
superuser.com/users/7/ann                          https://superuser.com/feeds/user/7
askubuntu.com/questions                            https://askubuntu.com/feeds
bsky.app/profile/ann.example                       https://bsky.app/profile/ann.example/rss
lemmy.world/c/tea                                  https://lemmy.world/feeds/c/tea.xml?sort=New
mastodon.social/tags/tea                           https://mastodon.social/tags/tea.rss
github.com/ann                                     https://github.com/ann.atom
github.com/ann/boat                                https://github.com/ann/boat/releases.atom
github.com/ann/boat/releases/tag/v1                https://github.com/ann/boat/releases.atom
github.com/ann/boat/tags                           https://github.com/ann/boat/tags.atom
github.com/ann/boat/commits                        https://github.com/ann/boat/commits.atom
github.com/ann/boat/commits/main/                  https://github.com/ann/boat/commits/main.atom
github.com/ann/boat/tree/next/1.0                  https://github.com/ann/boat/commits/next/1.0.atom
github.com/ann/boat/discussions                    https://github.com/ann/boat/discussions.atom
github.com/ann/boat/wiki                           https://github.com/ann/boat/wiki.atom
gitlab.com/group/sub/boat/-/releases               https://gitlab.com/group/sub/boat/-/releases.atom
gitlab.com/group/boat/-/tags                       https://gitlab.com/group/boat/-/tags?format=atom
gitlab.com/group/boat/-/issues                     https://gitlab.com/group/boat/-/issues.atom
gitlab.com/group/boat/-/commits/main               https://gitlab.com/group/boat/-/commits/main?format=atom
gitlab.com/group/boat                              https://gitlab.com/group/boat/-/releases.atom
salsa.debian.org/ann                               https://salsa.debian.org/ann.atom
codeberg.org/ann                                   https://codeberg.org/ann.rss
codeberg.org/ann/boat                              https://codeberg.org/ann/boat/releases.rss
codeberg.org/ann/boat/tags                         https://codeberg.org/ann/boat/tags.rss
codeberg.org/ann/boat/src/branch/main              https://codeberg.org/ann/boat/rss/branch/main
sourceforge.net/projects/boat/files                https://sourceforge.net/projects/boat/rss?path=/
pypi.org/project/boat/                             https://pypi.org/rss/project/boat/releases.xml
crates.io/crates/boat                              https://static.crates.io/rss/crates/boat.xml
rubygems.org/gems/boat                             https://rubygems.org/gems/boat/versions.atom
packagist.org/packages/ann/boat                    https://packagist.org/feeds/package.ann/boat.rss
www.nuget.org/packages/Boat/1.0                    https://www.nuget.org/packages/Boat/atom.xml
medium.com/@ann                                    https://medium.com/feed/@ann
medium.com/the-tea-house                           https://medium.com/feed/the-tea-house
medium.com/tag/tea                                 https://medium.com/feed/tag/tea
ann.medium.com                                     https://ann.medium.com/feed
ann.substack.com/archive                           https://ann.substack.com/feed
ann.tumblr.com                                     https://ann.tumblr.com/rss
ann.tumblr.com/tagged/tea                          https://ann.tumblr.com/tagged/tea/rss
www.tumblr.com/ann                                 https://ann.tumblr.com/rss
ann.blogspot.com                                   https://ann.blogspot.com/feeds/posts/default
ann.blogspot.co.uk/search/label/Tea                https://ann.blogspot.co.uk/feeds/posts/default/-/Tea
dev.to/t/python                                    https://dev.to/feed/tag/python
ann.hashnode.dev                                   https://ann.hashnode.dev/rss.xml
ann.livejournal.com                                https://ann.livejournal.com/data/rss
letterboxd.com/ann                                 https://letterboxd.com/ann/rss/
arxiv.org/list/cs.CL/recent                        https://rss.arxiv.org/rss/cs.CL
store.steampowered.com/app/440/Boats/              https://store.steampowered.com/feeds/news/app/440
steamcommunity.com/groups/boats                    https://steamcommunity.com/groups/boats/rss/
"""

BRIDGE = """
t.me/s/tea                                         /telegram/channel/tea
t.me/tea/12                                        /telegram/channel/tea
telegram.me/tea                                    /telegram/channel/tea
x.com/ann                                          /twitter/user/ann
twitter.com/ann                                    /twitter/user/ann
instagram.com/ann.b/                               /instagram/user/ann.b
threads.net/@ann                                   /threads/ann
tiktok.com/@ann                                    /tiktok/user/@ann
twitch.tv/ann                                      /twitch/video/ann
space.bilibili.com/2267573                         /bilibili/user/dynamic/2267573
space.bilibili.com/2267573/video                   /bilibili/user/video/2267573
live.bilibili.com/3                                /bilibili/live/room/3
weibo.com/u/1195230310                             /weibo/user/1195230310
zhihu.com/people/ann                               /zhihu/people/activities/ann
zhihu.com/people/ann/posts                         /zhihu/posts/people/ann
zhihu.com/question/19550225                        /zhihu/question/19550225
zhuanlan.zhihu.com/tea                             /zhihu/zhuanlan/tea
xiaohongshu.com/user/profile/593032945e87e77791e0  /xiaohongshu/user/593032945e87e77791e0/notes
jianshu.com/u/yZq3ZV                               /jianshu/user/yZq3ZV
xiaoyuzhoufm.com/podcast/6021f949a789fca4eff4492c  /xiaoyuzhou/podcast/6021f949a789fca4eff4492c
open.spotify.com/show/5CfCWKI5pZ28U0uOzXkDHe       /spotify/show/5CfCWKI5pZ28U0uOzXkDHe
"""

NEITHER = [
    "www.youtube.com/@handle",
    "youtube.com/feed/subscriptions",
    "youtube.com/watch?v=abc",
    "youtu.be/abc",
    "www.reddit.com/r/a/.rss",
    "github.com",
    "github.com/ann.atom",
    "github.com/topics",
    "github.com/topics/rss",
    "github.com/ann/boat/releases.atom",
    "github.com/ann/boat/blob/main/README.md",
    "gitlab.com",
    "codeberg.org/ann.rss",
    "codeberg.org/ann/boat.rss",
    "medium.com",
    "medium.com/feed/@ann",
    "medium.com/m/signin",
    "ann.substack.com/feed",
    "ann.substack.com/p/one",
    "www.tumblr.com",
    "tumblr.com/dashboard",
    "ann.tumblr.com/rss",
    "ann.blogspot.com/2026/01/one.html",
    "pypi.org/rss/project/boat/releases.xml",
    "t.me",
    "t.me/joinchat/abc",
    "t.me/+abc",
    "t.me/addstickers/abc",
    "x.com/home",
    "instagram.com/p/abc",
    "zhuanlan.zhihu.com/p/42",
    "example.com",
    "example.com/feed",
    "evilgithub.com/ann/boat",
    "github.com.evil.example/ann/boat",
    "forum.example/c/tea/5",
    "stackoverflow.com.evil.example/questions",
]


def pairs(table: str) -> list[tuple[str, str]]:
    return [(page, feed) for page, feed in (line.split() for line in table.strip().splitlines())]


def implied(page: str) -> list[str]:
    return [address for _, address in PLATFORMS.feeds(normalise(page))]


@pytest.mark.parametrize(("page", "feed"), pairs(FEEDS))
def test_a_platforms_feed_follows_from_the_address(page: str, feed: str) -> None:
    assert implied(page)[0] == feed


@pytest.mark.parametrize(("page", "path"), pairs(BRIDGE))
def test_a_site_without_feeds_has_a_place_on_the_bridge(page: str, path: str) -> None:
    assert PLATFORMS.needs_bridge(normalise(page))[0][1] == path
    assert implied(page) == []


@pytest.mark.parametrize("page", NEITHER)
def test_other_pages_imply_nothing(page: str) -> None:
    address = normalise(page)
    assert implied(page) == []
    assert PLATFORMS.needs_bridge(address) == ()
    assert PLATFORMS.lookup(address) is None


def test_a_channel_offers_its_videos_shorts_and_live_streams() -> None:
    kinds = dict(PLATFORMS.feeds(f"https://www.youtube.com/channel/UC{UC}"))
    assert kinds == {
        "all": f"{VIDEOS}?channel_id=UC{UC}",
        "videos": f"{VIDEOS}?playlist_id=UULF{UC}",
        "shorts": f"{VIDEOS}?playlist_id=UUSH{UC}",
        "live": f"{VIDEOS}?playlist_id=UULV{UC}",
    }


@pytest.mark.parametrize("page", [page for page, _ in pairs(FEEDS)])
def test_the_feed_of_a_page_is_no_page_itself(page: str) -> None:
    for address in implied(page):
        assert PLATFORMS.feeds(address) == ()
        assert normalise(address) == address


def test_every_kind_of_feed_has_a_name_in_every_language() -> None:
    rules = (*PLATFORMS.routes, *PLATFORMS.bridged)
    kinds = {kind for rule in rules for kind, _ in rule.targets} - {"", "all"}
    translator = Translator()
    for language in translator.languages():
        names = {translator.plain(language, "feed-kind", kind=kind) for kind in [*kinds, "all"]}
        assert len(names) == len(kinds) + 1


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("social.example/@ann", "https://social.example/@ann.rss"),
        ("@ann@social.example", "https://social.example/@ann.rss"),
        ("social.example/@ann.rss", None),
        ("www.youtube.com/@ann", None),
        ("www.tiktok.com/@ann", None),
        ("social.example/@ann/12", None),
    ],
)
def test_a_handle_may_be_a_page_of_the_fediverse(page: str, feed: str | None) -> None:
    assert dict(PLATFORMS.handle(normalise(page))).get("") == feed


@pytest.mark.parametrize(
    ("page", "document"),
    [
        ("podcasts.apple.com/us/podcast/tea-time/id1200361736", "https://itunes.apple.com/lookup?id=1200361736&entity=podcast"),
        ("overcast.fm/itunes1200361736/tea-time", "https://itunes.apple.com/lookup?id=1200361736&entity=podcast"),
        ("www.npmjs.com/package/boat", "https://registry.npmjs.org/boat/latest"),
        ("npmjs.com/package/@ann/boat", "https://registry.npmjs.org/@ann%2Fboat/latest"),
    ],
)  # fmt: skip
def test_a_directory_is_asked_for_podcasts_and_packages(page: str, document: str) -> None:
    found = PLATFORMS.lookup(normalise(page))
    assert found
    assert found[0] == document


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org/feed.xml", "https://example.org/feed.xml"),
        ("git+https://github.com/ann/boat.git", "https://github.com/ann/boat"),
        ("git://github.com/ann/boat.git", "https://github.com/ann/boat"),
        ("git+ssh://git@github.com/ann/boat.git", "https://github.com/ann/boat"),
        ("git@gitlab.com:group/boat.git", "https://gitlab.com/group/boat"),
        ("github:ann/boat", "https://github.com/ann/boat"),
        ("ann/boat", "https://github.com/ann/boat"),
        ("https://github.com/ann/boat.git", "https://github.com/ann/boat"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_directorys_answer_becomes_an_address(written: str, address: str) -> None:
    body = f'{{"repository": {{"url": "{written}"}}}}'.encode()
    assert (
        read_lookup(("repository", "url"), body, "application/json", "https://x.example/")
        == address
    )


CHANNEL = f'"channelId":"UC{UC[::-1]}" ... "externalId":"UC{UC}"'


@pytest.mark.parametrize(
    ("url", "source", "address"),
    [
        ("https://www.youtube.com/@ann", CHANNEL, f"https://www.youtube.com/channel/UC{UC}"),
        ("https://www.youtube.com/c/ann", CHANNEL, f"https://www.youtube.com/channel/UC{UC}"),
        ("https://www.youtube.com/user/ann/videos", CHANNEL, f"https://www.youtube.com/channel/UC{UC}/videos"),
        ("https://www.youtube.com/@ann/shorts", CHANNEL, f"https://www.youtube.com/channel/UC{UC}/shorts"),
        ("https://youtu.be/abc", f'<meta itemprop="channelId" content="UC{UC}">', f"https://www.youtube.com/channel/UC{UC}"),
        ("https://www.youtube.com/@ann", "<p>nothing</p>", None),
        ("https://example.com/@ann", CHANNEL, None),
        (
            "https://soundcloud.com/ann",
            '<meta property="al:ios:url" content="soundcloud://users:42">',
            "https://feeds.soundcloud.com/users/soundcloud:users:42/sounds.rss",
        ),
    ],
)  # fmt: skip
def test_some_pages_name_their_feed_in_ways_of_their_own(
    url: str, source: str, address: str | None
) -> None:
    assert read_page(f"<html><body>{source}</body></html>".encode(), "", url).mentioned == address


@pytest.mark.parametrize(
    ("generator_hints", "source", "software"),
    [
        ("server: mastodon", "", "mastodon"),
        ("generator: wordpress 6.8", "", "wordpress"),
        ("server: nginx\nlink: https://api.w.org/", "", "wordpress"),
        ("site: gitlab", "", "gitlab"),
        ("author: gitea - git with a cup of tea", "", "forgejo"),
        ("x-discourse-route: list/latest", "", "discourse"),
        ("server: nginx", '<img src="/wp-content/uploads/1.png">', "wordpress"),
        ("server: nginx", "<p>about mastodon and wordpress</p>", ""),
    ],
)
def test_software_is_recognised_by_headers_meta_elements_and_source(
    generator_hints: str, source: str, software: str
) -> None:
    assert recognise(generator_hints, source) == software


def test_every_rule_of_the_data_files_is_read_and_each_software_stands_there_once() -> None:
    names = [software.name for software in known_software()]
    assert len(names) == len(set(names)) == 39
    assert len(PLATFORMS.routes) == 87
    assert len(PLATFORMS.bridged) == 32
    assert len(PLATFORMS.lookups) == 5
    assert len(PLATFORMS.mentions) == 6
    assert {rule.software for rule in PLATFORMS.routes} - {""} <= {*names}
    assert {*PLATFORMS.software.values()} <= {*names}


@given(
    st.sampled_from([*(software.name for software in known_software()), ""]),
    st.text(st.sampled_from("abc/.?&=%-"), max_size=30),
)
def test_likely_feeds_are_few_distinct_and_on_the_same_site(software: str, path: str) -> None:
    addresses = likely_feeds(f"https://example.org/{path}", software, 6)
    assert len(addresses) == len(set(addresses)) == 6
    assert all(address.startswith("https://example.org/") for address in addresses)


@given(
    st.sampled_from([page for page, _ in pairs(FEEDS) + pairs(BRIDGE)]),
    st.text(st.sampled_from("/abUC-.%@:+?&="), max_size=300),
)
def test_no_address_stumbles_a_rule(page: str, tail: str) -> None:
    try:
        address = normalise(page + tail)
    except BadAddress:
        return
    for _, feed in (*PLATFORMS.feeds(address), *PLATFORMS.handle(address)):
        assert normalise(feed)


@pytest.mark.parametrize(
    "tail", ["/" * 4000, "a/" * 2000, "-/" * 2000, ".a" * 2000, "a" * 4000 + "!"]
)
def test_a_long_address_is_judged_in_no_time(tail: str) -> None:
    started = time.process_time()
    for host in (
        "github.com",
        "gitlab.com",
        "codeberg.org",
        "podcasts.apple.com",
        "www.youtube.com",
        "lemmy.world",
    ):
        address = f"https://{host}/{tail}"
        PLATFORMS.feeds(address), PLATFORMS.handle(address), PLATFORMS.lookup(address)
        PLATFORMS.needs_bridge(address), PLATFORMS.mentioned(address, tail * 100)
    assert time.process_time() - started < allowed(1)


# ---------------------------------------------------------------- the notation


@pytest.mark.parametrize(
    ("notation", "url", "fields"),
    [
        ("example.com/{a}", "https://example.com/x", {"a": "x"}),
        ("example.com/{a}", "https://www.example.com/x/", {"a": "x"}),
        ("example.com/{a}", "https://example.com/x/y", None),
        ("example.com/{a}/*", "https://example.com/x/y/z?q", {"a": "x"}),
        ("example.com/{a}/*", "https://example.com/x", {"a": "x"}),
        ("example.com", "https://example.com/", {}),
        ("example.com", "https://example.com/x", None),
        (r"example.com/{a:\d{2,3}}", "https://example.com/123", {"a": "123"}),
        (r"example.com/{a:\d{2,3}}", "https://example.com/1", None),
        ("{site:\\w+\\.example\\.com}/", "https://ann.example.com/", {"site": "ann.example.com"}),
        ("example.com/s?q={a}", "https://example.com/s?b=1&q=a+b%2Fc", {"a": "a%20b/c"}),
        ("example.com/s?q={a}", "https://example.com/s", None),
    ],
)
def test_a_route_reads_an_address(notation: str, url: str, fields: dict[str, str] | None) -> None:
    names = [*fields] if fields is not None else ["a"]
    target = "https://feeds.example/" + ";".join(f"{name}={{{name}}}" for name in names)
    expected = "https://feeds.example/" + ";".join(
        f"{name}={value}" for name, value in (fields or {}).items()
    )
    assert route(notation, target).follow(url) == (None if fields is None else (("", expected),))


def test_a_path_follows_on_the_pages_own_host_with_its_credentials() -> None:
    found = route("<gitlab>/{name}", "/{name}.atom").follow(
        "https://ann:key@git.example:8443/boat", "gitlab"
    )
    assert found == (("", "https://ann:key@git.example:8443/boat.atom"),)
    assert (
        route("<gitlab>/{name}", "/{name}.atom").follow("https://git.example/boat", "forgejo")
        is None
    )


def test_no_rule_hides_another_one() -> None:
    pages = [
        rule.path.pattern + str(rule.host) + rule.software + str(rule.query)
        for rule in (*PLATFORMS.routes, *PLATFORMS.bridged)
    ]
    assert len(set(pages)) == len(pages)


def test_a_field_may_match_what_a_pattern_of_that_name_does() -> None:
    rule = Route.parse("example.com/{a:$year}", {"": "/{a}.xml"}, {"year": r"\d{4}"})
    assert rule.follow("https://example.com/2026") == (("", "https://example.com/2026.xml"),)
    assert rule.follow("https://example.com/now") is None


def test_a_memory_forgets_the_old_and_the_oldest() -> None:
    clock = [0.0]
    memory: Recent[int] = Recent(10, 2, lambda: clock[0])
    for number, key in enumerate("abc"):
        memory.put(key, number)
    assert [memory.get(key) for key in "abc"] == [None, 1, 2]
    clock[0] = 10
    assert memory.get("b") is None
