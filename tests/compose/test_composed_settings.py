"""docker-compose.yml as compose reads it, old and new; and what a mistake in a setting looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compose.conftest import new_stack
from tests.compose.docker_engine_compose import compose_1, compose_2
from tests.compose.images import Engine
from tests.compose.stack import Stack

PROFILES = ("demo", "host", "second")


@pytest.mark.parametrize("find", [compose_1, compose_2], ids=["1.29", "2"])
@pytest.mark.parametrize("profiles", [(), PROFILES], ids=["plain", "all profiles"])
def test_compose_finds_nothing_to_complain_of(
    engine: Engine, find: Callable[[Engine], tuple[str, ...]], profiles: tuple[str, ...]
) -> None:
    stack = replace(new_stack(engine), compose=find(engine), profiles=profiles)
    ran = stack.try_to("config", "--quiet")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("service", "setting", "value"),
    [
        ("ivr", "PERSONSVAR_MAX_CALLS", "many"),
        ("notifier", "PERSONSVAR_SMPP_URL", "nobody knows"),
        ("visual", "PERSONSVAR_VISUAL_CERTIFICATE", "/run/secrets/none.pem"),
        ("migrate", "PERSONSVAR_DATABASE_URL_FILE", "/run/secrets/none"),
        ("asterisk", "PERSONSVAR_RTP_PORTS", "all of them"),
    ],
)
def test_a_bad_setting_stops_a_service_with_one_clear_line(
    stack: Stack, service: str, setting: str, value: str
) -> None:
    ran = stack.try_to("run", "--rm", "--no-deps", "-T", "-e", f"{setting}={value}", service)
    assert ran.returncode != 0
    lines = [line for line in (ran.stdout + ran.stderr).decode().splitlines() if is_said_by_ours(line)]
    assert len(lines) == 1, ran
    assert setting in lines[0]


def is_said_by_ours(line: str) -> bool:
    """Not by compose, which tells of the container it makes."""
    return bool(line.strip()) and not line.lstrip().startswith(("Creating ", "Container ", "Network "))


def test_a_bad_setting_lets_nothing_start(engine: Engine, tmp_path: Path) -> None:
    settings = tmp_path / "installation.env"
    settings.write_text("PERSONSVAR_LOCK_MINUTES=soon\n")
    stack = new_stack(engine, project="personsvar-mistaken", net="172.29.149")
    stack.settings["PERSONSVAR_ENV"] = str(settings)
    try:
        assert stack.try_to("up", "-d", "--no-build").returncode != 0
        (line,) = [line for line in stack.logs("migrate").splitlines() if "PERSONSVAR" in line]
        assert "PERSONSVAR_LOCK_MINUTES='soon'" in line
        for service in ("ivr", "notifier", "visual", "asterisk"):
            assert stack.health(service) in {"not there", "created"}
    finally:
        stack.down(forget=True)


def test_an_installation_of_its_own_reads_its_own_file_of_settings(tmp_path: Path, engine: Engine) -> None:
    settings = tmp_path / "installation.env"
    settings.write_text("PERSONSVAR_ACCESS_NUMBER=+4747471001\n")
    stack = new_stack(engine)
    stack.settings["PERSONSVAR_ENV"] = str(settings)
    assert stack.call("config").count(b"+4747471001") >= len(stack.running) - 1
