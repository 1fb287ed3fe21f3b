"""The sections of the configuration and their defaults; reads neither file nor environment."""

from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, SecretStr, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config import values
from bot.errors import ConfigError
from bot.model import DEFAULT_LIMITS, ListLimits, SubscriptionLimits
from bot.rules.conditions import MOST_RULES
from bot.settings import INTERVAL, SETTINGS

SUBSCRIPTIONS = SubscriptionLimits()
LISTS = ListLimits()
SECRET_MIN = 8
"""Characters of a header that may be a secret."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TelegramSettings(_Section):
    """How we talk to Telegram."""

    token: values.Token = SecretStr("")
    token_file: str = ""
    base_url: values.ApiAddress = "https://api.telegram.org/bot"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: values.WebhookAddress = ""
    webhook_secret: values.WebhookSecret = SecretStr("")
    webhook_secret_file: str = ""

    @property
    def base_file_url(self) -> str:
        """Where files are downloaded from: what python-telegram-bot calls ``base_file_url``."""
        return self.base_url.removesuffix("/bot") + "/file/bot"

    @property
    def webhook_path(self) -> str:
        """The name behind ``/telegram/`` in the webhook's address; empty without a webhook."""
        return self.webhook_url.rpartition("/")[2]


class StorageSettings(_Section):
    """Where everything is kept."""

    url: values.Database = "sqlite:///tidings.db"

    @property
    def path(self) -> Path:
        """The database file; a relative one counts from the working directory."""
        return Path(self.url.removeprefix("sqlite:///"))


class PollingSettings(_Section):
    """How often feeds are polled."""

    default_interval: values.Interval = INTERVAL.default
    min_interval: values.Interval = timedelta(minutes=5)
    """The shortest interval that a person may choose."""
    adaptive: bool = True
    """Whether quiet feeds are polled more rarely than ``default_interval``; below five minutes
    nothing adapts."""
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 50
    most_new: Annotated[int, Field(ge=1, le=100_000)] = DEFAULT_LIMITS.new
    """More new items of a feed at one poll are a flood: few are sent, the others listed."""
    most_waiting: Annotated[int, Field(ge=1, le=100_000)] = DEFAULT_LIMITS.waiting
    """The newest items of a feed, which may wait for a chat; older ones are listed instead."""
    hosts: values.Hosts = Field(default_factory=dict)
    """Pauses between two requests, by host or domain, beside those that Tidings knows."""


class FetchSettings(_Section):
    """How feeds, pages and images are fetched."""

    allow_networks: values.Networks = ()
    """Private networks that the address guard lets through."""
    unverified_hosts: values.HostNames = ()
    """Hosts whose certificates are not checked."""
    headers: values.HostHeaders = Field(default_factory=dict)
    """Headers for the requests to a host; they are sent to no other."""
    user_agent: values.UserAgent = f"Tidings/{version('tidings-bot')}"
    contact: values.Contact = ""
    """Where somebody who wonders about our requests can ask; sent with them."""
    timeout: values.Timeout = timedelta(seconds=30)
    max_size: Annotated[ByteSize, Field(ge=1024, le=2**30)] = ByteSize(10 * 2**20)
    """Bytes, after decompression."""


class DiscoverySettings(_Section):
    """How feeds are found."""

    bridge: values.BridgeAddress = ""
    """For sites without feeds: the address of an RSSHub, without a slash at its end; or empty."""
    channels: values.BridgeAddress = "https://t.me"
    """The server whose preview pages of Telegram channels are read as feeds; or empty."""
    catalogue: str = ""
    """A file with feeds that are found by their names, beside the shipped ones; or empty."""


class MediaSettings(_Section):
    """What is downloaded of pictures, videos and sounds that Telegram does not fetch itself."""

    picture_size: Annotated[ByteSize, Field(ge=2**20, le=2**30)] = ByteSize(20 * 2**20)
    """Bytes of a picture before it is made fit."""
    file_size: Annotated[ByteSize, Field(ge=2**20, le=50 * 2**20)] = ByteSize(50 * 2**20)
    """Bytes of everything else; Telegram takes no more than 50 MiB."""


class AccessSettings(_Section):
    """Who may use the bot."""

    mode: Literal["open", "allow-list"] = "open"
    users: values.Ids = ()
    admins: values.Ids = ()


class LimitsSettings(_Section):
    """How much people may ask for."""

    commands_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 60
    """Commands and taps of one person; of all members of a group, three times as many."""
    looks_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 30
    """Those of them that make the bot ask a site for something."""
    waiting_commands: Annotated[int, Field(ge=1, le=1000)] = 20
    """Commands of one person in one chat that wait for those before them."""
    command_time: values.Timeout = timedelta(seconds=90)
    """How long a command may work without a word."""
    subscriptions_per_chat: Annotated[int, Field(ge=1, le=1_000_000)] = SUBSCRIPTIONS.chat
    """Feeds that one chat follows, in all its topics."""
    subscriptions_per_person: Annotated[int, Field(ge=1, le=1_000_000)] = SUBSCRIPTIONS.person
    """Feeds that one person had followed, in all chats."""
    rules_per_chat: Annotated[int, Field(ge=1, le=1000)] = MOST_RULES
    """Rules of one chat, with those of its topics, hashtags and feeds."""
    import_feeds: Annotated[int, Field(ge=1, le=100_000)] = LISTS.feeds
    """Feeds in one file that is imported."""
    import_size: Annotated[ByteSize, Field(ge=1024, le=2**30)] = ByteSize(LISTS.size)
    """Of such a file."""
    waiting_messages: Annotated[int, Field(ge=100, le=1_000_000)] = 5000
    """Items that wait for one chat; of more, the oldest are told as lists."""


