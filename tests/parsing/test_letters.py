"""Documents that do not say what they are encoded in: the letters tell, and the language."""

import pytest

from bot.parsing.parser import parse_feed

DOCUMENT = (
    "<rss version='2.0'><channel><title>T</title>%s<item><title>I</title><link>https://x.example/1</link>"
    "<description>%s</description></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("encoding", "language", "text"),
    [
        (
            "cp1252",
            "",
            "O Ibope aponta que a eleição será decidida em segundo turno. O candidato não",
        ),
        ("cp1252", "", "Não há previsão de chuva para amanhã na região."),
        (
            "cp1252",
            "",
            "El niño comió en la mañana después de la sesión; ¿quién será el próximo año?",
        ),
        ("cp1252", "", "Más información"),
        (
            "cp1252",
            "",
            "L’été dernier, les élèves ont fêté la fin de l’année à la forêt. Où êtes-vous",
        ),
        ("cp1252", "", "Les députés ont adopté le projet"),
        (
            "cp1252",
            "",
            "Die Straße führt über die Brücke. Größe und Höhe müssen geprüft werden, sagte",
        ),
        ("cp1252", "", "Über Köln"),
        (
            "cp1252",
            "",
            "Det är första gången på många år som vädret är så här dåligt i Skåne, säger",
        ),
        ("cp1252", "", "Færgen sejler ikke på grund af tåge. Både børn og voksne må vente på øen."),
        (
            "cp1252",
            "",
            "Været blir dårlig på Vestlandet, og ferjene må ligge ved kai så lenge vinden",
        ),
        ("cp1252", "", "Sää jatkuu epävakaisena, ja sateita tulee myös lähipäivinä. Näin sanoo"),
        ("cp1252", "", "La città è più bella perché c’è già il sole. Però lunedì pioverà."),
        (
            "cp1252",
            "",
            "De coördinatie van de reünie is één groot succes, zei de kapitein – de zeeën",
        ),
        ("cp1252", "", "Veðrið verður gott á morgun þegar sólin skín á höfnina. Íslenska er"),
        (
            "cp1252",
            "",
            "L'Ajuntament farà una reunió això és important perquè la gent ho demana més",
        ),
        ("cp1252", "", "It’s a “fine” day – said the captain… and the café was open."),
        (
            "iso8859-2",
            "",
            "Wczoraj wieczorem żeglarze wrócili do portu, gdzie czekała na nich łódź",
        ),
        ("cp1250", "", "Wczoraj wieczorem żeglarze wrócili do portu, gdzie czekała na nich łódź"),
        ("cp1250", "pl", "Łódź wraca."),
        (
            "cp1250",
            "",
            "Včera večer se námořníci vrátili do přístavu, kde na ně čekala záchranná loď.",
        ),
        ("cp1250", "", "A hajósok tegnap este visszatértek a kikötőbe, ahol már várta őket a"),
        (
            "cp1250",
            "",
            "Pescarii s-au întors aseară în port, unde îi aştepta barca de salvare. Ceaţa",
        ),
        ("cp1250", "", "Ribari su se sinoć vratili u luku, gdje ih je čekao čamac za spašavanje."),
        (
            "cp1254",
            "",
            "Balıkçılar dün akşam limana döndü. Sis daha sonra dağıldı ve gemiler güneşli",
        ),
        ("cp1254", "tr", "Şişli'de sis"),
        ("cp1257", "", "Žvejai vakar vakare grįžo į uostą, kur jų laukė gelbėjimo laivas. Rūkas"),
        ("cp1257", "", "Zvejnieki vakar vakarā atgriezās ostā, kur viņus gaidīja glābšanas laiva."),
        (
            "cp1251",
            "",
            "Вчера вечером рыбаки вернулись в порт, где их ждала спасательная лодка. Туман",
        ),
        (
            "koi8-r",
            "",
            "Вчера вечером рыбаки вернулись в порт, где их ждала спасательная лодка. Туман",
        ),
        ("cp1251", "", "Туман над бухтой"),
        ("koi8-r", "", "Туман над бухтой"),
        ("cp866", "", "Вчера вечером рыбаки вернулись в порт, где их ждала спасательная лодка."),
        ("cp1251", "", "Учора ввечері рибалки повернулися до порту, де на них чекав рятувальний"),
        (
            "cp1251",
            "",
            "Снощи рибарите се върнаха в пристанището, където ги чакаше спасителна лодка.",
        ),
        (
            "gbk",
            "",
            "昨天晚上渔民们回到了港口，救援船在那里等着他们。后来雾散了，船长说今天的天气很好。",
        ),
        ("gbk", "", "海湾有雾"),
        ("gbk", "zh-cn", "雾散"),
        (
            "big5",
            "",
            "昨天晚上漁民們回到了港口，救援船在那裡等著他們。後來霧散了，船長說今天的天氣很好。",
        ),
        ("big5", "", "海灣有霧的新聞"),
        ("big5", "zh-tw", "霧散了"),
        (
            "cp932",
            "",
            "昨日の夜、漁師たちは港に戻りました。救助船が待っていました。霧はその後晴れました。",
        ),
        (
            "euc_jp",
            "",
            "昨日の夜、漁師たちは港に戻りました。救助船が待っていました。霧はその後晴れました。",
        ),
        ("cp932", "", "港のニュース"),
        ("euc_jp", "", "港のニュース"),
        (
            "cp949",
            "",
            "어젯밤 어부들이 항구로 돌아왔다. 구조선이 그들을 기다리고 있었다.",
        ),
        ("cp949", "", "항구의 안개"),
        ("cp1256", "", "عاد الصيادون مساء أمس إلى الميناء حيث كان قارب الإنقاذ ينتظرهم. ثم انقشع"),
        ("cp1256", "", "أخبار الميناء"),
        ("cp1256", "", "ماهيگيران ديشب به بندر برگشتند و قايق نجات در انتظار آنها بود."),
        (
            "cp1253",
            "",
            "Οι ψαράδες επέστρεψαν χθες το βράδυ στο λιμάνι, όπου τους περίμενε η βάρκα. Η",
        ),
        (
            "iso8859-7",
            "",
            "Οι ψαράδες επέστρεψαν χθες το βράδυ στο λιμάνι, όπου τους περίμενε η βάρκα. Ά",
        ),
        (
            "cp1255",
            "",
            "הדייגים חזרו אתמול בערב לנמל, שם חיכתה להם סירת ההצלה. הערפל התפזר מאוחר יותר.",
        ),
        ("cp1255", "", "ערפל בנמל"),
        ("cp874", "", "ชาวประมงกลับมาถึงท่าเรือเมื่อคืนนี้ เรือกู้ภัยกำลังรอพวกเขาอยู่"),
        ("cp1252", "", "It’s a fine day – said the captain…"),
        ("cp1252", "", "“Fog” © Ann"),
        ("cp1252", "", "A ticket is 7 €"),
        ("cp1252", "", "Fish: 5 €; it’s “fresh” – or so they say…"),
        ("cp1251", "en", "Туман над бухтой рассеялся к полудню"),
    ],
)
def test_a_document_without_a_label_is_read_by_its_letters(
    encoding: str, language: str, text: str
) -> None:
    named = f"<language>{language}</language>" if language else ""
    body = (DOCUMENT % (named, text)).encode(encoding)

    assert parse_feed(body, "", "https://x.example/feed").items[0].html == text


def test_a_json_feed_may_name_its_language() -> None:
    body = """{"version": "https://jsonfeed.org/version/1.1", "language": "tr-TR", "title": "Şişli",
    "items": [{"id": "1", "content_text": "sis"}]}"""

    assert parse_feed(body.encode("cp1254"), "", "https://x.example/feed").title == "Şişli"
