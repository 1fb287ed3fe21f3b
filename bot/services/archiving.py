"""Everything that a chat has here as one file: its feeds, its settings, and what it received."""

import asyncio
import html
import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bot.clock import Clock
from bot.content.html.sanitise import sanitise
from bot.content.render import telegraph
from bot.errors import WorkAborted
from bot.fetching.workers import Workers
from bot.model import Chat, Subscription
from bot.public_url import public_link, public_url
from bot.rules.kept import rule_values
from bot.services.exporting import Exporting
from bot.store import Store, choices, received, rules
from bot.store.received import Post, ReceivedItem

REACH = timedelta(days=90)
"""How far back it goes; what the operator does not keep so long is not in it."""
MOST_ITEMS = 10_000
"""The newest of what was received."""
LARGEST = 120 << 20
"""Bytes of what was received before it is packed: text shrinks to a quarter, and Telegram takes
50 MB (Bot API, sendDocument)."""
PAGE = 500
"""Rows that are read in one transaction."""
PORTION = 50
"""Items that are written at once."""
_PAGE_HEAD = """<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src https: http: data:; media-src https: http:;
 style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>body{font:1rem/1.5 sans-serif;max-width:42rem;margin:1rem auto;padding:0 1rem}
img,video{max-width:100%}article{border-top:1px solid #8888;padding:1rem 0}
small{opacity:.7}h2{margin:0;font-size:1.2rem}</style>
"""
_TAGS = frozenset(
    {"a", "aside", "b", "blockquote", "br", "code", "em", "figcaption", "figure", "h3", "h4", "hr"}
    | {"i", "img", "li", "ol", "p", "pre", "s", "strong", "u", "ul", "video"}
)
_EMPTY = frozenset({"br", "hr", "img"})


@dataclass(frozen=True, slots=True)
class Archive:
    """A file with everything."""

    name: str
    path: Path
    items: int


class Archiving:
    """Packs everything of a chat.

    Args:
        store: Where it is.
        exporting: Writes the subscriptions.
        workers: Read items, which are untrusted, in processes that can be killed.
        clock: The present moment.
    """

    def __init__(self, store: Store, exporting: Exporting, workers: Workers, clock: Clock) -> None:
        self._store = store
        self._exporting = exporting
        self._workers = workers
        self._clock = clock

    @asynccontextmanager
    async def archive(self, chat: Chat, *, is_for_many: bool) -> AsyncIterator[Archive]:
        """The file, until the context ends.

        ``is_for_many``: others than whoever asked will read it.
        """
        exported = await self._exporting.opml(chat, is_for_many=is_for_many)
        with tempfile.TemporaryDirectory(prefix="tidings-") as name:
            folder = Path(name)
            count = await self._write_items(chat, folder)
            settings = await self._settings(chat, exported.subscriptions)
            now = self._clock()
            path = folder / "archive.zip"
            texts = {"feeds.opml": exported.body, "settings.json": settings}
            await asyncio.to_thread(
                _pack, path, texts, [folder / "items.json", folder / "items.html"]
            )
            yield Archive(f"tidings-{now:%Y-%m-%d}.zip", path, count)

    async def _settings(self, chat: Chat, shown: Sequence[Subscription]) -> bytes:
        topics = await self._store.run(choices.of_topics, [chat.id])
        feeds = {each.id: public_url(each.feed.url) for each in shown}
        held = await self._store.run(rules.of_chat, chat.id)
        settings = {
            "rules": [
                rule_values(kept)
                | {
                    "topic": kept.reach.topic_id,
                    "hashtag": kept.reach.hashtag or None,
                    "feed": feeds.get(kept.reach.subscription_id or 0),
                }
                for kept in held
                if kept.reach.subscription_id is None or kept.reach.subscription_id in feeds
            ],
            "chat": {"title": chat.title, "settings": dict(chat.choices)},
            "topics": [
                {"id": topic_id, "settings": dict(chosen)}
                for (_, topic_id), chosen in topics.items()
            ],
            "subscriptions": [
                {
                    "feed": public_url(each.feed.url),
                    "title": each.feed.title,
                    "topic": each.target.topic_id or None,
                    "paused": bool(each.paused),
                    "settings": dict(each.preferences.subscription),
                }
                for each in shown
            ],
        }
        return json.dumps(settings, ensure_ascii=False, indent=1).encode()

    async def _write_items(self, chat: Chat, folder: Path) -> int:
        """Write what the chat received, the newest first; how many items."""
        posts = await self._posts(chat.id)
        count = size = 0
        pages = folder / "items.html"
        objects = folder / "items.json"
        head = f"{_PAGE_HEAD}<title>{html.escape(chat.title)}</title>\n"
        await asyncio.to_thread(pages.write_text, head, "utf-8")
        await asyncio.to_thread(objects.write_text, "[\n", "utf-8")
        for start in range(0, len(posts), PORTION):
            portion = posts[start : start + PORTION]
            found = await self._store.run(received.contents, [post.item_id for post in portion])
            some = [(found[post.item_id], post.sent) for post in portion if post.item_id in found]
            if not some:
                continue
            shown = await self._shown(some)
            listed = _as_json(some, is_first=not count)
            await asyncio.to_thread(_append, pages, shown)
            await asyncio.to_thread(_append, objects, listed)
            count += len(some)
            size += len(shown) + len(listed)
            if size > LARGEST:
                break
        await asyncio.to_thread(_append, objects, "\n]\n")
        return count

    async def _shown(self, some: Sequence[tuple[ReceivedItem, datetime]]) -> str:
        try:
            return await self._workers.run(render_items, some)
        except WorkAborted:
            # One of them is made to harm: their titles and links will do.
            bare = [
                (entry._replace(item=replace(entry.item, html="")), sent) for entry, sent in some
            ]
            return render_items(bare)

    async def _posts(self, chat_id: int) -> list[Post]:
        """The newest posts of a chat, the newest first."""
        since = self._clock() - REACH
        posts: list[Post] = []
        last: Post | None = None
        while True:
            page = await self._store.run(received.posts, chat_id, since, last, PAGE)
            posts += [post for post in page if post.item_id]
            if len(page) < PAGE:
                break
            last = page[-1]
        posts.sort(key=lambda post: post.row, reverse=True)
        return posts[:MOST_ITEMS]


