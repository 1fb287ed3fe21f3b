"""Invitations to reply by mail, which sites put below what was written for readers of the feed."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from bot.content.html.reader import descendants

_MAX_LENGTH = 240
"""Characters of an invitation."""
_TAIL = 500
"""Characters at the end of a body that may be such."""
_MAX_LINKS = 20
_HOLDING = frozenset({"p", "div", "li", "footer", "aside", "section", "small", "center", "td"})
_REPLY = re.compile(r"\s*(?:re|aw|sv|antw|odp|回复|回覆|答复)\s*[:：]", re.IGNORECASE)
_ASKING = re.compile(
    r"\W*(?:reply|respond|antwort|répon|respon|rispon|odpow|odpis|ответ|відпов|svar|beantwoord"
    r"|vastaa|yanıtla|(?:通过|通過)?(?:电子|電子)?(?:邮件|郵件)?(?:回复|回覆)|(?:メールで)?返信|답장).{0,40}",
    re.IGNORECASE,
)
"""The words of a link that asks to reply."""


def remove_reply_by_mail(body: LexborNode, title: str) -> None:
    """Take the last paragraphs out of a page that ask to reply to it by mail.

    Such a link is all that there is, and does not say the address; or it says so, or its subject
    is the item's.
    """
    invitations = list(_invitations(body, title))
    for node in invitations:
        node.decompose()


def _invitations(body: LexborNode, title: str) -> Iterator[LexborNode]:
    end = _text(body)[-_TAIL:]
    links = [link for link in descendants(body, {"a"}) if _mail(link)]
    for link in links[-_MAX_LINKS:]:
        holder = _holder(link)
        text = _text(holder) if holder is not None else ""
        if holder is None or not text or len(text) > _MAX_LENGTH or text not in end:
            continue
        is_all = _letters(_text(link)) == _letters(text) and "@" not in text
        if is_all or _ASKING.fullmatch(_text(link)) or _is_reply(_mail(link), title):
            yield holder


def _mail(link: LexborNode) -> str:
    href = (link.attributes.get("href") or "").strip()
    return href if href[:7].lower() == "mailto:" else ""


def _holder(link: LexborNode) -> LexborNode | None:
    """The paragraph that a link stands in."""
    node = link.parent
    while node is not None and node.tag not in _HOLDING:
        node = node.parent
    return node


def _is_reply(address: str, title: str) -> bool:
    try:
        subject = parse_qs(urlsplit(address).query).get("subject", [""])[0]
    except ValueError:
        return False
    if _REPLY.match(subject):
        return True
    return bool(_letters(title)) and _letters(title) in _letters(subject)


def _text(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
