"""A backup of an older version is brought up to date as it is restored; one of a newer program is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, text

from personsvar.backup.refusals import BackupRefusedError
from personsvar.storage import SqlStore, current, upgrade, versions
from personsvar.storage.backup import restore_target
from personsvar.storage.backup.restore_target import what_is_in
from tests.contract.stores import KARI, SOUND, leave, message, sqlite_url, subscribe
from tests.contract.test_backup_round_trip import backed_up, restored

LATER = "9999"
_MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{LATER}", "{versions.newest()}", None, None
LOSES = "what came later"

def upgrade():
    op.add_column("subscribers", sa.Column("later", sa.Text(), nullable=False, server_default="of old"))

def downgrade():
    op.drop_column("subscribers", "later")
"""
_NEWER_THAN_THIS = r"the backup is of a newer version \(9999\) than this program"


class LaterProgram:
    """This program, one version later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self._scripts = versions.scripts
        self._folder = folder

    def begin(self) -> None:
        (self._folder / "later.py").write_text(_MIGRATION)
        for module in (versions, restore_target):
            self._monkeypatch.setattr(module, "scripts", self._with_later)
        versions._directory.cache_clear()

    def end(self) -> None:
        self._monkeypatch.undo()
        versions._directory.cache_clear()

    def _with_later(self, connection: Connection | None = None, **how: bool) -> Config:
        config = self._scripts(connection, **how)
        ours = Path(str(config.get_main_option("script_location"))) / "versions"
        config.set_main_option("version_locations", os.pathsep.join(map(str, (ours, self._folder))))
        return config


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LaterProgram]:
    (tmp_path / "later").mkdir()
    program = LaterProgram(monkeypatch, tmp_path / "later")
    yield program
    program.end()


@pytest.mark.parametrize("has_tables", [False, True])
def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(
    later: LaterProgram, empty_url: str, tmp_path: Path, *, has_tables: bool
) -> None:
    old = sqlite_url(tmp_path)
    with closing(SqlStore(old)) as store:
        subscribe(store, KARI)
        leave(store, message("of old"))
    backed_up(old, tmp_path / "backups")
    later.begin()
    if has_tables:
        upgrade(empty_url)
    restored(empty_url, tmp_path / "backups")
    assert current(empty_url) == LATER
    with closing(SqlStore(empty_url)) as store:
        with store.look() as work:
            (found,) = work.messages.list(KARI)
            assert work.sounds.read(found.sound.id) == SOUND
        with store.reading() as connection:
            assert connection.execute(text("SELECT later FROM subscribers")).scalar_one() == "of old"
    backed_up(empty_url, tmp_path / "backups")
    later.end()
    new = f"sqlite:///{tmp_path / 'new.db'}"
    with pytest.raises(BackupRefusedError, match=_NEWER_THAN_THIS):
        restored(new, tmp_path / "backups")
    assert what_is_in(new) == ()
