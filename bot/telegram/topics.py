"""Topics that we make, in forums and in private chats with topics (Bot API, createForumTopic)."""

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.errors import TopicRefused

NAME_MAX = 128
"""Characters of a topic's name (Bot API, createForumTopic)."""
NO_RIGHT = ("not enough rights", "no rights", "admin_required", "right_forbidden")
NO_TOPICS = ("not a forum", "forum_disabled", "forum_missing", "topics", "supergroup")


async def create_topic(bot: Bot, chat_id: int, name: str) -> int:
    """Make a topic; its id.

    It is asked for once: a second answer would be a second topic.

    Raises:
        TopicRefused: Telegram does not, and why.
    """
    try:
        topic = await bot.create_forum_topic(chat_id, name[:NAME_MAX])
    except (BadRequest, Forbidden) as error:
        raise TopicRefused(_reason(error.message.casefold(), chat_id)) from error
    except TelegramError as error:
        raise TopicRefused("silent") from error
    return topic.message_thread_id


def _reason(words: str, chat_id: int) -> str:
    if any(part in words for part in NO_RIGHT):
        return "right"
    if any(part in words for part in NO_TOPICS):
        return "private" if chat_id > 0 else "off"
    return "refused"
