"""What the operator sees: log lines and metrics.

Every event is one line, ours and those of the libraries alike, and every line passes one processor
that takes secrets
out: bot tokens (libraries log addresses of the Bot API, which carry the token), configured secrets,
and credentials in addresses.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from traceback import walk_tb
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from structlog.typing import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"\d+(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/?#\s]*@")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CHATTY = ("aiohttp.access", "apscheduler", "httpcore", "httpx", "telegram", "tzlocal")
"""Libraries that tell at INFO what is no news to an operator."""
_CHAIN = 5
"""Causes of an exception that are told."""

# ---------------------------------------------------------------- logging


def configure_logging(level: str, form: str, stream: TextIO, secrets: Iterable[str] = ()) -> None:
    """Send structlog and the standard library's logging to one stream, one line an event, free of secrets.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        form: ``human``, ``json``, or ``auto``: human where the stream is a terminal.
        stream: Usually standard error.
        secrets: Texts that must never appear, beside everything that has the form of a token.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    human = form == "human" or (form == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False)
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _tell_exception,
                Redaction(secrets),
                last,
            ],
        )
    )
    _route(handler, threshold)


def _route(handler: logging.Handler, threshold: int) -> None:
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    logging.captureWarnings(capture=True)
    # It warns when a tick is skipped because the one before still runs: the next one finds what is
    # due.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


class Redaction:
    """A structlog processor that leaves no secret in an event, and no control character either.

    Texts from feeds and chats stand in log lines; a line break in one of them must not forge a
    second line.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(
            {form for secret in secrets if secret for form in (secret, quote(secret))},
            key=len,
            reverse=True,
        )
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event with every value cleaned, however deep."""
        return {key: self._clean(value) for key, value in event.items()}

    def text(self, text: str) -> str:
        """One text, cleaned."""
        if self._secrets:
            text = self._secrets.sub("[secret]", text)
        return _CONTROLS.sub(" ", _CREDENTIALS.sub("//[credentials]@", _TOKEN.sub("[token]", text)))

    def _clean(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {self.text(str(key)): self._clean(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(inner) for inner in value]
            case _:
                return self.text(str(value))


def _tell_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """``exc_info`` in any of its forms as one line under ``traceback``."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["traceback"] = describe(error)
    return event


def describe(error: BaseException) -> str:
    """An exception, where it came from and what caused it, in one line, innermost place last."""
    return " <- ".join(_describe_one(link) for link in islice(_chain(error), _CHAIN))


def _chain(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _describe_one(error: BaseException) -> str:
    frames = [
        (frame.f_globals.get("__name__", "?"), line, frame.f_code)
        for frame, line in walk_tb(error.__traceback__)
    ]
    places = " > ".join(f"{module}:{line} {code.co_name}" for module, line, code in frames)
    text = f"{type(error).__name__}: {error}" + (f" [{places}]" if places else "")
    if isinstance(error, BaseExceptionGroup):
        text += " {" + "; ".join(describe(inner) for inner in error.exceptions) + "}"
    return text


# ---------------------------------------------------------------- metrics


class Metrics:
    """What is counted, in a registry of its own: two bots in one process count apart. Times are seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        named: dict[str, Any] = {"namespace": "tidings", "registry": self.registry}
        self._polls = Counter("polls", "Feeds polled, by outcome", ["outcome"], **named)
        self._poll_seconds = Histogram(
            "poll_seconds",
            "From claiming a feed to having applied it",
            buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
            **named,
        )
        self._new_items = Counter("new_items", "Items seen for the first time", **named)
        self._deliveries = Counter(
            "deliveries", "Attempts to send a message, by verdict", ["verdict"], **named
        )
        self._delivery_delay = Histogram(
            "delivery_delay_seconds",
            "From seeing an item to Telegram's answer that it was posted",
            buckets=(1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400),
            **named,
        )
        self._media = Counter(
            "media",
            "Files: known to Telegram, by address, uploaded; refused by Telegram, lost to us",
            ["way"],
            **named,
        )
        self._connections = Counter(
            "connections", "Connections tried, by family", ["family"], **named
        )
        self._waiting = Gauge("outbox_waiting", "Messages that wait to be sent", **named)
        self._due = Gauge("feeds_due", "Feeds whose time to be polled has come", **named)
        self._lag = Gauge(
            "loop_lag_seconds", "How late the event loop was at the last look", **named
        )
        self._transaction_seconds = Histogram(
            "transaction_seconds",
            "Store transactions",
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
            **named,
        )

    def polled(self, outcome: str, seconds: float) -> None:
        """A feed was polled."""
        self._polls.labels(outcome).inc()
        self._poll_seconds.observe(seconds)

    def found(self, items: int) -> None:
        """This many items were seen for the first time."""
        self._new_items.inc(items)

    def delivered(self, verdict: str, delay: float | None = None) -> None:
        """A message was tried and Telegram's answer judged; ``delay`` since its item was seen, where it was posted."""
        self._deliveries.labels(verdict).inc()
        if delay is not None:
            self._delivery_delay.observe(delay)

    def media(self, way: str) -> None:
        """A file was sent (``known``, ``address``, ``upload``) or not (``refused`` by Telegram, ``lost`` to us)."""
        self._media.labels(way).inc()

    def connecting(self, family: str) -> None:
        """A connection to a server of the web is tried, by ``ipv4`` or ``ipv6``."""
        self._connections.labels(family).inc()

    def waiting(self, messages: int) -> None:
        """This many messages wait in the outbox."""
        self._waiting.set(messages)

    def due(self, feeds: int) -> None:
        """This many feeds are due."""
        self._due.set(feeds)

    def lagged(self, seconds: float) -> None:
        """The event loop was this late."""
        self._lag.set(seconds)

    def transacted(self, seconds: float) -> None:
        """A store transaction took this long."""
        self._transaction_seconds.observe(seconds)
