"""`personsvar backup` and `restore`, as an operator has them: lines, exit codes, which key is wanted."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from personsvar.backup.progress import BackupProgress
from personsvar.cli.backup_progress import ProgressShown
from personsvar.encryption.master_key import name_of
from tests.unit.cli.conftest import KARI, OLA, QUIET, CommandResult, Site


@pytest.fixture
def lived_in(bare: Site) -> Site:
    """A new installation, encrypted, with two messages."""
    assert bare.run("db", "upgrade").code == 0
    for number in (OLA, KARI):
        bare.run("subscriber", "add", number)
        bare.leave_message(to=number, caller="+4790000099")
    return bare


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def complaints(ran: CommandResult) -> list[str]:
    return [line for line in ran.err.splitlines() if line.startswith("personsvar: ")]


def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Another machine, with nothing on it; its state folder."""
    state = tmp_path / "elsewhere"
    state.mkdir()
    monkeypatch.setenv("PERSONSVAR_STATE", str(state))
    return state


def test_it_is_made_listed_checked_and_restored(
    lived_in: Site, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = lived_in.run("backup", backups)
    assert ran.code == 0, ran.err
    assert ran.out.endswith(": 2 subscribers, 2 messages, 2 recordings (2 copied now).\n")
    lived_in.leave_message()
    ran = lived_in.run("backup", "--keep", 1, backups)
    assert "2 subscribers, 3 messages, 3 recordings (1 copied now)." in ran.out
    assert ran.out.endswith(" is not kept any more.\n")
    (listed,) = lived_in.run("backup", "list", backups, "--json").json
    assert (listed["subscribers"], listed["messages"], listed["recordings"]) == (2, 3, 3)
    key = (lived_in.state / "master.key").read_text()
    assert listed["master_keys"] == [name_of(key)]
    assert listed["name"] in lived_in.run("backup", "list", backups).out
    ran = lived_in.run("backup", "verify", backups)
    assert (ran.code, ran.out) == (0, f"{listed['name']}: 3 recordings and all rows are what was written.\n")

    state = elsewhere(monkeypatch, tmp_path)
    (state / "master.key").write_text(key)
    (state / "master.key").chmod(0o600)
    ran = lived_in.run("restore", backups)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].startswith(
        f"{listed['name']}: 2 subscribers, 3 messages and 3 recordings are there again, as of "
    )
    assert "notices waited then: those that are not too old are sent once more." in ran.out
    (old, _) = lived_in.run("message", "list", OLA, "--json").json
    assert lived_in.run("message", "export", old["id"], tmp_path / "it.alaw").code == 0
    assert (tmp_path / "it.alaw").read_bytes() == QUIET
    assert lived_in.leave_message().id > 1_000_000
    assert (state / "personsvar.db").stat().st_mode & 0o077 == 0


