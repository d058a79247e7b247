"""The Docker engine the composed installation is started in: the one that runs, else one of the tests' own.

The engine `DOCKER_HOST` names, or the system's own, is used as it is. Where none answers, root starts
Debian's `dockerd` for as long as the tests run (docker_engine_start.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

SYSTEM_PATHS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
BUILDKIT = {"DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"}


class NoEngineError(Exception):
    """No Docker engine answers and none could be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that answers, and how to speak with it."""

    docker: tuple[str, ...]
    """The client, one that builds with BuildKit."""
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the client and compose need beside the environment there is."""
    compose: tuple[str, ...] = ()
    """Compose as its operator types it; which one is docker_engine_compose's to say."""

    def call(self, *arguments: str, given: str | None = None, within: float = 600) -> str:
        """What `docker …` printed; CalledProcessError, with what it complained of, when it failed."""
        try:
            ran = subprocess.run(
                [*self.docker, *arguments],
                env=self.whole_environment(),
                input=given,
                stdin=subprocess.DEVNULL if given is None else None,
                capture_output=True,
                text=True,
                timeout=within,
                check=True,
            )
        except subprocess.CalledProcessError as failure:
            failure.add_note(failure.stderr[-4000:])
            raise
        return ran.stdout.strip()

    def answers_to(self, *arguments: str) -> bool:
        """Whether `docker …` does what it is told."""
        try:
            self.call(*arguments)
        except subprocess.CalledProcessError:
            return False
        return True

    def whole_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


def find_engine(environment: Mapping[str, str]) -> Engine | None:
    """The first client on PATH that reaches an engine and builds with BuildKit (a new one needs buildx)."""
    for client in clients():
        # compose 1.29 builds with what stands first
        path = f"{Path(client).parent}:{os.environ.get('PATH', SYSTEM_PATHS)}"
        engine = Engine((client,), "", {**environment, **BUILDKIT, "PATH": path})
        try:
            version = engine.call("version", "--format", "{{.Server.Version}}", within=30)
            engine.call("build", "-q", "-", given="FROM scratch\nLABEL it=builds\n", within=60)
        except (OSError, subprocess.SubprocessError):
            continue
        return replace(engine, version=version)
    return None


def clients() -> list[str]:
    """Every `docker` on PATH, and Debian's."""
    folders = f"{os.environ.get('PATH', '')}:{SYSTEM_PATHS}".split(":")
    found = (shutil.which("docker", path=folder) for folder in folders if folder)
    return list(dict.fromkeys(client for client in found if client))


def cache() -> Path:
    """Where what takes long to make is kept from one run to the next."""
    folder = Path(os.environ.get("PERSONSVAR_CACHE", "/var/cache/personsvar"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
