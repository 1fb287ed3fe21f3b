"""Sites whose feed address follows from the page's address, without asking the network.

A rule is a pattern over ``host/path?query`` and a template; only what is certain stands here.
"""

import re
from urllib.parse import quote

from bot.feeds.address import host_of, split

_YOUTUBE = r"(?:www\.|m\.|music\.)?youtube\.com"
_NO_OWNER = (
    r"(?!(?:about|apps|collections|customer-stories|explore|features|issues|login|marketplace|notifications|orgs"
)
_NO_OWNER += r"|pricing|pulls|search|settings|signup|sponsors|topics|trending)(?:/|$))"
_NAME = r"[\w.%~+-]+"

_RULES = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (_YOUTUBE + r"/channel/(UC[\w-]{22})(?:/.*)?", "https://www.youtube.com/feeds/videos.xml?channel_id={0}"),
        (
            _YOUTUBE + r"/playlist\?(?:.*&)?list=([\w-]{10,})(?:&.*)?",
            "https://www.youtube.com/feeds/videos.xml?playlist_id={0}",
        ),
        (r"(?:www\.|old\.|new\.)?reddit\.com/(r|user)/([\w+-]+)/?", "https://www.reddit.com/{0}/{1}/.rss"),
        (r"(?:www\.|old\.|new\.)?reddit\.com/u/([\w-]+)/?", "https://www.reddit.com/user/{0}/.rss"),
        (rf"github\.com/{_NO_OWNER}([\w-]+)/?", "https://github.com/{0}.atom"),
        (rf"github\.com/{_NO_OWNER}([\w-]+)/({_NAME})/(releases|tags)/?", "https://github.com/{0}/{1}/{2}.atom"),
        (rf"github\.com/{_NO_OWNER}([\w-]+)/({_NAME})/commits/?", "https://github.com/{0}/{1}/commits.atom"),
        (
            rf"github\.com/{_NO_OWNER}([\w-]+)/({_NAME})/commits/({_NAME})/?",
            "https://github.com/{0}/{1}/commits/{2}.atom",
        ),
        (rf"github\.com/{_NO_OWNER}([\w-]+)/({_NAME})/?", "https://github.com/{0}/{1}/releases.atom"),
        (rf"gitlab\.com/((?:{_NAME}/)+{_NAME})/-/releases/?", "https://gitlab.com/{0}/-/releases.atom"),
        (rf"gitlab\.com/((?:{_NAME}/)+{_NAME})/-/tags/?", "https://gitlab.com/{0}/-/tags?format=atom"),
        (r"bsky\.app/profile/([\w.:-]+)/?", "https://bsky.app/profile/{0}/rss"),
        (r"medium\.com/(@?[\w.-]+)/?", "https://medium.com/feed/{0}"),
        (r"([\w-]+\.tumblr\.com)/?", "https://{0}/rss"),
        (r"(?:www\.)?tumblr\.com/([\w-]+)/?", "https://{0}.tumblr.com/rss"),
        (r"([\w-]+\.substack\.com)(?:/archive)?/?", "https://{0}/feed"),
        (r"(?:www\.)?vimeo\.com/([a-zA-Z][\w-]+)/?", "https://vimeo.com/{0}/videos/rss"),
        (r"pypi\.org/project/([\w.-]+)/?", "https://pypi.org/rss/project/{0}/releases.xml"),
        (r"(?:www\.)?arxiv\.org/list/([\w.-]+)/(?:new|recent|current)/?", "https://rss.arxiv.org/rss/{0}"),
        (r"store\.steampowered\.com/app/(\d+)(?:/.*)?", "https://store.steampowered.com/feeds/news/app/{0}"),
        (r"stackoverflow\.com/questions/tagged/([^/?]+)/?", "https://stackoverflow.com/feeds/tag/{0}"),
    )
)
# Any host may be a Mastodon server; other sites with such paths (Medium, YouTube) name their feeds elsewhere.
_FEDIVERSE = re.compile(r"/(@[\w.-]+)/?")
_OTHER_HANDLES = re.compile(
    rf"{_YOUTUBE}|(?:[\w-]+\.)*(?:medium|tiktok|threads|instagram|substack|telegram)\.(?:com|net|org)|t\.me"
)


def feed_address(url: str) -> str | None:
    """The feed address that a page's address implies, or ``None``."""
    parts = split(url)
    query = f"?{parts.query}" if parts.query else ""
    page = f"{host_of(url)}{parts.path}"
    for pattern, template in _RULES:
        match = pattern.fullmatch(page + query) or pattern.fullmatch(page)
        if match:
            return template.format(*(quote(group, safe="%/@:+~.-_") for group in match.groups()))
    handle = _FEDIVERSE.fullmatch(parts.path)
    if handle and not _OTHER_HANDLES.fullmatch(host_of(url)):
        return f"{parts.scheme}://{parts.netloc}/{handle[1]}.rss"
    return None