def test_without_the_master_key_nothing_is_heard_and_restore_names_the_one_it_wants(
    lived_in: Site, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lived_in.run("backup", backups).code == 0
    key = (lived_in.state / "master.key").read_text().strip()
    files = {it: it.read_bytes() for it in backups.rglob("*") if it.is_file()}
    assert [it for it, content in files.items() if QUIET[:16] in content or key.encode() in content] == []
    state = elsewhere(monkeypatch, tmp_path)
    wants = f"personsvar: the backup's recordings are encrypted with the master key {name_of(key)}: "
    for there in (None, lived_in.run("settings", "--new-key").out):
        if there is not None:
            (state / "master.key").write_text(there)
            (state / "master.key").chmod(0o600)
        ran = lived_in.run("restore", backups)
        assert (ran.code, ran.err.startswith(wants), ran.err.count("\n")) == (2, True, 1)
        assert not (state / "personsvar.db").exists()


def test_what_is_there_is_not_written_over_unasked(
    lived_in: Site, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in.run("backup", backups)
    later = lived_in.leave_message()
    ran = lived_in.run("restore", backups)
    assert ran.code == 1
    assert ran.err.startswith("personsvar: the database is not empty (it has ")
    assert ran.err.count("\n") == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = lived_in.run("restore", backups, "--overwrite")
    assert (ran.code, ran.err) == (1, "personsvar: nothing was changed\n")
    assert len(lived_in.run("message", "list", OLA, "--json").json) == 2
    assert lived_in.run("restore", "--overwrite", "--yes", "--give-up-waiting", backups).code == 0
    assert later.id not in {it["id"] for it in lived_in.run("message", "list", OLA, "--json").json}
    waiting = lived_in.run("notice", "list", "--status", "ready", "--json").json
    given_up = lived_in.run("notice", "list", "--status", "dead", "--json").json
    assert (waiting, len(given_up)) == ([], 2)
    assert "it waited when the backup was made" in given_up[0]["error"]
    assert lived_in.run("notice", "resend", given_up[0]["id"]).code == 0


def test_damage_is_a_line_each_and_changes_nothing(lived_in: Site, backups: Path) -> None:
    lived_in.run("backup", backups)
    files = sorted(backups.rglob("*.alaw"))
    files[0].unlink()
    files[1].write_bytes(b"")
    (backups / "notes.txt").touch()
    ran = lived_in.run("backup", "verify", backups)
    assert ran.code == 1
    assert complaints(ran) == [
        f"personsvar: {files[0]}: is missing",
        f"personsvar: {files[1]}: has 0 bytes, and had 24029",
        f"personsvar: {backups / 'notes.txt'}: is of no backup",
    ]
    ran = lived_in.run("restore", backups, "--overwrite", "--yes")
    assert (ran.code, len(complaints(ran))) == (1, 2)
    assert len(lived_in.run("message", "list", OLA, "--json").json) == 1
    ran = lived_in.run("backup", backups)
    assert "(2 copied now)" in ran.out
    (backups / "notes.txt").unlink()
    assert lived_in.run("backup", "verify", backups).code == 0


@pytest.mark.parametrize("command", [("backup", "verify"), ("backup", "list"), ("restore",)])
def test_what_is_no_backup_is_a_line(site: Site, tmp_path: Path, command: tuple[str, ...]) -> None:
    for folder in (tmp_path / "none", tmp_path):
        ran = site.run(*command, folder)
        assert (ran.code, ran.err) == (1, f"personsvar: {folder}: is no folder of backups\n")
    ran = site.run("backup", tmp_path)
    assert (ran.code, ran.err) == (1, f"personsvar: {tmp_path}: is not empty, and no folder of backups\n")


def test_a_disk_that_refuses_is_a_line(lived_in: Site, backups: Path) -> None:
    backups.mkdir()
    (backups / "recordings").mkdir()
    (backups / "backups").touch()
    ran = lived_in.run("backup", backups)
    assert (ran.code, ran.err) == (2, f"personsvar: {backups / 'backups'}: File exists\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(out: io.StringIO, times: Callable[[], float]) -> ProgressShown:
    progress = ProgressShown(out, times)
    for done in range(4):
        progress(BackupProgress("recordings", done * 1000, 5000, done * 200_000_000))
    progress.done()
    return progress


def test_progress_is_one_line_of_a_terminal_and_now_and_then_a_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks = iter([0.0, 0.1, 0.3, 0.4])
    terminal = Terminal()
    shown(terminal, lambda: next(ticks))
    lines = [line.rstrip() for line in terminal.getvalue().split("\r") if line.strip()]
    assert lines == ["recordings: 0 of 5,000", "recordings: 2,000 of 5,000, 400 MB"]
    assert "\n" not in terminal.getvalue()
    ticks = iter([0.0, 10.0, 31.0, 40.0])
    pipe = io.StringIO()
    with caplog.at_level("INFO"):
        shown(pipe, lambda: next(ticks))
    assert pipe.getvalue() == ""
    told = [vars(record) for record in caplog.records]
    assert [(it["what"], it["done"], it["of"]) for it in told] == [
        ("recordings", 0, 5000),
        ("recordings", 2000, 5000),
    ]
