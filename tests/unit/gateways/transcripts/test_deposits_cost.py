"""What a message costs the database: nothing more where nobody writes it down, else one row, or two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from personsvar.mailbox.rules import Rules
from personsvar.storage import SqlStore
from tests.unit.gateways.transcripts.desk import TranscriptDesk


@contextmanager
def said_to(store: object) -> Iterator[list[str]]:
    """Every statement that is run meanwhile, in transactions that write."""
    assert isinstance(store, SqlStore)
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(store._writers, "before_cursor_execute", hear)
    yield said
    event.remove(store._writers, "before_cursor_execute", hear)


def cost(desk: TranscriptDesk, rules: Rules, name: str, *, wished: bool) -> int:
    """Of a message, and of the same one lengthened."""
    desk.wish(transcripts=wished)
    desk.services = replace(desk.services, rules=rules)
    with said_to(desk.services.store) as said:
        desk.leave(name)
        desk.leave(name, longer=2)
    return len(said)


@pytest.mark.parametrize("visual", [False, True])
def test_a_message_costs_no_statement_more_where_it_is_off(desk: TranscriptDesk, *, visual: bool) -> None:
    """With visual voicemail one more is for its text there."""
    on, off = Rules(transcripts=True, visual=visual), Rules(visual=visual)
    without = cost(desk, off, "1.1", wished=False)
    assert cost(desk, off, "1.2", wished=True) == without
    asked_for_its_wish = 1
    assert cost(desk, on, "1.3", wished=False) == without + asked_for_its_wish
    assert cost(desk, on, "1.4", wished=True) == without + asked_for_its_wish + (4 if visual else 2)
