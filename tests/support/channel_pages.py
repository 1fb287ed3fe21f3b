"""Pages as Telegram shows them of channels, people and groups: the shape alone, in our own words.

server.page("/s/teahouse", channel("teahouse", "Tea house", [post("teahouse/1", "Hello")]))
"""

from collections.abc import Sequence
from html import escape

HOST = "https://t.me"


def channel(name: str, title: str, posts: Sequence[str], *, host: str = HOST) -> str:
    """The preview page of a public channel; posts oldest first."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} – Telegram</title>
<meta property="og:title" content="{escape(title)}"></head>
<body class="widget_frame_base tgme_webpreview emoji_image">
<header class="tgme_header search_collapsed"><div class="tgme_container">
<div class="tgme_channel_info"><div class="tgme_channel_info_header">
<div class="tgme_channel_info_header_title"><span dir="auto">{escape(title)}</span></div>
<div class="tgme_channel_info_header_username"><a href="{host}/{name}">@{name}</a></div>
</div></div></div></header>
<main class="tgme_main" data-url="/{name}"><div class="tgme_container">
<section class="tgme_channel_history js-message_history">{"".join(posts)}</section>
</div></main></body></html>"""


def post(
    key: str,
    text: str = "",
    *,
    media: str = "",
    date: str = "2026-11-30T08:00:00+00:00",
    signed: str = "",
    quote: str = "",
    origin: str = "",
    edited: bool = False,
    views: str = "1.2K",
    host: str = HOST,
) -> str:
    """One post, ``key`` being ``name/number``; ``text`` and ``media`` are HTML."""
    said = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{key}">
<div class="tgme_widget_message_user"><a href="{host}/x"><i class="tgme_widget_message_user_photo">
<img src="https://cdn.example.org/face.jpg"></i></a></div>
<div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author accent_color">
<a class="tgme_widget_message_owner_name" href="{host}/x"><span dir="auto">Name</span></a></div>
{origin and _origin(origin)}{quote and _quote(quote)}{media}{text and said}
<div class="tgme_widget_message_footer compact js-message_footer">
<div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">{views}</span>
<span class="tgme_widget_message_meta">
{signed and f'<span class="tgme_widget_message_from_author" dir="auto">{signed}</span>, '}
{"edited &nbsp;" if edited else ""}
<a class="tgme_widget_message_date" href="{host}/{key}"><time datetime="{date}" class="time">08:00
</time></a></span></div></div></div></div></div>"""


def notice(key: str, text: str) -> str:
    """Something that happened in a channel."""
    return post(key, text).replace(
        "tgme_widget_message text", "tgme_widget_message service_message text"
    )


def photo(address: str, key: str = "x/1", *, grouped: bool = False) -> str:
    kind = "grouped_media_wrap blured js-message_photo" if grouped else "4711"
    return (
        f'<a class="tgme_widget_message_photo_wrap {kind}" href="{HOST}/{key}?single" '
        f"style=\"width:800px;background-image:url('{address}')\">"
        '<div class="tgme_widget_message_photo" style="padding-top:66%"></div></a>'
    )


def group(*photos: str) -> str:
    return (
        '<div class="tgme_widget_message_grouped_wrap"><div class="tgme_widget_message_grouped">'
        f"{''.join(photos)}</div></div>"
    )


def video(still: str, duration: str = "0:42") -> str:
    return (
        '<a class="tgme_widget_message_video_player js-message_video_player" href="x">'
        f'<i class="tgme_widget_message_video_thumb" style="background-image:url(\'{still}\')"></i>'
        '<div class="tgme_widget_message_video_wrap"><video src="https://cdn.example.org/v.mp4?token=1"'
        ' class="tgme_widget_message_video js-message_video"></video></div>'
        f'<time class="message_video_duration js-message_video_duration">{duration}</time></a>'
    )


def nobody(name: str) -> str:
    """What stands where there is no channel that everybody may read; see ``page``."""
    return page(name, title="", extra="")


def page(name: str, *, title: str, extra: str, action: str = "tg://resolve?domain=x") -> str:
    """The page of a person, a group, or a channel without a preview."""
    heading = f'<div class="tgme_page_title"><span dir="auto">{title}</span></div>' if title else ""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Telegram: Contact @{name}</title>
</head><body class="no_transition">
<div class="tgme_page_wrap"><div class="tgme_body_wrap"><div class="tgme_page">
{heading}<div class="tgme_page_extra">{extra}</div>
<div class="tgme_page_action"><a class="tgme_action_button_new" href="{action}">Open</a></div>
</div></div></div></body></html>"""


def _quote(text: str) -> str:
    return (
        f'<a class="tgme_widget_message_reply" href="{HOST}/x/0"><div class="'
        f'tgme_widget_message_text js-message_reply_text" dir="auto">{text}</div></a>'
    )


def _origin(name: str) -> str:
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;'
        f'<a class="tgme_widget_message_forwarded_from_name" href="{HOST}/origin/5">'
        f'<span dir="auto">{name}</span></a></div>'
    )
