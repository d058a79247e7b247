"""Recordings encrypted at rest, as an operator has it: on from the start, brought over, keys lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from personsvar.cli.step_by_step import Pause
from personsvar.encryption.master_key import name_of, new_line
from personsvar.storage.versions import WrongVersionError
from tests.migrated import to_before_encryption
from tests.unit.cli.conftest import OLA, QUIET, Site

SERVICES = ("ivr", "notifier", "visual", "run")


def shown(site: Site) -> dict[str, str]:
    lines = site.run("encryption", "show").out.splitlines()
    return {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}


def lies_plain(site: Site) -> bool:
    with closing(sqlite3.connect(site.state / "personsvar.db")) as database:
        (found,) = database.execute("SELECT alaw FROM sounds").fetchall()
    return bool(found[0] == QUIET)


def url_of(site: Site) -> str:
    return f"sqlite:///{site.state / 'personsvar.db'}"


@pytest.fixture
def new(bare: Site) -> Site:
    """A new installation, with one message."""
    assert bare.run("db", "upgrade").code == 0
    bare.run("subscriber", "add", OLA)
    bare.leave_message()
    return bare


@pytest.fixture
def old(site: Site) -> Site:
    """One whose database was made before there was encryption, with one message."""
    site.run("subscriber", "add", OLA)
    site.leave_message()
    return site


def test_a_new_installation_is_encrypted_and_needs_no_thought(new: Site, tmp_path: Path) -> None:
    assert not lies_plain(new)
    key = new.state / "master.key"
    assert key.stat().st_mode & 0o777 == 0o600
    said = shown(new)
    assert said["encrypted"] == "yes"
    assert (said["recordings_encrypted"], said["recordings_plain"], said["mailbox_keys"]) == ("1", "0", "1")
    assert said["master_key"] == name_of(key.read_text())
    (message,) = new.run("message", "list", OLA, "--json").json
    assert new.run("message", "export", message["id"], tmp_path / "it.alaw").code == 0
    assert (tmp_path / "it.alaw").read_bytes() == QUIET


def test_an_upgrade_makes_no_key_in_the_place_of_one_that_was_lost(new: Site) -> None:
    (new.state / "master.key").unlink()
    assert new.run("db", "upgrade").code == 0
    assert not (new.state / "master.key").exists()


def test_an_old_one_goes_on_as_it_was_until_it_is_brought_over(old: Site, tmp_path: Path) -> None:
    assert lies_plain(old)
    assert shown(old)["encrypted"] == "no: run `personsvar encryption bring-over`"
    assert not (old.state / "master.key").exists()
    ran = old.run("encryption", "bring-over")
    assert (ran.code, ran.out.splitlines()) == (
        0,
        ["What comes in is encrypted from now on.", "1 recordings were encrypted; 0 are plain still."],
    )
    assert not lies_plain(old)
    assert old.run("encryption", "bring-over").out == "0 recordings were encrypted; 0 are plain still.\n"
    (message,) = old.run("message", "list", OLA, "--json").json
    assert old.run("message", "export", message["id"], tmp_path / "it.alaw").code == 0
    assert (tmp_path / "it.alaw").read_bytes() == QUIET
    with pytest.raises(
        WrongVersionError, match="recordings are encrypted: run `personsvar encryption take-back`"
    ):
        to_before_encryption(url_of(old))
    ran = old.run("encryption", "take-back")
    assert ran.out == "1 recordings are stored as they were; 0 are encrypted still.\n"
    assert lies_plain(old)
    to_before_encryption(url_of(old))


def test_a_master_key_is_rotated(new: Site) -> None:
    key = new.state / "master.key"
    old_name, another = name_of(key.read_text()), new_line()
    key.write_text(f"{another}\n{key.read_text()}\n")
    ran = new.run("encryption", "rotate")
    assert ran.out.splitlines() == [
        "1 keys of mailboxes are wrapped anew; 0 by an older key still.",
        f"It takes the master key {name_of(another)} from now on.",
    ]
    assert shown(new)["master_key"] == name_of(another) != old_name
    key.write_text(another)
    new.leave_message()
    assert shown(new)["recordings_encrypted"] == "2"


def told_at_start(site: Site, service: str) -> str:
    """The one line of a service that can't start; nothing of the database has changed."""
    file = site.state / "personsvar.db"
    with closing(sqlite3.connect(file)) as database:
        before = list(database.iterdump())
    ran = site.run(service)
    assert ran.code == 2, service
    with closing(sqlite3.connect(file)) as database:
        assert list(database.iterdump()) == before
    (line,) = ran.err.splitlines()
    return line.removeprefix("personsvar: ")


