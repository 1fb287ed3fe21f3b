"""How the tables of platforms are written and read: a page's address as a pattern, and the addresses that follow.

``route("github.com/{owner}/{repo}", releases="/{owner}/{repo}/releases.atom")``: ``{name}`` is one
part of a path or the value of a parameter, ``{name:regex}`` what the expression matches, ``/*`` at
the end whatever follows. A page is named without ``www.`` and the like; ``<gitlab>`` in place of a
host is every host that runs this software. What follows is an address, or a path on the page's own
host; several are told apart by their kind (``model.Candidate``).
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, quote, urlsplit

_FIELD = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}")
_HELD = re.compile(r"\0(\d+)\0")
_PREFIX = r"(?:(?:www|m|mobile|old|new|np|music)\.)?"
_AS_IT_STANDS = "%/@:+~.-_"


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
        fields = {"origin": f"{parts.scheme}://{parts.netloc}", **known}
        if self.host is None and self.software != software:
            return None
        parameters = dict(parse_qsl(parts.query)) if self.query else {}
        pairs = [
            (self.path, parts.path),
            *((value, parameters.get(name, "")) for name, value in self.query),
        ]
        pairs += [(self.host, parts.hostname or "")] if self.host else []
        for pattern, text in pairs:
            match = pattern.fullmatch(text)
            if match is None:
                return None
            fields |= {
                name: quote(value or "", safe=_AS_IT_STANDS)
                for name, value in match.groupdict().items()
            }
        return tuple((kind, template.format_map(fields)) for kind, template in self.targets)

    @classmethod
    def of(cls, page: str, targets: tuple[tuple[str, str], ...]) -> Self:
        """Read the notation of this module."""
        held = list(_FIELD.finditer(page))
        numbers = iter(range(len(held)))
        bare = _FIELD.sub(
            lambda _: f"\0{next(numbers)}\0", page
        )  # what the expressions hold is no notation
        address, _, query = bare.partition("?")
        host, _, path = address.partition("/")
        software = host.strip("<>") if host.startswith("<") else ""
        base = _pattern(f"/{path}".removesuffix("*").rstrip("/"), held)
        parameters = (part.partition("=") for part in query.split("&") if part)
        return cls(
            host=None if software else re.compile(_PREFIX + _pattern(host, held)),
            software=software,
            path=re.compile(base + ("(?:/.*)?" if path.endswith("*") else "/?")),
            query=tuple(
                (name, re.compile(_pattern(value, held, ".+"))) for name, _, value in parameters
            ),
            targets=tuple(
                (k, "{origin}" + written if written[0] == "/" else written)
                for k, written in targets
            ),
        )


def route(page: str, only: str = "", /, **by_kind: str) -> Route:
    """One line of a table: a page, and the address of its only feed or of each kind."""
    return Route.of(page, (("", only),) if only else tuple(by_kind.items()))


def _pattern(text: str, held: list[re.Match[str]], anything: str = "[^/?]+") -> str:
    pieces = _HELD.split(text)
    return "".join(
        re.escape(piece)
        if place % 2 == 0
        else f"(?P<{held[int(piece)][1]}>{held[int(piece)][2] or anything})"
        for place, piece in enumerate(pieces)
    )
