"""``/stats`` and ``/user``: what operators look at, and what they decide for single people."""

import asyncio
import html
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import structlog

from bot.chat.context import Answer, Context, Localizer, SendFile, Toast
from bot.clock import Clock
from bot.model import PersonFacts
from bot.services.people import LIMITS, People, limits_of
from bot.store import Store
from bot.telegram.keyboards import Reply, button, keyboard, number_of

log = structlog.get_logger()

AS_FOR_ALL = frozenset({"default", "usual", "-", "默认"})
"""Words for "as for everybody"."""


@dataclass(frozen=True, slots=True)
class Common:
    """What holds for everybody, as ``/user`` shows it."""

    limits: Mapping[str, int]
    """By the keys of ``LIMITS``."""
    started: datetime
    """When this process began."""


class Operating:
    """The commands of operators that look at everything, and at one person."""

    def __init__(self, store: Store, people: People, common: Common, clock: Clock) -> None:
        """Take what operating needs."""
        self._store = store
        self._people = people
        self._common = common
        self._clock = clock

    async def stats(self, context: Context) -> AsyncGenerator[Answer]:
        """How much there is of everything."""
        note(context, "stats")
        totals = await self._people.totals()
        size = await asyncio.to_thread(self._store.size)
        text = context.localizer.html(
            "stats",
            chats=totals.chats,
            away=totals.away,
            subscriptions=totals.subscriptions,
            feeds=totals.feeds,
            failing=totals.failing,
            waiting=totals.waiting,
            sent=totals.sent,
            banned=totals.banned,
            size=size,
            uptime=context.localizer.duration(self._clock() - self._common.started),
            version=version("tidings-bot"),
        )
        yield Reply(text)

    async def user(self, context: Context) -> AsyncGenerator[Answer]:
        """A person; or, with further words, what is decided for them."""
        note(context, "user")
        person = number_of(context.arguments) if context.arguments else None
        if person is None or person <= 0:
            yield Reply(context.localizer.html("user-usage"))
            return
        match [word.casefold() for word in context.arguments[1:]]:
            case []:
                yield await self._page(context, person)
            case ["ban"]:
                yield await self._ban(context, person)
            case ["unban"]:
                yield await self._unban(context, person)
            case ["export"]:
                yield await self._export(context, person)
            case [limit, number] if limit in LIMITS:
                yield await self._limit(context, person, limit, number)
            case _:
                yield Reply(context.localizer.html("user-usage"))

    async def ban(self, context: Context) -> AsyncGenerator[Answer]:
        """A ban was tapped."""
        note(context, "user-ban")
        yield await self._ban(context, context.number())

    async def unban(self, context: Context) -> AsyncGenerator[Answer]:
        """The end of a ban was tapped."""
        note(context, "user-unban")
        yield await self._unban(context, context.number())

    async def export(self, context: Context) -> AsyncGenerator[Answer]:
        """A person's data was asked for by a tap."""
        note(context, "user-export")
        yield await self._export(context, context.number())

    async def _page(self, context: Context, person: int, toast: str = "") -> Reply:
        facts = await self._people.facts(person)
        return person_page(context.localizer, facts, self._common.limits, self._clock(), toast)

    async def _ban(self, context: Context, person: int) -> Answer:
        if person <= 0 or not self._people.may_be_banned(person):
            return Toast(context.localizer.plain("user-not-banned"), alert=True)
        await self._people.ban(person)
        log.warning("person_banned", person=person, by=context.user_id)
        return await self._page(context, person, context.localizer.plain("user-banned-toast"))

    async def _unban(self, context: Context, person: int) -> Answer:
        await self._people.unban(person)
        log.warning("person_unbanned", person=person, by=context.user_id)
        return await self._page(context, person, context.localizer.plain("user-unbanned-toast"))

    async def _limit(self, context: Context, person: int, limit: str, words: str) -> Answer:
        # 0 is no limit that there is, and so is what is no number.
        number = None if words.casefold() in AS_FOR_ALL else number_of((words,)) or 0
        try:
            await self._people.limit(person, limit, number)
        except ValueError:
            return Reply(context.localizer.html("user-usage"))
        log.info("person_limited", person=person, limit=limit, number=number, by=context.user_id)
        return await self._page(context, person)

    async def _export(self, context: Context, person: int) -> Answer:
        content = await self._people.export(person, context.user_id or 0)
        return SendFile(f"tidings-{person}.json", content)


def note(context: Context, verb: str) -> None:
    """What operators ask for stands in the log."""
    log.info("operator_command", by=context.user_id, verb=verb, words=" ".join(context.arguments))


def person_page(
    localizer: Localizer,
    facts: PersonFacts,
    common: Mapping[str, int],
    now: datetime,
    toast: str = "",
) -> Reply:
    """What there is of a person, and what can be decided for them."""
    rules = facts.rules
    name = html.escape(facts.name) or localizer.html("user-nameless")
    lines = [f"👤 <b>{name}</b> · <code>{facts.id}</code>"]
    if rules.banned:
        lines.append(localizer.html("user-banned", since=localizer.ago(rules.banned, now)))
    if facts.since is None:
        lines.append(localizer.html("user-unknown"))
    else:
        lines.append(
            localizer.html(
                "user-chat",
                count=facts.own,
                since=localizer.ago(facts.since, now),
                language=facts.language or "—",
            )
        )
        if facts.suspended and not rules.banned:
            lines.append(localizer.html("user-away", reason=facts.suspended))
    if facts.elsewhere or facts.added:
        lines.append(localizer.html("user-elsewhere", count=facts.elsewhere, chats=facts.added))
    limits = limits_of(rules, common)
    lines.append(localizer.html("user-limits", **limits))
    verb, word = ("user-unban", "button-unban") if rules.banned else ("user-ban", "button-ban")
    row = [
        button(localizer.plain(word), verb, facts.id),
        button(localizer.plain("button-export"), "user-export", facts.id),
    ]
    return Reply("\n".join(lines), keyboard(row), toast)
