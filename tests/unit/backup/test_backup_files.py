"""A folder of backups on the disk: for its owner alone, each recording once, and nothing believed unread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.backup import backup_manifest
from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMade, BackupMaker
from personsvar.backup.checking import damages, strangers
from personsvar.backup.private_files import write_file
from personsvar.backup.progress import silent
from personsvar.backup.refusals import BackupDamagedError, BackupRefusedError
from personsvar.backup.restoring import BackupRestorer
from personsvar.storage import SqlStore
from personsvar.storage.keys import InstallationKeys
from tests.contract.stores import KARI, leave, message, sqlite_url, subscribe
from tests.fakes.keys import KeyInHand

SOUND_OF = {name: name.encode() * 5000 for name in ("a", "b", "c", "d")}


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path)
    with closing(SqlStore(url)) as store:
        subscribe(store, KARI)
    leave_in(url, "a", "b", "c")
    return url


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


@pytest.fixture
def any_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def leave_in(url: str, *names: str) -> None:
    with closing(SqlStore(url)) as store:
        for name in names:
            leave(store, message(name), SOUND_OF[name])


def remove_from(url: str, name: str) -> None:
    with closing(SqlStore(url)) as store, store.begin() as work:
        (found,) = [it for it in work.messages.list(KARI) if it.spool_id == name]
        work.messages.remove(found.id)
        work.commit()


def made(url: str, folder: BackupFolder, *, keep: int = 7) -> BackupMade:
    return BackupMaker(url, folder, lambda: datetime.now(UTC), silent).make(keep=keep)


def restore_to(tmp_path: Path, folder: BackupFolder, name: str | None = None) -> dict[str, bytes]:
    """Each message of the backup with its sound."""
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    keys = InstallationKeys(KeyInHand())
    BackupRestorer(url, folder, keys, lambda: datetime.now(UTC), silent).restore(
        name, overwrite=True, skip=1, give_up=False
    )
    with closing(SqlStore(url)) as store, store.look() as work:
        return {it.spool_id: work.sounds.read(it.sound.id) for it in work.messages.list(KARI)}


def recordings_in(folder: BackupFolder) -> list[Path]:
    return sorted(folder.recordings.rglob("*.alaw"))


def wrong_with(folder: BackupFolder) -> list[str]:
    return [*damages(folder, folder.named(None), silent), *strangers(folder)]


@pytest.mark.usefixtures("any_umask")
def test_it_is_for_its_owner_alone_whatever_the_umask(url: str, folder: BackupFolder) -> None:
    made(url, folder)
    made(url, folder)
    every = [folder.path, *folder.path.rglob("*")]
    assert {it.stat().st_mode & 0o777 for it in every if it.is_dir()} == {0o700}
    assert {it.stat().st_mode & 0o777 for it in every if it.is_file()} == {0o600}
    assert not folder.partial.exists()
    assert not folder.copied.exists()


def test_a_second_backup_copies_what_is_new_and_drops_what_none_needs(
    url: str, folder: BackupFolder, tmp_path: Path
) -> None:
    assert made(url, folder).copied == 3
    before = {it: it.stat().st_ino for it in recordings_in(folder)}
    leave_in(url, "d")
    remove_from(url, "a")
    second = made(url, folder)
    assert (second.copied, second.manifest.recordings.count) == (1, 3)
    assert len(recordings_in(folder)) == 4, "the first backup needs what went"
    assert before.items() <= {it: it.stat().st_ino for it in recordings_in(folder)}.items()
    first = folder.kept()[0].name
    assert restore_to(tmp_path, folder, first) == {name: SOUND_OF[name] for name in "abc"}
    assert restore_to(tmp_path, folder) == {name: SOUND_OF[name] for name in "bcd"}
    third = made(url, folder, keep=2)
    assert list(third.dropped) == [first]
    assert len(recordings_in(folder)) == 3
    assert restore_to(tmp_path, folder) == {name: SOUND_OF[name] for name in "bcd"}
    assert wrong_with(folder) == []


def test_an_id_that_was_given_to_another_recording_is_not_taken_for_it(
    url: str, folder: BackupFolder, tmp_path: Path
) -> None:
    """A dump was put back, and nobody ran `db restored`."""
    made(url, folder)
    with closing(SqlStore(url)) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM messages WHERE spool_id = 'c'")
        connection.exec_driver_sql("DELETE FROM sounds WHERE id = 3")
        connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = 2 WHERE name IN ('sounds', 'messages')")
        connection.commit()
    leave_in(url, "d")
    assert made(url, folder).copied == 1
    assert restore_to(tmp_path, folder) == {name: SOUND_OF[name] for name in "abd"}
    assert restore_to(tmp_path, folder, folder.kept()[0].name) == {name: SOUND_OF[name] for name in "abc"}


def damaged(file: Path, how: str) -> None:
    content = file.read_bytes()
    if how == "changed":
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif how == "cut short":
        file.write_bytes(content[:-1])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "missing":
        file.unlink()
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    elif how == "a link":
        file.rename(file.with_name("0"))
        file.symlink_to("0")


@pytest.mark.parametrize("how", ["changed", "cut short", "empty", "missing", "a folder", "a link"])
@pytest.mark.parametrize(
    "which", ["manifest.json", "manifest.sha256", "recordings.gz", "messages.gz", "roles.gz", "recording"]
)
def test_each_damage_is_a_line_and_nothing_is_restored(
    url: str, folder: BackupFolder, tmp_path: Path, which: str, how: str
) -> None:
    backup = made(url, folder).kept.folder
    file = recordings_in(folder)[1] if which == "recording" else backup / which
    damaged(file, how)
    found = list(damages(folder, folder.named(None), silent))
    assert len(found) == 1
    assert str(file) in found[0] or (which.startswith("manifest") and str(backup / "manifest") in found[0])
    assert "\n" not in found[0]
    with pytest.raises(BackupDamagedError):
        restore_to(tmp_path, folder)
    assert not (tmp_path / "restored.db").exists(), "nothing was changed"


def test_a_damaged_backup_hides_no_recording_from_the_next_and_nothing_of_it_is_dropped(
    url: str, folder: BackupFolder, tmp_path: Path
) -> None:
    backup = made(url, folder).kept.folder
    damaged(backup / "recordings.gz", "changed")
    remove_from(url, "a")
    assert made(url, folder).copied == 2, "what can't be told is copied anew"
    assert len(recordings_in(folder)) == 3, "it may be mended yet"
    assert restore_to(tmp_path, folder) == {name: SOUND_OF[name] for name in "bc"}
    made(url, folder, keep=1)
    assert len(recordings_in(folder)) == 2


def test_a_recording_that_is_gone_from_the_folder_is_copied_again(url: str, folder: BackupFolder) -> None:
    made(url, folder)
    recordings_in(folder)[0].unlink()
    assert made(url, folder).copied == 1
    assert wrong_with(folder) == []


def test_what_is_of_no_backup_is_told_and_stays(url: str, folder: BackupFolder) -> None:
    backup = made(url, folder).kept.folder
    strange = [
        folder.path / "notes.txt",
        folder.backups / "old",
        backup / "more.gz",
        folder.recordings / "x",
        recordings_in(folder)[0].with_name("1.alaw"),
    ]
    for file in strange:
        file.touch()
    assert sorted(strangers(folder)) == sorted(f"{file}: is of no backup" for file in strange)
    made(url, folder)
    assert all(file.exists() for file in strange)


def test_a_folder_of_something_else_is_refused_and_left_alone(url: str, folder: BackupFolder) -> None:
    folder.path.mkdir()
    (folder.path / "thesis.txt").touch()
    with pytest.raises(BackupRefusedError, match="is not empty, and no folder of backups"):
        made(url, folder)
    assert [it.name for it in folder.path.iterdir()] == ["thesis.txt"]
    with pytest.raises(BackupRefusedError, match="is no folder of backups"):
        folder.named(None)


def test_two_at_once_do_not_work_in_one_folder(url: str, folder: BackupFolder, tmp_path: Path) -> None:
    made(url, folder)
    with folder.locked(alone=True), pytest.raises(BackupRefusedError, match="another command is at it"):
        made(url, folder)
    with folder.locked(alone=False), pytest.raises(BackupRefusedError, match="another command is at it"):
        made(url, folder)
    with folder.locked(alone=False):
        assert restore_to(tmp_path, folder) == {name: SOUND_OF[name] for name in "abc"}


def test_a_backup_of_another_format_says_so(url: str, folder: BackupFolder, tmp_path: Path) -> None:
    backup = made(url, folder).kept
    manifest = backup.manifest()
    written = (backup.folder / "manifest.json").read_text().replace('"format": 1', '"format": 2')
    found = write_file(backup.folder / "manifest.json", [written.encode()])
    (backup.folder / "manifest.sha256").write_text(f"{found.sha256}  manifest.json\n")
    with pytest.raises(BackupRefusedError, match="is of format 2, and this program knows 1"):
        restore_to(tmp_path, folder)
    backup_manifest.write_manifest(backup.folder, replace(manifest, version="9999"))
    with pytest.raises(BackupRefusedError, match=r"of a newer version \(9999\) than this program"):
        restore_to(tmp_path, folder)
    assert not (tmp_path / "restored.db").exists()
