"""The master key: in a file that nobody else may read, or with a key service behind a program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from personsvar.encryption.master_key import MasterKeyCommand, MasterKeyFile, name_in, new_line
from personsvar.encryption.sealing import fresh_key
from personsvar.mailbox.errors import MasterKeyError

KEY_SERVICE = """\
import base64, json, os, subprocess, sys, time

given, (what, *more) = base64.b64decode(sys.stdin.read()), sys.argv[:0:-1]
print(json.dumps([sys.argv[1:], sorted(os.environ)]), file=open(__file__ + ".told", "a"))
match more:
    case ["late"]:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])
    case ["refuses"]:
        sys.exit("hemmelig")
    case ["babbles"]:
        print("a key!")
    case ["silent"]:
        pass
    case ["another"] if what == "unwrap":
        print(base64.b64encode(bytes(32)).decode())
    case _:
        print(base64.b64encode(given[::-1]).decode())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return keep(tmp_path / "master.key", new_line())


def keep(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text)
    file.chmod(mode)
    return file


def wrong_with(file: Path, wrapped: bytes = b"F" + bytes(90)) -> str:
    with pytest.raises(MasterKeyError) as wrong:
        MasterKeyFile(file).unwrap(wrapped)
    (line,) = str(wrong.value).splitlines()
    return line.removeprefix(f"PERSONSVAR_MASTER_KEY_FILE={file}: ")


def test_a_key_comes_back(file: Path) -> None:
    key = fresh_key()
    wrapped = MasterKeyFile(file).wrap(key)
    assert key not in wrapped
    assert MasterKeyFile(file).unwrap(wrapped) == key


def test_a_file_of_several_wraps_by_the_first_and_unwraps_by_any(file: Path) -> None:
    key = fresh_key()
    old, line = MasterKeyFile(file).wrap(key), file.read_text()
    keep(file, f"{new_line()}\n\n{line}\n")
    new = MasterKeyFile(file).wrap(key)
    assert name_in(new) != name_in(old)
    assert [MasterKeyFile(file).unwrap(it) for it in (old, new)] == [key, key]
    keep(file, line)
    assert wrong_with(file, new).startswith("is another key than the recordings are encrypted with: that is ")
    assert name_in(new) in wrong_with(file, new)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_one_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert wrong_with(file) == f"others may read it (mode {mode:04o}): chmod 600"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("hemmelig", "holds what is no key: 32 random bytes in base64, one a line"),
        ("A" * 40, "holds what is no key: 32 random bytes in base64, one a line"),
        (f"{'A' * 43}=\nhemmelig", "holds what is no key: 32 random bytes in base64, one a line"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "holds what is no key"),
    ],
)
def test_what_is_no_key_is_told_and_not_shown(file: Path, text: str, why: str) -> None:
    assert wrong_with(keep(file, text)).startswith(why)
    assert "hemmelig" not in wrong_with(file)


def test_a_file_that_is_not_there_or_is_none_is_told(tmp_path: Path) -> None:
    assert wrong_with(tmp_path / "gone") == "can't be read: No such file or directory"
    assert wrong_with(tmp_path) == "can't be read: Is a directory"


def test_what_it_wraps_is_found_damaged(file: Path) -> None:
    wrapped = bytearray(MasterKeyFile(file).wrap(fresh_key()))
    wrapped[-1] ^= 1
    assert wrong_with(file, bytes(wrapped)).endswith("what it wraps in the database is damaged")
    assert wrong_with(file, b"C") != ""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    script = tmp_path / "key service.py"
    script.write_text(KEY_SERVICE)
    return script


def command(service: Path, *more: str, max_seconds: float = 60) -> MasterKeyCommand:
    return MasterKeyCommand((sys.executable, str(service), *more), max_seconds)


def refused(asked: MasterKeyCommand, wrapped: bytes) -> str:
    with pytest.raises(MasterKeyError) as wrong:
        asked.unwrap(wrapped)
    (line,) = str(wrong.value).splitlines()
    return line.removeprefix(f"PERSONSVAR_MASTER_KEY_COMMAND={sys.executable}: ")


def test_a_key_service_is_asked_by_a_program_without_a_shell(
    service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_SECRET_KEY", "hemmelig")
    key, asked = fresh_key(), command(service, "; touch here", "$HOME")
    wrapped = asked.wrap(key)
    assert key not in wrapped
    assert asked.unwrap(wrapped) == key
    assert name_in(wrapped) == "with a key service"
    told = Path(f"{service}.told").read_text()
    assert '["; touch here", "$HOME", "wrap"]' in told
    assert "PERSONSVAR" not in told


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("refuses", "unwrap: ended with code 1"),
        ("babbles", "unwrap: its answer is no base64"),
        ("silent", "unwrap: has no answer"),
        ("another", "unwraps another key than the recordings are encrypted with"),
    ],
)
def test_what_goes_wrong_with_it_is_one_line(service: Path, how: str, why: str) -> None:
    wrapped = command(service).wrap(fresh_key())
    assert refused(command(service, how), wrapped) == why


def test_one_that_hangs_is_ended_with_what_it_started(service: Path) -> None:
    """Its child would else hold the answer's end open."""
    wrapped = command(service).wrap(fresh_key())
    assert refused(command(service, "late", max_seconds=1), wrapped) == "unwrap: no answer within 1 s"


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    gone = MasterKeyCommand((os.fspath(tmp_path / "gone"),), 1)
    with pytest.raises(MasterKeyError, match="can't be run: No such file or directory"):
        gone.wrap(fresh_key())


def test_a_key_of_a_file_is_not_looked_for_with_a_service(service: Path, file: Path) -> None:
    wrapped = MasterKeyFile(file).wrap(fresh_key())
    assert "set PERSONSVAR_MASTER_KEY_FILE" in refused(command(service), wrapped)
