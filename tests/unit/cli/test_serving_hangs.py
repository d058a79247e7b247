"""The notifier and visual voicemail, as real processes: one that hangs is ended, one that waits is not."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from personsvar import storage
from personsvar.visual.self_signed import self_signed
from tests.postgres import running_cluster
from tests.real.ports import free_tcp_port
from tests.unit.cli.test_serving import AGI, StartedService, running

BARKS = 3
WAITS = 4 * BARKS

INTRUDER = """
import sys, threading, time
from pathlib import Path

def place(thread: threading.Thread) -> None:
    import asyncio, gc
    gc.unfreeze()  # a service that is ready keeps what it has loaded out of the collector's sight
    for it in gc.get_objects():
        if isinstance(it, asyncio.BaseEventLoop) and it._thread_id == thread.ident:
            it.call_soon_threadsafe(time.sleep, 3600)

def intrude() -> None:
    while not (order := Path({order!r})).exists():
        time.sleep(0.05)
    for thread in threading.enumerate():
        if thread.name == order.read_text():
            place(thread)

threading.Thread(target=intrude, daemon=True).start()
"""
"""Python runs it as it starts: it blocks the event loop of the thread that a file names."""


@contextmanager
def service_named(name: str, tmp_path: Path, **settings: str) -> Iterator[StartedService]:
    papers = self_signed(tmp_path)
    (tmp_path / "sitecustomize.py").write_text(INTRUDER.format(order=str(tmp_path / "order")))
    with running(
        tmp_path,
        name,
        PYTHONPATH=str(tmp_path),
        PERSONSVAR_WATCHDOG_SECONDS=str(BARKS),
        PERSONSVAR_VISUAL_HOST="localhost",
        PERSONSVAR_VISUAL_CERTIFICATE=str(papers.certificate),
        PERSONSVAR_VISUAL_KEY=str(papers.key),
        **settings,
    ) as service:
        yield service


def block(service: StartedService, loop: str) -> None:
    order = service.state.parent / "order"
    order.with_suffix(".new").write_text(loop)
    order.with_suffix(".new").rename(order)


def lines(service: StartedService, *words: str) -> list[str]:
    return [line for line in service.log.read_text().splitlines() if all(word in line for word in words)]


@pytest.mark.parametrize("name", ["notifier", "visual"])
def test_one_that_is_stopped_is_killed(tmp_path: Path, name: str) -> None:
    with service_named(name, tmp_path) as service:
        service.process.send_signal(signal.SIGSTOP)
        assert service.process.wait(60) == -signal.SIGKILL
        (killed,) = lines(service, "level=critical")
        assert f'in=watchdog event="the service hangs: killed" pid={service.process.pid}' in killed


@pytest.mark.parametrize(
    ("name", "loop"), [("notifier", "notices"), ("notifier", "http"), ("visual", "visual")]
)
def test_one_whose_loop_hangs_is_killed_and_tells_which(tmp_path: Path, name: str, loop: str) -> None:
    with service_named(name, tmp_path) as service:
        block(service, loop)
        assert service.process.wait(60) == -signal.SIGKILL
        assert len(lines(service, "level=critical", "the service hangs: killed")) == 1
        (where,) = lines(service, "level=error", 'event="a part hangs"')
        assert f"part={loop} at=" in where


def test_calls_are_not_cut_because_notices_hang(tmp_path: Path) -> None:
    """`personsvar run`, where calls are in the same process: it says that it is not well, and goes on."""
    with service_named("run", tmp_path) as service:
        block(service, "notices")
        service.until(lambda: service.get("/readyz").status_code == 503)
        with pytest.raises(subprocess.TimeoutExpired):
            service.process.wait(WAITS)
        with socket.create_connection(service.agi, timeout=20) as switch:
            switch.sendall(AGI.format(script="alive").encode())
            assert b"SET VARIABLE" in switch.recv(1000)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["notifier", "visual"])
def test_one_that_waits_for_a_database_that_hangs_is_left_alone(tmp_path: Path, name: str) -> None:
    with running_cluster() as cluster:
        url = cluster.url(cluster.new_database())
        storage.upgrade(url)
        bind = f"127.0.0.1:{free_tcp_port()}"
        with service_named(
            name, tmp_path, PERSONSVAR_DATABASE_URL=url, PERSONSVAR_HEALTH_BIND=bind
        ) as service:
            with frozen(cluster.pid), phone_that_logs_in(service) if name == "visual" else nullcontext():
                service.until(lambda: "database: no answer" in service.health(name)[1])
                with pytest.raises(subprocess.TimeoutExpired):
                    service.process.wait(WAITS)
            assert not lines(service, "a part hangs")
            assert not lines(service, "level=critical")
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(60) == 0


@pytest.mark.parametrize("name", ["notifier", "visual"])
def test_one_that_waits_for_ffmpeg_is_left_alone(tmp_path: Path, name: str) -> None:
    """Asked at start what it can: on a machine that is busy, or whose disk is cold, it takes its time."""
    ffmpeg = tmp_path / "bin" / "ffmpeg"
    ffmpeg.parent.mkdir()
    ffmpeg.write_text(f"#!/bin/sh\nsleep {WAITS}\n")
    ffmpeg.chmod(0o755)
    path = f"{ffmpeg.parent}:{os.environ['PATH']}"
    mm7 = "http://127.0.0.1:1/mm7"
    with service_named(name, tmp_path, PATH=path, PERSONSVAR_MM7_URL=mm7) as service:
        assert service.process.poll() is None
        assert lines(service, "AMR") or lines(service, "can't be given their messages")
        assert not lines(service, "a part hangs")


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A server with all its processes: its connections stay open, and nothing answers.

    It is stopped first and goes on last, so that a process of its own that has just ended is there meanwhile.
    """
    os.kill(pid, signal.SIGSTOP)
    workers = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for each in workers:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in [*workers, pid]:
            os.kill(each, signal.SIGCONT)


@contextmanager
def phone_that_logs_in(service: StartedService) -> Iterator[None]:
    """And has no answer as long as the database gives none."""
    host, _, port = service.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")
    trust = ssl.create_default_context(cafile=service.environment["PERSONSVAR_VISUAL_CERTIFICATE"])
    with (
        socket.create_connection((host, int(port)), timeout=1) as line,
        trust.wrap_socket(line, server_hostname="localhost") as phone,
    ):
        assert phone.recv(1000).startswith(b"* OK")
        phone.sendall(b"1 LOGIN +4790000001 nonsense\r\n")
        with pytest.raises(TimeoutError):
            phone.recv(1000)
        yield
