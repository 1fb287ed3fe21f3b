"""Reply markup: which keyboards Telegram takes (Bot API, InlineKeyboardMarkup); pure."""

from typing import Any

from playground.errors import bad_request
from playground.text.links import InvalidLink, check_link

_KINDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
_MOST_BUTTONS = 100


def check_markup(markup: object) -> dict[str, Any] | None:
    """The markup as the message keeps it, or ``None``.

    Raises:
        ApiError: 400, in Telegram's words.
    """
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if any(name in markup for name in _OTHER_MARKUPS):
        return dict(markup)
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Array'
        )
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not str(button["text"]).strip():
        raise bad_request(
            "can't parse inline keyboard button: Inline keyboard button text must be non-empty"
        )
    kinds = [kind for kind in _KINDS if kind in button and button[kind] != ""]
    switches = [kind for kind in _KINDS if kind.startswith("switch") and kind in button]
    if not kinds and not switches:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    _check_kind(button)
    return dict(button)


def _check_kind(button: dict[str, Any]) -> None:
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if "url" not in button:
        return
    url = str(button["url"])
    try:
        button["url"] = check_link(url)
    except InvalidLink as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from error
