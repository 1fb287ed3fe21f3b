"""Words that titles are compared by, in the commonest languages of feeds.

All are written as ``words.fold`` leaves them: in lower case, Arabic without vowel signs and with
one form of each letter.
"""

from itertools import chain
from typing import Final


def _set(*texts: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(text.split() for text in texts))


def _numbered(*rows: str) -> dict[str, int]:
    """Each row's words by the row's number, from 1."""
    return {word: number for number, row in enumerate(rows, 1) for word in row.split()}


LABELS: Final = _set(
    "update updated breaking exclusive live video watch photos gallery correction corrected urgent",
    "eilmeldung eil aktualisiert liveblog",
    "срочно обновлено видео фото молния",
    "عاجل خاص بالفيديو فوري",
    "更新 快讯 突发 视频 图集 独家 速報 快訊 最新",
    "urgent dernière actualisé vidéo última actualizado vídeo",
)
"""What stands before or behind a title and says nothing of the story."""

STOPWORDS: Final = _set(
    "a an the of in on at to for from by with and or as is are was were be been has have had its",
    " it this that into over after amid s v vs says said",
    "der die das den dem des ein eine einen einem einer im in an am auf aus bei mit nach von vom",
    " zu zum zur und oder für ist sind war wird werden hat sich als über",
    "в во на с со и о об по за из к у от для до при как что это ",
    "le la les l d de du des un une et ou en au aux dans pour par sur avec est",
    "el los las del y o con que una unos se su",
    "في من علي الي عن مع و ان هذا",
    "در از به با و که را این برای است می شد",
)
"""Words that say nothing by themselves."""

NEGATIONS: Final = _set(
    "not no never without nor cannot dont doesnt didnt wont isnt arent cant",
    "nicht kein keine keinen keiner keinem nie ohne",
    "не нет ни без никогда",
    "لا لم لن ليس بدون",
    "نیست نشد نکرد نمی نخواهد",
    "ne pas sans non sin nunca",
)

GENERIC: Final = _set(
    "daily weekly monthly thread discussion megathread open links link news newsletter digest"
    " roundup briefing update updates week day month today tonight morning evening episode podcast",
    " show edition issue volume part chapter season untitled title post test blog photo picture",
    " image question questions ask anything working happy new year merry christmas hello world"
    " welcome first here there what who how why when your you my our we i are about us me note"
    " notes reading recap summary review best top list things everyone all",
    "release releases released version changelog bug bugs fix fixes fixed minor major improvements",
    " improvement performance stability security patch maintenance scheduled planned completed"
    " incident outage degraded elevated error errors rate rates investigating resolved monitoring",
    " identified partial service services connectivity issues latency increased api website"
    " dashboard available now general various",
    "senior junior software backend frontend full stack engineer developer manager lead remote"
    " time intern analyst designer",
    "weather forecast warning alert advisory severe thunderstorm flood storm watch",
    "täglich tägliche wöchentlich wöchentliche woche tag links lesetipps neuigkeiten aktuelles"
    " wetter folge ausgabe teil ohne titel newsletter rückblick überblick fragen",
    "еженедельный ежедневный дайджест новости недели дня ссылки обсуждение выпуск обзор итоги"
    " часть серия погода прогноз вопросы",
    "اخبار اليوم الاسبوع الحلقه النشره ملخص روابط",
    "اخبار امروز هفته قسمت خلاصه گزیده لینکهای روزانه هفتگی",
    "liens hebdo quotidien semaine jour épisode revue actualités enlaces semanal diario semana",
)
"""Words of titles that come again and again, and in many feeds: no story is known by them."""

GENERIC_SIGNS: Final = (
    "每日", "每周", "每週", "每月", "日报", "周报", "週報", "月报", "周刊",
    "早报", "晚报", "早餐", "日记", "更新", "公告", "新闻", "新聞", "无标题",
    "無標題", "汇总", "合集", "简报", "速览", "天气预报", "第期",
)  # fmt: skip
"""The same in Chinese, where no spaces show the words."""

SERIES: Final = _set(
    "daily weekly monthly fortnightly thread megathread roundup digest newsletter episode recap",
    "täglich tägliche täglicher wöchentlich wöchentliche wochenrückblick folge",
    "еженедельный ежедневный еженедельная ежедневная дайджест выпуск",
    "نشره الحلقه قسمت هفتگی روزانه hebdo quotidienne semanal diario",
)
"""One of these is enough: a series has the same title each time, and in other feeds, too."""
SERIES_SIGNS: Final = (
    "每日", "每周", "每週", "每月", "日报", "周报", "週報", "月报", "周刊",
    "早报", "晚报", "早餐", "简报",
)  # fmt: skip

