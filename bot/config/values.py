"""The kinds of values in a configuration; each says in plain words what it must look like.

A check raises ``ValueError`` with a text that completes the sentence "key = value: ...".
"""

import json
import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.errors import TemplateFault
from bot.model.regex import Expression
from bot.settings import Setting

# The checks stand before the types at the end of this module, which are made of them.

_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(?:\d+(?:ms|s|m|h|d))+")
_WEBHOOK = re.compile(r"https://[^/?#]+(?:/[^?#]*)?/telegram/[A-Za-z0-9_-]+")
_PUBLIC = re.compile(
    r"(?:https://[^/?#@]+|http://(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?)(?:/[^?#]*)?"
)
"""A hub on the same machine needs no https."""


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise ValueError('must be a duration with its unit, such as "30s", "10m", "1h30m" or "7d"')
    duration = timedelta()
    try:
        for number, unit in re.findall(r"(\d+)([a-z]+)", value):
            duration += timedelta(**{_UNITS[unit]: int(number)})
    except (OverflowError, ValueError):
        raise ValueError("is longer than any calendar: choose a shorter duration") from None
    return duration


def _between(shortest: str, longest: str) -> AfterValidator:
    def check(value: timedelta) -> timedelta:
        if not _duration(shortest) <= value <= _duration(longest):
            raise ValueError(f'must be between "{shortest}" and "{longest}"')
        return value

    return AfterValidator(check)


def _comma_list(value: object) -> object:
    """The environment has no lists: there, commas part the entries."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _network(value: object) -> object:
    try:
        return ip_network(str(value))
    except ValueError:
        raise ValueError(
            'must be a list of networks, such as ["192.168.1.0/24", "fd00::/8"]'
        ) from None


def _token(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"(?:\d+:[A-Za-z0-9_-]+)?", secret.get_secret_value()):
        raise ValueError(
            "is no bot token: copy it whole from @BotFather, "
            "digits, a colon, then letters and digits"
        )
    return secret


def _page_token(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{0,256}", secret.get_secret_value()):
        raise ValueError(
            "is no access token of Telegraph: letters and digits only; "
            "empty makes an account of its own"
        )
    return secret


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
        raise ValueError(
            "may hold up to 256 letters, digits, '_' and '-' only (Bot API, setWebhook)"
        )
    return secret


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _api_address(value: str) -> str:
    if not _is_web_address(value) or not value.endswith("/bot"):
        raise ValueError(
            'must be an address that ends with "/bot", such as "https://api.telegram.org/bot"'
        )
    return value


def _server_address(value: str) -> str:
    if not _is_web_address(value) or re.search(r"[?#@\s]", value):
        raise ValueError('must be the address of a server, such as "https://api.telegra.ph"')
    return value.rstrip("/")


def _webhook_address(value: str) -> str:
    if value and not (_is_web_address(value) and _WEBHOOK.fullmatch(value)):
        raise ValueError(
            'must be https and end with "/telegram/" and a name: '
            '"https://bot.example.org/telegram/updates"'
        )
    return value


def _bridge_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (not _is_web_address(value) or parts.username or parts.query or parts.fragment):
        raise ValueError(
            'must be a plain address such as "https://rsshub.example.org": '
            "people see it, so no password"
        )
    return value.rstrip("/")


def _public_address(value: str) -> str:
    if value and not (_is_web_address(value) and _PUBLIC.fullmatch(value)):
        raise ValueError('must be https, without a query: "https://bot.example.org"')
    return value


def _database(value: str) -> str:
    scheme, separator, path = value.partition(":///")
    if scheme.partition(":")[0] != "sqlite":
        raise ValueError(
            "names a database that Tidings cannot use: "
            'only SQLite works, such as "sqlite:///tidings.db"'
        )
    if not separator or not path or path.startswith(":memory:"):
        raise ValueError(
            'must name a file: "sqlite:///tidings.db", '
            'or "sqlite:////data/tidings.db" for an absolute path'
        )
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    last_port = 65535
    if value and (not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > last_port):
        raise ValueError(
            'must be an address and a port, such as "127.0.0.1:8080" or "[::1]:8080"; '
            '"" turns it off'
        )
    return value


def _user_agent(value: str) -> str:
    if not (value.isascii() and value.isprintable() and value.strip()):
        raise ValueError("must be one line of plain ASCII text: it is sent as an HTTP header")
    return value


def _contact(value: str) -> str:
    if not re.fullmatch(r"(?:(?:https?://|mailto:)[!-'*-:<-~]+)?", value):
        raise ValueError(
            'must be an address such as "https://example.org/bot" or "mailto:me@example.org"'
        )
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]+", value.lower()):
        raise ValueError(
            'must name hosts, such as "example.org"; those with other letters in their xn-- form'
        )
    return value.lower()


def _pairs(value: object) -> object:
    """The environment has no tables: there, commas part the entries."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if not all(separator for _, separator, _ in pairs):
        raise ValueError('must be pairs, such as "example.org=30s,example.com=2s"')
    return {host.strip(): pause.strip() for host, _, pause in pairs}