class WebSettings(_Section):
    """The port for health, metrics and the webhook."""

    listen: values.Listen = ""
    public_url: values.PublicAddress = ""
    """Where ``listen`` is reached from outside; feeds' hubs push there."""

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on, or ``None`` when off."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None


class SendingSettings(_Section):
    """How fast messages leave."""

    rate: Annotated[int, Field(ge=1, le=1000)] = 28
    """Messages a second, over all chats."""
    private_pause: values.Pause = timedelta(seconds=1)
    group_pause: values.Pause = timedelta(seconds=3)
    unanswered: Annotated[int, Field(ge=1, le=100)] = 3
    """How often a message is sent whose answer is lost each time."""
    probe_after: values.ProbePause = timedelta(hours=1)
    """From when a place was closed to us until it is tried; doubled from one try to the next."""
    probe_longest: values.ProbePause = timedelta(days=1)


class _MessageSection(_Section):
    footers: Annotated[values.Expressions, Field(max_length=50)] = ()


if TYPE_CHECKING:
    # Types know the keys that are written above; those of the table are read by their names.
    MessageSettings = _MessageSection
else:
    MessageSettings = create_model(
        "MessageSettings",
        __base__=_MessageSection,
        __doc__="What a message looks like where a chat chose nothing else.",
        **{
            setting.configured.removeprefix("message."): values.field_of(setting)
            for setting in SETTINGS
            if setting.configured.startswith("message.")
        },
    )
    """A key for each setting in which the operator has a say."""


class TelegraphSettings(_Section):
    """Where items become pages, for chats whose style that is."""

    api_url: values.ServerAddress = "https://api.telegra.ph"
    token: values.PageToken = SecretStr("")
    token_file: str = ""


class LogSettings(_Section):
    """What is written to standard error."""

    level: Annotated[Literal["debug", "info", "warning", "error"], values.Lowered] = "info"
    format: Annotated[Literal["auto", "human", "json"], values.Lowered] = "auto"


class RetentionSettings(_Section):
    """How long the past is kept; which items were seen is remembered without end."""

    items: values.Age = timedelta(days=90)
    items_per_feed: Annotated[int, Field(ge=100, le=1_000_000)] = DEFAULT_LIMITS.kept
    """The newest items of a feed, whose content is kept."""
    outbox: values.Age = timedelta(days=90)


class Settings(BaseSettings):
    """Everything an operator can set. Secrets show nothing in ``repr`` and ``str``."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    telegram: TelegramSettings = TelegramSettings()
    storage: StorageSettings = StorageSettings()
    polling: PollingSettings = PollingSettings()
    fetch: FetchSettings = FetchSettings()
    discovery: DiscoverySettings = DiscoverySettings()
    media: MediaSettings = MediaSettings()
    access: AccessSettings = AccessSettings()
    limits: LimitsSettings = LimitsSettings()
    web: WebSettings = WebSettings()
    sending: SendingSettings = SendingSettings()
    message: MessageSettings = MessageSettings()
    telegraph: TelegraphSettings = TelegraphSettings()
    log: LogSettings = LogSettings()
    retention: RetentionSettings = RetentionSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in.

        The library would read the environment by itself. ``load`` alone does that, so that
        ``Settings()`` is the same everywhere.
        """
        return (init_settings,)

    def require_token(self) -> str:
        """The bot's token; ConfigError with the cure where there is none."""
        if token := self.telegram.token.get_secret_value():
            return token
        cure = (
            "get one from @BotFather and set it there, in TIDINGS_TELEGRAM__TOKEN, "
            "or in the file telegram.token_file"
        )
        raise ConfigError("configuration", [f"telegram.token is missing: {cure}"])

    def secrets(self) -> tuple[str, ...]:
        """The values that must never be written anywhere."""
        secrets = (self.telegram.token, self.telegram.webhook_secret, self.telegraph.token)
        known = [secret.get_secret_value() for secret in secrets if secret]
        for headers in self.host_headers().values():
            # A short one ("en", "1") is no secret, and stands in many lines.
            known += [value for value in headers.values() if len(value) >= SECRET_MIN]
        return tuple(known)

    def host_headers(self) -> dict[str, dict[str, str]]:
        """The headers for requests to a host, by host."""
        return {
            host: {name: value.get_secret_value() for name, value in headers.items()}
            for host, headers in self.fetch.headers.items()
        }
