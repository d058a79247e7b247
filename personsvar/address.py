"""`host:port`, as settings write it, an IPv6 host in brackets. Standard library only."""

from __future__ import annotations

import errno
import re
import socket
from ipaddress import ip_address
from typing import NamedTuple

MAX_PORT = 65535
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})")
_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


class Address(NamedTuple):
    host: str
    port: int
    """0: any free one."""

    @classmethod
    def parse(cls, text: str) -> Address:
        """From `127.0.0.1:4573` or `[::1]:4573`. Raise ValueError for what is none."""
        found = _ADDRESS.fullmatch(text)
        if found is None or int(found[3]) > MAX_PORT:
            raise ValueError("it is no host:port")
        return cls(checked_host(found[1] or found[2]), int(found[3]))

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET


def checked_host(text: str) -> str:
    """A host's name, or its address: what ends in a number, as addresses do, is no name. Raise ValueError."""
    try:
        if ":" in text or text.rpartition(".")[2].isdigit():
            return str(ip_address(text))
    except ValueError:
        raise ValueError("it is no address") from None
    if not _NAME.fullmatch(text):
        raise ValueError("it is no host's name")
    return text


def listening_socket(address: Address, backlog: int) -> socket.socket:
    """The address is ours from here on; `backlog` connections may wait there. Raise OSError.

    What is written to a connection goes out at once: the second part of an answer would else wait until the
    other end acknowledges the first, which it does after 40 ms (tcp(7), TCP_NODELAY). asyncio sets it, but
    not where the listening socket was made elsewhere.
    """
    listening = socket.create_server(address, family=address.family, backlog=backlog)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # whatever comes in inherits it
    return listening


def check_is_ours(address: Address) -> None:
    """Raise OSError where nobody on this machine could listen; where somebody does it is well."""
    with socket.socket(address.family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as wrong:
            if wrong.errno != errno.EADDRINUSE:
                raise
