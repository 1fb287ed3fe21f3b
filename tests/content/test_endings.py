"""What programs add to a text is left out whatever its language; what authors write stays."""

from datetime import UTC, datetime

import pytest

from bot.content.localize import ENGLISH
from bot.content.messages.article import compose_article
from bot.content.messages.styles import compose_in_style
from bot.content.render import terminal
from bot.model import Enclosure, Fallback, Feed, Item, Options, Style

LINK = "https://harbour.example/2026/fog"
TEXT = "The fog lay on the bay until the gulls came back from the sea."
SOUND = Enclosure("https://files.example/1.mp3", "audio/mpeg")
PICTURE = '<img src="https://files.example/fog.jpg" width="800" height="600">'


def shown(body: str, *enclosures: Enclosure, title: str = "Fog over the bay") -> str:
    """What a classic message and an article say below the title, each but the last lines."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    item = Item(1, 1, LINK, title, "", None, now, body, enclosures=enclosures)
    feed = Feed(1, "https://harbour.example/feed", "Harbour notes", "https://harbour.example/")
    options = Options(style=Style.CLASSIC)
    classic = compose_in_style(item, feed, options, Fallback.FULL, ENGLISH)[0]
    article = terminal.plain(compose_article(item, feed, Options(style=Style.RICH)))
    text = terminal.plain(classic)
    # Both are asked: an excerpt must leave out what the whole does.
    return f"{text}\n=====\n{article}"


ENDINGS = [
    # Feeds that say where an item was first, in the words of their site's language.
    '<p>The post <a href="{link}">Fog</a> appeared first on <a href="{site}">Harbour</a>.</p>',
    '<p>Сообщение <a href="{link}">Fog</a> появились сначала на <a href="{site}">Harbour</a>.</p>',
    '<p><a href="{link}">Fog</a> 最先出现在 <a href="{site}">Harbour</a>。</p>',
    '<p>ظهرت المقالة <a href="{link}?utm_source=rss">Fog</a> أولاً <a href="{site}">H</a>.</p>',
    '<p>نوشته <a href="{link}/">Fog</a> در <a href="https://harbour.example">H</a> بود.</p>',
    '<p>O post <a href="{link}">Fog</a> apareceu primeiro em <a href="{site}">Harbour</a>.</p>',
    "<p>Wpis Fog over the bay pojawił się poczatkowo na Harbour notes.</p>",
    "<p>Fog over the bay 最早由 Harbour notes 发布。</p>",
    # Forums, and whatever else leads to where the title leads already.
    '<p><small>74 posts - 43 participants</small></p><p><a href="{link}">Read full topic</a></p>',
    '<p><small>1 сообщение - 1 участник</small></p><p><a href="{link}">Читать тему</a></p>',
    '<p><small>5 个帖子 - 3 位参与者</small></p><p><a href="{link}">阅读完整话题</a></p>',
    '<p><a href="{link}#more-12">ادامه مطلب</a></p>',
    '<p><a href="{link}">Zum ganzen Artikel</a></p>',
    '<p><a href="{link}">Fog over the bay</a></p><hr>',
    # Invitations to reply.
    '<p><a href="mailto:ann@harbour.example?subject=Re: Fog">Reply via email</a></p>',
    '<hr><p><a href="mailto:ann@harbour.example">Per E-Mail antworten</a></p>',
    (
        '<div>You can <a href="mailto:a@harbour.example?subject=Fog%20over%20the%20bay">reply'
        ' by email</a>, or <a href="{link}#comments">leave a comment</a>.</div>'
    ),
    '<p><a href="mailto:ann@harbour.example?subject=回复：Fog">通过邮件回复</a></p>',
    "<p>💬 <a href='mailto:ann@harbour.example'>Reply via email</a> or elsewhere.</p>",
    "<p>→ <a href='mailto:ann@harbour.example'>Write back</a></p>",
    "<p>Share: <a href='https://s.example/?u=1'>Facebook</a> | <a href='https://t.example'>Reddit</a></p>",
    "<p>Please enable JavaScript to view the comments powered by Gulls.</p>",
    # Signs that link to the page.
    '<div><a title="Permanent link" href="{link}">&nbsp;★&nbsp;</a></div>',
    '<p><a href="https://harbour.example/2026/other">∞</a></p>',
    '<p><a href="{link}">#</a></p>',
]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_of_a_program_is_left_out(ending: str) -> None:
    body = ending.replace("{link}", LINK).replace("{site}", "https://harbour.example/")

    assert shown(f"<p>{TEXT}</p>{body}") == shown(f"<p>{TEXT}</p>")


@pytest.mark.parametrize(
    "tail",
    [
        f' <a href="{LINK}">★</a>',
        f' <a href="{LINK}">⚓︎</a>',
        f' [&hellip;] <a href="{LINK}">Читать</a>',
    ],
)
def test_a_link_to_the_page_behind_the_last_words_is_left_out(tail: str) -> None:
    text = shown(f"<p>First.</p><p>{TEXT}{tail}</p>")

    assert "★" not in text
    assert "⚓" not in text
    assert "Читать" not in text


@pytest.mark.parametrize(
    "notice",
    [
        "Hosted on Acast. See <a href='https://host.example/privacy'>host.example/privacy</a>.",
        "Learn more about your ad choices. Visit host.example/adchoices",
        "See host.example/listener for privacy information.",
        "Visitez host.example/politique-de-confidentialite pour plus d'informations.",
        "Privacy &amp; Opt-Out: https://host.example/privacy",
        "Weitere Informationen zum Datenschutz: https://host.example/datenschutz",
        "Hosted by Nets, a Boats company. See https://pcm.host.example about personal data.",
        "Advertising Inquiries: <a href='https://host.example/brands'>host.example/brands</a>",
        "--- Support this podcast: https://host.example/show/ann/support",
    ],
)
def test_what_the_host_of_a_podcast_says_is_left_out(notice: str) -> None:
    body = f"<p>{TEXT}</p>"

    assert shown(f"{body}<p>{notice}</p>", SOUND) == shown(body, SOUND)
    assert shown(f"{body[:-4]}<br>{notice}</p>", SOUND) == shown(body, SOUND)


@pytest.mark.parametrize(
    "words",
    [
        "I wrote more of this in <a href='https://ann.example/privacy'>my notes on privacy</a>.",
        "Ann Example of Harbour notes was there.",
        "Fog comes at dawn.",
        "2 boats - 3 gulls",
        "74 posts - 43 participants",
        f"See <a href='{LINK}#map'>maps</a>, <a href='https://harbour.example/'>all notes</a>.",
        "★",
        "<a href='https://elsewhere.example/'>→</a>",
        "<a href='https://elsewhere.example/fog'>Another report</a>",
        f"<a href='{LINK}'>All that the harbour master said about fog, word for word</a>",
        f"Of <a href='{LINK}'>fog</a> and <a href='https://elsewhere.example/'>gulls</a>.",
        "Write to <a href='mailto:ann@harbour.example'>ann@harbour.example</a>.",
        "Repairs: <a href='mailto:ann@harbour.example'>Ann, who repairs nets</a>, by Friday.",
        "Come and <a href='mailto:ann@harbour.example?subject=Workshop'>tell Ann</a> by Friday.",
        "The post office opened in fog, and appeared on no map.",
    ],
)
def test_last_words_of_an_author_stay(words: str) -> None:
    text = shown(f"<p>{TEXT}</p><p>{words}</p>")

    assert text != shown(f"<p>{TEXT}</p>")


def test_the_words_of_a_host_stay_where_nothing_plays() -> None:
    body = f"<p>{TEXT}</p><p>How we treat it: host.example/privacy</p>"

    assert "How we treat it" in shown(body)


def test_a_link_to_the_page_that_is_all_of_the_text_stays() -> None:
    assert "The harbour master" in shown(f"<p><a href='{LINK}'>The harbour master speaks</a></p>")


@pytest.mark.parametrize(
    "notice",
    [
        "Your browser does not support the video tag.",
        "Sorry, your browser doesn't support embedded videos.",
        "Your browser does not support the <code>audio</code> element.",
        "Ihr Browser unterstützt das Video-Element nicht.",
        "Votre navigateur ne supporte pas la vidéo HTML5.",
        "Tu navegador no soporta el elemento de audio.",
        "Ваш браузер не поддерживает видео.",
        "您的浏览器不支持 video 标签。",
        "お使いのブラウザは動画タグをサポートしていません。",
        "متصفحك لا يدعم عنصر الفيديو.",
        "مرورگر شما از ویدیو پشتیبانی نمی‌کند.",
        "Tarayıcınız video etiketini desteklemiyor.",
    ],
)
def test_what_players_say_to_browsers_is_left_out(notice: str) -> None:
    whole = shown(f"<p>{TEXT}</p>")

    assert shown(f"<p>{notice}</p><p>{TEXT}</p>") == whole
    assert shown(f"<p>{TEXT}</p><p>{notice}</p>") == whole
    assert shown(f"{notice}\n{TEXT}") == whole
    assert shown(f"<p>{notice} {TEXT}</p>") == whole or notice[-1] not in ".。"


@pytest.mark.parametrize(
    "words",
    [
        "My browser does not support the video tag, so I watched the gulls.",
        "Lynx is a browser that does not support the audio element.",
        "Your browser does not support video? Then look out of the window.",
        "Мой браузер не поддерживает видео.",
        "Your browser knows where the harbour is.",
        "我的浏览器不支持视频。",
    ],
)
def test_authors_may_speak_of_browsers(words: str) -> None:
    assert words.partition("?")[0][:40] in shown(f"<p>{words}</p><p>{TEXT}</p>")


@pytest.mark.parametrize(
    "credit",
    [
        "(Image credit: Ann Example)",
        "Photo: Ann Example",
        "Photo by Ann Example on Pictures",
        "Photograph: A. Example/Agency",
        "Foto: dpa",
        "Bildquelle: Ann Example",
        "Crédit photo : Agence",
        "Фото: РИА Новости",
        "图片来源：新华社",
        "图：新华社",
        "写真提供：港新聞",
        "عکس: ایرنا",
        "Image source, Ann Example",
    ],
)
def test_by_whom_a_picture_is_belongs_to_the_picture(credit: str) -> None:
    text, _, article = shown(f"{PICTURE}<p>{TEXT}</p><p>{credit}</p>").partition("=====")

    assert credit not in text
    assert credit in article.partition(TEXT)[0]


def test_by_whom_an_attached_picture_is_needs_no_line() -> None:
    picture = Enclosure("https://files.example/1.jpg", "image/jpeg")

    assert "credit" not in shown(f"<p>{TEXT}</p><p>Image credit: Ann</p>", picture)
    assert "Image credit" in shown(f"<p>{TEXT}</p><p>Image credit: Ann</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Photo: the harbour in the morning, before anybody came",
        "Photo by photo, the harbour changed.",
        "Picture this: a gull with a bag of chips.",
        "Фото: туман над бухтой, раннее утро",
        "The photo of the day is by Ann. She took it in March.",
        "Image processing: what it is. And what it is not.",
    ],
)
def test_captions_of_authors_stay(words: str) -> None:
    assert words in shown(f"{PICTURE}<p>{TEXT}</p><p>{words}</p>").partition("=====")[0]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("YouTube video player", "YouTube"),
        ("Embedded video", "YouTube"),
        ("Lecteur vidéo YouTube", "YouTube"),
        ("Проигрыватель видео YouTube", "YouTube"),
        ("YouTube 视频播放器", "YouTube"),
        ("", "YouTube"),
        ("The fog, a film", "The fog, a film"),
        ("Video of the fog", "Video of the fog"),
    ],
)
def test_a_player_has_the_name_of_its_film_or_of_its_site(title: str, name: str) -> None:
    frame = f'<iframe title="{title}" src="https://www.youtube.com/embed/abcdefghijk"></iframe>'

    assert f"▶ {name} <" in shown(f"<p>{TEXT}</p>{frame}").partition("=====")[0]
