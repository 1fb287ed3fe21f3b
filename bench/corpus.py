"""What the measures read: articles and feeds in three scripts, the same in every run.

The words are ours and the sentences are chance, but sizes and mark-up are those of real feeds: a
few kilobytes of paragraphs with links and emphasis, and between them pictures, lists, tables, code,
quotations and a footer.
"""

import math
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from random import Random
from typing import Self

from bot.model import Item

EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Script:
    """A way of writing: its words, what stands between them, and how a sentence ends."""

    name: str
    words: Sequence[str]
    gap: str
    stop: str


Writer = Callable[[Random, Script, int], str]
"""Writes the HTML of about so many bytes."""

_LATIN = """
    the a and of in from with over under after before river harbour market station engine council
    release window garden
    winter morning report number people money letter question answer change reader writer camera
    bridge opens closes
    moves finds shows keeps loses builds breaks repairs measures explains promises quietly suddenly
    often never again
    already almost small large early late public private careful honest simple useful broken Lisbon
    Oslo Nairobi Lima
    café naïve Zürich façade crème version 2.4 87 1,250 percent & co-operation
"""
_CHINESE = """
    今天 城市 河边 市场 车站 新闻 报告 数据 工程师 读者 问题 答案 版本 发布 修复 更新 窗口 花园 冬天
    早晨
    我们 他们 已经 可能 仍然 非常 重要 简单 可靠 公开 认为 表示 发现 建造 打开 关闭 之后 之前 因为
    所以
    而且 ， 、 第三 百分之五 2026年 API
"""
_ARABIC = """
    المدينة النهر السوق المحطة الخبر التقرير الرقم الناس السؤال الجواب القارئ الكاتب الجسر الحديقة
    الشتاء الصباح فتح
    أغلق وجد أظهر بنى أصلح قال أعلن بهدوء فجأة غالبا مرة أخرى قبل بعد تحت فوق كبير صغير جديد قديم
    مفيد بسيط في من
    إلى على مع عن 2026 بالمئة
"""
LATIN = Script("Latin", _LATIN.split(), " ", ". ")
CHINESE = Script("Chinese", _CHINESE.split(), "", "。")
ARABIC = Script("Arabic", _ARABIC.split(), " ", ". ")
SCRIPTS = (LATIN, CHINESE, ARABIC)


