"""Every migration, there and back, with data in place (SQLite and PostgreSQL): nothing of a mailbox is lost.

And what lets services of the version before go on while the tables are newer already: a migration takes
nothing away that they write to, and asks for nothing that they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State
from personsvar.storage import SqlStore, one_at_a_time, upgrade
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.versions import (
    Age,
    WrongVersionError,
    downgrade,
    newest,
    scripts,
    standing,
    way_back,
)
from tests.contract.stores import KARI
from tests.contract.test_store_mail_upgrade import GREETING, MESSAGE, SOUND
from tests.contract.test_store_outbox_upgrade import NOTICE, SUBSCRIBER
from tests.postgres import PostgresCluster

AT = "2025-03-03 12:00:00.000000"
ALAW = bytes(range(256)) * 20
STEPS = [script for script in ScriptDirectory.from_config(scripts()).walk_revisions() if script.down_revision]
"""The newest first."""
Rows = Mapping[str, list[tuple[Any, ...]]]


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def at(url: str, revision: str) -> None:
    """A database as the version of old made it, with a mailbox in it."""
    with changing(url) as connection:
        command.upgrade(scripts(connection), revision)
        connection.execute(text(SUBSCRIBER), {"number": KARI})
        connection.execute(text(SOUND), {"alaw": ALAW})
        for row in (MESSAGE, GREETING):
            connection.execute(text(row), {"number": KARI, "at": AT})
        for id_, status, due in ((1, "ready", AT), (2, "sent", None)):
            values = {"id": id_, "number": KARI, "key": f"n{id_}", "at": AT, "status": status}
            connection.execute(text(NOTICE), {**values, "attempts": 1, "due": due, "lease": None})


def rows(connection: Connection) -> Rows:
    tables = MetaData()
    tables.reflect(connection)
    return {
        table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
        for table in tables.sorted_tables
        if table.name != "alembic_version"
    }


def shape(connection: Connection) -> Mapping[str, set[str]]:
    look = inspect(connection)
    return {
        name: {f"{column['name']} {column['type']} {column['nullable']}" for column in look.get_columns(name)}
        | {f"{index['name']} {index['column_names']} {index['unique']}" for index in look.get_indexes(name)}
        for name in look.get_table_names()
    }


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.revision))
def test_up_and_down_again_leaves_everything_as_it_was(empty_url: str, step: Script) -> None:
    before = str(step.down_revision)
    at(empty_url, before)
    with changing(empty_url) as connection:
        as_it_was = rows(connection), shape(connection)
    with changing(empty_url) as connection:
        command.upgrade(scripts(connection), step.revision)
    with changing(empty_url) as connection:
        command.downgrade(scripts(connection), before)
    with changing(empty_url) as connection:
        assert (rows(connection), shape(connection)) == as_it_was


def test_from_the_newest_to_the_first_and_up_again_the_mailbox_is_whole(empty_url: str) -> None:
    upgrade(empty_url)
    at(empty_url, "head")
    for step in STEPS:
        with changing(empty_url) as connection:
            command.downgrade(scripts(connection), str(step.down_revision))
    upgrade(empty_url)
    store = SqlStore(empty_url)
    with store.look() as work:
        assert work.subscribers.get(KARI) is not None
        (message,) = work.messages.list(KARI, (State.NEW,))
        (greeting,) = work.greetings.listed(KARI, (GreetingKind.PERSONAL,))
        assert work.sounds.read(message.sound.id) == ALAW
        assert (message.id, greeting.greeting.id) == (7, 9)
        assert {it.id for it in work.outbox.list()} == {1, 2}
    store.close()


def test_notices_of_a_channel_the_version_before_does_not_know_go(empty_url: str) -> None:
    at(empty_url, "0004")
    with changing(empty_url) as connection:
        connection.execute(text("UPDATE notices SET channel = 'visual', kind = 'visual-status' WHERE id = 1"))
    with changing(empty_url) as connection:
        command.downgrade(scripts(connection), "0003")
    with changing(empty_url) as connection:
        assert [row[0] for row in rows(connection)["notices"]] == [2]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.revision))
def test_services_of_the_version_before_can_write_to_newer_tables(empty_url: str, step: Script) -> None:
    """A rolling upgrade: what runs goes on until it is replaced."""
    at(empty_url, str(step.down_revision))
    with changing(empty_url) as connection:
        old = {name: columns_of(connection, name) for name in inspect(connection).get_table_names()}
        command.upgrade(scripts(connection), step.revision)
        for table, columns in old.items():
            new = {it["name"]: it for it in inspect(connection).get_columns(table)}
            assert columns <= new.keys(), table
            unknown = [new[name] for name in new.keys() - columns]
            assert [it["name"] for it in unknown if not it["nullable"] and it["default"] is None] == []


def columns_of(connection: Connection, table: str) -> set[str]:
    return {str(it["name"]) for it in inspect(connection).get_columns(table)}


def test_every_step_back_says_what_is_lost() -> None:
    assert [step.revision for step in STEPS if not str(step.module.LOSES).strip()] == []


# ---- the one step back that an operator may take


def test_one_step_back_and_no_further(empty_url: str) -> None:
    upgrade(empty_url)
    expected = way_back(empty_url)
    assert downgrade(empty_url) == expected
    assert (expected.now, expected.before) == (newest(), STEPS[0].down_revision)
    assert standing(empty_url).age is Age.OLDER
    with pytest.raises(WrongVersionError, match=rf"of an older version \({expected.before}\) .* already"):
        downgrade(empty_url)
    upgrade(empty_url)
    assert standing(empty_url).age is Age.CURRENT


def test_a_newer_database_is_left_alone(empty_url: str) -> None:
    upgrade(empty_url)
    with changing(empty_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert standing(empty_url).age is Age.NEWER
    for change in (upgrade, downgrade, way_back):
        with pytest.raises(WrongVersionError, match=r"of a newer version \(9999\) than this program"):
            change(empty_url)
    with changing(empty_url) as connection:
        assert "flags" in columns_of(connection, "messages")


def test_there_is_no_way_back_from_nothing(empty_url: str) -> None:
    with pytest.raises(WrongVersionError, match="no tables yet"):
        downgrade(empty_url)


def test_there_is_none_before_the_first(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with changing(empty_url) as connection:
        command.upgrade(scripts(connection), "0001")
    monkeypatch.setattr("personsvar.storage.versions.newest", lambda: "0001")
    with pytest.raises(WrongVersionError, match="no version before 0001"):
        downgrade(empty_url)
    with changing(empty_url) as connection:
        assert "messages" in inspect(connection).get_table_names()


@pytest.mark.postgres
def test_a_long_migration_of_another_process_is_waited_for(
    cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = cluster.url(cluster.new_database())
    monkeypatch.setattr(one_at_a_time, "WAIT_SECONDS", 0.2)
    with ThreadPoolExecutor(1) as another:
        with one_at_a_time.alone(url):
            waiting = another.submit(upgrade, url)
            with pytest.raises(TimeoutError):
                waiting.result(1.5)
        waiting.result(60)
    assert standing(url).age is Age.CURRENT


def test_a_step_that_fails_half_way_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    with changing(empty_url) as connection:
        connection.execute(text("DROP TABLE renditions"))
        before = shape(connection)
    with pytest.raises(Exception, match="renditions"), one_at_a_time.alone(empty_url) as connection:
        command.downgrade(scripts(connection), "0004")
    with changing(empty_url) as connection:
        assert shape(connection) == before
    assert standing(empty_url).age is Age.CURRENT
