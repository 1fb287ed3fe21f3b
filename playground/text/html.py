"""Telegram HTML to text with entities; errors are in Telegram's words (Bot API, "HTML style")."""

import re
from dataclasses import dataclass

from playground.errors import bad_request
from playground.text.formatted_text import Entity, FormattedText, in_order, utf16_length
from playground.text.links import InvalidLink, check_link, user_of_link

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
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


class _ParseError(Exception):
    """What is wrong, without "can't parse entities"."""


def parse_html(text: str) -> FormattedText:
    """The text and the entities as written, not yet made lawful.

    Raises:
        ApiError: 400 ``can't parse entities: ...``; offsets count bytes.
    """
    try:
        return _Parser(text).parse()
    except _ParseError as fault:
        raise bad_request(f"Can't parse entities: {fault}") from None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text + "\0"
        self.size = len(text)
        self.position = 0
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []
        self.losses: list[str] = []

    def parse(self) -> FormattedText:
        while self.position < self.size:
            plain = _PLAIN.match(self.text, self.position, self.size)
            if plain:
                self._put(plain[0])
                self.position = plain.end()
            elif self.text[self.position] == "&":
                self._put(self._reference() or self._skip())
            elif self.text[self.position + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.stack:
            raise _ParseError(
                f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"'
            )
        return self._result()

    def _result(self) -> FormattedText:
        text = "".join(self.parts)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _ParseError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        entities = [
            Entity("code", e.offset, e.length) if e.type == "code" else e for e in self.entities
        ]
        return FormattedText(text, tuple(in_order(entities)), tuple(self.losses))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _skip(self) -> str:
        self.position += 1
        return self.text[self.position - 1]

    def _reference(self) -> str:
        """The character of ``&...;`` here, or nothing: then the ampersand stands for itself."""
        match = _REFERENCE.match(self.text, self.position, self.size)
        if match is None:
            return ""
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            character = _NAMED.get(name, "")
        else:
            code = int(decimal or "0") if hexadecimal is None else int(hexadecimal or "0", 16)
            # TDLib reads so many characters of a reference, and no more.
            is_short = len(match[0].removesuffix(";")) < 10
            character = chr(code) if is_short and 0 < code < 0x10FFFF else ""
        if character:
            self.position = match.end()
        return character

    def _at(self, position: int) -> int:
        return len(self.text[:position].encode("utf-8", "surrogatepass"))

    def _spaces(self, position: int) -> int:
        while position < self.size and self.text[position] in _SPACE:
            position += 1
        return position

    def _name(self, begin: int) -> tuple[str, int]:
        end = _NAME_END.search(self.text, begin)
        stop = end.start() if end else self.size
        return "".join(c.lower() if c.isascii() else c for c in self.text[begin:stop]), stop

    def _start_tag(self) -> None:
        begin = self.position
        tag, self.position = self._name(begin + 1)
        if self.position >= self.size:
            raise _ParseError(f"Unclosed start tag at byte offset {self._at(begin)}")
        if tag not in _TYPES:
            raise _ParseError(f'Unsupported start tag "{tag}" at byte offset {self._at(begin)}')
        opened = _Open(tag, "", self.length, len(self.parts))
        while self.text[self.position] != ">":
            self.position = self._spaces(self.position)
            if self.text[self.position] == ">":
                break
            self._attribute(opened, begin)
        self.position += 1
        if tag == "span" and opened.argument != "spoiler":
            raise _ParseError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._at(begin)}'
            )
        self.stack.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        end = _ATTRIBUTE_END.search(self.text, self.position)
        stop = end.start() if end else self.size
        name = self.text[self.position : stop]
        if not name:
            raise _ParseError(
                f'Empty attribute name in the tag "{opened.tag}" at byte offset {self._at(begin)}'
            )
        self.position = self._spaces(stop)
        if self.position >= self.size:
            raise _ParseError(f'Unclosed start tag "{opened.tag}" at byte offset {self._at(begin)}')
        if self.text[self.position] != "=":
            self._take(opened, name, "")
            return
        self.position = self._spaces(self.position + 1)
        if self.position >= self.size:
            raise _ParseError(f'Unclosed start tag "{opened.tag}" at byte offset {self._at(begin)}')
        value = self._string() if self.text[self.position] in "'\"" else self._token()
        if self.position >= self.size:
            raise _ParseError(f"Unclosed start tag at byte offset {self._at(begin)}")
        self._take(opened, name, value)

    def _token(self) -> str:
        begin = self.position
        match = _TOKEN.match(self.text, begin)
        self.position = match.end() if match else begin
        if self.text[self.position] not in _SPACE + ">":
            raise _ParseError(f"Unexpected end of name token at byte offset {self._at(begin)}")
        return self.text[begin : self.position].lower()

    def _string(self) -> str:
        quote = self._skip()
        parts = []
        while self.position < self.size and self.text[self.position] != quote:
            parts.append((self.text[self.position] == "&" and self._reference()) or self._skip())
        self.position += self.position < self.size
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
        begin = self.position
        if not self.stack:
            raise _ParseError(f"Unexpected end tag at byte offset {self._at(begin)}")
        name, stop = self._name(begin + 2)
        self.position = self._spaces(stop)
        if self.text[self.position] != ">":
            raise _ParseError(f"Unclosed end tag at byte offset {self._at(begin)}")
        self.position += 1
        opened = self.stack[-1]
        if name and name != opened.tag:
            raise _ParseError(
                f"Unmatched end tag at byte offset {self._at(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.offset:
            self._close(opened)
        self.stack.pop()

    def _close(self, opened: _Open) -> None:
        """Turn a closed tag into its entity."""
        kind, argument, length = _TYPES[opened.tag], opened.argument, self.length - opened.offset
        twin = self._twin(opened.offset, length)
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
                raise _ParseError("Invalid custom emoji identifier specified")
            case "tg-time":
                kind, argument = _date(argument, opened.format)
            case "span":
                argument = ""
        if kind:
            self.entities.append(Entity(kind, opened.offset, length, argument))

    def _twin(self, offset: int, length: int) -> Entity | None:
        """The last entity, if it covers the same run: ``pre`` and ``code`` become one then."""
        if not self.entities:
            return None
        last = self.entities[-1]
        return last if (last.offset, last.length) == (offset, length) else None

    def _link(self, url: str) -> tuple[str, str]:
        user = user_of_link(url)
        if user:
            return "text_mention", str(user)
        try:
            return "text_link", check_link(url)
        except InvalidLink:
            self.losses.append(f"the link {url[:200]!r}")
            return "", ""


def _date(unix: str, wanted: str) -> tuple[str, str]:
    """``("date_time", "UNIX FORMAT")``, or nothing where the moment is none.

    Moments are signed numbers of 32 bits, wrapped.
    """
    if not _DATE_FORMAT.fullmatch(wanted):
        raise _ParseError("Invalid date format used")
    digits = re.match(r"[0-9]+", unix)
    moment = int(digits[0]) & 0xFFFF_FFFF if digits else 0
    if not 0 < moment < 1 << 31:
        return "", ""
    shown = [
        next((letter for letter in letters if letter in wanted), "")
        for letters in ("r", "w", "dD", "tT")
    ]
    return "date_time", f"{moment} {''.join(shown)}"
