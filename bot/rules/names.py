"""What people call fields, numbers and the words that join conditions. Pure."""

from difflib import get_close_matches

from bot.rules.conditions import Attached, Comparison, Field, Number

_FIELDS = {
    Field.TITLE: "title titles headline subject intitle 标题 標題",
    Field.TEXT: "text body content summary description intext 正文 内容 內容 文本",
    Field.AUTHOR: "author authors by creator writer 作者",
    Field.TAG: "tag tags hashtag category categories label 标签 標籤 分类 分類",
    Field.LINK: "link url inurl site domain host address 链接 連結 网址 網址",
    Field.FEED: "feed source 来源 來源 订阅源 訂閱源 订阅 訂閱",
}
_ATTACHED = {
    Attached.IMAGE: "image images img picture pictures photo photos 图片 圖片 图 照片",
    Attached.VIDEO: "video videos film 视频 視頻 影片",
    Attached.AUDIO: "audio sound podcast music 音频 音頻 播客",
    Attached.LINK: "link links url 链接 連結",
}
_NUMBERS = {
    Number.POINTS: "points point score votes upvotes likes 分数 分數 点数 點數 点赞",
    Number.COMMENTS: "comments comment replies 评论 評論 评论数 評論數 回复",
    Number.DURATION: "duration length runtime 时长 時長 长度",
}
_COMPARISONS = {
    Comparison.MORE: "> ＞",
    Comparison.LESS: "< ＜",
    Comparison.AT_LEAST: ">= => ≥ ≧ ＞＝ ＞=",
    Comparison.AT_MOST: "<= =< ≤ ≦ ＜＝ ＜=",
    Comparison.EXACTLY: "= == ＝",
}
FIELDS = {name: field for field, names in _FIELDS.items() for name in names.split()}
ATTACHED = {name: what for what, names in _ATTACHED.items() for name in names.split()}
NUMBERS = {name: number for number, names in _NUMBERS.items() for name in names.split()}
COMPARISONS = {sign: way for way, signs in _COMPARISONS.items() for sign in signs.split()}
HAS = frozenset({"has", "with", "有", "含"})
LANGUAGE = frozenset({"lang", "language", "语言", "語言"})
AND = frozenset({"and", "&", "&&", "+", "和", "与", "與", "且", "并且", "並且"})
OR = frozenset({"or", "|", "||", "或", "或者"})
NOT = frozenset({"not", "非", "不", "不含", "不是", "没有"})
_SHORTEST = 3
"""Letters of a word that can be a name misspelt; shorter ones resemble too many."""


def meant(name: str, names: list[str] | None = None) -> str:
    """The name that a misspelt one resembles; empty: none."""
    if len(name) < _SHORTEST:
        return ""
    known = names or [*FIELDS, *NUMBERS, *HAS, *LANGUAGE]
    close = get_close_matches(name, known, 1, 0.7)
    return canonical(close[0]) if close else ""


def canonical(name: str) -> str:
    """The name of a field or a number that is printed for what people call it."""
    if name in HAS:
        return "has"
    if name in LANGUAGE:
        return "lang"
    return FIELDS.get(name) or NUMBERS.get(name) or ATTACHED.get(name) or name
