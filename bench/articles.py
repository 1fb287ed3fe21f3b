"""Items with the mark-up that feeds really carry: wrappers, classes, lazy images, footers."""

from collections.abc import Callable, Iterator
from html import escape
from random import Random

from bench.corpus import PLAIN, SCRIPTS, Script, article, item, prose, runs, skewed
from bot.model import Item


def items(count: int) -> Iterator[tuple[Script, Item]]:
    """Items of 1 to 40 kB, half of them below 8 kB; every third each in Latin, Chinese and Arabic.

    Every fourth has the plain mark-up of ``corpus``; the others draw their own mixture of blocks.
    """
    for number in range(count):
        chance = Random(f"item {number}")
        script = SCRIPTS[number % len(SCRIPTS)]
        size = skewed(chance, 8_000, 1_000, 40_000)
        yield script, item(chance, script, number, size, article if number % 4 == 0 else _varied)


def _varied(chance: Random, script: Script, size: int) -> str:
    """An article of a site that has habits of its own."""
    kinds = (_text, *chance.sample(_VARIED, chance.randint(3, 9)), *PLAIN)
    weights = (60, *(chance.randint(1, 12) for _ in kinds[1:]))
    parts = [chance.choice(_OPENINGS)(chance, script)]
    length = 0
    while length < size:
        block = chance.choices(kinds, weights)[0](chance, script)
        parts.append(block)
        length += len(block.encode())
    parts += [footer for footer in _FOOTERS if chance.random() < 0.15]
    return chance.choice(_WRAPPERS).format(chance.choice(("\n", "\n\n\t", "")).join(parts))


def _sentence(chance: Random, script: Script) -> str:
    return escape(prose(chance, script, 1))


# ---------------------------------------------------------------- text


def _text(chance: Random, script: Script) -> str:
    """A paragraph as editors write it: with a class, with styles, with breaks, as a ``div``."""
    return chance.choice(_PARAGRAPHS).format(runs(chance, script), _sentence(chance, script))


def _styled(chance: Random, script: Script) -> str:
    style = chance.choice((
        "font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #222222;",
        "margin: 0px 0px 1.5em; font-weight: bold; text-align: justify;",
        "background-color: rgb(255, 255, 255); font-style: italic;",
    ))  # fmt: skip
    inner = "".join(f'<span style="{style}">{_sentence(chance, script)} </span>' for _ in range(3))
    return f'<p style="text-align: left;" dir="auto">{inner}</p>'


def _broken(chance: Random, script: Script) -> str:
    return "<div>" + "<br>\n".join(runs(chance, script) for _ in range(3)) + "<br/><br/></div>"


def _heading(chance: Random, script: Script) -> str:
    name = chance.randrange(1000)
    return (
        f'<h2 class="wp-block-heading" id="part-{name}"><span class="ez-toc-section" '
        f'id="{name}"></span>'
        f'<strong>{_sentence(chance, script)[:60]}</strong><a class="headerlink" '
        f'href="#part-{name}">¶</a></h2>'
    )


def _nested_list(chance: Random, script: Script) -> str:
    inner = "".join(f"<li>{_sentence(chance, script)}</li>" for _ in range(3))
    outer = "".join(
        f'<li class="has-line-data"><p>{runs(chance, script)}</p><ul style="list-style-type: '
        f'circle">{inner}</ul></li>'
        for _ in range(2)
    )
    return (
        f'<ol start="3">{outer}<li><input type="checkbox" checked> {_sentence(chance, script)}'
        "</li></ol>"
    )


def _definitions(chance: Random, script: Script) -> str:
    return (
        "<dl>"
        + "".join(f"<dt>{w}</dt><dd>{_sentence(chance, script)}</dd>" for w in script.words[7:10])
        + "</dl>"
    )


def _details(chance: Random, script: Script) -> str:
    return f"<details><summary>{script.words[8]}</summary><p>{runs(chance, script)}</p></details>"


def _quotation(chance: Random, script: Script) -> str:
    return (
        f'<blockquote class="wp-block-quote is-layout-flow"><p>{_sentence(chance, script)}<br>'
        f"{_sentence(chance, script)}</p><cite>{script.words[9]}</cite></blockquote>"
    )


def _post(chance: Random, script: Script) -> str:
    return (
        '<blockquote class="twitter-tweet" data-width="550"><p lang="en" '
        f'dir="ltr">{_sentence(chance, script)} '
        f'<a href="https://t.example/{chance.randrange(9999)}">pic</a></p>&mdash; '
        f"{script.words[6]} (@somebody) "
        '<a href="https://x.example/somebody/status/1?ref_src=a">May 4</a></blockquote>'
        '<script async src="https://platform.example/widgets.js" charset="utf-8"></script>'
    )


def _code(chance: Random, _script: Script) -> str:
    lines = "\n".join(
        f'<span class="line"><span class="kd">let</span> <span class="nx">n{n}</span> <span '
        'class="o">=</span> '
        f'<span class="mi">{chance.randrange(99)}</span>;</span>'
        for n in range(chance.randint(3, 9))
    )
    return f'<div class="highlight-source-js"><pre class="chroma"><code>{lines}</code></pre></div>'


def _data(chance: Random, script: Script) -> str:
    rows = "".join(
        '<tr style="height: 24px;"><td style="width: 50%;">'
        f"<strong>{chance.choice(script.words)}</strong></td>"
        f'<td align="right">{chance.randrange(999)}</td><td>{chance.choice(script.words)}<br>x'
        "</td></tr>"
        for _ in range(chance.randint(2, 8))
    )
    return (
        '<figure class="wp-block-table"><table border="1" width="100%">'
        f"<caption>{_sentence(chance, script)}</caption>"
        f'<tbody><tr><td colspan="2">{script.words[5]}</td><td></td></tr>{rows}</tbody>'
        "</table></figure>"
    )


