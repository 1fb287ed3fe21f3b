"""What is not the article: lists to read and to extend.

Patterns on classes and addresses are tried while the HTML is read, patterns on text when the
document stands.
"""

import re

from bot.model.document import TextStyle

# ---------------------------------------------------------------- elements

DROPPED_TAGS = frozenset({
    "script", "style", "svg", "head", "title", "meta", "link", "template", "canvas", "form",
    "button", "select",
    "option", "optgroup", "datalist", "textarea", "nav", "dialog", "applet", "param", "map", "area",
    "frameset", "frame", "noframes", "progress", "meter", "rp", "colgroup", "col", "track",
    "-comment", "-doctype",
})  # fmt: skip

DROPPED_CLASS = re.compile(
    r"(?:^|[\s_])(?:"
    r"sharedaddy|share-?daddy|sd-sharing|jp-relatedposts|share(?:-?(?:bar|buttons?|links?|tools?|icons?|this))?"
    r"|social(?:-?(?:share|sharing|links|icons|bar|buttons|media))?|addtoany\S*|a2a_\S+|addthis\S*|feedflare"
    r"|mc_embed_signup"
    r"|screen-reader-text|sr-only|visually-?hidden|subscription-widget\S*|subscribe-widget|newsletter-?signup"
    r"|related-?posts?|yarpp\S*|wp-block-post-navigation\S*|post-views|gutter|linenos|lineno|line-numbers-rows"
    r"|katex-html|MathJax_Preview|image-link-expand|footnote-back(?:ref|link)|reversefootnote|headerlink"
    r"|heading-anchor|mw-editsection"
    r")(?=[\s_]|$)",
    re.IGNORECASE,
)
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE
)

CAPTION_CLASS = re.compile(r"caption|(?:^|[\s_-])(?:credit|legend|cutline)", re.IGNORECASE)
CREDIT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:credits?|copyright|attribution|photographer)", re.IGNORECASE
)
PULL_CLASS = re.compile(r"pull-?quote", re.IGNORECASE)
CAPTION_STYLE = re.compile(
    r"font-size\s*:\s*(?:[0-9]px|1[0-3](?:\.\d+)?px|0?\.[0-9]+r?em|[1-8]?\dpx?t|small|x-small|smaller|[5-8]\d%)"
    r"|(?<![-\w])color\s*:\s*(?:#([6-9a])\1\1\b|#([6-9a])[0-9a-f]\2[0-9a-f]\2[0-9a-f]\b|gr[ae]y|darkgr[ae]y)",
    re.IGNORECASE,
)
NOTE_NUMBER_CLASS = re.compile(r"footnote-number", re.IGNORECASE)
EMOJI_CLASS = re.compile(r"emoji|emoticon|smil(?:ey|ie)|twemoji", re.IGNORECASE)
SPOILER_CLASS = re.compile(
    r"(?:^|\s)(?:tg-spoiler|spoiler|bb-spoiler|md-spoiler-text)(?:\s|$)", re.IGNORECASE
)
STYLES = (
    (TextStyle.BOLD, re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)),
    (TextStyle.ITALIC, re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)),
    (TextStyle.UNDERLINE, re.compile(r"text-decoration[\w-]*\s*:[^;]*underline", re.IGNORECASE)),
    (TextStyle.STRIKE, re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)),
)
LANGUAGE = re.compile(
    r"(?:^|\s)(?:language-|lang-|brush:\s*|highlight-source-|sourceCode\s+)([a-z][a-z0-9+#_-]{0,19})(?=\s|;|$)",
    re.IGNORECASE,
)
TEX_SOURCE = re.compile(
    r"/(?:mathtex|mimetex|wp-latex|latex)[./?]|latex\.(?:php|codecogs\.com)|//latex\.",
    re.IGNORECASE,
)
TEX_CLASS = re.compile(r"(?:^|[\s_-])(?:latex|tex|mathjax)", re.IGNORECASE)

# ---------------------------------------------------------------- images

