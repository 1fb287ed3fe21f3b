"""Which language a text is written in, as far as a rule asks for one. Pure.

A script that only one language writes tells it, letters that only one has tell it within a script,
and for the rest its commonest words do.
"""

import unicodedata
from collections import Counter
from functools import cache

import regex
from babel import Locale

from bot.settings.typed import plain

_SAMPLE = 3000
"""Characters of a text that are read."""
_LEAST_WORDS = 2
"""Common words that tell a language; a title alone may have none."""
_SCRIPTS = {
    "ko": regex.compile(r"\p{Hangul}"),
    "th": regex.compile(r"\p{Thai}"),
    "el": regex.compile(r"\p{Greek}"),
    "he": regex.compile(r"\p{Hebrew}"),
    "hi": regex.compile(r"\p{Devanagari}"),
    "bn": regex.compile(r"\p{Bengali}"),
    "ta": regex.compile(r"\p{Tamil}"),
    "ka": regex.compile(r"\p{Georgian}"),
    "hy": regex.compile(r"\p{Armenian}"),
    "ar": regex.compile(r"\p{Arabic}"),
    "ru": regex.compile(r"\p{Cyrillic}"),
    "zh": regex.compile(r"\p{Han}"),
    "latin": regex.compile(r"\p{Latin}"),
}
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_IDEOGRAPHS_TO_LETTERS = 3
"""A sign of China or Korea says about as much as so many letters."""
_LETTERS = {
    "ru": {"uk": "іїєґ", "be": "ў", "sr": "ђћџљњј", "kk": "әғқңөұһ"},
    "ar": {"fa": "پچژگ", "ur": "ٹڈڑےں"},
}
"""Letters that another language of the script has, and its commonest one has not."""
_WORDS = {
    "en": "the and of to in is for on with that are as this from it was by be at has have will you",
    "de": "der die und das ist nicht ein eine mit für auf den von zu im sich auch dem des wird",
    "fr": "le les des est une dans pour du que qui sur pas plus avec au par sont ce ont",
    "es": "el los las del una que por con para es se su como más al fue sus ha son",
    "pt": "os das dos uma que para com não em do da por mais ao foi é são na no",
    "it": "il che di una per con non della del sono gli nel alla più anche dei è le",
    "nl": "de het een van en is op te dat voor zijn met niet aan er om ook bij",
    "pl": "się nie na jest do że to przez jak od dla po oraz był są czy",
    "cs": "se na je že pro jsou jako by ale která podle při už byl také",
    "sv": "och att det som är på för med av till inte har om ett den från",
    "da": "og at det er som på for med af til ikke har den fra de blev",
    "nb": "og at det er som på for med av til ikke har den fra de ble",
    "fi": "ja on ei että se oli ovat mutta myös kun hän joka",
    "tr": "ve bir bu için ile da de olarak çok daha gibi olan sonra",
    "ro": "și la cu nu din care este pentru sunt mai pe fost",
    "hu": "és az hogy nem egy is ez meg már csak volt",
    "id": "yang dan di untuk dengan pada ini dari itu dalam tidak akan",
    "vi": "và của là có được cho các trong không một với",
}
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _text in _WORDS.items():
    for _word in _text.split():
        _LANGUAGES_OF.setdefault(_word, []).append(_language)
KNOWN = frozenset(
    {*_SCRIPTS, *_WORDS, "ja", *(code for more in _LETTERS.values() for code in more)}
)
KNOWN -= {"latin"}
"""The languages that can be told."""


def code_of(name: str) -> str:
    """The code of a language, from one ("zh-Hans") or from what it is called; empty: unknown."""
    word = plain(name)
    code = word.replace("_", "-").partition("-")[0]
    return code if code in KNOWN else _names().get(word, "")


@cache
def _names() -> dict[str, str]:
    """What a language is called in English, in Chinese and by those who speak it."""
    names: dict[str, str] = {}
    for code in sorted(KNOWN):
        for reader in ("en", "zh", code):
            names[plain(Locale.parse(reader).languages[code])] = code
    return names


def language_of(text: str) -> str:
    """The code of the language that most of a text is written in; empty: it cannot be told."""
    sample = unicodedata.normalize("NFC", text[:_SAMPLE]).casefold()
    counts = {code: len(script.findall(sample)) for code, script in _SCRIPTS.items()}
    kana = len(_KANA.findall(sample))
    for code in ("zh", "ko"):
        counts[code] *= _IDEOGRAPHS_TO_LETTERS
    counts["zh"] += kana * _IDEOGRAPHS_TO_LETTERS
    script = max(counts, key=lambda code: counts[code])
    if not counts[script]:
        return ""
    if script == "latin":
        return _latin(sample)
    # Japanese is never without kana for long, while a Chinese text may quote a few.
    if script == "zh":
        return "ja" if kana * 10 > counts["zh"] // _IDEOGRAPHS_TO_LETTERS else "zh"
    for language, letters in _LETTERS.get(script, {}).items():
        if any(letter in sample for letter in letters):
            return language
    return script


def _latin(text: str) -> str:
    found: Counter[str] = Counter()
    for word in regex.findall(r"\p{L}+", text):
        for language in _LANGUAGES_OF.get(word, ()):
            found[language] += 1
    best = found.most_common(2)
    if not best or best[0][1] < _LEAST_WORDS:
        return ""
    # A draw between languages that are nearly one (Danish and Norwegian) tells nothing.
    return "" if len(best) > 1 and best[0][1] == best[1][1] else best[0][0]
