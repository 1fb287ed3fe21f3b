"""The loop that empties the outbox.

``claim`` a few chats whose turn it is, one message each (leased, fair, paced: ``store.outbox``) →
``find`` the item's page where its chat wants one; while it is being made, the next chat has its
turn →
``compose`` from the item, now, so that today's settings hold; of several messages, the next one
(pure) →
``send`` by python-telegram-bot, the only step that cannot be repeated →
``classify`` what an error means (pure) →
``settle`` in one transaction.

The next message starts when the one before it is settled, or when that takes longer than
``PATIENCE``: so a kill between Telegram's answer and ``settle`` doubles one message at the most, as
a rule, and a slow picture holds up nobody.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import structlog
from telegram.error import TelegramError

from bot.clock import now
from bot.content.messages.progress import answered, with_message, without_rest
from bot.content.split.budget import measure
from bot.content.split.dividing import MAX_PARTS
from bot.delivery.composer import ASK_AGAIN, Composer
from bot.delivery.media.downloads import NotReady
from bot.delivery.media.packing import Media
from bot.delivery.media.routing import Packed, arrange
from bot.delivery.prepare.pages import Pages, Soon
from bot.delivery.rate_limit import Budget, Pace
from bot.model import (
    AlertDelivery,
    Chat,
    Delivery,
    Downgrade,
    Fallback,
    Feed,
    Item,
    Message,
    PartSent,
    Postponed,
    Progress,
    Receipt,
    Refused,
    RichMessage,
    Sent,
    Style,
    Target,
    Verdict,
    Wait,
)
from bot.store import Store, outbox
from bot.telegram.errors import NO_RICH_MESSAGES, classify, classify_edit, classify_fault
from bot.telemetry import Metrics

log = structlog.get_logger()

BATCH = 16
"""Chats claimed at once: half a second of work, so that nobody who becomes ready waits longer for a
turn."""
LEASE = timedelta(minutes=5)
"""Longer than any request takes; a stopped process gives its leases back, a killed one loses them
at its next start."""
PATIENCE = 0.035
"""Seconds that one message may be under way before the next one starts: the pace of 28 messages per
second."""
LONGEST_REST = 1.0
LONGEST_CLOSURE = 60.0
"""Seconds: so often Telegram is tried again while it does not answer at all."""
FAULT_PAUSE = 1.0
"""Seconds after a turn that the store could not serve (a full disk, say)."""
FILES_PATIENCE, SHOWN_PATIENCE = 1.0, 60.0
"""Seconds that a message waits for its files, and one that somebody looks forward to; others take
its place then."""
MOST_BLAMED = 5
"""Files of one message that Telegram may refuse by name before all of them are uploaded."""
NO_MEDIA = "none of its media could be had"
PAGE_TIME = 5.0
"""Seconds that somebody who asks for a preview waits for a page."""
Send = Callable[[Target, Message | RichMessage, Sequence[Packed], int], Awaitable[Receipt]]
"""Where to, what, its files, and the id of the message that it goes on from (0: none)."""
Tell = Callable[[AlertDelivery], Awaitable[Receipt]]
"""Sends what a notice says, or changes the message that says it already."""


class Sender:
    """Sends what waits, for as long as ``run`` runs."""

    def __init__(  # noqa: PLR0913 - all that sending takes, from the composition root
        self,
        store: Store,
        media: Media,
        send: Send,
        tell: Tell,
        *,
        pace: Pace,
        composer: Composer,
        parallel: int,
        metrics: Metrics,
        pages: Pages,
    ) -> None:
        self._store = store
        self._media = media
        self._send = send
        self._tell = tell
        self._pages = pages
        self._pace = pace
        self._composer = composer
        self._parallel = parallel
        self._metrics = metrics
        self._budget = Budget(pace.rate, at=time.monotonic())
        self._doorbell = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._closed_until = 0.0
        self.last_turn = time.monotonic()
        """When the loop last came round, on the monotonic clock; for the health check."""

    def notify(self) -> None:
        """Something was put into the outbox."""
        self._doorbell.set()

    def spend(self, messages: int = 1) -> None:
        """Answers to people went out: bulk messages make room for them."""
        self._budget = self._budget.spent(time.monotonic(), messages)

    async def show(self, target: Target, chat: Chat, feed: Feed, item: Item) -> bool:
        """Send an item at once, outside the outbox, exactly as it would look; answers whether Telegram took it."""
        delivery = Delivery(0, target, chat, Fallback.FULL, 0, now(), feed, item)
        page = (
            await self._pages.wait_for(item, feed, PAGE_TIME)
            if self._wants_page(delivery)
            else None
        )
        for _ in range(MAX_PARTS * len(Fallback)):
            match await self._attempt(delivery, page, SHOWN_PATIENCE):
                case PartSent(progress=begun) as verdict:
                    await asyncio.sleep(
                        self._pace.rest(chat.kind, verdict.messages).total_seconds()
                    )
                    delivery = replace(delivery, progress=begun, fallback=begun.fallback)
                case Downgrade(fallback=form):
                    delivery = replace(delivery, fallback=form)
                case verdict:
                    return isinstance(verdict, Sent)
        return False

    async def run(self) -> None:
        """Send until cancelled; then let what is under way arrive, and give the other leases back."""
        try:
            while True:
                self.last_turn = time.monotonic()
                await self._sleep(self._closed_until - time.monotonic())
                try:
                    await self._turn()
                except Exception:
                    log.exception("sender could not work")
                    await asyncio.sleep(FAULT_PAUSE)
        finally:
            if self._flying:
                await asyncio.wait(self._flying)

    async def _turn(self) -> None:
        self._doorbell.clear()
        claimed = await self._store.run(outbox.claim, now(), BATCH, LEASE)
        if claimed:
            await self._send_each(claimed)
        else:
            await self._rest()

    async def _send_each(self, claimed: list[Delivery | AlertDelivery]) -> None:
        waiting = list(claimed)
        try:
            while waiting and self._closed_until <= time.monotonic():
                await self._sleep(self._budget.wait(time.monotonic()))
                while len(self._flying) >= self._parallel:
                    await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.create_task(self._deliver(waiting.pop(0)))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)
                await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            if waiting:
                await self._store.run(
                    outbox.release, [delivery.target.chat_id for delivery in waiting]
                )

    async def _deliver(self, delivery: Delivery | AlertDelivery) -> None:
        """One attempt, whatever happens in it; a fault of ours is logged, and the message stays where it is."""
        verdict: Verdict
        try:
            if isinstance(delivery, AlertDelivery):
                verdict = await self._announce(delivery)
            else:
                verdict = await self._send_item(delivery)
        except Exception:
            log.exception("sending failed", **_facts(delivery))
            verdict = classify_fault(delivery, "a fault of Tidings, see its log")
        if (
            isinstance(verdict, Refused)
            and isinstance(delivery, Delivery)
            and (begun := without_rest(delivery))
        ):
            log.warning("part given up", **_facts(delivery), reason=verdict.reason)
            verdict = PartSent(begun)
        moment = now()
        pause = self._pace.rest(
            delivery.chat.kind, verdict.messages if isinstance(verdict, Sent | PartSent) else 1
        )
        if isinstance(verdict, Postponed):
            pause = verdict.pause
        if isinstance(verdict, Wait):
            pause = max(pause, verdict.pause)
            if verdict.everywhere:
                self._closed_until = time.monotonic() + min(
                    verdict.pause.total_seconds(), LONGEST_CLOSURE
                )
        try:
            await self._store.run(outbox.settle, delivery, verdict, moment, pause)
        except Exception:  # the lease runs out, and the message goes out again
            log.exception("not written down", **_facts(delivery))
            return
        self.notify()  # what comes next in this chat may be due before the loop would look again
        self._report(delivery, verdict, moment)

    async def _announce(self, announcement: AlertDelivery) -> Verdict:
        self.spend()
        try:
            receipt = await self._tell(announcement)
        except TelegramError as error:
            if announcement.message_id:
                return classify_edit(error, announcement)
            return classify(error, announcement, Message(""))
        return Sent(receipt.message_ids)

    async def _send_item(self, delivery: Delivery) -> Verdict:
        page = (
            await self._pages.find(delivery.item, delivery.feed)
            if self._wants_page(delivery)
            else None
        )
        return (
            Postponed(page.pause) if isinstance(page, Soon) else await self._attempt(delivery, page)
        )

    def _wants_page(self, delivery: Delivery) -> bool:
        """Whether the item shall be a page; one that was refused with its page, or begun without, has none."""
        style = self._composer.style_of(delivery.chat)
        return (
            style is Style.TELEGRAPH
            and delivery.fallback is Fallback.FULL
            and not delivery.progress
        )

    async def _attempt(
        self, delivery: Delivery, page: str | None, patience: float = FILES_PATIENCE
    ) -> Verdict:
        """Compose and send the message whose turn it is; again at once without a file that Telegram names as bad."""
        message, begun = self._composer.next(delivery, page)
        for left in reversed(range(MOST_BLAMED)):
            try:
                async with self._media.packed(
                    message, delivery.fallback, delivery.item.link, patience
                ) as files:
                    verdict = await self._post(delivery, message, begun, files, is_last=not left)
            except NotReady as delay:
                return Postponed(delay.pause)
            if verdict is not None:
                return verdict
        raise AssertionError("the last attempt gives a verdict")

    async def _post(
        self,
        delivery: Delivery,
        message: Message | RichMessage,
        begun: Progress | None,
        files: list[Packed],
        *,
        is_last: bool,
    ) -> Verdict | None:
        """Send once; ``None``: a file was to blame, and will go another way. ``is_last``: then the message pays."""
        if isinstance(message, RichMessage):
            first, others = files, []
            self.spend()
        elif message.media and not files:
            return Downgrade(Fallback.TEXT, NO_MEDIA)
        else:
            first, *others = arrange(files) or [[]]
            self.spend(max(1, len(files)))
        try:
            receipt = await self._send(delivery.target, message, first, answered(delivery))
        except TelegramError as error:
            if await self._media.blame(first, error.message) and not is_last:
                return None
            return self._classify(error, delivery, message)
        await self._media.remember(first, receipt.files)
        self._check_echo(delivery, receipt)
        ids = [
            *receipt.message_ids,
            *[one for group in others for one in await self._add(delivery, group, receipt)],
        ]
        if begun is not None:
            return PartSent(with_message(begun, delivery.target, tuple(ids)), len(ids))
        before = delivery.progress.message_ids if delivery.progress else ()
        return Sent((*before, *ids), len(ids))

    async def _add(
        self, delivery: Delivery, group: list[Packed], receipt: Receipt
    ) -> tuple[int, ...]:
        """Files that may not stand with the others answer them; if they cannot, the message is there all the same."""
        try:
            added = await self._send(delivery.target, Message(""), group, receipt.message_ids[0])
        except TelegramError as error:
            await self._media.blame(group, error.message)
            log.warning(
                "files not added",
                chat=delivery.target.chat_id,
                item=delivery.item.id,
                reason=error.message,
            )
            return ()
        await self._media.remember(group, added.files)
        return added.message_ids

    def _classify(
        self, error: TelegramError, delivery: Delivery, message: Message | RichMessage
    ) -> Verdict:
        verdict = classify(error, delivery, message)
        if isinstance(verdict, Downgrade) and verdict.reason == NO_RICH_MESSAGES:
            self._composer.leave_articles()
            log.warning(NO_RICH_MESSAGES, asked_again_in_hours=round(ASK_AGAIN / 3600))
        if (
            isinstance(verdict, Downgrade)
            and verdict.fallback is Fallback.HALVED
            and isinstance(message, RichMessage)
        ):
            cost = measure(message.blocks)
            log.error(
                "article larger than counted",
                item=delivery.item.id,
                reason=error.message,
                **asdict(cost),
            )
        return verdict

    @staticmethod
    def _check_echo(delivery: Delivery, receipt: Receipt) -> None:
        echo = receipt.readback
        if echo and (echo.kept < echo.meant or not echo.is_whole):
            facts = {"chat": delivery.target.chat_id, "item": delivery.item.id}
            log.warning(
                "article came back shorter",
                **facts,
                meant=echo.meant,
                kept=echo.kept,
                whole=echo.is_whole,
            )

    def _report(
        self, delivery: Delivery | AlertDelivery, verdict: Verdict, moment: datetime
    ) -> None:
        name = type(verdict).__name__.lower()
        delay = (moment - delivery.queued).total_seconds()
        is_item_there = isinstance(verdict, Sent) and isinstance(delivery, Delivery)
        self._metrics.delivered(name, delay if is_item_there else None)
        facts = {"feed": delivery.feed.id, **_facts(delivery)}
        if isinstance(verdict, Sent | PartSent):
            log.debug(name, **facts, form=delivery.fallback, seconds=round(delay, 3))
        elif isinstance(verdict, Postponed):
            log.debug("postponed", **facts, seconds=verdict.pause.total_seconds())
        else:
            log.warning(
                "not sent",
                **facts,
                verdict=name,
                form=delivery.fallback,
                reason=getattr(verdict, "reason", ""),
            )

    async def _rest(self) -> None:
        """Until somebody rings, a chat becomes ready, or a second has passed."""
        moment = now()
        ready = await self._store.run(outbox.next_ready, moment)
        seconds = (
            LONGEST_REST if ready is None else min((ready - moment).total_seconds(), LONGEST_REST)
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(
                max(seconds, 0.01)
            ):  # wait_for of Python 3.11 may swallow a cancellation
                await self._doorbell.wait()

    @staticmethod
    async def _sleep(seconds: float) -> None:
        if seconds > 0:
            await asyncio.sleep(seconds)


def _facts(claim: Delivery | AlertDelivery) -> dict[str, object]:
    """Which message it is, for the log."""
    what = {"item": claim.item.id} if isinstance(claim, Delivery) else {"notice": claim.alert.kind}
    return {"chat": claim.target.chat_id, **what}
