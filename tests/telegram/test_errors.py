"""What each error means; the texts are those of the Bot API server and of Telegram itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.model import (
    Attachment,
    Cause,
    Chat,
    ChatKind,
    Delivery,
    Downgrade,
    Fallback,
    Feed,
    Item,
    Message,
    Migrated,
    Refused,
    RichMessage,
    Suspended,
    Target,
    TopicClosed,
    TopicGone,
    Verdict,
    Wait,
)
from bot.model.document import Paragraph, Run
from bot.telegram.errors import (
    LAST_ATTEMPT,
    NO_RICH_MESSAGES,
    PATIENT_ATTEMPTS,
    NoAnswer,
    classify,
    classify_fault,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DELIVERY = Delivery(
    id=1,
    target=Target(-1),
    chat=Chat(-1, ChatKind.SUPERGROUP),
    fallback=Fallback.FULL,
    attempts=0,
    queued=NOW,
    item=Item(1, 1, "https://example.org/1", "Title", "", NOW, NOW, "<p>x</p>"),
    feed=Feed(1, "https://example.org/feed.xml"),
)
WORDS = Message("<b>Title</b>")
PHOTO = Message("<b>Title</b>", (Attachment("https://example.org/a.png"),))

GONE = """
bot was blocked by the user
user is deactivated
bot can't initiate conversation with a user
the bot can't send messages to the bot
bot can't send messages to bots
bot was kicked from the group chat
bot was kicked from the supergroup chat
bot was kicked from the channel chat
bot is not a member of the group chat
bot is not a member of the supergroup chat
bot is not a member of the channel chat
the group chat was deleted
"""
NO_CHAT = """
chat not found
private chat not found
chat_id is empty
PEER_ID_INVALID
not enough rights to send text messages to the chat
have no write access to the chat
need administrator rights in the channel chat
CHAT_WRITE_FORBIDDEN
CHAT_RESTRICTED
CHAT_SEND_PLAIN_FORBIDDEN
CHAT_ADMIN_REQUIRED
have no rights to send a message
USER_BANNED_IN_CHANNEL
"""
NO_TOPIC = """
message thread not found
TOPIC_DELETED
"""
NO_MEDIA = """
not enough rights to send photos to the chat
not enough rights to send videos to the chat
not enough rights to send documents to the chat
CHAT_SEND_PHOTOS_FORBIDDEN
CHAT_SEND_MEDIA_FORBIDDEN
"""
BAD_TEXT = """
message text is empty
text must be non-empty
message is too long
message caption is too long
can't parse entities: unsupported start tag "x" at byte offset 0
strings must be encoded in UTF-8
"""
BAD_PICTURE = """
wrong file identifier/HTTP URL specified
wrong HTTP URL specified
invalid file HTTP URL specified: URL host is empty
wrong remote file identifier specified: can't unserialize it
failed to get HTTP URL content
wrong type of the web page content
can't upload file by URL
file is too big
PHOTO_INVALID_DIMENSIONS
IMAGE_PROCESS_FAILED
PHOTO_SAVE_FILE_INVALID
photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp
failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"
group send failed
can't use the media of the specified type in the album
too many messages to send as an album
something that nobody has heard of yet
"""


def lines(texts: str, prefix: str = "Bad Request: ") -> list[str]:
    return [prefix + text for text in texts.strip().splitlines()]


@pytest.mark.parametrize("text", lines(GONE, "Forbidden: "))
def test_a_chat_that_is_closed_to_us_is_suspended_with_telegrams_words(text: str) -> None:
    verdict = classify(Forbidden(text), DELIVERY, WORDS)

    assert verdict == Suspended(Forbidden(text).message, is_probed=False)


@pytest.mark.parametrize("message", [WORDS, PHOTO])
@pytest.mark.parametrize("text", lines(NO_CHAT))
def test_a_chat_without_rights_or_that_is_not_there_is_suspended(
    text: str, message: Message
) -> None:
    assert isinstance(classify(BadRequest(text), DELIVERY, message), Suspended)


@pytest.mark.parametrize("text", lines(NO_TOPIC))
def test_a_topic_that_is_gone_costs_the_topic_alone(text: str) -> None:
    assert isinstance(classify(BadRequest(text), DELIVERY, PHOTO), TopicGone)


def test_a_closed_topic_is_not_gone() -> None:
    verdict = classify(BadRequest("Bad Request: TOPIC_CLOSED"), DELIVERY, PHOTO)

    assert isinstance(verdict, TopicClosed)


@pytest.mark.parametrize("text", lines(NO_MEDIA))
def test_a_chat_that_takes_no_media_gets_text_and_one_that_takes_no_text_either_is_suspended(
    text: str,
) -> None:
    assert classify(BadRequest(text), DELIVERY, PHOTO) == Downgrade(
        Fallback.TEXT, BadRequest(text).message
    )
    assert isinstance(
        classify(BadRequest(text), replace(DELIVERY, fallback=Fallback.TEXT), WORDS), Suspended
    )


@pytest.mark.parametrize("text", lines(BAD_TEXT))
@pytest.mark.parametrize("form", [Fallback.FULL, Fallback.UPLOAD, Fallback.TEXT])
def test_a_text_that_telegram_does_not_take_goes_out_plain(text: str, form: Fallback) -> None:
    assert classify(BadRequest(text), replace(DELIVERY, fallback=form), PHOTO) == Downgrade(
        Fallback.PLAIN, BadRequest(text).message
    )


@pytest.mark.parametrize("text", lines(BAD_PICTURE))
def test_a_picture_that_telegram_does_not_take_is_uploaded_and_then_left_out(text: str) -> None:
    forms = [
        classify(BadRequest(text), replace(DELIVERY, fallback=form), PHOTO)
        for form in (Fallback.FULL, Fallback.UPLOAD)
    ]

    assert [one.fallback for one in forms if isinstance(one, Downgrade)] == [
        Fallback.UPLOAD,
        Fallback.TEXT,
    ]


@pytest.mark.parametrize("text", lines(BAD_TEXT + BAD_PICTURE))
def test_plain_text_that_is_refused_is_kept_with_telegrams_words(text: str) -> None:
    assert classify(BadRequest(text), replace(DELIVERY, fallback=Fallback.PLAIN), WORDS) == Refused(
        BadRequest(text).message
    )


@pytest.mark.parametrize("pause", [7, timedelta(seconds=7)])
def test_a_flood_wait_is_waited_out_in_this_chat_and_counts_as_no_failure(
    pause: int | timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    verdict = classify(RetryAfter(pause), replace(DELIVERY, attempts=99), WORDS)

    assert isinstance(verdict, Wait)
    assert (verdict.pause, verdict.cause, verdict.counts) == (
        timedelta(seconds=7),
        Cause.FLOOD,
        False,
    )


def test_a_group_that_became_a_supergroup_is_followed() -> None:
    assert classify(ChatMigrated(-1009), DELIVERY, WORDS) == Migrated(-1009)


@pytest.mark.parametrize(
    "error", [InvalidToken("Unauthorized"), EndPointNotFound("method not found")]
)
def test_a_token_that_is_not_accepted_blames_telegram_and_no_message(
    error: TelegramError,
) -> None:
    verdict = classify(error, replace(DELIVERY, attempts=99), WORDS)

    assert isinstance(verdict, Wait)
    assert (verdict.cause, verdict.counts) == (Cause.SERVER, False)


@pytest.mark.parametrize("error", [InvalidToken("Unauthorized"), InvalidToken("Not Found")])
def test_a_token_that_is_not_accepted_says_nothing_of_articles(error: TelegramError) -> None:
    assert isinstance(classify(error, DELIVERY, ARTICLE), Wait)
    assert classify(error, replace(DELIVERY, attempts=PATIENT_ATTEMPTS), ARTICLE) == Downgrade(
        Fallback.CLASSIC, error.message
    )


def test_a_method_that_the_server_does_not_know_ends_articles() -> None:
    error = InvalidToken("Not Found: method not found")

    assert classify(error, DELIVERY, ARTICLE) == Downgrade(Fallback.CLASSIC, NO_RICH_MESSAGES)


def test_an_answer_that_was_lost_is_no_failure_of_the_server_and_waits_ever_longer() -> None:
    verdicts = [
        classify(NoAnswer("Timed out"), replace(DELIVERY, unanswered=number), WORDS)
        for number in range(5)
    ]
    pauses = [verdict.pause for verdict in verdicts if isinstance(verdict, Wait)]

    assert {getattr(verdict, "cause", None) for verdict in verdicts} == {Cause.SILENCE}
    assert pauses == sorted(pauses)
    assert timedelta(seconds=5) <= pauses[0] < pauses[-1]


def test_a_conflict_is_waited_out() -> None:
    assert isinstance(
        classify(Conflict("terminated by other getUpdates request"), DELIVERY, WORDS), Wait
    )


# ---------------------------------------------------------------- articles

ARTICLE = RichMessage((Paragraph((Run("x"),)),), (Attachment("https://example.org/a.png"),))
BARE = RichMessage(ARTICLE.blocks)


def way_down(reason: str, message: RichMessage = ARTICLE) -> list[Fallback]:
    """The forms that an article goes through which is refused with the same words each time."""
    forms = [Fallback.FULL]
    while forms[-1] in {Fallback.FULL, Fallback.UPLOAD, Fallback.HALVED, Fallback.BARE}:
        shown = BARE if forms[-1] is Fallback.BARE else message
        verdict = classify(BadRequest(reason), replace(DELIVERY, fallback=forms[-1]), shown)
        assert isinstance(verdict, Downgrade)
        forms.append(verdict.fallback)
    return forms[1:]


@pytest.mark.parametrize(
    ("reason", "forms"),
    [
        ("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", [Fallback.UPLOAD, Fallback.BARE, Fallback.CLASSIC]),
        ("failed to get HTTP URL content", [Fallback.UPLOAD, Fallback.BARE, Fallback.CLASSIC]),
        (
            "not enough rights to send the rich message to the chat",
            [Fallback.BARE, Fallback.CLASSIC],
        ),
        ("RICH_MESSAGE_TEXT_TOO_LONG", [Fallback.HALVED, Fallback.CLASSIC]),
        ("RICH_MESSAGE_TABLE_COLS_TOO_MANY", [Fallback.HALVED, Fallback.CLASSIC]),
        ("RICH_MESSAGE_MEDIA_TOO_MANY", [Fallback.HALVED, Fallback.CLASSIC]),
        ("RICH_MESSAGE_URL_INVALID", [Fallback.CLASSIC]),
        ("can't parse InputRichBlock", [Fallback.CLASSIC]),
        ("something that nobody has heard of yet", [Fallback.CLASSIC]),
    ],
)
def test_an_article_goes_down_by_what_was_wrong_with_it(reason: str, forms: list[Fallback]) -> None:
    assert way_down(reason) == forms


def test_an_article_without_media_is_not_sent_again_as_it_was() -> None:
    assert way_down("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", BARE) == [Fallback.CLASSIC]


# ---------------------------------------------------------------- silence

UNREACHED = NetworkError("httpx.ConnectError: All connection attempts failed")
IN_TROUBLE = NetworkError("Bad Gateway")


@pytest.mark.parametrize(
    "error", [UNREACHED, IN_TROUBLE, NetworkError("Internal Server Error (500)")]
)
def test_a_server_in_trouble_is_waited_out_ever_longer(error: NetworkError) -> None:
    pauses = []
    for attempts in range(PATIENT_ATTEMPTS - 1):
        verdict = classify(error, replace(DELIVERY, attempts=attempts), PHOTO)
        assert isinstance(verdict, Wait)
        assert verdict.cause is Cause.SERVER
        pauses.append(verdict.pause)

    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(seconds=2)
    assert pauses[-1] == timedelta(minutes=5)


@given(st.integers(0, 10**9), st.sampled_from(Fallback), st.sampled_from([WORDS, PHOTO]))
def test_while_telegram_cannot_be_reached_no_message_is_to_blame(
    attempts: int, form: Fallback, message: Message
) -> None:
    assert isinstance(
        classify(UNREACHED, replace(DELIVERY, attempts=attempts, fallback=form), message), Wait
    )


def test_pictures_that_time_out_again_and_again_are_left_out() -> None:
    tired = replace(DELIVERY, attempts=PATIENT_ATTEMPTS, fallback=Fallback.UPLOAD)

    assert classify(TimedOut(), tired, PHOTO) == Downgrade(Fallback.TEXT, "Timed out")


def test_a_request_that_is_too_large_is_made_smaller_at_once() -> None:
    error = NetworkError("Request Entity Too Large (413)")

    assert classify(error, replace(DELIVERY, fallback=Fallback.UPLOAD), PHOTO) == Downgrade(
        Fallback.TEXT, error.message
    )


def test_an_outage_of_hours_loses_no_message() -> None:
    """Every attempt as the outbox would count it, for as long as three hours of "Bad Gateway"."""
    delivery, waited = DELIVERY, timedelta()
    while waited < timedelta(hours=3):
        verdict = classify(IN_TROUBLE, delivery, PHOTO)
        assert isinstance(verdict, Wait | Downgrade)
        form = verdict.fallback if isinstance(verdict, Downgrade) else delivery.fallback
        delivery = replace(delivery, attempts=delivery.attempts + 1, fallback=form)
        waited += verdict.pause if isinstance(verdict, Wait) else timedelta(seconds=1)


# ---------------------------------------------------------------- laws

ERRORS = st.one_of(
    st.builds(
        BadRequest,
        st.one_of(st.text(max_size=60), st.sampled_from(lines(BAD_TEXT + BAD_PICTURE + NO_MEDIA))),
    ),
    st.builds(Forbidden, st.text(max_size=60)),
    st.builds(
        NetworkError, st.one_of(st.text(max_size=60), st.just("Request Entity Too Large (413)"))
    ),
    st.builds(TimedOut),
    st.builds(Conflict, st.text(max_size=60)),
    st.builds(TelegramError, st.text(max_size=60)),
)


@given(ERRORS, st.integers(0, 10**9), st.sampled_from(Fallback), st.sampled_from([WORDS, PHOTO]))
def test_every_error_means_something(
    error: TelegramError, attempts: int, form: Fallback, message: Message
) -> None:
    assert isinstance(
        classify(error, replace(DELIVERY, attempts=attempts, fallback=form), message), Verdict
    )


@given(
    st.lists(ERRORS, min_size=8, max_size=8), st.sampled_from([0, PATIENT_ATTEMPTS, LAST_ATTEMPT])
)
def test_the_way_down_has_at_most_four_rungs(errors: list[TelegramError], attempts: int) -> None:
    delivery, rungs = replace(DELIVERY, attempts=attempts), 0
    for error in errors:
        message = PHOTO if delivery.fallback in {Fallback.FULL, Fallback.UPLOAD} else WORDS
        verdict = classify(error, delivery, message)
        if isinstance(verdict, Downgrade):
            assert list(Fallback).index(verdict.fallback) > list(Fallback).index(delivery.fallback)
            delivery, rungs = (
                replace(delivery, fallback=verdict.fallback, attempts=delivery.attempts + 1),
                rungs + 1,
            )
    assert rungs < len(Fallback)


def test_a_message_that_500s_alone_for_most_of_a_day_lets_the_rest_of_its_chat_go_on() -> None:
    delivery, verdict = DELIVERY, None
    for _ in range(LAST_ATTEMPT + 5):
        verdict = classify(IN_TROUBLE, delivery, WORDS)
        form = verdict.fallback if isinstance(verdict, Downgrade) else delivery.fallback
        delivery = replace(delivery, attempts=delivery.attempts + 1, fallback=form)

    assert isinstance(verdict, Refused)


def test_a_fault_of_our_own_holds_up_no_chat_for_ever() -> None:
    delivery, verdicts = DELIVERY, []
    for _ in range(PATIENT_ATTEMPTS + 1):
        verdicts.append(classify_fault(delivery, "a fault"))
        form = verdicts[-1].fallback if isinstance(verdicts[-1], Downgrade) else delivery.fallback
        delivery = replace(delivery, attempts=delivery.attempts + 1, fallback=form)

    assert verdicts[0] == Wait(timedelta(minutes=1), "a fault")
    assert verdicts[-2:] == [Downgrade(Fallback.PLAIN, "a fault"), Refused("a fault", is_ours=True)]
