"""Who may look into whom, beyond what import-linter can say."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "personsvar"
ONLY_IN = {
    "asterisk": ("telephony/agi/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "fastapi": ("http/",),
    "uvicorn": ("http/",),
    "prometheus_client": ("http/", "notifier/outbox/"),
    "opentelemetry": ("open_telemetry.py",),
    "pydub": ("voice/encode/", "voice/encode.py"),
    "pyloudnorm": ("voice/encode/",),
    "webrtcvad": ("voice/",),
    "defusedxml": ("gateways/mms/",),
    "cryptography": (
        "encryption/",
        "gateways/email/signed_links.py",
        "visual/certificate.py",
        "visual/self_signed.py",
    ),
    "aiosmtplib": ("gateways/email/",),
    "jinja2": ("archive/", "gateways/email/", "http/pages/"),
    "pydantic_settings": ("settings/",),
    "httpx": ("gateways/",),
    "standardwebhooks": ("gateways/webhooks/",),
    "smpplib": ("gateways/sms/",),
    "smsutil": ("gateways/sms/",),
    "typer": ("cli/",),
    "rich": ("cli/",),
}
"""A library is somebody's own business."""
PURE = {
    "mailbox": {"phonenumbers", "idna"},
    "language": {"phonenumbers"},
    "dialogue": set[str](),
    "vvm": set[str](),
}
NEVER = {"socket", "threading", "subprocess", "multiprocessing", "asyncio"}


def _files(room: str = "") -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _modules() -> dict[str, Path]:
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in _files()
    }


def _looks_into(file: Path, modules: Collection[str]) -> set[str]:
    """Our modules that a module imports, wherever in it, be it for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in modules else node.module for name in names}
    return found & set(modules)


def _tops(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in _imports(file)}


def test_the_contracts_of_the_rooms_are_kept() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_no_module_looks_in_the_end_into_itself() -> None:
    """Modules that look at nobody are taken away, again and again; a circle stays."""
    modules = _modules()
    into = {module: _looks_into(file, modules) - {module} for module, file in modules.items()}
    assert sum(map(len, into.values())) > len(into), "hardly an import was found"
    while leaves := {module for module, looked_at in into.items() if not looked_at}:
        into = {module: looked_at - leaves for module, looked_at in into.items() if module not in leaves}
    assert into == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_in_its_room_only(library: str) -> None:
    users = [file.relative_to(PACKAGE).as_posix() for file in _files() if library in _tops(file)]
    assert [user for user in users if not user.startswith(ONLY_IN[library])] == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_use_the_standard_library_and_what_is_named(room: str) -> None:
    allowed = (sys.stdlib_module_names - NEVER) | PURE[room] | {"personsvar"}
    for file in _files(room):
        assert _tops(file) <= allowed, file


@pytest.mark.parametrize("room", ["mailbox", "dialogue", "language"])
def test_time_is_injected_and_nobody_sleeps(room: str) -> None:
    forbidden = {
        ("time", "sleep"),
        ("time", "time"),
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("date", "today"),
    }
    for file in _files(room):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in forbidden, f"{file}:{node.lineno}"
        assert "time" not in _tops(file), file


@pytest.mark.parametrize("module", ["personsvar.cli.agi", "personsvar.cli.ivr"])
def test_what_takes_calls_loads_no_sound_making_and_no_http(module: str) -> None:
    loaded = _loaded_by(module)
    heavy = {
        "personsvar.voice.encode",
        "pydub",
        "pyloudnorm",
        "fastapi",
        "uvicorn",
        "prometheus_client",
        "scipy",
    }
    assert not heavy & loaded


def test_a_plain_agi_script_loads_no_command_line_library() -> None:
    assert not {"typer", "rich", "click", "cryptography"} & _loaded_by("personsvar.cli.agi")


def test_a_health_check_loads_next_to_nothing() -> None:
    """It runs every few seconds in each container."""
    assert not {"typer", "pydantic", "phonenumbers", "sqlalchemy", "http"} & _loaded_by(
        "personsvar.cli.health"
    )


def test_nothing_is_opened_by_importing(tmp_path: Path) -> None:
    code = "import personsvar.cli.run, threading; assert threading.active_count() == 1"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=_environment(), timeout=60, check=True)
    assert list(tmp_path.iterdir()) == []


def _loaded_by(module: str) -> set[str]:
    code = f"import {module}, sys, json; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=_environment(), timeout=60, check=True
    )
    return set(json.loads(ran.stdout))


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
