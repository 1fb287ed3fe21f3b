"""How rules about pages are written: a page's address as a pattern, and the addresses that follow.

In ``github.com/{owner}/{repo}`` a ``{name}`` is one part of a path or the value of a parameter,
``{name:regex}`` what the expression matches, ``{name:$pattern}`` what the pattern of this name
matches, and ``/*`` at the end stands for whatever follows. A page is named without ``www.`` and the
like; ``<gitlab>`` in place of a host is every host that runs this software. What follows is an
address, or a path on the page's own host; several are told apart by their kind
(``model.Candidate``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, quote, urlsplit

_FIELD = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}")
_HELD = re.compile(r"\0(\d+)\0")
_PREFIX = r"(?:(?:www|m|mobile|old|new|np|music)\.)?"
_ONE_PART = "[^/?]+"
_ANYTHING = ".+"
_NOT_QUOTED = "%/@:+~.-_"


@dataclass(frozen=True, slots=True)
class Route:
    """Pages of one form, and what follows from the address of each."""

    host: re.Pattern[str] | None
    software: str
    """Instead of a host."""
    path: re.Pattern[str]
    query: tuple[tuple[str, re.Pattern[str]], ...]
    targets: tuple[tuple[str, str], ...]
    """``(kind, template)``; the kind is empty where there is one target only."""

    def follow(
        self, url: str, software: str = "", **known: str
    ) -> tuple[tuple[str, str], ...] | None:
        """``(kind, address)`` pairs for a page of this form, ``None`` for any other.

        Args:
            url: the page, in its stored form.
            software: what is known to run on its host, or empty.
            known: fields of the targets that do not stand in the address.
        """
        parts = urlsplit(url)
        if self.host is None and self.software != software:
            return None
        pairs = [(self.path, parts.path)]
        if self.query:
            parameters = dict(parse_qsl(parts.query))
            pairs += [(value, parameters.get(name, "")) for name, value in self.query]
        if self.host:
            pairs.append((self.host, parts.hostname or ""))
        fields = {"origin": f"{parts.scheme}://{parts.netloc}", **known}
        for pattern, text in pairs:
            match = pattern.fullmatch(text)
            if match is None:
                return None
            for name, value in match.groupdict().items():
                # What was matched is put into another address, where it must not become a query or
                # a fragment.
                fields[name] = quote(value or "", safe=_NOT_QUOTED)
        return tuple((kind, template.format_map(fields)) for kind, template in self.targets)

    @classmethod
    def parse(
        cls, page: str, targets: Mapping[str, str], patterns: Mapping[str, str] | None = None
    ) -> Self:
        """Read the notation of this module.

        Args:
            page: the pattern of the page's address.
            targets: what follows, by kind; the kind of an only target is empty.
            patterns: regular expressions by name.
        """
        held = [
            (field[1], _expression(field[2], patterns or {})) for field in _FIELD.finditer(page)
        ]
        numbers = iter(range(len(held)))
        # What the expressions hold is no notation, so they are taken out while the rest is read.
        bare = _FIELD.sub(lambda _: f"\0{next(numbers)}\0", page)
        address, _, query = bare.partition("?")
        host, _, path = address.partition("/")
        software = host.strip("<>") if host.startswith("<") else ""
        base = _pattern(f"/{path}".removesuffix("*").rstrip("/"), held, _ONE_PART)
        parameters = [part.partition("=") for part in query.split("&") if part]
        return cls(
            host=None if software else re.compile(_PREFIX + _pattern(host, held, _ONE_PART)),
            software=software,
            path=re.compile(base + ("(?:/.*)?" if path.endswith("*") else "/?")),
            query=tuple(
                (name, re.compile(_pattern(value, held, _ANYTHING)))
                for name, _, value in parameters
            ),
            targets=tuple((kind, _template(target)) for kind, target in targets.items()),
        )


def route(page: str, only: str = "", /, **by_kind: str) -> Route:
    """One rule: a page, and the address of its only feed or of each kind."""
    return Route.parse(page, {"": only} if only else by_kind)


def _expression(written: str | None, patterns: Mapping[str, str]) -> str:
    """What a field matches; empty where the rule leaves it open."""
    if written and written.startswith("$"):
        return patterns[written[1:]]
    return written or ""


def _template(target: str) -> str:
    return "{origin}" + target if target.startswith("/") else target


def _pattern(text: str, held: list[tuple[str, str]], default: str) -> str:
    """A regular expression for text in which fields are numbers (``_HELD``)."""
    expression = ""
    for position, piece in enumerate(_HELD.split(text)):
        # ``split`` puts the numbers at odd positions.
        if position % 2 == 0:
            expression += re.escape(piece)
            continue
        name, matches = held[int(piece)]
        expression += f"(?P<{name}>{matches or default})"
    return expression
