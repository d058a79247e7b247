"""A backup by `pg_dump` is enough: restored elsewhere, everything is there, and no id comes twice."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.mailbox.model.message import State
from personsvar.storage import SqlStore, is_current, raise_ids, upgrade
from tests.contract.stores import KARI, SOUND, leave, message, notice, subscribe
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres


def test_what_was_dumped_is_there_again_and_goes_on(cluster: PostgresCluster, tmp_path: Path) -> None:
    old, new = cluster.url(cluster.new_database()), cluster.url(cluster.new_database())
    upgrade(old)
    store = SqlStore(old)
    subscribe(store, KARI)
    kept = leave(store, message("before"))
    with store.begin() as work:
        work.outbox.add(notice())
        work.commit()
    dump = tmp_path / "personsvar.dump"
    _run("pg_dump", "-Fc", "-f", str(dump), old)
    lost = leave(store, message("after the backup"))
    store.close()

    _run("pg_restore", "-d", new, "--exit-on-error", str(dump))
    assert is_current(new)
    raise_ids(new, datetime.now(UTC), by=1000)
    store = SqlStore(new)
    with store.look() as work:
        (found,) = work.messages.list(KARI, (State.NEW,))
        assert found == kept
        assert work.sounds.read(found.sound.id) == SOUND
        assert len(work.outbox.list()) == 1
    assert leave(store, message("after the restore")).id > lost.id
    store.close()


def _run(program: str, *arguments: str) -> None:
    newest = max(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda it: int(it.parts[-3]))
    subprocess.run([str(newest), *arguments], check=True, capture_output=True, timeout=120)
