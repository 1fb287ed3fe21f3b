"""The names of months in other languages than English, as dates of feeds write them.

A row is a language and its twelve months, alternatives divided by ``|``: the forms that stand in
dates (often a genitive), and abbreviations that are no beginning of one. Names of two words are
joined by ``_``. Source: CLDR 48, and feeds.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SHORTEST = 3
"""Letters of a beginning that counts as a name: ``févr``, ``Marras``."""
PERSIAN = "persian"
"""What the calendar of Iran is called here, whose months begin in March."""

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre"
    " noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "januar|jänner februar|feber märz|maerz|mrz april mai juni|juno juli|julei august"
    " september oktober november dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "nl": "januari februari maart|mrt april mei juni juli augustus september oktober november"
    " december",
    "pl": "stycznia|styczeń lutego|luty marca|marzec kwietnia|kwiecień maja czerwca|czerwiec"
    " lipca|lipiec sierpnia|sierpień września|wrzesień października|paździer listopada"
    " grudnia|grudzień",
    "ru": "января|январь февраля|февраль марта апреля|апрель мая|май июня|июнь июля|июль августа"
    " сентября|сентябрь октября|октябрь ноября|ноябрь декабря|декабрь",
    "uk": "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень"
    " червня|червень липня|липень серпня|серпень вересня|вересень жовтня|жовтень листопада"
    " грудня|грудень",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "cs": "ledna|leden února|únor března|březen dubna|duben května|květen června|červen|čvn"
    " července|červenec|čvc srpna|srpen září|zář října|říjen listopadu|listopad prosince|prosinec",
    "sk": "januára február|februára marec|marca apríl|apríla máj|mája jún|júna júl|júla"
    " august|augusta september|septembra október|októbra november|novembra december|decembra",
    "hu": "január február március április május június július augusztus szeptember október november"
    " december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie"
    " noiembrie|nov decembrie",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta"
    " syyskuuta lokakuuta marraskuuta joulukuuta",
    "el": "ιανουαρίου|ιανουάριος|γενάρη φεβρουαρίου|φεβρουάριος μαρτίου|μάρτιος"
    " απριλίου|απρίλιος μαΐου|μάιος ιουνίου|ιούνιος ιουλίου|ιούλιος αυγούστου|αύγουστος"
    " σεπτεμβρίου|σεπτέμβριος οκτωβρίου|οκτώβριος νοεμβρίου|νοέμβριος δεκεμβρίου|δεκέμβριος",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "id": "januari februari maret april mei juni juli agustus september oktober november|nopember"
    " desember",
    "ar": "يناير|كانون_الثاني|جانفي فبراير|شباط|فيفري مارس|آذار أبريل|نيسان|أفريل مايو|أيار|ماي"
    " يونيو|يونيه|حزيران|جوان يوليو|يوليه|تموز|جويلية أغسطس|آب|أوت سبتمبر|أيلول|شتنبر"
    " أكتوبر|تشرين_الأول نوفمبر|تشرين_الثاني|نونبر ديسمبر|كانون_الأول|دجنبر",
    "fa": "ژانویه فوریه مارس آوریل مه|می ژوئن|جون ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر"
    " دسامبر",
    PERSIAN: "فروردین اردیبهشت خرداد تیر مرداد|امرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "he": "ינואר|בינואר פברואר|בפברואר מרץ|מרס|במרץ אפריל|באפריל מאי|במאי יוני|ביוני"
    " יולי|ביולי אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "hi": "जनवरी फ़रवरी|फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर"
    " दिसंबर|दिसम्बर",
    "bn": "জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "th": "มกราคม|ม.ค กุมภาพันธ์|ก.พ มีนาคม|มี.ค เมษายน|เม.ย พฤษภาคม|พ.ค มิถุนายน|มิ.ย กรกฎาคม|ก.ค"
    " สิงหาคม|ส.ค กันยายน|ก.ย ตุลาคม|ต.ค พฤศจิกายน|พ.ย ธันวาคม|ธ.ค",
    "ka": "იანვარი|იანვარს თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი"
    " ნოემბერი დეკემბერი",
    "hy": "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի"
    " նոյեմբերի դեկտեմբերի",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
}
# Their names mean another month elsewhere (``lipanj`` is June, ``lipiec`` July), or begin as days
# of the week do: they count where the feed says its language.
_LOCAL_NAMES = {
    "hr": "siječnja|siječanj veljače|veljača ožujka|ožujak travnja|travanj svibnja|svibanj"
    " lipnja|lipanj srpnja|srpanj kolovoza rujna|rujan listopada studenoga|studeni"
    " prosinca|prosinac",
    "sl": "januar februar marec april maj junij julij avgust september oktober november december",
    "bs": "januar februar mart april maj juni juli august|avgust septembar oktobar novembar"
    " decembar",
    "be": "студзеня|студзень лютага|люты сакавіка|сакавік красавіка|красавік мая|май"
    " чэрвеня|чэрвень ліпеня|ліпень жніўня|жнівень верасня|верасень кастрычніка|кастрычнік"
    " лістапада снежня|снежань",
    "lt": "sausio|sausis vasario|vasaris kovo|kovas balandžio|balandis gegužės|gegužė"
    " birželio|birželis liepos|liepa rugpjūčio|rugpjūtis rugsėjo|rugsėjis spalio|spalis"
    " lapkričio|lapkritis gruodžio|gruodis",
    "lv": "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris"
    " novembris decembris",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november"
    " detsember",
    "is": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "ca": "gener febrer març abril|d’abril|d'abril maig juny juliol agost|d’agost|d'agost setembre"
    " octubre|d’octubre|d'octubre novembre desembre",
    "gl": "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "eu": "urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa"
    " abendua",
    "cy": "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "fil": "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre"
    " disyembre",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "uz": "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "af": "januarie februarie maart|mrt april mei junie julie augustus september oktober november"
    " desember",
}
_SAME = {"no": "nb", "nn": "nb", "in": "id", "iw": "he", "tl": "fil"}


def fold(text: str) -> str:
    """Text in lower case without accents, to be compared: ``MÄRZ`` is ``marz``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf"))
    return bare.replace("ı", "i").replace("ي", "ی").replace("ك", "ک")


