"""What each command and each button does: async generators from a ``Call`` to what is answered."""

import html
from collections.abc import AsyncIterator, Mapping, Sequence

from telegram import InlineKeyboardMarkup

from bot.chat.call import Answer, Call, Handler, Reply, Shown, Toast
from bot.chat.keyboards import button, keyboard, number_of
from bot.chat.menus import Menus, name_link
from bot.chat.selecting import select
from bot.chat.subscribing import Choose, Subscribed, Subscribing
from bot.errors import TidingsError
from bot.feeds.address import host_of, public_url
from bot.i18n import Markup, Translator
from bot.model import Subscription, Target
from bot.store import Store, chats, items
from bot.store.moments import now

LINKS_MAX = 20
"""Addresses in one message."""
PREVIEW_MAX = 5


class Commands:
    """Everything that people can ask for."""

    def __init__(self, store: Store, subscribing: Subscribing, translator: Translator) -> None:
        self._store = store
        self._subscribing = subscribing
        self._translator = translator
        self._menus = Menus(translator)

    @property
    def by_name(self) -> Mapping[str, Handler]:
        """Handlers by command, in the order of ``/help``."""
        return {
            "sub": self.sub,
            "list": self.overview,
            "preview": self.preview,
            "pause": self.pause,
            "resume": self.resume,
            "unsub": self.unsub,
            "lang": self.lang,
            "help": self.help,
            "start": self.start,
        }

    @property
    def by_verb(self) -> Mapping[str, Handler]:
        """Handlers by what a button carries."""
        return {
            "list": self.overview,
            "feed": self.feed_page,
            "pause": self.pause_one,
            "resume": self.resume_one,
            "preview": self.preview_one,
            "unsub": self.unsub_one,
            "unsub-all": self.unsub_all,
            "resub": self.subscribe_again,
            "choose": self.choose,
            "lang": self.lang_chosen,
            "help": self.help,
        }

    # ------------------------------------------------------------ greetings

    async def start(self, call: Call) -> AsyncIterator[Answer]:
        """A welcome; it also brings back a chat that was away."""
        back = await self._store.run(chats.revive, call.chat.id, now())
        if back and (back.released or back.skipped):
            yield Reply(self._say(call, "welcome-back", released=back.released, skipped=back.skipped))
            return
        yield Reply(
            self._say(call, "welcome"),
            keyboard([button(self._plain(call, "button-help"), "help"), button("🌐 Language · 语言", "lang", "?")]),
        )

    async def help(self, call: Call) -> AsyncIterator[Answer]:
        """Every command in a line."""
        commands = [name for name in self.by_name if name not in {"start", "help"}]
        lines = [f"/{name} — {self._plain(call, f'command-{name}')}" for name in commands]
        yield Reply("\n".join([self._say(call, "help-head"), "", *lines, "", self._say(call, "help-foot")]))

    async def unknown(self, call: Call) -> AsyncIterator[Answer]:
        """A command that there is not."""
        yield Reply(self._say(call, "unknown-command", command=call.words[0][:40]))

    async def hint(self, call: Call) -> AsyncIterator[Answer]:
        """Words that are neither a link nor a command."""
        yield Reply(self._say(call, "send-a-link"))

    # ------------------------------------------------------------ subscribing

    async def sub(self, call: Call) -> AsyncIterator[Answer]:
        """Subscribe to one or several addresses; the message tells how far it is."""
        if not call.words:
            yield Reply(self._say(call, "sub-usage"))
        elif len(call.words) == 1:
            async for answer in self._subscribe_one(call, call.words[0]):
                yield answer
        else:
            async for answer in self._subscribe_several(call, call.words[:LINKS_MAX]):
                yield answer

    async def choose(self, call: Call) -> AsyncIterator[Answer]:
        """One of the feeds that a page offers was tapped."""
        url = await self._store.run(chats.chosen, call.chat.id, number_of(call.words) or 0)
        if url is None:
            yield Toast(self._plain(call, "button-expired"))
            return
        async for answer in self._subscribe_one(call, url):
            yield answer

    async def subscribe_again(self, call: Call) -> AsyncIterator[Answer]:
        """Undo of an unsubscription."""
        url = await self._store.run(chats.chosen, call.chat.id, number_of(call.words) or 0)
        target = Target(call.chat.id, number_of(call.words, 1) or 0)
        undone = await self._store.run(chats.undo_unsubscribe, target, url, now()) if url else None
        if undone is None:
            yield Toast(self._plain(call, "button-expired"))
        else:
            yield Reply(
                self._say(call, "subscribed-again", feed=name_link(undone.feed)), self._feed_button(call, undone)
            )

    async def _subscribe_one(self, call: Call, text: str) -> AsyncIterator[Answer]:
        yield Reply(self._say(call, "sub-looking", url=public_url(text)))
        try:
            result = await self._subscribing.subscribe(call.target, text)
        except TidingsError as error:
            yield Reply(self._fault(call, error))
            return
        if isinstance(result, Choose):
            yield self._menus.choose(result.candidates, result.ids, host_of(result.candidates[0].url), call.language)
            return
        yield self._subscribed(call, result)
        if result.new and result.newest:
            yield Shown(result.subscription.feed, result.newest)

    def _subscribed(self, call: Call, result: Subscribed) -> Reply:
        one = result.subscription
        if not result.new:
            return Reply(self._say(call, "already-subscribed", feed=name_link(one.feed)), self._feed_button(call, one))
        key = "subscribed" if result.newest else "subscribed-empty"
        minutes = max(1, round(one.feed.interval.total_seconds() / 60))
        return Reply(
            self._say(call, key, feed=name_link(one.feed), minutes=minutes),
            keyboard(
                [
                    button(self._plain(call, "button-open"), "feed", one.id, 1),
                    button(self._plain(call, "button-unsubscribe"), "unsub", one.id, 1),
                ]
            ),
        )

    async def _subscribe_several(self, call: Call, texts: Sequence[str]) -> AsyncIterator[Answer]:
        lines: list[str] = []
        for number, text in enumerate(texts, start=1):
            yield Reply("\n".join([*lines, self._say(call, "sub-progress", number=number, count=len(texts))]))
            lines.append(await self._result_line(call, text))
        yield Reply("\n".join(lines))

    async def _result_line(self, call: Call, text: str) -> str:
        try:
            result = await self._subscribing.subscribe(call.target, text)
        except TidingsError as error:
            return f"❌ <code>{html.escape(public_url(text))}</code>: {self._fault(call, error)}"
        if isinstance(result, Choose):
            return self._say(call, "line-choose", url=public_url(text))
        key = "line-subscribed" if result.new else "line-already"
        return self._say(call, key, feed=name_link(result.subscription.feed))

    # ------------------------------------------------------------ lists and pages

    async def overview(self, call: Call) -> AsyncIterator[Answer]:
        """The chat's subscriptions, a page at a time; a number opens that one."""
        yield self._menus.overview(await self._all(call), number_of(call.words) or 1, call.language, now())

    async def feed_page(self, call: Call) -> AsyncIterator[Answer]:
        """One subscription's page."""
        found = await self._tapped(call)
        yield self._page(call, found) if found else self._gone(call)

    # ------------------------------------------------------------ preview

    async def preview(self, call: Call) -> AsyncIterator[Answer]:
        """The newest items of a subscription, or of any feed, as they would be pushed."""
        wanted, count = _with_count(call.words)
        subscriptions = await self._all(call)
        if not wanted and len(subscriptions) != 1:
            yield self._pick(call, subscriptions, "preview", "preview-which" if subscriptions else "preview-usage")
            return
        chosen = select(subscriptions, wanted) if wanted else subscriptions
        shown = self._show_newest(call, chosen[0], count) if chosen else self._show_stranger(call, wanted[0], count)
        async for answer in shown:
            yield answer

    async def preview_one(self, call: Call) -> AsyncIterator[Answer]:
        """The newest item of a subscription, by button."""
        found = await self._tapped(call)
        newest = await self._store.run(items.newest, found.feed.id, 1) if found else []
        if not found or not newest:
            yield self._gone(call) if not found else Toast(self._plain(call, "preview-empty-toast"), alert=True)
            return
        yield Shown(found.feed, newest[0])

    async def _show_newest(self, call: Call, one: Subscription, count: int) -> AsyncIterator[Answer]:
        newest = await self._store.run(items.newest, one.feed.id, count)
        if not newest:
            yield Reply(self._say(call, "preview-empty", feed=name_link(one.feed)))
        for item in reversed(newest):
            yield Shown(one.feed, item)

    async def _show_stranger(self, call: Call, text: str, count: int) -> AsyncIterator[Answer]:
        if text.removeprefix("#").isdigit():
            yield Reply(self._say(call, "no-such-feed", what=text))
            return
        yield Reply(self._say(call, "sub-looking", url=public_url(text)))
        try:
            feed, newest = await self._subscribing.look(text, count)
        except TidingsError as error:
            yield Reply(self._fault(call, error))
            return
        key = "preview-of" if newest else "preview-empty"
        yield Reply(self._say(call, key, feed=name_link(feed)))
        for item in reversed(newest):
            yield Shown(feed, item)

    # ------------------------------------------------------------ pausing

    async def pause(self, call: Call) -> AsyncIterator[Answer]:
        """Pause one, several or all."""
        async for answer in self._switch(call, "pause"):
            yield answer

    async def resume(self, call: Call) -> AsyncIterator[Answer]:
        """Resume one, several or all."""
        async for answer in self._switch(call, "resume"):
            yield answer

    async def pause_one(self, call: Call) -> AsyncIterator[Answer]:
        """Pause by button: the page shows it."""
        ids = [number_of(call.words) or 0]
        changed = await self._store.run(chats.pause, call.chat.id, ids, chats.BY_USER, now())
        yield self._page(call, changed[0]) if changed else self._gone(call)

    async def resume_one(self, call: Call) -> AsyncIterator[Answer]:
        """Resume by button: the page shows it."""
        changed = await self._store.run(chats.resume, call.chat.id, [number_of(call.words) or 0], now())
        yield self._page(call, changed[0]) if changed else self._gone(call)

    async def _switch(self, call: Call, verb: str) -> AsyncIterator[Answer]:
        wants_paused = verb == "resume"
        candidates = [one for one in await self._all(call) if bool(one.paused) == wants_paused]
        if not call.words and len(candidates) != 1:
            key = f"{verb}-which" if candidates else f"{verb}-nothing"
            yield self._pick(call, candidates, verb, key)
            return
        chosen = select(await self._all(call), call.words) if call.words else candidates
        if not chosen:
            yield Reply(self._say(call, "no-such-feed", what=" ".join(call.words)))
            return
        ids = [one.id for one in chosen]
        if wants_paused:
            changed = await self._store.run(chats.resume, call.chat.id, ids, now())
        else:
            changed = await self._store.run(chats.pause, call.chat.id, ids, chats.BY_USER, now())
        yield Reply(self._listing(call, f"{verb}-done", changed))

    # ------------------------------------------------------------ unsubscribing

    async def unsub(self, call: Call) -> AsyncIterator[Answer]:
        """End subscriptions: by number, address, title, or by buttons; all of them only after a question."""
        subscriptions = await self._all(call)
        if not call.words:
            yield self._menus.pick(subscriptions, "unsub", "unsub-which", call.language)
            return
        chosen = select(subscriptions, call.words)
        if not chosen:
            yield Reply(self._say(call, "no-such-feed", what=" ".join(call.words)))
        elif len(chosen) == len(subscriptions) > 1:
            yield Reply(
                self._say(call, "unsub-all-ask", count=len(chosen)),
                keyboard(
                    [
                        button(self._plain(call, "button-unsubscribe-all"), "unsub-all", len(chosen)),
                        button(self._plain(call, "button-keep"), "list", 1),
                    ]
                ),
            )
        else:
            yield await self._end(call, chosen)

    async def unsub_one(self, call: Call) -> AsyncIterator[Answer]:
        """End one by button, with a button to undo."""
        found = await self._tapped(call)
        yield await self._end(call, [found]) if found else self._gone(call)

    async def unsub_all(self, call: Call) -> AsyncIterator[Answer]:
        """The question was answered with yes; only if there are still as many as it asked about."""
        subscriptions = await self._all(call)
        if len(subscriptions) != number_of(call.words):
            yield Toast(self._plain(call, "button-expired"), alert=True)
            return
        yield await self._end(call, subscriptions)

    async def _end(self, call: Call, chosen: Sequence[Subscription]) -> Reply:
        ended = await self._store.run(chats.unsubscribe, call.chat.id, [one.id for one in chosen], now())
        text = self._listing(call, "unsub-done", ended)
        if len(ended) != 1:
            return Reply(text)
        [choice] = await self._store.run(chats.offer, call.chat.id, [ended[0].feed.url], now())
        return Reply(
            text, keyboard([button(self._plain(call, "button-undo"), "resub", choice, ended[0].target.topic_id)])
        )

    # ------------------------------------------------------------ language

    async def lang(self, call: Call) -> AsyncIterator[Answer]:
        """A button for each language."""
        yield self._menus.languages(call.language)

    async def lang_chosen(self, call: Call) -> AsyncIterator[Answer]:
        """A language was tapped."""
        code = call.words[0] if call.words else ""
        if code not in self._translator.languages():
            yield self._menus.languages(call.language)
            return
        await self._store.run(chats.choose_language, call.chat.id, code)
        yield Reply(self._translator.text(code, "lang-chosen"), toast=self._translator.plain(code, "language-name"))

    # ------------------------------------------------------------ what they share

    async def _all(self, call: Call) -> list[Subscription]:
        return await self._store.run(chats.subscriptions, call.chat.id)

    async def _tapped(self, call: Call) -> Subscription | None:
        found = await self._store.run(chats.find, call.chat.id, [number_of(call.words) or 0])
        return found[0] if found else None

    def _pick(self, call: Call, candidates: Sequence[Subscription], verb: str, key: str) -> Reply:
        if not candidates:
            return Reply(self._say(call, key))
        return self._menus.pick(candidates, verb, key, call.language)

    def _page(self, call: Call, one: Subscription) -> Reply:
        return self._menus.feed(one, number_of(call.words, 1) or 1, call.language, now())

    def _gone(self, call: Call) -> Toast:
        return Toast(self._plain(call, "button-expired"))

    def _feed_button(self, call: Call, one: Subscription) -> InlineKeyboardMarkup:
        return keyboard([button(self._plain(call, "button-open"), "feed", one.id, 1)])

    def _listing(self, call: Call, key: str, changed: Sequence[Subscription]) -> str:
        names = "\n".join(f"• {name_link(one.feed)}" for one in changed[:50])
        return self._say(call, key, count=len(changed), feeds=Markup(names))

    def _fault(self, call: Call, error: TidingsError) -> str:
        return self._translator.text(call.language, error.key, **error.args_)

    def _say(self, call: Call, key: str, **args: str | int) -> Markup:
        return self._translator.text(call.language, key, **args)

    def _plain(self, call: Call, key: str, **args: str | int) -> str:
        return self._translator.plain(call.language, key, **args)


def _with_count(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """What to preview and how many items of it: a number that follows something else."""
    if len(words) > 1 and words[-1].isascii() and words[-1].isdigit():
        return words[:-1], min(max(int(words[-1]), 1), PREVIEW_MAX)
    return words, 1
