"""The types of settings: what a value of each has to look like, said in our own words where it does not."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from personsvar.settings import address_values, checks, secret_values


def _matching(pattern: str, wrong: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(wrong)
        return text

    return AfterValidator(check)


def _secret(check: Callable[[str], object]) -> AfterValidator:
    """A secret whose content this check looks at, without blanks around it; no message holds its value."""

    def checked(value: SecretStr) -> SecretStr:
        text = value.get_secret_value().strip()
        check(text)
        return SecretStr(text)

    return AfterValidator(checked)


def _region(code: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - 30 ms that most commands need not wait for

    if code not in SUPPORTED_REGIONS:
        raise ValueError("should be a country as two capital letters, like NO")
    return code


def _regions(text: object) -> object:
    if not isinstance(text, str):
        return text
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - as above

    codes = [code.upper() for code in checks.parts(text)]
    if unknown := [place for place, code in enumerate(codes, start=1) if code not in SUPPORTED_REGIONS]:
        raise ValueError(f"should be countries as two letters each, like NO,SE; number {unknown[0]} is none")
    return tuple(codes)


def _networks(text: object) -> object:
    return tuple(checks.networks(text).values()) if isinstance(text, str) else text


def _command(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError as wrong:
        raise ValueError("has a quote that is not closed") from wrong
    if not words or not Path(words[0]).is_absolute():
        raise ValueError("should be a program by its whole path, with its arguments")
    return text


CommandLine = Annotated[str, AfterValidator(_command)]


def url(*schemes: str, several: bool = False) -> AfterValidator:
    """A setting of one URL of one of these schemes; `several`: or of more, with commas between."""

    def check(text: str) -> None:
        for one in text.split(",") if several else (text,):
            _check_url(one.strip(), schemes)

    return _secret(check)


def _check_url(url: str, schemes: tuple[str, ...]) -> None:
    if scheme_of(url) not in schemes or not urlsplit(url).hostname:
        comma = f"; {secret_values.ESCAPED}" if "@" in url and "://" not in url else ""
        raise ValueError(f"should be {' or '.join(f'{one}://…' for one in schemes)}, with a host{comma}")
    if not url.isprintable() or " " in url or "://" in urlsplit(url).path:
        raise ValueError("should be one URL, without blanks")
    _check_port(url)
    secret_values.check_password_in(url)
    address_values.check_host_of(url)


def _check_port(url: str) -> None:
    """What stands where the port does may be half a password: it is not repeated."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(f"the port should be 1 to 65535; {secret_values.ESCAPED}")


def scheme_of(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme
    except ValueError:
        return ""


def _database(url: str) -> None:
    if not url.isprintable():
        raise ValueError("holds what nobody sees: a line end, or the like")
    if scheme_of(url).partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("should be sqlite:////path/file.db or postgresql://user:password@host/name")
    secret_values.check_password_in(url)
    secret_values.check_no_at_in(url)
    _check_port(url)
    if urlsplit(url).hostname:
        address_values.check_host_of(url, several=True)


def is_key(text: str) -> bool:
    """Whether it is 32 bytes in URL-safe base64."""
    return re.fullmatch(r"[A-Za-z0-9_-]{43}=", text) is not None


def _fernet(key: str) -> None:
    if not is_key(key):
        raise ValueError(
            "should be 32 random bytes in URL-safe base64, as `personsvar settings --new-key` prints"
        )


def _webhook_secret(text: str) -> None:
    try:
        size = len(base64.b64decode(text.removeprefix("whsec_"), validate=True))
    except ValueError:
        size = 0
    if not 24 <= size <= 64:  # noqa: PLR2004 - the specification's own numbers
        raise ValueError("should be whsec_ and 24 to 64 random bytes in base64")


def _watchdog_seconds(seconds: int) -> int:
    """A beat comes each second: one that is late must be no hang."""
    if 0 < seconds < 3:  # noqa: PLR2004 - stands in the text, too
        raise ValueError("should be 0, or at least 3")
    return seconds


def host_and_port(example: str, *, least: int = 0) -> AfterValidator:
    return AfterValidator(checks.host_and_port(example, least=least))


def address_or_nowhere(example: str) -> AfterValidator:
    return AfterValidator(checks.address_or_nowhere(example))


def _port_range(text: str) -> str:
    checks.port_range(text)
    return text


def _if_any(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text else text)


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
E164 = Annotated[str, AfterValidator(checks.e164)]
Folder = Annotated[Path, AfterValidator(checks.folder)]
FolderOfBoth = Annotated[Path, AfterValidator(checks.folder_of_both)]
"""The switch reads it, too."""
Region = Annotated[str, AfterValidator(_region)]
Regions = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_regions)]
WatchdogSeconds = Annotated[int, AfterValidator(_watchdog_seconds)]
DatabaseUrl = Annotated[SecretStr, _secret(_database)]
FernetKey = Annotated[SecretStr, _secret(_fernet)]
SwitchSecret = Annotated[SecretStr, _secret(checks.switch_secret)]
WebhookSecret = Annotated[SecretStr, _secret(_webhook_secret)]
Bucket = Annotated[
    str,
    _matching(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "should be a bucket's name: 3 to 63 small letters, digits, dots, hyphens",
    ),
]
ObjectsUrl = Annotated[str, AfterValidator(address_values.host_url)]
ObjectsKey = Annotated[SecretStr, _secret(secret_values.check_access_key)]
EngineKey = Annotated[SecretStr, _secret(secret_values.check_engine_key)]
Token = Annotated[SecretStr, _secret(secret_values.check_token)]
Login = Annotated[SecretStr, _secret(secret_values.check_login)]
Ipv4 = Annotated[str, AfterValidator(checks.ipv4)]
OptionalIpv4 = Annotated[str, _if_any(checks.ipv4)]
OutsideAddress = Annotated[str, _if_any(checks.outside_address)]
PortRange = Annotated[str, AfterValidator(_port_range)]
Hosts = Annotated[str, AfterValidator(checks.hosts)]
SwitchName = Annotated[str, AfterValidator(checks.switch_name)]
EmailSender = Annotated[str, AfterValidator(address_values.sender)]
PublicUrl = Annotated[str, AfterValidator(address_values.public_url)]
SmsSender = Annotated[
    str,
    _matching(
        r"\+[1-9][0-9]{6,14}|[A-Za-z0-9]([A-Za-z0-9 ]{0,9}[A-Za-z0-9])?",
        "should be a number with the plus sign, or 11 letters and digits at most",
    ),
]
SystemType = Annotated[
    str, _matching(r"[!-~]{0,12}", "should be 12 letters and digits at most, as SMPP has room for")
]
Printable = Annotated[str, _matching(r"[^\x00-\x1f\x7f]*", "should hold nothing that is not seen")]
Plain = Annotated[str, _matching(r"[^\s\x00-\x1f\x7f]+", "should be one word, without blanks")]
HostName = Annotated[str, _if_any(address_values.host_name)]
ShortNumber = Annotated[
    str, _matching(r"|\+?[0-9]{2,15}", "should be a number: a short code, or one with the plus sign")
]
VisualPrefix = Annotated[
    str, _matching(r"//[A-Za-z0-9]{1,20}", "should be two slashes and letters or digits, like //VVM")
]
