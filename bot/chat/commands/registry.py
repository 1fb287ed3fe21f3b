"""Every command and every button, by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.commands.broadcasting import Broadcasts
from bot.chat.commands.catchup import CatchUps
from bot.chat.commands.channels import Channels
from bot.chat.commands.digesting import Digests
from bot.chat.commands.filter import Filter
from bot.chat.commands.find import WORDS as FIND_WORDS
from bot.chat.commands.find import Find
from bot.chat.commands.folders import Folders
from bot.chat.commands.greeting import Greeting
from bot.chat.commands.lists import Lists
from bot.chat.commands.moving import Moving
from bot.chat.commands.operating import Common, Operating
from bot.chat.commands.pauses import Pauses
from bot.chat.commands.picking import Picking
from bot.chat.commands.placing import MOVE, Move
from bot.chat.commands.preview import Preview
from bot.chat.commands.privacy import Privacy
from bot.chat.commands.set import Set
from bot.chat.commands.settings import SettingsMenu
from bot.chat.commands.sharing import LINK, Share
from bot.chat.commands.sources import Sources
from bot.chat.commands.subscribe import Subscribe
from bot.chat.commands.thumbs import ThumbCommands
from bot.chat.context import Handler
from bot.chat.permissions import Act, use_of
from bot.chat.views.settings import vocabulary_of
from bot.clock import Clock
from bot.i18n import Translator
from bot.services.archiving import Archiving
from bot.services.broadcasting import Broadcasting
from bot.services.catching_up import CatchingUp
from bot.services.choosing import Choosing
from bot.services.digesting import Digesting
from bot.services.exporting import Exporting
from bot.services.feed_actions import FeedActions
from bot.services.filtering import Filtering
from bot.services.finding import Finding
from bot.services.importing import Importing
from bot.services.managing import Managing
from bot.services.people import People
from bot.services.placing import Placing
from bot.services.previewing import Previewing
from bot.services.searching import Searching
from bot.services.sharing import Sharing
from bot.services.subscribing import Subscribing
from bot.services.thumbs import Thumbs
from bot.settings import DIGEST, INTERVAL, LANGUAGE, QUIET, STYLE, TIME_ZONE, Operator
from bot.store import Store

EXPLAINED = (
    "sub",
    "list",
    "find",
    "catchup",
    "preview",
    "settings",
    "set",
    "style",
    "template",
    "interval",
    "digest",
    "quiet",
    "filter",
    "pause",
    "resume",
    "unsub",
    "less",
    "more",
    "import",
    "export",
    "channel",
    "move",
    "topic",
    "share",
    "lang",
    "tz",
    "privacy",
)
"""The commands that ``/help`` and Telegram's menu list, in their order."""
OF_OPERATORS = ("stats", "user", "broadcast")
"""Those that they list for operators beside them."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers do their work with."""

    subscribing: Subscribing
    finding: Finding
    previewing: Previewing
    choosing: Choosing
    digesting: Digesting
    actions: FeedActions
    people: People
    placing: Placing
    broadcasting: Broadcasting
    importing: Importing
    exporting: Exporting
    archiving: Archiving
    searching: Searching
    catching_up: CatchingUp
    thumbs: Thumbs
    filtering: Filtering


