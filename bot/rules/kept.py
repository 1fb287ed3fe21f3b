"""Rules as they are kept: whose they are, and what they hold for. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.rules.rulesets import Rule


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a chat a rule holds for: one of these, or all of it."""

    topic_id: int | None = None
    hashtag: str = ""
    """Without its sign, in lower case."""
    subscription_id: int | None = None

    def covers(self, topic_id: int, hashtags: frozenset[str], subscription_id: int) -> bool:
        """Whether the rule holds for a subscription."""
        if self.subscription_id is not None:
            return self.subscription_id == subscription_id
        if self.hashtag:
            return self.hashtag in hashtags
        return self.topic_id is None or self.topic_id == topic_id


EVERYTHING = Reach()


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule of a chat."""

    id: int
    chat_id: int
    reach: Reach
    name: str
    """What its people call it; empty: as it says."""
    rule: Rule
    is_on: bool = True
    created: datetime | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.rule.text
