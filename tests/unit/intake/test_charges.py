"""An answered call back that only the dialplan saw the end of: a charge, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.intake.purge import purge
from personsvar.intake.sweeper import Swept
from personsvar.mailbox.model.ids import CallBackId, Number
from tests.unit.intake.conftest import KARI, OLA, Switch

HEAD = """version=1
id={id}
purpose=call-back
writer=dialplan
began={began}
mailbox={mailbox}
caller={called}
"""


@pytest.fixture
def row(switch: Switch) -> CallBackId:
    with switch.store.begin() as uow:
        row = uow.call_backs.add(OLA, KARI, at=switch.world.clock.now(), price_ore=300)
        uow.commit()
    return row


def leaves(
    switch: Switch, row: int, *, mailbox: Number = OLA, called: Number = KARI, end: bool = True
) -> None:
    spool_id, began = f"1772631120.9-c{row}", int(switch.world.clock.now().timestamp())
    text = HEAD.format(id=spool_id, began=began, mailbox=mailbox, called=called)
    switch.file(f"{spool_id}.head", text.encode())
    if end:
        switch.file(f"{spool_id}.end", b"missed=0\n")


def charges(switch: Switch) -> list[tuple[Number, Number, int]]:
    with switch.store.look() as uow:
        return [(it.mailbox, it.called, it.price_ore) for it in uow.call_backs.charges()]


def test_it_is_charged_once_however_often_it_is_left(switch: Switch, row: CallBackId) -> None:
    for _ in range(2):
        leaves(switch, row)
        assert switch.sweep() == Swept()
        assert charges(switch) == [(OLA, KARI, 300)]
    assert switch.files() == []


def test_half_written_it_waits_for_its_end_mark(switch: Switch, row: CallBackId) -> None:
    leaves(switch, row, end=False)
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper, in_seconds=100) == Swept(waiting=1)
    assert charges(switch) == []


def test_while_the_database_is_away_it_waits(switch: Switch, row: CallBackId) -> None:
    leaves(switch, row)
    switch.store.away = True
    assert switch.sweep() == Swept(waiting=1)
    switch.store.away = False
    switch.sweep()
    assert charges(switch) == [(OLA, KARI, 300)]


def test_the_number_of_another_s_call_back_charges_nobody_else(switch: Switch, row: CallBackId) -> None:
    for _ in range(2):
        leaves(switch, row, mailbox=KARI, called=OLA)
        switch.sweep()
    assert charges(switch) == [(KARI, OLA, 300)]


def test_who_leaves_meanwhile_still_owes_it(switch: Switch, row: CallBackId) -> None:
    leaves(switch, row)
    removed = switch.world.who(OLA)
    with switch.store.begin() as uow:
        uow.subscribers.remove(OLA)
        uow.commit()
    assert purge(switch.world.services, switch.takes.spool, removed) == 0
    switch.later(timedelta(days=1).total_seconds())
    switch.sweep()
    assert charges(switch) == [(OLA, KARI, 300)]
