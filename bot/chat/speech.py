"""The language that one call is answered in."""

from dataclasses import dataclass

from bot.errors import TidingsError
from bot.i18n import Markup, Translator


@dataclass(frozen=True, slots=True)
class Localizer:
    """Words in one language."""

    translator: Translator
    language: str

    def html(self, key: str, **args: str | int) -> Markup:
        """A message, as Telegram HTML."""
        return self.translator.text(self.language, key, **args)

    def plain(self, key: str, **args: str | int) -> str:
        """A text for buttons and toasts."""
        return self.translator.plain(self.language, key, **args)

    def fault(self, error: TidingsError) -> Markup:
        """What went wrong, for a person."""
        return self.html(error.key, **error.args_)
