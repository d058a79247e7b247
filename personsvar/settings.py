"""Everything an operator may set, from the environment: `PERSONSVAR_…`, checked once, at start.

A secret may also come from a file: `PERSONSVAR_DATABASE_URL_FILE=/run/secrets/db` is read in place of
`PERSONSVAR_DATABASE_URL`. An empty variable counts as not set; an empty secret is a mistake. docs/settings.md
is made from this file.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from personsvar import address_settings, secret_settings
from personsvar.mailbox.model import Number, VisualDialect
from personsvar.mailbox.rules import Rules
from personsvar.wrong_values import said

PREFIX = "PERSONSVAR_"
_NAME = re.compile(rf"{PREFIX}[A-Z0-9_]+?(?=_FILE\b|[^A-Z0-9_]|$)")
_CHECKOUT = Path(__file__).resolve().parent.parent
_DEFAULTS = Rules()
_MAX_PORT = 65535
SHOWN_BY_THE_SWITCH = r"[A-Za-z0-9_-]{16,128}"
"""What can stand in the switch's configuration, and nobody guesses."""


_EXAMPLES = {"health_bind": "127.0.0.1:8081", "lamp_sip": "127.0.0.1:5060"}
"""Of those that are none by default."""
A_MILLENNIUM = {"s": 31_536_000_000, "min": 525_600_000, "h": 8_760_000, "days": 365_000}
"""In each unit of time: a longer time would lead out of the calendar, and stop what counts with it."""


class SettingsError(Exception):
    """Settings nobody could start with: one line for each mistake."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _setting(
    default: object,
    what: str,
    *,
    unit: str = "",
    secret: bool = False,
    switch: bool = False,
    **limits: float,
) -> Any:
    """`switch`: the switch reads it too (dialplan/switch/environment.py)."""
    more: JsonDict = {"unit": unit, "secret": secret, "switch": switch}
    if unit in A_MILLENNIUM:
        limits = {"le": A_MILLENNIUM[unit], **limits}
    return Field(default, description=what, json_schema_extra=more, **_limits(limits))


def _limits(limits: dict[str, float]) -> dict[str, Any]:
    return dict(limits)


def _e164(number: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise ValueError("should be a number in E.164 form, with the plus sign, like +4747471000")
    return number


def _bind(address: str, of: ValidationInfo) -> str:
    host, colon, port = address.rpartition(":")
    if not (colon and host and re.fullmatch(r"[0-9]{1,5}", port) and int(port) <= _MAX_PORT):
        raise ValueError(f"should be host:port, like {_example(of.field_name or '')}")
    return address


def _example(field: str) -> str:
    """One that this setting would do with."""
    it = Settings.model_fields[field]
    return str(it.default or _EXAMPLES[field])


def _sender(text: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11}", text):
        raise ValueError("should be a number with the plus sign, or 11 letters and digits at most")
    return text


def _host(name: str) -> str:
    if name and not re.fullmatch(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", name):
        raise ValueError("should be a host's name, like vvm.example.net")
    return name


def _short_number(text: str) -> str:
    if text and not re.fullmatch(r"\+?[0-9]{2,15}", text):
        raise ValueError("should be a number: a short code, or one with the plus sign")
    return text


def _visual_prefix(text: str) -> str:
    if not re.fullmatch(r"//[A-Za-z0-9]{1,20}", text):
        raise ValueError("should be two slashes and letters or digits, like //VVM")
    return text


def _region(code: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - 30 ms that most commands need not wait for

    if code not in SUPPORTED_REGIONS:
        raise ValueError("should be a country as two capital letters, like NO")
    return code


def _regions(text: object) -> object:
    if not isinstance(text, str):
        return text
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - as above

    codes = _parts(text)
    if unknown := [code for code in codes if code.upper() not in SUPPORTED_REGIONS]:
        raise ValueError(f"should be countries as two letters each, like NO,SE; {unknown[0][:40]!r} is none")
    return tuple(code.upper() for code in codes)


def _url(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        for one in value.get_secret_value().split(","):
            if _scheme(one) not in schemes or not urlsplit(one.strip()).hostname:
                raise ValueError(f"should be {' or '.join(f'{it}://…' for it in schemes)}, with a host")
            _check_port(one.strip())
            secret_settings.password_in(one)
        return value

    return AfterValidator(check)


def _check_port(url: str) -> None:
    """What stands where the port does may be half a password: it is not repeated."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(
            "the port should be 1 to 65535; in a password / ? # and @ are written as %2F %3F %23 and %40"
        )


