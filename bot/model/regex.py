"""Regular expressions that people write: RE2's, which never take long, whatever they say."""

from functools import lru_cache

import re2

MAX_EXPRESSION = 500
"""Characters."""
_MEMORY = 2 << 20
"""Bytes that RE2 may use for one expression; one that needs more is a fault."""
_SHOWN = 30


class Expression:
    """A sound expression; upper and lower case are one."""

    def __init__(self, text: str) -> None:
        """Compile an expression, without regard to case; ``.`` matches line breaks, too.

        Raises:
            ValueError: RE2 does not know it (look-ahead and back references, for instance). The
                text names the place, and completes "key = value: ...".
        """
        if len(text) > MAX_EXPRESSION:
            raise ValueError(f"is longer than {MAX_EXPRESSION} characters: make two of it")
        # RE2 logs faults to stderr by itself; they are told to whoever wrote the expression
        # instead.
        options = re2.Options()
        options.log_errors, options.case_sensitive, options.dot_nl, options.max_mem = (
            False,
            False,
            True,
            _MEMORY,
        )
        try:
            self._compiled = re2.compile(text, options)
        except re2.error as error:
            raise ValueError(_fault(text, error)) from None

    def covers(self, text: str) -> bool:
        """Whether it matches a text from its beginning to its end."""
        return self._compiled.fullmatch(text) is not None

    def found_in(self, text: str) -> bool:
        """Whether it matches some part of a text."""
        return self._compiled.search(text) is not None


@lru_cache(maxsize=512)
def compiled(text: str) -> Expression:
    """The expression of a text that was checked; compiled once."""
    return Expression(text)


def _fault(text: str, error: Exception) -> str:
    said = (
        error.args[0].decode("utf-8", "replace")
        if isinstance(error.args[0], bytes)
        else str(error.args[0])
    )
    reason, _, words = said.partition(": ")
    place = max(text.rfind(words), 0) + 1 if words else len(text)
    return f"is no regular expression (RE2): character {place}: {said[: len(reason) + 2 + _SHOWN]}"
