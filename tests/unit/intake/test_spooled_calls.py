"""The call log of what waited in the spool: each call once, as long as its files tell, whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from personsvar.intake.header import EndMark, HeaderError, format_call, parse_header
from personsvar.intake.listing import WaitingState, listing
from personsvar.intake.purge import purge
from personsvar.intake.sweeper import Swept
from personsvar.mailbox import call_log
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.call_log import CallsWanted
from personsvar.mailbox.ports.takes import Kept
from tests.unit.intake.conftest import KARI, OLA, STRANGER, Sayings, Switch, voice

NOBODY_S = "+4790000077"
FROM_NOBODY_S: dict[str, Any] = {"diversion": (f"<sip:{NOBODY_S}@example.test>;reason=no-answer",)}


def calls(switch: Switch) -> Sequence[CallRecord]:
    return call_log.calls(switch.world.services, CallsWanted(), limit=100)


def the_call(switch: Switch) -> CallRecord:
    (only,) = calls(switch)
    return only


def opened(switch: Switch, *, came_of: CameOf = CameOf.ELSEWHERE) -> CallRecord:
    began_at = switch.world.clock.now() - timedelta(seconds=41.5)
    return CallRecord(SpoolId("1772631120.4"), began_at, KARI, OLA, came_of, 41.5, listened=True)


def left(switch: Switch) -> CallRecord:
    """As a service leaves it whose database is away."""
    record = opened(switch)
    switch.store.away = True
    switch.takes.log(record)
    switch.store.away = False
    return record


def test_what_the_dialplan_recorded_is_a_call_of_its_length(switch: Switch) -> None:
    recorded = switch.raw()
    switch.later(19)
    switch.leaves(recorded, voice(14), end=EndMark())
    switch.sweep()
    record = the_call(switch)
    assert (record.came_of, record.caller, record.mailbox) == (CameOf.MESSAGE, STRANGER, OLA)
    assert (record.call_id, record.began_at, record.seconds) == (recorded.spool_id, recorded.began_at, 19)


@pytest.mark.parametrize("missed", [False, True])
def test_what_waited_for_the_database_is_logged_once(switch: Switch, missed: bool) -> None:
    header = switch.header()
    if not missed:
        switch.records(switch.takes.place(header), voice())
    switch.later(30)
    switch.store.away = True
    assert switch.finish(header, missed=missed) is Kept.LATER
    switch.store.away = False
    for file in switch.folder.iterdir():
        if file.is_file():
            switch.touch(file)
    for _ in range(2):
        switch.sweep()
    record = the_call(switch)
    assert record.came_of is (CameOf.MISSED if missed else CameOf.MESSAGE)
    assert record.reason is (MissedReason.HUNG_UP if missed else None)
    assert record.seconds == 30


def test_what_a_service_logged_and_left_lying_is_no_second_call(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.later(20)
    assert switch.takes.finish(header) is Kept.STORED
    switch.takes._let_go(header)  # it dies before the files went
    switch.later(600)
    switch.sweep()
    assert (len(calls(switch)), the_call(switch).came_of) == (1, CameOf.MESSAGE)


def test_a_recording_taken_in_half_becomes_the_longer_call(switch: Switch) -> None:
    header = switch.header()
    switch.leaves(header, voice(1)[:4000], seconds_ago=100)
    sweeper = switch.sweeper()
    switch.sweep(sweeper, in_seconds=100)
    assert the_call(switch).came_of is CameOf.MISSED
    switch.later(120)
    switch.leaves(header, voice(), end=EndMark())
    switch.sweep(sweeper, in_seconds=1)
    assert (the_call(switch).came_of, the_call(switch).seconds) == (CameOf.MESSAGE, 120)


def test_a_call_for_nobody_is_logged_at_once_and_becomes_a_message_when_the_number_is_added(
    switch: Switch,
) -> None:
    switch.leaves(switch.raw(**FROM_NOBODY_S), voice(), end=EndMark())
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(waiting=1)
    record = the_call(switch)
    assert (record.came_of, record.caller, record.mailbox) == (CameOf.NOT_SERVED, STRANGER, None)
    switch.sweep(sweeper, in_seconds=700)
    assert the_call(switch) == record
    switch.world.subscriber(NOBODY_S)  # type: ignore[arg-type]
    switch.sweep(sweeper, in_seconds=1400)
    assert (the_call(switch).came_of, the_call(switch).mailbox) == (CameOf.MESSAGE, NOBODY_S)
    assert the_call(switch).id == record.id


def test_a_withheld_number_of_the_dialplan_s_is_in_no_row(switch: Switch) -> None:
    switch.leaves(switch.raw(privacy=("id",)), voice(), end=EndMark())
    switch.leaves(switch.raw("1772631120.8", privacy=("id",), **FROM_NOBODY_S), voice(), end=EndMark())
    switch.sweep()
    assert [record.caller for record in calls(switch)] == [None, None]


def test_no_call_was_longer_than_any_can_be(switch: Switch) -> None:
    header = switch.header()
    switch.later(30 * 24 * 3600)
    switch.leaves(header, voice(), end=EndMark())
    switch.sweep()
    assert the_call(switch).seconds == switch.world.rules.max_call_minutes * 60 + 300


# ---- calls that leave no recording


def test_a_call_that_left_nothing_waits_in_the_spool_for_the_database(switch: Switch) -> None:
    record = left(switch)
    assert switch.files() == ["1772631120.4-l.end", "1772631120.4-l.head"]
    (waiting,) = listing(switch.takes.spool, switch.world.clock.now())
    assert (waiting.state, waiting.takes) == (WaitingState.ENDED, 0)
    for _ in range(2):
        switch.sweep()
    assert replace(the_call(switch), id=record.id) == record
    assert switch.files() == []


def test_while_the_database_is_away_it_goes_on_waiting(switch: Switch) -> None:
    left(switch)
    switch.store.away = True
    assert switch.sweep() == Swept(waiting=1)
    assert switch.files() != []


def test_a_service_that_died_behind_the_commit_logs_it_no_second_time(switch: Switch) -> None:
    record = left(switch)
    call_log.write_down(switch.world.services, record)
    switch.sweep()
    assert len(calls(switch)) == 1


def test_it_goes_with_its_subscriber(switch: Switch) -> None:
    left(switch)
    removed = switch.world.who(OLA)
    assert purge(switch.world.services, switch.takes.spool, removed) == 1
    assert switch.files() == []


def test_one_whose_subscriber_is_gone_is_nobody_s(switch: Switch) -> None:
    left(switch)
    with switch.store.begin() as uow:
        uow.subscribers.remove(OLA)
        uow.commit()
    switch.sweep()
    assert the_call(switch).mailbox is None


def test_a_damaged_one_is_put_aside(switch: Switch, logged: Sayings) -> None:
    left(switch)
    head = switch.folder / "1772631120.4-l.head"
    head.write_bytes(head.read_bytes().replace(b"came-of=elsewhere", b"came-of=luck"))
    assert switch.sweep() == Swept(broken=1)
    assert "put aside as broken" in logged()
    assert calls(switch) == []


def test_on_a_disk_that_takes_nothing_it_is_told_as_lost(switch: Switch, logged: Sayings) -> None:
    switch.takes.spool.folder.rmdir()
    switch.takes.spool.folder.write_text("no folder")
    switch.store.away = True
    switch.takes.log(opened(switch))
    assert "the call is missing in the call log" in logged()


def test_a_number_is_in_the_header_only_of_a_mailbox_that_was_opened(switch: Switch) -> None:
    switch.store.away = True
    switch.takes.log(opened(switch, came_of=CameOf.REFUSED))
    assert b"mailbox=" not in (switch.folder / "1772631120.4-l.head").read_bytes()


@pytest.mark.parametrize("came_of", CameOf)
def test_a_header_is_read_as_it_was_written(switch: Switch, came_of: CameOf) -> None:
    for record in (
        opened(switch, came_of=came_of),
        replace(opened(switch, came_of=came_of), caller=None, mailbox=None, listened=False),
    ):
        assert parse_header(format_call(record)) == record


def test_an_id_that_is_no_file_s_name_has_no_header(switch: Switch) -> None:
    with pytest.raises(HeaderError):
        format_call(replace(opened(switch), call_id=SpoolId("../1")))
