"""The form of a link that two feeds share, however each of them writes it."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

# A copy that Google or its partners serve fast: the address of the page is in the path.
_AMP_COPY = re.compile(r"/(?:amp|[cvi])/(?:s/)?(?=[^/]+\.[^/]+/)")
_AMP_HOSTS = re.compile(r"(?:[^.]+\.)*cdn\.ampproject\.org|(?:www\.)?google\.[a-z.]+")
# Not the last two labels: ``m.example`` may be the name of a site.
_OTHER_FACE = re.compile(r"(?:^|(?<=\.))(?:www\d?|m|mobile|amp|wap|touch)\.(?=[^.]+\.[^.]+)")
_DEFAULT_PORT = re.compile(r":(?:80|443)?$")
_AMP_END = re.compile(r"(?:/amp|\.amp)(?=/?$)|\.amp(?=\.html?$)|^/amp(?=/)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_FACE_QUERY = re.compile(r"amp|outputtype|output|view|m|mobile|print")
_FACE_VALUES = {"", "1", "amp", "true", "mobile", "print"}
_VAIN_FRAGMENT = re.compile(r"(?::~:.*|comments?|respond|disqus_thread|top|main|content|.*rss.*|)")
_SLUG_WORDS = 3
_ID = re.compile(r"\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}|(?=\w*\d)(?=\w*[a-zA-Z])[\w-]{9,}")


def link_form(link: str | None) -> str:
    """A link without scheme, ``www.``, mobile and AMP faces, last slash, and order of parameters.

    Args:
        link: An absolute address, without its trackers and what only counts the click.

    Returns:
        Empty where it leads to no page of its own: to the front page of a site, or nowhere.
    """
    try:
        parts = urlsplit((link or "").strip())
        host = _host(parts)
    except ValueError:
        return ""
    path, query = unquote(parts.path), parts.query
    if _AMP_HOSTS.fullmatch(host):
        copied = _AMP_COPY.match(path)
        if copied:
            host, _, path = path[copied.end() :].partition("/")
            host, path = _bare_host(host), f"/{path}"
    path = _INDEX.sub("", _AMP_END.sub("", path)).rstrip("/")
    pairs = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if not _is_face(*pair))
    if not host or not (path or pairs):
        return ""
    fragment = "" if _VAIN_FRAGMENT.fullmatch(parts.fragment) else f"#{parts.fragment}"
    asked = f"?{urlencode(pairs)}" if pairs else ""
    return f"{host}{quote(path)}{asked}{fragment}"


def is_telling(form: str) -> bool:
    """Whether a link names an article: by several words, or by a number.

    ``/downloads`` or ``/blog`` is a page that tells of one thing after another.
    """
    _, _, path = form.partition("/")
    words = re.split(r"[-_+]|%20", path.rpartition("/")[2])
    return len(words) >= _SLUG_WORDS or bool(_ID.search(path))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    port = f":{parts.port}" if parts.port else ""
    if not host.isascii():
        host = host.encode("idna").decode()
    return _bare_host(host + _DEFAULT_PORT.sub("", port))


def _bare_host(host: str) -> str:
    return _OTHER_FACE.sub("", host.lower())


def _is_face(name: str, value: str) -> bool:
    return bool(_FACE_QUERY.fullmatch(name.lower())) and value.lower() in _FACE_VALUES
