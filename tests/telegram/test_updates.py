"""What comes back from a question for updates, whatever a server makes of it."""

import json

import pytest
from telegram.error import TelegramError

from bot.telegram.requests import UpdatesRequest


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff",
        b"<html>",
        b"[]",
        b"null",
        b'{"ok": true, "result": nu',
        b'{"ok": true, "result": null}',
        b'{"ok": true, "result": {}}',
        b'{"ok": true, "result": "abc"}',
        b'{"ok": true, "result": [null]}',
        b'{"ok": true, "result": [{"message": {}}]}',
        b'{"ok": true, "result": [{"update_id": "7"}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_an_error_of_telegram(answer: bytes) -> None:
    with pytest.raises(TelegramError):
        UpdatesRequest.parse_json_payload(answer)


def test_an_answer_without_a_result_is_an_error_of_telegram() -> None:
    answer = UpdatesRequest.parse_json_payload(b'{"ok": false, "description": "later"}')

    assert answer["description"] == "later"
    with pytest.raises(TelegramError):
        answer["result"]


def test_of_an_update_that_cannot_be_read_its_id_is_left() -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    good = {"update_id": 9, "message": message}
    body = {"ok": True, "result": [None, {"update_id": 8, "message": {"text": "x"}}, good]}
    answer = UpdatesRequest.parse_json_payload(json.dumps(body).encode())

    assert answer["result"] == [{"update_id": 8}, good]
