"""The sockets that we listen on."""

from __future__ import annotations

import socket

import pytest

from personsvar.address import Address, listening_socket


@pytest.mark.parametrize("at", ["127.0.0.1:0", "[::1]:0"])
def test_what_is_written_to_whoever_comes_in_goes_out_at_once(at: str) -> None:
    """A page on a connection that stayed open took 43 ms: its second part waited for an acknowledgement."""
    with listening_socket(Address.parse(at), 1) as listening:
        host, port = listening.getsockname()[:2]
        with socket.create_connection((host, port)), listening.accept()[0] as come_in:
            assert come_in.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
