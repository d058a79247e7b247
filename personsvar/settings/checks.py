"""Checks of settings that service and switch share: each returns the value, or raises ValueError in words.

The switch is started with the standard library only (`python -m dialplan.switch`), and so is this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from personsvar.address import Address

PREFIX = "PERSONSVAR_"
MAX_PORT = 65535


def host_and_port(example: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        found = re.fullmatch(r".+:([0-9]{1,5})", text, re.DOTALL)
        if found is None or int(found[1]) > MAX_PORT:
            raise ValueError(f"should be host:port, like {example}")
        return text

    return check


def is_of_this_machine(bind: str) -> bool:
    host = Address.parse(bind).host
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


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


def network(part: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(part)
    except ValueError as wrong:
        raise ValueError(
            "should be addresses or networks, with commas between, like 192.0.2.10,10.1.0.0/16; "
            f"{part[:40]!r} is none"
        ) from wrong


def hosts(text: str) -> str:
    networks = [network(part) for part in parts(text)]
    if not networks or any(one.prefixlen == 0 for one in networks):
        raise ValueError("should be hosts of the operator's own, not everybody's")
    return ",".join(parts(text))


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
    try:
        is_other = path.exists() and not path.is_dir()
    except OSError as wrong:  # a name that can't be: too long
        raise ValueError(f"should be a folder: {wrong.strerror}") from wrong
    if is_other:
        raise ValueError("should be a folder, and is a file")
    return path.absolute()


def secret_disagreement(bind: str, *, secret: bool) -> Iterator[str]:
    """This and the following yield a line for each pair of settings that don't go together."""
    if not secret and not is_of_this_machine(bind):
        yield f"{PREFIX}FASTAGI_BIND={bind!r}: others reach it, so it needs {PREFIX}FASTAGI_SECRET"


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
