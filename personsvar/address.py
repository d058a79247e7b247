"""`host:port`, as settings write it, an IPv6 host in brackets. Standard library only."""

from __future__ import annotations

import socket
from typing import NamedTuple


class Address(NamedTuple):
    host: str
    port: int
    """0: any free one."""

    @classmethod
    def parse(cls, text: str) -> Address:
        """From `127.0.0.1:4573` or `[::1]:4573`. Raise ValueError where the port is no number."""
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]"), int(port))

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET


def listening_socket(address: Address, backlog: int) -> socket.socket:
    """The address is ours from here on; `backlog` connections may wait there. Raise OSError."""
    return socket.create_server(address, family=address.family, backlog=backlog)
