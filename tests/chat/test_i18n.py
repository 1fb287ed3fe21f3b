import inspect
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import tdjson
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot import errors
from bot.i18n import Markup, Translator
from bot.locales import FOLDER, languages
from bot.polling.history import SAFE_ARGS

TRANSLATOR = Translator()
LOCALES = {
    code: FluentParser().parse((FOLDER / f"{code}.ftl").read_text("utf-8")) for code in languages()
}
ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.TidingsError)
]


PLURALS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
Argument = str | int | datetime


class Shape(Visitor):
    """What a message wants to know: names of its arguments, and values that it tells apart."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.values: dict[str, set[Argument]] = {}

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - called by this name
        self.names.add(node.id.name)

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802 - called by this name
        value = datetime(2026, 1, 2, 3, 4, tzinfo=UTC) if node.id.name == "DATETIME" else 1234
        for argument in node.arguments.positional:
            if isinstance(argument, ast.VariableReference):
                self.values.setdefault(argument.id.name, set()).add(value)
        self.generic_visit(node)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 - called by this name
        if isinstance(node.selector, ast.VariableReference):
            keys = {
                v.key.name if isinstance(v.key, ast.Identifier) else int(v.key.value)
                for v in node.variants
            }
            numeric = any(key in PLURALS or isinstance(key, int) for key in keys)
            values = {PLURALS[key] if numeric and isinstance(key, str) else key for key in keys}
            self.values.setdefault(node.selector.id.name, set()).update(values)
        self.generic_visit(node)

    def samples(self) -> Iterator[dict[str, Argument]]:
        """Arguments that lead into every variant; a text is as hostile as a text can be."""
        choices = [self.values.get(name, {f'<{name}> & "co"\'s'}) for name in self.names]
        for choice in product(*choices):
            yield dict(zip(self.names, choice, strict=True))


def messages(language: str) -> dict[str, Shape]:
    shapes = {}
    for entry in LOCALES[language].body:
        if isinstance(entry, ast.Message):
            assert entry.id.name not in shapes, f"{entry.id.name} stands twice in {language}.ftl"
            shapes[entry.id.name] = Shape()
            shapes[entry.id.name].visit(entry)
    return shapes


ENGLISH = messages("en")


def parse_html(text: str) -> dict[str, Any]:
    request = {
        "@type": "parseTextEntities",
        "text": text,
        "parse_mode": {"@type": "textParseModeHTML"},
    }
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answer


# ---------------------------------------------------------------- the catalogue


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_a_language_has_exactly_the_keys_of_english(language: str) -> None:
    assert messages(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_messages_use_the_arguments_of_their_english_twins(language: str) -> None:
    used = {key: message.names for key, message in messages(language).items()}
    assert used == {key: message.names for key, message in ENGLISH.items()}


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_a_message_is_legal_telegram_html_in_each_of_its_variants(key: str) -> None:
    for language in LOCALES:
        for args in messages(language)[key].samples():
            text = TRANSLATOR.text(language, key, **args)
            answer = parse_html(text)
            assert answer["@type"] == "formattedText", f"{text}: {answer.get('message')}"
            assert answer["text"] == answer["text"].strip() != "", language


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_words_in_every_language(kind: type[errors.TidingsError]) -> None:
    assert kind.key in ENGLISH
    documented = set(re.findall(r"``(\w+)``", kind.__doc__ or ""))
    assert ENGLISH[kind.key].names <= documented, (
        "its message needs arguments that the error does not promise"
    )


@pytest.mark.parametrize("reason", ["dns", "connect", "tls", "timeout", "protocol"])
def test_each_reason_for_no_answer_has_words_of_its_own(reason: str) -> None:
    others = {"dns", "connect", "tls", "timeout", "protocol"} - {reason}
    for language in LOCALES:
        text = TRANSLATOR.text(language, "error-unreachable", host="a", reason=reason)
        assert text not in {
            TRANSLATOR.text(language, "error-unreachable", host="a", reason=other)
            for other in others
        }


POLL_ERRORS = [kind for kind in ERRORS if issubclass(kind, errors.FetchError | errors.ParseError)]


@pytest.mark.parametrize("kind", POLL_ERRORS, ids=lambda kind: kind.__name__)
def test_every_reason_why_a_poll_fails_has_words_for_the_feeds_page(
    kind: type[errors.TidingsError],
) -> None:
    documented = set(re.findall(r"``(\w+)``", kind.__doc__ or ""))

    assert ENGLISH[kind.key.replace("error-", "failure-")].names <= documented & SAFE_ARGS


# ---------------------------------------------------------------- the translator


def test_arguments_are_escaped() -> None:
    text = TRANSLATOR.text("en", "error-not-a-feed", host='<b>"&')
    assert "<b>&lt;b&gt;&quot;&amp;</b>" in text


def test_markup_is_put_in_as_it_is() -> None:
    text = TRANSLATOR.text("en", "error-not-a-feed", host=Markup("<i>x</i>"))
    assert "<b><i>x</i></b>" in text


def test_a_message_can_stand_in_another() -> None:
    inner = TRANSLATOR.text("en", "error-parse")
    assert isinstance(inner, Markup)


def test_plain_text_for_buttons_is_not_escaped() -> None:
    assert "R&D" in TRANSLATOR.plain("en", "error-not-a-feed", host="R&D")


def test_arguments_longer_than_fluent_allows_come_out_whole() -> None:
    long = "<&" * 5000
    assert "&lt;&amp;" * 5000 in TRANSLATOR.text("en", "error-not-a-feed", host=long)
    assert long in TRANSLATOR.plain("zh-hans", "error-not-a-feed", host=long)


def test_no_invisible_marks_surround_arguments() -> None:
    assert not set("\u2068\u2069") & set(TRANSLATOR.text("en", "error-not-a-feed", host="x"))


def test_sizes_are_written_as_people_read_them() -> None:
    shown = [
        TRANSLATOR.text("en", "error-too-large", host="x", limit=size)
        for size in (512, 1536, 10 * 2**20, 2**40)
    ]
    for text, size in zip(shown, ("512 B", "1.5 KiB", "10 MiB", "1024 GiB"), strict=True):
        assert size in text


def test_a_status_is_no_quantity() -> None:
    assert "(1404)" in TRANSLATOR.text("en", "error-http", host="x", status=1404)


def test_an_unknown_language_is_english() -> None:
    assert TRANSLATOR.text("tlh", "error-parse") == TRANSLATOR.text("en", "error-parse")


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError, match="error-nonsense"):
        TRANSLATOR.text("en", "error-nonsense")


def test_a_missing_argument_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"error-not-a-feed \(en\): Unknown external: host"):
        TRANSLATOR.text("en", "error-not-a-feed")


def test_arguments_that_a_message_does_not_use_are_welcome() -> None:
    assert TRANSLATOR.text("en", "error-parse", host="x") == TRANSLATOR.text("en", "error-parse")


def test_languages_are_named_in_their_own_words() -> None:
    assert TRANSLATOR.languages() == {"en": "English", "zh-hans": "简体中文"}


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("zh-hans", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-hant", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("de", "en"),
        ("", "en"),
        ("zhx", "en"),
        ("-", "en"),
        (None, "en"),
    ],
)
def test_the_language_of_a_client_leads_to_one_that_we_speak(
    code: str | None, language: str
) -> None:
    assert TRANSLATOR.negotiate(code) == language


def test_the_default_language_is_for_those_we_do_not_understand() -> None:
    translator = Translator("zh-hans")
    assert translator.negotiate("de") == "zh-hans"
    assert translator.negotiate("en") == "en"