_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""The name of a header (RFC 9110, 5.1)."""
_HEADERS_OF_THE_CLIENT = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}
)
"""What the HTTP client has to write itself."""


def _host_headers(value: object) -> object:
    """The environment has no tables: there, it is JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else {}
    except ValueError:
        raise ValueError(
            'must be JSON, such as {"example.org": {"Authorization": "Bearer …"}}'
        ) from None


def _header_name(value: str) -> str:
    if not _HEADER.fullmatch(value) or value.lower() in _HEADERS_OF_THE_CLIENT:
        raise ValueError("must name headers that you may choose, such as Authorization or Cookie")
    return value


def _header_value(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError("must be one line of plain ASCII text: it is sent as an HTTP header")
    return secret


def _lines(value: object) -> object:
    """In the environment, each entry is a line: commas stand in expressions."""
    if not isinstance(value, str):
        return value
    return [line for line in value.splitlines() if line.strip()]


def _expression(value: str) -> str:
    Expression(value)
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Pause = Annotated[Duration, _between("0s", "1m")]
ProbePause = Annotated[Duration, _between("1s", "7d")]
Interval = Annotated[Duration, _between("1s", "31d")]
Timeout = Annotated[Duration, _between("1s", "10m")]
Age = Annotated[Duration, _between("1d", "36500d")]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_comma_list)]
Ids = Annotated[tuple[int, ...], BeforeValidator(_comma_list)]
Lowered = BeforeValidator(_lower)
Token = Annotated[SecretStr, AfterValidator(_token)]
PageToken = Annotated[SecretStr, AfterValidator(_page_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
ApiAddress = Annotated[str, AfterValidator(_api_address)]
ServerAddress = Annotated[str, AfterValidator(_server_address)]
WebhookAddress = Annotated[str, AfterValidator(_webhook_address)]
BridgeAddress = Annotated[str, AfterValidator(_bridge_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
Database = Annotated[str, AfterValidator(_database)]
Listen = Annotated[str, AfterValidator(_listen)]
HostPause = Annotated[Duration, _between("100ms", "1h")]
Host = Annotated[str, AfterValidator(_host)]
HostNames = Annotated[tuple[Host, ...], BeforeValidator(_comma_list)]
Hosts = Annotated[dict[Host, HostPause], BeforeValidator(_pairs)]
Headers = dict[
    Annotated[str, AfterValidator(_header_name)],
    Annotated[SecretStr, AfterValidator(_header_value)],
]
HostHeaders = Annotated[dict[Host, Headers], BeforeValidator(_host_headers)]
Contact = Annotated[str, AfterValidator(_contact)]
UserAgent = Annotated[str, AfterValidator(_user_agent)]
Expressions = Annotated[
    tuple[Annotated[str, AfterValidator(_expression)], ...], BeforeValidator(_lines)
]


def field_of(setting: Setting[Any]) -> tuple[Any, Any]:
    """A setting of chats as a field of a section: its type, and its default."""

    def read(value: object) -> object:
        # A file has switches, numbers and lists, where people type words.
        if isinstance(value, bool):
            value = "on" if value else "off"
        if isinstance(value, list):
            value = " ".join(map(str, value))
        try:
            return setting.read(str(value))
        except TemplateFault as fault:
            raise ValueError(str(fault)) from None

    return Annotated[Any, BeforeValidator(read)], setting.default
