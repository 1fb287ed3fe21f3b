"""What was found of what a chat received: from results to a reply. Does no I/O."""

import html
from collections.abc import Sequence

from bot.chat.context import Localizer
from bot.chat.views.menus import SUPERGROUP, TITLE_MAX, shorten
from bot.content.localize import write_date
from bot.i18n import Markup
from bot.model import DeliveryState
from bot.public_url import public_link, public_url
from bot.services.searching import Results, Suggestion
from bot.store.search import Found
from bot.telegram.keyboards import Reply, button, keyboard

PAGE_SIZE = 8
"""Items on one page."""
HEADLINE_MAX = 160
"""Characters of a title."""
QUERY_MAX = 60
"""Characters of what was typed that an answer repeats."""
BUTTON_MAX = 40
"""And of a suggestion on a button."""


def results_page(
    localizer: Localizer, results: Results, chat_id: int, time_zone: str, query_id: int
) -> Reply:
    """A page of what was found, newest first; ``query_id``: under which the words are kept."""
    lines: list[str] = [_head(localizer, results)]
    rules = dict(results.rule_names)
    first = (results.page - 1) * PAGE_SIZE + 1
    for number, found in enumerate(results.found, first):
        facts = [
            html.escape(shorten(source_of(found), TITLE_MAX)),
            html.escape(write_date(found.moment, time_zone, localizer.language, shows_time=True)),
            _post_link(localizer, found, chat_id),
            html.escape(_remark(localizer, found, rules)),
        ]
        lines.append(f"{number}. {title_link(localizer, found)}\n{' · '.join(filter(None, facts))}")
    turning = []
    if results.page > 1:
        turning.append(button("‹", "find", query_id, results.page - 1))
    if results.has_more:
        turning.append(button("›", "find", query_id, results.page + 1))
    return Reply("\n\n".join(lines), keyboard(turning) if turning else None)


def nothing_found(
    localizer: Localizer, results: Results, offers: Sequence[tuple[Suggestion, int]]
) -> Reply:
    """That there is nothing, and what to try instead: other words by buttons."""
    query = shorten(results.query.text, QUERY_MAX)
    lines: list[str] = [localizer.html("find-nothing", query=query, **_where(results))]
    key = "find-try" if offers else "find-no-suggestion"
    lines.append(localizer.html(key))
    rows = [
        [button(f"🔎 {shorten(each.text, BUTTON_MAX)}", "find", number, 1)]
        for each, number in offers
    ]
    return Reply("\n\n".join(lines), keyboard(*rows) if rows else None)


def source_of(found: Found) -> str:
    """What the feed of an item is called."""
    return found.received.feed_title or public_url(found.received.feed_url)


def headline_of(localizer: Localizer, found: Found) -> str:
    """The title of an item, shortened."""
    return shorten(found.received.item.title, HEADLINE_MAX) or localizer.plain("find-untitled")


def title_link(localizer: Localizer, found: Found) -> Markup:
    """The title of an item, as a link to it where it has one."""
    name, link = html.escape(headline_of(localizer, found)), found.received.item.link
    if not link:
        return Markup(f"<b>{name}</b>")
    return Markup(f'<a href="{html.escape(public_link(link))}">{name}</a>')


def _head(localizer: Localizer, results: Results) -> str:
    query = shorten(results.query.text, QUERY_MAX)
    return localizer.html("find-head", query=query, page=results.page, **_where(results))


def _where(results: Results) -> dict[str, str]:
    """To which feeds a search was narrowed, as arguments of a message."""
    feeds = shorten(", ".join(results.narrowed_to), QUERY_MAX)
    return {"feeds": feeds, "narrowed": "yes" if feeds else "no"}


def _post_link(localizer: Localizer, found: Found, chat_id: int) -> str:
    """The post itself, where Telegram has links to messages: in supergroups and channels."""
    message = found.message_ids.partition(",")[0]
    number = str(chat_id)
    if not message or not number.startswith(SUPERGROUP):
        return ""
    topic = f"{found.topic_id}/" if found.topic_id else ""
    address = f"https://t.me/c/{number.removeprefix(SUPERGROUP)}/{topic}{message}"
    return f'<a href="{address}">{html.escape(localizer.plain("find-post"))}</a>'


def _remark(localizer: Localizer, found: Found, rules: dict[int, str]) -> str:
    """What became of an item that was no message of its own."""
    match found.state:
        case DeliveryState.FILTERED:
            rule = shorten(rules.get(found.rule_id, ""), TITLE_MAX)
            return localizer.plain("find-kept-back", rule=rule, is_named="yes" if rule else "no")
        case DeliveryState.GATHERED | DeliveryState.DIGESTED | DeliveryState.MERGED:
            return localizer.plain("find-state", state=found.state)
        case _:
            return ""
