"""`.ci/venv` installs what the locks name: what a registry has released since changes nothing.

The real script and the real pip, in a checkout of made-up packages; the registry has a later release of each,
which can't be installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.locks.registry import BACKEND, Registry, project_file

ROOT = Path(__file__).parents[3]
LIBRARIES = {
    "htmx.min.js": "django_htmx/static/django_htmx/htmx-4.min.js",
    "uplot.min.js": "youplot/vendor/uplot.iife.min.js",
    "uplot.min.css": "youplot/vendor/uplot.min.css",
}
"""What each is called among ours, and in its wheel."""
RUN = {"voice": "1.0", "horn": "1.0", "tone": "1.0", "pyst2": "1.0", "backend": "1.0", "personsvar": "0.1"}


@dataclass(frozen=True, slots=True)
class Checkout:
    folder: Path
    registry: Registry

    def venv(self, purpose: str) -> subprocess.CompletedProcess[str]:
        return self._run(".ci/venv", purpose)

    def installed(self) -> dict[str, str]:
        """Without pip, and what Python brings beside it."""
        told = self._run(".venv/bin/python", "-m", "pip", "list", "--format", "json").stdout
        packages = {package["name"]: package["version"] for package in json.loads(told)}
        return {name: version for name, version in packages.items() if name not in {"pip", "setuptools"}}

    def lock(self, name: str, *pinned: str) -> None:
        (self.folder / f"locks/{name}.lock").write_text(self.registry.lock(*pinned), "ascii")

    def expect(self, **others: str) -> None:
        """What the pages' libraries have to be: what their names are, but for `others`."""
        sums = self.folder / "personsvar/http/pages/assets/libraries.sha256"
        sums.parent.mkdir(parents=True, exist_ok=True)
        hold = {name: others.get(name.partition(".")[0], name) for name in LIBRARIES}
        lines = (f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in hold.items())
        sums.write_text("".join(lines), "ascii")

    @property
    def libraries(self) -> dict[str, str]:
        """Those that browsers are given, and what they hold."""
        return {file.name: file.read_text("ascii") for file in self.folder.glob(".venv/share/personsvar/*")}

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        environment |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.registry.folder),
            "PERSONSVAR_PYTHON": sys.executable,
        }
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    registry = Registry(tmp_path / "registry")
    folder = tmp_path / "checkout"
    for made in (registry.folder, folder / ".ci", folder / "locks"):
        made.mkdir(parents=True)
    for script in (".ci/venv", ".ci/python", "docker/steps/assets"):
        (folder / script).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / script, folder / script)
    (folder / "pyproject.toml").write_text(project_file("personsvar", "0.1", "voice[loud]", "pyst2"), "ascii")

    registry.wheel("backend", "1.0", code={"backend.py": BACKEND})
    registry.wheel("voice", "1.0", "tone>=1", "horn>=1; extra == 'loud'", extras=("loud",))
    registry.wheel("tone", "1.0")
    registry.wheel("horn", "1.0")
    registry.source("pyst2", "1.0")
    registry.wheel("echo", "1.0", "far; extra == 'far'", extras=("far",))
    registry.wheel("far", "1.0")
    checkout = Checkout(folder, registry)
    checkout.lock("build", "backend==1.0")
    checkout.lock("run", "voice[loud]==1.0", "tone==1.0", "horn==1.0", "pyst2==1.0")
    checkout.lock("develop", "voice[loud]==1.0", "tone==1.0", "horn==1.0", "pyst2==1.0", "backend==1.0",
                  "echo[far]==1.0", "far==1.0")  # fmt: skip

    first, *more = LIBRARIES
    registry.wheel("kit", "1.0", code={LIBRARIES[first]: first})
    registry.wheel("plot", "1.0", code={LIBRARIES[name]: name for name in more})
    checkout.lock("assets", "kit==1.0", "plot==1.0")
    checkout.expect()

    registry.wheel("backend", "2.0", code={"backend.py": "raise SystemExit('of another day')"})
    for name in ("voice", "tone", "horn", "echo", "far"):
        registry.wheel(name, "2.0", "not-to-be-had", extras=("loud", "far"))
    registry.source("pyst2", "2.0")
    return checkout


def test_what_came_out_since_the_lock_was_written_has_no_say(checkout: Checkout) -> None:
    told = checkout.venv("run")
    assert told.returncode == 0, told.stderr
    assert checkout.installed() == RUN

    added = checkout.venv("develop")
    assert added.returncode == 0, added.stderr
    assert checkout.installed() == {**RUN, "echo": "1.0", "far": "1.0"}

    shutil.rmtree(checkout.registry.folder)  # so nothing could be installed: one made for the tests runs, too
    for purpose in ("run", "develop"):
        again = checkout.venv(purpose)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_lock_that_changed_leaves_nothing_that_it_no_longer_names(checkout: Checkout) -> None:
    assert checkout.venv("develop").returncode == 0
    checkout.lock("develop", "voice[loud]==1.0", "tone==1.0", "horn==1.0", "pyst2==1.0", "backend==1.0")
    assert checkout.venv("develop").returncode == 0
    assert checkout.installed() == RUN


def test_a_lock_that_names_less_than_is_needed_is_told_each_time(checkout: Checkout) -> None:
    checkout.lock("run", "voice[loud]==1.0", "horn==1.0", "pyst2==1.0")
    for _ in range(2):
        told = checkout.venv("run")
        assert told.returncode != 0
        assert "voice 1.0 requires tone, which is not installed" in told.stderr


def test_a_file_that_is_not_the_one_that_was_locked_is_refused(checkout: Checkout) -> None:
    checkout.registry.wheel("tone", "1.0", code={"tone.py": "raise SystemExit('another hand was here')"})
    told = checkout.venv("run")
    assert told.returncode != 0
    assert "DO NOT MATCH THE HASHES" in told.stderr
    assert "voice" not in checkout.installed()


def test_the_pages_libraries_are_unpacked_as_data_and_nothing_of_them_installed(checkout: Checkout) -> None:
    told = checkout.venv("run")
    assert told.returncode == 0, told.stderr
    assert checkout.libraries == {name: name for name in LIBRARIES}
    assert checkout.installed() == RUN


@pytest.mark.parametrize("library", ["htmx", "uplot"])
def test_a_library_that_is_another_one_is_refused_each_time(checkout: Checkout, library: str) -> None:
    checkout.expect(**{library: "another"})
    for _ in range(2):
        told = checkout.venv("run")
        assert told.returncode != 0
        assert f"{library}.min.js: FAILED" in told.stdout
        assert checkout.libraries == {}