@pytest.mark.parametrize("service", SERVICES)
def test_a_key_that_is_lost_wrong_or_open_is_one_line_at_the_start_of_each_service(
    new: Site, service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = new.state / "master.key"
    mine, named = key.read_text(), f"PERSONSVAR_MASTER_KEY_FILE={key}"
    key.unlink()
    assert told_at_start(new, service) == f"{named}: can't be read: No such file or directory"
    assert not key.exists(), "none takes its place"
    key.touch(mode=0o600)
    assert told_at_start(new, service) == f"{named}: is empty"
    key.write_text(new_line())
    assert told_at_start(new, service) == (
        f"{named}: is another key than the recordings are encrypted with: "
        f"that is {name_of(mine)}; put it back"
    )
    key.write_text(mine)
    key.chmod(0o640)
    assert told_at_start(new, service) == f"{named}: others may read it (mode 0640): chmod 600"
    key.chmod(0o600)
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_COMMAND", str(tmp_path / "gone"))
    assert told_at_start(new, service).endswith(": set PERSONSVAR_MASTER_KEY_FILE as it was")


def test_a_key_that_is_named_is_looked_at_before_it_is_needed(
    old: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_FILE", str(tmp_path / "gone"))
    why = f"PERSONSVAR_MASTER_KEY_FILE={tmp_path}/gone: can't be read: No such file or directory"
    assert told_at_start(old, "ivr") == why
    assert why in old.run("settings").err


@pytest.mark.parametrize("given", ["hsm wrap", "/usr/bin/hsm 'key", ""])
def test_a_command_is_a_program_by_its_whole_path(
    bare: Site, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_COMMAND", given or " ")
    ran = bare.run("db", "upgrade")
    assert ran.code == 2
    assert ran.err.startswith("personsvar: PERSONSVAR_MASTER_KEY_COMMAND")
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_COMMAND", "/usr/bin/hsm")
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_FILE", "/run/key")
    ran = bare.run("db", "upgrade")
    both = "PERSONSVAR_MASTER_KEY_FILE and PERSONSVAR_MASTER_KEY_COMMAND: give one of them"
    assert ran.err == f"personsvar: {both}\n"


def test_without_a_master_key_an_old_database_elsewhere_stays_as_it_is(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_MASTER_KEY_FILE", str(bare.state / "gone"))
    ran = bare.run("db", "upgrade")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    monkeypatch.delenv("PERSONSVAR_MASTER_KEY_FILE")
    assert bare.run("db", "upgrade").code == 0, "nothing was half made"
    assert shown(bare)["encrypted"] == "yes"


def test_the_work_pauses_as_long_as_it_took() -> None:
    times, slept = iter([0.0, 0.2, 0.5, 9.0, 9.0]), list[float]()
    pause = Pause(lambda: next(times), slept.append)
    pause()
    pause()
    assert slept == [0.2, 1.0]


def test_master_keys_in_a_folder_of_secrets_come_and_go(bare: Site, tmp_path: Path) -> None:
    made, dealt = tmp_path / "secrets", tmp_path / "dealt"
    for folder in (made, dealt / "ivr"):
        folder.mkdir(parents=True)
    assert bare.run("secrets", "make", made, "--deal", dealt).code == 0
    (old,) = (made / "master_key").read_text().split()
    ran = bare.run("secrets", "new-master-key", made, "--deal", dealt)
    assert ran.code == 0
    another, behind = (made / "master_key").read_text().split()
    assert behind == old
    assert f"{name_of(another)} stands first, 1 behind it" in ran.out
    assert (dealt / "ivr/master_key").read_text() == (made / "master_key").read_text()
    ran = bare.run("secrets", "keep-master-key", made, "hemmelig")
    assert ran.err == f"personsvar: {made / 'master_key'}: holds no key of that name; nothing was changed\n"
    assert bare.run("secrets", "keep-master-key", made, name_of(another), "--deal", dealt).code == 0
    for folder in (made, dealt / "ivr"):
        assert (folder / "master_key").read_text().split() == [another]
        assert (folder / "master_key").stat().st_mode & 0o777 == 0o600
