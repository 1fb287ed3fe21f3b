"""A rule from the text that somebody wrote. Pure.

Several words are all wanted, a comma or a line begins an alternative. What is negated is so for all
alternatives of a list: "apple, google, -stock" is "(apple or google) and not stock".
"""

import re
from functools import lru_cache
from typing import NoReturn

from bot.errors import RuleFault
from bot.model.regex import compiled
from bot.rules import languages, names
from bot.rules.conditions import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    QUOTES,
    Attached,
    Both,
    Compares,
    Condition,
    Field,
    Has,
    InLanguage,
    Matches,
    Not,
    Number,
    Says,
    all_of,
    any_of,
    negated,
    says,
)
from bot.rules.folding import needle
from bot.settings.typed import read_interval

_SHOWN = 30
_SPACE = re.compile(r"[^\S\n]+")
_STOP = re.compile(r"[,，、;；\n]+")
_OPEN, _CLOSE = frozenset("(（"), frozenset(")）")
_MINUS = re.compile(r"[-−–—!！]+(?=[^\s-])")
_LONE_DASH = re.compile(r"[-−–—·•]+(?=\s|$)")
_NUMBERED = re.compile(r"(?:^|(?<=\n))[^\S\n]*\d{1,2}[.)][^\S\n]+")
"""How the lines of a numbered list begin."""
_PLUS = re.compile(r"\+(?=[^\s+])")
_SINGLE_QUOTED = re.compile(r"['‘’]([^'‘’\n]+)['‘’](?=[\s,，、;；)）]|$)")
_EXPRESSION = re.compile(r"/((?:\\.|[^/\\\n])+)/i?(?=[\s,，、;；)）]|$)")
_PATH = re.compile(r"/[\w.-]*(?:/[\w.-]*)*(?=[\s,，、;；)）]|$)")
_ESCAPED = re.compile(r"\\(.)")
_NAME = re.compile(r"([^\W\d_]+)[:：]")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SIGNS = "|".join(sorted(map(re.escape, names.COMPARISONS), key=len, reverse=True))
_COMPARED = re.compile(rf"([^\W\d_]+)[^\S\n]*[:：]?[^\S\n]*({_SIGNS})[^\S\n]*")
_EQUALLY = re.compile(r"([^\W\d_]+)[:：][^\S\n]*(?=\d)")
_COUNT = re.compile(
    r"(\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+|\d{1,9}(?:\.\d{1,3})?)\s?(k|m|千|万|萬)?(?![\w.])",
    re.IGNORECASE,
)
_BETWEEN_DIGITS = re.compile(r"[,\s]")
_TIMES = {"k": 1000, "千": 1000, "m": 1_000_000, "万": 10_000, "萬": 10_000}
_DURATIONS = (
    re.compile(r"\d[\d.,:]*(?:\s?[^\W\d_]+)?(?:\s?\d[\d.,]*\s?[^\W\d_]+)*"),
    re.compile(r"\d[\d.,:]*[^\W\d_]*"),
    re.compile(r"\d[\d.:]*"),
)
"""What may be a stretch of time, the longest first."""
# A comma between digits belongs to them.
_WORD = re.compile(rf"(?:[^\s,，、;；|()（）{''.join(QUOTES)}」』》〉]|(?<=\d),(?=\d))+|\|+")


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Condition:
    """The condition that a text says.

    Raises:
        RuleFault: It says none; with the place, and with what may have been meant.
    """
    return _Parser(text).whole()


