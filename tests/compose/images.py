"""`python -m tests.compose.images`: an engine, the base images and ours, and how long each took.

Where no engine runs, one is started for it; its images stay for the next run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.compose.bases import have_bases
from tests.compose.bases_debian import NoBaseError
from tests.compose.docker_engine import Engine, NoEngineError
from tests.compose.docker_engine_compose import find_compose
from tests.compose.docker_engine_start import running_engine

__all__ = ["Engine", "made_images"]

ROOT = Path(__file__).resolve().parents[2]
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Whom this machine trusts: inside a container pip may need the same (the build secret `ca`)."""


@contextmanager
def made_images() -> Iterator[Engine]:
    """An engine that has every image; NoEngineError, NoBaseError, or CalledProcessError from a build."""
    with running_engine() as engine:
        print(
            f"personsvar: Docker {engine.version} ({engine.environment.get('DOCKER_HOST', 'here')})",
            flush=True,
        )
        have_bases(engine)
        build_images(engine)
        yield replace(engine, compose=find_compose(engine))


def build_images(engine: Engine) -> None:
    """As `make images` does, the one that hears speech too."""
    environment = {"DOCKER": engine.docker[0], **engine.whole_environment(), "PERSONSVAR_BUILD_SPEECH": "yes"}
    if AUTHORITIES.exists():
        environment.setdefault("PERSONSVAR_BUILD_CA", str(AUTHORITIES))
    subprocess.run([str(ROOT / "docker/build")], check=True, env=environment, stdin=subprocess.DEVNULL)


def main() -> int:
    try:
        with made_images() as engine:
            print(f"personsvar: compose: {' '.join(engine.compose)}", flush=True)
    except (NoEngineError, NoBaseError) as failure:
        print(f"personsvar: {failure}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        print(f"personsvar: {failure}", *getattr(failure, "__notes__", ()), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
