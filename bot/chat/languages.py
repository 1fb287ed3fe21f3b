"""In which language somebody is spoken to who asked nothing at this moment."""

from bot.i18n import Translator
from bot.model import Preferences, Scope
from bot.settings import LANGUAGE, chosen
from bot.store import Store, choices


async def language_of(store: Store, translator: Translator, person_id: int) -> str:
    """The language of somebody's private chat, or the operator's."""
    [own] = await store.run(choices.held, Scope(person_id))
    choice = chosen(LANGUAGE, Preferences(own.choices))
    return choice.value if choice else translator.negotiate(None)