LAZY_ATTRIBUTES = (
    "data-large-file", "data-orig-file", "data-original", "data-lazy-src", "data-src",
    "data-actualsrc",
    "data-full-url",
    "data-original-src", "data-lazy", "data-echo", "data-hi-res-src", "data-url", "zoomfile",
    "file",
)  # fmt: skip
PLACEHOLDER = re.compile(
    r"data:|about:|(?:.*/)?(?:1x1|blank|spacer|clear|transparent|pixel|placeholder|lazy(?:load)?|loading"
    r"|gr[ae]y|trans|[\w-]*[_-](?:placeholder|lazy(?:load)?))[_-]?\d{0,4}\.(?:gif|png|svg)",
    re.IGNORECASE | re.DOTALL,
)
# Both begin with the sign that all of them share, so that the search is fast. A declared size
# decides before any of these, and some spare what is a photo by its ending.
PIXEL = re.compile(
    r"/(?:"
    r"/(?:feeds\.feedburner\.com/~|feeds\.wordpress\.com/1\.0/|[^/]*feedblitz\.com/~"
    r"|medium\.com/_/stat|www\.facebook\.com/tr\b|mf\.feeds\.reuters|[^/]*feedsportal\.com"
    r"|[^/]*doubleclick\.net|[^/]*google-analytics\.com|[^/]*scorecardresearch\.com"
    r"|[^/]*quantserve\.com|[^/]*statcounter\.com|[^/]*amazon-adsystem|(?:ir|rcm)-[a-z]{2}\.amazon"
    r"|tags\.bluekai"
    r"|(?:pixel|stats?|hits|counter|analytics|tracking|track|beacon|[^/]*piwik[^/]*|[^/]*matomo[^/]*)\."
    r"(?![^?#]*\.(?:jpe?g|webp|avif)(?:[?#]|$))(?![^?#]*\.png$))"
    # Names of files that show nothing, and those that may be of a photo unless a reader is counted.
    r"|(?:pixel|1x1|spacer|blank|clear(?:dot|gif)?|transparent|beacon|tracker|tracking|__utm|__ptq)"
    r"\.(?:gif|png|php|aspx?)(?:\?|$)"
    r"|(?:open|counter|count|hit|hits|track|pixel|matomo|piwik|collect|b|p|t|o)"
    r"(?:\.(?:gif|php|aspx?|png|xiti))?\?(?!.*\.(?:jpe?g|png|webp|gif)(?:&|$))"
    r"|(?:counter|count|hit|open)\.(?:gif|php|aspx?)$"
    r"|~[rf][fci]?/"
    r"|(?:track|tracking|beacon|pixel|wf/open)(?:/[^?#.]*)*(?:/[^/?#]*\.(?:gif|php|aspx?))?(?:\?|$)"
    r")",
    re.IGNORECASE,
)
PIXEL_QUERY = re.compile(
    r"[?&](?:idsite|siteid|action_name|_paq)=|[?&]tid=(?:UA|G)-", re.IGNORECASE
)
"""Keys that name a site or a campaign, not a picture."""
ICON = re.compile(
    r"/(?:"
    r"/(?:[^/]*\.)?(?:gravatar\.com|s\.w\.org/images/core/emoji|static\.xx\.fbcdn\.net/images/emoji)"
    r"|@?twemoji[/@]|(?:smilies|smileys|emoticons?|emojis?|custom_emojis)/"
    # The code point of an emoji is its name: ``1f600.png``, ``2764-fe0f.png``.
    r"|(?:1f[0-9a-f]{3}|2[0-9a-f]{3}(?=-))(?:-[0-9a-f]{2,5})*\.(?:png|gif|svg|webp)"
    r"|/img\.shields\.io/|/badge\.|badges?/|[^/?#]*\.ico(?:\?|$)"
    r"|(?:favicon|icon-|share-(?:icon|button)|btn[_-]|button[_-])[\w-]*\.(?:png|gif|svg)"
    r"|(?:icon[_-])?(?:facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|rss|instagram"
    r"|youtube|mastodon|bluesky|email|mail|print)"
    r"(?:[_-](?:share|icon|logo|button|btn|\d{2,3}(?:x\d{2,3})?))+\.(?:png|gif|webp)"
    # Faces, by the folder, the server or the file that is named so; a film may have the name, too.
    r"|/(?:[^/]*\.)?avatars?\d*\."
    r"|(?:[a-z]+[_-])*(?:avatars|profile_images|userpics?|user_avatar|letter_avatar(?:_proxy)?)/"
    r"|avatar/(?:[^/?#.]+|[0-9a-f_-]*\d[0-9a-f_-]*\.\w+)(?:[?#]|$)"
    r"|(?:(?:user|author|default|my)[_-]?)?avatar(?:[_-]?\d{1,4}(?:x\d{1,4})?)?"
    r"\.(?:png|jpe?g|gif|webp)"
    r")",
    re.IGNORECASE,
)
PORTRAIT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:avatar|gravatar|userpic|author-?(?:photo|image|img|pic|picture|icon|thumb(?:nail)?)"
    r"|profile-?(?:photo|image|img|pic|picture))(?=[\s_-]|$)",
    re.IGNORECASE,
)
# Where a button sends a reader to post, mail or save the page.
SHARE_LINK = re.compile(
    r"/(?:sharer?(?:\.php)?|intent/(?:tweet|post)|submit|share_link|pin/create/\w+|shareArticle|compose)/?"
    r"\?[^#]*(?:url|u|text|link)="
    r"|//(?:api\.whatsapp\.com/send|wa\.me/|t\.me/share|del\.icio\.us/post|feedburner\.google\.com/fb/)"
    r"|//feeds\.[^/]+/~ff/|//(?:www\.)?addtoany\.com/",
    re.IGNORECASE,
)

