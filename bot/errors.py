"""What can go wrong, as one tree.

TidingsError                 root: a technical text for the log, a message key for the person
├── ConfigError              the configuration cannot be used; carries every fault at once
├── StoreError               the database cannot be opened or used as it is
│   ├── StoreUnavailable     it cannot be read or written at the moment (locked, disk full)
│   ├── StoreInUse           another Tidings is using it
│   └── UnreadableRow        one row holds what this version does not understand
├── FetchError               a request that gave no usable answer
│   ├── BadAddress           not an address that Tidings fetches (scheme, port, syntax)
│   ├── ForbiddenAddress     the address guard refused it (private, loopback, metadata ...)
│   ├── Unreachable          no answer: DNS, connection, TLS, time
│   ├── HttpError            an answer with a status that is none (4xx, 5xx)
│   │   ├── Challenged       403 from a check that only browsers pass
│   │   ├── UnknownLogin     401 that takes no name and password in a way that Tidings knows
│   │   └── PasswordRefused  401 although a name and a password were sent
│   ├── TooManyRedirects     more hops than allowed, or a loop
│   └── TooLarge             the body is larger than the limit
├── ParseError               the body gave no feed
│   ├── NotAFeed             it is something else (a page, an image, nothing)
│   ├── NoPublicChannel      a page of Telegram's that shows no posts of a channel
│   └── ParseAborted         the parser ran out of time or memory
├── WorkAborted              work on untrusted bytes ran out of time or memory, or failed
│   └── WorkerKilled         out of time or memory: it would be so again
├── UnusableMedia            a picture, video or sound that Telegram would not take in any form
├── SiteBusy                 too many people want something of one site at the same moment
├── NothingFound             a page that offers no feed
├── NeedsBridge              a page of a site without feeds, and no bridge is set up
├── PageError                an item that did not become a page of Telegraph
│   ├── PageRefused          this page, every time
│   ├── TelegraphAway        no usable answer: another page would fare no better
│   ├── TelegraphBusy        too fast; carries how long to wait
│   └── UnknownAccount       the token is not, or no longer, good
├── LimitReached             as much as one may have; nothing more until something ends
│   ├── ChatIsFull           so many subscriptions as a chat may have
│   ├── PersonIsFull         so many subscriptions as one person may ask for
│   └── RulesFull            so many rules as a chat may have
├── OutOfReach               a chat that cannot be managed from where somebody asks
├── TopicRefused             Telegram makes no topic
├── TemplateFault            a template that cannot be laid out; carries the place of the fault
└── RuleFault                a rule that cannot be understood; carries the place of the fault

``str(error)`` is for the log and never holds credentials. ``error.key`` and ``error.args_`` name
the Fluent message that a person reads (``locales/*.ftl``).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar


class TidingsError(Exception):
    """Root of everything Tidings raises on purpose."""

    key: ClassVar[str] = "error-unknown"

    def __init__(self, text: str, **args: str | int) -> None:
        super().__init__(text)
        self.args_ = args


class ConfigError(TidingsError):
    """The configuration cannot be used; ``faults`` holds one readable line per fault."""

    key = "error-config"

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        super().__init__(
            "\n".join([f"{source}: {len(faults)} fault(s)", *(f"  {fault}" for fault in faults)])
        )
        self.source = source
        self.faults = tuple(faults)


class StoreError(TidingsError):
    """The database cannot be used; the text says what to do, and nothing was overwritten."""

    key = "error-store"


class StoreUnavailable(StoreError):
    """The database cannot be read or written now; the store has told the operator of it."""

    key = "error-store"


class StoreInUse(StoreError):
    """Another Tidings is using it."""

    key = "error-store"


class CannotImport(TidingsError):
    """A file of another bot cannot be used; the text says what to do."""

    key = "error-import"


class UnreadableRow(StoreError):
    """One row holds what this version does not understand; the text says why."""

    key = "error-unreadable-row"


class FetchError(TidingsError):
    """A request that gave no usable answer."""

    key = "error-fetch"


class BadAddress(FetchError):
    """Not an address that Tidings fetches. Args: ``url`` (without credentials)."""

    key = "error-bad-address"


class ForbiddenAddress(FetchError):
    """The address guard refused it. Args: ``host``."""

    key = "error-forbidden-address"


class Unreachable(FetchError):
    """No answer.

    Args: ``host``, ``reason`` (one of ``dns``, ``connect``, ``tls``, ``timeout``, ``protocol``).
    """

    key = "error-unreachable"


class HttpError(FetchError):
    """An answer with a status that is none. Args: ``host``, ``status``."""

    key = "error-http"

    def __init__(
        self,
        text: str,
        *,
        host: str,
        status: int,
        retry_after: timedelta | None = None,
        fresh_for: timedelta | None = None,
    ) -> None:
        super().__init__(text, host=host, status=status)
        self.host = host
        self.status = status
        self.retry_after = retry_after
        self.fresh_for = fresh_for
        """How long this very answer may be kept (Cache-Control, Expires)."""


class Challenged(HttpError):
    """A check that only browsers pass stands before the site. Args: ``host``, ``status``."""

    key = "error-challenged"


class UnknownLogin(HttpError):
    """A 401 that takes a name and a password neither by HTTP Basic nor by HTTP Digest.

    Args: ``host``, ``status``, ``scheme`` (what it asks for, such as ``Negotiate``).
    """

    key = "error-login-scheme"


class PasswordRefused(HttpError):
    """The name and the password that were sent are not taken. Args: ``host``, ``status``."""

    key = "error-password-refused"


class SiteBusy(TidingsError):
    """Too many want to ask this site at the same moment. Args: ``host``."""

    key = "error-site-busy"


class TooManyRedirects(FetchError):
    """More hops than allowed, or a loop. Args: ``host``."""

    key = "error-redirects"


class TooLarge(FetchError):
    """The body is larger than the limit. Args: ``host``, ``limit`` (bytes)."""

    key = "error-too-large"


class ParseError(TidingsError):
    """The body gave no feed."""

    key = "error-parse"


class NotAFeed(ParseError):
    """It is something else. Args: ``host``."""

    key = "error-not-a-feed"


class NotAFeedList(TidingsError):
    """A file that lists no feeds."""

    key = "error-not-a-feed-list"


class TooManyFeeds(TidingsError):
    """A list of more feeds than one may hold. Args: ``limit``."""

    key = "error-too-many-feeds"


class FileTooLarge(TidingsError):
    """A file that somebody sent is larger than it may be. Args: ``limit`` (bytes)."""

    key = "error-file-too-large"


class FileUnavailable(TidingsError):
    """Telegram does not give us a file that somebody sent; the text says why."""

    key = "error-file-unavailable"


class NoPublicChannel(ParseError):
    """A page of Telegram's that shows no posts of a channel.

    Args: ``name``, ``reason`` (one of ``private``, ``hidden``, ``group``, ``person``, ``nobody``).
    """

    key = "error-no-public-channel"


class ParseAborted(ParseError):
    """The parser ran out of time or memory. Args: ``host``."""

    key = "error-parse-aborted"


class WorkAborted(TidingsError):
    """Work on untrusted bytes ran out of time or memory, or failed; the text says which."""


class WorkerKilled(WorkAborted):
    """It ran out of time or memory, and would do so again."""


class UnusableMedia(TidingsError):
    """A picture, video or sound that Telegram would not take in any form; the text says why."""


class NothingFound(TidingsError):
    """A page that offers no feed.

    Args: ``host``, ``tried`` (the paths that were guessed, separated by commas).
    """

    key = "error-nothing-found"


class NeedsBridge(TidingsError):
    """A site whose feeds only a bridge can give, and none is set up. Args: ``host``."""

    key = "error-needs-bridge"


class OutOfReach(TidingsError):
    """A chat that whoever asks cannot manage from where they ask.

    ``chat`` is its title, or how it was named. ``reason``: unknown (there is no such chat, or
    Telegram does not show it to us), away (we are not in it; in a channel: no administrator), mute
    (we may not post), stranger (whoever asks is no administrator of it), nameless (nobody knows who
    asks), silent (Telegram does not answer).
    """

    key = "error-out-of-reach"

    def __init__(self, reason: str, chat: str) -> None:
        super().__init__(f"chat {chat} is out of reach: {reason}", reason=reason, chat=chat)


class TopicRefused(TidingsError):
    """Telegram makes no topic in a chat.

    ``reason``: right (we may not manage topics there), off (a group without topics), private (a
    private chat with a bot without topics), silent (no answer), refused.
    """

    key = "error-topic-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"no topic is made: {reason}", reason=reason)


class LimitReached(TidingsError):
    """There is as much as one may have; ``limit`` says how much."""

    key = "error-chat-full"

    def __init__(self, text: str, limit: int) -> None:
        super().__init__(text, limit=limit)


class ChatIsFull(LimitReached):
    """A chat has as many subscriptions as it may: ``limit``."""


class PersonIsFull(LimitReached):
    """A person has asked for as many subscriptions as one may in all chats: ``limit``."""

    key = "error-person-full"


class RulesFull(LimitReached):
    """A chat has as many rules as it may: ``limit``."""

    key = "error-rules-full"


class TemplateFault(TidingsError):
    """A template that cannot be laid out, and where.

    Args: ``reason`` (one of ``similar``, ``unknown``, ``unclosed``, ``stray``, ``length``,
    ``twice``, ``image``,
    ``long``),
    ``words`` (those at fault), ``line`` and ``column`` (from 1, in characters), ``hint`` (the field
    that was meant, the fields that there are, or the limit).
    """

    key = "error-template"

    _SAID: ClassVar = {
        "similar": "there is no such field; did you mean {{{hint}}}?",
        "unknown": "there is no such field; there are {hint}",
        "unclosed": "this brace is never closed on its line; "
        "write {{{{ for a brace that stands for itself",
        "stray": "this brace closes nothing; write }}}} for a brace that stands for itself",
        "length": "a length is a whole number from 1 to {hint}, as in {{summary:200}}",
        "twice": "the summary stands further up already, and has one place",
        "image": "{{image}} stands for pictures, and takes neither a length nor a second field",
        "long": "a template holds {hint} characters at the most",
    }

    def __init__(self, reason: str, words: str, *, line: int, column: int, hint: str = "") -> None:
        said = self._SAID[reason].format(hint=hint)
        super().__init__(
            f"line {line}, column {column}: {words}: {said}",
            reason=reason,
            words=words,
            line=line,
            column=column,
            hint=hint,
        )
        self.line = line
        self.column = column


class RuleFault(TidingsError):
    """A rule that cannot be understood, and where.

    Args: ``reason`` (a key of ``_SAID``), ``words`` (those at fault; empty: something is missing
    there), ``column`` (from 1, in characters), ``hint`` (what was meant, what there is, or the
    limit).
    """

    key = "error-rule"

    _SAID: ClassVar = {
        "similar": "there is no such field; did you mean {hint}?",
        "number": "there is no such number; there are {hint}",
        "value": "something must follow here",
        "choice": "there is no such thing; there are {hint}",
        "amount": "a number must follow, as in {hint}",
        "language": "a language must follow, as in lang:en",
        "quote": "this quote is never closed",
        "expression": "the expression is never closed by a /",
        "regex": "{hint}",
        "open": "this bracket is never closed",
        "close": "this bracket closes nothing",
        "words": "there are no words in it",
        "joined": "something must stand on both sides of it",
        "empty": "a rule needs some words",
        "long": "a rule holds {hint} characters at the most",
        "crowded": "a rule asks for {hint} things at the most",
        "deep": "at most {hint} brackets may stand inside one another",
    }

    def __init__(self, reason: str, words: str, *, column: int, hint: str = "") -> None:
        said = self._SAID[reason].format(hint=hint)
        super().__init__(
            f"column {column}: {words}: {said}",
            reason=reason,
            words=words,
            column=column,
            hint=hint,
        )


class PageError(TidingsError):
    """An item that did not become a page of Telegraph; its readers get the classic message."""


class PageRefused(PageError):
    """Telegraph does not take this page."""


class TelegraphAway(PageError):
    """No usable answer; another page would fare no better."""


class TelegraphBusy(PageError):
    """Too many requests (``FLOOD_WAIT_n``); ``pause``: how long to wait."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__(f"Telegraph asks to wait {pause.total_seconds():.0f} seconds")
        self.pause = pause


class UnknownAccount(PageError):
    """The token is not, or no longer, good."""
