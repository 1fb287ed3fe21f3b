"""One delivery: page, composition, files, the request to Telegram, and what becomes of it.

Of these steps only the request cannot be repeated. An item that needs several messages is as many
deliveries of one row: each attempt sends the message whose turn it is.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from telegram.error import TelegramError

from bot.clock import Clock
from bot.content.html.embedded import is_embedded, pictures_in
from bot.content.messages.continuation import MAX_MESSAGES
from bot.content.messages.progress import reply_target, with_message, without_rest
from bot.content.split.rich_limits import cost_of
from bot.delivery.composer import ASK_AGAIN, Composer
from bot.delivery.media.downloads import NotReady
from bot.delivery.media.packing import Media
from bot.delivery.media.routing import Packed, arrange
from bot.delivery.prepare.pages import Pages, Soon
from bot.delivery.rate_limit import Pace, RateLimiter
from bot.errors import StoreUnavailable
from bot.model import (
    AlertDelivery,
    Cause,
    Chat,
    Claim,
    Delivery,
    DigestDelivery,
    DigestSent,
    Downgrade,
    Fallback,
    FeedRef,
    Item,
    Message,
    PartSent,
    Postponed,
    Preferences,
    Progress,
    Receipt,
    Refused,
    RichMessage,
    Sent,
    Skipped,
    StoryEdit,
    Style,
    Target,
    Unconfirmed,
    Verdict,
    Wait,
)
from bot.store import Store, outbox
from bot.store.outbox import Claimed
from bot.store.unwritten import Unwritten
from bot.telegram.errors import NO_RICH_MESSAGES, classify, classify_edit, classify_fault
from bot.telemetry import Metrics

log = structlog.get_logger()

FILES_PATIENCE, PREVIEW_FILES_PATIENCE = 1.0, 60.0
"""Seconds that a message waits for its files before it lets others go first: of an item, and of a
preview, which somebody is waiting for."""
PREVIEW_PAGE_PATIENCE = 5.0
"""Seconds that somebody who asks for a preview waits for a page."""
LARGE_DIGEST = 100
"""Items of a digest; larger ones are composed beside the event loop."""
NOTHING_LEFT = "nothing was left of the digest"
LARGE_ITEM = 20_000
"""Characters of an item; larger ones are composed beside the event loop."""
MOST_BLAMED = 5
"""How often one message is sent with a refused file replaced; then the whole of it is judged."""
NO_PICTURES = "it has no pictures"
NO_MEDIA = "none of its media could be had"
OWN_FAULT = "a fault of Tidings, see its log"
NOTHING_TO_CHANGE = "there is no message to change"
UNCONFIRMED = "perhaps sent: every answer was lost"
WRITTEN_WITHIN = 0.5
"""Seconds in which a verdict is usually written; after that a kill must not cost its memory."""
STORE_PAUSE = timedelta(seconds=1)
"""The pause of a message that could not be made while the database cannot be read."""

Send = Callable[[Target, Message | RichMessage, Sequence[Packed], int], Awaitable[Receipt]]
"""Where to, what, its files, and the id of the message that it goes on from (0: none)."""
SendAlert = Callable[[AlertDelivery], Awaitable[Receipt]]
"""Sends what an alert says, or changes the message that says it already."""
Edit = Callable[[Target, Message | RichMessage, Sequence[Packed], int], Awaitable[None]]
"""Where, what it shall be, the files of an article, and the id of the message."""
EditButtons = Callable[[Target, Message, int], Awaitable[None]]


class Deliverer:
    """Attempts deliveries, one at a call, and settles them.

    Args:
        store: Where the outbox is.
        composer: Makes messages of items.
        pages: Makes pages of items.
        media: Finds the files of messages.
        send: Sends a message.
        send_alert: Sends an alert of a feed.
        edit: Changes a message that is there.
        edit_buttons: Changes the buttons below it alone.
        pace: How long a chat rests after a message.
        limiter: Counts what is sent to all chats.
        metrics: Counts what becomes of messages.
        most_unanswered: How often a message is sent whose answer is lost each time.
        clock: The present moment.
    """

    def __init__(  # noqa: PLR0913 - all that sending takes, from the composition root
        self,
        store: Store,
        composer: Composer,
        pages: Pages,
        media: Media,
        unwritten: Unwritten,
        send: Send,
        send_alert: SendAlert,
        *,
        edit: Edit,
        edit_buttons: EditButtons,
        pace: Pace,
        limiter: RateLimiter,
        metrics: Metrics,
        most_unanswered: int = 3,
        clock: Clock,
    ) -> None:
        self._store = store
        self._composer = composer
        self._pages = pages
        self._media = media
        self._unwritten = unwritten
        self._send = send
        self._send_alert = send_alert
        self._edit = edit
        self._edit_buttons = edit_buttons
        self._pace = pace
        self._limiter = limiter
        self._metrics = metrics
        self._most_unanswered = most_unanswered
        self._clock = clock
        self._composing = asyncio.Lock()

    async def attempt(self, claim: Claimed) -> Verdict:
        """Try once to send a claimed message.

        A fault of ours is logged and becomes a verdict, too: the message stays where it is.
        """
        try:
            if isinstance(claim, AlertDelivery):
                verdict = await self._attempt_alert(claim)
            elif isinstance(claim, StoryEdit):
                verdict = await self._attempt_edit(claim)
            elif isinstance(claim, DigestDelivery):
                verdict = await self._attempt_digest(claim)
            else:
                verdict = await self._attempt_item(claim)
        except StoreUnavailable as error:
            # The database is to blame and not the message, so this is no failed attempt of it.
            verdict = Wait(STORE_PAUSE, str(error), counts=False)
        except Exception:
            log.exception("delivery_fault", **_facts(claim))
            verdict = classify_fault(claim, OWN_FAULT)
        if isinstance(verdict, Refused) and isinstance(claim, Delivery):
            return _without_refused_part(claim, verdict)
        return verdict

    async def settle(self, claim: Claimed, verdict: Verdict) -> bool:
        """Record what became of a message, as soon as the store can be written.

        Returns:
            Whether it is recorded.
        """
        moment = self._clock()
        pause = self._pause_after(claim, verdict)
        try:
            is_ours = await self._write(claim, verdict, moment, pause)
        except Exception:
            # Nothing is lost: the lease runs out, and the message goes out again.
            log.exception("delivery_not_settled", **_facts(claim))
            return False
        if not is_ours:
            log.warning("lease_lost", **_facts(claim), verdict=verdict.label)
        self._report(claim, verdict, moment)
        return True

    async def show(
        self, target: Target, chat: Chat, preferences: Preferences, feed: FeedRef, item: Item
    ) -> bool:
        """Send an item at once, outside the outbox, exactly as it would look.

        Returns:
            Whether Telegram took it.
        """
        delivery = Delivery(
            id=0,
            target=target,
            chat=chat,
            fallback=Fallback.FULL,
            attempts=0,
            queued=self._clock(),
            feed=feed,
            item=item,
            preferences=preferences,
        )
        page = None
        if self._wants_page(delivery):
            page = await self._pages.wait_for(item, feed, PREVIEW_PAGE_PATIENCE)
        # Each message may step down through every fallback. More would be a fault of ours, which
        # must not send for ever.
        for _ in range(MAX_MESSAGES * len(Fallback)):
            match await self._send_next(delivery, page, PREVIEW_FILES_PATIENCE):
                case PartSent(progress=progress, messages=messages):
                    rest = self._pace.rest(chat.kind, messages)
                    await asyncio.sleep(rest.total_seconds())
                    delivery = replace(delivery, progress=progress, fallback=progress.fallback)
                case Downgrade(fallback=fallback):
                    delivery = replace(delivery, fallback=fallback)
                case verdict:
                    return isinstance(verdict, Sent)
        return False

    # ------------------------------------------------------------ sending

    async def _attempt_alert(self, claim: AlertDelivery) -> Verdict:
        self._limiter.spend()
        try:
            receipt = await self._send_alert(claim)
        except TelegramError as error:
            if claim.message_id:
                # An edit can be repeated without harm, so a lost answer needs no counting.
                return classify_edit(error, claim)
            verdict = classify(error, claim, Message(""))
            if self._is_last_without_answer(claim, verdict):
                return Unconfirmed(UNCONFIRMED)
            return verdict
        return Sent(receipt.message_ids)

    async def _attempt_edit(self, edit: StoryEdit) -> Verdict:
        """Let a message say which other feeds tell its story; its button alone where that fails."""
        first = edit.first
        if not edit.message_ids or not first.item.also:
            return Skipped(NOTHING_TO_CHANGE)
        page = None
        if self._wants_page(first):
            page = await self._pages.find(first.item, first.feed)
        if isinstance(page, Soon):
            return Postponed(page.pause)
        message, progress = await self._compose(first, page)
        if progress is None and edit.is_kept:
            try:
                return await self._change(edit, message)
            except NotReady as delay:
                return Postponed(delay.pause)
            except TelegramError as error:
                verdict = classify_edit(error, edit)
                if not isinstance(verdict, Downgrade | Refused):
                    return verdict
        try:
            self._limiter.spend()
            buttons = self._composer.buttons(first, page)
            await self._edit_buttons(edit.target, buttons, edit.message_ids[-1])
        except TelegramError as error:
            verdict = classify_edit(error, edit)
            if isinstance(verdict, Downgrade | Refused):
                return Skipped(verdict.reason)
            return verdict
        return Sent()

    async def _change(self, edit: StoryEdit, message: Message | RichMessage) -> Verdict:
        """Change a message whole. Only an article needs its files for that, once more."""
        if not isinstance(message, RichMessage):
            self._limiter.spend()
            await self._edit(edit.target, message, (), edit.message_ids[0])
            return Sent()
        first = edit.first
        embedded: Mapping[str, bytes] = {}
        if any(is_embedded(file.url) for file in message.media):
            embedded = pictures_in(first.item.html)
        async with self._media.packed(
            message, first.fallback, first.item.link, FILES_PATIENCE, first.feed.id, embedded
        ) as files:
            self._limiter.spend()
            await self._edit(edit.target, message, files, edit.message_ids[0])
        return Sent()

    async def _attempt_digest(self, digest: DigestDelivery) -> Verdict:
        """Send the next message of a digest, of what its messages did not tell yet."""
        if len(digest.items) <= LARGE_DIGEST:
            part = self._composer.digest(digest, self._clock())
        else:
            part = await asyncio.to_thread(self._composer.digest, digest, self._clock())
        if part is None:
            return Sent(digest.message_ids, 0) if digest.message_ids else Skipped(NOTHING_LEFT)
        has_more = len(part.rows) < len(digest.items)
        try:
            self._limiter.spend()
            receipt = await self._send(digest.target, part.message, (), 0)
        except TelegramError as error:
            verdict = self._classify(error, digest, part.message)
            if not self._is_last_without_answer(digest, verdict):
                return verdict
            ids = digest.message_ids
            return DigestSent(ids, 1, part.rows, has_more, UNCONFIRMED)
        return DigestSent((*digest.message_ids, *receipt.message_ids), 1, part.rows, has_more)

    async def _attempt_item(self, delivery: Delivery) -> Verdict:
        if self._composer.is_unwanted(delivery):
            return Skipped(NO_PICTURES)
        page = None
        if self._wants_page(delivery):
            page = await self._pages.find(delivery.item, delivery.feed)
        if isinstance(page, Soon):
            return Postponed(page.pause)
        return await self._send_next(delivery, page, FILES_PATIENCE)

    def _wants_page(self, delivery: Delivery) -> bool:
        """Whether the item shall be a page.

        One that was refused with its page, or of which a part is there already, has none.
        """
        style = self._composer.style_of(delivery)
        is_fresh = delivery.fallback is Fallback.FULL and not delivery.progress
        return style is Style.TELEGRAPH and is_fresh

    async def _send_next(self, delivery: Delivery, page: str | None, patience: float) -> Verdict:
        """Compose and send the message whose turn it is.

        Where Telegram names a file as bad, it is sent again at once, and the file goes otherwise.
        """
        message, progress = await self._compose(delivery, page)
        embedded: Mapping[str, bytes] = {}
        if any(is_embedded(file.url) for file in message.media):
            embedded = pictures_in(delivery.item.html)
        # A file that is blamed goes another way or is left out in the next round, so the rounds
        # make progress; the bound is for messages with very many bad files.
        for blamed in range(MOST_BLAMED):
            is_last = blamed == MOST_BLAMED - 1
            try:
                async with self._media.packed(
                    message,
                    delivery.fallback,
                    delivery.item.link,
                    patience,
                    delivery.feed.id,
                    embedded,
                ) as files:
                    verdict = await self._post(delivery, message, progress, files, is_last=is_last)
            except NotReady as delay:
                return Postponed(delay.pause)
            if verdict is not None:
                return verdict
        raise AssertionError("the last attempt gives a verdict")

    async def _compose(
        self, delivery: Delivery, page: str | None
    ) -> tuple[Message | RichMessage, Progress | None]:
        """The next message; what takes long is composed on a thread, one item after the other.

        One after the other, as the next chat with the same options finds it composed then.
        """
        if len(delivery.item.html) <= LARGE_ITEM:
            return self._composer.next(delivery, page)
        async with self._composing:
            return await asyncio.to_thread(self._composer.next, delivery, page)

    async def _post(
        self,
        delivery: Delivery,
        message: Message | RichMessage,
        progress: Progress | None,
        files: list[Packed],
        *,
        is_last: bool,
    ) -> Verdict | None:
        """Send once; ``None``: a file was to blame, and goes another way next time.

        ``is_last``: there is no next time, so the whole message is judged.
        """
        if isinstance(message, RichMessage):
            # An article carries all its files in one request, whatever their kinds.
            groups = [files]
            self._limiter.spend()
        elif message.media and not files:
            return Downgrade(Fallback.TEXT, NO_MEDIA)
        else:
            groups = arrange(files) or [[]]
            # Telegram counts each file of an album as a message.
            self._limiter.spend(max(1, len(files)))
        try:
            receipt = await self._send(delivery.target, message, groups[0], reply_target(delivery))
        except TelegramError as error:
            if await self._media.blame(groups[0], error.message) and not is_last:
                return None
            verdict = self._classify(error, delivery, message)
            if self._is_last_without_answer(delivery, verdict):
                return _unconfirmed(delivery, progress)
            return verdict
        # It is there: nothing that goes wrong from here on is a reason to send it again.
        await self._remember(groups[0], receipt)
        _check_readback(delivery, receipt)
        message_ids = receipt.message_ids
        reply_to = next(iter(message_ids), 0)
        added = list(groups[0])
        for group in groups[1:]:
            further_ids = await self._add(delivery, group, reply_to)
            if further_ids is not None:
                message_ids += further_ids
                added += group
        if isinstance(message, Message):
            message_ids += await self._name_left_out(delivery, message, added, reply_to)
        if progress is not None:
            progress = with_message(progress, delivery.target, message_ids)
            return PartSent(progress, len(message_ids))
        # The last of several parts: the row keeps the ids of all of them.
        before = delivery.progress.message_ids if delivery.progress else ()
        return Sent((*before, *message_ids), len(message_ids))

    async def _add(
        self, delivery: Delivery, group: list[Packed], message_id: int
    ) -> tuple[int, ...] | None:
        """Send files that may not stand with the others, in answer to them; ``None``: it failed.

        The message is there all the same: it is no reason to send it again.
        """
        try:
            added = await self._send(delivery.target, Message(""), group, message_id)
        except TelegramError as error:
            with contextlib.suppress(StoreUnavailable):
                await self._media.blame(group, error.message)
            log.warning("files_not_added", **_facts(delivery), reason=error.message)
            return None
        await self._remember(group, added)
        return added.message_ids

    async def _name_left_out(
        self, delivery: Delivery, message: Message, sent: list[Packed], reply_to: int
    ) -> tuple[int, ...]:
        """Say where the files are that Telegram did not take, in answer to the message."""
        try:
            left_out = await self._media.left_out(message, sent)
            if not left_out:
                return ()
            self._limiter.spend()
            links = self._composer.links(delivery, left_out)
            receipt = await self._send(delivery.target, links, (), reply_to)
        except (TelegramError, StoreUnavailable) as error:
            log.warning("files_not_added", **_facts(delivery), reason=str(error))
            return ()
        return receipt.message_ids

    async def _remember(self, files: list[Packed], receipt: Receipt) -> None:
        """Note what Telegram made of files; where that fails, they are uploaded once more."""
        with contextlib.suppress(StoreUnavailable):
            await self._media.remember(files, receipt.files)

    # ------------------------------------------------------------ what became of it

    async def _write(
        self, claim: Claim, verdict: Verdict, moment: datetime, pause: timedelta
    ) -> bool:
        """Settle; where the database does not take it soon, keep it beside the database, too.

        Returns:
            Whether the lease was still held.
        """
        writing = asyncio.ensure_future(
            self._store.insist(outbox.settle, claim, verdict, moment, pause)
        )
        try:
            await asyncio.wait({writing}, timeout=WRITTEN_WITHIN)
            is_kept = not writing.done() or writing.exception() is not None
            if is_kept:
                await self._unwritten.add(claim, verdict)
            is_ours = await writing
            if is_kept:
                await self._unwritten.remove(claim)
            return is_ours
        finally:
            # If this was cancelled: waiting for it alone does not end it.
            writing.cancel()

    def _is_last_without_answer(self, claim: Claim, verdict: Verdict) -> bool:
        is_silence = isinstance(verdict, Wait) and verdict.cause is Cause.SILENCE
        return is_silence and claim.unanswered + 1 >= self._most_unanswered

    def _classify(
        self, error: TelegramError, delivery: Claimed, message: Message | RichMessage
    ) -> Verdict:
        verdict = classify(error, delivery, message)
        if not isinstance(verdict, Downgrade) or not isinstance(message, RichMessage):
            return verdict
        if verdict.reason == NO_RICH_MESSAGES:
            self._composer.leave_articles()
            log.warning("rich_messages_unknown", asked_again_in_hours=round(ASK_AGAIN / 3600))
        if verdict.fallback is Fallback.HALVED:
            cost = cost_of(message.blocks)._asdict()
            log.error("article_over_budget", **_facts(delivery), reason=error.message, **cost)
        return verdict

    def _pause_after(self, claim: Claimed, verdict: Verdict) -> timedelta:
        """How long the chat rests."""
        match verdict:
            case Postponed(pause=pause):
                return pause
            case Wait(pause=pause):
                return max(self._pace.rest(claim.chat.kind), pause)
            case Sent(messages=messages) | PartSent(messages=messages):
                return self._pace.rest(claim.chat.kind, messages)
            case _:
                return self._pace.rest(claim.chat.kind)

    def _report(self, claim: Claimed, verdict: Verdict, moment: datetime) -> None:
        delay = (moment - claim.queued).total_seconds()
        # The delay is measured for whole items only: alerts and single parts would blur how late
        # news is.
        is_item_there = isinstance(verdict, Sent) and isinstance(claim, Delivery)
        self._metrics.delivered(verdict.label, delay if is_item_there else None)
        facts = {
            "feed": claim.feed.id,
            **_facts(claim),
            "verdict": verdict.label,
            "fallback": claim.fallback,
        }
        match verdict:
            case Sent() | PartSent():
                log.debug("message_sent", **facts, seconds=round(delay, 3))
            case Postponed(pause=pause):
                log.debug("message_postponed", **facts, seconds=pause.total_seconds())
            case _:
                log.warning("message_not_sent", **facts, reason=getattr(verdict, "reason", ""))


def _without_refused_part(delivery: Delivery, refused: Refused) -> Verdict:
    """One message of an item was refused in every form; a link to the rest may end it still."""
    progress = without_rest(delivery)
    if progress is None:
        return refused
    log.warning("part_given_up", **_facts(delivery), reason=refused.reason)
    return PartSent(progress)


def _unconfirmed(delivery: Delivery, progress: Progress | None) -> Unconfirmed:
    """The message counts as sent; others that follow it go out, though not in answer to it."""
    if progress is not None:
        progress = with_message(progress, delivery.target, ())
    return Unconfirmed(UNCONFIRMED, progress)


def _check_readback(delivery: Delivery, receipt: Receipt) -> None:
    """Telegram may cut an article without an error; what it gave back tells."""
    readback = receipt.readback
    if readback is None or (readback.kept >= readback.meant and readback.is_whole):
        return
    log.warning(
        "article_came_back_shorter",
        **_facts(delivery),
        meant=readback.meant,
        kept=readback.kept,
        whole=readback.is_whole,
    )


def _facts(claim: Claimed) -> dict[str, object]:
    """Which message it is, for the log."""
    facts: dict[str, object] = {"chat": claim.target.chat_id}
    if isinstance(claim, Delivery):
        facts["item"] = claim.item.id
    elif isinstance(claim, StoryEdit):
        facts["item"] = claim.first.item.id
    elif isinstance(claim, DigestDelivery):
        facts["digest"] = claim.id
    else:
        facts["alert"] = claim.alert.kind
    return facts
