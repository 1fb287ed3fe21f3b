"""What is asked of somebody who wants more or less like an item.

It stands below the item, as buttons whose words are said over the chat; or as a message of its own,
where somebody asked by a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.chat.context import Localizer
from bot.chat.views.menus import shorten
from bot.model import Direction, Trait, TraitKind
from bot.rules import KeptRule, RuleKind, print_rule
from bot.services.thumbs import Trial, Wish
from bot.telegram.keyboards import Reply, button, keyboard

BELOW_POST, SAID = "thumb", "thumb-said"
"""What the buttons carry first: those below an item, and those of a message of its own."""
CAPS = (1, 3, 5, 10, 20)
"""How many items of a feed a day are offered."""
NAME_MAX = 30
"""Characters of a name on a button."""
RULE_MAX = 80
"""Characters of a rule in what is said over a chat."""
_IN_A_ROW = 2
MADE_OF = {
    Direction.MORE: (RuleKind.HIGHLIGHT, RuleKind.INCLUDE),
    Direction.LESS: (RuleKind.EXCLUDE,),
}
"""The kinds of rules that more or less of something can mean."""
Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Panel:
    """Where what is asked about an item stands."""

    localizer: Localizer
    verb: str
    """``BELOW_POST`` or ``SAID``."""
    item_id: int

    def button(self, label: str, action: str, *arguments: str | int, name: str = "") -> Row:
        """A row of one button about the item; ``label`` is the key of its words."""
        text = self.localizer.plain(label, name=shorten(name, NAME_MAX))
        return [button(text, self.verb, action, self.item_id, *arguments)]

    def show(self, key: str, *rows: Row, is_alert: bool = False, **words: str | int) -> Reply:
        """Say something and ask by buttons; without any, the item has its own again."""
        if self.verb == SAID:
            return Reply(self.localizer.html(key, **words), keyboard(*rows))
        return Reply(
            "",
            keyboard(*(rows or (self.thumbs(),))),
            toast=self.localizer.plain(key, **words),
            is_alert=is_alert,
            is_below_post=True,
        )

    def thumbs(self) -> Row:
        """The buttons that an item comes with (``content.messages.buttons``)."""
        say = self.localizer.plain
        return [
            button(say(f"button-{direction}-like"), direction, self.item_id)
            for direction in Direction
        ]


def menu(panel: Panel, wish: Wish) -> Reply:
    """Of what there shall be more or less."""
    direction = wish.leaning.direction
    rows = _in_rows([_trait_button(panel, position, trait) for position, trait in wish.offered])
    if direction is Direction.LESS:
        rows.append(
            panel.button("button-thumb-cap", "cap") + panel.button("button-thumb-mute", "mute")
        )
        rows.append(
            panel.button("button-pause", "pause") + panel.button("button-unsubscribe", "unsub")
        )
    rows.append(panel.button("button-thumb-just", "just") + panel.button("button-undo", "back"))
    return panel.show(f"thumb-{direction}", *rows)


def proposal(panel: Panel, wish: Wish, trait: Trait, tried: Trial) -> Reply:
    """Several taps agree: the rule that they come to, and what it would have done."""
    return panel.show(
        "thumb-proposal",
        _makers(panel, wish.leaning.direction, wish.proposal or 0),
        panel.button("button-thumb-decline", "menu"),
        is_alert=True,
        direction=wish.leaning.direction,
        kind=trait.kind,
        name=shorten(trait.value, NAME_MAX),
        **_outcome(tried),
    )


def trial(panel: Panel, direction: Direction, tried: Trial, position: int) -> Reply:
    """What a rule about a trait would have done, before it is one."""
    return panel.show(
        "thumb-trial",
        _makers(panel, direction, position),
        panel.button("button-thumb-back", "menu"),
        is_alert=True,
        direction=direction,
        rule=shorten(print_rule(tried.condition), RULE_MAX),
        **_outcome(tried),
    )


def made(panel: Panel, kept: KeptRule) -> Reply:
    """A rule was made; here it is taken back."""
    undo = panel.button("button-undo", "rule-undo", kept.id)
    return panel.show(
        "thumb-made",
        undo + panel.button("button-thumb-done", "just"),
        kind=kept.rule.kind,
        rule=shorten(kept.rule.text, RULE_MAX),
    )


def caps(panel: Panel, feed: str) -> Reply:
    """How many items a day a feed may bring."""
    say = panel.localizer.plain
    numbers = [
        button(say("button-thumb-cap-of", count=count), panel.verb, "cap-of", panel.item_id, count)
        for count in CAPS
    ]
    return panel.show(
        "thumb-cap", *_in_rows(numbers), panel.button("button-thumb-back", "menu"), feed=feed
    )


def mutes(panel: Panel, wish: Wish) -> Reply:
    """What shall be quiet for a week: the story of an item, its author, or what it is about."""
    named = [
        panel.button(f"button-thumb-{trait.kind}", "mute-trait", position, name=trait.value)[0]
        for position, trait in wish.offered
        if trait.kind is not TraitKind.WORD
    ]
    return panel.show(
        "thumb-mute",
        panel.button("button-thumb-story", "mute-story"),
        *_in_rows(named),
        panel.button("button-thumb-back", "menu"),
    )


def _makers(panel: Panel, direction: Direction, position: int) -> Row:
    """Buttons that make a rule about a trait, of each kind that it may be."""
    return [
        panel.button(f"button-thumb-{kind}", "make", position, kind)[0]
        for kind in MADE_OF[direction]
    ]


def _outcome(tried: Trial) -> dict[str, int]:
    return {"matched": tried.matched, "total": tried.of, "contrary": tried.contrary}


def _trait_button(panel: Panel, position: int, trait: Trait) -> InlineKeyboardButton:
    label = f"button-thumb-{trait.kind}"
    return panel.button(label, "trait", position, name=trait.value)[0]


def _in_rows(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    return [list(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW)]
