"""Telegram HTML to text with entities, with Telegram's own words for every fault (Bot API, "HTML style")."""

import re
from dataclasses import dataclass

from playground.formatted import Entity, Formatted, by_place, utf16_length
from playground.links import WrongLink, check_link, user_of_link
from playground.refusal import bad_request

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*));?")
_PLAIN = re.compile(r"[^<&]+")
_SPACE = " \t\n\r\v\0"
_NAME_END = re.compile(r"[ \t\n\r\v\0>]")
_ATTRIBUTE_END = re.compile(r"[ \t\n\r\v\0=>/\"']")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_DATE_FORMAT = re.compile(r"r|[wdDtT]*")


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    begin: int
    format: str = ""


class _Fault(Exception):
    """What is wrong, without "can't parse entities"."""


def parse_html(text: str) -> Formatted:
    """The text and the entities as written, not yet made lawful.

    Raises:
        Refusal: 400 ``can't parse entities: ...``; offsets count bytes.
    """
    try:
        return _Parser(text).parse()
    except _Fault as fault:
        raise bad_request(f"Can't parse entities: {fault}") from None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text + "\0"
        self.size = len(text)
        self.place = 0
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []
        self.losses: list[str] = []

    def parse(self) -> Formatted:
        while self.place < self.size:
            plain = _PLAIN.match(self.text, self.place, self.size)
            if plain:
                self._put(plain[0])
                self.place = plain.end()
            elif self.text[self.place] == "&":
                self._put(self._reference() or self._skip())
            elif self.text[self.place + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.stack:
            raise _Fault(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return self._result()

    def _result(self) -> Formatted:
        text = "".join(self.parts)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _Fault(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        entities = [
            Entity("code", e.offset, e.length) if e.type == "code" else e for e in self.entities
        ]
        return Formatted(text, tuple(by_place(entities)), tuple(self.losses))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _skip(self) -> str:
        self.place += 1
        return self.text[self.place - 1]

    def _reference(self) -> str:
        """The character of ``&...;`` at the place, or nothing: then the ampersand stands for itself."""
        match = _REFERENCE.match(self.text, self.place, self.size)
        if match is None:
            return ""
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            character = _NAMED.get(name, "")
        else:
            code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
            width = len(match[0].removesuffix(";"))
            character = chr(code) if 0 < code < 0x10FFFF and width < 10 else ""
        if character:
            self.place = match.end()
        return character

    def _at(self, place: int) -> int:
        return len(self.text[:place].encode("utf-8", "surrogatepass"))

    def _spaces(self, place: int) -> int:
        while place < self.size and self.text[place] in _SPACE:
            place += 1
        return place

    def _name(self, begin: int) -> tuple[str, int]:
        end = _NAME_END.search(self.text, begin)
        stop = end.start() if end else self.size
        return "".join(c.lower() if c.isascii() else c for c in self.text[begin:stop]), stop

    def _start_tag(self) -> None:
        begin = self.place
        tag, self.place = self._name(begin + 1)
        if self.place >= self.size:
            raise _Fault(f"Unclosed start tag at byte offset {self._at(begin)}")
        if tag not in _TYPES:
            raise _Fault(f'Unsupported start tag "{tag}" at byte offset {self._at(begin)}')
        opened = _Open(tag, "", self.length, len(self.parts))
        while self.text[self.place] != ">":
            self.place = self._spaces(self.place)
            if self.text[self.place] == ">":
                break
            self._attribute(opened, begin)
        self.place += 1
        if tag == "span" and opened.argument != "spoiler":
            raise _Fault(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._at(begin)}'
            )
        self.stack.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        end = _ATTRIBUTE_END.search(self.text, self.place)
        stop = end.start() if end else self.size
        name = self.text[self.place : stop]
        if not name:
            raise _Fault(
                f'Empty attribute name in the tag "{opened.tag}" at byte offset {self._at(begin)}'
            )
        self.place = self._spaces(stop)
        if self.place >= self.size:
            raise _Fault(f'Unclosed start tag "{opened.tag}" at byte offset {self._at(begin)}')
        if self.text[self.place] != "=":
            self._take(opened, name, "")
            return
        self.place = self._spaces(self.place + 1)
        if self.place >= self.size:
            raise _Fault(f'Unclosed start tag "{opened.tag}" at byte offset {self._at(begin)}')
        value = self._string() if self.text[self.place] in "'\"" else self._token()
        if self.place >= self.size:
            raise _Fault(f"Unclosed start tag at byte offset {self._at(begin)}")
        self._take(opened, name, value)

    def _token(self) -> str:
        begin = self.place
        match = _TOKEN.match(self.text, begin)
        self.place = match.end() if match else begin
        if self.text[self.place] not in _SPACE + ">":
            raise _Fault(f"Unexpected end of name token at byte offset {self._at(begin)}")
        return self.text[begin : self.place].lower()

    def _string(self) -> str:
        quote = self._skip()
        parts = []
        while self.place < self.size and self.text[self.place] != quote:
            parts.append((self.text[self.place] == "&" and self._reference()) or self._skip())
        self.place += self.place < self.size
        return "".join(parts)

    @staticmethod
    def _take(opened: _Open, name: str, value: str) -> None:
        match opened.tag, name:
            case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
                opened.argument = value
            case "tg-time", "format":
                opened.format = value
            case "blockquote", "expandable":
                opened.argument = "expandable"
            case "code", "class" if value.startswith("language-"):
                opened.argument = value[9:]
            case "span", "class" if value.startswith("tg-"):
                opened.argument = value[3:]

    def _end_tag(self) -> None:
        begin = self.place
        if not self.stack:
            raise _Fault(f"Unexpected end tag at byte offset {self._at(begin)}")
        name, stop = self._name(begin + 2)
        self.place = self._spaces(stop)
        if self.text[self.place] != ">":
            raise _Fault(f"Unclosed end tag at byte offset {self._at(begin)}")
        self.place += 1
        opened = self.stack[-1]
        if name and name != opened.tag:
            raise _Fault(
                f'Unmatched end tag at byte offset {self._at(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.offset:
            self._close(opened)
        self.stack.pop()

    def _close(self, opened: _Open) -> None:
        """Turn a closed tag into its entity."""
        kind, argument, length = _TYPES[opened.tag], opened.argument, self.length - opened.offset
        last = self.entities[-1] if self.entities else None
        twin = last if last and (last.offset, last.length) == (opened.offset, length) else None
        match opened.tag:
            case "a":
                kind, argument = self._link(argument or "".join(self.parts[opened.begin :]))
            case "blockquote" if argument:
                kind, argument = "expandable_blockquote", ""
            case "pre" if twin and twin.type == "code" and twin.argument:
                self.entities.pop()
                argument = twin.argument
            case "code" if twin and twin.type == "pre" and not twin.argument and argument:
                self.entities.pop()
                kind = "pre"
            case "tg-emoji" if not re.fullmatch(r"-?[0-9]{1,19}", argument) or not int(argument):
                raise _Fault("Invalid custom emoji identifier specified")
            case "tg-time":
                kind, argument = _date(argument, opened.format)
            case "span":
                argument = ""
        if kind:
            self.entities.append(Entity(kind, opened.offset, length, argument))

    def _link(self, url: str) -> tuple[str, str]:
        user = user_of_link(url)
        if user:
            return "text_mention", str(user)
        try:
            return "text_link", check_link(url)
        except WrongLink:
            self.losses.append(f"the link {url[:200]!r}")
            return "", ""


def _date(unix: str, wanted: str) -> tuple[str, str]:
    """``("date_time", "UNIX FORMAT")``, or nothing where the moment is none (a signed number of 32 bits, wrapped)."""
    if not _DATE_FORMAT.fullmatch(wanted):
        raise _Fault("Invalid date format used")
    digits = re.match(r"[0-9]+", unix)
    moment = int(digits[0]) & 0xFFFF_FFFF if digits else 0
    if not 0 < moment < 1 << 31:
        return "", ""
    shown = [
        next((letter for letter in letters if letter in wanted), "")
        for letters in ("r", "w", "dD", "tT")
    ]
    return "date_time", f"{moment} {''.join(shown)}"
