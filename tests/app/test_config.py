import re
import tomllib
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from bot.app import build_options
from bot.app.building import build_operator
from bot.config import Settings, load
from bot.errors import ConfigError
from bot.model.template import parse_template
from bot.settings import TEMPLATE

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKEN = "123456:AAH-secret_secret_secret_secret_1234"
OPTIONAL = {
    "telegram.token_file",
    "telegram.webhook_url",
    "telegram.webhook_secret",
    "telegram.webhook_secret_file",
    "telegraph.token_file",
    "fetch.user_agent",
    "web.listen",
}


def keys_of_settings() -> set[str]:
    return {
        f"{name}.{key}"
        for name, section in Settings()
        if isinstance(section, BaseModel)
        for key, _ in section
    }


def keys_of_example() -> tuple[set[str], set[str]]:
    """The keys that are set, and those that stand there commented out."""
    live: set[str] = set()
    optional: set[str] = set()
    section = ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1]
        elif key := re.match(r"(# )?(\w+) = ", line):
            (optional if key[1] else live).add(f"{section}.{key[2]}")
    return live, optional


def faults(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.faults


def fault(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> str:
    (only,) = faults(tmp_path, text, environ)
    return only


def settings(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return load(path, environ or {})


# ---------------------------------------------------------------- the example


def test_the_example_loads_and_equals_the_defaults() -> None:
    assert load(EXAMPLE, {}) == Settings()


def test_the_example_names_every_key_and_no_other() -> None:
    live, optional = keys_of_example()
    assert live | optional == keys_of_settings()
    assert optional == OPTIONAL


def test_the_example_shows_each_key_below_a_comment_that_explains_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"(# )?\w+ = ", line):
            assert re.match(r"# |\w+ = ", lines[number - 1]), line


def test_the_commented_lines_of_the_example_work_when_uncommented(tmp_path: Path) -> None:
    live = re.sub(
        r"(?m)^# (?=webhook_url|webhook_secret |user_agent)", "", EXAMPLE.read_text("utf-8")
    )
    loaded = settings(tmp_path, live)
    assert loaded.telegram.webhook_path == "updates"
    assert loaded.fetch.user_agent == "Tidings"


# ---------------------------------------------------------------- where values come from


def test_without_a_file_and_an_environment_the_defaults_hold() -> None:
    assert load(None, {}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = '[polling]\nconcurrency = 5\ndefault_interval = "20m"'
    loaded = settings(tmp_path, text, {"TIDINGS_POLLING__CONCURRENCY": "7", "PATH": "/bin"})
    assert loaded.polling.concurrency == 7
    assert loaded.polling.default_interval == timedelta(minutes=20)


def test_lists_in_the_environment_are_parted_by_commas() -> None:
    environ = {
        "TIDINGS_ACCESS__USERS": "1, 2,3",
        "TIDINGS_FETCH__ALLOW_NETWORKS": "10.0.0.0/8,fd00::/8",
    }
    loaded = load(None, environ)
    assert loaded.access.users == (1, 2, 3)
    assert loaded.fetch.allow_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def test_an_empty_variable_means_an_empty_value() -> None:
    assert load(None, {"TIDINGS_WEB__LISTEN": "", "TIDINGS_ACCESS__ADMINS": ""}) == Settings()


def test_variables_of_others_that_begin_alike_are_left_alone() -> None:
    assert (
        load(None, {"TIDINGS_PORT": "tcp://10.0.0.1:80", "TIDINGS_SERVICE_HOST": "10.0.0.1"})
        == Settings()
    )


def test_the_process_environment_is_never_read_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM", '{"mode": "webhook"}')
    monkeypatch.setenv("TIDINGS_TELEGRAM__MODE", "webhook")
    assert Settings().telegram.mode == "polling"
    assert load(None, {}).telegram.mode == "polling"


@pytest.mark.parametrize("key", ["token", "webhook_secret"])
def test_a_secret_may_come_from_a_file(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text(
        f"  {TOKEN.replace(':', '_') if key == 'webhook_secret' else TOKEN}\n", "utf-8"
    )
    loaded = settings(tmp_path, f'[telegram]\n{key}_file = "{tmp_path / "secret"}"')
    assert loaded.secrets() == (TOKEN.replace(":", "_") if key == "webhook_secret" else TOKEN,)


def test_the_token_of_telegraph_may_come_from_a_file_and_is_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("abc123\n", "utf-8")
    loaded = settings(tmp_path, f'[telegraph]\ntoken_file = "{tmp_path / "secret"}"')
    assert loaded.secrets() == ("abc123",)


def test_a_token_file_of_the_environment_wins_over_a_token_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    environ = {"TIDINGS_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}
    assert settings(tmp_path, '[telegram]\ntoken = "1:old"', environ).require_token() == TOKEN


# ---------------------------------------------------------------- what values become


def test_a_template_may_have_lines(tmp_path: Path) -> None:
    text = '[message]\ntemplate = """{title}\n{summary:300}\n\n{author|feed} · {date}"""'
    written = build_operator(settings(tmp_path, text)).value(TEMPLATE)
    assert build_options(settings(tmp_path, text)).template == parse_template(written)
    assert len(written.splitlines()) == 4


def test_footers_are_expressions_one_a_line_in_the_environment(tmp_path: Path) -> None:
    environ = {"TIDINGS_MESSAGE__FOOTERS": "by .{1,9}\n广告.*\n"}

    assert build_options(settings(tmp_path, "", environ)).footers == ("by .{1,9}", "广告.*")
    assert build_options(settings(tmp_path, '[message]\nfooters = ["a, b"]')).footers == ("a, b",)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("2s", timedelta(seconds=2)),
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("7d", timedelta(days=7)),
        ("1500ms", timedelta(milliseconds=1500)),
    ],
)
def test_durations_carry_their_units(text: str, duration: timedelta) -> None:
    environ = {"TIDINGS_POLLING__MIN_INTERVAL": "1s", "TIDINGS_POLLING__DEFAULT_INTERVAL": text}
    assert load(None, environ).polling.default_interval == duration


@pytest.mark.parametrize(
    ("text", "size"), [("10MiB", 10485760), ("500kB", 500000), ("4096", 4096), ("1 GiB", 2**30)]
)
def test_sizes_carry_a_unit_or_are_bytes(text: str, size: int) -> None:
    assert load(None, {"TIDINGS_FETCH__MAX_SIZE": text}).fetch.max_size == size


def test_the_smallest_interval_may_be_a_second() -> None:
    assert load(None, {"TIDINGS_POLLING__MIN_INTERVAL": "1s"}).polling.min_interval == timedelta(
        seconds=1
    )


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///tidings.db", "tidings.db"), ("sqlite:////data/tidings.db", "/data/tidings.db")],
)
def test_the_storage_address_names_a_file(url: str, path: str) -> None:
    assert load(None, {"TIDINGS_STORAGE__URL": url}).storage.path == Path(path)


@pytest.mark.parametrize(
    ("text", "environ", "listen"),
    [
        ("", {}, "0.0.0.0:8080"),
        ('[web]\nlisten = "127.0.0.1:9000"', {}, "127.0.0.1:9000"),
        ('[web]\nlisten = ""', {}, ""),
        (
            '[web]\nlisten = "127.0.0.1:9000"',
            {"TIDINGS_WEB__LISTEN": "127.0.0.1:9001"},
            "127.0.0.1:9001",
        ),
    ],
)
def test_defaults_of_an_image_stand_below_the_file(
    tmp_path: Path, text: str, environ: dict[str, str], listen: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")

    image = {"TIDINGS_DEFAULT__WEB__LISTEN": "0.0.0.0:8080"}
    assert load(path, {**image, **environ}).web.listen == listen


@pytest.mark.parametrize(
    ("listen", "address"),
    [("", None), ("127.0.0.1:8080", ("127.0.0.1", 8080)), ("[::1]:80", ("::1", 80))],
)
def test_the_web_address_is_a_host_and_a_port(listen: str, address: tuple[str, int] | None) -> None:
    assert load(None, {"TIDINGS_WEB__LISTEN": listen}).web.address == address


def test_files_are_downloaded_beside_the_bot_api() -> None:
    environ = {"TIDINGS_TELEGRAM__BASE_URL": "http://127.0.0.1:8081/bot"}
    assert load(None, environ).telegram.base_file_url == "http://127.0.0.1:8081/file/bot"


def test_a_whole_webhook_set_up_loads() -> None:
    environ = {
        "TIDINGS_TELEGRAM__MODE": "webhook",
        "TIDINGS_TELEGRAM__WEBHOOK_URL": "https://example.org/bots/telegram/updates",
        "TIDINGS_TELEGRAM__WEBHOOK_SECRET": "abc_DEF-1",
        "TIDINGS_WEB__LISTEN": "0.0.0.0:8080",
    }
    assert load(None, environ).telegram.webhook_path == "updates"


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().polling.concurrency = 3


# ---------------------------------------------------------------- faults


def test_a_missing_file_names_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"does not exist: copy config\.example\.toml to .*absent\.toml"
    ):
        load(tmp_path / "absent.toml", {})


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


def test_files_that_begin_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("42:secret\r\n", encoding="utf-8-sig")
    file = tmp_path / "config.toml"
    text = f'[telegram]\r\ntoken_file = "{tmp_path / "token"}"\r\n'
    file.write_text(text, encoding="utf-8-sig")

    assert load(file, {}).telegram.token.get_secret_value() == "42:secret"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe[log]")
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load(tmp_path / "config.toml", {})


def test_a_fault_of_syntax_gives_line_and_column(tmp_path: Path) -> None:
    assert "at line 2, column 9" in fault(
        tmp_path, "[polling]\nconcurrency 5".replace("concurrency", "concurr")
    )


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = """
        [telegram]
        token = "not a token"
        mode = "webhook"
        [polling]
        default_interval = "often"
        concurrency = 0
        [access]
        mode = "allow-list"
        users = ["me"]
        [colour]
        sky = "blue"
    """
    found = faults(tmp_path, text)
    assert sorted(line.split()[0] for line in found) == [
        "access.users",
        "colour",
        "polling.concurrency",
        "polling.default_interval",
        "telegram.token",
        "telegram.webhook_secret",
        "telegram.webhook_url",
        "web.listen",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[polling]\nmin_interval = "0s"',
            'polling.min_interval = "0s": must be between "1s" and "31d"',
        ),
        (
            "[polling]\nmin_interval = 5",
            "polling.min_interval = 5: must be a duration with its unit, such as",
        ),
        ('[polling]\nmin_interval = "999999999999999d"', "is longer than any calendar"),
        ('[polling]\nconcurrency = "many"', 'polling.concurrency = "many": must be a whole number'),
        ("[polling]\nconcurrency = 5000", "polling.concurrency = 5000: must be at most 1000"),
        ("polling = 5", "polling must be a section: write [polling] on a line of its own"),
        ("[poling]\nconcurrency = 5", "poling is not known: did you mean [polling]?"),
        (
            "[polling]\nconcurency = 5",
            "polling.concurency is not known: did you mean polling.concurrency?",
        ),
        ("[polling]\nlisten = 5", "polling.listen is not known here: it belongs under [web]"),
        (
            "[polling]\nzzz = 5",
            (
                "polling.zzz is not known: "
                "[polling] knows default_interval, min_interval, adaptive, concurrency"
            ),
        ),
        ("[zzz]\na = 5", "zzz is not known: the sections are telegram, storage,"),
        (
            '[telegram]\nmode = "push"',
            'telegram.mode = "push": must be one of "polling" or "webhook"',
        ),
        (
            '[telegram]\nbase_url = "https://api.telegram.org"',
            'must be an address that ends with "/bot"',
        ),
        ('[telegram]\nbase_url = "ftp://[/bot"', 'must be an address that ends with "/bot"'),
        ('[telegram]\nwebhook_url = "http://a.org/telegram/x"', "must be https"),
        ('[telegram]\nwebhook_url = "https://a.org/x"', 'end with "/telegram/" and a name'),
        (
            '[telegram]\nwebhook_secret = "a b"',
            "telegram.webhook_secret may hold up to 256 letters",
        ),
        (
            '[telegraph]\napi_url = "api.telegra.ph"',
            'must be the address of a server, such as "https://api.telegra.ph"',
        ),
        ('[telegraph]\ntoken = "a b"', "telegraph.token is no access token of Telegraph"),
        ('[telegram]\ntoken_file = "/nowhere/token"', "cannot be read (No such file or directory)"),
        ("[telegram]\nmode = 5", "telegram.mode = 5: must be one of"),
        (
            '[storage]\nurl = "postgresql://me:secret@db/x"',
            'only SQLite works, such as "sqlite:///tidings.db"',
        ),
        ('[storage]\nurl = "sqlite://tidings.db"', "must name a file"),
        ('[storage]\nurl = "sqlite:///:memory:"', "must name a file"),
        ("[storage]\nurl = 5", "storage.url = 5: must be text in quotes"),
        ('[fetch]\nmax_size = "big"', 'fetch.max_size = "big": must be a size, such as "10MiB"'),
        ('[fetch]\nmax_size = "10XB"', 'must be a size, such as "10MiB"'),
        ('[fetch]\ntimeout = "1h"', 'fetch.timeout = "1h": must be between "1s" and "10m"'),
        ('[fetch]\nallow_networks = ["10.0.0.1/8"]', "must be a list of networks"),
        ("[fetch]\nallow_networks = 10", "must be a list in brackets"),
        ('[fetch]\nunverified_hosts = ["https://a.example/"]', "must name hosts"),
        (
            '[discovery]\nbridge = "rsshub.example"',
            'must be a plain address such as "https://rsshub.example.org"',
        ),
        ('[discovery]\nbridge = "https://a:b@rsshub.example"', "no password"),
        ('[discovery]\nbridge = "https://rsshub.example/?key=1"', "must be a plain address"),
        ('[fetch]\nuser_agent = "a\\r\\nb"', "must be one line of plain ASCII text"),
        (
            '[access]\nmode = "allow-list"',
            (
                'access.users is empty in mode "allow-list", and so is access.admins: '
                "nobody could use the bot"
            ),
        ),
        ('[web]\npublic_url = "http://bot.example.org"', "must be https, without a query"),
        ('[web]\nlisten = "8080"', 'must be an address and a port, such as "127.0.0.1:8080"'),
        ('[web]\nlisten = "127.0.0.1:99999"', "must be an address and a port"),
        ('[message]\ntime_zone = "Mars/Base"', 'message.time_zone = "Mars/Base": is no time zone'),
        ('[message]\ntime_zone = "Europe"', "is no time zone"),
        ('[message]\nlanguage = "tlh"', "choose one of en, zh-hans"),
        (
            '[message]\nfooters = ["ok", "(ad|spot"]',
            (
                'message.footers = ["ok", "(ad|spot"]: is no regular expression (RE2): '
                "character 1: missing ): (ad|spot"
            ),
        ),
        ('[message]\nfooters = ["a(?=b)"]', "character 2: invalid perl operator: (?="),
        (
            '[message]\nfooters = ["' + "x" * 501 + '"]',
            "is longer than 500 characters: make two of it",
        ),
        ("[message]\nfooters = 5", "must be a list in brackets"),
        ('[message]\nspoilers = "some"', 'must be one of "adult", "all" or "none"'),
        ('[message]\nimages = "some"', 'must be one of "all", "first", "none" or "only"'),
        (
            '[message]\ntemplate = "{titel}"',
            'message.template = "{titel}": line 1, column 1: {titel}: there is no such field',
        ),
        (
            '[message]\ntemplate = """a\n {title"""',
            "line 2, column 2: {title: this brace is never closed",
        ),
        ('[retention]\nitems = "5m"', 'retention.items = "5m": must be between "1d" and "36500d"'),
    ],
)
def test_a_fault_says_key_value_and_cure(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in fault(tmp_path, text)


def test_a_fault_of_the_environment_names_its_variable(tmp_path: Path) -> None:
    line = fault(tmp_path, "[polling]\nconcurrency = 5", {"TIDINGS_POLLING__CONCURRENCY": "x"})
    assert (
        line == 'polling.concurrency (TIDINGS_POLLING__CONCURRENCY) = "x": must be a whole number'
    )


def test_a_misspelt_variable_is_a_fault() -> None:
    with pytest.raises(ConfigError, match=r"\(TIDINGS_TELEGRM__TOKEN\)|did you mean \[telegram\]"):
        load(None, {"TIDINGS_TELEGRM__TOKEN": TOKEN})


def test_a_token_and_a_token_file_side_by_side_are_a_fault(tmp_path: Path) -> None:
    assert "keep one of the two" in fault(
        tmp_path, f'[telegram]\ntoken = "{TOKEN}"\ntoken_file = "x"'
    )


def test_an_empty_token_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "token").touch()
    assert "is empty" in fault(tmp_path, f'[telegram]\ntoken_file = "{tmp_path / "token"}"')


