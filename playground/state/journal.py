"""What happened, for the tests: every send, delivery and refusal, every limit that was strained."""

from collections import deque
from typing import Any

_KEPT = 500_000


class Journal:
    """Append-only; plain dictionaries, ready for JSON."""

    def __init__(self) -> None:
        self.requests: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.refusals: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.violations: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._not_before: dict[int, float] = {}

    def delivered(self, now: float, method: str, message: dict[str, Any]) -> None:
        """Record an accepted message."""
        self.deliveries.append(
            {
                "at": now,
                "chat_id": message["chat"]["id"],
                "message_thread_id": message.get("message_thread_id"),
                "message_id": message["message_id"],
                "method": method,
                "text": message.get("text", message.get("caption", "")),
            }
        )

    def refused(
        self,
        now: float,
        method: str,
        chat_id: int | None,
        code: int,
        description: str,
        wait: int = 0,
    ) -> None:
        """Record a refusal; ``wait``: the ``retry_after`` it carried."""
        self.refusals.append(
            {
                "at": now,
                "chat_id": chat_id,
                "method": method,
                "code": code,
                "description": description,
            }
        )
        if wait and chat_id is not None:
            self._not_before[chat_id] = now + wait

    def asked(self, now: float, method: str, chat_id: int, *, silent: bool) -> None:
        """Record a send, and whether it comes before ``retry_after`` is over."""
        self.requests.append({"at": now, "chat_id": chat_id, "method": method, "silent": silent})
        until = self._not_before.get(chat_id)
        if until is None:
            return
        # Clocks and timers of two processes do not agree to the millisecond.
        if now < until - 0.05:
            self.violated(
                now, method, chat_id, f"sent {until - now:.1f} s before retry_after was over"
            )
        else:
            del self._not_before[chat_id]

    def violated(self, now: float, method: str, chat_id: int, rule: str) -> None:
        """Record something that Telegram lets pass with a loss, or a habit that it punishes."""
        self.violations.append({"at": now, "chat_id": chat_id, "method": method, "rule": rule})

    def to_json(self, since: int = 0) -> dict[str, Any]:
        """Everything; deliveries from the index ``since`` on."""
        return {
            "requests": list(self.requests),
            "deliveries": list(self.deliveries)[since:],
            "refusals": list(self.refusals),
            "violations": list(self.violations),
        }
