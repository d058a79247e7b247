"""An installation as an operator has it: docker-compose.yml started for real, in a project of its own.

What a test wants to know it asks as an operator would: the command line in a container, the published ports,
the logs. Everything published is on 127.0.0.1.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.real.ports import free_tcp_port, free_udp_port

ROOT = Path(__file__).resolve().parents[2]
NET = "172.29.147"
"""Its network (/24): another one than an installation's on the same machine."""
RUNNING = ("postgres", "ivr", "notifier", "visual", "asterisk")
START_SECONDS = 120
LONGEST_SECONDS = 400
"""A call is let end for 300 s."""
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class PublishedPorts:
    """What is published, each free a moment ago."""

    sip: int = field(default_factory=free_udp_port)
    http: int = field(default_factory=free_tcp_port)
    ivr_health: int = field(default_factory=free_tcp_port)
    visual_health: int = field(default_factory=free_tcp_port)
    imap: int = field(default_factory=free_tcp_port)
    imaps: int = field(default_factory=free_tcp_port)
    inbox: int = field(default_factory=free_tcp_port)
    rtp: str = "20000-20019"

    def environment(self) -> dict[str, str]:
        return {
            "PERSONSVAR_SIP_PORT": str(self.sip),
            "PERSONSVAR_HTTP_PORT": str(self.http),
            "PERSONSVAR_IVR_HEALTH_PORT": str(self.ivr_health),
            "PERSONSVAR_VISUAL_HEALTH_PORT": str(self.visual_health),
            "PERSONSVAR_IMAP_PORT": str(self.imap),
            "PERSONSVAR_IMAPS_PORT": str(self.imaps),
            "PERSONSVAR_INBOX_PORT": str(self.inbox),
            "PERSONSVAR_RTP_PORTS": self.rtp,
        }


@dataclass
class Stack:
    """One project of compose. `compose`: the command (`docker-compose`, or `docker compose`)."""

    compose: Sequence[str]
    docker: Sequence[str]
    engine: Mapping[str, str]
    """What these commands need in their environment to find the engine."""
    settings_file: Path
    project: str = "personsvar-test"
    net: str = NET
    files: Sequence[Path] = (ROOT / "docker-compose.yml",)
    profiles: Sequence[str] = ()
    ports: PublishedPorts = field(default_factory=PublishedPorts)
    more: dict[str, str] = field(default_factory=dict)
    """More of the environment compose is started in."""
    running: Sequence[str] = RUNNING

    # ---- compose's own verbs

    def up(self, *arguments: str) -> None:
        """`up -d`; returns when compose does: what is not yet well is waited for by `wait_until_well`."""
        self.call("up", "-d", "--no-build", *arguments)

    def start(self) -> float:
        """Up, and every service well; the seconds it took."""
        began = time.monotonic()
        self.up()
        self.wait_until_well()
        return time.monotonic() - began

    def down(self, *, forget: bool = False) -> None:
        """`forget`: its volumes go, too."""
        self.call("down", "--remove-orphans", "--timeout", "20", *(["--volumes"] if forget else []))

    def call(self, *arguments: str, given: bytes = b"") -> bytes:
        """What compose printed; AssertionError when it failed."""
        ran = self.try_to(*arguments, given=given)
        errors = ran.stderr.decode(errors="replace")
        assert ran.returncode == 0, f"{arguments}: {ran.stdout[-2000:]!r}\n{errors}\n{self.story()}"
        return ran.stdout

    def try_to(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*self._command(), *arguments],
            env=self.environment(),
            cwd=ROOT,
            input=given,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The same, without waiting for its end."""
        return subprocess.Popen(
            [*self._command(), *arguments],
            env=self.environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def inside(self, service: str, *command: str, given: bytes = b"") -> bytes:
        """A command in a service's container; what it printed."""
        return self.call("exec", "-T", service, *command, given=given)

    def reaches(self, service: str, host: str, port: int) -> bool:
        """Whether a program in its container can connect there."""
        command = f"import socket; socket.create_connection(({host!r}, {port}), 3).close()"
        return self.try_to("exec", "-T", service, "python3", "-c", command).returncode == 0

    def personsvar(self, *arguments: str, given: bytes = b"") -> str:
        """The command line, where an operator has it."""
        return self.inside("notifier", "personsvar", *arguments, given=given).decode()

    def sql(self, statement: str) -> str:
        """What PostgreSQL answers, bare."""
        command = ("psql", "-U", "personsvar", "-d", "personsvar", "-v", "ON_ERROR_STOP=1", "-Atc", statement)
        return self.inside("postgres", *command).decode().strip()

    def logs(self, service: str) -> str:
        return self.try_to("logs", "--no-color", service).stdout.decode()

    # ---- what it looks like from outside

    def wait_until_well(self, *services: str, within: float = START_SECONDS) -> None:
        """Until the health checks of these (or all) say so."""
        deadline = time.monotonic() + within
        for service in services or self.running:
            while self.health(service) != "healthy":
                if time.monotonic() > deadline:
                    raise AssertionError(f"{service} is {self.health(service)}; {self.story()}")
                time.sleep(_POLL_SECONDS)

    def health(self, service: str) -> str:
        """As its health check tells: `starting`, `healthy`, `unhealthy`; else how its process is."""
        found = self.inspect(service)
        if found is None:
            return "not there"
        state = found["State"]
        return str(state.get("Health", {}).get("Status") or state["Status"])

    def inspect(self, service: str) -> Any:
        """What the engine knows of a service's container; None when there is none."""
        name = self.try_to("ps", "-a", "-q", service).stdout.decode().strip()
        if not name:
            return None
        ran = subprocess.run(
            [*self.docker, "inspect", name], env=self.environment(), capture_output=True, check=False
        )
        return json.loads(ran.stdout)[0] if ran.returncode == 0 else None

    def web(self, path: str, *, port: int | None = None) -> bytes:
        """From the notifier's HTTP, or another published port."""
        where = f"http://127.0.0.1:{port or self.ports.http}{path}"
        with urllib.request.urlopen(where, timeout=10) as answer:
            return bytes(answer.read())

    def story(self) -> str:
        """For whoever reads why a test failed."""
        parts = []
        for service in ("secrets", "migrate", *self.running):
            with suppress(Exception):
                lines = self.logs(service).splitlines()[-40:]
                parts.append(f"--- {service}: {self.health(service)}\n" + "\n".join(lines))
        return "\n".join(parts)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.engine,
            "PERSONSVAR_NET": self.net,
            "PERSONSVAR_ENV": str(self.settings_file),
            **self.ports.environment(),
            **self.more,
        }

    def _command(self) -> list[str]:
        files = [word for file in self.files for word in ("-f", str(file))]
        profiles = [word for profile in self.profiles for word in ("--profile", profile)]
        return [*self.compose, "-p", self.project, *files, *profiles]
