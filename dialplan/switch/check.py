"""What a setting of the switch has to look like: a check returns the value, or raises ValueError in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

LANGUAGES = ("nb", "en")
MAX_PORT = 65535


def whole(least: int, most: int) -> Callable[[str], int]:
    def check(given: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", given) or not least <= int(given) <= most:
            raise ValueError(f"should be a whole number from {least} to {most}")
        return int(given)

    return check


def number(least: float, most: float) -> Callable[[str], float]:
    def check(given: str) -> float:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", given) or not least <= float(given) <= most:
            raise ValueError(f"should be a number from {least} to {most}")
        return float(given)

    return check


def address(example: str) -> Callable[[str], str]:
    def check(given: str) -> str:
        host, _, port = given.rpartition(":")
        if (
            not re.fullmatch(r"[A-Za-z0-9._\[\]:-]+", host)
            or not re.fullmatch(r"[0-9]{1,5}", port)
            or int(port) > MAX_PORT
        ):
            raise ValueError(f"should be host:port, like {example}")
        return given

    return check


def ipv4(given: str) -> str:
    try:
        return str(IPv4Address(given))
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10") from wrong


def external(given: str) -> str:
    host, colon, port = given.partition(":")
    try:
        IPv4Address(host)
    except ValueError as wrong:
        raise ValueError("should be an IPv4 address, like 192.0.2.10 or 192.0.2.10:5060") from wrong
    if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= MAX_PORT):
        raise ValueError("should be an IPv4 address, like 192.0.2.10 or 192.0.2.10:5060")
    return given


def port_range(given: str) -> tuple[int, int]:
    """A call takes two of them, the lower one even (RFC 3550, 11)."""
    ports = re.fullmatch(r"([0-9]{4,5})-([0-9]{4,5})", given)
    first, last = (int(ports[1]), int(ports[2])) if ports else (0, 0)
    if not 1024 <= first < last <= MAX_PORT or first % 2:  # noqa: PLR2004 - those below are the system's
        raise ValueError("should be two ports of 1024 and more, the first even, like 10000-30000")
    return first, last


def holds(hosts: str, address: str) -> bool:
    """Whether it is one of them, or of their networks."""
    return any(ip_address(address) in ip_network(part) for part in hosts.split(","))


def hosts(given: str) -> str:
    parts = [part.strip() for part in given.split(",") if part.strip()]
    networks = [_network(part) for part in parts]
    if not networks or any(network.prefixlen == 0 for network in networks):
        raise ValueError("should be hosts of the operator's own, not everybody's")
    return ",".join(parts)


def _network(part: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(part)
    except ValueError as wrong:
        raise ValueError(
            "should be addresses or networks, with commas between, like 192.0.2.10,10.1.0.0/16; "
            f"{part[:40]!r} is none"
        ) from wrong


def switch_name(given: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", given):
        raise ValueError(
            "should be 32 letters, digits, hyphens and underscores at most, a letter or digit first"
        )
    return given


def e164(given: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", given):
        raise ValueError("should be a number in E.164 form, with the plus sign, like +4747471000")
    return given


def secret(given: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", given):
        raise ValueError("should be 16 to 128 letters, digits, hyphens and underscores")
    return given


def is_of_this_machine(bind: str) -> bool:
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def language(given: str) -> str:
    if given not in LANGUAGES:
        raise ValueError(f"should be {' or '.join(LANGUAGES)}")
    return given


def file(given: str) -> Path:
    path = Path(given)
    try:
        path.read_bytes()
    except OSError as wrong:
        raise ValueError(f"can't be read: {wrong.strerror}") from wrong
    return path.absolute()


def yes_or_no(given: str) -> bool:
    if given not in {"0", "1"}:
        raise ValueError("should be 0 or 1")
    return given == "1"


def folder(given: str) -> Path:
    if not re.fullmatch(r"[^\x00-\x1f;,\"${}|]+", given):
        raise ValueError("is a folder whose name can't stand in the switch's configuration")
    path = Path(given)
    try:
        is_other = path.exists() and not path.is_dir()
    except OSError as wrong:  # a name that can't be: too long
        raise ValueError(f"should be a folder: {wrong.strerror}") from wrong
    if is_other:
        raise ValueError("should be a folder, and is a file")
    return path.resolve()


def more_files(given: str) -> dict[str, str]:
    """The `.conf` files of a folder, by name."""
    path = folder(given)
    if not path.is_dir():
        raise ValueError("should be a folder, and is not there")
    try:
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.glob("*.conf"))}
    except (OSError, UnicodeDecodeError) as wrong:
        raise ValueError(f"has a file that can't be read: {wrong}") from wrong
