"""Where a link leads: without the redirect that only counts the click, and without trackers."""

import re
from functools import lru_cache
from urllib.parse import unquote

from bot.content.addresses import absolute

_MOST_WRAPPERS = 3
"""Redirects inside one another that are taken off."""
_BEHIND_SCHEME = 7
# A page that does nothing but lead on: by the end of its path, or by its server.
_REDIRECT = re.compile(
    r"https?://(?:"
    r"[^/?#]+(?:/[^?#]*)?/(?:url|redir(?:ect)?|away|l|link\d?|linkfilter|out(?:bound)?|go(?:to)?|jump|exit|leave"
    r"|external|click|track|redirector|warn|r|sinaurl|apiclick|cread|forward|deeplink|to)(?:\.[a-z]{2,5})?/?"
    r"|(?:[^/?#.]+\.)*links?\.[^/?#]+/?"
    r"|(?:[^/?#.]+\.)*(?:l|lm|out|exit|go|click|redirect|away|jump|safelinks)\.[^?#]+"
    r")\?",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"(?:[?&]|&amp;)(?:url|u|q|to|target|uddg|z|dest(?:ination)?|redirect(?:_?(?:url|uri|to))?|href|link|murl|ued"
    r"|adurl|out|goto)=(https?(?::|%3a)(?:/|%2f){2}[^&#]+)",
    re.IGNORECASE,
)
# The address as the whole query: ``https://href.example/?https://page.example/``.
_BARE_TARGET = re.compile(r"https?://[^/?#]+/\?(https?://.+)", re.IGNORECASE)

# Longer than the list of ``fetching.url``: what is fetched must stay what the person typed.
_TRACKERS = frozenset({
    "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid",
    "ns_source", "ns_mchannel", "ns_campaign", "ns_linkname", "ns_fee", "fbclid", "fb_source",
    "fb_ref", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ysclid",
    "twclid", "ttclid", "li_fat_id", "mc_cid", "mc_eid", "igshid", "igsh", "_hsenc", "_hsmi",
    "hsctatracking", "mkt_tok", "xtor", "_openstat", "spm", "scm", "oly_enc_id", "oly_anon_id",
    "vero_id", "vero_conv", "wt.mc", "wt.mc_id", "wt.zmc", "wt.z_mc", "wt_mc", "wt_mc_id",
    "wt_zmc", "wt_z_mc", "_ga", "_gl", "cmpid", "ncid", "guccounter", "__twitter_impression",
    "ref_src", "ref_url", "rssid", "rss_id", "wprov", "sc_cid", "smid", "s_cid", "trk",
    "trackingid",
})  # fmt: skip
_TRACKING_FAMILIES = (
    "utm_", "mtm_", "piwik_", "matomo_", "hsa_", "at_", "fb_action_", "__hs", "guce_",
)  # fmt: skip
_READER_CAME_BY_FEED = re.compile(
    r"feature=youtu\.be|ocid=rss\w*"
    # Words of their own that only say that the reader came by a feed.
    r"|(?:from|ref|refer|referrer|source|src|via|medium|partner|emc|cid|utm|origin|channel|spref)"
    r"=[^&]{0,12}\b(?:rss|atom|feed)(?:feeds?)?\d{0,2}(?:[-_.][^&]{0,20})?",
    re.IGNORECASE,
)
# Whoever signs an address signs its trackers, too.
_SIGNED = re.compile(r"[?&](?:x-amz-signature|signature|sig|hmac|expires)=", re.IGNORECASE)


# The link of an item is asked for often, and so are the same few links in the bodies of a feed.
@lru_cache(maxsize=256)
def link_target(url: str) -> str:
    """An absolute address as it is shown: of the page itself, without what only counts readers.

    What may say which page is meant stays as it was written.
    """
    if "?" not in url and "#" not in url:
        return url
    for _ in range(_MOST_WRAPPERS):
        # Without another address in it, it is no redirect: that is soon seen.
        target = _wrapped(url) if "http" in url[_BEHIND_SCHEME:] else None
        if target is None:
            break
        url = target
    return _without_trackers(url)


def _wrapped(url: str) -> str | None:
    """The address that a redirect carries in its query."""
    bare = _BARE_TARGET.fullmatch(url)
    if bare:
        return absolute(bare[1])
    if not _REDIRECT.match(url):
        return None
    target = _TARGET.search(url)
    return absolute(unquote(target[1])) if target else None


def _without_trackers(url: str) -> str:
    page, hash_sign, fragment = url.partition("#")
    if hash_sign and _is_tracker(fragment.partition("&")[0]):
        hash_sign = fragment = ""
    address, mark, query = page.partition("?")
    if mark:
        parts = query.split("&")
        kept = [part for part in parts if not _is_tracker(part)]
        if len(kept) < len(parts) and not _SIGNED.search(page):
            query = "&".join(kept).removeprefix("amp;")
            mark = "?" if query else ""
    return f"{address}{mark}{query}{hash_sign}{fragment}"


def _is_tracker(part: str) -> bool:
    """Whether a part of a query, ``name=value``, only tells who reads, or by which way."""
    # Some feeds escape their ampersands once too often.
    while part.startswith("amp;"):
        part = part[4:]
    name = part.partition("=")[0].lower()
    if name in _TRACKERS or name.startswith(_TRACKING_FAMILIES):
        return True
    return _READER_CAME_BY_FEED.fullmatch(part) is not None
