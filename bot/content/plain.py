"""A message as text for a terminal."""

import html
import re

from bot.model import Message

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>")


def plain(message: Message) -> str:
    """The text of a message, links as ``text <address>``, then its pictures one a line."""
    text = html.unescape(_TAG.sub("", _LINK.sub(r"\2 &lt;\1&gt;", message.html)))
    return "\n".join([text, *(f"[{picture.url}]" for picture in message.pictures)])