def _scheme(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme
    except ValueError:
        return ""


def _database(value: SecretStr) -> SecretStr:
    scheme = _scheme(value.get_secret_value()).partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ValueError("should be sqlite:////path/file.db or postgresql://user:password@host/name")
    secret_settings.password_in(value.get_secret_value())
    return value


def is_key(text: str) -> bool:
    """32 bytes in URL-safe base64."""
    return re.fullmatch(r"[A-Za-z0-9_-]{43}=", text) is not None


def _fernet(value: SecretStr) -> SecretStr:
    if not is_key(value.get_secret_value()):
        raise ValueError(
            "should be 32 random bytes in URL-safe base64, as `personsvar settings --new-key` prints"
        )
    return value


def _switch_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(SHOWN_BY_THE_SWITCH, value.get_secret_value()):
        raise ValueError("should be 16 to 128 letters, digits, hyphens and underscores")
    return value


def _is_of_this_machine(bind: str) -> bool:
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _folder(path: Path) -> Path:
    try:
        is_other = path.exists() and not path.is_dir()
    except OSError as wrong:  # a name that can't be: too long
        raise ValueError(f"should be a folder: {wrong.strerror}") from wrong
    if is_other:
        raise ValueError("should be a folder, and is a file")
    return path.absolute()


def _webhook_secret(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().removeprefix("whsec_")
    try:
        size = len(base64.b64decode(key, validate=True))
    except ValueError:
        size = 0
    if not 24 <= size <= 64:  # noqa: PLR2004 - the specification's own numbers
        raise ValueError("should be whsec_ and 24 to 64 random bytes in base64")
    return value


def _patience(seconds: int) -> int:
    """A beat comes each second: one that is late must be no hang."""
    if 0 < seconds < 3:  # noqa: PLR2004 - stands in the text, too
        raise ValueError("should be 0, or at least 3")
    return seconds


def _networks(text: object) -> object:
    if not isinstance(text, str):
        return text
    return tuple(_network(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _network(part: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(part)
    except ValueError as wrong:
        raise ValueError(
            "should be addresses or networks, with commas between, like 192.0.2.10,10.1.0.0/16; "
            f"{part[:40]!r} is none"
        ) from wrong


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10") from wrong


def _optional_ipv4(text: str) -> str:
    return _ipv4(text) if text else ""


def _external(text: str) -> str:
    if not text:
        return text
    host, colon, port = text.partition(":")
    try:
        IPv4Address(host)
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10 or 192.0.2.10:5060") from wrong
    if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= _MAX_PORT):
        raise ValueError("should be an IPv4 address, like 192.0.2.10 or 192.0.2.10:5060")
    return text


def _port_range(text: str) -> str:
    """A call takes two of them, the lower one even (RFC 3550, 11)."""
    ports = re.fullmatch(r"([0-9]{4,5})-([0-9]{4,5})", text)
    first, last = (int(ports[1]), int(ports[2])) if ports else (0, 0)
    if not 1024 <= first < last <= _MAX_PORT or first % 2:  # noqa: PLR2004 - those below are the system's
        raise ValueError("should be two ports of 1024 and more, the first even, like 10000-30000")
    return text


def _hosts(text: str) -> str:
    parts = _parts(text)
    networks = [_network(part) for part in parts]
    if not networks or any(network.prefixlen == 0 for network in networks):
        raise ValueError("should be hosts of the operator's own, not everybody's")
    return ",".join(parts)


def _switch_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", text):
        raise ValueError(
            "should be 32 letters, digits, hyphens and underscores at most, a letter or digit first"
        )
    return text


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
E164 = Annotated[str, AfterValidator(_e164)]
Bind = Annotated[str, AfterValidator(_bind)]
Folder = Annotated[Path, AfterValidator(_folder)]
Region = Annotated[str, AfterValidator(_region)]
Regions = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_regions)]


class _Group(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", validate_default=False
    )


class Places(_Group):
    """Where things are kept"""

    state: Folder = _setting(
        Path("./var"), "Folder for the embedded database, the key and the outbox files.", switch=True
    )
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = _setting(
        None,
        "The database (PostgreSQL: in UTF8). Without it: SQLite, `personsvar.db` in the state folder.",
        secret=True,
    )
    spool: Folder | None = _setting(
        None,
        "Folder where recordings land, shared with the switch. Without it: `spool` in the state folder.",
        switch=True,
    )
    media: Folder | None = _setting(
        None,
        "Folder for sounds on their way to the switch; tmpfs. Without it: `media` in the state folder.",
        switch=True,
    )
    media_megabytes: int = _setting(
        200, "How much of the media folder joined sentences may fill.", unit="MB", ge=1
    )
    prompts: Folder = _setting(
        _CHECKOUT / "prompts", "Folder of the catalogue and the sounds built from it.", switch=True
    )
    studio: Folder | None = _setting(
        None,
        "Folder of the operator's own studio recordings; each file takes the place of the built one.",
        switch=True,
    )
    piper_model_nb: Path | None = _setting(
        None, "A Piper voice (.onnx) that `personsvar prompts build` takes for Norwegian."
    )
    piper_model_en: Path | None = _setting(
        None, "A Piper voice (.onnx) that `personsvar prompts build` takes for English."
    )
    secret_key: Annotated[SecretStr, AfterValidator(_fernet)] | None = _setting(
        None,
        "Key that PINs are encrypted with until they are sent. Without it: one is made in the state folder.",
        secret=True,
    )


class Doors(_Group):
    """Where it listens, and how much it takes"""

    fastagi_bind: Bind = _setting("127.0.0.1:4573", "Address for the switch (FastAGI).", switch=True)
    fastagi_secret: Annotated[SecretStr, AfterValidator(_switch_secret)] | None = _setting(
        None,
        "What the switch shows with each call, so that nobody else is believed; the same for both. Without "
        "it, where the address above is this machine's own: one is made in the state folder.",
        secret=True,
        switch=True,
    )
    http_bind: Bind = _setting("127.0.0.1:8080", "Address for HTTP: health, metrics, the API.")
    http_connections: int = _setting(
        400, "Connections to HTTP at once; half a request is ended to make room.", unit="connections", ge=8
    )
    http_connections_each: int = _setting(
        200,
        "Of those, of one address (IPv6: of one /64). A proxy in front of it is one address.",
        unit="connections",
        ge=4,
    )
    health_bind: Bind | None = _setting(
        None,
        "Address where `personsvar ivr` and `personsvar visual`, which have no other HTTP, tell health and "
        "metrics; none: nowhere.",
    )
    imap_bind: Bind = _setting("127.0.0.1:1143", "Address for visual voicemail, with STARTTLS.")
    imaps_bind: Bind = _setting("127.0.0.1:1993", "Address for visual voicemail, with TLS.")
    max_calls: int = _setting(
        1000, "Calls at once; a caller over it goes to the switch's own recorder.", unit="calls", ge=1
    )
    drain_seconds: float = _setting(
        300,
        "How long calls may go on after the service, or the switch, was told to stop.",
        unit="s",
        switch=True,
        ge=0,
        le=86_400,
    )
    watchdog_seconds: Annotated[int, AfterValidator(_patience)] = _setting(
        15,
        "A service that hangs this long is killed: the switch goes on with its calls, and whoever runs it "
        "starts it again; at least 3. 0: never.",
        unit="s",
        ge=0,
    )
    rtp_timeout: int = _setting(
        30,
        "A caller who sends no sound for this long is gone: the switch hangs up. A recording that has not "
        "grown for this and 30 s more is over.",
        unit="s",
        switch=True,
        ge=1,
        le=86_400,
    )


class Switch(_Group):
    """The switch, and what `make` does"""

    sip_address: Annotated[str, AfterValidator(_ipv4)] = _setting(
        "127.0.0.1", "Address at which the switch takes SIP (UDP) and RTP; `0.0.0.0`: all.", switch=True
    )
    sip_port: int = _setting(5060, "UDP port at which it takes SIP.", switch=True, ge=1, le=_MAX_PORT)
    sip_tls_port: int = _setting(
        0,
        "TCP port at which it takes SIP over TLS, usually 5061; 0: none. With it the trunk is believed over "
        "TLS alone, and calls back go out by it.",
        switch=True,
        ge=0,
        le=_MAX_PORT,
    )
    sip_tls_certificate: Path | None = _setting(
        None, "The switch's certificate for it (PEM), read at its start.", switch=True
    )
    sip_tls_key: Path | None = _setting(None, "The certificate's private key (PEM).", switch=True)
    sip_tls_ca: Path | None = _setting(
        None,
        "Certificates (PEM) of those that sign the trunk's: it then has to show one of theirs. None: its "
        "address is enough.",
        switch=True,
    )
    sip_srtp: Literal["0", "1"] = _setting(
        "0", "1: the trunk's sound and keys are encrypted (SDES), or the call is refused.", switch=True
    )
    sip_external: Annotated[str, AfterValidator(_external)] = _setting(
        "",
        "The address told to the trunk when the switch is behind NAT (a container's bridge), with `:port` "
        "where that is another too. Answers and sound then go where they came from.",
        switch=True,
    )
    rtp_ports: Annotated[str, AfterValidator(_port_range)] = _setting(
        "10000-30000", "UDP ports for RTP; two for each call.", switch=True
    )
    trunk_hosts: Annotated[str, AfterValidator(_hosts)] = _setting(
        "127.0.0.1",
        "Addresses or networks, with commas between, of the operator's own switches: calls are taken from "
        "them only, and their word about a caller is believed.",
        switch=True,
    )
    trunk_contact: Bind = _setting(
        "127.0.0.1:5070", "Where calls back go out: the operator's own switch (SIP on UDP).", switch=True
    )
    sip_publish: Annotated[str, AfterValidator(_ipv4)] = _setting(
        "127.0.0.1",
        "In Docker: the address of the machine that SIP is published at (docker-compose.yml hands it on).",
        switch=True,
    )
    sip_gateway: Annotated[str, AfterValidator(_optional_ipv4)] = _setting(
        "",
        "In Docker: the bridge. This machine's calls come from it, and others' where Docker translates them: "
        "it may not be a trunk host once SIP is published elsewhere than at 127.0.0.1.",
        switch=True,
    )
    lamp_hosts: Annotated[str, AfterValidator(_hosts)] = _setting(
        "127.0.0.1", "Addresses or networks that lamps are told from: the notifier's.", switch=True
    )
    switch_name: Annotated[str, AfterValidator(_switch_name)] = _setting(
        "pv",
        "The first part of each recording's id: another one for each switch on one database.",
        switch=True,
    )
    switch_extra: Folder | None = _setting(
        None,
        "Folder of the operator's own configuration of the switch: each `.conf` there is added to ours of "
        "that name, or stands beside them (telephones, lamps, an extension).",
        switch=True,
    )
    fallback_language: Literal["nb", "en"] = _setting(
        "nb", "Language of what the switch says by itself while the service is away.", switch=True
    )
    cache: Path = _setting(
        Path("/var/cache/personsvar"), "Folder of the private Asterisk, where the machine has none."
    )
    asterisk_suites: str = _setting(
        "sid bullseye", "Suites of Debian a private Asterisk is taken from: the first that works."
    )
    asterisk_refresh: Literal["0", "1"] = _setting("0", "1: make the private Asterisk anew.")
    python: str = _setting(
        "", "The Python that `make` builds its environment with. Without it: the newest found."
    )


class Gateways(_Group):
    """Telling the subscriber"""

    smpp_url: Annotated[SecretStr, _url("smpp", "smpps")] | None = _setting(
        None,
        "SMS gateway, `smpp://id:password@host:port`, with `?alphabet=latin1`, `ascii` or `ucs2` behind "
        "it where the SMSC's is not `gsm7`; several with commas between.",
        secret=True,
    )
    smtp_url: Annotated[SecretStr, _url("smtp", "smtps")] | None = _setting(
        None, "Mail server, `smtp[s]://user:password@host:port`.", secret=True
    )
    mm7_url: Annotated[SecretStr, _url("https", "http")] | None = _setting(
        None, "MMS gateway (MM7), `http[s]://user:password@host/path`.", secret=True
    )
    outbox_files: bool = _setting(
        False,
        "Channels without a gateway write their notices, with recordings, to `outbox` of the state folder "
        "though another channel has a gateway; else such notices fail. Without any gateway all do.",
    )
    mail_from: Annotated[str, AfterValidator(address_settings.sender)] = _setting(
        "personsvar@localhost", "Sender of the e-mails."
    )
    sms_sender: Annotated[str, AfterValidator(_sender)] = _setting(
        "Personsvar", "Sender shown on SMS and MMS: a number, or 11 letters and digits at most."
    )
    gateway_ca: Path | None = _setting(
        None, "Certificates (PEM) of those that sign the gateways' own; without it, the system's."
    )
    smpp_window: int = _setting(
        10, "Messages under way at once in one session.", unit="messages", ge=1, le=1000
    )
    smpp_system_type: str = _setting("", "`system_type` of the bind, where the SMSC asks for one.")
    smpp_long_texts: Literal["udh", "sar", "payload"] = _setting(
        "udh", "How long texts go: parts with a header, parts with `sar_` TLVs, or one `message_payload`."
    )
    smpp_receipt_ids: Literal["as-is", "hex", "decimal"] = _setting(
        "as-is", "How receipts write the id of `submit_sm_resp`: alike, or in this other base."
    )
    kannel_url: Annotated[SecretStr, _url("http", "https")] | None = _setting(
        None,
        "SMS gateway in Kannel's form, `http://user:password@host:port/cgi-bin/sendsms`; in place of SMPP.",
        secret=True,
    )
    mm7_vasp_id: str = _setting("", "`VASPID` in MM7, as agreed with the MMSC's operator.")
    mm7_vas_id: str = _setting("", "`VASID` in MM7.")
    mm7_service_code: str = _setting("", "`ServiceCode` in MM7, for charging.")
    mm7_sender_kind: Literal["Number", "ShortCode"] = _setting("ShortCode", "What the sender's address is.")
    mm7_version: str = _setting("6.8.0", "`MM7Version`.")
    mm7_namespace: str = _setting(
        "http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4",
        "XML namespace of MM7.",
    )
    mm7_report_login: Annotated[SecretStr, AfterValidator(secret_settings.login)] | None = _setting(
        None,
        "`user:password` the MMSC has to show when it posts reports to `/gateways/mm7`, the password of at "
        "least 8 characters; none: no reports are taken.",
        secret=True,
    )
    mms_kilobytes: int = _setting(300, "Largest MMS: the sound is made to fit.", unit="kB", ge=30, le=10_000)
    mail_sound: Literal["mp3", "wav"] = _setting("mp3", "The form of the recording in an e-mail.")
    mail_megabytes: float = _setting(
        10, "Largest e-mail; above it a signed link stands in for the recording.", unit="MB", gt=0
    )
    mail_link_days: float = _setting(14, "How long such a link works.", unit="days", gt=0)
    mail_connections: int = _setting(5, "Connections to the mail server.", unit="connections", ge=1, le=100)
    templates: Folder | None = _setting(
        None, "Folder of the operator's own e-mail templates; each file takes the place of the built-in one."
    )
    public_url: Annotated[str, AfterValidator(address_settings.public_url)] = _setting(
        "", "Where others reach this service's HTTP (links in e-mails, receipts): `https://host`."
    )
    webhook_url: Annotated[SecretStr, _url("https", "http")] | None = _setting(
        None, "Where events are posted; several with commas between.", secret=True
    )
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = _setting(
        None, "Key that events are signed with: `whsec_` and 24 to 64 bytes in base64.", secret=True
    )
    webhook_networks: Networks = _setting(
        (), "Private networks that events may go to all the same, with commas between: `10.1.0.0/16`."
    )
    lamp_sip: Bind | None = _setting(
        None, "The switch's SIP address (UDP) for message-waiting lamps, `127.0.0.1:5060`; none: no lamps."
    )
    sms_per_second: float = _setting(0, "Most SMS a second from one notifier; 0: any.", unit="1/s", ge=0)
    mms_per_second: float = _setting(0, "Most MMS a second.", unit="1/s", ge=0)
    mails_per_second: float = _setting(0, "Most e-mails a second.", unit="1/s", ge=0)
    notice_lease_seconds: float = _setting(
        60,
        "How long one worker holds a notice before another may take it over. Gateways are given half of it.",
        unit="s",
        ge=10,
    )
    notice_retry_seconds: float = _setting(
        10, "Wait before the second try; it doubles with each, up to an hour.", unit="s", gt=0, le=3600
    )
    notice_attempts: int = _setting(12, "Tries before a notice is given up.", unit="tries", ge=1)
    notice_hours: float = _setting(
        24, "Age at which an SMS or an event is worthless and given up.", unit="h", gt=0
    )
    mms_hours: float = _setting(
        1, "Age at which an MMS that nobody takes is given up, and an SMS sent in its place.", unit="h", gt=0
    )
    mail_hours: float = _setting(72, "Age at which an e-mail is given up.", unit="h", gt=0)
    mms_to_sms: bool = _setting(_DEFAULTS.mms_to_sms, "An MMS that can't be delivered becomes an SMS.")
    missed_calls_seconds: float = _setting(
        _DEFAULTS.missed_calls_seconds,
        "Missed calls of one caller within this time are one notice, sent when it is over. 0: each at once.",
        unit="s",
        ge=0,
        le=3600,
    )
    missed_calls_an_hour: int = _setting(
        _DEFAULTS.missed_calls_an_hour,
        "Notices of missed calls for one mailbox within an hour; above it all further ones are told "
        "together, in one SMS an hour. 0: any.",
        unit="1/h",
        ge=0,
    )
    new_messages_an_hour: int = _setting(
        _DEFAULTS.new_messages_an_hour,
        "SMS and MMS of new messages for one mailbox within an hour; above it the same. E-mails go on. "
        "0: any.",
        unit="1/h",
        ge=0,
    )
    nearly_full_percent: int = _setting(
        _DEFAULTS.nearly_full_percent, "A mailbox this full is told of.", unit="%", ge=1, le=100
    )
    soon_deleted_days: int = _setting(
        _DEFAULTS.soon_deleted_days,
        "So long before a message is removed by its age, its owner is told. 0: never.",
        unit="days",
        ge=0,
    )
    absence_reminder_days: int = _setting(
        _DEFAULTS.absence_reminder_days,
        "So often an owner is told that the absence greeting is on. 0: never.",
        unit="days",
        ge=0,
    )
    api_token: Annotated[SecretStr, AfterValidator(secret_settings.token)] | None = _setting(
        None,
        "Bearer token of the HTTP API, `/v1/…`, at least 16 characters. Without it the API answers nobody.",
        secret=True,
    )


class VisualVoicemail(_Group):
    """Visual voicemail"""

    visual_host: Annotated[str, AfterValidator(_host)] = _setting(
        "",
        "The name phones reach this service's IMAP by, the one in its certificate; "
        "without it there is no visual voicemail.",
    )
    visual_port: int = _setting(
        0, "Port for STARTTLS that phones are told; 0: that of `PERSONSVAR_IMAP_BIND`.", ge=0, le=_MAX_PORT
    )
    visual_tls_port: int = _setting(
        0, "Port for TLS that phones are told; 0: that of `PERSONSVAR_IMAPS_BIND`.", ge=0, le=_MAX_PORT
    )
    visual_certificate: Path | None = _setting(
        None, "Certificate (PEM, with those between it and a root that phones trust)."
    )
    visual_key: Path | None = _setting(None, "The certificate's private key (PEM).")
    visual_number: Annotated[str, AfterValidator(_short_number)] = _setting(
        "", "The number phones send their requests to, and get the answers from; without it, the SMS sender."
    )
    visual_prefix: Annotated[str, AfterValidator(_visual_prefix)] = _setting(
        _DEFAULTS.visual_prefix, "What its SMS begin with, where the phone does not say."
    )
    visual_dialect: VisualDialect = _setting(
        _DEFAULTS.visual_dialect, "What a phone never heard of speaks that asks with a bare `STATUS`."
    )
    visual_state_port: int = _setting(
        5496, "Application port of an iPhone's `STATE`; 0: as text.", ge=0, le=_MAX_PORT
    )
    visual_update_port: int = _setting(
        5499, "Application port of an iPhone's `MBOXUPDATE`; 0: as text.", ge=0, le=_MAX_PORT
    )
    visual_replaces_sms: bool = _setting(
        _DEFAULTS.visual_replaces_sms,
        "Who has visual voicemail is told of new messages by it alone, without an SMS in words.",
    )
    visual_keep_expunged: bool = _setting(
        _DEFAULTS.visual_keep_expunged,
        "A message that a phone downloads and removes at once stays a saved one for the phone menu.",
    )


class Logging(_Group):
    """What is logged"""

    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least that is logged.")
    log_personal: Literal["plain", "hash", "drop"] = _setting(
        "plain", "Personal data in the log, all in `pii.` fields: as it is, as a keyed hash, or not at all."
    )


class Upkeep(_Group):
    """What goes on by itself"""

    sweep_seconds: float = _setting(
        10, "How often the spool is looked through for recordings to take in.", unit="s", ge=1
    )
    retention_minutes: float = _setting(
        60, "How often messages past their time are removed.", unit="min", ge=1
    )
    retention_percent: int = _setting(
        _DEFAULTS.retention_percent,
        "A round that would take a larger share of all messages (and more than 100) takes none: it waits for "
        "`personsvar retention go-on`.",
        unit="%",
        ge=1,
        le=100,
    )
    keep_greetings_days: int = _setting(
        _DEFAULTS.keep_greetings_days,
        "Versions of greetings are kept after they were in use.",
        unit="days",
        ge=1,
    )
    keep_charges_days: int = _setting(
        _DEFAULTS.keep_charges_days,
        "Charges (answered call backs) are kept, also when their subscriber is removed.",
        unit="days",
        ge=31,
    )
    keep_locks_days: int = _setting(
        _DEFAULTS.keep_locks_days,
        "Counters of wrong PINs are kept after the last one.",
        unit="days",
        ge=2,
    )


class Manual(_Group):
    """The manual's numbers"""

    access_number: E164 = _setting(_DEFAULTS.access_number, "The number subscribers call.", switch=True)
    home_region: Region = _setting(
        _DEFAULTS.home_region, "Country whose national number forms are understood (ISO 3166)."
    )
    max_messages: int = _setting(
        _DEFAULTS.max_messages, "Size of a mailbox, deleted messages not counted.", unit="messages", ge=1
    )
    max_message_seconds: float = _setting(
        _DEFAULTS.max_message_seconds,
        "Longest message. Above 20 s a soft tone tells the caller when 10 s are left.",
        unit="s",
        switch=True,
        ge=5,
        le=3600,
    )
    min_message_seconds: float = _setting(
        _DEFAULTS.min_message_seconds, "A shorter recording is a missed call.", unit="s", ge=0
    )
    max_greeting_seconds: float = _setting(
        _DEFAULTS.max_greeting_seconds, "Longest greeting.", unit="s", ge=5, le=3600
    )
    silence_seconds: float = _setting(
        _DEFAULTS.silence_seconds,
        "So much true silence ends a recording.",
        unit="s",
        switch=True,
        ge=3,
        le=60,
    )
    keep_new_days: int = _setting(
        _DEFAULTS.keep_new_days, "New messages are kept, and are then among the deleted.", unit="days", ge=1
    )
    keep_heard_days: int = _setting(
        _DEFAULTS.keep_heard_days,
        "Heard messages are kept, and are then among the deleted.",
        unit="days",
        ge=1,
    )
    keep_saved_days: int = _setting(
        _DEFAULTS.keep_saved_days,
        "Saved messages are kept, and are then among the deleted.",
        unit="days",
        ge=1,
    )
    keep_deleted_days: int = _setting(
        _DEFAULTS.keep_deleted_days, "Deleted messages can be taken back.", unit="days", ge=0
    )
    diverted_from: Literal["latest", "first"] = _setting(
        _DEFAULTS.diverted_from,
        "Of several diversions, whose mailbox it is: the latest or the first we serve.",
    )
    resume_hours: float = _setting(
        _DEFAULTS.resume_hours,
        "After a dropped line the next call offers to go on within this time.",
        unit="h",
        ge=0,
    )
    call_back_price_ore: int = _setting(
        _DEFAULTS.call_back_price_ore, "Price of an answered call back.", unit="øre", ge=0
    )
    call_backs_a_day: int = _setting(
        _DEFAULTS.call_backs_a_day, "Call backs a day for a mailbox.", unit="calls", ge=0
    )
    call_back_regions: Regions = _setting(
        _DEFAULTS.call_back_regions,
        "Countries that may be called back, with commas between. Empty: Norway and the EEA.",
    )
    call_back_ring_seconds: float = _setting(
        _DEFAULTS.call_back_ring_seconds, "How long a call back rings.", unit="s", ge=5, le=180
    )
    pin_requests_a_day: int = _setting(
        _DEFAULTS.pin_requests_a_day, "PINs a subscriber may ask for in a day.", unit="PINs", ge=0
    )
    requested_pin_minutes: float = _setting(
        _DEFAULTS.requested_pin_minutes, "A requested PIN lives this long.", unit="min", gt=0
    )
    first_pin_days: float = _setting(
        _DEFAULTS.first_pin_days, "The first PIN's SMS may be sent this long.", unit="days", gt=0
    )
    wrong_pins_before_lock: int = _setting(
        _DEFAULTS.wrong_pins_before_lock, "Wrong PINs in a row that close a way in.", unit="PINs", ge=1
    )
    lock_minutes: float = _setting(
        _DEFAULTS.lock_minutes, "First closing; it doubles, up to a day.", unit="min", gt=0, le=1440
    )
    max_call_minutes: float = _setting(
        _DEFAULTS.max_call_minutes, "Longest call.", unit="min", switch=True, ge=1, le=1440
    )


class Settings(Manual, Upkeep, Logging, VisualVoicemail, Gateways, Switch, Doors, Places):
    groups: ClassVar[tuple[type[_Group], ...]] = (
        Places,
        Doors,
        Switch,
        Gateways,
        VisualVoicemail,
        Logging,
        Upkeep,
        Manual,
    )

    def disagreements(self) -> Iterator[str]:
        """Settings that don't go together, a line each."""
        yield from self._of_the_service()
        yield from self._of_the_switch()

    def _of_the_service(self) -> Iterator[str]:
        if self.min_message_seconds >= self.max_message_seconds:
            yield "PERSONSVAR_MIN_MESSAGE_SECONDS should be less than PERSONSVAR_MAX_MESSAGE_SECONDS"
        if self.webhook_url is not None and self.webhook_secret is None:
            yield "PERSONSVAR_WEBHOOK_URL needs PERSONSVAR_WEBHOOK_SECRET to sign with"
        if self.fastagi_secret is None and not _is_of_this_machine(self.fastagi_bind):
            yield (
                f"PERSONSVAR_FASTAGI_BIND={self.fastagi_bind!r}: others reach it, so it needs "
                "PERSONSVAR_FASTAGI_SECRET"
            )
        if self.smpp_url is not None and self.kannel_url is not None:
            yield "PERSONSVAR_SMPP_URL and PERSONSVAR_KANNEL_URL: give one of them"

    def _of_the_switch(self) -> Iterator[str]:
        tls = f"PERSONSVAR_SIP_TLS_PORT={self.sip_tls_port}"
        if self.sip_tls_port and self.sip_tls_port == self.sip_port:
            yield f"{tls}: should be another port than PERSONSVAR_SIP_PORT"
        if self.sip_tls_port and not (self.sip_tls_certificate and self.sip_tls_key):
            yield f"{tls}: needs PERSONSVAR_SIP_TLS_CERTIFICATE and PERSONSVAR_SIP_TLS_KEY"
        if self.sip_srtp == "1" and not self.sip_tls_port:
            yield (
                "PERSONSVAR_SIP_SRTP: needs PERSONSVAR_SIP_TLS_PORT: the keys would go over the wire in clear"
            )
        if self._believes_whoever_comes_over_the_bridge():
            yield (
                f"PERSONSVAR_TRUNK_HOSTS={self.trunk_hosts!r}: holds {self.sip_gateway}, Docker's bridge, "
                f"and SIP is published at {self.sip_publish}: any caller may come from there; name the "
                "trunk's own addresses"
            )

    def _believes_whoever_comes_over_the_bridge(self) -> bool:
        if not self.sip_gateway or ip_address(self.sip_publish).is_loopback:
            return False
        bridge = ip_address(self.sip_gateway)
        return any(bridge in ip_network(part) for part in self.trunk_hosts.split(","))

    def rules(self) -> Rules:
        """The manual's numbers, as the domain knows them."""
        values = {one.name: getattr(self, one.name) for one in fields(Rules) if hasattr(self, one.name)}
        of_gateways = {
            "webhooks": self.webhook_url is not None,
            "lamps": self.lamp_sip is not None,
            "visual": bool(self.visual_host),
        }
        return Rules(**{**values, **of_gateways, "access_number": Number(self.access_number)})

    @property
    def state_folder(self) -> Path:
        return self.state.absolute()

    @property
    def spool_folder(self) -> Path:
        return self.spool or self.state_folder / "spool"

    @property
    def media_folder(self) -> Path:
        return self.media or self.state_folder / "media"

    @property
    def outbox_folder(self) -> Path:
        return self.state_folder / "outbox"

    @property
    def fastagi_secret_file(self) -> Path:
        """Where it is kept when none is given; the switch looks there too."""
        return self.state_folder / "fastagi.secret"

    @property
    def key_file(self) -> Path:
        return self.state_folder / "secret.key"

    @property
    def database(self) -> str:
        """The database's URL; it may hold a password, so it is never logged."""
        if self.database_url is None:
            return f"sqlite:///{self.state_folder / 'personsvar.db'}"
        return self.database_url.get_secret_value()

    @property
    def embedded(self) -> bool:
        """SQLite: one machine, upgraded by itself at start."""
        return _scheme(self.database).startswith("sqlite")


OF_THE_NOTIFIER = ("smpp_url", "kannel_url", "mm7_url", "mm7_report_login", "smtp_url", "api_token")
"""Secrets that no other service needs. (Who else writes rows for webhooks must know that there are some.)"""


@dataclass(frozen=True, slots=True)
class Given:
    """What the environment says: the settings, those that are wrong left out, and a line for each mistake."""

    settings: Settings
    mistakes: tuple[str, ...]


def load(*, notifier: bool = True) -> Settings:
    """The settings of this process; SettingsError lists every mistake there is.

    Without `notifier`, its secrets are not looked for: they need not be where they could be read.
    """
    given = read(notifier=notifier)
    if given.mistakes:
        raise SettingsError(given.mistakes)
    return given.settings


def read(*, notifier: bool = True) -> Given:
    """What is wrong is as if it were not set; so all mistakes are found, not the first alone."""
    theirs = dict.fromkeys(OF_THE_NOTIFIER) if not notifier else {}
    given, mistakes = _secret_files(os.environ, without=theirs)
    given |= theirs
    try:
        settings = Settings(**given)
    except ValidationError as wrong:
        details = wrong.errors()
        mistakes += [_line(detail) for detail in details]
        wrong_ones = {str(detail["loc"][0]) for detail in details}
        settings = Settings(**given | {field: Settings.model_fields[field].default for field in wrong_ones})
    blamed = {name_in(one) for one in mistakes}
    mistakes += [one for one in settings.disagreements() if blamed.isdisjoint(_NAME.findall(one))]
    return Given(settings, tuple(mistakes))


def name_in(mistake: str) -> str:
    """Which setting a line blames."""
    named = _NAME.search(mistake)
    return named[0] if named else ""


def unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like settings and are none: a slip of the pen, told as a warning."""
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    return tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known))


def variable(field: str) -> str:
    return PREFIX + field.upper()


def is_secret(field: str) -> bool:
    extra = Settings.model_fields[field].json_schema_extra
    return isinstance(extra, dict) and bool(extra["secret"])


def _secret_files(
    environ: Mapping[str, str], *, without: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    fields = [field for field in Settings.model_fields if is_secret(field) and field not in without]
    fields_of = {variable(field): field for field in fields}
    found, mistakes = secret_settings.from_files(environ, fields_of)
    return {fields_of[name]: secret for name, secret in found.items()}, mistakes


def _line(detail: ErrorDetails) -> str:
    """One mistake on one line; a secret's value is never in it."""
    field = str(detail["loc"][0])
    shown = "" if is_secret(field) else f"={str(detail['input'])[:80]!r}"
    return f"{variable(field)}{shown}: {said(detail)}"
