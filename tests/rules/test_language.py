"""The language of rules: what a text says, what it is printed as, and what is wrong with it."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RuleFault
from bot.rules import (
    MAX_LENGTH,
    Attached,
    Both,
    Compares,
    Comparison,
    Condition,
    Either,
    Field,
    Has,
    InLanguage,
    Matches,
    Not,
    Number,
    Says,
    all_of,
    any_of,
    negated,
    parse_rule,
    print_rule,
    says,
)

# ---------------------------------------------------------------- what a text says


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("apple", "apple"),
        ("apple pie", "apple pie"),
        ("apple, google", "apple or google"),
        ("apple\ngoogle\n\nnokia", "apple or google or nokia"),
        ("苹果，谷歌、华为", "苹果 or 谷歌 or 华为"),
        ("苹果 或 谷歌", "苹果 or 谷歌"),
        ("苹果 和 不 谷歌", "苹果 -谷歌"),
        ("apple AND (google Or nokia)", "apple (google or nokia)"),
        ("apple & google | nokia", "apple google or nokia"),
        ("apple && google || nokia", "apple google or nokia"),
        ("NOT sponsored", "-sponsored"),
        ("not not sponsored", "sponsored"),
        ("–sponsored !ad", "-sponsored -ad"),
        ("apple, google, -stock, -shares", "(apple or google) -stock -shares"),
        ("-sponsored, -advertorial", "-sponsored -advertorial"),
        ("apple or -stock", "apple or -stock"),
        ("+apple +pie", "apple pie"),
        ("apple - google", "apple google"),
        ('"machine learning"', '"machine learning"'),
        ("“machine  learning”", '"machine learning"'),
        ("„Künstliche Intelligenz“", '"Künstliche Intelligenz"'),
        ("«машинное обучение»", '"машинное обучение"'),
        ("「人工 智能」", '"人工 智能"'),
        ("《三体》", "三体"),
        ("'open source'", '"open source"'),
        ("don't", "don't"),
        ('"and"', '"and"'),
        ("title:apple", "title:apple"),
        ("Title: apple pie", "title:apple pie"),
        ("标题：苹果", "title:苹果"),
        ("category:deals by:ann url:example.org/sport", "tag:deals author:ann link:"),
        ("title:(apple or google) -stock", "(title:apple or title:google) -stock"),
        ("title:(apple tag:fruit)", "title:apple tag:fruit"),
        ('author:"Ann Lee"', 'author:"Ann Lee"'),
        ("/beta ?\\d+/", "/beta ?\\d+/"),
        ("title:/^(?:re|fwd):/i", "title:/^(?:re|fwd):/"),
        ("/a\\/b/", "/a\\/b/"),
        ("/r/python", '"/r/python"'),
        ("points > 100", "points > 100"),
        ("points>1,500 comments≥ 2k", "points > 1500 comments >= 2000"),
        ("score:>10", "points > 10"),
        ("points:100", "points = 100"),
        ("评论 > 1.5万", "comments > 15000"),
        ("duration < 10m", "duration < 10m"),
        ("duration <= 1h 30m apple", "duration <= 90m apple"),
        ("duration > 45 seconds", "duration > 45s"),
        ("duration < 10 apple", "duration < 10m apple"),
        ("duration > 1:30", "duration > 90m"),
        ("时长 > 半小时, 苹果", None),
        ("has:image -has:video", "has:image -has:video"),
        ("has: photos", "has:image"),
        ("有:图片", "has:image"),
        ("lang:zh-Hans", "lang:zh"),
        ("lang:German", "lang:de"),
        ("crypto*", "crypto*"),
        ("C++ or c#", '"C++" or "c#"'),
        ("🔥", '"🔥"'),
        ("10:30", '"10:30"'),
        ("re:invent", '"re:invent"'),
        ("https://example.org/sport/1?a=b", 'link:"example.org/sport/1?a=b"'),
        ("rock and roll", "rock roll"),
        ("tag:#ai", "tag:ai"),
        ("points > 1 000 apple", "points > 1000 apple"),
        ("1. apple\n2. google", "apple or google"),
        ("1. FC Köln", "1. FC Köln"),
        ("• apple\n- google", "apple or google"),
    ],
)
def test_a_text_says_what_people_mean(text: str, printed: str | None) -> None:
    if printed is None:
        with pytest.raises(RuleFault):
            parse_rule(text)
        return
    if printed.endswith("link:"):
        printed += '"example.org/sport"'

    assert print_rule(parse_rule(text)) == printed


# ---------------------------------------------------------------- what is printed

WORDS = st.one_of(
    st.sampled_from([
        "apple", "C++", "not", "AND", "或", "title:x", "title", "points", "a, b", "(a)", "-a",
        "*a*",
        "/a/", "苹果", "it's", "10:30", "has:image", "a|b", "!a", "+a", "points > 3", "x>y", "-",
        "https://a.example/b", "《a", "don't 'x'", "1,000",
    ]),
    st.text(min_size=1, max_size=12),
)  # fmt: skip
FIELDS = st.one_of(st.none(), st.sampled_from(Field))
TERMS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(says, WORDS, FIELDS),
    st.builds(
        Matches, st.sampled_from(["a", "a/b", "^a b$", "\\d+", "[/]", "a|b", "\\\\", ":"]), FIELDS
    ),
    st.builds(Has, st.sampled_from(Attached)),
    st.builds(InLanguage, st.sampled_from(["en", "zh", "de"])),
    st.builds(
        Compares, st.sampled_from(Number), st.sampled_from(Comparison), st.integers(0, 10**6)
    ),
)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(some.map(all_of), some.map(any_of), parts.map(negated))


RULES = st.recursive(TERMS, _joined, max_leaves=8)


def _fault_of(text: str) -> RuleFault | None:
    try:
        parse_rule(text)
    except RuleFault as fault:
        return fault
    return None


@given(RULES)
def test_what_is_printed_is_read_as_the_same_rule(rule: Condition) -> None:
    fault = _fault_of(print_rule(rule))

    if fault is not None:
        # Words without any letter, and what is too long.
        assert fault.args_["reason"] in {"words", "long"}
        return
    assert parse_rule(print_rule(rule)) == rule


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from([
                "apple ", "title:", "tilte:", "/", '"', "“", "(", ")", ",", "、", "\n", "-", "not ",
                "or ", "and ", "points ", "> ", "10", "m ", "has:", "image ", "lang:", "苹果", "\\",
                ":", "duration < ",
            ]),
            max_size=14,
        ).map("".join),
    )
)  # fmt: skip
@settings(max_examples=300)
def test_whatever_is_typed_is_a_rule_that_stays_the_same_or_a_fault_with_its_place(
    text: str,
) -> None:
    fault = _fault_of(text)

    if fault is not None:
        assert 1 <= int(fault.args_["column"]) <= len(text) + 1
        assert str(fault.args_["words"]) in text
        return
    rule = parse_rule(text)
    assert parse_rule(print_rule(rule)) == rule


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "reason", "column", "hint"),
    [
        ("apple tilte:pie", "similar", 7, "title:"),
        ("auther:ann", "similar", 1, "author:"),
        ("ponts > 3", "similar", 1, "points"),
        ("title=apple", "similar", 1, "title:"),
        ("price > 3", "number", 1, "points, comments, duration"),
        ("points > many", "amount", 10, "points > 100"),
        ("duration < long", "amount", 12, "duration < 10m"),
        ("title:", "value", 1, ""),
        ("apple tag: , pie", "value", 7, ""),
        ("has:pictur", "choice", 5, "image, video, audio, link"),
        ("lang:klingon", "language", 6, ""),
        ('apple "pie', "quote", 7, ""),
        ("apple /pie[", "expression", 7, ""),
        ("apple (pie", "open", 7, ""),
        ("apple) pie", "close", 6, ""),
        ("apple ()", "words", 7, ""),
        ("apple ...", "words", 7, ""),
        ("apple or", "joined", 7, ""),
        ("or apple", "joined", 1, ""),
        ("and", "joined", 1, ""),
        ("apple and or pie", "joined", 7, ""),
        ("not", "value", 1, ""),
        ("", "empty", 1, ""),
        (" , \n", "empty", 5, ""),
        ("a" * (MAX_LENGTH + 1), "long", MAX_LENGTH + 1, str(MAX_LENGTH)),
        ("a " * 101, "crowded", 202, "100"),
        ("(" * 30 + "a" + ")" * 30, "deep", 21, "20"),
    ],
)
def test_a_fault_has_its_place_and_a_suggestion(
    text: str, reason: str, column: int, hint: str
) -> None:
    with pytest.raises(RuleFault) as caught:
        parse_rule(text)

    args = caught.value.args_
    assert (args["reason"], args["column"], args["hint"]) == (reason, column, hint)


def test_a_regular_expression_that_would_take_long_is_a_fault() -> None:
    with pytest.raises(RuleFault) as caught:
        parse_rule(r"apple /(a+)\1/")

    assert (caught.value.args_["reason"], caught.value.args_["column"]) == ("regex", 7)


@pytest.mark.parametrize(
    "text",
    ["(" * MAX_LENGTH, "-" * MAX_LENGTH, "not " * 250, '"' * 999, "/" * 999, "a," * 500, "1," * 500,
     "title:" * 160, "duration < " + "1h " * 300, "'a" * 500, "- " * 500],
)  # fmt: skip
def test_no_text_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    with suppress(RuleFault):
        parse_rule(text)

    assert time.process_time() - began < 0.5


def test_conditions_are_joined_in_one_form() -> None:
    a, b, c = (Says(word) for word in "abc")

    assert all_of([all_of([a, b]), c]) == Both((a, b, c))
    assert any_of([a, any_of([b, c])]) == Either((a, b, c))
    assert negated(Not(a)) == a
    assert parse_rule("a -(b c)") == Both((a, Not(Both((b, c)))))
