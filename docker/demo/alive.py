"""For HEALTHCHECK: `alive http PORT`, `alive smtp PORT` exit 0 when that server on this machine answers."""

from __future__ import annotations

import socket
import sys

ASK = {"http": b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", "smtp": b""}
HEARD = {"http": (b"HTTP/1.0 200", b"HTTP/1.1 200"), "smtp": (b"220",)}


def is_alive(kind: str, port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as probe:
            probe.sendall(ASK[kind])
            alive = probe.recv(100).startswith(HEARD[kind])
            if kind == "smtp":
                probe.sendall(b"QUIT\r\n")
            return alive
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_alive(sys.argv[1], int(sys.argv[2])) else 1)