# Pictures that move. Some of these addresses are of a page or of a still, and the film or the GIF
# lies beside them under another ending.
ANIMATION = re.compile(
    r"\.gifv?(?=[?#]|$)|//(?:[\w-]+\.)*giphy\.com/\S*\.(?:webp|mp4)(?=[?#]|$)|//(?:[\w-]+\.)*tenor\.com/\S*\.mp4(?=[?#]|$)",
    re.IGNORECASE,
)
ANIMATED_PAGE = re.compile(r"\.gifv(?=[?#]|$)", re.IGNORECASE)
ANIMATED_PICTURE = re.compile(r"\.webp(?=[?#]|$)", re.IGNORECASE)

# The address inside a proxy's address: group 1, escaped or not, scheme optional.
PROXIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"https?://(?:images\.weserv\.nl|(?:www\.)?wsrv\.nl)/?\?(?:[^#]*&)?url=(?:ssl:|ssl%3a)?([^&#]+)",
        r"https?://i[0-3]\.wp\.com/([^/?#]+\.[^/?#]+/[^?#]+)",
        (
            r"https?://(?:substackcdn\.com|cdn\.substack\.com"
            r"|res\.cloudinary\.com/[^/]+)/image/fetch/(?:[^/]+/)*?(https?(?::|%3a)[^?#]+)"
        ),
        r"https?://external-content\.duckduckgo\.com/iu/\?(?:[^#]*&)?u=([^&#]+)",
        r"https?://images\d*-focus-opensocial\.googleusercontent\.com/gadgets/proxy\?(?:[^#]*&)?url=([^&#]+)",
        r"https?://[^/?#]+\.cdn\.ampproject\.org/i/(?:s/)?([^/?#]+\.[^/?#]+/[^?#]+)",
        r"https?://[^?#]+/_next/image/?\?(?:[^#]*&)?url=(https?(?::|%3a)[^&#]+)",
        (
            r"https?://[^?#]+\?(?:[^#]*&)?(?:url|u|src|image|img)=(https?(?::|%3a)(?:/|%2f)[^&#]+\.(?:jpe?g|png"
            r"|webp|gif))(?:[&#]|$)"
        ),
        r"https?://[^/?#]+/[^?#]*?(https?(?:://|%3a%2f%2f)[^?#]+\.(?:jpe?g|png|webp|gif))(?:[?#]|$)",
    )
)

