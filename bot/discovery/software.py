"""What made a page, and where such software keeps its feeds: two tables to read and to extend. Pure."""

import re
from typing import Final

from bot.fetching.url import resolve, split

SIGNS: Final = tuple(
    (name, re.compile(pattern, re.MULTILINE))
    for name, pattern in (
        # software, and what it writes into headers, meta elements (one line each, lower case) or
        # its pages
        (
            "mastodon",
            r"^server: mastodon|^generator: (?:mastodon|glitch|hometown)|<div class=.notranslate. id=.mastodon",
        ),
        ("pleroma", r"^generator: (?:pleroma|akkoma)|^(?:site|application): (?:pleroma|akkoma)"),
        ("lemmy", r"lemmy-site|window\.isodata"),
        ("gitlab", r"^site: gitlab|^x-gitlab-meta:|content=.gitlab. property=.og:site_name"),
        (
            "forgejo",
            r"^(?:author|keywords|site): .*\b(?:gitea|forgejo)|^generator: (?:gitea|forgejo)",
        ),
        ("discourse", r"^generator: discourse|^x-discourse-route:"),
        ("wordpress", r"^generator: wordpress|^link: https://api\.w\.org/|/wp-content/"),
        ("ghost", r"^generator: ghost|^x-ghost-"),
        ("substack", r"substackcdn\.com"),
        ("medium", r"^(?:site|application): medium|cdn-client\.medium\.com"),
        ("shopify", r"^(?:x-shopid|x-shopify-stage|powered-by: shopify)|cdn\.shopify\.com"),
        ("squarespace", r"^server: squarespace|static1?\.squarespace\.com"),
        ("wix", r"^x-wix-request-id:|^generator: wix|static\.parastorage\.com"),
        ("weebly", r"cdn\d\.editmysite\.com"),
        ("webflow", r"^generator: webflow"),
        ("blogger", r"^generator: blogger"),
        ("tumblr", r"^x-tumblr-|assets\.tumblr\.com"),
        ("drupal", r"^(?:x-)?generator: drupal"),
        ("joomla", r"^generator: joomla"),
        ("typo3", r"^generator: typo3"),
        ("movabletype", r"^generator: (?:movable type|typepad|melody)"),
        ("docusaurus", r"^generator: docusaurus"),
        ("hugo", r"^generator: hugo"),
        ("jekyll", r"^generator: jekyll"),
        ("hexo", r"^generator: hexo"),
        ("pelican", r"^generator: pelican"),
        ("gatsby", r"^generator: gatsby"),
        ("astro", r"^generator: astro"),
        ("eleventy", r"^generator: eleventy"),
        ("zola", r"^generator: zola"),
        ("mediawiki", r"^generator: mediawiki"),
        ("dokuwiki", r"^generator: dokuwiki"),
        ("writefreely", r"^generator: writefreely"),
        ("micro.blog", r"^generator: micro\.blog"),
        ("peertube", r"^(?:platform|generator): peertube"),
        ("nodebb", r"^generator: nodebb|^x-powered-by: nodebb"),
        ("flarum", r"flarum-(?:loading|content)"),
        ("xenforo", r"data-app=.public. [^>]{0,300}\bxenforo|<html id=.xf."),
        ("phpbb", r"<body id=.phpbb."),
    )
)

# "/x": of the site; "x": below the page; "?x": the page with a query; ".x": the page's path with an
# ending.
PLACES: Final = {
    "mastodon": (".rss",),
    "lemmy": ("/feeds/local.xml?sort=New",),
    "discourse": ("/latest.rss", ".rss", "/posts.rss"),
    "wordpress": ("feed/", "/feed/", "/?feed=rss2"),
    "ghost": ("rss/", "/rss/", "/blog/rss/"),
    "substack": ("/feed",),
    "medium": ("/feed",),
    "shopify": (".atom", "/blogs/news.atom", "/blogs/blog.atom"),
    "squarespace": ("?format=rss", "/blog?format=rss", "/news?format=rss"),
    "wix": ("/blog-feed.xml", "/feed.xml"),
    "weebly": ("/1/feed", "/blog/feed"),
    "webflow": ("rss.xml", "/blog/rss.xml"),
    "blogger": ("/feeds/posts/default",),
    "tumblr": ("/rss",),
    "drupal": ("/rss.xml", "feed", "/feed"),
    "joomla": ("?format=feed&type=rss", "/?format=feed&type=rss"),
    "typo3": ("/feed.xml", "/rss.xml", "?type=9818"),
    "movabletype": ("atom.xml", "/atom.xml", "/index.xml"),
    "docusaurus": ("/blog/rss.xml", "/blog/atom.xml"),
    "hugo": ("index.xml", "/index.xml", "/posts/index.xml"),
    "jekyll": ("/feed.xml", "feed.xml", "/atom.xml"),
    "hexo": ("/atom.xml", "/rss2.xml"),
    "pelican": ("/feeds/all.atom.xml", "/feeds/all.rss.xml"),
    "gatsby": ("/rss.xml",),
    "astro": ("/rss.xml",),
    "eleventy": ("/feed.xml", "/feed/feed.xml"),
    "zola": ("/atom.xml", "/rss.xml"),
    "mediawiki": (
        "/index.php?title=Special:RecentChanges&feed=atom",
        "/w/index.php?title=Special:RecentChanges&feed=atom",
    ),
    "dokuwiki": ("/feed.php",),
    "writefreely": ("feed/", "/feed/"),
    "micro.blog": ("/feed.xml", "/feed.json"),
    "peertube": ("/feeds/videos.xml",),
    "nodebb": ("/recent.rss", ".rss"),
    "flarum": ("/atom", "/atom/discussions"),
    "xenforo": ("index.rss", "/forums/-/index.rss"),
    "phpbb": ("/feed", "/app.php/feed", "/feed.php"),
}
_USUAL = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss")
_WRITING = re.compile(
    r"(?:blog|news|posts|articles|journal|weblog|updates|changelog|notes|press|podcast|writing)s?",
    re.IGNORECASE,
)
_SEEN = 300_000
"""Characters of a page's source that are looked through for signs."""


def recognise(generator_hints: str, source: str = "") -> str:
    """The software that made a page, or empty.

    Args:
        generator_hints: ``name: value`` lines of headers and meta elements, in lower case.
        source: the page, in lower case.
    """
    for text in (generator_hints, source[:_SEEN]):
        for name, sign in SIGNS:
            if sign.search(text):
                return name
    return ""


def places(page: str, software: str, most: int) -> list[str]:
    """Where a feed may be, the likeliest first, ``most`` at the most: the places of the software, then usual ones.

    Of a page that looks like the front of a blog the places below it come before those of the site.
    """
    path = split(page).path.strip("/")
    usual = [f"/{name}" for name in _USUAL]
    if path and _WRITING.fullmatch(path.rpartition("/")[2]):
        usual = [*_USUAL[:3], *usual]
    found = (_place(page, written) for written in (*PLACES.get(software, ()), *usual))
    by_place: dict[str, str] = {}
    for address in found:
        by_place.setdefault((address or "").rstrip("/"), address or "")
    return [address for address in by_place.values() if address][:most]


def _place(page: str, written: str) -> str | None:
    parts = split(page)
    path = parts.path.rstrip("/")
    if written[0] == "?":
        return resolve(page, written)
    if written[0] == "." and not path:
        return None
    below = {"/": "", ".": path}.get(written[0], f"{path}/")
    return f"{parts.scheme}://{parts.netloc}{below}{written}"
