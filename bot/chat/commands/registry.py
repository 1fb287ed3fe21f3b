"""Every command and every button, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.commands.greeting import Greeting
from bot.chat.commands.interval import Intervals
from bot.chat.commands.lists import Managing
from bot.chat.commands.preview import Previewing
from bot.chat.commands.style import Styling
from bot.chat.commands.subscribe import Following
from bot.chat.commands.template import Templating
from bot.chat.context import Handler
from bot.chat.views.menus import Menus
from bot.i18n import Translator
from bot.model import Style
from bot.services.subscribing import Subscribing
from bot.store import Store

EXPLAINED = (
    "sub",
    "list",
    "preview",
    "style",
    "template",
    "interval",
    "pause",
    "resume",
    "unsub",
    "lang",
)
"""The commands that ``/help`` and Telegram's menu list, in their order."""
ALIASES = {"add": "sub", "remove": "unsub"}
MANAGING = frozenset(
    {
        *("sub", "unsub", "pause", "resume", "lang", "style", "template", "interval"),
        *(
            "unsub-all",
            "resub",
            "choose",
            "template-save",
            "template-keep",
            "interval-set",
            "move-back",
        ),
    }
)
"""Commands and buttons that change something: in groups, for administrators."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the operator chose for those who choose nothing."""

    style: Style = Style.CLASSIC
    template: str = ""
    """As it is written; empty: ours."""
    interval: timedelta = timedelta(minutes=10)
    """How often feeds are looked at."""
    shortest_interval: timedelta = timedelta(minutes=5)
    """That a person may choose."""


class Commands:
    """The handlers of everything that people can ask for."""

    def __init__(
        self, store: Store, subscribing: Subscribing, translator: Translator, defaults: Defaults
    ) -> None:
        """Take what the handlers need."""
        menus = Menus(translator)
        self.greeting = Greeting(store, translator, menus, EXPLAINED)
        self.following = Following(store, subscribing, menus)
        self._managing = Managing(store, menus)
        self._previewing = Previewing(store, subscribing, menus)
        self._styling = Styling(store, defaults.style)
        self._templating = Templating(store, defaults.style, defaults.template)
        self._intervals = Intervals(store, menus, defaults.shortest_interval, defaults.interval)

    @property
    def by_name(self) -> Mapping[str, Handler]:
        """Handlers by command."""
        return {
            "sub": self.following.sub,
            "list": self._managing.overview,
            "preview": self._previewing.preview,
            "style": self._styling.style,
            "template": self._templating.template,
            "interval": self._intervals.interval,
            "pause": self._managing.pause,
            "resume": self._managing.resume,
            "unsub": self.following.unsub,
            "lang": self.greeting.lang,
            "help": self.greeting.help,
            "start": self.greeting.start,
        }

    @property
    def by_verb(self) -> Mapping[str, Handler]:
        """Handlers by what a button carries."""
        return {
            "list": self._managing.overview,
            "feed": self._managing.feed_page,
            "looks": self._managing.looks,
            "try": self._managing.try_now,
            "move-back": self._managing.move_back,
            "pause": self._managing.pause_one,
            "resume": self._managing.resume_one,
            "preview": self._previewing.preview_one,
            "style": self._styling.chosen,
            "interval": self._intervals.menu,
            "interval-set": self._intervals.chosen,
            "template-save": self._templating.saved,
            "template-keep": self._templating.kept,
            "unsub": self.following.unsub_one,
            "unsub-all": self.following.unsub_all,
            "resub": self.following.subscribe_again,
            "choose": self.following.choose,
            "lang": self.greeting.lang_chosen,
            "languages": self.greeting.lang,
            "help": self.greeting.help,
        }
