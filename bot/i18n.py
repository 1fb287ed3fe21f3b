"""The words of Tidings in every language, by Fluent; English is the measure of all others.

Messages are Telegram HTML (Bot API, "HTML style"): the markup is the translators', the arguments
are untrusted and escaped.
"""

import html
from collections.abc import Mapping
from datetime import datetime
from importlib.resources.abc import Traversable

from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentNumber
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Resource

from bot.locales import FOLDER, SUFFIX, languages

_ENGLISH = "en"
_TRADITIONAL = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
"""Places that stand for a script."""
_LONGEST_ARGUMENT = 2000
"""Fluent refuses arguments of more than 2500 characters; longer ones are put in afterwards."""
_MENU_CODE_LENGTH = 2

Argument = str | int | float | datetime


class Markup(str):
    """Text that is Telegram HTML already and must not be escaped again."""

    __slots__ = ()


class Translator:
    """Messages by language and key. Languages are lower-case codes: ``en``, ``zh-hans``."""

    def __init__(self, default: str = _ENGLISH, folder: Traversable = FOLDER) -> None:
        """Read every language.

        Args:
            default: For people whose own language is unknown or not spoken.
            folder: Where the files are, ``CODE.ftl`` each; English must be among them.

        Raises:
            ValueError: A file is not Fluent.
        """
        self._bundles: dict[str, FluentBundle] = {}
        for code in languages(folder):
            source = folder.joinpath(code + SUFFIX).read_text("utf-8")
            self._bundles[code] = _bundle(code, source)
        self._default = default if default in self._bundles else _ENGLISH

    def languages(self) -> Mapping[str, str]:
        """Code to name, each language in its own words."""
        return {code: self.plain(code, "language-name") for code in self._bundles}

    def menu_languages(self) -> Mapping[str, str]:
        """Which language a menu of commands is written in, by the code that Telegram knows it by.

        Telegram knows two-letter codes alone, and the empty one for everybody else (Bot API,
        setMyCommands). Where several languages share a code, such as ``pt`` and ``pt-br``, the bare
        one speaks for all; where there is none, the first in the order of the alphabet does.
        """
        menus = {"": _ENGLISH}
        # In this order the bare code of a language comes before all that add a script or a country.
        for language in sorted(self._bundles):
            code = language.partition("-")[0]
            if language != _ENGLISH and len(code) == _MENU_CODE_LENGTH:
                menus.setdefault(code, language)
        return menus

    def negotiate(self, code: str | None) -> str:
        """The language to speak to someone whose client says ``code``.

        ``code`` is an IETF language tag, or ``None`` (Bot API, User.language_code).
        """
        wanted = (code or "").lower().replace("_", "-")
        wanted = _TRADITIONAL.get(wanted, wanted)
        primary = wanted.partition("-")[0]
        related = [known for known in self._bundles if known.partition("-")[0] == primary]
        for candidate in (wanted, primary, *related):
            if candidate in self._bundles:
                return candidate
        return self._default

    def text(self, language: str, key: str, /, **args: Argument) -> Markup:
        """A message as Telegram HTML.

        Raises:
            KeyError: There is no such message.
            ValueError: An argument is missing.
        """
        escaped = {name: _escape(value) for name, value in args.items()}
        return Markup(self._format(language, key, escaped))

    def plain(self, language: str, key: str, /, **args: Argument) -> str:
        """A message for places that know no HTML: buttons, toasts, descriptions of commands."""
        return self._format(language, key, args)

    def _format(self, language: str, key: str, args: Mapping[str, Argument]) -> str:
        bundle = self._bundles.get(language, self._bundles[_ENGLISH])
        if not bundle.has_message(key):
            bundle = self._bundles[_ENGLISH]
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        shortened, long = _set_aside(args)
        text, errors = bundle.format_pattern(pattern, shortened)
        if errors:
            raise ValueError(f"{key} ({language}): {'; '.join(map(str, errors))}")
        text = str(text)
        for placeholder, value in long.items():
            text = text.replace(placeholder, value)
        return text


def _set_aside(args: Mapping[str, Argument]) -> tuple[dict[str, Argument], dict[str, str]]:
    """Arguments, placeholders standing for those too long for Fluent; and these, by placeholder."""
    shortened = dict(args)
    long: dict[str, str] = {}
    for name, value in args.items():
        if isinstance(value, str) and len(value) > _LONGEST_ARGUMENT:
            placeholder = f"\ue000{len(long)}\ue001"
            shortened[name] = placeholder
            long[placeholder] = str(value)
    return shortened, long


def _escape(value: Argument) -> Argument:
    if isinstance(value, str) and not isinstance(value, Markup):
        return html.escape(value)
    return value


def _size(amount: FluentNumber) -> str:
    """``SIZE($bytes)`` in Fluent: binary units, as the configuration writes them."""
    size = float(amount)  # type: ignore[arg-type]  # its subclasses are numbers
    units = ["B", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
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
