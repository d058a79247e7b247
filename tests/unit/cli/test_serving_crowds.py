"""Hundreds of half requests at HTTP cost no call: with as few files as a system gives by itself."""

from __future__ import annotations

import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.unit.cli.test_serving import AGI, StartedService, running

HALF = b"GET /readyz HTTP/1.1\r\nHost: here\r\nA: "
CROWD = 1100


def _said_to(service: StartedService, script: str) -> bytes:
    with socket.create_connection(service.agi, timeout=30) as switch:
        switch.sendall(AGI.format(script=script).encode())
        return switch.recv(1000)


@pytest.fixture
def many_files() -> Iterator[None]:
    """For the crowd itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_half_requests_by_the_hundred_cost_no_call_and_no_other_request(tmp_path: Path) -> None:
    with running(tmp_path, "run") as service, ExitStack() as crowd:
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (1024, 1024))
        host, _, port = service.environment["PERSONSVAR_HTTP_BIND"].partition(":")
        for _ in range(CROWD):
            one = crowd.enter_context(socket.create_connection((host, int(port)), 30))
            with suppress(OSError):  # it had to make room already
                one.sendall(HALF)
        assert _said_to(service, "alive").startswith(b"SET VARIABLE")
        assert _said_to(service, "call")
        assert service.get("/readyz").json()["ready"]
        assert "Too many open files" not in service.log.read_text()


@pytest.mark.usefixtures("many_files")
def test_a_crowd_that_came_while_nobody_looked_is_let_in_piece_by_piece(tmp_path: Path) -> None:
    """All at once they would be more than the files there are, before the first could be sent away."""
    with running(tmp_path, "run") as service, ExitStack() as crowd:
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (1024, 1024))
        host, _, port = service.environment["PERSONSVAR_HTTP_BIND"].partition(":")
        service.process.send_signal(signal.SIGSTOP)
        for _ in range(CROWD):
            one = crowd.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex((host, int(port)))
        service.process.send_signal(signal.SIGCONT)
        assert _said_to(service, "alive").startswith(b"SET VARIABLE")
        crowd.close()
        assert service.get("/readyz").json()["ready"]
        assert "Too many open files" not in service.log.read_text()
