"""`.ci/peers` installs what the npm lock names, whatever came out since, and runs no package's script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.locks.npm_registry import NpmRegistry

ROOT = Path(__file__).parents[3]
FOLDERS = ["tests/peers", "docker/demo/smsc"]


def read(folder: str, name: str) -> Any:
    return json.loads((ROOT / folder / name).read_text("utf-8"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_is_one_release_with_its_sum_and_from_no_place_by_name(folder: str) -> None:
    packages = dict(read(folder, "package-lock.json")["packages"])
    ours = packages.pop("")
    assert ours["dependencies"] == read(folder, "package.json")["dependencies"]
    assert all(re.fullmatch(r"[0-9.]+", release) for release in ours["dependencies"].values())
    for name, package in packages.items():
        assert re.fullmatch(r"[0-9.]+", package["version"]), name
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


@pytest.mark.parametrize("folder", FOLDERS)
def test_whatever_a_package_needs_is_in_the_lock(folder: str) -> None:
    packages = read(folder, "package-lock.json")["packages"]
    for package in packages.values():
        for need in package.get("dependencies", {}):
            assert f"node_modules/{need}" in packages


def test_every_npm_ci_of_ours_runs_no_script() -> None:
    texts = [(ROOT / file).read_text("utf-8") for file in (".ci/peers", "docker/demo/Dockerfile")]
    told = [line for text in texts for line in text.splitlines() if "npm ci" in line]
    assert len(told) == len(texts)
    assert all("--ignore-scripts" in line for line in told)


def test_what_came_out_since_the_lock_was_written_has_no_say(tmp_path: Path) -> None:
    peers = tmp_path / "tests/peers"
    peers.mkdir(parents=True)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/peers", tmp_path / ".ci")
    with NpmRegistry() as registry:
        asked_for, needs = {"reed": "1.0.0"}, {"tone": "1.x"}
        project = {"name": "peers", "dependencies": asked_for}
        reed = {
            "version": "1.0.0",
            "integrity": registry.release("reed", "1.0.0", needs),
            "dependencies": needs,
        }
        tone = {"version": "1.0.0", "integrity": registry.release("tone", "1.0.0", {})}
        packages = {"": project, "node_modules/reed": reed, "node_modules/tone": tone}
        registry.release("reed", "1.0.1", {"not-to-be-had": "1"})
        registry.release("tone", "1.5.0", {"not-to-be-had": "1"})
        (peers / "package.json").write_text(json.dumps(project), "ascii")
        (peers / "package-lock.json").write_text(
            json.dumps({"name": "peers", "lockfileVersion": 3, "requires": True, "packages": packages}),
            "ascii",
        )
        told = subprocess.run(
            [".ci/peers"],
            cwd=tmp_path,
            env={
                **os.environ,
                "npm_config_registry": registry.address,
                "npm_config_cache": str(tmp_path / "cache"),
                "npm_config_fetch_retries": "0",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 0, told.stderr
    for name in ("reed", "tone"):
        assert json.loads((peers / f"node_modules/{name}/package.json").read_text())["version"] == "1.0.0"
    assert not list(peers.rglob("it-ran"))
