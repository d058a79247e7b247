"""An instance's own configuration: the files of dialplan/ with their @NAMES@ filled in, in its own folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from secrets import token_urlsafe

from dialplan.switch import secret, tls
from dialplan.switch.tls import SipTls
from personsvar.settings import defaults
from personsvar.settings.checks import port_range

SOURCE = Path(__file__).resolve().parent.parent
EMPTY = ("acl.conf", "ccss.conf", "manager.conf", "udptl.conf")
"""Asterisk's core complains of each when it is not there, and is content with nothing in it."""
SOUNDS = SOURCE.parent / "prompts" / "sounds"
_WARNING_SECONDS = 10
_BYTES_A_SECOND = 16000
"""Of the service's recordings: linear, 8000 samples."""
_BESIDE_THE_MESSAGE_SECONDS = 420
"""More than the fall-back's prompts and its silence ever last."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs from one switch to the next. Folders are absolute."""

    folder: Path
    """Its own: configuration, sockets, logs, database."""
    spool: Path
    media: Path
    switch: str = defaults.SWITCH
    """Of which kind it is."""
    sounds: Path = SOUNDS
    studio: Path | None = None
    """The operator's own recordings, file by file in place of those in `sounds`."""
    sip_bind: str = f"{defaults.SIP_ADDRESS}:{defaults.SIP_PORT}"
    """Where SIP comes in (UDP); RTP comes in at the same address."""
    tls: SipTls | None = None
    """What the trunk speaks in place of UDP."""
    srtp: bool = False
    sip_external: str = ""
    """The address told to the trunk in place of it, behind NAT; with `:port`, where that differs too."""
    fastagi: str = defaults.FASTAGI_BIND
    fastagi_secret: str = field(default="", repr=False)
    """What the service is shown; none: the one in `secret_file`."""
    secret_file: Path | None = None
    """Where the service keeps it; none: beside the folder, which is the state folder's own."""
    esl: str = defaults.ESL_BIND
    """Where FreeSWITCH hands its calls over; `none`: nowhere, and it records by itself."""
    trunk: str = defaults.TRUNK_CONTACT
    """Where calls back go out: host:port of the operator's switch."""
    trunk_match: str = defaults.TRUNK_HOSTS
    """The addresses, comma-joined, whose word is taken (P-Asserted-Identity, Diversion)."""
    lamp_senders: str = defaults.LAMP_HOSTS
    """The addresses, comma-joined, from which lamps are told."""
    access_number: str = "+4747471000"
    fallback_language: str = defaults.FALLBACK_LANGUAGE
    """Of what the dialplan says by itself."""
    max_call_minutes: float = 60
    max_message_seconds: float = 180
    silence_seconds: float = 10
    rtp_timeout: int = defaults.RTP_TIMEOUT
    drain_seconds: float = defaults.DRAIN_SECONDS
    """How long calls may go on after it was told to stop."""
    system: str = defaults.SWITCH_NAME
    """The first part of every unique id."""
    rtp_start: int = port_range(defaults.RTP_PORTS)[0]
    rtp_end: int = port_range(defaults.RTP_PORTS)[1]
    log_here: bool = False
    """Its log goes where its starter's goes, and not to a file in its folder."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """More lines for a file, by its name: a test's or a bench's own module or endpoint."""

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def warning_seconds(self) -> int:
        """So long before the longest message is over a soft tone sounds; none (0) where it is short."""
        return _WARNING_SECONDS if self.max_message_seconds > 2 * _WARNING_SECONDS else 0

    def values(self) -> dict[str, object]:
        """What stands as @NAME@ in the files, but for what is made at start."""
        return {
            "ETC": self.etc,
            "RUN": self.run,
            "VAR": self.folder / "lib",
            "LOG": self.folder / "log",
            "LOG_CHANNEL": "console" if self.log_here else "messages",
            "SYSTEM": self.system,
            "SIP_BIND": self.sip_bind,
            **tls.values(self),
            "TRANSPORT_NAT": _lines(outside(self.sip_external)),
            "TRUNK_NAT": _lines(FAR_END if self.sip_external else {}),
            "FASTAGI": self.fastagi,
            "TRUNK": self.trunk,
            "TRUNK_MATCH": self.trunk_match,
            "LAMP_SENDERS": self.lamp_senders,
            "SPOOL": self.spool,
            "MEDIA": self.media,
            "SOUNDS": self.sounds,
            "STUDIO": self.studio or "",
            "LANGUAGE": self.fallback_language,
            "ACCESS": ways_to_write(self.access_number),
            "CALL_SECONDS": ceil(self.max_call_minutes * 60),
            "FALLBACK_SECONDS": ceil(self.max_message_seconds) + _BESIDE_THE_MESSAGE_SECONDS,
            "MESSAGE_SECONDS": ceil(self.max_message_seconds) - self.warning_seconds,
            "MESSAGE_BYTES": round((self.max_message_seconds - self.warning_seconds) * _BYTES_A_SECOND),
            "LAST_SECONDS": self.warning_seconds,
            "SILENCE_SECONDS": ceil(self.silence_seconds),
            "RTP_TIMEOUT": self.rtp_timeout,
            "RTP_START": self.rtp_start,
            "RTP_END": self.rtp_end,
        }


FAR_END = {"rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes"}
"""Answers and sound go where SIP and sound came from, whatever the trunk's own messages say."""


def outside(external: str) -> dict[str, str]:
    """What the transport tells the trunk in place of its own address; of none, nothing."""
    if not external:
        return {}
    host, _, port = external.partition(":")
    addresses = {"external_media_address": host, "external_signaling_address": host}
    return {**addresses, "external_signaling_port": port} if port else addresses


def _lines(options: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in options.items())


def ways_to_write(number: str) -> str:
    """A pattern for the digits of an E.164 number: whole, with zeros in front, or without its country code.

    The switch knows no numbering plans: a country code has one to three digits (ITU-T E.164, 6.2.1).
    """
    digits = number.removeprefix("+")
    return f"^0*({'|'.join(digits[left:] for left in range(4))})$"


def render(setting: Setting, *, modules: str, data: str = "/usr/share/asterisk") -> None:
    """Write the whole configuration folder; readable by the owner and the group only. Raise NoSecretError."""
    shown = setting.fastagi_secret or secret.kept(
        setting.secret_file or setting.folder.parent / defaults.KEPT_AS
    )
    made = {"FASTAGI_SECRET": shown, "NOBODYS_PASSWORD": token_urlsafe(32)}
    values = {**setting.values(), **made, "DATA": data, "MODULES": modules}
    for folder in (
        setting.etc,
        setting.run,
        setting.folder / "lib",
        setting.folder / "log",
        setting.spool,
        setting.media,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    if setting.tls is not None:
        tls.bring(setting.tls, setting.etc)
    names = {path.name for path in SOURCE.glob("*.conf")} | {*EMPTY, *setting.extra}
    for name in sorted(names):
        text = _fill(SOURCE / name, values) + "\n" + setting.extra.get(name, "")
        (setting.etc / name).write_text(text, encoding="utf-8")


def _fill(source: Path, values: Mapping[str, object]) -> str:
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    return re.sub(r"@([A-Z_]+)@", lambda name: str(values[name[1]]), text)
