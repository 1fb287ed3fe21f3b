"""One picture under several addresses: which of them are the same, and how large each is.

Hosts write the size of a rendition into its address: as a segment of the path, behind the name of
the file, or into the query. What is known of them here is known by its shape, not by its host.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

LEAST_SIDE = 100
"""Pixels of the longer side of a picture that is worth a message; smaller ones are thumbnails."""
_SMALL = 320
"""Pixels of the longer side below which a larger rendition is worth asking for."""

_ENDING = re.compile(r"(?:\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|heic))+$", re.IGNORECASE)
# Subdomains that serve the same files under the same paths.
_SERVER = re.compile(
    r"^(?:www|i|img|images?|pics?|preview|external-preview|thumbs?|cdn|static|media)\d*\.(?=[^/]*\.)"
)
# ``/vi/ID/hqdefault.jpg`` and its like: the file is named by its size alone, on several hosts.
_STILL = re.compile(r"^[^/]+/(vi|an)(?:_webp)?/([\w-]{11})/[\w-]+$")
_HASHED = re.compile(r"(/[0-9a-f]{32}/[0-9a-f]+-[0-9a-f]{2})/s\d+x\d+\w*/.*$")
_NUMBERED = re.compile(r"(/\d{8,12})_[0-9a-f]{10}(?:_[a-z0-9]{1,2})?$")
_TUMBLR = re.compile(r"(/tumblr_\w+?)_(?:75sq|\d{3,4})$")
_SCALED_COPY = re.compile(r"/thumb(/[0-9a-f]/[0-9a-f]{2}/[^/]+)/[^/]*?\d+px-[^/]+$")
_FILLED = re.compile(r"/v1/(?:fill|fit|crop)/[^/]+(?:/[^/]+)?$")
# Each begins with the same sign, so that the search for it is fast.
_TRANSFORMS = re.compile(
    r"/(?:"
    # ``/w_300,h_200,c_fill/``
    r"(?:\$s_![^!/]*!,)?(?:[whcqfgxy]|ar|dpr|fl)_[\w.:-]+(?:,[a-z]{1,3}_[\w.:!-]+)*(?=/)"
    # ``/width=300,quality=75/``
    r"|(?:width|height|w|h|fit|quality|format)=[\w.%-]+(?:,[\w-]+=[\w.%-]+)*(?=/)"
    # ``/v2/resize:fit:1400/format:webp/``, ``/rs:fill:300:200/``
    r"|(?:v2/)?(?:resize|format|quality|filters|rs|crop|fill|fit|size|[whqg]):[^/]*(?=/)"
    # ``/max/1400/``, ``/fit/c/300/200/``
    r"|(?:freeze/)?(?:max|fit/[ct])/\d{2,4}(?:/\d{2,4})?(?=/)"
    # ``/s72-w260-h400-c/``, ``/w300-h200/``, ``/s1600/``
    r"|(?:[swh]\d{2,4}(?:-[a-z0-9]+)+|[swh]\d{3,4}|[wh]_\d{2,4})(?=/)"
    # ``/640x480/``, ``/s640x960_c1/``, ``/236x/``
    r"|[sp]?\d{2,4}x(?:\d{2,4})?(?:_[a-z0-9]+)?(?=/)|x\d{2,4}(?=/)"
    r"|\d{2,4}(?=/cpsprodpb/)"
    r"|\d+_\d+_\d+_\d+/(?:\w+/)?\d{2,4}$"
    r"|(?:originals?|large|medium|small|thumbs?|thumbnails?|smart|fit-in)(?=/)"
    r")"
)
# ``=s72-c``, ``=w300-h200``
_EQUALS = re.compile(r"=[swh]\d{2,4}(?:-[a-z0-9]+)*$|=s0$")
_SPECIAL = (
    ("/v", _STILL, r"\1/\2"),
    ("/s", _HASHED, r"\1"),
    ("_", _NUMBERED, r"\1"),
    ("/tumblr_", _TUMBLR, r"\1"),
    ("/thumb/", _SCALED_COPY, r"\1"),
    ("/v1/", _FILLED, ""),
    ("=", _EQUALS, ""),
)
"""Signs without which a pattern matches nothing, and what it leaves of a name."""
_SUFFIX = re.compile(
    r"[-_](?:\d{2,4}x(?:\d{2,4}|-crop)?(?:_crop_\w+)?|x\d{2,4}|[wh]\d{2,4}(?:_r\d+\w*)?|\d{3,4}w|scaled"
    r"|e\d{10,13}|thumb(?:nail)?|small|medium|large|mini|original|compact|grande"
    r")(?=[@._-]|$)|@[23]x(?=$|[._-])"
)
# ``-superJumbo``, ``-mediumThreeByTwo440``, ``-articleLarge-v2``
_NAMED_SIZE = re.compile(
    r"-(?:super)?(?:[a-z]\w*(?:Jumbo|Large|Standard|Square|ByTwo|ByNine|Wide|Inline|Span|At[23]X)\w*"
    r"|jumbo|moth|popup|master\d{3,4})(?:-v\d+)?$"
)
_COLON_SIZE = re.compile(r":(?:large|small|medium|thumb|orig)$", re.IGNORECASE)
# Of ``?`` behind an ending nothing tells pictures apart, but what names another file.
_FILE_KEY = re.compile(r"(?:id|img|image|file|src|url|path|photo|pid|page|p|n)=", re.IGNORECASE)
_SIZE_KEY = re.compile(
    r"(?:w|h|width|height|max-?[wh]\w*|size|sz|resize|fit|crop\w*|c|q|quality|fm|format|auto|dpr|name|scale"
    r"|zoom|strip|ssl|s|sig|ixlib|ixid|v|g|gravity|mode|rect)=",
    re.IGNORECASE,
)

_IN_PATH = re.compile(
    r"/(?:"
    r"(?:s(\d{2,4})|w(\d{2,4})(?:-h(\d{2,4}))?|h(\d{2,4}))(?:-[a-z0-9]+)*/"
    r"|[sp]?(\d{2,4})x(\d{2,4})?(?:_[a-z0-9]+)?/"
    r"|(?:[a-z_0-9]+,)*w_(\d{2,4})(?:,[^/]*?h_(\d{2,4}))?[,/]"
    r"|resize:\w+:(\d{2,4})(?::(\d{2,4}))?/"
    r"|(?:max|fit/[ct])/(\d{2,4})(?:/(\d{2,4}))?/"
    r"|(\d{2,4})px-[^/]+$"
    r"|(\d{2,4})/cpsprodpb/"
    r")"
)
_IN_NAME = re.compile(
    r"[-_=](?:(\d{2,4})x(\d{2,4})?(?:_crop_\w+)?(?:@[23]x)?(?:\.[a-z]{3,4})+(?:$|\?)"
    r"|(?<==)(?:s(\d{2,4})|w(\d{2,4})(?:-h(\d{2,4}))?)(?:-[a-z0-9]+)*$)"
)
_IN_QUERY = re.compile(
    r"[?&;](?:(?:resize|fit)=(\d{2,4})(?:,|%2c)(\d{2,4})"
    r"|(?:w|width)=(\d{2,4})(?:&(?:amp;)?(?:h|height)=(\d{2,4}))?(?:&|$))"
)
_LETTERED_SIDES = {"s": 75, "sq": 75, "q": 150, "t": 100, "m": 240, "n": 320, "w": 400}
_LETTERED = re.compile(r"(/\d{8,12}_[0-9a-f]{10})_([a-z]{1,2})(\.[a-z]{3,4})$")

# A small rendition, and what the same host calls a larger one.
_LARGER = (
    (re.compile(r"/[swh]\d{2,4}(?:-[a-z0-9]+)*(?=/[^/?]+$)"), "/s1600"),
    (re.compile(r"=[swh]\d{2,4}(?:-[a-z0-9]+)*$"), "=s1600"),
    (re.compile(r"(/wp-content/uploads/[^?]+)-\d{2,3}x\d{2,3}(\.[a-z]{3,4})(?=$|\?)"), r"\1\2"),
    (_LETTERED, r"\1_b\3"),
    (re.compile(r"/thumb(/[0-9a-f]/[0-9a-f]{2}/[^/]+\.(?:jpe?g|png))/\d+px-[^/]+$", re.IGNORECASE),
     r"\1"),
)  # fmt: skip
# A query that only makes the picture smaller, and is not signed.
_SHRINKING = re.compile(
    r"(?<=\.(?:jpg|png))\?(?:(?:w|h|width|height|resize|fit|crop|ssl|quality|q|strip)=[^&]*(?:&|$))+$",
    re.IGNORECASE,
)
_STILL_SIZE = re.compile(r"(/vi(?:_webp)?/[\w-]{11}/)(?:mq)?default(?=\.)")


def has_ending(url: str) -> bool:
    """Whether an address ends as files of pictures do."""
    address = url.partition("#")[0].partition("?")[0]
    return _ENDING.search(address, address.rfind("/") + 1) is not None


# Each picture of an item is asked for several times.
@lru_cache(maxsize=1024)
def identity(url: str) -> str:
    """What tells a picture from others: its address without server, size, format and signature."""
    address, _, query = url.partition("#")[0].partition("?")
    address = address.partition("://")[2] or address
    if ":" in address:
        address = _COLON_SIZE.sub("", address)
    ending = _ENDING.search(address, address.rfind("/") + 1)
    name = address[: ending.start()] if ending else address
    name = _bare(_NAMED_SIZE.sub("", name).lower())
    parts = query.split("&") if query else []
    # An address without an ending may be that of a script, whose query says which picture is meant.
    if ending:
        kept = [part for part in parts if _FILE_KEY.match(part)]
    else:
        kept = [part for part in parts if not _SIZE_KEY.match(part)]
    return f"{name}?{'&'.join(kept)}" if kept else name


def _bare(name: str) -> str:
    """A lower-case name without marks of size."""
    name = _SERVER.sub("", name)
    # Most names have none of these, which is soon seen.
    for sign, pattern, kept in _SPECIAL:
        if sign in name:
            name = pattern.sub(kept, name)
    if "." in name[name.rfind("/") + 1 :]:
        name = _ENDING.sub("", name)
    return _SUFFIX.sub("", _TRANSFORMS.sub("", name))


@lru_cache(maxsize=1024)
def longer_side(url: str) -> int | None:
    """The longer side in pixels as the address says it; ``None`` where it does not."""
    lettered = _LETTERED.search(url)
    if lettered:
        return _LETTERED_SIDES.get(lettered[2])
    match = _IN_PATH.search(url) or _IN_NAME.search(url)
    if match is None and "?" in url:
        match = _IN_QUERY.search(url)
    if match is None:
        return None
    return max([int(side) for side in match.groups() if side])


def enlarged(url: str) -> str | None:
    """The same picture in a size worth showing, where the address is that of a thumbnail.

    ``None``: it is large enough, or its host is not known to have another.
    """
    if "default." in url:
        still = _STILL_SIZE.sub(r"\1hqdefault", url)
        if still != url:
            return still
    side = longer_side(url)
    if side is None or side >= _SMALL:
        return None
    for small, larger in _LARGER:
        address = small.sub(larger, url, count=1)
        if address != url:
            return address
    address = _SHRINKING.sub("", url)
    return address if address != url else None


def is_thumbnail(url: str, width: int | None, height: int | None) -> bool:
    """Whether a picture is too small to be one: what its feed declares, else what its address says.

    A thumbnail of which there is a larger one (``enlarged``) is a picture.
    """
    declared = [side for side in (width, height) if side]
    side = max(declared) if declared else longer_side(unquote(url))
    return side is not None and side < LEAST_SIDE and enlarged(url) is None