def render_items(some: Sequence[tuple[ReceivedItem, datetime]]) -> str:
    """Items as parts of a page; nothing of theirs runs in it."""
    return "".join(_article(entry, sent) for entry, sent in some)


def _article(entry: ReceivedItem, sent: datetime) -> str:
    item = entry.item
    title = html.escape(item.title or item.link or "…")
    if item.link and item.link.startswith(("http://", "https://")):
        title = f'<a href="{html.escape(item.link)}">{title}</a>'
    facts = [entry.feed_title or public_link(entry.feed_url), item.author, f"{sent:%Y-%m-%d %H:%M}"]
    line = html.escape(" · ".join(filter(None, facts)))
    body = _nodes(telegraph.render(sanitise(item.html, item.link).blocks))
    return f"<article><h2>{title}</h2><small>{line}</small>{body}</article>\n"


def _nodes(nodes: Iterable[Any]) -> str:
    """Telegraph's nodes as HTML: known tags, and addresses of the web."""
    return "".join(_node(node) for node in nodes)


def _node(node: Any) -> str:  # noqa: ANN401 - text or an element
    if isinstance(node, str):
        return html.escape(node)
    inner = _nodes(node.get("children", ()))
    tag = node["tag"]
    if tag not in _TAGS:
        return inner
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in node.get("attrs", {}).items()
        if name in {"href", "src"} and value.startswith(("http://", "https://"))
    )
    return f"<{tag}{attributes}>" if tag in _EMPTY else f"<{tag}{attributes}>{inner}</{tag}>"


def _as_json(some: Sequence[tuple[ReceivedItem, datetime]], *, is_first: bool) -> str:
    objects = []
    for entry, sent in some:
        item = entry.item
        about = {
            "title": item.title,
            "link": item.link,
            "author": item.author,
            "published": item.published.isoformat() if item.published else None,
            "sent": sent.isoformat(),
            "feed": entry.feed_title,
            "feed_url": public_url(entry.feed_url),
            "tags": item.tags,
            "html": item.html,
        }
        objects.append(json.dumps(about, ensure_ascii=False))
    text = ",\n".join(objects)
    return text if is_first else f",\n{text}"


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)


def _pack(path: Path, texts: dict[str, bytes], files: Sequence[Path]) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        for file in files:
            archive.write(file, file.name)
