"""Free ports on loopback, as the system deals them; none is dealt twice to the same process.

The system may deal a port again as soon as nobody has it: a service that was given it twice does not start.
"""

from __future__ import annotations

import socket
from pathlib import Path

_DEALT: set[tuple[socket.SocketKind, int]] = set()
_TRIES = 1000


def free_udp_port() -> int:
    return _free(socket.SOCK_DGRAM)


def free_tcp_port() -> int:
    return _free(socket.SOCK_STREAM)


def unread_bytes(udp_port: int) -> int:
    """What has come there, and nobody has read yet: a program that is behind on a busy machine."""
    queues = [line.split() for line in Path("/proc/net/udp").read_text("ascii").splitlines()[1:]]
    return sum(
        int(queue.partition(":")[2], 16)
        for _, local, _, _, queue, *_ in queues
        if int(local.rpartition(":")[2], 16) == udp_port
    )


def dropped_packets(udp_port: int) -> int:
    """What came there and was thrown away, since nobody had read what came before."""
    lines = [line.split() for line in Path("/proc/net/udp").read_text("ascii").splitlines()[1:]]
    return sum(int(drops) for _, local, *_, drops in lines if int(local.rpartition(":")[2], 16) == udp_port)


def _free(kind: socket.SocketKind) -> int:
    for _ in range(_TRIES):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if (kind, port) not in _DEALT:
            _DEALT.add((kind, port))
            return port
    raise OSError("no port was free that was not dealt before")
