"""What dates of feeds say: one moment, one day, or nothing; never what a clock fills in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from bot.parsing.dates import Hints, Moment, hints_of, read_date
from bot.parsing.parser import parse_feed

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def shown(moment: Moment | None) -> str:
    if moment is None:
        return "nothing"
    return moment.day.isoformat() if moment.day else f"{moment.at:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # Numbers
        ("2026/06/19 08:05:00", "2026-06-19 08:05:00"),
        ("2026.06.19 08:05", "2026-06-19 08:05:00"),
        ("2026-6-9 8:05", "2026-06-09 08:05:00"),
        ("19.06.2026 8.05", "2026-06-19 08:05:00"),
        ("19.06.26", "2026-06-19"),
        ("19-06-2026 08:05", "2026-06-19 08:05:00"),
        ("6/19/2026 8:05:00 PM", "2026-06-19 20:05:00"),
        ("20260619", "2026-06-19"),
        ("20260619T080500Z", "2026-06-19 08:05:00"),
        ("20260619080500", "2026-06-19 08:05:00"),
        ("1781856300", "2026-06-19 08:05:00"),
        ("1781856300123", "2026-06-19 08:05:00"),
        ("1781856300.5", "2026-06-19 08:05:00"),
        ("/Date(1781856300000)/", "2026-06-19 08:05:00"),
        # Programs
        ("2026-06-19 08:05:00.123456789 +0200 CEST m=+1.5", "2026-06-19 06:05:00"),
        ("Fri Jun 19 08:05:00 CEST 2026", "2026-06-19 06:05:00"),
        ("Fri Jun 19 08:05:00 +0000 2026", "2026-06-19 08:05:00"),
        ("Fri Jun 19 2026 08:05:00 GMT+0200 (Some Summer Time)", "2026-06-19 06:05:00"),
        ("19/Jun/2026:08:05:00 +0200", "2026-06-19 06:05:00"),
        ("Friday, 19-Jun-26 08:05:00 GMT", "2026-06-19 08:05:00"),
        ("2026-06-19T08:05:00.000+0000", "2026-06-19 08:05:00"),
        ("2026-06-19T08:05:00 +02:00", "2026-06-19 06:05:00"),
        ("Fri, 19 Jun 2026 24:00:00 GMT", "2026-06-20 00:00:00"),
        # Half days
        ("Fri, 19 Jun 2026 8:05 PM", "2026-06-19 20:05:00"),
        ("June 19th, 2026 at 8 p.m.", "2026-06-19 20:00:00"),
        ("19 de junio de 2026 8:05 p. m.", "2026-06-19 20:05:00"),
        ("Jun 19, 2026 12:05 AM", "2026-06-19 00:05:00"),
        ("Jun 19, 2026 12:05 PM", "2026-06-19 12:05:00"),
        # East Asia
        ("2026年6月19日 下午8:05", "2026-06-19 20:05:00"),
        ("2026年6月19日（金）8時5分", "2026-06-19 08:05:00"),
        ("令和8年6月19日", "2026-06-19"),
        ("民國115年6月19日", "2026-06-19"),
        ("2026년 6월 19일 오후 8시 5분", "2026-06-19 20:05:00"),
        ("2026. 6. 19. 오전 8:05", "2026-06-19 08:05:00"),
        ("２０２６年６月１９日", "2026-06-19"),
        ("Thứ Sáu, 19/6/2026, 08:05 (GMT+7)", "2026-06-19 01:05:00"),
        ("19 tháng 6, 2026", "2026-06-19"),
        ("19 มิ.ย. 2569 08:05 น.", "2026-06-19 08:05:00"),
        # Other digits and other calendars
        ("١٩ يونيو ٢٠٢٦ ٨:٠٥ م", "2026-06-19 20:05:00"),
        ("19 حزيران/يونيو 2026", "2026-06-19"),
        ("19 تشرين الثاني 2025 08:05", "2025-11-19 08:05:00"),
        ("۲۹ خرداد ۱۴۰۵ ۸:۰۵", "2026-06-19 08:05:00"),
        ("1405/03/29", "2026-06-19"),
        ("1403/12/30", "2025-03-20"),
        ("19 ژوئن 2026", "2026-06-19"),
        ("יום שישי, 19 ביוני 2026, 8:05", "2026-06-19 08:05:00"),
        ("19 जून 2026", "2026-06-19"),
        # Names of months
        ("Пт, 19 июн 2026 08:05:00 +0300", "2026-06-19 05:05:00"),
        ("19 июня 2026 г., 8:05 (МСК)", "2026-06-19 05:05:00"),
        ("Пт, 19 черв. 2026 08:05:00 +0300", "2026-06-19 05:05:00"),
        ("19 червня 2026 р.", "2026-06-19"),
        ("ven. 19 juin 2026 à 8 h 05", "2026-06-19 08:05:00"),
        ("mar., 02 déc. 2025 08:05:00 +0100", "2025-12-02 07:05:00"),
        ("Fr, 20 Mär 2026 08:05:00 +0100", "2026-03-20 07:05:00"),
        ("20. Mrz 2026, 8 Uhr", "2026-03-20 08:00:00"),
        ("19 de junho de 2026 às 8h", "2026-06-19 08:00:00"),
        ("Ter, 01 Dez 2025 08:05:00 -0300", "2025-12-01 11:05:00"),
        ("mar, 21 abr 2026 08:05:00 +0200", "2026-04-21 06:05:00"),
        ("gio, 18 giu 2026 08:05:00 +0200", "2026-06-18 06:05:00"),
        ("pt., 19 cze 2026 08:05:00 +0200", "2026-06-19 06:05:00"),
        ("Śr, 1 paź 2025 08:05:00 +0200", "2025-10-01 06:05:00"),
        ("Cum, 19 Haz 2026 08:05:00 +0300", "2026-06-19 05:05:00"),
        ("19 Ağustos 2025 Salı 08:05", "2025-08-19 08:05:00"),
        ("2026. június 19., péntek, 8:05", "2026-06-19 08:05:00"),
        ("19. kesäkuuta 2026 klo 8.05", "2026-06-19 08:05:00"),
        ("Παρ, 19 Ιουν 2026 8:05 μμ", "2026-06-19 20:05:00"),
        ("Jum, 19 Agt 2025 08:05:00 +0700", "nothing"),
        ("Sel, 19 Agu 2025 08:05:00 +0700", "2025-08-19 01:05:00"),
        # Zones
        ("Fri, 19 Jun 2026 08:05:00 CET", "2026-06-19 07:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 MSK", "2026-06-19 05:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 JST", "2026-06-18 23:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 BST", "2026-06-19 07:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 IST", "2026-06-19 02:35:00"),
        ("Fri, 19 Jun 2026 08:05:00 ET", "2026-06-19 12:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 GMT+2", "2026-06-19 06:05:00"),
        ("Fri, 19 Jun 2026 08:05:00 UTC+05:30", "2026-06-19 02:35:00"),
        ("Fri, 19 Jun 2026 08:05:00 Europe/Berlin", "2026-06-19 06:05:00"),
        ("2026-01-19 08:05 America/New_York", "2026-01-19 13:05:00"),
        ("2026-06-19 08:05 Etc/GMT-3", "2026-06-19 05:05:00"),
        ("2026-06-19T08:05:00EST", "2026-06-19 13:05:00"),
        ("Jun 19, 2026 8:05pm", "2026-06-19 20:05:00"),
        ("06/19/2026 08:05:09AM", "2026-06-19 08:05:09"),
        ("19 June 2026 8p.m.", "2026-06-19 20:00:00"),
        # Days
        ("19 June 2026", "2026-06-19"),
        ("19. septembra 2025", "2025-09-19"),
        ("Fri, 19 Jun 2026 00:00:00 +0800", "2026-06-19"),
        ("2026-06-19+02:00", "2026-06-19"),
        # Too little, too much, or none
        ("2026", "nothing"),
        ("June 2026", "nothing"),
        ("19 June", "nothing"),
        ("08:05", "nothing"),
        ("yesterday at 8:05", "nothing"),
        ("19-21 June 2026", "nothing"),
        ("31 June 2026", "nothing"),
        ("0000-00-00 00:00:00", "nothing"),
        ("2026-06-19T25:05:00Z", "nothing"),
        ("Fri, 19 Jun 2026 08:05:00 XYZ", "nothing"),
        ("9" * 5000, "nothing"),
    ],
)
def test_a_date_says_one_moment_one_day_or_nothing(written: str, expected: str) -> None:
    assert shown(read_date(written)) == expected


@pytest.mark.parametrize(
    ("language", "written", "expected"),
    [
        ("hr", "19 lis 2025", "2025-10-19"),
        ("pl-PL", "19 lis 2025", "2025-11-19"),
        ("lt", "2025 m. spalio 19 d.", "2025-10-19"),
        ("ca", "19 d’agost de 2025", "2025-08-19"),
        ("mk", "19 јули 2025", "2025-07-19"),
        ("hr", "Ned, 19 Nov 2025 08:05:00 +0100", "2025-11-19 07:05:00"),
        ("zh-CN", "2026-06-19 08:05:00 CST", "2026-06-19 00:05:00"),
        ("en-US", "2026-06-19 08:05:00 CST", "2026-06-19 14:05:00"),
    ],
)
def test_what_a_name_means_depends_on_the_language_of_the_feed(
    language: str, written: str, expected: str
) -> None:
    assert shown(read_date(written, Hints(language))) == expected


@pytest.mark.parametrize(
    ("language", "written", "days"),
    [
        # What another date of the feed proves goes before its language.
        ("en-us", ["05/06/2026", "30/05/2026"], ["2026-06-05", "2026-05-30"]),
        ("fr", ["05/06/2026", "05/30/2026"], ["2026-05-06", "2026-05-30"]),
        # In one order it would lie months ahead.
        ("en-us", ["05/09/2025", "01/07/2026"], ["2025-05-09", "2026-01-07"]),
        ("de", ["06/10/2026"], ["2026-06-10"]),
        # Then the language decides.
        ("en-us", ["05/06/2026"], ["2026-05-06"]),
        ("en-gb", ["05/06/2026"], ["2026-06-05"]),
        ("pt-br", ["05/06/2026"], ["2026-06-05"]),
        # Then half days, and what keeps the dates closer together.
        ("", ["5/6/2026 8:05 AM"], ["2026-05-06 08:05:00"]),
        (
            "",
            ["05/06/2026", "04/06/2026", "03/06/2026"],
            ["2026-06-05", "2026-06-04", "2026-06-03"],
        ),
        (
            "",
            ["05/06/2026", "05/05/2026", "05/04/2026"],
            ["2026-05-06", "2026-05-05", "2026-05-04"],
        ),
        # Dots and a year in front leave no choice.
        ("en-us", ["05.06.2026", "2026/05/06"], ["2026-06-05", "2026-05-06"]),
    ],
)
def test_the_other_dates_of_a_feed_and_its_language_say_which_number_is_the_month(
    language: str, written: Sequence[str], days: Sequence[str]
) -> None:
    hints = hints_of(written, language, NOW)

    assert [shown(read_date(text, hints)) for text in written] == days


def test_dates_of_a_document_are_read_by_one_another_at_every_poll() -> None:
    def feed(*dates: str) -> bytes:
        items = "".join(
            f"<item><guid>{written}</guid><title>T</title><pubDate>{written}</pubDate></item>"
            for written in dates
        )
        return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()

    first = parse_feed(feed("05/06/2026", "30/05/2026"), "", "", now=NOW, item_cache=b"")
    second = parse_feed(
        feed("06/06/2026", "05/06/2026", "30/05/2026"),
        "",
        "",
        now=NOW,
        item_cache=first.item_cache,
    )

    assert [item.day for item in second.items] == [
        date(2026, 6, 6),
        date(2026, 6, 5),
        date(2026, 5, 30),
    ]


def test_dates_of_json_are_read_as_those_of_xml() -> None:
    items = (
        '{"id": "1", "date_published": "Fri, 19 Jun 2026 08:05:00 -0700"},'
        '{"id": "2", "date_published": 1781856300},'
        '{"id": "3", "date_published": "soon", "date_modified": "2026/06/19"}'
    )
    document = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{items}]}}'
    feed = parse_feed(document.encode(), "", "https://pier.example/feed.json", now=NOW)

    assert [f"{item.published:%d %H:%M}" for item in feed.items] == [
        "19 15:05",
        "19 08:05",
        "19 00:00",
    ]
    assert feed.items[2].day == date(2026, 6, 19)
