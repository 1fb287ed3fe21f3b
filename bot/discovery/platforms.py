"""Sites whose feeds follow from a page's address: tables to read and to extend, in the notation of ``routes``.

The first line that fits counts. Only what is certain stands here; every address is tried before
anybody is told of it.
Sources: the sites' own help pages; docs.rsshub.app for the routes of the bridge.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.discovery.routes import Route, route

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_REDDIT = "https://www.reddit.com"
_GITHUB = (
    r"{owner:(?!(?:about|apps|collections|customer-stories|enterprise|explore|features|issues|login|marketplace"
    r"|notifications|orgs|pricing|pulls|search|settings|signup|sponsors|topics|trending|users)(?:/|$))[\w-]+}"
)
_REPO = "github.com/" + _GITHUB + r"/{repo:[\w.-]+?(?<!\.git)}"
_PROJECT = r"{project:[\w.][\w.-]*(?:/[\w.][\w.-]*)+}"
_STACK = (
    r"{host:(?:[\w-]+\.)?(?:stackexchange\.com|stackoverflow\.com)|superuser\.com|serverfault\.com|askubuntu\.com"
    r"|mathoverflow\.net|stackapps\.com}"
)
_LEMMY = r"{host:lemmy\.[\w.-]+|sh\.itjust\.works|programming\.dev|beehaw\.org|feddit\.\w+|slrpnk\.net|lemm\.ee}"
_MEDIUM = r"{name:(?!(?:@|m|p|me|tag|topic|search|about|plans|membership|feed)(?:/|$))[\w.-]+}"
_TELEGRAM = r"{name:(?!(?:joinchat|addstickers|addemoji|addlist|addtheme|share|proxy|socks|login|boost|iv|c|s)(?:/|$))\w+}"
_X = r"{name:(?!(?:home|search|explore|i|intent|settings|hashtag|login|share|notifications|messages)(?:/|$))\w+}"
_INSTAGRAM = r"{name:(?!(?:p|reel|reels|explore|accounts|stories|tv|direct)(?:/|$))[\w.]+}"

# ---------------------------------------------------------------- pages that have feeds

ROUTES: Final = (
    # videos
    route(r"youtube.com/channel/UC{id:[\w-]{22}}/videos", _YOUTUBE + "?playlist_id=UULF{id}"),
    route(r"youtube.com/channel/UC{id:[\w-]{22}}/shorts", _YOUTUBE + "?playlist_id=UUSH{id}"),
    route(
        r"youtube.com/channel/UC{id:[\w-]{22}}/{tab:streams|live}",
        _YOUTUBE + "?playlist_id=UULV{id}",
    ),
    route(
        r"youtube.com/channel/UC{id:[\w-]{22}}/*",
        all=_YOUTUBE + "?channel_id=UC{id}",
        videos=_YOUTUBE + "?playlist_id=UULF{id}",
        shorts=_YOUTUBE + "?playlist_id=UUSH{id}",
        live=_YOUTUBE + "?playlist_id=UULV{id}",
    ),
    route(
        r"youtube.com/{page:playlist|watch}?list={id:(?:PL|UU|OL|FL)[\w-]{10,}}",
        _YOUTUBE + "?playlist_id={id}",
    ),
    route(r"vimeo.com/{part:channels|groups}/{name}", "https://vimeo.com/{part}/{name}/videos/rss"),
    route(r"vimeo.com/{name:[a-zA-Z][\w-]+}/videos", "https://vimeo.com/{name}/videos/rss"),
    route(
        r"vimeo.com/{name:(?!(?:watch|features|blog|upgrade)/?$)[a-zA-Z][\w-]+}",
        "https://vimeo.com/{name}/videos/rss",
    ),
    route("dailymotion.com/user/{name}/*", "https://www.dailymotion.com/rss/user/{name}"),
    route(r"dailymotion.com/playlist/{id:\w+}/*", "https://www.dailymotion.com/rss/playlist/{id}"),
    route(r"odysee.com/{name:@[^/]+}", "https://odysee.com/$/rss/{name}"),
    # talk
    route(
        r"reddit.com/r/{sub:[\w+]+}/search?q={q:.+}&restrict_sr={on:.+}",
        _REDDIT + "/r/{sub}/search.rss?q={q}&restrict_sr=on&sort=new",
    ),
    route("reddit.com/search?q={q:.+}", _REDDIT + "/search.rss?q={q}&sort=new"),
    route(r"reddit.com/r/{sub:\w+}/comments/{id:\w+}/*", _REDDIT + "/r/{sub}/comments/{id}/.rss"),
    route(
        r"reddit.com/r/{sub:[\w+]+}/{sort:top|controversial}?t={t:\w+}",
        _REDDIT + "/r/{sub}/{sort}/.rss?t={t}",
    ),
    route(
        r"reddit.com/r/{sub:[\w+]+}/{sort:new|hot|rising|top|controversial|comments}",
        _REDDIT + "/r/{sub}/{sort}/.rss",
    ),
    route(r"reddit.com/r/{sub:[\w+]+}", _REDDIT + "/r/{sub}/.rss"),
    route(r"reddit.com/user/{name:[\w-]+}/m/{multi:\w+}", _REDDIT + "/user/{name}/m/{multi}/.rss"),
    route(
        r"reddit.com/{u:u|user}/{name:[\w-]+}/{part:submitted|comments}",
        _REDDIT + "/user/{name}/{part}/.rss",
    ),
    route(r"reddit.com/{u:u|user}/{name:[\w-]+}", _REDDIT + "/user/{name}/.rss"),
    route(r"reddit.com/domain/{name:[\w.-]+}", _REDDIT + "/domain/{name}/.rss"),
    route("news.ycombinator.com/{page:(?:news|front)?}", "https://hnrss.org/frontpage"),
    route("news.ycombinator.com/{page:newest|best|ask|show|jobs}", "https://hnrss.org/{page}"),
    route("news.ycombinator.com/item?id={id:[0-9]+}", "https://hnrss.org/item?id={id}"),
    route(
        "news.ycombinator.com/user?id={id}",
        posts="https://hnrss.org/submitted?id={id}",
        comments="https://hnrss.org/threads?id={id}",
    ),
    route(
        "news.ycombinator.com/{page:submitted|threads|favorites}?id={id}",
        "https://hnrss.org/{page}?id={id}",
    ),
    route("lobste.rs/t/{tags}", "https://lobste.rs/t/{tags}.rss"),
    route(_STACK + "/questions/tagged/{tag}", "https://{host}/feeds/tag/{tag}"),
    route(_STACK + r"/questions/{id:\d+}/*", "https://{host}/feeds/question/{id}"),
    route(_STACK + r"/users/{id:\d+}/*", "https://{host}/feeds/user/{id}"),
    route(_STACK + "/{page:(?:questions)?}", "https://{host}/feeds"),
    route("bsky.app/profile/{name}", "https://bsky.app/profile/{name}/rss"),
    route(_LEMMY + "/{part:[cu]}/{name}", "https://{host}/feeds/{part}/{name}.xml?sort=New"),
    route("<lemmy>/{part:[cu]}/{name}", "/feeds/{part}/{name}.xml?sort=New"),
    route("<mastodon>/tags/{tag}", "/tags/{tag}.rss"),
    route("<mastodon>/users/{name}", "/@{name}.rss"),
    route("<pleroma>/users/{name}", "/users/{name}/feed.rss"),
    route(r"<discourse>/c/{path:.+?}{l:(?:/l/\w+)?}", "/c/{path}.rss"),
    route("<discourse>/tag/{tag}", "/tag/{tag}.rss"),
    route(r"<discourse>/t/{slug}/{id:\d+}/*", "/t/{slug}/{id}.rss"),
    route("<discourse>/u/{name}/*", "/u/{name}/activity.rss"),
    # code
    route(_REPO + "/releases/*", "https://github.com/{owner}/{repo}/releases.atom"),
    route(_REPO + "/tags", "https://github.com/{owner}/{repo}/tags.atom"),
    route(_REPO + "/commits", "https://github.com/{owner}/{repo}/commits.atom"),
    route(
        _REPO + r"/{page:commits|tree}/{branch:[\w./-]+?}",
        "https://github.com/{owner}/{repo}/commits/{branch}.atom",
    ),
    route(
        _REPO + "/discussions/categories/{name}",
        "https://github.com/{owner}/{repo}/discussions/categories/{name}.atom",
    ),
    route(_REPO + "/discussions", "https://github.com/{owner}/{repo}/discussions.atom"),
    route(_REPO + "/wiki/*", "https://github.com/{owner}/{repo}/wiki.atom"),
    route(
        _REPO,
        releases="https://github.com/{owner}/{repo}/releases.atom",
        tags="https://github.com/{owner}/{repo}/tags.atom",
        commits="https://github.com/{owner}/{repo}/commits.atom",
        discussions="https://github.com/{owner}/{repo}/discussions.atom",
    ),
    route("github.com/" + _GITHUB, "https://github.com/{owner}.atom"),
    route(f"<gitlab>/{_PROJECT}/-/{{page:releases}}/*", "/{project}/-/releases.atom"),
    route(f"<gitlab>/{_PROJECT}/-/tags", "/{project}/-/tags?format=atom"),
    route(f"<gitlab>/{_PROJECT}/-/issues", "/{project}/-/issues.atom"),
    route(
        rf"<gitlab>/{_PROJECT}/-/{{page:commits|tree}}/{{branch:[\w./-]+?}}",
        "/{project}/-/commits/{branch}?format=atom",
    ),
    route(
        f"<gitlab>/{_PROJECT}",
        releases="/{project}/-/releases.atom",
        tags="/{project}/-/tags?format=atom",
        all="/{project}.atom",
    ),
    route(r"<gitlab>/{name:[\w.-]+}", "/{name}.atom"),
    route("<forgejo>/{owner}/{repo}/{page:releases|tags}", "/{owner}/{repo}/{page}.rss"),
    route(
        r"<forgejo>/{owner}/{repo}/{page:src|commits}/branch/{branch:[\w./-]+?}",
        "/{owner}/{repo}/rss/branch/{branch}",
    ),
    route(
        r"<forgejo>/{owner}/{repo:[\w.-]+}",
        releases="/{owner}/{repo}/releases.rss",
        tags="/{owner}/{repo}/tags.rss",
        all="/{owner}/{repo}.rss",
    ),
    route(r"<forgejo>/{owner:[\w.-]+}", "/{owner}.rss"),
    route(
        "sourceforge.net/projects/{name}/*", "https://sourceforge.net/projects/{name}/rss?path=/"
    ),
    # packages
    route("pypi.org/project/{name}/*", "https://pypi.org/rss/project/{name}/releases.xml"),
    route("crates.io/crates/{name}/*", "https://static.crates.io/rss/crates/{name}.xml"),
    route("rubygems.org/gems/{name}", "https://rubygems.org/gems/{name}/versions.atom"),
    route(
        "packagist.org/packages/{vendor}/{name}",
        "https://packagist.org/feeds/package.{vendor}/{name}.rss",
    ),
    route("nuget.org/packages/{name}/*", "https://www.nuget.org/packages/{name}/atom.xml"),
    # writing
    route(r"medium.com/tag/{tag}/*", "https://medium.com/feed/tag/{tag}"),
    route(r"medium.com/{name:@[\w.-]+}", "https://medium.com/feed/{name}"),
    route(rf"medium.com/{_MEDIUM}/tagged/{{tag}}", "https://medium.com/feed/{name}/tagged/{tag}"),
    route(rf"medium.com/{_MEDIUM}", "https://medium.com/feed/{name}"),
    route(r"{site:(?!www|help|api)[\w-]+\.medium\.com}/", "https://{site}/feed"),
    route(
        r"{site:(?!www|support)[\w-]+\.substack\.com}/{page:(?:archive|about)?}",
        "https://{site}/feed",
    ),
    route(r"{site:(?!www)[\w-]+\.tumblr\.com}/tagged/{tag}", "https://{site}/tagged/{tag}/rss"),
    route(r"{site:(?!www)[\w-]+\.tumblr\.com}/", "https://{site}/rss"),
    route(
        r"tumblr.com/{b:(?:blog/)?(?:view/)?}{name:(?!(?:dashboard|explore|search|tagged|about|help|login)(?:/|$))[\w-]+}",
        "https://{name}.tumblr.com/rss",
    ),
    route(
        r"{site:[\w-]+\.blogspot\.[\w.]+}/search/label/{label}",
        "https://{site}/feeds/posts/default/-/{label}",
    ),
    route(r"{site:[\w-]+\.blogspot\.[\w.]+}/", "https://{site}/feeds/posts/default"),
    route("dev.to/t/{tag}/*", "https://dev.to/feed/tag/{tag}"),
    route(r"{site:[\w-]+\.hashnode\.dev}/", "https://{site}/rss.xml"),
    route(r"{site:(?!www)[\w-]+\.livejournal\.com}/", "https://{site}/data/rss"),
    route(r"{site:(?!www)[\w-]+\.dreamwidth\.org}/", "https://{site}/data/rss"),
    route(
        "letterboxd.com/{name:(?!(?:film|films|lists|list|journal|members|about)(?:/|$))[^/]+}",
        "https://letterboxd.com/{name}/rss/",
    ),
    # science, games
    route(
        "arxiv.org/list/{name}/{page:new|recent|current|pastweek}",
        "https://rss.arxiv.org/rss/{name}",
    ),
    route(r"arxiv.org/a/{name:[\w-]+}", "https://arxiv.org/a/{name}.atom2"),
    route(
        r"store.steampowered.com/{page:app|news/app}/{id:\d+}/*",
        "https://store.steampowered.com/feeds/news/app/{id}",
    ),
    route(
        r"steamcommunity.com/app/{id:\d+}/*", "https://store.steampowered.com/feeds/news/app/{id}"
    ),
    route("steamcommunity.com/groups/{name}/*", "https://steamcommunity.com/groups/{name}/rss/"),
)

_RUNNING: Final = {
    **dict.fromkeys(
        ("gitlab.com", "gitlab.gnome.org", "gitlab.freedesktop.org", "salsa.debian.org"), "gitlab"
    ),
    **dict.fromkeys(("invent.kde.org", "framagit.org", "0xacab.org"), "gitlab"),
    **dict.fromkeys(("codeberg.org", "gitea.com", "code.forgejo.org"), "forgejo"),
    **dict.fromkeys(
        ("mastodon.social", "mastodon.online", "fosstodon.org", "hachyderm.io", "mstdn.social"),
        "mastodon",
    ),
}
"""What well-known hosts run; of other hosts the page tells (``software``)."""

_FEED = re.compile(r"(?:\.(?:rss|atom2?|xml|json)|/rss)/?\?|[?&]format=(?:atom|rss)")
"""What looks like a feed already implies none."""

# Any host may be a server of the fediverse; other sites with such paths name their feeds elsewhere.
_HANDLE = route(r"{host:[\w.-]+}/{name:@[\w.-]+}", "/{name}.rss")
_OTHER_HANDLES = re.compile(
    r"(?:[\w-]+\.)*(?:youtube|medium|tiktok|threads|instagram|substack|odysee|flipboard|patreon|kick)\.(?:com|net)|t\.me"
)

# ---------------------------------------------------------------- pages whose feed another document names


@dataclass(frozen=True, slots=True)
class Lookup:
    """A JSON document that names the address to go on with."""

    page: Route
    path: tuple[str, ...]
    """Keys and places on the way to the address."""


LOOKUPS: Final = (
    Lookup(
        route(
            r"podcasts.apple.com/{way:.*}/id{id:\d+}",
            "https://itunes.apple.com/lookup?id={id}&entity=podcast",
        ),
        ("results", "0", "feedUrl"),
    ),
    Lookup(
        route(
            r"itunes.apple.com/{way:.*}/id{id:\d+}",
            "https://itunes.apple.com/lookup?id={id}&entity=podcast",
        ),
        ("results", "0", "feedUrl"),
    ),
    Lookup(
        route(
            r"overcast.fm/itunes{id:\d+}/*",
            "https://itunes.apple.com/lookup?id={id}&entity=podcast",
        ),
        ("results", "0", "feedUrl"),
    ),
    Lookup(
        route(
            r"npmjs.com/package/{scope:@[\w.~-]+}/{name:[\w.~-]+}",
            "https://registry.npmjs.org/{scope}%2F{name}/latest",
        ),
        ("repository", "url"),
    ),
    Lookup(
        route(r"npmjs.com/package/{name:[\w.~-]+}", "https://registry.npmjs.org/{name}/latest"),
        ("repository", "url"),
    ),
)

# ---------------------------------------------------------------- pages that name another address in their source


@dataclass(frozen=True, slots=True)
class Mention:
    """What the source of a page says about its feed, beside what pages say by the standards."""

    page: Route
    """Gives the address of the feed, or of a page with a rule: ``{found}`` is what was found."""
    found: tuple[re.Pattern[str], ...]
    """Where it stands in the source, the surest first."""


_CHANNEL: Final = (  # a page names many channels; the first two say that it is the page's own
    re.compile(r'itemprop="(?:channelId|identifier)" content="(UC[\w-]{22})"'),
    re.compile(r'"externalId":"(UC[\w-]{22})"'),
    re.compile(r'"channelId":"(UC[\w-]{22})"'),
)
MENTIONS: Final = (
    *(
        Mention(route(page, f"https://www.youtube.com/channel/{{found}}{tab}"), _CHANNEL)
        for page, tab in (
            ("youtube.com/{path:.+}/videos", "/videos"),
            ("youtube.com/{path:.+}/shorts", "/shorts"),
            ("youtube.com/{path:.+}/{tab:streams|live}", "/streams"),
            ("youtube.com/*", ""),
            ("youtu.be/*", ""),
        )
    ),
    Mention(
        route(
            "soundcloud.com/*",
            "https://feeds.soundcloud.com/users/soundcloud:users:{found}/sounds.rss",
        ),
        (re.compile(r"soundcloud://users:(\d+)"),),
    ),
)

# ---------------------------------------------------------------- sites without feeds, for a bridge like RSSHub

BRIDGED: Final = (
    route(rf"t.me/{{s:(?:s/)?}}{_TELEGRAM}/*", "/telegram/channel/{name}"),
    route(rf"telegram.me/{{s:(?:s/)?}}{_TELEGRAM}/*", "/telegram/channel/{name}"),
    route(rf"{{x:x|twitter}}.com/{_X}", "/twitter/user/{name}"),
    route(rf"instagram.com/{_INSTAGRAM}", "/instagram/user/{name}"),
    route(r"threads.{tld:net|com}/@{name:[\w.]+}", "/threads/{name}"),
    route(r"tiktok.com/{name:@[\w.]+}", "/tiktok/user/{name}"),
    route(
        r"twitch.tv/{name:(?!(?:directory|videos|settings|p)(?:/|$))\w+}/*", "/twitch/video/{name}"
    ),
    route(r"space.bilibili.com/{id:\d+}/{page:video|upload}*", "/bilibili/user/video/{id}"),
    route(r"space.bilibili.com/{id:\d+}/article*", "/bilibili/user/article/{id}"),
    route(
        r"space.bilibili.com/{id:\d+}/*",
        posts="/bilibili/user/dynamic/{id}",
        videos="/bilibili/user/video/{id}",
    ),
    route(r"live.bilibili.com/{id:\d+}", "/bilibili/live/room/{id}"),
    route(r"bilibili.com/bangumi/media/md{id:\d+}", "/bilibili/bangumi/media/{id}"),
    route(r"weibo.{tld:com|cn}/{u:(?:u/|profile/)?}{id:\d{5,}}", "/weibo/user/{id}"),
    route("zhihu.com/{kind:people|org}/{id}/posts", "/zhihu/posts/{kind}/{id}"),
    route("zhihu.com/people/{id}/answers", "/zhihu/people/answers/{id}"),
    route("zhihu.com/people/{id}/pins", "/zhihu/people/pins/{id}"),
    route("zhihu.com/people/{id}/*", "/zhihu/people/activities/{id}"),
    route(r"zhihu.com/question/{id:\d+}/*", "/zhihu/question/{id}"),
    route(r"zhihu.com/collection/{id:\d+}", "/zhihu/collection/{id}"),
    route(r"zhihu.com/topic/{id:\d+}/*", "/zhihu/topic/{id}"),
    route(r"zhihu.com/column/{id:\w+}", "/zhihu/zhuanlan/{id}"),
    route(r"zhuanlan.zhihu.com/{id:(?!p/)\w+}", "/zhihu/zhuanlan/{id}"),
    route(r"xiaohongshu.com/user/profile/{id:\w+}", "/xiaohongshu/user/{id}/notes"),
    route(r"douyin.com/user/{id:[\w-]+}", "/douyin/user/{id}"),
    route(r"juejin.cn/user/{id:\d+}/*", "/juejin/posts/{id}"),
    route(r"jianshu.com/u/{id:\w+}", "/jianshu/user/{id}"),
    route(r"ximalaya.com/{way:(?:\w+/)?}{id:\d+}", "/ximalaya/album/{id}"),
    route(r"xiaoyuzhoufm.com/podcast/{id:\w+}", "/xiaoyuzhou/podcast/{id}"),
    route(r"web.okjike.com/u/{id:[\w-]+}", "/jike/user/{id}"),
    route(r"pixiv.net/{way:(?:en/)?}users/{id:\d+}", "/pixiv/user/{id}"),
    route(
        r"open.spotify.com/{way:(?:intl-\w+/)?}{kind:show|artist}/{id:\w+}", "/spotify/{kind}/{id}"
    ),
    route(
        r"patreon.com/{c:(?:c/)?}{name:(?!(?:login|home|search|about|policy)(?:/|$))\w+}",
        "/patreon/{name}",
    ),
)


@dataclass(frozen=True, slots=True)
class Platforms:
    """The tables; others than these are for tests."""

    routes: Sequence[Route] = ROUTES
    lookups: Sequence[Lookup] = LOOKUPS
    mentions: Sequence[Mention] = MENTIONS
    bridged: Sequence[Route] = BRIDGED

    def feeds(self, page: str, software: str = "") -> tuple[tuple[str, str], ...]:
        """``(kind, address)`` of the feeds that a page's address implies; none for most pages."""
        parts = urlsplit(page)
        if _FEED.search(f"{parts.path}?{parts.query}"):
            return ()
        host = (parts.hostname or "").removeprefix("www.")
        return _first(self.routes, page, software or _RUNNING.get(host, ""))

    def handle(self, page: str) -> tuple[tuple[str, str], ...]:
        """As ``feeds``, on the guess that ``/@name`` is somebody's page on a server of the fediverse."""
        parts = urlsplit(page)
        if _FEED.search(parts.path + "?") or _OTHER_HANDLES.fullmatch(parts.hostname or ""):
            return ()
        return _HANDLE.follow(page) or ()

    def lookup(self, page: str) -> tuple[str, tuple[str, ...]] | None:
        """The JSON document that knows the feed of a page, and the way in it."""
        for one in self.lookups:
            for _, address in one.page.follow(page) or ():
                return address, one.path
        return None

    def mentioned(self, page: str, source: str) -> str | None:
        """The address that the source of a page names by a way of its own: of a feed, or of a page with a rule."""
        for one in self.mentions:
            if one.page.follow(page, found="") is None:
                continue
            match = next(filter(None, (pattern.search(source) for pattern in one.found)), None)
            return dict(one.page.follow(page, found=match[1]) or ()).get("") if match else None
        return None

    def needs_bridge(self, page: str) -> tuple[tuple[str, str], ...]:
        """``(kind, path)`` on the bridge for a page of a site that has no feeds."""
        return tuple((kind, urlsplit(address).path) for kind, address in _first(self.bridged, page))


PLATFORMS: Final = Platforms()


def _first(table: Sequence[Route], page: str, software: str = "") -> tuple[tuple[str, str], ...]:
    return next((found for found in (one.follow(page, software) for one in table) if found), ())
