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
        keys = [(scope, tongue) for scope in _scopes(user, chat) for tongue in (language, "")]
        return next((self.commands[key] for key in keys if self.commands.get(key)), [])


def _scopes(user: User, chat: Chat) -> list[str]:
    if chat.type == "private":
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    leads = chat.members.get(user.id) in {"creator", "administrator"}
    return [
        f"chat_member:{chat.id}:{user.id}",
        *([f"chat_administrators:{chat.id}"] if leads else []),
        f"chat:{chat.id}",
        *(["all_chat_administrators"] if leads else []),
        "all_group_chats",
        "default",
    ]
