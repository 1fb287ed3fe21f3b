"""Rules as people read them: the menu, a rule's page, what a trial found. Does no I/O."""

import html
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from babel.dates import format_datetime
from telegram import InlineKeyboardButton

from bot.chat.context import Localizer
from bot.chat.views.menus import shorten
from bot.content.localize import locale_of
from bot.errors import RuleFault
from bot.i18n import Markup
from bot.rules import EVERYTHING, Effect, KeptRule, Reach, Rule, RuleKind
from bot.services.filtering import SHOWN, Draft, Test, Trial
from bot.store.rules import Stored
from bot.telegram.keyboards import Reply, button, keyboard

MARKS = {
    RuleKind.EXCLUDE: "🚫",
    RuleKind.INCLUDE: "✅",
    RuleKind.HIGHLIGHT: "⭐",
    RuleKind.MUTE: "🔇",
}
PAGE_SIZE = 8
TITLE_MAX = 60
BUTTON_MAX = 32
TEXT_MAX = 300
Places = Mapping[int, str]
"""What the subscriptions of a chat are called, by their ids."""


def overview(
    localizer: Localizer,
    held: Sequence[KeptRule],
    counts: Mapping[int, int],
    places: Places,
    zone: tzinfo,
    page: int,
) -> Reply:
    """The rules of a chat, with what each kept back."""
    pages = max(-(-len(held) // PAGE_SIZE), 1)
    number = min(max(page, 1), pages)
    shown = held[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    head = "filter-head" if held else "filter-empty"
    lines: list[str] = [localizer.html(head, count=len(held)), ""]
    for kept in shown:
        facts = [_facts(localizer, kept.rule, kept.reach, places, zone)]
        if counts.get(kept.id):
            facts.append(localizer.html("filter-kept-back", count=counts[kept.id]))
        if not kept.is_on:
            facts.append(localizer.html("filter-off"))
        name = f"<b>{html.escape(shorten(kept.name, TITLE_MAX))}</b>: " if kept.name else ""
        lines.append(f"{MARKS[kept.rule.kind]} {name}{_words(kept.rule)} · {' · '.join(facts)}")
    if held:
        lines += ["", localizer.html("filter-order")]
    rows = [[button(_label(kept), "rule", kept.id)] for kept in shown]
    if pages > 1:
        before, after = (number - 2) % pages + 1, number % pages + 1
        rows.append(
            [
                button("‹", "filter", before),
                button(f"{number}/{pages}", "filter", number),
                button("›", "filter", after),
            ]
        )
    new = [
        button(f"＋ {localizer.plain(f'filter-kind-{kind}')}", "rule-new", kind)
        for kind in (RuleKind.EXCLUDE, RuleKind.INCLUDE, RuleKind.HIGHLIGHT, RuleKind.MUTE)
    ]
    return Reply("\n".join(lines), keyboard(*rows, new[:2], new[2:]))


def rule_page(
    localizer: Localizer, kept: KeptRule, count: int, places: Places, zone: tzinfo
) -> Reply:
    """One rule, and what can be done with it."""
    name = html.escape(kept.name) if kept.name else localizer.html("filter-nameless")
    state = "filter-off" if not kept.is_on else "filter-on"
    text = localizer.html(
        "filter-rule",
        mark=MARKS[kept.rule.kind],
        kind=localizer.plain(f"filter-kind-{kept.rule.kind}"),
        name=Markup(name),
        words=Markup(_words(kept.rule)),
        place=Markup(_facts(localizer, kept.rule, kept.reach, places, zone)),
        count=count,
        state=localizer.plain(state),
    )
    switch = "button-rule-on" if not kept.is_on else "button-rule-off"
    return Reply(
        text,
        keyboard(
            [
                button(localizer.plain(switch), "rule-switch", kept.id),
                button(localizer.plain("button-rule-change"), "rule-change", kept.id),
            ],
            [
                button(localizer.plain("button-rule-rename"), "rule-rename", kept.id),
                button(localizer.plain("button-rule-delete"), "rule-delete", kept.id),
            ],
            [button(localizer.plain("button-back"), "filter", 1)],
        ),
    )


def trial(localizer: Localizer, tried: Trial, places: Places, zone: tzinfo, topic_id: int) -> Reply:
    """What a rule would have done, before it is saved."""
    draft = tried.draft
    rule = draft.rule
    kind = html.escape(localizer.plain(f"filter-kind-{rule.kind}"))
    lines: list[str] = [
        f"{MARKS[rule.kind]} <b>{kind}</b>: {_words(rule)}",
        _facts(localizer, rule, draft.reach, places, zone),
        "",
        localizer.html("filter-tried", kind=str(rule.kind), count=len(tried.found), of=tried.of),
    ]
    found, near = tried.found[:SHOWN], tried.near[:SHOWN]
    lines += [_item_line(each) for each in found]
    if near:
        lines += ["", localizer.html("filter-near", kind=str(rule.kind))]
        lines += [_item_line(each) for each in near]
    lines += ["", localizer.html("filter-new-only")]
    items = [
        [button(f"👁 {shorten(_title(each), BUTTON_MAX)}", "rule-item", each.item.id)]
        for each in (*found, *near)
    ]
    return Reply("\n".join(lines), keyboard(*items, *_draft_buttons(localizer, tried, topic_id)))


def _draft_buttons(
    localizer: Localizer, tried: Trial, topic_id: int
) -> list[list[InlineKeyboardButton]]:
    draft_id, rows = tried.draft_id, []
    if topic_id and tried.draft.reach in (EVERYTHING, Reach(topic_id=topic_id)):
        is_wide = tried.draft.reach == EVERYTHING
        label = localizer.plain("button-rule-topic" if is_wide else "button-rule-chat")
        rows.append([button(label, "rule-reach", draft_id)])
    rows.append(
        [
            button(localizer.plain("button-rule-save"), "rule-save", draft_id),
            button(localizer.plain("button-rule-change"), "rule-words-ask", draft_id),
            button(localizer.plain("button-cancel"), "rule-cancel", draft_id),
        ]
    )
    return rows


def wrong(localizer: Localizer, text: str, fault: RuleFault, draft_id: int) -> Reply:
    """Why a rule cannot be understood: its line, and an arrow under the place."""
    column = int(fault.args_["column"]) - 1
    begin = text.rfind("\n", 0, column) + 1
    line = text[begin:].partition("\n")[0]
    at = column - begin
    # Long lines are shown around the place, so that the arrow stands below it on a phone.
    start = max(at - 20, 0)
    shown = line[start : start + 36]
    arrow = " " * (at - start) + "▲"
    lines = [
        f"<pre>{html.escape(shown)}\n{arrow}</pre>",
        localizer.error(fault),
        "",
        localizer.html("filter-again"),
    ]
    cancel = button(localizer.plain("button-cancel"), "rule-drop", draft_id)
    return Reply("\n".join(lines), keyboard([cancel]))


def tested(localizer: Localizer, test: Test) -> Reply:
    """What the rules would do with a text."""
    if not test.verdicts:
        return Reply(localizer.html("filter-test-none"))
    lines: list[str] = [_outcome(localizer, test), ""]
    for verdict in test.verdicts:
        mark = "●" if verdict.holds else "○"
        kept = verdict.kept
        lines.append(
            f"{mark} {MARKS[kept.rule.kind]} {html.escape(shorten(kept.label, TITLE_MAX))}"
        )
    lines += ["", localizer.html("filter-test-legend")]
    return Reply("\n".join(lines))


def _outcome(localizer: Localizer, test: Test) -> Markup:
    effect, position = test.ruling.effect, test.ruling.position
    if position is None:
        return localizer.html("filter-test-pass")
    rule = shorten(test.verdicts[position].kept.label, TITLE_MAX)
    key = "filter-test-include" if effect is Effect.PASS else f"filter-test-{effect}"
    return localizer.html(key, rule=rule)


def saved(localizer: Localizer, kept: KeptRule, waiting: int) -> Reply:
    """A rule holds from now on; what waits already can be tried by it, too."""
    rows = [[button(localizer.plain("button-rules"), "filter", 1)]]
    if waiting:
        label = localizer.plain("button-rule-apply", count=waiting)
        rows.insert(0, [button(label, "rule-apply", kept.id)])
    name = Markup(html.escape(shorten(kept.label, TITLE_MAX)))
    return Reply(localizer.html("filter-saved", rule=name), keyboard(*rows))


def _label(kept: KeptRule) -> str:
    return f"{MARKS[kept.rule.kind]} {shorten(kept.label, BUTTON_MAX)}"


def _words(rule: Rule) -> str:
    return f"<code>{html.escape(shorten(rule.text, TEXT_MAX))}</code>"


def _title(stored: Stored) -> str:
    return stored.item.title or stored.item.link or "…"


def _item_line(stored: Stored) -> str:
    title = html.escape(shorten(_title(stored), TITLE_MAX))
    return f"• {title} <i>({html.escape(shorten(stored.feed.title, BUTTON_MAX))})</i>"


def _facts(localizer: Localizer, rule: Rule, reach: Reach, places: Places, zone: tzinfo) -> str:
    parts: list[str] = [_place(localizer, reach, places)]
    if rule.until is not None:
        parts.append(localizer.html("filter-until", moment=_moment(localizer, rule.until, zone)))
    return " · ".join(parts)


def _moment(localizer: Localizer, moment: datetime, zone: tzinfo) -> str:
    locale = locale_of(localizer.language)
    return format_datetime(moment, "EEE d MMM HH:mm", tzinfo=zone, locale=locale)


def _place(localizer: Localizer, reach: Reach, places: Places) -> str:
    if reach.subscription_id is not None:
        return html.escape(shorten(places.get(reach.subscription_id, "?"), TITLE_MAX))
    if reach.hashtag:
        return html.escape(f"#{reach.hashtag}")
    if reach.topic_id is not None:
        return localizer.html("filter-place-topic")
    return localizer.html("filter-place-chat")


def ask_words(localizer: Localizer, draft: Draft, draft_id: int) -> Reply:
    """Ask for the words of a rule."""
    text = localizer.html("filter-ask", kind=str(draft.rule.kind))
    return Reply(text, keyboard([button(localizer.plain("button-cancel"), "rule-drop", draft_id)]))


def ask_name(localizer: Localizer, kept: KeptRule) -> Reply:
    """Ask what a rule shall be called."""
    name = Markup(html.escape(shorten(kept.label, TITLE_MAX)))
    text = localizer.html("filter-ask-name", rule=name)
    return Reply(text, keyboard([button(localizer.plain("button-cancel"), "rule-keep", kept.id)]))
