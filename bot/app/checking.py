"""What ``run`` would refuse, found without running: the token, the database, the port."""

import asyncio
import socket
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.app.building import build_catalogue
from bot.config import Settings
from bot.errors import ConfigError, StoreError, StoreInUse
from bot.store import Store
from bot.telegram.listening import UNKNOWN_TOKEN, describe
from bot.web.server import explain_port

PATIENCE = 10.0
"""Seconds that Telegram may take to say whether it knows the token."""


@dataclass(slots=True)
class Findings:
    """What an operator has to mend, and what could not be looked at."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def check_settings(settings: Settings) -> Findings:
    """Try what ``run`` needs, one thing after the other."""
    findings = Findings()
    await _check_token(settings, findings)
    try:
        build_catalogue(settings)
    except ConfigError as error:
        findings.faults += error.faults
    try:
        await asyncio.to_thread(Store.examine, settings.storage.path)
    except StoreInUse:
        # It has the port, too.
        findings.notes.append("Tidings runs with this database: its file and port were not tried")
        return findings
    except StoreError as error:
        findings.faults.append(f"storage.url: {error}")
    _check_port(settings, findings)
    return findings


async def _check_token(settings: Settings, findings: Findings) -> None:
    try:
        bot = Bot(settings.require_token(), settings.telegram.base_url)
    except ConfigError as error:
        findings.faults += error.faults
        return
    try:
        # Its first words are the question who it is.
        async with asyncio.timeout(PATIENCE), bot:
            pass
    except InvalidToken:
        findings.faults.append(UNKNOWN_TOKEN)
    except (TelegramError, TimeoutError) as error:
        findings.notes.append(f"the token was not tried: {describe(bot, error)}")


def _check_port(settings: Settings, findings: Findings) -> None:
    if settings.web.address is None:
        return
    host, port = settings.web.address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        findings.faults.append(explain_port(host, port, error))
