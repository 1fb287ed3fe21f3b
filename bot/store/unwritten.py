"""What was sent and could not be written down: kept in a file beside the database, for a restart.

While the process lives, ``Store.insist`` writes each verdict as soon as the database takes it. This
file is read where the process ended before that, so that nothing is sent twice. Its space is taken
at the start, as the disk may be full when it is needed.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import structlog

from bot.model import (
    Claim,
    DeliveryState,
    DigestSent,
    PartSent,
    Progress,
    Sent,
    Unconfirmed,
    Verdict,
)
from bot.store.rows import progress_text, read_progress
from bot.telemetry import Condition

log = structlog.get_logger()

RESERVED: Final = 128 << 10
"""Bytes: some 500 messages, more than the dispatcher lets wait to be written."""
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Arrival:
    """A claimed row of the outbox whose message is there, or perhaps is."""

    row_id: int
    lease: int
    """``Claim.lease``: under another one somebody else has settled the row since."""
    state: DeliveryState | None
    """From now on; ``None`` where another part follows."""
    message_ids: tuple[int, ...] = ()
    reason: str = ""
    progress: Progress | None = None
    digest: DigestSent | None = None

    @classmethod
    def of(cls, claim: Claim, verdict: Verdict) -> Self | None:
        """``None``: nothing arrived, so that it can be tried again without harm."""
        match verdict:
            case DigestSent():
                return cls(claim.id, claim.lease, None, digest=verdict)
            case Sent(message_ids=ids):
                return cls(claim.id, claim.lease, DeliveryState.SENT, ids)
            case PartSent(progress=progress):
                return cls(claim.id, claim.lease, None, progress=progress)
            case Unconfirmed(reason=reason, progress=None):
                return cls(claim.id, claim.lease, DeliveryState.UNCONFIRMED, reason=reason)
            case Unconfirmed(progress=progress):
                return cls(claim.id, claim.lease, None, progress=progress)
        return None

    def line(self) -> bytes:
        """As JSON, with an end of line."""
        content: dict[str, object] = {
            "row": self.row_id,
            "lease": self.lease,
            "state": self.state or "",
            "ids": self.message_ids,
            "reason": self.reason,
            "begun": progress_text(self.progress) if self.progress else "",
        }
        if self.digest is not None:
            content |= {
                "ids": self.digest.message_ids,
                "reason": self.digest.reason,
                "rows": self.digest.rows,
                "more": self.digest.has_more,
            }
        return json.dumps(content).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """What ``line`` wrote.

        Raises:
            ValueError, LookupError, TypeError: It is something else.
        """
        content = json.loads(line)
        ids, reason = tuple(map(int, content["ids"])), str(content["reason"])
        digest = None
        if "rows" in content:
            rows = tuple(map(int, content["rows"]))
            has_more = bool(content["more"])
            digest = DigestSent(ids, rows=rows, has_more=has_more, reason=reason)
        return cls(
            int(content["row"]),
            int(content["lease"]),
            DeliveryState(content["state"]) if content["state"] else None,
            ids,
            reason,
            read_progress(content["begun"]),
            digest,
        )


class Unwritten:
    """The file; one that cannot be used is told of, and nothing else suffers from it."""

    def __init__(self, database: Path) -> None:
        name = database.resolve()
        self._path = name.with_name(f"{name.name}.sent")
        self._file: int | None = None
        self._end = 0
        self._rows: set[int] = set()
        self._condition = Condition()
        # One after the other: each line goes where the one before it ends.
        self._turn = asyncio.Lock()
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, PRIVATE)
            os.posix_fallocate(self._file, 0, RESERVED)
        except OSError as error:
            self._tell(error)

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def read(self) -> list[Arrival]:
        """What the process before this one left."""
        if self._file is None:
            return []
        found = []
        try:
            content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        except OSError as error:
            self._tell(error)
            return []
        self._end = len(content.rstrip(b"\0"))
        for line in filter(None, content.replace(b"\0", b"").split(b"\n")):
            try:
                found.append(Arrival.from_line(line))
            except (ValueError, LookupError, TypeError) as error:
                # Cut off by a power cut: that message may come twice, the others do not.
                log.warning("sent_file_damaged", file=str(self._path), reason=str(error))
        return found

    async def add(self, claim: Claim, verdict: Verdict) -> None:
        """Keep what became of a message, if it arrived."""
        arrival = Arrival.of(claim, verdict)
        if arrival is None:
            return
        async with self._turn:
            self._rows.add(claim.id)
            await asyncio.to_thread(self._append, arrival.line())

    async def remove(self, claim: Claim) -> None:
        """It is written down; with the last one the file is emptied."""
        async with self._turn:
            self._rows.discard(claim.id)
            if not self._rows:
                await asyncio.to_thread(self.clear)

    def clear(self) -> None:
        """Nothing is unwritten any more."""
        # Overwritten and not cut, so that the space stays ours.
        self._write(b"\0" * self._end, 0)
        self._end = 0

    def _append(self, line: bytes) -> None:
        self._write(line, self._end)
        self._end += len(line)

    def _write(self, content: bytes, offset: int) -> None:
        if self._file is None or not content:
            return
        try:
            os.pwrite(self._file, content, offset)
            os.fsync(self._file)
        except OSError as error:
            self._tell(error)

    def _tell(self, error: OSError) -> None:
        repeats = self._condition.line_due("sent_file_failed")
        if repeats is not None:
            log.error(
                "sent_file_failed", file=str(self._path), reason=error.strerror, repeats=repeats
            )