class Feed:
    """A feed of 15 to 50 items, RSS or Atom; a new item pushes the oldest out.

    Sizes are spread as those of 200 real feeds were: half below about 75 kB, a tenth above half a
    megabyte.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        chance = Random(f"feed {number}")
        count = chance.randint(15, 50)
        self._write = chance.choice((_rss, _atom))
        self._script = chance.choices(SCRIPTS, (8, 3, 1))[0]
        self._size = skewed(chance, 24_000, 3_000, 1_200_000, spread=1.9) // count
        self._published = 0
        self._items: list[Item] = []
        for _ in range(count):
            self._add()

    def copy(self) -> Self:
        """The same feed, to go its own way from here."""
        twin = copy(self)
        twin._items = [*self._items]  # noqa: SLF001 - its own
        return twin

    def publish(self) -> None:
        """One item more, one item less."""
        self._add()
        self._items.pop()

    def body(self) -> bytes:
        """The document."""
        return self._write(f"{self._script.words[5]} {self.number}", self._items).encode()

    def _add(self) -> None:
        self._published += 1
        number = self.number * 1_000_000 + self._published
        self._items.insert(
            0, item(Random(f"feed item {number}"), self._script, number, self._size, article)
        )


def skewed(chance: Random, median: int, least: int, most: int, spread: float = 0.8) -> int:
    """A size as sizes are: half below the median, a few far above."""
    return min(max(round(chance.lognormvariate(math.log(median), spread)), least), most)


def prose(chance: Random, script: Script, sentences: int) -> str:
    """Some sentences of plain text."""
    return "".join(
        script.gap.join(chance.choices(script.words, k=chance.randint(6, 22))).capitalize()
        + script.stop
        for _ in range(sentences)
    ).strip()


def article(chance: Random, script: Script, size: int) -> str:
    """An article as HTML of about ``size`` bytes of UTF-8."""
    parts = [_paragraph(chance, script)]
    length = len(parts[0].encode())
    while length < size:
        block = chance.choices(PLAIN, _WEIGHTS)[0](chance, script)
        parts.append(block)
        length += len(block.encode())
    if chance.random() < 0.5:
        parts.append(_footer(chance))
    return "\n".join(parts)


# ---------------------------------------------------------------- items


def item(chance: Random, script: Script, number: int, size: int, write: Writer) -> Item:
    """An item whose body ``write`` writes."""
    published = EPOCH + timedelta(minutes=number % 400_000)
    return Item(
        id=number,
        feed_id=1,
        link=f"https://news.example/{number // 1000}/article-{number}.html?utm_source=feed",
        title=prose(chance, script, 1)[:90],
        author=script.gap.join(chance.sample(script.words, 2)),
        published=published,
        first_seen=published,
        html=write(chance, script, size),
        tags=tuple(chance.sample(script.words, chance.randint(0, 4))),
    )


def _rss(title: str, posts: Sequence[Item]) -> str:
    namespaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    head = f"<title>{escape(title)}</title><link>https://news.example/</link><description>-</description>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {namespaces}><channel>{head}\n'
        '<atom:link href="https://news.example/feed" rel="self" type="application/rss+xml"/>\n'
        + "\n".join(
            f"<item>\n\t<title>{escape(post.title)}</title>\n\t<link>{escape(post.link or '')}"
            "</link>\n"
            f"\t<dc:creator><![CDATA[{post.author}]]></dc:creator>\n"
            f"\t<pubDate>{format_datetime(post.published or EPOCH)}</pubDate>\n"
            + "".join(f"\t<category><![CDATA[{tag}]]></category>\n" for tag in post.tags)
            + f'\t<guid isPermaLink="false">https://news.example/?p={post.id}</guid>\n'
            f"\t<description><![CDATA[{post.html[:280].rpartition('<')[0]}]]></description>\n"
            f"\t<content:encoded><![CDATA[{post.html}]]></content:encoded>\n</item>"
            for post in posts
        )
        + "\n</channel></rss>\n"
    )


def _atom(title: str, posts: Sequence[Item]) -> str:
    head = f'<title>{escape(title)}</title><link href="https://news.example/"/><id>https://news.example/</id>'
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}\n'
        + "\n".join(
            f'<entry>\n  <title type="html">{escape(post.title)}</title>\n'
            f'  <link rel="alternate" type="text/html" href="{escape(post.link or "")}"/>\n'
            f"  <id>tag:news.example,2026:{post.id}</id>\n"
            f"  <updated>{(post.published or EPOCH).isoformat()}</updated>\n"
            f"  <author><name>{escape(post.author)}</name></author>\n"
            + "".join(f'  <category term="{escape(tag)}"/>\n' for tag in post.tags)
            + f'  <content type="html">{escape(post.html)}</content>\n</entry>'
            for post in posts
        )
        + "\n</feed>\n"
    )


# ---------------------------------------------------------------- blocks of an article


def _paragraph(chance: Random, script: Script) -> str:
    return f'<p class="wp-block-paragraph">{runs(chance, script)}</p>'


def runs(chance: Random, script: Script) -> str:
    """Some sentences with links and emphasis."""
    marks = (
        "{}", "{}", '<a href="/topics/{0:.12}?ref=body" rel="noopener">{0}</a>',
        "<strong>{}</strong>", "<em>{}</em>",
        "<code>{}</code>", '<span style="font-weight: 400;">{}</span>',
    )  # fmt: skip
    return " ".join(
        chance.choice(marks).format(escape(prose(chance, script, 1)))
        for _ in range(chance.randint(1, 5))
    )


def _heading(chance: Random, script: Script) -> str:
    level = chance.randint(2, 4)
    return f"<h{level}>{escape(prose(chance, script, 1)[:60])}</h{level}>"


def _picture(chance: Random, script: Script) -> str:
    name = f"https://cdn.example/uploads/{chance.randrange(10**9)}"
    sources = ", ".join(
        f"{name}-{width}x{width * 2 // 3}.jpg {width}w" for width in (300, 768, 1024, 1536)
    )
    caption = escape(prose(chance, script, 1))
    return (
        '<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" '
        'width="1024" height="683" '
        f'src="{name}-1024x683.jpg" srcset="{sources}" sizes="(max-width: 1024px) 100vw, '
        f'1024px" alt="{caption}"/>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _list(chance: Random, script: Script) -> str:
    kind = chance.choice(("ul", "ol"))
    entries = "".join(f"<li>{runs(chance, script)}</li>" for _ in range(chance.randint(3, 7)))
    return f"<{kind}>{entries}</{kind}>"


def _table(chance: Random, script: Script) -> str:
    def row(cell: str) -> str:
        return (
            "<tr>"
            + "".join(f"<{cell}>{chance.choice(script.words)}</{cell}>" for _ in range(4))
            + "</tr>"
        )

    rows = "".join(row("td") for _ in range(chance.randint(3, 10)))
    return f"<table><thead>{row('th')}</thead><tbody>{rows}</tbody></table>"


def _code(chance: Random, _script: Script) -> str:
    lines = (
        f"if count &lt; {chance.randrange(99)}:\n    total += table[{n}]"
        for n in range(chance.randint(3, 9))
    )
    return '<pre><code class="language-python">' + "\n".join(lines) + "</code></pre>"


def _quotation(chance: Random, script: Script) -> str:
    return f"<blockquote>{_paragraph(chance, script)}</blockquote>"


def _footer(chance: Random) -> str:
    return chance.choice(_FOOTERS)


_FOOTERS = (
    (
        '<p>The post <a href="https://news.example/a">An article</a> appeared first on <a '
        'href="/">The news</a>.</p>'
    ),
    (
        '<div class="sharedaddy"><a href="https://share.example/">Share</a></div><img '
        'src="/p.gif" width="1" height="1"/>'
    ),
    '<hr/><p><a href="https://news.example/a">Read more</a></p>',
)
PLAIN: tuple[Callable[[Random, Script], str], ...] = (
    _paragraph, _picture, _heading, _list, _quotation, _table, _code,
)  # fmt: skip
_WEIGHTS = (60, 12, 8, 8, 5, 4, 3)
