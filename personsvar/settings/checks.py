"""Checks of settings that service and switch share: each returns the value, or raises ValueError in words.

The switch is started with the standard library only (`python -m dialplan.switch`), and so is this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from personsvar.address import MAX_PORT, Address
from personsvar.settings import defaults

PREFIX = "PERSONSVAR_"
LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what it means when it is set


def shown(text: str) -> str:
    """A value that will not do, for the line that says so: without it where it may hold a password, and
    without what stands behind a question mark or a hash, which may be a key.
    """
    told, *more = re.split(r"[?#]", text, maxsplit=1)
    if re.search(r":|//", text.rpartition("@")[0]):
        return ""
    return f"={told[:80]!r}…" if more else f"={told[:80]!r}"


def whole(text: str) -> int:
    """Digits, and nothing else: no blank, sign or exponent that one program would read and another not."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError("should be a whole number")
    return int(text)


def number(text: str) -> float:
    """The same, with a decimal point where needed."""
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text):
        raise ValueError("should be a number, like 30 or 7.5")
    return float(text)


def host_and_port(example: str, *, least: int = 0) -> Callable[[str], str]:
    """`least`: 0 where we listen (any free port), 1 where we send."""

    def check(text: str) -> str:
        try:
            port = Address.parse(text).port
        except ValueError:
            port = -1
        if port < least:
            raise ValueError(f"should be host:port, like {example}")
        return text

    return check


def address_or_nowhere(example: str) -> Callable[[str], str]:
    """One where we listen, or the word for nowhere."""
    address = host_and_port(example)
    return lambda text: text if text == defaults.NOWHERE else address(text)


def is_of_this_machine(bind: str) -> bool:
    host = Address.parse(bind).host
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_one_place(bind: str, other: str) -> bool:
    """Whether only one of two could listen there, in one process."""
    one, two = Address.parse(bind), Address.parse(other)
    hosts = {LOOPBACK if it.host.lower() == "localhost" else it.host.lower() for it in (one, two)}
    overlap = len(hosts) == 1 or (one.family == two.family and not hosts.isdisjoint(EVERYWHERE))
    return overlap and one.port == two.port != 0


def ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10") from wrong


def outside_address(text: str) -> str:
    """An IPv4 address with or without a port: the one told in place of our own."""
    host, colon, port = text.partition(":")
    try:
        IPv4Address(host)
        if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= MAX_PORT):
            raise ValueError(port)  # noqa: TRY301 - one answer to all that it is not
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10 or 192.0.2.10:5060") from wrong
    return text


def port_range(text: str) -> tuple[int, int]:
    """A call takes two of them, the lower one even (RFC 3550, 11)."""
    ports = re.fullmatch(r"([0-9]{4,5})-([0-9]{4,5})", text)
    first, last = (int(ports[1]), int(ports[2])) if ports else (0, 0)
    if not 1024 <= first < last <= MAX_PORT or first % 2:  # noqa: PLR2004 - those below are the system's
        raise ValueError("should be two ports of 1024 and more, the first even, like 10000-30000")
    return first, last


def parts(text: str) -> list[str]:
    """The texts between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def networks(text: str) -> dict[str, IPv4Network | IPv6Network]:
    """Each part, and the network it is. What is none is told by its place: it may be half a password."""
    read = {}
    for place, part in enumerate(parts(text), start=1):
        try:
            read[part] = ip_network(part.replace("%", " "))  # the switch knows no interfaces (RFC 4007)
        except ValueError as wrong:
            raise ValueError(
                "should be addresses or networks, with commas between, like 192.0.2.10,10.1.0.0/16; "
                f"number {place} is none"
            ) from wrong
    return read


def hosts(text: str) -> str:
    """A network goes with the length of its prefix, which cannot be misread as a mask can."""
    read = networks(text)
    if not read or any(one.prefixlen == 0 for one in read.values()):
        raise ValueError("should be hosts of the operator's own, not everybody's")
    return ",".join(str(one) if "/" in part else part for part, one in read.items())


def switch_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", text):
        raise ValueError(
            "should be 32 letters, digits, hyphens and underscores at most, a letter or digit first"
        )
    return text


def e164(number: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise ValueError("should be a number in E.164 form, with the plus sign, like +4747471000")
    return number


def switch_secret(text: str) -> str:
    """One that can stand in the switch's configuration, and that nobody guesses."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", text):
        raise ValueError("should be 16 to 128 letters, digits, hyphens and underscores")
    return text


def folder(path: Path) -> Path:
    """One that is there, or can be made."""
    path = path.absolute()
    try:
        there = nearest(path)
        is_folder, leads_nowhere = there.is_dir(), not there.exists()
    except OSError as wrong:  # a name that can't be: too long
        raise ValueError(f"should be a folder: {wrong.strerror}") from wrong
    if not is_folder:
        what = "a link that leads nowhere" if leads_nowhere else "a file"
        raise ValueError(f"should be a folder, and {'' if there == path else f'{there} '}is {what}")
    return path


def nearest(path: Path) -> Path:
    """As much of an absolute path as is there. Raise OSError where nobody can look."""
    for one in (path, *path.parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            one.lstat()
            return one
    return path


def folder_of_both(path: Path) -> Path:
    """One that can stand in the switch's configuration, too."""
    if not re.fullmatch(r"[^\x00-\x1f;,\"${}|]+", str(path)):
        raise ValueError("should be a folder whose name can stand in the switch's configuration")
    return folder(path)


def folder_disagreement(name: str, path: Path) -> Iterator[str]:
    """Of a folder that has its place from another setting."""
    try:
        folder(path)
    except ValueError as wrong:
        yield f"{name}={str(path)!r}: {wrong}"


def secret_disagreement(bind: str, *, secret: bool, setting: str = "FASTAGI_BIND") -> Iterator[str]:
    """This and the following yield a line for each pair of settings that don't go together."""
    if bind != defaults.NOWHERE and not secret and not is_of_this_machine(bind):
        yield f"{PREFIX}{setting}={bind!r}: others reach it, so it needs {PREFIX}FASTAGI_SECRET"


def tls_disagreements(tls_port: int, sip_port: int, *, certified: bool) -> Iterator[str]:
    named = f"{PREFIX}SIP_TLS_PORT={tls_port}"
    if tls_port and tls_port == sip_port:
        yield f"{named}: should be another port than {PREFIX}SIP_PORT"
    if tls_port and not certified:
        yield f"{named}: needs {PREFIX}SIP_TLS_CERTIFICATE and {PREFIX}SIP_TLS_KEY"


def srtp_disagreement(*, srtp: bool, tls: bool) -> Iterator[str]:
    if srtp and not tls:
        yield f"{PREFIX}SIP_SRTP: needs {PREFIX}SIP_TLS_PORT: the keys would go over the wire in clear"


def bridge_disagreement(trunk_hosts: str, *, published: str, bridge: str) -> Iterator[str]:
    """In Docker, once SIP is published, calls of anybody may come from the bridge."""
    if not bridge or ip_address(published).is_loopback:
        return
    if any(ip_address(bridge) in ip_network(part) for part in trunk_hosts.split(",")):
        yield (
            f"{PREFIX}TRUNK_HOSTS={trunk_hosts!r}: holds {bridge}, Docker's bridge, and SIP is published at "
            f"{published}: any caller may come from there; name the trunk's own addresses"
        )
