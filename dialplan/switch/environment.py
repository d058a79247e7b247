"""The settings of docs/settings.md that the switch reads, each checked at start, one line for each mistake.

The switch is started with the standard library only, and so is what it shares with the service
(personsvar/settings/checks.py, defaults.py); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dialplan.switch import check
from dialplan.switch.config import SOUNDS, Setting
from dialplan.switch.tls import SipTls, faults
from personsvar.address import MAX_PORT
from personsvar.settings import checks, defaults
from personsvar.settings.checks import PREFIX

T = TypeVar("T")
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
        state = self._one("STATE", Path(defaults.STATE).resolve(), check.folder)
        prompts = self._one("PROMPTS", None, check.folder)
        rtp_start, rtp_end = self._one("RTP_PORTS", (USUAL.rtp_start, USUAL.rtp_end), checks.port_range)
        fastagi = self._one("FASTAGI_BIND", USUAL.fastagi, checks.host_and_port(USUAL.fastagi))
        esl = self._one("ESL_BIND", USUAL.esl, checks.address_or_nowhere(USUAL.esl))
        secret = self._secret("FASTAGI_SECRET", checks.switch_secret)
        if not self.mistakes:
            self.mistakes += checks.secret_disagreement(fastagi, secret=bool(secret))
            self.mistakes += checks.secret_disagreement(esl, secret=bool(secret), setting="ESL_BIND")
        trunk_match = self._one("TRUNK_HOSTS", USUAL.trunk_match, checks.hosts)
        self._check_bridge(trunk_match)
        kind = self._one("SWITCH", USUAL.switch, check.kind)
        return Setting(
            folder=state / kind,
            switch=kind,
            spool=self._folder("SPOOL", state / "spool"),
            media=self._folder("MEDIA", state / "media"),
            sounds=SOUNDS if prompts is None else prompts / "sounds",
            studio=self._one("STUDIO", None, check.folder),
            sip_bind=self._sip_bind(),
            tls=self._tls(),
            srtp=self._srtp(),
            sip_external=self._one("SIP_EXTERNAL", USUAL.sip_external, checks.outside_address),
            fastagi=fastagi,
            esl=esl,
            fastagi_secret=secret,
            secret_file=state / defaults.KEPT_AS,
            trunk=self._one("TRUNK_CONTACT", USUAL.trunk, checks.host_and_port(USUAL.trunk, least=1)),
            trunk_match=trunk_match,
            lamp_senders=self._one("LAMP_HOSTS", USUAL.lamp_senders, checks.hosts),
            access_number=self._one("ACCESS_NUMBER", USUAL.access_number, checks.e164),
            fallback_language=self._one("FALLBACK_LANGUAGE", USUAL.fallback_language, check.language),
            max_call_minutes=self._one("MAX_CALL_MINUTES", USUAL.max_call_minutes, check.number(1, 1440)),
            max_message_seconds=self._one(
                "MAX_MESSAGE_SECONDS", USUAL.max_message_seconds, check.number(5, 3600)
            ),
            silence_seconds=self._one("SILENCE_SECONDS", USUAL.silence_seconds, check.number(3, 60)),
            rtp_timeout=self._one("RTP_TIMEOUT", USUAL.rtp_timeout, check.whole(1, 86_400)),
            drain_seconds=self._one("DRAIN_SECONDS", USUAL.drain_seconds, check.number(0, 86_400)),
            system=self._one("SWITCH_NAME", USUAL.system, checks.switch_name),
            rtp_start=rtp_start,
            rtp_end=rtp_end,
            extra=self._one(
                "SWITCH_EXTRA", {}, check.more_places if kind == "freeswitch" else check.more_files
            ),
        )

    def _folder(self, name: str, usual: Path) -> Path:
        """One that lies in the state folder unless something else is said."""
        given = self._one(name, usual, check.folder)
        if given is usual:
            self.mistakes += checks.folder_disagreement(PREFIX + name, usual)
        return given

    def _check_bridge(self, hosts: str) -> None:
        published = self._one("SIP_PUBLISH", defaults.SIP_PUBLISH, checks.ipv4)
        bridge = self._one("SIP_GATEWAY", "", checks.ipv4)
        self.mistakes += checks.bridge_disagreement(hosts, published=published, bridge=bridge)

    def _tls(self) -> SipTls | None:
        port = self._one("SIP_TLS_PORT", 0, check.whole(0, MAX_PORT))
        certificate, key, authority = (
            self._one(f"SIP_TLS_{what}", None, check.file) for what in ("CERTIFICATE", "KEY", "CA")
        )
        sip_port = self._one("SIP_PORT", defaults.SIP_PORT, check.whole(1, MAX_PORT)) if port else 0
        certified = certificate is not None and key is not None
        self.mistakes += checks.tls_disagreements(port, sip_port, certified=certified)
        if not (port and certificate and key):
            return None
        tls = SipTls(port, certificate, key, authority)
        self.mistakes += faults(tls)
        return tls

    def _srtp(self) -> bool:
        srtp = self._one("SIP_SRTP", False, check.yes_or_no)
        tls = bool(self.environ.get(f"{PREFIX}SIP_TLS_PORT", "0").strip("0"))
        self.mistakes += checks.srtp_disagreement(srtp=srtp, tls=tls)
        return srtp

    def _sip_bind(self) -> str:
        address = self._one("SIP_ADDRESS", defaults.SIP_ADDRESS, checks.ipv4)
        return f"{address}:{self._one('SIP_PORT', defaults.SIP_PORT, check.whole(1, MAX_PORT))}"

    def _secret(self, name: str, allow: Callable[[str], str]) -> str:
        """From the variable, or from the file named by the one with `_FILE`; no value is ever told."""
        self.names.append(PREFIX + name)
        names = (PREFIX + name, f"{PREFIX}{name}_FILE")
        given = [one for one in names if one in self.environ]
        blank = [one for one in given if not self.environ[one].strip()]
        self.mistakes += [f"{one}: is empty; for none, leave it out" for one in blank]
        if len(given) > 1:
            self.mistakes.append(f"{names[0]} and {names[1]}: give one of them")
        elif given and not blank:
            try:
                inline = given[0] == names[0]
                return allow(self.environ[names[0]].strip() if inline else self._content(names[1]))
            except ValueError as wrong:
                self.mistakes.append(f"{names[0]}: {wrong}")
        return ""

    def _content(self, name: str) -> str:
        """Of the file that this variable names. Raise ValueError."""
        path = self.environ[name]
        try:
            return Path(path).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            why = wrong.strerror if isinstance(wrong, OSError) else "it is not text"
            shown = path if path.startswith("/") else "its file"  # else it may be the secret itself
            raise ValueError(f"{shown} can't be read: {why}") from wrong

    def _one(self, name: str, default: T, allow: Callable[[str], T]) -> T:
        self.names.append(PREFIX + name)
        given = self.environ.get(PREFIX + name)
        if not given:  # an empty one counts as not set
            return default
        try:
            return allow(given)
        except ValueError as wrong:
            self.mistakes.append(f"{PREFIX}{name}{checks.shown(given)}: {wrong}")
            return default