class _Parser:
    """Reads from left to right, once; each method leaves ``at`` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.terms = 0
        self.is_list = "\n" in text.strip()
        self.field: Field | None = None
        """What is in brackets behind a field is about that field."""

    def whole(self) -> Condition:
        if len(self.text) > MAX_LENGTH:
            self.fail("long", MAX_LENGTH, len(self.text), hint=str(MAX_LENGTH))
        condition = self.list()
        if self.at < len(self.text):
            self.fail("close", self.at, self.at + 1)
        if condition is None:
            self.fail("empty", len(self.text), len(self.text))
        return condition

    # -- what is joined

    def list(self) -> Condition | None:
        """Alternatives, parted by commas and lines; ``None``: there is nothing."""
        wanted: list[Condition] = []
        unwanted: list[Condition] = []
        while True:
            if self.is_list:
                self.skip(_NUMBERED)
            condition = self.alternatives()
            if condition is not None:
                (unwanted if _is_negative(condition) else wanted).append(condition)
            if not self.skip(_STOP):
                break
        if not wanted and not unwanted:
            return None
        return all_of([any_of(wanted), *unwanted] if wanted else unwanted)

    def alternatives(self) -> Condition | None:
        first = self.sequence()
        if first is None:
            self.must_not_begin(names.OR)
            return None
        parts = [first]
        while (joint := self.joint(names.OR)) is not None:
            following = self.sequence()
            if following is None:
                self.fail("joined", joint, self.at)
            parts.append(following)
        return any_of(parts)

    def sequence(self) -> Condition | None:
        """Conditions side by side, all of which are wanted."""
        first = self.operand()
        if first is None:
            self.must_not_begin(names.AND)
            return None
        parts = [first]
        while True:
            joint = self.joint(names.AND)
            following = self.operand()
            if following is not None:
                parts.append(following)
            elif joint is not None:
                self.fail("joined", joint, self.at)
            else:
                return all_of(parts)

    def must_not_begin(self, joints: frozenset[str]) -> None:
        joint = self.joint(joints)
        if joint is not None:
            self.fail("joined", joint, self.at)

    def joint(self, joints: frozenset[str]) -> int | None:
        """Where a word begins that joins conditions, if it is the next; it is read then."""
        self.blanks()
        found = _WORD.match(self.text, self.at)
        if found is None or found[0].casefold() not in joints:
            return None
        self.at = found.end()
        return found.start()

    def operand(self) -> Condition | None:
        """One condition, perhaps negated; ``None``: none begins here."""
        is_negated, begin = False, None
        while True:
            self.blanks()
            begin_of_not = self.at
            if not (self.skip(_MINUS) or self.joint(names.NOT) is not None):
                break
            is_negated = not is_negated
            begin = begin_of_not if begin is None else begin
        self.skip(_PLUS)
        condition = self.atom()
        if condition is None:
            if begin is not None:
                self.fail("value", begin, self.at)
            return None
        return negated(condition) if is_negated else condition

    # -- one condition

    def atom(self) -> Condition | None:
        if self.at == len(self.text):
            return None
        if self.text[self.at] in _OPEN:
            return self.bracket()
        condition = self.compared() or self.named() or self.value(self.field)
        if condition is not None:
            self.terms += not isinstance(condition, (Both, Not))
            if self.terms > MAX_TERMS:
                self.fail("crowded", self.at, self.at, hint=str(MAX_TERMS))
        return condition

    def bracket(self) -> Condition:
        begin = self.at
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("deep", begin, begin + 1, hint=str(MAX_DEPTH))
        self.at += 1
        condition = self.list()
        if self.text[self.at : self.at + 1] not in _CLOSE or self.at == len(self.text):
            self.fail("open", begin, begin + 1)
        self.at += 1
        if condition is None:
            self.fail("words", begin, self.at)
        self.depth -= 1
        return condition

    def compared(self) -> Condition | None:
        """A number, and what it is compared with."""
        found = _COMPARED.match(self.text, self.at)
        sign = found[2] if found else "="
        if found is None:
            found = _EQUALLY.match(self.text, self.at)
            if found is None or found[1].casefold() not in names.NUMBERS:
                return None
        name = found[1].casefold()
        number = names.NUMBERS.get(name)
        if number is None:
            close = f"{names.FIELDS[name]}:" if name in names.FIELDS else ""
            close = close or names.meant(name, [*names.NUMBERS])
            reason, hint = ("similar", close) if close else ("number", ", ".join(Number))
            self.fail(reason, self.at, found.end(1), hint=hint)
        self.at = found.end()
        amount = self.duration() if number is Number.DURATION else self.count()
        if amount is None:
            hint = "duration < 10m" if number is Number.DURATION else f"{number} > 100"
            self.fail("amount", self.at, self.at_end_of_word(), hint=hint)
        return Compares(number, names.COMPARISONS[sign], amount)

    def count(self) -> int | None:
        found = _COUNT.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return round(
            float(_BETWEEN_DIGITS.sub("", found[1])) * _TIMES.get((found[2] or "").lower(), 1)
        )

    def duration(self) -> int | None:
        for form in _DURATIONS:
            found = form.match(self.text, self.at)
            if found is None:
                return None
            try:
                seconds = round(read_interval(found[0]).total_seconds())
            except ValueError:
                continue
            self.at = found.end()
            return seconds
        return None

    def named(self) -> Condition | None:
        """A condition that begins with a name and a colon."""
        found = _NAME.match(self.text, self.at)
        if found is None or _ADDRESS.match(self.text, self.at):
            return None
        name, begin = found[1].casefold(), self.at
        if name in names.HAS:
            return Has(self.choice(found.end()))
        if name in names.LANGUAGE:
            return InLanguage(self.language(found.end()))
        field = names.FIELDS.get(name)
        if field is None:
            close = names.meant(name)
            if close:
                self.fail("similar", begin, found.end(), hint=f"{close}:")
            return None
        self.at = found.end()
        self.blanks()
        if self.text[self.at : self.at + 1] in _OPEN and self.at < len(self.text):
            return self.about(field)
        condition = self.value(field)
        if condition is None:
            self.fail("value", begin, found.end())
        return condition

    def about(self, field: Field) -> Condition:
        outer, self.field = self.field, field
        condition = self.bracket()
        self.field = outer
        return condition

    def choice(self, begin: int) -> Attached:
        word = self.word_at(begin)
        what = names.ATTACHED.get(word)
        if what is None:
            self.fail("choice", begin, self.at, hint=", ".join(Attached))
        return what

    def language(self, begin: int) -> str:
        code = languages.code_of(self.word_at(begin))
        if not code:
            self.fail("language", begin, self.at)
        return code

    def word_at(self, begin: int) -> str:
        """The word at or behind a place, in lower case; empty: there is none."""
        self.at = begin
        self.blanks()
        found = _WORD.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0].casefold()

    def value(self, field: Field | None) -> Condition | None:
        """A phrase, an expression or a word; ``None``: none of them begins here."""
        if self.at == len(self.text):
            return None
        ends = QUOTES.get(self.text[self.at])
        if ends is not None:
            return self.phrase(ends, field)
        if found := _SINGLE_QUOTED.match(self.text, self.at):
            return self.words(found[1], found.end(), field)
        if self.text[self.at] == "/":
            return self.expression(field)
        if found := _ADDRESS.match(self.text, self.at):
            return self.words(found[0].partition("//")[2], found.end(), field or Field.LINK)
        found = _WORD.match(self.text, self.at)
        if found is None or found[0].casefold() in names.AND | names.OR:
            return None
        return self.words(found[0], found.end(), field)

    def phrase(self, ends: str, field: Field | None) -> Condition:
        begin = self.at
        closing = min(
            (at for end in ends if (at := self.text.find(end, begin + 1)) > 0), default=None
        )
        if closing is None:
            self.fail("quote", begin, self.at_end_of_word())
        return self.words(self.text[begin + 1 : closing], closing + 1, field)

    def expression(self, field: Field | None) -> Condition:
        begin = self.at
        found = _EXPRESSION.match(self.text, begin)
        if found is None:
            path = _PATH.match(self.text, begin)
            if path is None:
                self.fail("expression", begin, self.at_end_of_word())
            return self.words(path[0], path.end(), field)
        text = _ESCAPED.sub(lambda pair: "/" if pair[1] == "/" else pair[0], found[1])
        try:
            compiled(text)
        except ValueError as fault:
            self.fail("regex", begin, found.end(), hint=str(fault))
        self.at = found.end()
        return Matches(text, field)

    def words(self, text: str, end: int, field: Field | None) -> Says:
        # Feeds write their tags without the sign.
        condition = says(text.lstrip("#＃") if field is Field.TAG else text, field)
        if not needle(condition.words):
            self.fail("words", self.at, end)
        self.at = end
        return condition

    # -- the text

    def blanks(self) -> None:
        while self.skip(_SPACE) or self.skip(_LONE_DASH):
            pass

    def skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        return True

    def at_end_of_word(self) -> int:
        found = re.compile(r"\S*").match(self.text, self.at)
        return found.end() if found else self.at

    def fail(self, reason: str, begin: int, end: int, hint: str = "") -> NoReturn:
        raise RuleFault(reason, self.text[begin:end][:_SHOWN], column=begin + 1, hint=hint)


def _is_negative(condition: Condition) -> bool:
    if isinstance(condition, Both):
        return all(map(_is_negative, condition.conditions))
    return isinstance(condition, Not)
