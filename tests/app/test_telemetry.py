import io
import json
import logging
import warnings
from collections.abc import Callable
from datetime import datetime

import pytest
import structlog
from prometheus_client import generate_latest

from bot.telemetry import Metrics, PollOutcome, Redaction, configure_logging, describe

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
SHORT_TOKEN = "42:playground"


pytestmark = pytest.mark.usefixtures("logging_as_it_was")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def lines() -> Callable[[], list[dict[str, object]]]:
    stream = io.StringIO()
    configure_logging("info", "json", stream, [SHORT_TOKEN])
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


Lines = Callable[[], list[dict[str, object]]]


def fail(text: str) -> None:
    raise ValueError(text)


# ---------------------------------------------------------------- lines


def test_an_event_is_one_json_line_with_a_utc_time(lines: Lines) -> None:
    structlog.get_logger("bot.polling.poller").info("polled", feed=7, title="新闻")
    (line,) = lines()
    moment = datetime.fromisoformat(str(line.pop("timestamp")))
    assert moment.tzinfo is not None
    assert line == {
        "event": "polled",
        "feed": 7,
        "title": "新闻",
        "level": "info",
        "logger": "bot.polling.poller",
    }


def test_the_libraries_write_into_the_same_stream(lines: Lines) -> None:
    logging.getLogger("telegram.ext").warning("conflict with %s", "another")
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == (
        "conflict with another",
        "warning",
        "telegram.ext",
    )


@pytest.mark.parametrize(
    "name", ["httpx", "httpcore.http11", "apscheduler.executors.default", "aiohttp.access"]
)
def test_what_libraries_tell_of_every_request_and_job_is_left_out(lines: Lines, name: str) -> None:
    logging.getLogger(name).info("did what it always does")
    logging.getLogger(name).warning("is worried")
    assert [line["event"] for line in lines()] == ["is worried"]


def test_events_below_the_level_are_left_out(lines: Lines) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("telegram").debug("quiet")
    assert lines() == []


def test_bound_context_stands_in_every_line(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(chat=5):
        structlog.get_logger().info("one")
        logging.getLogger("asyncio").info("two")
    assert [line["chat"] for line in lines()] == [5, 5]


def test_an_exception_is_one_line_with_its_places_and_causes(lines: Lines) -> None:
    try:
        try:
            fail("inner\nwords")
        except ValueError as error:
            raise KeyError("outer") from error
    except KeyError:
        structlog.get_logger().exception("broke", feed=1)
        logging.getLogger("telegram").exception("broke too")
    for line in lines():
        text = str(line["traceback"])
        assert text.startswith(f"KeyError: 'outer' [{__name__}:")
        assert f" <- ValueError: inner words [{__name__}:" in text
        assert text.endswith("fail]")


def test_an_exception_group_names_its_members() -> None:
    group = ExceptionGroup("two", [ValueError("a"), TypeError("b")])
    assert describe(group) == "ExceptionGroup: two (2 sub-exceptions) {ValueError: a; TypeError: b}"


def test_warnings_become_lines(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    (line,) = lines()
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


@pytest.mark.parametrize(
    ("form", "stream", "is_json"),
    [
        ("auto", io.StringIO(), True),
        ("auto", Terminal(), False),
        ("human", io.StringIO(), False),
        ("json", Terminal(), True),
    ],
)
def test_auto_means_human_on_a_terminal_and_json_elsewhere(
    form: str,
    stream: io.StringIO,
    is_json: bool,  # noqa: FBT001
) -> None:
    configure_logging("info", form, stream)
    structlog.get_logger().info("hello")
    assert stream.getvalue().startswith("{") == is_json


@pytest.mark.parametrize("form", ["human", "json"])
def test_untrusted_text_cannot_forge_a_line_or_colour_a_terminal(form: str) -> None:
    stream = io.StringIO()
    configure_logging("info", form, stream)
    structlog.get_logger().info("item", title="a\nERROR forged\r\x1b[31mred\u2028b")
    assert stream.getvalue().count("\n") == 1
    assert not set("\r\x1b\u2028") & set(stream.getvalue())


def test_a_human_line_shows_an_exception_in_the_same_line() -> None:
    stream = io.StringIO()
    configure_logging("info", "human", stream)
    try:
        fail("words")
    except ValueError:
        structlog.get_logger().exception("broke")
    assert stream.getvalue().count("\n") == 1
    assert "ValueError: words" in stream.getvalue()


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize("form", ["human", "json"])
def test_secrets_never_reach_a_line(form: str) -> None:
    stream = io.StringIO()
    configure_logging("debug", form, stream, [SHORT_TOKEN, "p/w word"])
    log = structlog.get_logger()
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    log.info(
        url, url=url, nested={"deep": [url, {url: (url,)}]}, error=ValueError(url), raw=url.encode()
    )
    log.info("quoted", url=f"https://proxy/?token={TOKEN.replace(':', '%3A')}&password=p/w%20word")
    log.info("ours", url=f"http://127.0.0.1/bot{SHORT_TOKEN}/getMe", secret="p/w word")
    log.info(
        "feed",
        url="https://me:secret@example.org/feed?a=b@c",
        other="//me@host/ and //a:b:c@d@host/",
    )
    logging.getLogger("httpx").warning("HTTP Request: POST %s", url)
    logging.getLogger("telegram").debug("HTTP Request: POST %s", url)
    for logger in (log, logging.getLogger("telegram")):
        try:
            fail(f"no answer from {url}, https://me:secret@example.org/")
        except ValueError:
            logger.exception("failed")
    written = stream.getvalue()
    for secret in (
        "AAHdqTcv",
        SHORT_TOKEN,
        "playground",
        "p/w",
        "secret@",
        "me:",
        "//me",
        "a:b:c",
        "@d@",
    ):
        assert secret not in written, secret
    assert "example.org/feed?a=b@c" in written


def test_what_is_no_secret_stays_as_it_is() -> None:
    text = "https://example.org/@me/12:30?mail=a@b.org 2026-01-02T03:04:05 urn:uuid:1f0c"
    assert Redaction([""]).text(text) == text


# ---------------------------------------------------------------- metrics


def test_metrics_count_what_happened() -> None:
    metrics = Metrics()
    metrics.polled(PollOutcome.PARSED, 0.2)
    metrics.found(3)
    metrics.delivered("sent", 4.0)
    metrics.delivered("retry")
    metrics.waiting(5)
    metrics.due(2)
    metrics.lagged(0.01)
    metrics.transacted(0.002)
    written = generate_latest(metrics.registry).decode()
    for line in (
        'tidings_polls_total{outcome="parsed"} 1.0',
        "tidings_poll_seconds_count 1.0",
        "tidings_new_items_total 3.0",
        'tidings_deliveries_total{verdict="sent"} 1.0',
        'tidings_deliveries_total{verdict="retry"} 1.0',
        'tidings_delivery_delay_seconds_bucket{le="5.0"} 1.0',
        "tidings_delivery_delay_seconds_count 1.0",
        "tidings_outbox_waiting 5.0",
        "tidings_feeds_due 2.0",
        "tidings_loop_lag_seconds 0.01",
        "tidings_transaction_seconds_count 1.0",
    ):
        assert line in written


def test_two_sets_of_metrics_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.found(1)
    assert "tidings_new_items_total 0.0" in generate_latest(second.registry).decode()