# ---------------- players: what to match, where to watch, site, still

PLAYERS = tuple(
    (re.compile(pattern, re.IGNORECASE), page, site, poster)
    for pattern, page, site, poster in (
        (
            r"//(?:www\.|m\.)?youtube(?:-nocookie)?\.com/embed/videoseries\?(?:[^#]*&)?list=([\w-]+)",
            "https://www.youtube.com/playlist?list={}",
            "YouTube",
            "",
        ),
        (
            r"//(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts)/([\w-]{6,})",
            "https://www.youtube.com/watch?v={}",
            "YouTube",
            "https://i.ytimg.com/vi/{}/hqdefault.jpg",
        ),
        (
            r"//player\.vimeo\.com/video/(\d+)",
            "https://vimeo.com/{}",
            "Vimeo",
            "",
        ),
        (
            r"//(?:[\w-]+\.)*bilibili\.com/\S*?player\.html\?(?:[^#]*&)?bvid=(BV\w+)",
            "https://www.bilibili.com/video/{}",
            "Bilibili",
            "",
        ),
        (
            r"//(?:[\w-]+\.)*bilibili\.com/\S*?player\.html\?(?:[^#]*&)?aid=(\d+)",
            "https://www.bilibili.com/video/av{}",
            "Bilibili",
            "",
        ),
        (
            r"//(?:www\.|geo\.)?dailymotion\.com/(?:embed/video/|player\S*?video=)(\w+)",
            "https://www.dailymotion.com/video/{}",
            "Dailymotion",
            "",
        ),
        (
            r"//(?:player\.twitch\.tv)/\?(?:[^#]*&)?video=v?(\d+)",
            "https://www.twitch.tv/videos/{}",
            "Twitch",
            "",
        ),
        (
            r"//(?:player\.twitch\.tv)/\?(?:[^#]*&)?channel=(\w+)",
            "https://www.twitch.tv/{}",
            "Twitch",
            "",
        ),
        (
            r"//v\.qq\.com/\S*?[?&]vid=(\w+)",
            "https://v.qq.com/x/page/{}.html",
            "Tencent Video",
            "",
        ),
        (
            r"//player\.youku\.com/embed/([\w=]+)",
            "https://v.youku.com/v_show/id_{}.html",
            "Youku",
            "",
        ),
        (
            r"//open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)",
            "https://open.spotify.com/{}",
            "Spotify",
            "",
        ),
        (
            r"//embed\.podcasts\.apple\.com/([^?#]+)",
            "https://podcasts.apple.com/{}",
            "Apple Podcasts",
            "",
        ),
        (
            r"//embed\.music\.apple\.com/([^?#]+)",
            "https://music.apple.com/{}",
            "Apple Music",
            "",
        ),
        (
            r"//embed\.ted\.com/(talks/[^?#]+)",
            "https://www.ted.com/{}",
            "TED",
            "",
        ),
        (
            r"//(?:www\.)?tiktok\.com/(?:embed(?:/v2)?|player/v1)/(\d+)",
            "https://www.tiktok.com/@/video/{}",
            "TikTok",
            "",
        ),
        (
            r"//(?:www\.)?instagram\.com/((?:p|reel|tv)/[\w-]+)/embed",
            "https://www.instagram.com/{}/",
            "Instagram",
            "",
        ),
        (
            r"//platform\.twitter\.com/embed/\S*?[?&]id=(\d+)",
            "https://x.com/i/status/{}",
            "X",
            "",
        ),
        (
            r"//streamable\.com/[eo]/(\w+)",
            "https://streamable.com/{}",
            "Streamable",
            "",
        ),
        (
            r"//rumble\.com/embed/(\w+)",
            "https://rumble.com/embed/{}",
            "Rumble",
            "",
        ),
        (
            r"//odysee\.com/\$/embed/([^?#]+)",
            "https://odysee.com/{}",
            "Odysee",
            "",
        ),
    )
)
# What a frame shows besides the article: advertisements, counters, buttons, comments.
NO_FRAME = re.compile(
    r"//(?:[^/]*\.)?(?:ads?|adserver|adservice|doubleclick|googlesyndication|googletagmanager|amazon-adsystem"
    r"|recaptcha|addthis|disqus)\.|/recaptcha/"
    r"|/plugins/(?:like|share_button|follow|page|comments|likebox)\.php|/widgets/(?:tweet_button|follow_button|like)"
    r"|/(?:tweet|share|like|plusone|subscribe)[_-]?button\b",
    re.IGNORECASE,
)
FRAMED_PAGE = re.compile(r"/embed/?(?:\?[^#]*)?#\?secret=\w+$", re.IGNORECASE)
"""The end of the address by which WordPress frames another post; without it, it is the post's."""
WRAPPERS = tuple(
    (re.compile(pattern, re.IGNORECASE), site)
    for pattern, site in (
        (r"//w\.soundcloud\.com/player/?\?(?:[^#]*&)?url=([^&#]+)", "SoundCloud"),
        (
            r"//(?:www\.)?facebook\.com/plugins/(?:video|post)\.php\?(?:[^#]*&)?href=([^&#]+)",
            "Facebook",
        ),
    )
)

