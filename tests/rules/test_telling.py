"""What an item has of its own: its author, its tags, and words that seldom stand elsewhere."""

from datetime import UTC, datetime

import pytest

from bot.model import Direction, Leaning, Trait, TraitKind
from bot.rules.conditions import Both, Field, Says
from bot.rules.telling import (
    CONSISTENT_TAPS,
    Reading,
    Tally,
    agreed,
    condition_of,
    story_condition,
    telling,
)

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def words(reading: Reading, others: list[Reading], alike: list[Reading] | None = None) -> list[str]:
    """The telling words of an item, the most telling first."""
    traits = telling(reading, Tally.of(alike or [reading]), Tally.of(others))
    return [trait.value for trait in traits if trait.kind is TraitKind.WORD]


# Of each language: what is read there, an item with a subject of its own, that subject, and words
# that are everywhere.
LANGUAGES = {
    "en": (
        ["The {} of the week is in the shop", "A look at the {} and what it is for"],
        "The giveaway of the week is open to all of the readers",
        "giveaway",
        {"the", "of", "is", "in"},
    ),
    "de": (
        ["Die {} und der Markt: was es für die Stadt ist", "Der {} ist in der Stadt und für die"],
        "Das Gewinnspiel für die Leser: der Markt und die Stadt",
        "gewinnspiel",
        {"die", "der", "und", "für"},
    ),
    "fr": (
        ["Le {} de la ville est dans la rue", "La {} et le marché de la semaine est là"],
        "L’horoscope de la semaine est dans le marché",
        "horoscope",
        {"le", "la", "de", "est"},
    ),
    "es": (
        ["El {} de la ciudad y los que en la calle", "La {} en el centro de la y los"],
        "El sorteo de la semana en los centros y la calle",
        "sorteo",
        {"el", "la", "de", "en", "los"},
    ),
    "ru": (
        ["Что {} и как это на деле в мире", "Как {} в мире и что это на самом"],
        "Что розыгрыш и как это на деле в городе",
        "розыгрыш",
        {"что", "как", "это", "на"},
    ),
    "ar": (
        ["هذا {} في المدينة من على الى", "في {} من هذا على الى السوق"],
        "في مسابقة هذا الاسبوع من المدينة على",
        "مسابقة",
        {"في", "من", "هذا", "على"},
    ),
    "fa": (
        ["این {} در شهر که از را به", "در {} از این که به را بازار"],
        "این قرعه‌کشی در بازار از شهر که به",
        "قرعه‌کشی",
        {"این", "در", "از", "که"},
    ),
    "zh": (
        ["我们的{}是在城市的新闻", "在{}的我们是新闻的一天"],
        "我们的抽奖是在城市的一天",
        "抽奖",
        {"我们", "们的", "的抽", "是在"},
    ),
}  # fmt: skip
SUBJECTS = [
    "lake", "Brücke", "école", "puerto", "мост", "جسر", "پل", "桥梁", "train", "opera", "museum",
    "garden", "cinema", "harbour", "kitchen",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subject_tells_and_words_that_are_everywhere_do_not(language: str) -> None:
    patterns, title, subject, common = LANGUAGES[language]
    others = [Reading(pattern.format(each)) for each in SUBJECTS for pattern in patterns]
    # Others have written of it before, as a rule would hardly be worth it else.
    others.append(Reading(patterns[0].format(subject)))
    found = words(Reading(title), others)

    assert found[0] == subject
    assert common.isdisjoint(found)


def test_author_and_tags_stand_before_the_words_and_are_not_said_twice() -> None:
    reading = Reading(
        "Deals of the day", "Cheap", author=" Jane  Doe ", tags=("Deals", "deals", "")
    )
    others = [Reading("Something else", "entirely")] * 20
    traits = telling(reading, Tally.of([reading]), Tally.of(others))

    assert traits[:2] == (Trait(TraitKind.AUTHOR, "Jane Doe"), Trait(TraitKind.TAG, "Deals"))
    assert "deals" not in [trait.value for trait in traits[2:]]


def test_a_word_that_was_met_before_tells_more_than_one_that_was_not() -> None:
    others = [Reading(f"Report {number}") for number in range(50)]
    others += [Reading("A sponsored report")] * 3
    found = words(Reading("A sponsored zygote"), others)

    assert found.index("sponsored") < found.index("zygote")


def test_a_word_of_the_title_tells_more_than_one_of_the_text() -> None:
    others = [Reading("Plain news", "of the day")] * 30
    found = words(Reading("Marathon", "of the kettle"), others)

    assert found == ["marathon", "kettle"]


def test_what_was_tapped_alike_before_makes_its_words_tell() -> None:
    others = [Reading("Plain news of the day")] * 20
    tapped = [Reading("Quiz: capitals"), Reading("Quiz: rivers"), Reading("Quiz: lakes")]
    found = words(tapped[-1], others, tapped)

    assert found[0] == "quiz"


@pytest.mark.parametrize(
    "text",
    ["https://example.org/giveaway?id=3", "www.example.org/giveaway", "2026 50 3", "a b c", "!?"],
)
def test_addresses_numbers_and_single_letters_are_no_words(text: str) -> None:
    assert words(Reading(text), [Reading("Something else")] * 20) == []


def test_ideographs_that_always_stand_together_become_one_word() -> None:
    others = [Reading("今天城市新闻")] * 12 + [Reading("新的优惠券"), Reading("最后优惠券")]

    assert words(Reading("限时优惠券"), others)[0] == "优惠券"


def test_a_word_in_katakana_is_whole() -> None:
    others = [Reading("今日のニュースです")] * 20 + [Reading("夏のキャンペーン")]

    assert words(Reading("冬のキャンペーンです"), others)[0] == "キャンペーン"


def test_a_short_word_tells_less_than_a_name() -> None:
    others = [Reading(f"Report {number}") for number in range(30)]
    others += [Reading("Talks up to noon"), Reading("Later, up the hill"), Reading("In the EU")]

    assert words(Reading("Prices go up"), others)[0] == "prices"
    assert words(Reading("Prices of the EU"), others)[0] == "eu"


def test_where_little_was_read_the_longer_words_come_first() -> None:
    others = [Reading("Town news: the lake"), Reading("Town news: the fair")]

    assert words(Reading("Giveaway at the fair of news"), others)[:1] == ["giveaway"]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_with_little_read_nothing_fails(count: int) -> None:
    traits = telling(
        Reading("The giveaway", author="Jane"),
        Tally.of([Reading("The giveaway")]),
        Tally.of([Reading("The news")] * count),
    )

    assert traits[0] == Trait(TraitKind.AUTHOR, "Jane")


def test_a_book_is_read_only_as_far_as_it_may_tell() -> None:
    reading = Reading("Chapter", "word " * 1_000_000 + "kettle")

    assert "kettle" not in words(reading, [Reading("News")] * 20)


# ---------------------------------------------------------------- taps that agree

QUIZ = Trait(TraitKind.WORD, "quiz")


def taps(*directions: Direction, trait: Trait = QUIZ) -> list[Leaning]:
    """Taps on items with a trait, newest first."""
    return [
        Leaning(1, number, direction, (trait,), 1, NOW)
        for number, direction in enumerate(directions)
    ]


MORE, LESS = Direction.MORE, Direction.LESS


def test_taps_agree_once_there_are_enough_that_point_one_way() -> None:
    assert agreed(taps(*[LESS] * CONSISTENT_TAPS), QUIZ) is LESS
    assert agreed(taps(*[MORE] * CONSISTENT_TAPS), QUIZ) is MORE
    assert agreed(taps(*[LESS] * (CONSISTENT_TAPS - 1)), QUIZ) is None


def test_one_tap_the_other_way_begins_anew_and_older_ones_are_forgotten() -> None:
    assert agreed(taps(LESS, LESS, MORE, LESS, LESS, LESS), QUIZ) is None
    assert agreed(taps(*[LESS] * CONSISTENT_TAPS, MORE), QUIZ) is LESS


def test_taps_on_items_without_the_trait_do_not_count() -> None:
    other = taps(MORE, MORE, trait=Trait(TraitKind.WORD, "lake"))

    assert agreed([*other, *taps(*[LESS] * CONSISTENT_TAPS)], Trait(QUIZ.kind, "QUIZ")) is LESS
    assert agreed(taps(*[LESS] * CONSISTENT_TAPS), Trait(TraitKind.TAG, "quiz")) is None


# ---------------------------------------------------------------- what a rule asks for


def test_each_kind_of_trait_asks_where_it_stands() -> None:
    assert condition_of(Trait(TraitKind.AUTHOR, "Jane Doe")) == Says("Jane Doe", Field.AUTHOR)
    assert condition_of(Trait(TraitKind.TAG, "deals")) == Says("deals", Field.TAG)
    assert condition_of(QUIZ) == Says("quiz")


def test_a_story_is_the_most_telling_words_of_its_title_together() -> None:
    others = Tally.of([Reading("The news of the day")] * 20)
    condition = story_condition(Reading("The bridge of Lindau collapsed", "at dawn"), others)

    assert condition == Both((Says("bridge"), Says("lindau"), Says("collapsed")))
    assert story_condition(Reading("Bridge"), others) is None
