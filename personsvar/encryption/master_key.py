"""The master key, which is kept outside the database: in a file, or with a key service behind a command.

It wraps the installation's own key and nothing else (`storage/keys.py`), so it is asked for at start, and
again when that key becomes another; never by a call.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import signal
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from personsvar.encryption.sealing import KEY_BYTES, MORE_BYTES, UnsealError, fresh_key, seal, unseal
from personsvar.mailbox.errors import MasterKeyError

FILE, COMMAND = "PERSONSVAR_MASTER_KEY_FILE", "PERSONSVAR_MASTER_KEY_COMMAND"
OTHERS = 0o077
_BY_FILE, _BY_COMMAND = b"F", b"C"
_NAME_BYTES = 4
_ABOUT = b"personsvar installation key"
_CHECK = b"personsvar installation key, check"
_ELSEWHERE = "the recordings' key is wrapped by {}: set {} as it was"


def new_line() -> str:
    """A master key as it stands in its file."""
    return base64.urlsafe_b64encode(fresh_key()).decode()


def name_of(line: str) -> str:
    """What a master key is called, that stands so in its file; nothing of the key can be had from its name.

    What is no key has no name of any.
    """
    with suppress(ValueError, binascii.Error):
        return _named(base64.b64decode(line, altchars=b"-_", validate=True)).hex()
    return ""


def name_in(wrapped: bytes) -> str:
    """What the master key is called that wrapped this."""
    return wrapped[1 : 1 + _NAME_BYTES].hex() if wrapped[:1] == _BY_FILE else "with a key service"


@dataclass(frozen=True)
class MasterKeyFile:
    """A key a line; the first wraps, and any of them unwraps. It is read anew each time it is asked for."""

    file: Path

    def wrap(self, key: bytes) -> bytes:
        master = self.keys()[0]
        return b"".join((_BY_FILE, _named(master), seal(master, key, about=_ABOUT)))

    def unwrap(self, wrapped: bytes) -> bytes:
        if wrapped[:1] != _BY_FILE:
            raise MasterKeyError(_ELSEWHERE.format("a command", COMMAND))
        name, sealed = wrapped[1 : 1 + _NAME_BYTES], wrapped[1 + _NAME_BYTES :]
        master = next((it for it in self.keys() if _named(it) == name), None)
        if master is None:
            raise self._wrong(
                f"is another key than the recordings are encrypted with: that is {name.hex()}; put it back"
            )
        try:
            return unseal(master, sealed, about=_ABOUT)
        except UnsealError as damaged:
            raise self._wrong("is the right key, and what it wraps in the database is damaged") from damaged

    def keys(self) -> Sequence[bytes]:
        """At least one. Raise MasterKeyError, in one line."""
        keys = [self._key(line) for line in self._text().split()]
        if not keys:
            raise self._wrong("is empty")
        return keys

    def _text(self) -> str:
        try:
            with self.file.open("rb") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                if not stat.S_ISREG(mode):
                    raise self._wrong("should be a file")
                if mode & OTHERS:
                    raise self._wrong(f"others may read it (mode {stat.S_IMODE(mode):04o}): chmod 600")
                return opened.read().decode("ascii", errors="replace")
        except OSError as wrong:
            raise self._wrong(f"can't be read: {wrong.strerror}") from wrong

    def _key(self, line: str) -> bytes:
        with suppress(ValueError, binascii.Error):
            key = base64.b64decode(line, altchars=b"-_", validate=True)
            if len(key) == KEY_BYTES:
                return key
        raise self._wrong("holds what is no key: 32 random bytes in base64, one a line")

    def _wrong(self, why: str) -> MasterKeyError:
        return MasterKeyError(f"{FILE}={self.file}: {why}")


@dataclass(frozen=True)
class MasterKeyCommand:
    """A program of the operator's that asks a key service: `… wrap` or `… unwrap`, base64 in and out."""

    command: tuple[str, ...]
    max_seconds: float

    def wrap(self, key: bytes) -> bytes:
        return b"".join((_BY_COMMAND, seal(key, b"", about=_CHECK), self._asked("wrap", key)))

    def unwrap(self, wrapped: bytes) -> bytes:
        if wrapped[:1] != _BY_COMMAND:
            raise MasterKeyError(_ELSEWHERE.format("a file", FILE))
        check, theirs = wrapped[1 : 1 + MORE_BYTES], wrapped[1 + MORE_BYTES :]
        key = self._asked("unwrap", theirs)
        try:
            if len(key) == KEY_BYTES and unseal(key, check, about=_CHECK) == b"":
                return key
        except UnsealError:
            pass
        raise self._wrong("unwraps another key than the recordings are encrypted with")

    def _asked(self, what: str, given: bytes) -> bytes:
        answer = self._run(what, base64.b64encode(given) + b"\n")
        try:
            found = base64.b64decode(answer.strip(), validate=True)
        except (ValueError, binascii.Error) as wrong:
            raise self._wrong(f"{what}: its answer is no base64") from wrong
        if not found:
            raise self._wrong(f"{what}: has no answer")
        return found

    def _run(self, what: str, given: bytes) -> bytes:
        """What it says on stderr is its own affair, and may hold secrets: its exit code is told."""
        try:
            running = subprocess.Popen(  # noqa: S603 - the operator's own program, and no shell
                [*self.command, what],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={name: value for name, value in os.environ.items() if not name.startswith("PERSONSVAR_")},
            )
        except OSError as wrong:
            raise self._wrong(f"can't be run: {wrong.strerror}") from wrong
        with running:
            try:
                answer, _ = running.communicate(given, timeout=self.max_seconds)
            except subprocess.TimeoutExpired as late:
                raise self._wrong(f"{what}: no answer within {self.max_seconds:g} s") from late
            finally:
                _end(running)
        if running.returncode:
            raise self._wrong(f"{what}: ended with code {running.returncode}")
        return answer

    def _wrong(self, why: str) -> MasterKeyError:
        return MasterKeyError(f"{COMMAND}={self.command[0]}: {why}")


def _end(running: subprocess.Popen[bytes]) -> None:
    """With all that it started: else one of those might keep its answer's end open."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)


def _named(key: bytes) -> bytes:
    return hashlib.sha256(b"personsvar master key\0" + key).digest()[:_NAME_BYTES]
