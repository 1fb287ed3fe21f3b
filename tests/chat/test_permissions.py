"""Who may do what, and where: the whole table, roles by places by commands and buttons."""

from itertools import product
from typing import Any

import pytest

from bot.app.building import build_services
from bot.chat.commands.operating import Common
from bot.chat.commands.registry import EXPLAINED, OF_OPERATORS, Commands
from bot.chat.permissions import (
    ALLOWED,
    USES,
    Act,
    Place,
    Role,
    allowed,
    depends_on_rights,
    place_of,
    refusal,
    use_of,
)
from bot.clock import now
from bot.discovery.catalogue import Catalogue
from bot.i18n import Translator
from bot.model import ChatKind, SubscriptionLimits
from bot.settings import Operator

OUTSIDE = {Role.STRANGER, Role.BANNED}
HEADS = {Role.OWNER, Role.ADMINISTRATOR, Role.ANONYMOUS, Role.LINKED}
MATRIX = tuple(product(sorted(USES), Place, Role))


def expected(verb: str, place: Place, role: Role) -> bool:
    """The table once more, in other words: what each role is promised."""
    act = use_of(verb).act
    if role in OUTSIDE:
        return False
    if act is Act.OPERATE:
        return role is Role.OPERATOR and place is Place.PRIVATE
    if act is Act.OWN:
        return role in HEADS and place is Place.PRIVATE
    if act is Act.LOOK and place is not Place.CHANNEL:
        return True
    return role in HEADS


def test_every_cell_of_the_matrix_is_as_promised() -> None:
    wrong = [
        (verb, place, role)
        for verb, place, role in MATRIX
        if (not refusal(verb, place, {role})) is not expected(verb, place, role)
    ]

    assert wrong == []


def test_the_table_has_a_cell_for_every_act_in_every_place() -> None:
    assert {act: set(places) for act, places in ALLOWED.items()} == {act: set(Place) for act in Act}
    assert {place_of(kind) for kind in ChatKind} == set(Place)


def test_whoever_is_refused_hears_why_in_every_language() -> None:
    translator = Translator()
    words = {
        refusal(verb, place, {role})
        for verb, place, role in MATRIX
        if not expected(verb, place, role)
    }

    assert words
    assert all(translator.plain(code, key) for code in translator.languages() for key in words)


def test_an_operator_has_no_say_in_chats_of_others() -> None:
    managing = [verb for verb in USES if use_of(verb).act is Act.MANAGE]

    assert managing
    assert all(refusal(verb, Place.GROUP, {Role.OPERATOR}) for verb in managing)
    assert all(not refusal(verb, Place.GROUP, {Role.OPERATOR, Role.OWNER}) for verb in managing)


def test_telegram_is_asked_only_where_the_answer_decides() -> None:
    for verb, place in product(USES, Place):
        fate = {not refusal(verb, place, {Role.MEMBER, head}) for head in HEADS}
        is_decided = {not refusal(verb, place, {Role.MEMBER})} == fate
        assert depends_on_rights(verb, place) is not is_decided


@pytest.mark.parametrize("verb", ["sets", "xyzzy", "", "🫖", "operator"])
def test_what_the_table_does_not_know_is_for_managers_alone(verb: str) -> None:
    assert all(allowed(verb, place) == HEADS for place in Place)


def test_the_table_has_every_command_and_every_button_and_no_other() -> None:
    nothing: Any = None
    limits = SubscriptionLimits()
    catalogue = Catalogue(())
    services = build_services(
        nothing, nothing, catalogue, Operator(), now, nothing, limits, *[nothing] * 3
    )
    common = Common({}, now())
    commands = Commands(nothing, services, Translator(), Operator(), now, common, 30)
    handled = {*commands.by_name, *commands.by_verb, *commands.by_answer}

    assert handled - set(USES) == set()
    assert set(USES) - handled == set()
    assert {*EXPLAINED, *OF_OPERATORS} - set(commands.by_name) == set()