NUMBERS: Final[dict[str, int]] = {
    "zero": 0, "null": 0, "ноль": 0, "صفر": 0,
    **_numbered(
        "one first erste ersten erster erstes первый первая первое первого первой "
        "الاول الاولي یک اول premier première primer primera",
        "two second twice zwei zweite zweiten zweiter zweites два две двух второй "
        "вторая второго второе اثنان ثاني الثاني دو دوم deux dos segundo",
        "three third drei dritte dritten dritter drittes три трех трёх третий третья "
        "третьего третье ثلاثه الثالث ثلاث سه سوم trois tres",
        "four fourth vier vierte vierten vierter четыре четырех четвертый четвертая "
        "اربعه اربع الرابع چهار چهارم quatre cuatro",

    "five fifth fünf fünfte fünften пять пяти пятый пятая خمسه خمس الخامس پنج پنجم cinq cinco",

    "six sixth sechs sechste sechsten шесть шести шестой шестая سته ست السادس شش ششم six seis",
        "seven seventh sieben siebte siebten семь семи седьмой седьмая سبعه سبع "
        "السابع هفت هفتم sept siete",
        "eight eighth acht achte achten восемь восьми восьмой ثمانيه ثمان الثامن هشت "
        "هشتم huit ocho",

    "nine ninth neun neunte neunten девять девяти девятый تسعه تسع التاسع نه نهم neuf nueve",
        "ten tenth zehn zehnte zehnten десять десяти десятый عشره عشر العاشر ده دهم dix diez",
        "eleven eleventh elf elfte одиннадцать одиннадцати одиннадцатый یازده onze once",
        "twelve twelfth zwölf zwölfte двенадцать двенадцати двенадцатый دوازده douze doce",
    ),
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
    "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "zwanzig": 20,
    "dreißig": 30, "fünfzig": 50,
    "hundert": 100, "пятнадцать": 15, "двадцать": 20, "тридцать": 30,
    "сорок": 40, "пятьдесят": 50,
    "сто": 100, "trente": 30, "treinta": 30, "vingt": 20, "veinte": 20, "cent": 100,
    "cien": 100, "عشرون": 20, "ثلاثون": 30, "بیست": 20, "سی": 30, "صد": 100,
}  # fmt: skip

TIMES: Final[dict[str, str]] = {
    word: f"@{name}"
    for name, words in {
        "mo": "monday mon montag понедельник понедельника الاثنين دوشنبه lundi lunes",
        "tu": "tuesday tue tues dienstag вторник вторника الثلاثاء سهشنبه mardi martes",
        "we": "wednesday wed mittwoch среда среду среды الاربعاء چهارشنبه mercredi miércoles",
        "th": "thursday thu thurs donnerstag четверг четверга الخميس پنجشنبه jeudi jueves",
        "fr": "friday fri freitag пятница пятницу пятницы الجمعه جمعه vendredi viernes",
        "sa": "saturday samstag sonnabend суббота субботу субботы السبت شنبه samedi sábado",
        "su": "sunday sonntag воскресенье воскресенья الاحد یکشنبه dimanche domingo",
        "m1": "january jan januar январь января январе يناير ژانویه janvier enero",
        "m2": "february feb februar февраль февраля феврале فبراير فوریه février febrero",
        "m3": "march märz март марта марте مارس mars marzo",
        "m4": "april apr апрель апреля апреле ابريل آوریل avril abril",
        "m5": "mai май мая мае مايو مه mayo",
        "m6": "june jun juni июнь июня июне يونيو ژوئن juin junio",
        "m7": "july jul juli июль июля июле يوليو ژوئیه juillet julio",
        "m8": "august aug август августа августе اغسطس اوت août agosto",
        "m9": "september sep sept сентябрь сентября сентябре سبتمبر سپتامبر septembre septiembre",
        "m10": "october oct oktober okt октябрь октября октябре اكتوبر اکتبر octobre octubre",
        "m11": "november nov ноябрь ноября ноябре نوفمبر نوامبر novembre noviembre",
        "m12": "december dec dezember dez декабрь декабря декабре ديسمبر دسامبر décembre diciembre",
        "today": "today heute сегодня اليوم امروز aujourd hoy",
        "tomorrow": "tomorrow morgen завтра غدا فردا demain mañana",
        "yesterday": "yesterday gestern вчера امس دیروز hier ayer",
        "tonight": "tonight",
    }.items()
    for word in words.split()
}
"""Days and months, by which the parts of a series differ."""
CHINESE_DAY: Final = r"(?:周|星期|礼拜|週|曜)([一二三四五六日天末])"

LIGHT: Final = _set(
    "report reports officials official sources source according statement",
    "laut bericht berichte offiziell medien",
    "сообщили сообщает заявили источник сми",
    "重磅 官方 正式",
)
"""Who said it: with or without that, the story is the same."""