class Commands:
    """The handlers of everything that people can ask for."""

    def __init__(
        self,
        store: Store,
        services: Services,
        translator: Translator,
        operator: Operator,
        clock: Clock,
        common: Common,
        outbox_days: int,
    ) -> None:
        """Take what the handlers need."""
        subscribing, previewing = services.subscribing, services.previewing
        choosing, actions = services.choosing, services.actions
        self.of_post = subscribing.of_post
        self.greeting = Greeting(store, EXPLAINED, OF_OPERATORS, clock)
        picking = Picking(subscribing)
        self.subscribe = Subscribe(
            subscribing,
            services.placing,
            services.finding,
            services.exporting,
            operator,
            clock,
            picking,
        )
        lists = Lists(subscribing, choosing, actions, operator, clock)
        pauses = Pauses(subscribing, picking, operator, clock)
        find = Find(services.searching, operator)
        catch_ups = CatchUps(services.catching_up, operator, clock)
        preview = Preview(subscribing, previewing, picking)
        self.placing = placing = services.placing
        move = Move(placing, subscribing, picking)
        folders = Folders(placing, subscribing)
        self.sharing = Sharing(store, clock)
        share = Share(
            self.sharing, subscribing, placing, picking, self.subscribe, self.greeting.start
        )
        picked = {MOVE: move.picked, LINK: share.picked}
        self.channels = Channels(Managing(store, clock), subscribing, picked)
        vocabulary = vocabulary_of(translator)
        menus = SettingsMenu(
            subscribing, choosing, previewing, picking, operator, vocabulary, clock
        )
        setter = Set(subscribing, choosing, picking, menus, operator, vocabulary, clock)
        filters = Filter(services.filtering, subscribing, operator, clock)
        moving = Moving(services.importing, services.exporting, services.archiving)
        operating = Operating(store, services.people, common, clock)
        broadcasts = Broadcasts(services.broadcasting, translator)
        privacy = Privacy(services.people, outbox_days)
        digests = Digests(services.digesting)
        thumbs = ThumbCommands(services.thumbs, subscribing, choosing)

        self.by_name: Mapping[str, Handler] = {
            "sub": self.subscribe.sub,
            "list": lists.overview,
            "find": find.find,
            "catchup": catch_ups.catchup,
            "preview": preview.preview,
            "settings": menus.settings,
            "set": setter.set,
            "style": setter.door(STYLE),
            "template": setter.template,
            "interval": setter.door(INTERVAL),
            "pause": pauses.pause,
            "resume": pauses.resume,
            "unsub": self.subscribe.unsub,
            "more": thumbs.more,
            "less": thumbs.less,
            "import": moving.import_,
            "export": moving.export,
            "channel": self.channels.channel,
            "move": move.move,
            "topic": folders.topic,
            "filter": filters.filter,
            "cancel": self.channels.cancel,
            "lang": setter.door(LANGUAGE),
            "tz": setter.door(TIME_ZONE),
            "quiet": setter.door(QUIET),
            "digest": setter.door(DIGEST),
            "help": self.greeting.help,
            "start": share.start,
            "share": share.share,
            "privacy": privacy.privacy,
            "stats": operating.stats,
            "user": operating.user,
            "broadcast": broadcasts.broadcast,
        }
        """Handlers by command."""
        self.for_everybody = [name for name in self.by_name if use_of(name).act is not Act.OPERATE]
        """The commands that may be meant by whoever mistypes one."""

        self.by_verb: Mapping[str, Handler] = {
            "list": lists.turn,
            "find": find.turn,
            "catchup-page": catch_ups.page,
            "catchup-open": catch_ups.page,
            "catchup-seen": catch_ups.seen,
            "catchup-undo": catch_ups.undo,
            "pick": picking.turn,
            "feed": lists.feed_page,
            "open": lists.feed_page,
            "polls": lists.polls,
            "sources": Sources(store).list,
            "looks": lists.polls,  # as buttons called it that may still be tapped
            "address": lists.address,
            "try": lists.poll_now,
            "move-back": lists.move_back,
            "send-again": lists.send_again,
            "pause": lists.pause,
            "resume": lists.resume,
            "feed-switch": lists.switch,
            "pause-until": pauses.until,
            "pause-all": pauses.pause_all,
            "resume-all": pauses.resume_all,
            "preview": preview.preview_tapped,
            "settings": menus.menu,
            "settings-feed": menus.feed_menu,
            "settings-where": menus.where,
            "settings-follow": menus.follow,
            "quick": menus.quick,
            "settings-reset": menus.reset,
            "settings-sample": menus.sample,
            "settings-undo": menus.undo,
            "setting": menus.setting,
            "put": menus.set,
            "quiet-way": menus.quiet_way,
            "digest-now": digests.now,
            "digest-left": digests.left,
            "digest-undo": digests.undo,
            "setting-switch": menus.switch,
            "setting-default": menus.default,
            "set-for": setter.set_for,
            "interval": setter.interval_of,
            "template-save": menus.save_template,
            "template-keep": menus.keep_template,
            "unsub": self.subscribe.unsub_tapped,
            "unsub-all": self.subscribe.unsub_all,
            "resub": self.subscribe.resubscribe,
            "choose": self.subscribe.choose,
            "import-stop": moving.stop,
            "import-undo": moving.undo,
            "import-drop": moving.drop,
            "opml": moving.import_file,
            "channel-done": self.channels.done,
            "move": move.menu,
            "move-topic": move.to_topic,
            "move-here": move.to_here,
            "move-to": move.to_kept,
            "move-pick": move.pick_chat,
            "move-undo": move.undo,
            "topic-make": folders.make,
            "share": share.tapped,
            "link-take": share.take,
            "link-pick": share.pick,
            "newest": self.subscribe.newest,
            "login": self.subscribe.login,
            "login-keep": self.subscribe.login_keep,
            "more": thumbs.more_tapped,
            "less": thumbs.less_tapped,
            "thumb": thumbs.tapped,
            "thumb-said": thumbs.said,
            "help": self.greeting.help,
            "filter": filters.menu,
            "rule": filters.page,
            "rule-new": filters.new,
            "rule-kind": filters.kind,
            "rule-words-ask": filters.words_ask,
            "rule-reach": filters.reach,
            "rule-save": filters.save,
            "rule-cancel": filters.drop,
            "rule-drop": filters.drop,
            "rule-keep": filters.page,
            "rule-item": filters.item,
            "rule-apply": filters.apply,
            "rule-switch": filters.switch,
            "rule-change": filters.change,
            "rule-rename": filters.rename,
            "rule-delete": filters.delete,
            "rule-undo": filters.undo,
            "privacy": privacy.privacy,
            "privacy-export": privacy.export,
            "privacy-erase": privacy.ask,
            "privacy-erase-all": privacy.erase,
            "user": operating.user,
            "user-ban": operating.ban,
            "user-unban": operating.unban,
            "user-export": operating.export,
            "broadcast-language": broadcasts.choose_language,
            "broadcast-send": broadcasts.send,
            "broadcast-stop": broadcasts.stop,
            "broadcast-drop": broadcasts.drop,
        }
        """Handlers by what a button carries."""

        self.keep_unanswered: Handler = menus.cancel
        """What "/cancel" does while a question waits."""
        self.by_answer: Mapping[str, Handler] = {
            "setting-words": menus.words,
            FIND_WORDS: find.find,
            "rule-words": filters.words,
            "rule-name": filters.name,
        }
        """Handlers of what is written because we asked for it (``chat.questions``)."""
