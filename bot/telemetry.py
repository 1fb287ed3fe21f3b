"""What the operator sees: log lines and metrics.

Every event is one line, ours and those of the libraries alike. Every line passes one processor that
takes secrets out: bot tokens (libraries log addresses of the Bot API, which carry the token),
configured secrets, and of every address what lets somebody in (``bot.public_url``). What each event
and metric means to an operator: ``docs/operating.md``.
"""

import logging
import re
import sys
import time
from collections import Counter as Counts
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from traceback import walk_tb
from typing import TextIO
from urllib.parse import quote

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.errors import StoreUnavailable
from bot.model import MediaWay, Verdict
from bot.public_url import public_url

NAMESPACE = "tidings"
"""What the name of every metric begins with."""

_TOKEN = re.compile(r"\d+(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>{}|\\^`]+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/?#\s]*@")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CHATTY = ("aiohttp.access", "apscheduler", "httpcore", "httpx", "telegram", "tzlocal")
"""Libraries that log at INFO what is no news to an operator."""
SAY_EVERY = 60.0
"""Seconds between two log lines about what still fails in the same way."""
_CAUSES = 5
"""Causes of an exception that are logged."""

# ---------------------------------------------------------------- logging


def configure_logging(
    level: str, line_format: str, stream: TextIO, secrets: Iterable[str] = ()
) -> None:
    """Send structlog and the standard library's logging to one stream, free of secrets.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        line_format: ``human``, ``json``, or ``auto``: human where the stream is a terminal.
        stream: Usually standard error.
        secrets: Texts that must never appear, beside everything that has the form of a token.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    is_human = line_format == "human" or (line_format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            _drop_what_the_store_told,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if is_human:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _describe_exception,
                Redaction(secrets),
                renderer,
            ],
        )
    )
    _route(handler, threshold)


def _route(handler: logging.Handler, threshold: int) -> None:
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    logging.captureWarnings(capture=True)
    # It warns when a job is skipped because the run before still goes on: the next run finds what
    # is due.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


class Redaction:
    """A structlog processor that leaves no secret in an event, and no control character either.

    Texts from feeds and chats stand in log lines; a line break in one of them must not forge a
    second line.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings: set[str] = set()
        for secret in filter(None, secrets):
            spellings |= {secret, quote(secret)}
        self._secrets: re.Pattern[str] | None = None
        if spellings:
            # The longest first: one secret may begin with another.
            longest_first = sorted(spellings, key=len, reverse=True)
            self._secrets = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event with every value cleaned, however deep."""
        return {key: self._clean(value) for key, value in event.items()}

    def text(self, text: str) -> str:
        """One text, cleaned."""
        if self._secrets:
            text = self._secrets.sub("[secret]", text)
        text = _TOKEN.sub("[token]", text)
        if "//" in text:
            text = _ADDRESS.sub(lambda found: public_url(found[0]), text)
            text = _CREDENTIALS.sub("//[credentials]@", text)
        return _CONTROLS.sub(" ", text)

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


def _drop_what_the_store_told(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out what fails only because the database does not answer.

    The store says that itself, once a minute (``store_failed``); else everything that needs it
    would add a traceback, several times a second.
    """
    if event.get("exc_info") is True and isinstance(sys.exception(), StoreUnavailable):
        raise structlog.DropEvent
    return event


def _describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
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
    return " <- ".join(_describe_link(link) for link in islice(_chain(error), _CAUSES))


def _chain(error: BaseException | None) -> Iterable[BaseException]:
    """The exception, its cause, the cause of that, and so on, as a traceback shows them."""
    while error is not None:
        yield error
        if error.__cause__ or error.__suppress_context__:
            error = error.__cause__
        else:
            error = error.__context__


def _describe_link(error: BaseException) -> str:
    frames: list[str] = []
    for frame, line in walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "?")
        frames.append(f"{module}:{line} {frame.f_code.co_name}")
    text = f"{type(error).__name__}: {error}"
    if frames:
        text += f" [{' > '.join(frames)}]"
    if isinstance(error, BaseExceptionGroup):
        text += " {" + "; ".join(describe(inner) for inner in error.exceptions) + "}"
    return text


# ---------------------------------------------------------------- what works, and what does not


