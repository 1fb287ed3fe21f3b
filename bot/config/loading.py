"""Reads a file and the environment, and explains every fault with its cure."""

import json
import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.config.sections import Settings
from bot.errors import ConfigError

PREFIX = "TIDINGS_"
"""What the names of our environment variables begin with."""
DEFAULT_PREFIX = "TIDINGS_DEFAULT__"
"""What those begin with that the file overrules: the defaults of a container image."""

_CURES = {
    "value_error": "{error}",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": "must be text in quotes",
    "tuple_type": "must be a list in brackets, such as [1, 2]",
    "byte_size": 'must be a size, such as "10MiB", "500kB" or a number of bytes',
    "byte_size_unit": 'must be a size, such as "10MiB", "500kB" or a number of bytes',
}
"""Refusals of pydantic, by type, in plain words."""
_SECRETS_IN_TEXT = re.compile(r"//[^/@\s]*@|\d+:[A-Za-z0-9_-]{20,}")

_SECRETS = (("telegram", "token"), ("telegram", "webhook_secret"), ("telegraph", "token"))
"""What may stand in a file of its own, named by ``KEY_file``."""
_HIDDEN = frozenset({"fetch.headers"})
"""Tables that hold secrets."""


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a TOML file (``None``: none) below an environment.

    ``TIDINGS_DEFAULT__WEB__LISTEN`` stands below the file, ``TIDINGS_WEB__LISTEN`` above it.

    Raises:
        ConfigError: With every fault, not only the first.
    """
    from_file = _merge(_from_environment(environ, DEFAULT_PREFIX), _read(path) if path else {})
    from_environment = _from_environment(environ, PREFIX)
    faults = [*_read_secret_files(from_file), *_read_secret_files(from_environment)]
    settings, refused = _validate(_merge(from_file, from_environment))
    faults += refused.items()
    # A key with a fault of its own is mended first: what it contradicts may change with it.
    faulty = {key for key, _ in faults}
    for keys, text in _contradictions(settings):
        if faulty.isdisjoint(keys):
            faults.append((keys[0], text))
    if faults:
        source = str(path) if path else "environment"
        raise ConfigError(source, [_line(key, text, environ) for key, text in faults])
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        # Editors of Windows begin a file with a byte order mark.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        cure = f"copy config.example.toml to {path} and fill in the token"
        raise ConfigError(str(path), [f"the file does not exist: {cure}"]) from None
    except OSError as error:
        raise ConfigError(str(path), [f"the file cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), ["the file is no UTF-8 text: save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), [f"the file is no valid TOML: {error}"]) from None


def _from_environment(environ: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """``TIDINGS_A__B=c`` as ``{"a": {"b": "c"}}``."""
    # Why not the library's own source: it drops names that it does not know, and a misspelt one
    # must be a fault. Names without a double underscore belong to others: Kubernetes sets
    # TIDINGS_PORT beside a service that is called tidings.
    values: dict[str, Any] = {}
    for name, value in environ.items():
        if prefix == PREFIX and name.startswith(DEFAULT_PREFIX):
            continue
        section, separator, key = name.removeprefix(prefix).lower().partition("__")
        if name.startswith(prefix) and separator:
            values.setdefault(section, {})[key] = value
    return values


def _read_secret_files(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Put what a ``token_file`` holds under ``token``; yields faults as key and text."""
    for name, key in _SECRETS:
        section = values.get(name)
        file = section.get(f"{key}_file") if isinstance(section, dict) else None
        if not isinstance(section, dict) or not isinstance(file, str) or not file:
            continue
        try:
            section[key] = _read_secret(Path(file), section.get(key))
        except ValueError as error:
            yield f"{name}.{key}_file", f"= {_show(file)}: {error}"


