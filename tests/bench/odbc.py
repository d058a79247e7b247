"""Asterisk's own voicemail with its messages in a database (app_voicemail_odbc), as ours are.

It can't stand beside app_voicemail, since both make the application VoiceMail: it has an Asterisk of its own.
The database is SQLite, as ours is in this yard, in the same mode: a log written ahead (WAL), and each commit
brought to the disk. Its driver is Debian's libsqliteodbc.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk, enter, find_asterisk
from tests.bench.sounds import write
from tests.bench.voicemail import make_data, more
from tests.real.ports import free_tcp_port, free_udp_port

PACKAGE = "libsqliteodbc"
_TABLE = """CREATE TABLE voicemessages (
    uniqueid INTEGER PRIMARY KEY AUTOINCREMENT, dir VARCHAR(255), msgnum INTEGER, recording BLOB,
    context VARCHAR(80), callerid VARCHAR(255), origtime VARCHAR(40), duration VARCHAR(20),
    mailboxuser VARCHAR(80), mailboxcontext VARCHAR(80), flag VARCHAR(30), msg_id VARCHAR(40),
    category VARCHAR(30));
CREATE UNIQUE INDEX voicemessages_dir ON voicemessages (dir, msgnum)"""
"""The columns that Asterisk 22 writes; the index is that of its own migrations."""
_GREETING = (
    "INSERT INTO voicemessages (dir, msgnum, recording, mailboxuser, mailboxcontext) VALUES (?, -1, ?, ?, ?)"
)
_STORED = "FROM voicemessages WHERE msgnum >= 0"
_WAV_HEADER = 44


@dataclass(frozen=True)
class OdbcVoicemail:
    """Its messages are WAV, its prompts GSM, as the other's are."""

    switch: Switch

    @property
    def folder(self) -> Path:
        return self.switch.setting.folder

    @property
    def file(self) -> Path:
        return self.folder / "voicemail.db"

    def messages(self) -> int:
        with closing(sqlite3.connect(self.file, timeout=30)) as database:
            return int(database.execute(f"SELECT count(*) {_STORED}").fetchone()[0])

    def seconds(self) -> list[float]:
        """How long each message is, by the size of its sound."""
        with closing(sqlite3.connect(self.file, timeout=30)) as database:
            sizes = database.execute(f"SELECT length(recording) {_STORED}")
            return [(size - _WAV_HEADER) / 16000 for (size,) in sizes]

    def greet(self, mailbox: str, alaw: bytes) -> None:
        """The owner's own greeting, in the database, from where each call brings it to a file."""
        folder = self.folder / "lib" / "voicemail" / "default" / mailbox
        write(folder / "unavail", alaw, ".wav")
        sound = folder / "unavail.wav"
        with closing(sqlite3.connect(self.file, timeout=30)) as database, database:
            database.execute(_GREETING, (f"{folder}/unavail", sound.read_bytes(), mailbox, "default"))
        sound.unlink()


@contextmanager
def odbc_voicemail(folder: Path, mailboxes: Sequence[str]) -> Iterator[OdbcVoicemail | None]:
    """Its Asterisk, in `folder`; None where this Asterisk has no such voicemail."""
    asterisk = find_asterisk()
    if not _has_driver(asterisk):
        yield None
        return
    folder.mkdir()
    make_data(folder, prompts=".gsm")
    _make_database(folder)
    setting = Setting(
        folder=folder,
        spool=folder / "spool",
        media=folder / "media",
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        fastagi=f"127.0.0.1:{free_tcp_port()}",
        trunk=f"127.0.0.1:{free_udp_port()}",
        extra=_more(folder, mailboxes),
    )
    with Switch(asterisk, setting) as switch:
        yield OdbcVoicemail(switch)


def _make_database(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "voicemail.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(_TABLE)
    (folder / "voicemail.db").chmod(0o660)
    (folder / "odbc.ini").write_text(
        f"[voicemail]\nDriver = SQLite3\nDatabase = {folder}/voicemail.db\nTimeout = 30000\n"
        "JournalMode = WAL\nSyncPragma = FULL\n",
        "ascii",
    )


def _more(folder: Path, mailboxes: Sequence[str]) -> Mapping[str, str]:
    """What its switch's configuration gets besides."""
    files = more(folder, mailboxes, recordings="wav")
    settings = files["voicemail.conf"].replace(
        "[general]\n", "[general]\nodbcstorage = voicemail\nodbctable = voicemessages\n", 1
    )
    modules = files["modules.conf"].replace(
        "load = app_voicemail.so\n",
        "load = res_odbc_transaction.so\nload = res_odbc.so\nload = app_voicemail_odbc.so\n",
    )
    return {
        **files,
        "voicemail.conf": settings,
        "modules.conf": modules,
        "res_odbc.conf": f"[ENV]\nODBCINI => {folder}/odbc.ini\n\n"
        "[voicemail]\nenabled => yes\ndsn => voicemail\npre-connect => yes\nmax_connections => 20\n",
    }


def _has_driver(asterisk: Asterisk) -> bool:
    """Whether this Asterisk can have it; its driver is installed, where it lives in a root of its own."""
    modules = asterisk.root / asterisk.modules.lstrip("/")
    if not (modules / "app_voicemail_odbc.so").exists():
        return False
    if not _driver(asterisk) and asterisk.private:
        apt = [*enter(asterisk.root), "apt-get", "-q", "-y", "--no-install-recommends", "install", PACKAGE]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(apt, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
    return _driver(asterisk)


def _driver(asterisk: Asterisk) -> bool:
    return any((asterisk.root / "usr/lib").glob("**/odbc/libsqlite3odbc.so"))
