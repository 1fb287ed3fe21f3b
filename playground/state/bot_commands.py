"""The bot's commands per scope and language, and which of them a person sees; pure."""

from playground.state.chats import Chat, Json, User


class BotCommands:
    """Commands by ``(scope, language)``; a scope of one chat carries its id: ``chat:-1001``."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, str], list[Json]] = {}

    def seen_by(self, user: User, chat: Chat) -> list[Json]:
        """The first list that is set, narrowest scope first.

        Bot API, "Determining list of commands".
        """
        language = user.language_code.split("-")[0]
        for scope in _scopes(user, chat):
            commands = self.commands.get((scope, language)) or self.commands.get((scope, ""))
            if commands:
                return commands
        return []


def _scopes(user: User, chat: Chat) -> list[str]:
    if chat.type == "private":
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    member = f"chat_member:{chat.id}:{user.id}"
    everybody = f"chat:{chat.id}"
    if chat.members.get(user.id) not in {"creator", "administrator"}:
        return [member, everybody, "all_group_chats", "default"]
    return [
        member,
        f"chat_administrators:{chat.id}",
        everybody,
        "all_chat_administrators",
        "all_group_chats",
        "default",
    ]
