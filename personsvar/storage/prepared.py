"""Statements that every call runs: worked out once for each database, then run on the driver's own cursor.

SQLAlchemy works out a statement's text once and looks it up again each time; the looking up, the making of an
execution and of a result around it cost several times what SQLite takes to answer. What is asked of every
call is therefore prepared: SQLAlchemy still writes the text, and turns each value as its column's type says.
An error comes out as it would from SQLAlchemy: see `faults`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import CompoundSelect, Select
from sqlalchemy.types import TypeEngine

from personsvar.storage.faults import fault_of

Turn = Callable[[Any], Any]
"""From a value of ours to one of the driver's, or back."""
Statement = Select[Any] | CompoundSelect[Any] | Insert | ReturningInsert[Any]


@dataclass(slots=True)
class Prepared:
    """One statement as a database takes it."""

    text: str
    places: tuple[str, ...]
    """The values' names in the order of their places; none where the text itself holds the names."""
    fixed: Mapping[str, Any]
    """Values that are always the same."""
    turns_in: tuple[tuple[str, Turn], ...]
    types: tuple[TypeEngine[Any], ...]
    """The types of its columns."""
    row: Callable[[Sequence[Any]], Any]
    turns_out: tuple[tuple[int, Turn], ...] | None = None
    """How values are turned back; None before the first rows, which tell the columns' types."""

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        given = self._given(values)
        if not connection.in_transaction():  # after a commit in the middle
            connection.begin()
        cursor = connection.connection.cursor()
        try:
            for hear in connection.dispatch.before_cursor_execute:
                hear(connection, cursor, self.text, given, None, False)
            cursor.execute(self.text, given)
            return self._rows(cursor, connection.dialect)
        except connection.dialect.loaded_dbapi.Error as wrong:
            raise _error_of(connection, cursor, self.text, wrong) from wrong
        finally:
            cursor.close()

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any] | tuple[Any, ...]:
        given = {**self.fixed, **values}
        try:
            for name, turn in self.turns_in:
                given[name] = turn(given[name])
        except ValueError as wrong:
            raise StatementError(str(wrong), self.text, None, wrong, hide_parameters=True) from wrong
        return tuple(given[name] for name in self.places) if self.places else given

    def _rows(self, cursor: DBAPICursor, dialect: Dialect) -> list[Any]:
        if not self.types:  # nothing is given back but the id, on SQLite
            return [(cursor.lastrowid,)]
        if self.turns_out is None:
            self.turns_out = tuple(_turns_out(self.types, cursor, dialect))
        rows = []
        for values in cursor.fetchall():
            turned = list(values)
            for place, turn in self.turns_out:
                turned[place] = turn(turned[place])
            rows.append(self.row(turned))
        return rows


def rows_of(
    connection: Connection, statement: Select[Any] | CompoundSelect[Any], **values: object
) -> list[Any]:
    """Every row, its columns as attributes. Raise as the store does of any statement."""
    return _prepared(connection.dialect, statement, ()).run(connection, values)


def one_of(connection: Connection, statement: Select[Any], **values: object) -> Any:
    """The row there is, or None."""
    found = rows_of(connection, statement, **values)
    return found[0] if found else None


def returned_by(
    connection: Connection, statement: Insert | ReturningInsert[Any], values: Mapping[str, Any]
) -> Any:
    """The first column given back of the row that was added, else (SQLite) its id; None: none was added."""
    found = row_returned_by(connection, statement, values)
    return None if found is None else found[0]


def row_returned_by(
    connection: Connection, statement: Insert | ReturningInsert[Any], values: Mapping[str, Any]
) -> Any:
    """All that is given back of the row that was added; None: none was added."""
    found = _prepared(connection.dialect, statement, tuple(values)).run(connection, values)
    return found[0] if found else None


def returned_by_all(
    connection: Connection, statement: ReturningInsert[Any], values: Mapping[str, Any]
) -> Any:
    """As `returned_by`, of a statement that names all its values itself."""
    found = _prepared(connection.dialect, statement, ()).run(connection, values)
    return found[0][0] if found else None


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, statement: Statement, keys: tuple[str, ...]) -> Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(keys) or None)
    columns = tuple(statement.exported_columns)
    names = [column.key or "" for column in columns]
    row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - its columns are the statement's
    return Prepared(
        text=str(compiled),
        places=tuple(compiled.positiontup or ()),
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        turns_in=tuple(_turns_in(compiled, dialect)),
        types=tuple(column.type for column in columns),
        row=row._make,
    )


def _turns_in(compiled: SQLCompiler, dialect: Dialect) -> Iterator[tuple[str, Turn]]:
    for name, bind in compiled.binds.items():
        turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if turn is not None:
            yield name, turn


def _turns_out(
    types: Sequence[TypeEngine[Any]], cursor: DBAPICursor, dialect: Dialect
) -> Iterator[tuple[int, Turn]]:
    for place, (type_, described) in enumerate(zip(types, cursor.description or (), strict=True)):
        turn = type_.dialect_impl(dialect).result_processor(dialect, described[1])
        if turn is not None:
            yield place, turn


def _error_of(connection: Connection, cursor: DBAPICursor, text: str, wrong: Exception) -> Exception:
    """What SQLAlchemy would have made of it; a connection that is lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(cast("Any", wrong), connection.connection.dbapi_connection, cursor)
    error = DBAPIError.instance(
        text,
        None,
        wrong,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        connection.invalidate(wrong)
    return (fault_of(error) if isinstance(error, DBAPIError) else None) or error
