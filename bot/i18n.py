"""The words of Tidings, by Fluent: one file per language in ``locales/``, English the measure of all.

Messages are Telegram HTML (Bot API, "HTML style"): the markup is the translators', the arguments
are untrusted and escaped.
"""

import html
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentNumber
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Resource

_TRADITIONAL = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
"""Places that stand for a script."""
_LONGEST_PART = 2000
"""Fluent refuses arguments of more than 2500 characters; longer ones are put in afterwards."""

Argument = str | int | float | datetime


class Markup(str):
    """Text that is Telegram HTML already and must not be escaped again."""

    __slots__ = ()


class Translator:
    """Messages by language and key. Languages are lower-case codes: ``en``, ``zh-hans``."""

    def __init__(self, default: str = "en") -> None:
        self._bundles = {
            entry.name.removesuffix(".ftl"): _bundle(
                entry.name.removesuffix(".ftl"), entry.read_text("utf-8")
            )
            for entry in sorted((files("bot") / "locales").iterdir(), key=lambda entry: entry.name)
            if entry.name.endswith(".ftl")
        }
        self._default = default if default in self._bundles else "en"

    def languages(self) -> Mapping[str, str]:
        """Code to name, each language in its own words."""
        return {code: self.plain(code, "language-name") for code in self._bundles}

    def negotiate(self, code: str | None) -> str:
        """The language to speak to someone whose client says ``code`` (an IETF tag, or ``None``; Bot API, User)."""
        wanted = (code or "").lower().replace("_", "-")
        wanted = _TRADITIONAL.get(wanted, wanted)
        primary = wanted.partition("-")[0]
        kindred = [known for known in self._bundles if known.partition("-")[0] == primary]
        return next(
            (known for known in (wanted, primary, *kindred) if known in self._bundles),
            self._default,
        )

    def text(self, language: str, key: str, /, **args: Argument) -> Markup:
        """A message as Telegram HTML; KeyError where there is none, ValueError where an argument is missing."""
        return Markup(
            self._format(language, key, {name: _escape(value) for name, value in args.items()})
        )

    def plain(self, language: str, key: str, /, **args: Argument) -> str:
        """A message for places that know no HTML: buttons, answers to callbacks, descriptions of commands."""
        return self._format(language, key, args)

    def _format(self, language: str, key: str, args: Mapping[str, Argument]) -> str:
        bundle = self._bundles.get(language, self._bundles["en"])
        if not bundle.has_message(key):
            bundle = self._bundles["en"]
        long = {
            name: value
            for name, value in args.items()
            if isinstance(value, str) and len(value) > _LONGEST_PART
        }
        marks = {name: f"\ue000{number}\ue001" for number, name in enumerate(long)}
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = bundle.format_pattern(pattern, {**args, **marks})
        if errors:
            raise ValueError(f"{key} ({language}): {'; '.join(map(str, errors))}")
        return _fill(str(text), {mark: str(long[name]) for name, mark in marks.items()})


def _fill(text: str, parts: Mapping[str, str]) -> str:
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _escape(value: Argument) -> Argument:
    return html.escape(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _size(amount: FluentNumber) -> str:
    """``SIZE($bytes)`` in Fluent: binary units, as the configuration writes them."""
    size, units = float(amount), ["B", "KiB", "MiB", "GiB"]  # type: ignore[arg-type]  # its subclasses are numbers
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.1f}".removesuffix(".0") + f" {units[0]}"


def _bundle(code: str, source: str) -> FluentBundle:
    resource: Resource = FluentParser().parse(source)
    junk = [entry.content for entry in resource.body if isinstance(entry, Junk)]
    if junk:
        raise ValueError(f"{code}.ftl cannot be read here: {junk[0]}")
    # Isolation marks would end up in names and addresses that people copy.
    bundle = FluentBundle([code], functions={"SIZE": _size}, use_isolating=False)  # type: ignore[dict-item]  # text is fine
    bundle.add_resource(resource)
    return bundle