@lru_cache(maxsize=1024)
def month_of(word: str, language: str) -> int | None:
    """The month that a folded word names, in this language, English or any widespread one.

    ``None`` where it names none, or another one in each of two languages.
    """
    language = language.partition("-")[0].lower()
    language = _SAME.get(language, language)
    own = _found(word, _folded(language)) or _found(word, _folded("en"))
    if own:
        return own
    months = {_found(word, _folded(known)) for known in _NAMES if known != PERSIAN} - {None}
    return months.pop() if len(months) == 1 else None


@lru_cache(maxsize=256)
def persian_month_of(word: str) -> int | None:
    """The month of the Persian calendar that a folded word names."""
    return _found(word, _folded(PERSIAN))


@lru_cache(maxsize=64)
def _folded(language: str) -> tuple[tuple[str, int], ...]:
    """Every name of a language with the number of its month; none where it is not known."""
    row = _NAMES.get(language) or _LOCAL_NAMES.get(language) or ""
    return tuple(_rows(row))


def _rows(row: str) -> Iterator[tuple[str, int]]:
    for number, names in enumerate(row.split(), 1):
        for name in names.split("|"):
            yield fold(name), number


def _found(word: str, names: tuple[tuple[str, int], ...]) -> int | None:
    """The month whose name this is, or begins with it, if no other one does."""
    for name, number in names:
        if name == word:
            return number
    if len(word) < _SHORTEST:
        return None
    months = {number for name, number in names if name.startswith(word)}
    return months.pop() if len(months) == 1 else None
