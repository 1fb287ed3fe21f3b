"""HTML as it was meant: without what feeds escape twice, leave open, or leave to a program."""

import html
import re
from html.entities import html5

from bot.content.html.plain import is_plain

_LENGTH = 256 * 1024
"""Characters of a body that are looked at."""
_ESCAPED = re.compile(
    r"&lt;(?:/(?:p|div|a|b|i|em|strong|span|ul|ol|h[1-6])|(?:br|img|hr)\b[^&]{0,2000})\s*/?&gt;",
    re.IGNORECASE,
)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r"(<!--.*?(?:-->|\Z)|</?[a-z][^<>]*>)|[^<]+", re.IGNORECASE | re.DOTALL)
_NAME_OF_TAG = re.compile(r"<([a-z][a-z0-9]*)", re.IGNORECASE)
_CODE = re.compile(r"<(?:pre|code|kbd|samp|tt|xmp|textarea)\b", re.IGNORECASE)
_SHOWING = frozenset({"img", "picture", "source", "figure", "video", "audio", "iframe", "hr"})
"""Elements that say nothing: what is escaped beside them alone is the body."""
_BEGINS_ESCAPED = re.compile(r"\s*&lt;[a-z][a-z0-9]*\b", re.IGNORECASE)
_ENDS_ESCAPED = re.compile(
    r"&lt;(?:/[a-z][a-z0-9]*|(?:br|img|hr)\b[^&]{0,500})\s*/?&gt;\s*\Z", re.IGNORECASE
)
_ESCAPED_TWICE = re.compile(
    r"&amp;(?:amp;)*(#[0-9]{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}[0-9]{0,2});", re.IGNORECASE
)
# Elements that hold what follows them until they end, and hide it, or change its look. HTML knows
# no tags that close themselves; who writes them so means an empty element.
_SELF_CLOSED = re.compile(
    r"<(iframe|script|style|textarea|title|no(?:script|embed|frames)|xmp|select|video|audio|object"
    r"|canvas|template|button|form|nav|b|i|u|s|em|strong|code|su[bp]|small|del|ins|mark|h[1-6]"
    r"|blockquote|pre|details|aside|figure|span|div|a)"
    # The slash at the end of an address without quotes belongs to the address.
    r"(\s[^<>]*[\s\"']|\s*)/>(?![^<]*</\1\b)",
    re.IGNORECASE,
)
_VOID = ("<br", "<img", "<hr")
"""How nearly all tags begin that close themselves."""
# Their marks of quotation may have been made nice.
_QUOTE = r"(?:[\"'“”„‘’«″′]|&(?:quot|apos|#34|#0?39|#82\d\d|#x20[0-9a-f]{2}|[lr][sd]quo|[Pp]rime);)"
_WORD = r"[a-z][a-z0-9]*"
_SHORTCODE = re.compile(
    rf"\[(?:/(?P<end>{_WORD}(?:[_-][a-z0-9]+)*)"
    # Not an index, the text of a link in Markdown, nor one that is escaped.
    r"|(?<![\w)\[]\[)(?:"
    rf"(?P<sure>{_WORD}(?:[_-][a-z0-9]+)*)\s+(?:[\w:-]+\s?=\s?{_QUOTE}|[^\[\]<>]{{1,100}}\s[\w:-]+={_QUOTE})"
    r"[^\[\]<>]{0,3000}"
    rf"|(?P<unquoted>{_WORD}(?:[_-][a-z0-9]+)+)\s+[\w-]+=[\w#][^\[\]<>]{{0,500}}"
    rf"|(?P<maybe>{_WORD}(?:[_-][a-z0-9]+)+|embed|caption|gallery|audio|video|playlist|dropcap"
    r"|toggle|accordion|button|column|row)"
    r"(?:\s[^\[\]<>]{0,500})?"
    r"))\s*/?\](?![\](])",
)
"""A placeholder for a program of the site: ``[name key="value"]``, ``[two_words key=value]``,
``[/name]``, ``[two_words]``."""
# What players say to browsers of old is left where feeds take out the player.
_BROWSER_WORDS = (
    "rowser", "avigateur", "avegador", "раузер", "浏览器", "瀏覽器", "ブラウザ", "브라우저",
    "arayıcı", "rzegląd", "rohlížeč", "متصفح", "مرورگر", "דפדפן", "öngésző", "ebbläsare",
)  # fmt: skip
_LATIN_BROWSER_WORDS = ("avigateur", "avegador")
_FOREIGN_BROWSER_WORDS = _BROWSER_WORDS[1:]
_NOTICE = re.compile(
    r"\s*(?:[^<>.!?。！？\n]|</?code>|<br\s*/?>(?=\s*[a-z])){5,220}"
    r"(?:[.!。！]+\s*|(?=\s*(?:<|\n|\Z)))"
)
_BEFORE_BROWSER = 60
"""Characters of a notice before the word."""
_MOST_NOTICES = 50
_BEGINNING = 3000
"""Characters of a body in which a player mostly stands."""
_ADDRESSED = re.compile(
    r"\b(?:your|this|votre|ton|tuo|vostro|su|tu|seu|teu|uw|je|jouw|ihr|dein|twoja|din|váš|ваш\w*"
    r"|твой)\b|您|你|お使い|ご利用|귀하|사용|متصفحك|شما|שלך|arayıcınız",
    re.IGNORECASE,
)
_UNABLE = re.compile(
    r"support|unterstütz|en charge|soporta|admite|suporta|ondersteun|поддержива|支持|サポート|対応"
    r"|지원|destekle|obsług|podpor|يدعم|پشتیبانی|תומך|stöd|támogat",
    re.IGNORECASE,
)
_PLAYED = re.compile(
    r"v[ií]d[eé]o|[aá]udio|html ?5|frame|\btag\b|element|élément|embed|javascript|видео|аудио|фрейм"
    r"|элемент|视频|視頻|影片|音频|音訊|标签|標籤|元素|動画|音声|タグ|비디오|동영상|오디오|فيديو|صوت|ویدیو"
    r"|וידאו"
    r"|öğe|etiket",
    re.IGNORECASE,
)
_VERBATIM = re.compile(
    r"<(pre|code|kbd|samp|tt|xmp|textarea)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)


_OF_PROGRAMS = re.compile(rf"_|=|{_QUOTE}")
_LONGEST_TAG = 4000
"""Characters of a tag that may close itself."""
_BLANKS = 100
"""Characters beside a placeholder in which its neighbour is looked for."""


def mended(source: str) -> str:
    """A body as its author meant it; most need no change."""
    if "&lt;" in source:
        source = _unescaped(source)
    if "&amp;" in source:
        source = _escaped_once(source)
    if "/>" in source:
        source = _closed(source)
    if _speaks_of_browsers(source):
        source = _without_notices(source)
    if "[" in source and _SHORTCODE.search(source):
        source = _without_shortcodes(source)
    return source


def _unescaped(source: str) -> str:
    """Some feeds escape their HTML twice, all of it or all but pictures: it reads like tags."""
    if not _ESCAPED.search(source[:_LENGTH]):
        return source
    if is_plain(source):
        return html.unescape(source)
    # Who writes about HTML shows some of it as code, or between other words.
    if _CODE.search(source):
        return source
    names = {name.lower() for name in _NAME_OF_TAG.findall(source)}
    if names <= _SHOWING or _is_markup(_TAG.sub("", source)):
        return _TEXT.sub(lambda match: match[1] or html.unescape(match[0]), source)
    return source


def _is_markup(text: str) -> bool:
    """Whether a text begins and ends with a tag."""
    return bool(_BEGINS_ESCAPED.match(text) and _ENDS_ESCAPED.search(text))


def _escaped_once(source: str) -> str:
    """Some feeds escape the characters of their texts twice."""
    found = _ESCAPED_TWICE.finditer(source)
    if not any(_stands_for_character(match) for match in found) or _CODE.search(source):
        return source
    return _ESCAPED_TWICE.sub(r"&\1;", source)


def _stands_for_character(entity: re.Match[str]) -> bool:
    """Whether an entity stands where a character would; a text may speak of entities as well."""
    name = entity[1]
    if name[0] != "#" and f"{name};" not in html5:
        return False
    before = entity.string[max(0, entity.start() - 1) : entity.start()]
    after = entity.string[entity.end() : entity.end() + 1]
    if name == "amp":
        return bool(before and after) and before.isspace() == after.isspace()
    return before.isalnum() or after.isalnum()


def _closed(source: str) -> str:
    """A body in which every element that closes itself ends there."""
    kept: list[str] = []
    position = 0
    slash = source.find("/>")
    while slash >= 0:
        start = source.rfind("<", max(position, slash - _LONGEST_TAG), slash)
        tag = None
        if start >= 0 and not source.startswith(_VOID, start):
            tag = _SELF_CLOSED.match(source, start)
        if tag:
            kept += (source[position:start], f"<{tag[1]}{tag[2]}></{tag[1]}>")
            position = tag.end()
        slash = source.find("/>", slash + 2)
    return "".join([*kept, source[position:]]) if kept else source


def _speaks_of_browsers(source: str) -> bool:
    if "rowser" in source:
        return True
    # Other languages take several times as long: only where players mostly stand.
    beginning = source[:_BEGINNING]
    words = _LATIN_BROWSER_WORDS if beginning.isascii() else _FOREIGN_BROWSER_WORDS
    for word in words:  # noqa: SIM110 - ``any`` takes three times as long, and every body is asked
        if word in beginning:
            return True
    return False


def _without_notices(source: str) -> str:
    for word in _BROWSER_WORDS:
        at = source.find(word)
        for _ in range(_MOST_NOTICES):
            if at < 0:
                break
            notice = _notice_around(source, at)
            if notice:
                source = source[: notice.start()] + source[notice.end() :]
                at = source.find(word, notice.start())
            else:
                at = source.find(word, at + len(word))
    return source


def _notice_around(source: str, at: int) -> re.Match[str] | None:
    """The sentence of a player that holds a word, if it begins a line or what a tag opens."""
    nearest = max(0, at - _BEFORE_BROWSER)
    start = max(source.rfind(">", nearest, at), source.rfind("\n", nearest, at)) + 1
    if nearest and not start:
        return None
    notice = _NOTICE.match(source, start)
    if notice is None or notice.end() <= at:
        return None
    is_one = all(pattern.search(notice[0]) for pattern in (_ADDRESSED, _UNABLE, _PLAYED))
    return notice if is_one else None


def _without_shortcodes(source: str) -> str:
    """A body without the placeholders that the program of its site did not replace."""
    kept: list[str] = []
    position = 0
    # Code may be anything.
    for code in _VERBATIM.finditer(source):
        kept += (_without_codes_in(source[position : code.start()]), code[0])
        position = code.end()
    kept.append(_without_codes_in(source[position:]))
    return "".join(kept)


def _without_codes_in(text: str) -> str:
    found = list(_SHORTCODE.finditer(text))
    sure = {match["sure"] or match["unquoted"] for match in found}
    opened = sure | {match["maybe"] for match in found}
    closed = {match["end"] for match in found}
    kept: list[str] = []
    position = 0
    for match in found:
        name = match[match.lastgroup or 0]
        is_pair = name in opened and name in closed
        if name in sure or is_pair or (match["maybe"] and _stands_alone(match, position)):
            kept.append(text[position : match.start()])
            position = match.end()
    kept.append(text[position:])
    return "".join(kept)


def _stands_alone(match: re.Match[str], position: int) -> bool:
    """Whether a name of several words is all there is between tags, beside others of its kind.

    ``position``: the end of the one before it.
    """
    # Hyphens alone are of people's words.
    if not _OF_PROGRAMS.search(match[0]):
        return False
    start, end = match.span()
    before = match.string[max(position, start - _BLANKS) : start].rstrip()[-1:]
    after = match.string[end : end + _BLANKS].lstrip()[:1]
    return before in ("", ">") and after in ("", "<", "[")
