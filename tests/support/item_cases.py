"""Cases of items: one file each, the item above, below it what each style makes of it.

Above: fields (``name: value``; ``enclosure`` and ``footer`` may repeat), perhaps ``=== template``,
then ``=== body``. Below, as ``python -m tests.support.approve`` writes it: ``=== classic``, ``===
rich``, ``=== link``, and ``=== templated`` (by the template of the case, else by ``TEMPLATE``).
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.content.localize import Wording
from bot.content.messages.article import compose_article
from bot.content.messages.styles import compose_in_style
from bot.content.split.rich_limits import LIMITS, Limits
from bot.delivery.composer import wording_of
from bot.i18n import Translator
from bot.model import (
    Enclosure,
    Fallback,
    Feed,
    Images,
    Item,
    Message,
    Options,
    Post,
    RichMessage,
    Style,
)
from bot.model.template import parse_template
from tests.support.rich_outline import facts, outline

CASES = sorted((Path(__file__).parents[1] / "cases" / "items").glob("*.txt"))
TEMPLATE = "*{title}*\n{summary:140}\n\n{author|feed} · {date}\n{tags}"
TRANSLATOR = Translator()
AS_CLASSIC = "as classic\n"
NEXT = "+++\n"
"""Between the messages of an item that needs several."""
_TEMPLATE, _BODY = "=== template\n", "=== body\n"
_RESULT = re.compile(r"^=== (classic|rich|link|templated)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """An item, how it is wanted, and what is expected of it, by style.

    ``given``: the upper part of its file.
    """

    given: str
    item: Item
    feed: Feed
    options: Options
    template: str
    form: Fallback
    limits: Limits
    with_media: bool
    expected: dict[str, str]


def read(text: str) -> Case:
    given, *results = _RESULT.split(text)
    head, _, body = given.partition(_BODY)
    head, _, template = head.partition(_TEMPLATE)
    lines = [
        line.partition(": ") for line in head.splitlines() if line and not line.startswith("#")
    ]
    said = {name: value for name, _, value in lines}
    item = Item(
        id=1,
        feed_id=1,
        link=said.get("link"),
        title=said.get("title", ""),
        author=said.get("author", ""),
        published=datetime.fromisoformat(said["published"]) if "published" in said else None,
        first_seen=datetime(2026, 1, 1, tzinfo=UTC),
        html=body.removesuffix("\n"),
        tags=tuple(said["tags"].split(", ")) if "tags" in said else (),
        enclosures=tuple(_enclosure(value) for name, _, value in lines if name == "enclosure"),
        is_adult="adult" in said,
        day=date.fromisoformat(said["day"]) if "day" in said else None,
    )
    options = Options(
        summary=int(said.get("summary", "500")),
        images=Images(said.get("images", "all")),
        time_zone=said.get("zone", "UTC"),
        language=said.get("language", "en"),
        footers=tuple(value for name, _, value in lines if name == "footer"),
    )
    return Case(
        given=given,
        item=item,
        feed=Feed(1, "https://feeds.example/rss", said.get("feed", ""), said.get("site")),
        options=options,
        template=template.removesuffix("\n") or TEMPLATE,
        form=Fallback(said.get("form", "full")),
        limits=replace(
            LIMITS,
            **{name: int(said[name]) for name in ("text", "blocks", "columns") if name in said},
        ),
        with_media="media" not in said,
        expected=dict(zip(results[::2], results[1::2], strict=True)),
    )


def messages(case: Case) -> dict[str, Post]:
    """What each style makes of the item of a case; an article is cut to one message."""
    wording = _wording(case.options.language)
    made: dict[str, Post] = {
        style: compose_in_style(
            case.item, case.feed, replace(case.options, style=style), case.form, wording
        )
        for style in (Style.CLASSIC, Style.RICH, Style.LINK)
    }
    if isinstance(made[Style.RICH][0], RichMessage):
        article = compose_article(
            case.item,
            case.feed,
            case.options,
            media=case.with_media,
            limits=case.limits,
            wording=wording,
        )
        made[Style.RICH] = (article,)
    options = replace(case.options, template=parse_template(case.template))
    made["templated"] = compose_in_style(case.item, case.feed, options, case.form, wording)
    return made


def _wording(language: str) -> Wording:
    return wording_of(TRANSLATOR, TRANSLATOR.negotiate(language))


def written(case: Case) -> str:
    """The whole file of a case, with what is made of its item now."""
    shown = {name: NEXT.join(map(show, post)) for name, post in messages(case).items()}
    results = {
        name: AS_CLASSIC if name != Style.CLASSIC and text == shown[Style.CLASSIC] else text
        for name, text in shown.items()
    }
    return case.given + "".join(f"=== {name}\n{text}" for name, text in results.items())


def show(message: Message | RichMessage) -> str:
    if isinstance(message, RichMessage):
        return outline(message)
    lines = [message.html, "---", *(" ".join(facts(attachment)) for attachment in message.media)]
    lines += [f"preview: {message.preview}"] if message.preview else []
    return "\n".join(lines) + "\n"


def _enclosure(value: str) -> Enclosure:
    """``address [type] [size=…] [duration=…] [poster=…]``."""
    url, *rest = value.split(" ")
    named = dict(fact.split("=", 1) for fact in rest if "=" in fact)
    kind = next((fact for fact in rest if "=" not in fact), "")
    size, duration = (int(named[name]) if name in named else None for name in ("size", "duration"))
    return Enclosure(url, kind, size, duration, poster=named.get("poster"))