PLAYER_WORDS = re.compile(
    r"\b(?:videos?|audio|player|embed(?:s|ded)?|widget|i?frame|content|post|media|html5|inline|the"
    r"|an?|from|on|by|of|for|untitled|vid[eé]o|lecteur|reproductor|reprodutor|lettore|v[ií]deo|de"
    r"|du|da|di|videoplayer|videowiedergabe|odtwarzacz|oynatıcı|проигрыватель|видео(?:плеер)?"
    r"|плеер|advertisement|podcasts?|playlists?|stream|external|embedded)\b|视频|影片|播放器|嵌入|動画|プレ[ーイ]ヤー|埋め込み|동영상|플레이어|مشغل|فيديو|پخش|ویدیو"
)
"""What titles of players say that say nothing."""

# ---------------------------------------------------------------- text

FOOTER = re.compile(
    r"(?:the (?:post|article|entry|blog) .{1,300}(?:appeared first|was first published|first "
    r"appeared"
    r"|was originally published) (?:on|in|at) .{1,100}"
    r"|(?:this (?:post|article|story|entry)|the above) .{0,60}(?:appeared first|was (?:originally "
    r"|first )?(?:published|posted)|first appeared) (?:on|in|at|by) .{1,120}"
    r"|.{1,200} was originally published in .{1,100} on Medium, where people are continuing "
    r"the conversation.{0,60}"
    r"|l.article .{1,300} est apparu en premier sur .{1,100}|der beitrag .{1,300} erschien "
    r"zuerst auf .{1,100}"
    r"|la entrada .{1,300} (?:se public[oó]|aparece) primero en .{1,100}|o post .{1,300} "
    r"apareceu primeiro em .{1,100}"
    r"|l.articolo .{1,300} proviene da .{1,100}|сообщение .{1,300} появились? сначала на .{1,100}"
    r"|获取更多\s*rss\s*[:：].*|更多\s*rss\s*[:：].*"
    r"|(?:\W{0,3}(?:阅读原文|查看原文|阅读全文|查看全文|点击查看原文"
    r"|原文链接|继续阅读|全文阅读|本文链接|続きを読む|全文を読む|더 보기|계속 읽기)\W{0,4})"
    r"|\W{0,3}(?:read (?:more|the full (?:article|story|post)|on|the rest|full (?:article|story))"
    r"|continue reading(?: .{1,200})?|view (?:original|full)(?: post| article)?|full story"
    r"|(?:click here )?to read more|more|source|weiterlesen|mehr lesen|lire la suite|lire plus"
    r"|leer m[aá]s"
    r"|seguir leyendo|leggi tutto|ler mais|читать далее|читать дальше|подробнее)\W{0,4}"
    r"|(?:permalink|comments?|\[?link\]?|\[?comments\]?|discuss|share(?: this)?(?: on "
    r".{1,40})?|tweet|pin it"
    r"|print|email|like|facebook|twitter|linkedin|reddit|whatsapp|[\s|•·/,:：])++"
    r"|read .{1,300} comments?|comments? on .{1,100}|leave a comment|\d+ comments?|add to "
    r"(?:digg|del\.icio\.us"
    r"|delicious|facebook|google).*"
    r"|submitted by\s+/?u/.{1,60}|article url: .{1,300}|points: \d+|# comments: \d+"
    r"|(?:please )?enable java ?script to view .{1,80}"
    r"|sent from my .{1,40}|powered by .{1,60}|(?:feed|rss) (?:generated|powered) by .{1,60})"
    r"[\s.。…→»>]*",
    re.IGNORECASE | re.DOTALL,
)
SCRIPT_CALL = re.compile(r"java\W?script|scripts?\b", re.IGNORECASE)
LEAD_IN = re.compile(
    r"\W{0,2}(?:image|photo|picture|video|bild|foto|imagen|图片|配图|圖片|视频|影片|画像|写真)\W{0,2}[:：]?\W{0,2}",
    re.IGNORECASE,
)
"""A line that announces the picture beside it."""
READ_MORE_TAIL = re.compile(
    r"[\s\[(（【]*(?:read (?:more|on|the full (?:article|story|post))|continue reading|阅读原文"
    r"|查看原文|阅读全文|查看全文|続きを読む|weiterlesen|lire la suite|leer m[aá]s)"
    r"[\s\])）】…→»>.]*$",
    re.IGNORECASE,
)