def test_without_a_token_run_is_told_where_to_get_one() -> None:
    with pytest.raises(ConfigError, match=r"telegram\.token is missing: get one from @BotFather"):
        Settings().require_token()


# ---------------------------------------------------------------- secrets


def test_secrets_show_nothing(tmp_path: Path) -> None:
    text = f'[telegram]\ntoken = "{TOKEN}"\nwebhook_secret = "hush"'
    loaded = settings(tmp_path, text)
    assert loaded.secrets() == (TOKEN, "hush")
    for shown in (
        repr(loaded),
        str(loaded),
        repr(loaded.telegram),
        str(loaded.model_dump()),
        loaded.model_dump_json(),
    ):
        assert "secret_secret" not in shown
        assert "hush" not in shown


@pytest.mark.parametrize(
    "text",
    [
        f'[telegram]\ntoken = "{TOKEN} "',
        f'[telegram]\nTokn = "{TOKEN}"',
        f'telegram = "{TOKEN}"',
        f'token = "{TOKEN}"',
        f'[telegram]\nbase_url = "https://api.telegram.org/bot{TOKEN}"',
        f'[storage]\nurl = "postgresql://me:{TOKEN}@host/db"',
        '[storage]\nurl = "postgresql://me:secret_secret@host/db"',
        '[telegram]\nwebhook_secret = "secret_secret !"',
        '[telegram]\ntoken = ["secret_secret"]',
    ],
)
def test_a_fault_never_shows_a_secret(tmp_path: Path, text: str) -> None:
    assert "secret_secret" not in fault(tmp_path, text)


def test_the_example_is_valid_toml_for_anyone() -> None:
    assert set(tomllib.loads(EXAMPLE.read_text("utf-8"))) == set(Settings.model_fields)


def test_hosts_that_want_more_time_are_a_table_or_pairs() -> None:
    environ = {"TIDINGS_POLLING__HOSTS": "Example.org=30s, slow.example=1m"}
    wanted = {"example.org": timedelta(seconds=30), "slow.example": timedelta(minutes=1)}
    assert load(None, environ).polling.hosts == wanted


@pytest.mark.parametrize(
    "text",
    [
        '[polling]\nhosts = { "a b" = "1s" }',
        '[polling]\nhosts = { "example.org" = "2h" }',
        '[fetch]\ncontact = "me"',
        '[fetch]\ncontact = "https://example.org/(me)"',
    ],
)
def test_hosts_and_contacts_that_cannot_be_are_refused(tmp_path: Path, text: str) -> None:
    assert "must" in fault(tmp_path, text)
