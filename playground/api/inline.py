"""Answers to inline queries (Bot API, answerInlineQuery), as strictly as Telegram takes them."""

from typing import Any

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall
from playground.api.reply_markup import check_markup
from playground.errors import bad_request
from playground.state.chats import Json

_MOST_RESULTS = 50
_ID_BYTES, _OFFSET_BYTES = 64, 64
_BUTTON_CHARACTERS = 64
_START = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


async def answer_inline_query(api: ApiContext, call: MethodCall) -> object:
    """Results for whoever types; of the kinds, articles alone are known here."""
    query = call.text("inline_query_id")
    results = call.json("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > _MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(call.text("next_offset").encode()) > _OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    checked = [_article(api, call, result) for result in results]
    if len({result["id"] for result in checked}) < len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = _button(call.json("button"))
    api.world.answer_inline(api.now, query)
    waiting = api.answers.pop(query, None)
    if waiting is not None and not waiting.done():
        waiting.set_result(
            {
                "results": checked,
                "next_offset": call.text("next_offset"),
                "is_personal": call.flag("is_personal"),
                "cache_time": 300
                if call.number("cache_time") is None
                else call.number("cache_time"),
                "button": button,
            }
        )
    return True


def _article(api: ApiContext, call: MethodCall, result: Any) -> Json:  # noqa: ANN401 - JSON
    """A result, with the message that it becomes as ``content``."""
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad_request("unallowed inline query result type")
    if not 0 < len(str(result.get("id") or "").encode()) <= _ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not str(result.get("title") or "").strip():
        raise bad_request("RESULT_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or not content.get("message_text"):
        raise bad_request("can't parse inline query result: message text is empty")
    parameters = dict(content) | {"text": content["message_text"]}
    message = api.message_text(MethodCall(call.method, parameters))
    markup = check_markup(result.get("reply_markup"))
    if markup:
        message["reply_markup"] = markup
    return {**result, "content": message}


def _button(button: Any) -> Json | None:  # noqa: ANN401 - JSON
    if not button:
        return None
    text, start = str(button.get("text") or ""), str(button.get("start_parameter") or "")
    if not 0 < len(text) <= _BUTTON_CHARACTERS:
        raise bad_request("BUTTON_TEXT_INVALID")
    if "web_app" not in button and not (0 < len(start) <= 64 and set(start) <= _START):
        raise bad_request("START_PARAM_INVALID")
    return dict(button)