def _layout(chance: Random, script: Script) -> str:
    return (
        '<table cellpadding="0" cellspacing="0" role="presentation" style="width:100%"><tbody>'
        "<tr><td>"
        f"{_picture(chance, script)}</td><td><p>{runs(chance, script)}</p></td></tr></tbody>"
        "</table>"
    )


# ---------------------------------------------------------------- what shows


def _picture(chance: Random, _script: Script) -> str:
    name = f"https://cdn.example/wp-content/uploads/2026/01/{chance.randrange(10**9)}"
    return (
        f'<p style="text-align: center;"><a href="{name}.jpg"><img class="aligncenter '
        f'size-full wp-image-{name[-4:]}" '
        f'src="{name}-1024x683.jpg" alt="" width="1024" height="683" /></a></p>'
    )


def _lazy(chance: Random, script: Script) -> str:
    name = f"//img.example/{chance.randrange(10**9)}"
    sources = ", ".join(f"{name}?w={width} {width}w" for width in (360, 720, 1440))
    return (
        '<figure class="image"><img class="lazyload" '
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAA" '
        f'data-src="{name}" data-srcset="{sources}" alt="{_sentence(chance, script)}">'
        f'<noscript><img src="{name}">'
        f"</noscript><figcaption>{_sentence(chance, script)} <span "
        f'class="credit">{script.words[4]}</span>'
        "</figcaption></figure>"
    )


def _formats(chance: Random, script: Script) -> str:
    name = f"/media/{chance.randrange(10**9)}"
    return (
        f'<picture><source type="image/webp" srcset="{name}-8.webp 800w, {name}-16.webp '
        f'1600w"><img src="{name}.jpg"'
        f' alt="{_sentence(chance, script)}"></picture><small>{_sentence(chance, script)}</small>'
    )


def _gallery(chance: Random, _script: Script) -> str:
    names = [
        f"https://i{n}.wp.com/photos.example/{chance.randrange(10**6)}.jpg?resize=300%2C200"
        for n in range(3)
    ]
    images = "".join(
        f'<dl class="gallery-item"><dt><img width="300" height="200" src="{n}"></dt></dl>'
        for n in names
    )
    return (
        f'<div id="gallery-1" class="gallery galleryid-1 gallery-columns-3">{images}<br '
        'style="clear: both"></div>'
    )


def _player(chance: Random, _script: Script) -> str:
    site = chance.choice(
        ("https://www.youtube.com/embed/{0:011d}?feature=oembed", "https://maps.example/{0}")
    )
    return (
        '<div class="embed-responsive" style="position:relative;padding-bottom:56%"><iframe '
        'width="560" height="315" '
        f'src="{site.format(chance.randrange(10**9))}" title="A film" frameborder="0" '
        "allowfullscreen></iframe></div>"
    )


def _film(chance: Random, _script: Script) -> str:
    name = f"https://cdn.example/{chance.randrange(10**9)}"
    return f'<video controls poster="{name}.jpg"><source src="{name}.mp4" type="video/mp4"></video>'


def _emoji(chance: Random, script: Script) -> str:
    image = (
        '<img src="https://s.w.org/images/core/emoji/15/72x72/1f600.png" alt="😀" '
        'class="wp-smiley" width="16">'
    )
    return f"<p>{_sentence(chance, script)} {image} {_sentence(chance, script)}&nbsp;&hellip;</p>"


def _aside(chance: Random, script: Script) -> str:
    hidden = chance.choice((
        '<div style="display: none;">{0}</div>', '<span class="screen-reader-text">{0}</span>',
        '<div class="sharedaddy sd-sharing-enabled"><ul><li><a href="/s">{0}</a></li></ul></div>',
        '<form action="/newsletter"><input type="email"><button>{0}</button></form>',
        "<style>.a {{ color: red }}</style><!-- {0} -->",
    ))  # fmt: skip
    return hidden.format(_sentence(chance, script))


_VARIED: tuple[Callable[[Random, Script], str], ...] = (
    _styled, _broken, _heading, _nested_list, _definitions, _details, _quotation, _post, _code,
    _data, _layout,
    _picture, _lazy, _formats, _gallery, _player, _film, _emoji, _aside,
)  # fmt: skip
_OPENINGS = (_text, _text, _picture, _lazy, _heading)
_PARAGRAPHS = (
    "<p>{0}</p>",
    '<p class="has-text-align-left has-medium-font-size">{0}</p>',
    '<p data-block-key="x7"><span style="font-weight: 400;">{1}</span> {0}</p>',
    '<div class="paragraph" dir="auto">{0}<br></div>',
    "<p>\n  {0}\n  {1}\n</p>\n<p>&nbsp;</p>",
)
_WRAPPERS = (
    "{}",
    '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>',
    (
        '<article class="post"><div class="entry-content" itemprop="articleBody">\n{}\n</div>'
        "</article>"
    ),
    '<!-- SC_OFF --><div class="md">{}</div><!-- SC_ON -->',
)
_FOOTERS = (
    (
        '<p>The post <a rel="nofollow" href="https://news.example/a">An article</a> appeared '
        "first on The news.</p>"
    ),
    (
        '<p><a class="more-link" href="https://news.example/a">Continue reading <span '
        'class="meta-nav">→</span></a></p>'
    ),
    '<img src="https://feeds.feedburner.com/~r/news/~4/x" height="1" width="1" alt=""/>',
    (
        '<div class="feedflare"><a href="https://feeds.example/~ff/x"><img src="/b.gif" '
        'border="0"></a></div>'
    ),
    '<hr><p><small><a href="https://news.example/a#comments">3 comments</a></small></p>',
)
