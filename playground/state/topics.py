"""Topics of forums: how they come, close and go (Bot API, ForumTopic); pure."""

from playground.errors import bad_request
from playground.state.chats import DEFAULT_COLOR, GENERAL, Chat, Json, Topic
from playground.state.world import World


def add_topic(
    world: World, now: float, chat: Chat, name: str, *, icon_color: int = 0, topic_id: int = 0
) -> Topic:
    """A new topic, announced in itself; its id is that of this message, unless given."""
    color = icon_color or DEFAULT_COLOR
    content: Json = {
        "forum_topic_created": {"name": name, "icon_color": color},
        "from": world.bot.to_json(),
    }
    message = world.draft(now, chat, None, content)
    topic = Topic(topic_id or message["message_id"], name, icon_color=color)
    chat.topics[topic.id] = topic
    world.announce(chat, message | {"message_thread_id": topic.id, "is_topic_message": True})
    return topic


def close_topic(world: World, now: float, chat: Chat, topic_id: int, *, closed: bool) -> None:
    """Close or reopen, announced in the topic.

    Raises:
        ApiError: 400 ``TOPIC_NOT_MODIFIED``, ``message thread not found``.
    """
    topic = _find(chat, topic_id)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    service = "forum_topic_closed" if closed else "forum_topic_reopened"
    thread_id = None if topic_id == GENERAL else topic_id
    world.announce(
        chat, world.draft(now, chat, thread_id, {service: {}, "from": world.bot.to_json()})
    )
    world.on_event({"kind": "chat", "chat": chat.id}, chat)


def delete_topic(world: World, chat: Chat, topic_id: int) -> None:
    """The topic goes with all its messages; Telegram announces nothing.

    Raises:
        ApiError: 400 ``message thread not found``.
    """
    _find(chat, topic_id).deleted = True
    for message_id in [
        i for i, message in chat.messages.items() if message.get("message_thread_id") == topic_id
    ]:
        world.delete(chat, message_id)
    world.on_event({"kind": "chat", "chat": chat.id}, chat)


def _find(chat: Chat, topic_id: int) -> Topic:
    topic = chat.topics.get(topic_id)
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    return topic