def _read_secret(path: Path, written: object) -> str:
    """The secret in a file; ``written`` is the one that stands in the configuration itself."""
    if written:
        raise ValueError("stands beside the secret itself: keep one of the two")
    try:
        secret = path.read_text("utf-8-sig").strip()
    except OSError as error:
        raise ValueError(
            f"cannot be read ({error.strerror}): check the path and its rights"
        ) from None
    except UnicodeDecodeError:
        raise ValueError("is no UTF-8 text: put the secret and nothing else into it") from None
    if not secret:
        raise ValueError("is empty: put the secret into it")
    return secret


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both, key by key; where both have a key, that of ``above``."""
    merged = dict(below)
    for section, values in above.items():
        beneath = below.get(section, {})
        # A section that is no table is a fault, and stays there to be told.
        if not isinstance(values, dict):
            merged[section] = values
        elif isinstance(beneath, dict):
            merged[section] = {**beneath, **values}
    return merged


def _validate(values: dict[str, Any]) -> tuple[Settings, dict[str, str]]:
    """The settings with every refused key at its default, and what was wrong with each of those."""
    try:
        return Settings(**values), {}
    except ValidationError as error:
        texts: dict[str, list[str]] = {}
        for detail in error.errors():
            key, text = _explain(detail, values)
            texts.setdefault(key, []).append(text)
        settings, _ = _validate(_without(values, texts))
        return settings, {key: "; ".join(refusals) for key, refusals in texts.items()}


def _without(values: dict[str, Any], refused: Container[str]) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for section, content in values.items():
        if section in refused:
            continue
        left[section] = {
            key: value for key, value in content.items() if f"{section}.{key}" not in refused
        }
    return left


def _explain(detail: ErrorDetails, values: dict[str, Any]) -> tuple[str, str]:
    """The key that pydantic refused, and ``= value: cure``."""
    section, *rest = (str(part) for part in detail["loc"])
    if not rest:
        if detail["type"] == "extra_forbidden":
            return section, f"is not known: {_similar_section(section)}"
        cure = f"write [{section}] on a line of its own above its keys"
        return section, f"must be a section: {cure}"
    name = rest[0]
    key = f"{section}.{name}"
    # The value of an unknown key is not shown either: it may be a secret in the wrong place.
    if detail["type"] == "extra_forbidden":
        return key, f"is not known{_similar_key(section, name)}"
    if _fields(section)[name].annotation is SecretStr or key in _HIDDEN:
        return key, _cure(detail)
    return key, f"= {_show(values[section][name])}: {_cure(detail)}"


def _similar_section(section: str) -> str:
    if similar := get_close_matches(section, Settings.model_fields, 1):
        return f"did you mean [{similar[0]}]?"
    return f"the sections are {', '.join(Settings.model_fields)}"


def _similar_key(section: str, name: str) -> str:
    if similar := get_close_matches(name, _fields(section), 1):
        return f": did you mean {section}.{similar[0]}?"
    for other in Settings.model_fields:
        if name in _fields(other):
            return f" here: it belongs under [{other}]"
    return f": [{section}] knows {', '.join(_fields(section))}"


def _fields(section: str) -> dict[str, FieldInfo]:
    kind = Settings.model_fields[section].annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields
    return {}


def _show(value: object) -> str:
    text = _SECRETS_IN_TEXT.sub("[hidden]", json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _cure(detail: ErrorDetails) -> str:
    cure = _CURES.get(detail["type"])
    if cure is None:
        return detail["msg"]
    return cure.format(**detail.get("ctx", {})).replace("'", '"')


def _contradictions(settings: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Values that are right alone and wrong together.

    Yields the keys that take part, and the fault of the first of them.
    """
    telegram, access = settings.telegram, settings.access
    if access.mode == "allow-list" and not access.users and not access.admins:
        keys = ("access.users", "access.admins", "access.mode")
        yield (
            keys,
            'is empty in mode "allow-list", and so is access.admins: nobody could use the bot',
        )
    if telegram.mode == "webhook":
        cure = 'is missing: mode "webhook" needs it'
        if not telegram.webhook_url:
            yield ("telegram.webhook_url",), f"{cure}, the https address that Telegram shall call"
        if not telegram.webhook_secret.get_secret_value():
            yield (
                ("telegram.webhook_secret", "telegram.webhook_secret_file"),
                f"{cure} to tell Telegram from strangers",
            )
        if not settings.web.listen:
            yield ("web.listen",), f'{cure}, such as "127.0.0.1:8080"'


def _line(key: str, text: str, environ: Mapping[str, str]) -> str:
    name = PREFIX + key.upper().replace(".", "__")
    return f"{key} ({name}) {text}" if name in environ else f"{key} {text}"
