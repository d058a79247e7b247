"""Rows in every table there is, whatever they are, made from a seed: texts that try to end a line, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Integer,
    LargeBinary,
    Table,
    Time,
    insert,
    select,
)

from personsvar.encryption.sealing import MORE_BYTES
from personsvar.storage import SqlStore
from personsvar.storage.columns import Flags, Id, Moment, Phone
from personsvar.storage.tables import absences, greetings, messages, metadata, renditions, sounds

ROWS = 6
ODD = (
    "",
    "\\N",
    "\\.",
    "tab\tand\nline",
    "back\\slash\\",
    "\r\x0b\x08\x0c",
    "æøå 🎙",
    "'; --",
    "\\x00",
    "NULL",
)
FIRST = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
Rows = Mapping[str, list[tuple[Any, ...]]]


def fill(store: SqlStore, seed: int) -> None:
    with store.writing() as connection:
        for table in metadata.sorted_tables:
            _fill_table(connection, table, Random(f"{seed} {table.name}"))
        connection.commit()


def rows_in(store: SqlStore) -> Rows:
    with store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def named_recordings(rows: Rows) -> set[int]:
    return {
        row[table.columns.keys().index("sound_id")]
        for table in (messages, greetings, absences)
        for row in rows[table.name]
    }


def _fill_table(connection: Connection, table: Table, chance: Random) -> None:
    choices = {
        column.name: _values_named(connection, column, chance)
        for column in table.columns
        if column.foreign_keys
    }
    for number in range(ROWS):
        row = {
            column.name: _pick(choices[column.name], number, column)
            if column.name in choices
            else _value(column, number, chance)
            for column in table.columns
        }
        if table is renditions:
            row["amr_bytes"] = len(row["amr"]) - (0 if row["key_id"] is None else MORE_BYTES)
        if table is sounds:
            row["object_name"] = None  # they lie here
        connection.execute(insert(table), row)


def _values_named(connection: Connection, column: Column[Any], chance: Random) -> Sequence[Any]:
    (key,) = column.foreign_keys
    found = list(connection.execute(select(key.column)).scalars())
    chance.shuffle(found)
    return found


def _pick(values: Sequence[Any], number: int, column: Column[Any]) -> Any:
    return None if column.nullable and number % 3 == 2 else values[number % len(values)]


def _value(column: Column[Any], number: int, chance: Random) -> Any:
    if column.nullable and chance.random() < 0.3:
        return None
    kinds = ((type_, make) for type_, make in _MAKERS if isinstance(column.type, type_))
    return next((make(column, number, chance) for _, make in kinds), _text(column, number, chance))


def _text(column: Column[Any], number: int, chance: Random) -> str:
    """Each another's: it may be unique."""
    return f"{chance.choice(ODD)}{column.name} {number}"


def _moment(_: Column[Any], number: int, chance: Random) -> datetime:
    return FIRST + timedelta(days=number * 100, microseconds=chance.choice((0, 1, 500_000)))


def _whole(column: Column[Any], number: int, chance: Random) -> int:
    return number + 1 if column.primary_key else chance.randrange(2**31)


_Make = Callable[[Column[Any], int, Random], Any]
_MAKERS: Sequence[tuple[type[Any], _Make]] = (
    (Moment, _moment),
    (Phone, lambda _, number, __: f"+479000{number:04}"),
    (Flags, lambda _, number, chance: frozenset(chance.sample(("seen", "$x", "blå"), number % 3))),
    (Id, _whole),
    (Boolean, lambda _, __, chance: chance.random() < 0.5),
    (Integer, _whole),
    (Double, lambda _, __, chance: chance.choice((0.1, 1 / 3, 1e-300, 24_000 / 8000, chance.random()))),
    (Date, lambda _, number, __: date(2024, 2, 29) + timedelta(days=number)),
    (Time, lambda _, number, chance: time(number, 59, 59, chance.choice((0, 1, 999_999)))),
    (LargeBinary, lambda _, number, chance: bytes(range(256)) + chance.randbytes(number * 100)),
    (JSON, lambda _, number, chance: [{"å": chance.choice(ODD), "n": number}, None, 1.5]),
)