class Condition:
    """Whether a part works; if it does not, since when and why. For ``/health`` and the log.

    A part that fails tries again for ever, so each failure on its own is no news: one line a
    minute tells that it goes on, and how often it happened.
    """

    def __init__(self) -> None:
        self.failing_since: float | None = None
        """On the monotonic clock; ``None`` while it works."""
        self.reason = ""
        self.last_success: float | None = None
        """On the monotonic clock; ``None``: not yet."""
        self._next_line: dict[str, float] = {}
        self._unsaid: Counts[str] = Counts()

    def succeed(self) -> None:
        """It works."""
        self.last_success = time.monotonic()
        self.failing_since = None
        self.reason = ""

    def fail(self, reason: str, *, since: float | None = None) -> None:
        """It does not work.

        Args:
            reason: Why, for the operator.
            since: When the attempt began that failed, on the monotonic clock.
        """
        if self.failing_since is None:
            self.failing_since = since if since is not None else time.monotonic()
        self.reason = _NO_SECRETS.text(reason)

    def line_due(self, event: str) -> int | None:
        """Whether this event may be logged now.

        Returns:
            How often it was held back since its last line; ``None``: hold it back, too.
        """
        now = time.monotonic()
        if now < self._next_line.get(event, 0.0):
            self._unsaid[event] += 1
            return None
        self._next_line[event] = now + SAY_EVERY
        return self._unsaid.pop(event, 0)


_NO_SECRETS = Redaction(())

# ---------------------------------------------------------------- metrics


class PollOutcome(StrEnum):
    """What a poll of a feed came to."""

    PARSED = "parsed"
    SAME_BODY = "same_body"
    NOT_MODIFIED = "not_modified"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    CHALLENGED = "challenged"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_ADDRESS = "bad_address"
    FORBIDDEN_ADDRESS = "forbidden_address"
    FETCH_ERROR = "fetch_error"
    FAULT = "fault"


class AddressFamily(StrEnum):
    """The version of the Internet Protocol that a connection uses."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


class StoredTable(StrEnum):
    """Tables whose rows are set aside when they cannot be read."""

    FEEDS = "feeds"
    ITEMS = "items"
    OUTBOX = "outbox"
    MOVES = "moves"
    HOSTS = "hosts"
    PUSHES = "pushes"


VERDICTS = tuple(verdict.label for verdict in Verdict.__subclasses__())
"""What an attempt to send a message came to."""


class Metrics:
    """What is counted, for Prometheus; times are seconds.

    The registry is its own: two bots in one process count apart. Every value of a label is there
    from the start, so that an alert on its growth sees the first time, too.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._polls = self._counter("polls", "Feeds polled", "outcome", PollOutcome)
        self._poll_seconds = self._histogram(
            "poll_seconds",
            "From claiming a feed to having applied what it brought",
            (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
        )
        self._new_items = Counter(
            "new_items",
            "Items seen for the first time",
            namespace=NAMESPACE,
            registry=self.registry,
        )
        self._deliveries = self._counter(
            "deliveries", "Attempts to send a message", "verdict", VERDICTS
        )
        self._delivery_delay = self._histogram(
            "delivery_delay_seconds",
            "From seeing an item to Telegram's answer that it was posted",
            (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400),
        )
        self._media = self._counter("media", "Files of messages", "way", MediaWay)
        self._connections = self._counter(
            "connections", "Connections tried to servers of the web", "family", AddressFamily
        )
        self._unreadable_rows = self._counter(
            "unreadable_rows",
            "Rows that could not be read and were set aside",
            "table",
            StoredTable,
        )
        self._waiting = self._gauge("outbox_waiting", "Messages that wait to be sent")
        self._due = self._gauge("feeds_due", "Feeds whose time to be polled has come")
        self._lag = self._gauge(
            "loop_lag_seconds", "How late the event loop was at the last measurement"
        )
        self._transaction_seconds = self._histogram(
            "transaction_seconds",
            "A commit of the store on its thread, with every transaction in it",
            (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
        )

    def _counter(self, name: str, text: str, label: str, values: Iterable[str]) -> Counter:
        counter = Counter(name, text, [label], namespace=NAMESPACE, registry=self.registry)
        for value in values:
            counter.labels(value)
        return counter

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, namespace=NAMESPACE, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, text, buckets=buckets, namespace=NAMESPACE, registry=self.registry)

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        """A feed was polled."""
        self._polls.labels(outcome).inc()
        self._poll_seconds.observe(seconds)

    def found(self, items: int) -> None:
        """This many items were seen for the first time."""
        self._new_items.inc(items)

    def delivered(self, verdict: str, delay: float | None = None) -> None:
        """A message was tried, and Telegram's answer judged.

        Args:
            verdict: The label of the judgement.
            delay: Since the message's item was seen, where it was posted now.
        """
        self._deliveries.labels(verdict).inc()
        if delay is not None:
            self._delivery_delay.observe(delay)

    def media(self, way: MediaWay) -> None:
        """A file of a message was sent or not."""
        self._media.labels(way).inc()

    def connecting(self, family: AddressFamily) -> None:
        """A connection to a server of the web is tried."""
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
        """A commit of the store took this long on its thread, with every transaction in it."""
        self._transaction_seconds.observe(seconds)

    def unreadable(self, table: StoredTable) -> None:
        """A row could not be read, and was set aside."""
        self._unreadable_rows.labels(table).inc()
