"""What a person reads in a chat, and the first thing one says there."""

from collections.abc import Callable

from tests.support.telegram_world import ANN, Json, TelegramWorld


def has(text: str) -> Callable[[Json], bool]:
    """Whether a message says this."""
    return lambda message: text in message.get("text", "") + message.get("caption", "")


def buttons(message: Json) -> list[str]:
    """What the buttons under a message say, in their order."""
    return [
        button["text"]
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]


async def titles(world: TelegramWorld, prefix: str, chat: int = ANN) -> list[str]:
    """First lines of the bot's messages that begin with a prefix, in their order."""
    texts: list[str] = [m.get("text") or m.get("caption", "") for m in await world.from_bot(chat)]
    return [text.splitlines()[0] for text in texts if text.startswith(prefix)]


async def subscribe(
    world: TelegramWorld, url: str, chat: int = ANN, topic: int | None = None
) -> Json:
    """The bot's answer to ``/sub``."""
    await world.say(f"/sub {url}", chat=chat, topic=topic)
    return await world.wait_for(
        lambda m: any(w in m.get("text", "") for w in ("Following", "已订阅")), chat=chat
    )


async def commands_of(world: TelegramWorld, language: str) -> dict[str, str]:
    """The menu of commands that Telegram keeps for a language: name to description."""
    answer = await world.call("getMyCommands", language_code=language)
    return {command["command"]: command["description"] for command in answer["result"]}