_PICTURE = (
    r"(?:image|photo(?:graph|graphy)?|picture|illustration|graphic|foto(?:graf(?:ie|ia|ía|iya))?"
    r"|bild|titelbild|abbildung|grafik|imagen|imagem|immagine|ilustraci[oó]n|fotoğraf|görsel"
    r"|zdjęcie|fot\.|kép|beeld|kuva|obrázek|фото(?:графия)?|изображение|иллюстрация|світлина"
    r"|φωτογραφία|εικόνα|图片?|图源|圖片?|照片|配图|摄影|攝影|写真|画像|사진|الصورة|صورة|عکس|תמונה|צילום)"
)
_CREDIT = (
    r"(?:credits?|source|courtesy|copyright|quelle|nachweis|rechte|cr[ée]dit[os]?s?|fonte|fuente"
    r"|źródło|kaynak|источник|автор|джерело|来源|來源|版权|版權|提供|出典|출처|المصدر|منبع)"
)
# No sentence ends in a name, but for initials.
_NAME = r"(?:(?![^\W\d_]{3}\.\s)[^!?。！？\n]){2,80}"
# In the name behind a mere "Photo:" every word is written large; else it is a caption.
_CAPTION_WORD = (
    r"\b(?!(?:v[ao]n|den|der|del?|della|d[iau]|l[ae]|y|et|and|und|och|og|via|by|of|für|pour|par)\b)"
    r"[a-zà-ÿа-яё]{2,}\b"
)
CREDIT = re.compile(
    r"\W{0,2}(?:"
    rf"(?i:(?:\w+\s)?{_PICTURE}[\s-]{{0,2}}{_CREDIT}|{_CREDIT}\s{{0,2}}(?:des?\s)?{_PICTURE})"
    rf"\s?(?:[:：,]|(?i:of|by))\s?{_NAME}"
    rf"|(?i:{_PICTURE})\s(?i:by|courtesy of|via)\s(?![a-z]){_NAME}"
    rf"|(?i:{_PICTURE})\s?[:：]\s?(?:\S{{2,20}}|(?!.*{_CAPTION_WORD})(?![a-z]){_NAME})"
    r")\W{0,2}"
)
"""A line that says by whom a picture is."""
