"""Which Asterisk is taken on a day on which Debian lacks what it had: the next choice, and a line says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dialplan.switch.root import NoAsteriskError, find_asterisk
from tests.unit.switch.debians import Debians, made_up

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a private root is made by root")
Told = pytest.CaptureFixture[str]


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Debians:
    """Unstable has Asterisk 22, Debian 11 has 16; the machine itself has none."""
    if shutil.which("asterisk", path=f"{os.environ['PATH']}:/usr/sbin"):
        pytest.skip("this machine has an Asterisk of its own, which is always taken")
    day = made_up(tmp_path)
    day.has("sid", "22.6.0")
    day.has("bullseye", "16.28.0")
    monkeypatch.setenv("PATH", f"{day.programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PERSONSVAR_CACHE", str(day.cache))
    monkeypatch.delenv("PERSONSVAR_ASTERISK_SUITES", raising=False)
    monkeypatch.delenv("PERSONSVAR_ASTERISK_REFRESH", raising=False)
    return day


def taken() -> str:
    return find_asterisk().version.removeprefix("Asterisk ")


def line_of_the_choice(told: Told) -> str:
    """The one line, but for those that tell of roots being made."""
    said = [line for line in told.readouterr().err.splitlines() if "making a private" not in line]
    assert len(said) <= 1
    return "".join(said)


def test_on_a_good_day_unstable_s_is_taken_without_a_word_and_kept(day: Debians, capsys: Told) -> None:
    assert (taken(), taken()) == ("22.6.0", "22.6.0")
    assert day.asked == ["sid"]
    assert line_of_the_choice(capsys) == ""


def test_an_unstable_that_can_t_be_had_is_survived_with_debian_11_s(day: Debians, capsys: Told) -> None:
    shutil.rmtree(day.mirror / "sid")
    assert taken() == "16.28.0"
    log = day.cache / "asterisk-sid.log"
    assert line_of_the_choice(capsys) == (
        f"personsvar: no Asterisk from Debian sid: it can't be had today; see {log}; "
        "going on with Asterisk 16.28.0"
    )


def test_an_unstable_whose_asterisk_can_t_be_installed_is_survived(day: Debians, capsys: Told) -> None:
    day.has("sid", "22.6.0", installable=False)
    assert taken() == "16.28.0"
    assert "from Debian sid: its Asterisk can't be installed today" in line_of_the_choice(capsys)


def test_an_unstable_whose_asterisk_lacks_a_library_is_survived(day: Debians, capsys: Told) -> None:
    day.has("sid", "22.6.0", lacks="libssl.so.4")
    assert taken() == "16.28.0"
    assert "from Debian sid: its Asterisk lacks libssl.so.4; going on with" in line_of_the_choice(capsys)


def test_what_was_taken_on_a_bad_day_is_kept_and_a_refresh_looks_again(
    day: Debians, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.has("sid", "22.6.0", installable=False)
    assert (taken(), taken()) == ("16.28.0", "16.28.0")
    assert day.asked == ["sid", "bullseye"]
    day.has("sid", "22.6.1")
    monkeypatch.setenv("PERSONSVAR_ASTERISK_REFRESH", "1")
    assert taken() == "22.6.1"


@pytest.mark.parametrize("bad", ["installable", "another branch"])
def test_a_refresh_on_a_bad_day_goes_on_with_the_last_good_one(
    day: Debians, bad: str, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert taken() == "22.6.0"
    day.has("sid", "23.0.0", installable=bad != "installable")
    monkeypatch.setenv("PERSONSVAR_ASTERISK_REFRESH", "1")
    assert taken() == "22.6.0"
    assert line_of_the_choice(capsys).endswith("; going on with Asterisk 22.6.0")
    assert day.asked == ["sid", "sid"]
    monkeypatch.delenv("PERSONSVAR_ASTERISK_REFRESH")
    assert taken() == "22.6.0"


def test_another_branch_is_not_taken_while_one_that_was_tried_is_to_be_had(
    day: Debians, capsys: Told
) -> None:
    day.has("sid", "23.0.0")
    assert taken() == "16.28.0"
    assert line_of_the_choice(capsys) == (
        "personsvar: no Asterisk from Debian sid: it has Asterisk 23.0.0 now, "
        "a branch that this was not tried with; going on with Asterisk 16.28.0"
    )


def test_another_branch_is_taken_when_there_is_nothing_else(day: Debians, capsys: Told) -> None:
    day.has("sid", "23.0.0")
    shutil.rmtree(day.mirror / "bullseye")
    assert (taken(), taken()) == ("23.0.0", "23.0.0")
    said = line_of_the_choice(capsys)
    assert "not tried with; no Asterisk from Debian bullseye: it can't be had today" in said
    assert said.endswith("; going on with Asterisk 23.0.0")
    assert day.asked == ["sid", "bullseye"]


def test_with_nothing_to_be_had_it_says_what_was_tried(day: Debians) -> None:
    shutil.rmtree(day.mirror / "sid")
    day.has("bullseye", "16.28.0", installable=False)
    with pytest.raises(
        NoAsteriskError, match=r"Debian sid: .*Debian bullseye: its Asterisk can't be installed"
    ):
        taken()


def test_nothing_half_made_is_left_in_the_cache(day: Debians, monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken() == "22.6.0"
    monkeypatch.setenv("PERSONSVAR_ASTERISK_REFRESH", "1")
    day.has("sid", "22.7.0")
    assert taken() == "22.7.0"
    day.has("sid", "22.8.0", installable=False)
    assert taken() == "22.7.0"
    day.has("sid", "22.8.0", lacks="libssl.so.4")
    assert taken() == "22.7.0"
    day.has("sid", "23.0.0")
    assert taken() == "22.7.0"
    assert {kept.name for kept in day.cache.iterdir() if kept.is_dir()} == {"asterisk-sid"}
