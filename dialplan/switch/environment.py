"""The settings of docs/settings.md that the switch reads, each checked at start, one line for each mistake.

The switch is started with the standard library only, so some checks of personsvar/settings.py stand here a
second time; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dialplan.switch.config import SOUNDS, Setting

T = TypeVar("T")
PREFIX = "PERSONSVAR_"
_MAX_PORT = 65535
LANGUAGES = ("nb", "en")
USUAL = Setting(folder=Path(), spool=Path(), media=Path())


class BadSettingsError(Exception):
    """Settings no switch could start with: one line for each."""


def setting_from(environ: Mapping[str, str]) -> Setting:
    """Raise BadSettingsError with every mistake there is."""
    read = Reading(environ)
    setting = read.setting()
    if read.mistakes:
        raise BadSettingsError("\n".join(read.mistakes))
    return setting


@dataclass(slots=True)
class Reading:
    environ: Mapping[str, str]
    mistakes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Every setting that was looked for."""

    def setting(self) -> Setting:
        state = self._one("STATE", Path("var").resolve(), _folder)
        prompts = self._one("PROMPTS", None, _folder)
        return Setting(
            folder=state / "asterisk",
            spool=self._one("SPOOL", state / "spool", _folder),
            media=self._one("MEDIA", state / "media", _folder),
            sounds=SOUNDS if prompts is None else prompts / "sounds",
            studio=self._one("STUDIO", None, _folder),
            sip_bind=f"127.0.0.1:{self._one('SIP_PORT', 5060, _whole(1, _MAX_PORT))}",
            fastagi=self._one("FASTAGI_BIND", USUAL.fastagi, _address),
            trunk=self._one("TRUNK_CONTACT", USUAL.trunk, _address),
            access_number=self._one("ACCESS_NUMBER", USUAL.access_number, _e164),
            fallback_language=self._one("FALLBACK_LANGUAGE", USUAL.fallback_language, _language),
            max_call_minutes=self._one("MAX_CALL_MINUTES", USUAL.max_call_minutes, _number(1, 1440)),
            max_message_seconds=self._one("MAX_MESSAGE_SECONDS", USUAL.max_message_seconds, _number(5, 3600)),
            silence_seconds=self._one("SILENCE_SECONDS", USUAL.silence_seconds, _number(3, 60)),
            rtp_timeout=self._one("RTP_TIMEOUT", USUAL.rtp_timeout, _whole(1, 86_400)),
        )

    def _one(self, name: str, default: T, check: Callable[[str], T]) -> T:
        self.names.append(PREFIX + name)
        given = self.environ.get(PREFIX + name)
        if not given:  # an empty one counts as not set
            return default
        try:
            return check(given)
        except ValueError as wrong:
            self.mistakes.append(f"{PREFIX}{name}={given[:80]!r}: {wrong}")
            return default


def _whole(least: int, most: int) -> Callable[[str], int]:
    def check(given: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", given) or not least <= int(given) <= most:
            raise ValueError(f"should be a whole number from {least} to {most}")
        return int(given)

    return check


def _number(least: float, most: float) -> Callable[[str], float]:
    def check(given: str) -> float:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", given) or not least <= float(given) <= most:
            raise ValueError(f"should be a number from {least} to {most}")
        return float(given)

    return check


def _address(given: str) -> str:
    host, _, port = given.rpartition(":")
    if (
        not re.fullmatch(r"[A-Za-z0-9._\[\]:-]+", host)
        or not re.fullmatch(r"[0-9]{1,5}", port)
        or int(port) > _MAX_PORT
    ):
        raise ValueError("should be host:port, like 127.0.0.1:4573")
    return given


def _e164(given: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", given):
        raise ValueError("should be a number in E.164 form, with the plus sign, like +4747471000")
    return given


def _language(given: str) -> str:
    if given not in LANGUAGES:
        raise ValueError(f"should be {' or '.join(LANGUAGES)}")
    return given


def _folder(given: str) -> Path:
    if not re.fullmatch(r"[^\x00-\x1f;,\"${}|]+", given):
        raise ValueError("is a folder whose name can't stand in the switch's configuration")
    path = Path(given)
    if path.exists() and not path.is_dir():
        raise ValueError("should be a folder, and is a file")
    return path.resolve()
