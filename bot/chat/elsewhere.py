"""Chats that somebody manages from another one: whether they may, and whether we may."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from telegram import Bot, ChatMember
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.chat.access import RightsUnknown, insist
from bot.errors import OutOfReach
from bot.model import Chat, ChatKind

RIGHTS_AGE = 20.0
"""Seconds for which what Telegram said of somebody's rights is believed."""
MOST_REMEMBERED = 2000
MANAGERS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


@dataclass(frozen=True, slots=True)
class _Answer:
    until: float
    chat: Chat | OutOfReach


class Elsewhere:
    """Asks Telegram who may do what in chats; its answers hold for ``RIGHTS_AGE``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: dict[tuple[str, int], _Answer] = {}

    async def reach(self, bot: Bot, user_id: int | None, wanted: str | int) -> Chat:
        """A chat that somebody may manage and in which we may post.

        Args:
            bot: Asks Telegram.
            user_id: Who wants to; ``None`` where nobody knows.
            wanted: An id or an ``@name``.

        Raises:
            OutOfReach: They may not, or we may not; the reason is in it.
        """
        if user_id is None:
            raise OutOfReach("nameless", str(wanted))
        key = (str(wanted).casefold(), user_id)
        answer = self._answers.pop(key, None)
        if answer is None or answer.until < self._clock():
            answer = _Answer(self._clock() + RIGHTS_AGE, await _ask(bot, user_id, wanted))
        # Silence is no answer: it is asked again at once.
        if not (isinstance(answer.chat, OutOfReach) and answer.chat.args_["reason"] == "silent"):
            self._answers[key] = answer
        if len(self._answers) > MOST_REMEMBERED:
            del self._answers[next(iter(self._answers))]
        if isinstance(answer.chat, OutOfReach):
            raise answer.chat
        return answer.chat


async def _ask(bot: Bot, user_id: int, wanted: str | int) -> Chat | OutOfReach:
    try:
        return await _found(bot, user_id, wanted)
    except ChatMigrated as moved:
        return await _ask(bot, user_id, moved.new_chat_id)
    except RightsUnknown:
        return OutOfReach("silent", str(wanted))
    except OutOfReach as error:
        return error


async def _found(bot: Bot, user_id: int, wanted: str | int) -> Chat:
    name = str(wanted)
    try:
        found = await insist(partial(bot.get_chat, wanted))
    except Forbidden as error:
        raise OutOfReach("away", name) from error
    except BadRequest as error:
        raise OutOfReach("unknown", name) from error
    if found is None or found.type == ChatType.PRIVATE:
        raise OutOfReach("unknown", name)
    title = found.title or name
    # In a channel only administrators see who is in it, and so do we.
    try:
        ours = await insist(partial(bot.get_chat_member, found.id, bot.id))
    except (BadRequest, Forbidden) as error:
        raise OutOfReach("away", title) from error
    if ours is None or ours.status in OUTSIDE:
        raise OutOfReach("away", title)
    if not _may_post(found.type, ours):
        raise OutOfReach("mute", title)
    try:
        theirs = await insist(partial(bot.get_chat_member, found.id, user_id))
    except (BadRequest, Forbidden) as error:
        raise OutOfReach("stranger", title) from error
    # Who may not post in a channel themselves must not have us do it.
    if theirs is None or theirs.status not in MANAGERS or not _may_post(found.type, theirs):
        raise OutOfReach("stranger", title)
    return Chat(found.id, ChatKind(found.type), found.title or "")


def _may_post(chat_type: str, member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.OWNER:
        return True
    # Which rights a member has depends on its kind: those that it has none of are missing.
    if chat_type == ChatType.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    if member.status == ChatMemberStatus.RESTRICTED:
        is_member = bool(getattr(member, "is_member", False))
        return is_member and bool(getattr(member, "can_send_messages", False))
    return True
