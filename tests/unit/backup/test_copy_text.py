"""Rows as lines of text: whatever is in them, a line is one line, and comes back as it was."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.storage.backup.copy_text import ColumnKind, line_of, number_in, values_of

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
MOMENT = st.datetimes()
AS_SQLITE_HAS_IT: dict[ColumnKind, st.SearchStrategy[Any]] = {
    ColumnKind.TEXT: TEXT,
    ColumnKind.WHOLE: st.integers(-(2**63), 2**63 - 1),
    ColumnKind.REAL: st.floats(allow_nan=False),
    ColumnKind.YES_NO: st.sampled_from((0, 1)),
    ColumnKind.MOMENT: MOMENT.map(lambda at: at.isoformat(sep=" ", timespec="microseconds")),
    ColumnKind.DAY: st.dates().map(date.isoformat),
    ColumnKind.TIME: st.times().map(lambda at: at.isoformat(timespec="microseconds")),
    ColumnKind.BYTES: st.binary(),
    ColumnKind.JSON: st.recursive(TEXT | st.none() | st.integers(), st.lists).map(json.dumps),
}
ROW = st.lists(
    st.sampled_from(list(ColumnKind)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.none() | AS_SQLITE_HAS_IT[kind])
    ),
    min_size=1,
)


def test_every_kind_of_column_is_tried() -> None:
    assert AS_SQLITE_HAS_IT.keys() == set(ColumnKind)


@given(ROW)
def test_a_row_is_a_line_and_comes_back(row: list[tuple[ColumnKind, Any]]) -> None:
    kinds, values = [kind for kind, _ in row], tuple(value for _, value in row)
    line = line_of(values, kinds)
    assert line.count(b"\n") == 1
    assert line.count(b"\t") == len(row) - 1
    assert values_of(line, kinds) == values


def test_it_is_as_postgresql_writes_it() -> None:
    kinds = [ColumnKind.TEXT, ColumnKind.YES_NO, ColumnKind.MOMENT, ColumnKind.BYTES, ColumnKind.TEXT]
    values = ("a\tb\\N", 1, "2025-03-03 12:00:00.500000", b"\x00\xff", None)
    assert line_of(values, kinds) == b"a\\tb\\\\N\tt\t2025-03-03 12:00:00.500000+00\t\\\\x00ff\t\\N\n"
    written = b"a\\tb\\\\N\tt\t2025-03-03 13:00:00.5+01\t\\\\x00ff\t\\N"
    assert values_of(written, kinds) == values


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ColumnKind.WHOLE, b"one"),
        (ColumnKind.MOMENT, b"2025-03-03 12:00:00"),
        (ColumnKind.MOMENT, b"yesterday"),
        (ColumnKind.BYTES, b"00ff"),
        (ColumnKind.TEXT, b"a\tb"),
        (ColumnKind.TEXT, b"\xff"),
        (ColumnKind.YES_NO, b"yes"),
    ],
)
def test_what_is_no_value_of_its_column_is_refused(kind: ColumnKind, field: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        values_of(field, [kind])


def test_a_number_is_found_in_its_field() -> None:
    line = line_of((7, None, "x"), [ColumnKind.WHOLE, ColumnKind.WHOLE, ColumnKind.TEXT])
    assert (number_in(line, 0), number_in(line, 1)) == (7, None)
