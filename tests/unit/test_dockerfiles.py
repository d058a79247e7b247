"""What the Dockerfiles may lean on: Debian releases by name, files that reach the build, nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ROOT / "docker/Dockerfile"
DOCKERFILES = [
    *sorted((ROOT / "docker").rglob("Dockerfile")),
    ROOT / "tests/compose/postgres_stand_in/Dockerfile",
]
BASES = {"debian:13-slim", "debian:sid-slim"}


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def instructions(file: Path, name: str) -> list[str]:
    return re.findall(rf"^{name} +(.*)$", file.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("file", DOCKERFILES, ids=named)
def test_every_stage_begins_with_a_release_of_debian_or_another_stage(file: Path) -> None:
    values = dict(line.split("=", 1) for line in instructions(file, "ARG") if "=" in line)
    stages: set[str] = set()
    for line in instructions(file, "FROM"):
        base, _, name = line.partition(" AS ")
        begins = re.sub(r"\$\{(\w+)\}", lambda arg: values[arg[1]], base)
        assert begins in BASES | stages
        stages.add(name)


@pytest.mark.parametrize("file", DOCKERFILES, ids=named)
def test_nothing_else_is_pulled_to_build_it(file: Path) -> None:
    """A `# syntax=` line is a download of the builder's front end, and COPY --from may name an image."""
    text = file.read_text("utf-8")
    assert not re.search(r"^# *syntax *=", text, re.MULTILINE)
    assert set(re.findall(r"--from=(\S+)", text)) <= set(re.findall(r" AS (\S+)", text))
    assert not re.search(r"https?://", text)


def test_whatever_is_copied_reaches_the_build() -> None:
    allowed = [
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    ]
    sources = [
        source for line in instructions(OURS, "COPY") if "--from" not in line for source in line.split()[:-1]
    ]
    sources += re.findall(r"type=bind,source=([^,]+),", OURS.read_text("utf-8"))
    assert sources
    for source in sources:
        assert any(fnmatch(kept, f"{source}*") or source.startswith(f"{kept}/") for kept in allowed), source
    assert all((ROOT / kept).exists() for kept in allowed)


def test_the_label_tells_the_version_there_is() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {line for line in instructions(OURS, "ARG") if "VERSION" in line} == {f"VERSION={version}"}


def test_no_resolver_chooses_a_library_and_no_build_fetches_its_tools() -> None:
    """So what a registry releases later changes no image; what builds is not in the one that is kept."""
    told = re.findall(r"pip --python (\S+) (install|wheel) ((?:[^&\n\\]|\\\n)*)", OURS.read_text("utf-8"))
    assert [what for _, what, _ in told] == ["install", "wheel", "wheel", "install", "wheel", "install"]
    for _, what, options in told:
        assert "--no-deps" in options
        assert "--require-hashes" in options or "--no-index" in options
        assert what == "install" or "--no-build-isolation" in options
    kept = [options for where, _, options in told if where == "/opt/personsvar/venv"]
    assert [re.findall(r"/wheels[a-z-]*/", options) for options in kept] == [
        ["/wheels/"],
        ["/wheels-speech/"],
    ]


def test_the_switch_starts_on_what_its_image_has_of_ours_and_the_standard_library(tmp_path: Path) -> None:
    text = OURS.read_text("utf-8").replace("\\\n", " ")
    for line in re.findall(
        r"^COPY ([^-].*)$", text.partition(" AS files\n")[2].partition("\nFROM")[0], re.MULTILINE
    ):
        *sources, target = line.split()
        for source in sources:
            into = tmp_path / target.lstrip("/")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into)
            else:
                into.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, into)
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "dialplan.switch", "health", "--folder", str(tmp_path)],
        cwd=tmp_path / "opt/personsvar",
        env={"PERSONSVAR_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.startswith("personsvar: the switch is not well: Asterisk does not answer"), ran.stderr
