"""Answers that break the letter of HTTP as servers break it, read as curl reads them.

aiohttp's parser refuses the whole answer, and every poll of the feed would be a failure.
"""

import asyncio
import re
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

LONGEST_HEAD = 1 << 20
"""Bytes; whatever has no end of its head by then is left to aiohttp."""
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[0-9] ([0-9]{3})")
_LENGTH = re.compile(rb"\r?\ncontent-length[ \t]*:([^\r\n]*)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r?\ntransfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE)
_WITHOUT_BODY = (b"204", b"304")


class LenientConnector(aiohttp.TCPConnector):
    """Connections that read such answers; everything else is as in ``aiohttp``."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of aiohttp
        super().__init__(**options)
        # aiohttp has no option for it; ``tests/fetching`` shows at once if this name changes.
        self._factory: Any = partial(LenientHandler, loop=asyncio.get_running_loop())


class LenientHandler(ResponseHandler):
    """Hands the head of each answer on in a form that aiohttp takes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._head: bytes | None = b""
        """What came of a head so far; ``None``: it is complete."""
        self._is_over = False
        """Whether the answer ended with its head; whatever follows belongs to nobody."""

    def set_response_params(self, **params: Any) -> None:  # noqa: ANN401 - those of aiohttp
        """Another answer begins."""
        self._head, self._is_over = b"", False
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Tidy the head; the body is passed on as it is."""
        if self._is_over:
            # Nobody may take this for the beginning of the next answer.
            self.close()
            return
        if self._head is None or not data:
            super().data_received(data)
            return
        received = self._head + data
        end = _END.search(received)
        if end is None:
            if len(received) <= LONGEST_HEAD:
                self._head = received
                # The parser is not shown this part yet, but it is progress all the same.
                super().data_received(b"")
                return
            self._head = None
            super().data_received(received)
            return
        self._read_head(received[: end.end()], received[end.end() :])

    def _read_head(self, head: bytes, rest: bytes) -> None:
        status = _STATUS.match(head)
        if status and status[1].startswith(b"1"):
            # "Continue" and the like: the head of the answer itself follows.
            self._head = b""
            super().data_received(head)
            if rest:
                self.data_received(rest)
            return
        self._head = None
        if status and status[1] in _WITHOUT_BODY:
            self._is_over = True
            if rest:
                self.force_close()
            # A length would be believed, and no body may follow (RFC 9110, 15.4.5).
            super().data_received(_without_body(head))
            return
        super().data_received(_tidied(head) + rest)


def _tidied(head: bytes) -> bytes:
    """A head with one length at most, and none where the body comes in chunks."""
    lengths = [length.strip() for length in _LENGTH.findall(head)]
    if _CHUNKED.search(head):
        return _LENGTH.sub(b"", head)
    if len(lengths) < 2 or len(set(lengths)) > 1:
        return head
    return _LENGTH.sub(b"", head, count=len(lengths) - 1)


def _without_body(head: bytes) -> bytes:
    return _CHUNKED.sub(b"", _LENGTH.sub(b"", head))
