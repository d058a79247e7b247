"""One id, two calls: two switches of one name, or a clock that went back. Nothing is lost, and it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.intake.header import EndMark, parse_header
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.takes import Kept, SpoolHeader
from tests.unit.intake.conftest import KARI, OLA, Sayings, Switch, voice

TOLD = "the switch's id is another call's"
IN_THE_WAY = "in the spool lies another call under the switch's id"


@pytest.fixture(autouse=True)
def kari(switch: Switch) -> None:
    switch.world.subscriber(KARI)


def call(switch: Switch, header: SpoolHeader, sound: bytes) -> Kept:
    switch.records(switch.takes.place(header), sound)
    return switch.finish(header)


def others(header: SpoolHeader) -> dict[str, SpoolHeader]:
    """The same id, and one thing that is another."""
    return {
        "mailbox": replace(header, mailbox=KARI),
        "caller": replace(header, caller=KARI),
        "withheld": replace(header, caller=None),
        "time": replace(header, began_at=header.began_at + timedelta(hours=1)),
    }


@pytest.mark.parametrize("differs", ["mailbox", "caller", "withheld", "time"])
@pytest.mark.parametrize("seconds", [4, 9])
def test_the_second_call_is_a_message_of_its_own_and_the_first_stays(
    switch: Switch, logged: Sayings, differs: str, seconds: int
) -> None:
    first = switch.header()
    second = others(first)[differs]
    assert call(switch, first, voice(6)) is Kept.STORED
    assert call(switch, second, voice(seconds)) is Kept.STORED
    kept = [*switch.world.messages(OLA), *switch.world.messages(KARI)]
    assert {(it.mailbox, it.caller, it.received_at, it.spool_id) for it in kept} == {
        (first.mailbox, first.caller, first.began_at, first.spool_id),
        (second.mailbox, second.caller, second.began_at, SpoolId(f"{first.spool_id}~2")),
    }
    assert sorted(len(switch.world.sound(it.sound.id)) for it in kept) == sorted([48_000, seconds * 8000])
    assert logged().count(TOLD) == 1
    notices = [*switch.world.notices(OLA), *switch.world.notices(KARI)]
    assert [it.kind.value for it in notices].count("new-message") == 2


def test_each_of_them_is_taken_in_once_however_often_it_is_told(switch: Switch) -> None:
    first = switch.header()
    calls = [first, *others(first).values()]
    for header in [*calls, *calls]:
        switch.leaves(header, voice(6), end=EndMark())
        assert switch.sweep().failed == 0
    assert len(switch.world.messages(OLA)) == 4
    assert len(switch.world.messages(KARI)) == 1
    assert switch.files() == []


def test_what_waits_in_the_spool_is_not_written_over(switch: Switch, logged: Sayings) -> None:
    """The database was away, the switch came up anew with its clock an hour back, and gives its ids again."""
    first = switch.header()
    second = replace(first, mailbox=KARI)
    switch.store.away = True
    assert call(switch, first, voice(6)) is Kept.LATER
    take = switch.takes.place(second)
    assert take.path == switch.folder / f"{first.spool_id}~2-1"
    head = parse_header((switch.folder / f"{first.spool_id}~2.head").read_bytes())
    assert head == replace(second, spool_id=SpoolId(f"{first.spool_id}~2"))
    switch.records(take, voice(4))
    assert switch.finish(second) is Kept.LATER
    assert IN_THE_WAY in logged()
    switch.store.away = False
    assert switch.sweep().taken == 2
    assert (switch.stored(OLA), switch.stored(KARI)) == ([voice(6)], [voice(4)])
    assert switch.files() == []


def test_two_calls_at_once_in_one_spool_do_not_touch_each_other(switch: Switch) -> None:
    first = switch.header()
    second = replace(first, mailbox=KARI)
    takes = [switch.takes.place(first), switch.takes.place(second)]
    switch.records(takes[1], voice(4))
    switch.records(takes[0], voice(6))
    assert [switch.takes.finish(it) for it in (second, first)] == [Kept.STORED] * 2
    switch.takes.clear(second)
    assert switch.takes.read(takes[0]) == voice(6)
    switch.takes.clear(first)
    assert (switch.stored(OLA), switch.stored(KARI)) == ([voice(6)], [voice(4)])
    assert switch.files() == []


def test_missed_calls_of_one_id_are_told_to_each(switch: Switch) -> None:
    first = switch.header()
    for header in (first, replace(first, mailbox=KARI), replace(first, mailbox=KARI)):
        assert switch.finish(header, missed=True) is Kept.MISSED
    for mailbox in (OLA, KARI):
        reasons = [it.facts.reason for it in switch.world.notices(mailbox) if it.channel.value == "sms"]
        assert reasons == [MissedReason.HUNG_UP]


def test_a_call_under_the_id_of_one_that_was_removed_long_ago_is_told_of(switch: Switch) -> None:
    """The notices of the first are in the ledger still."""
    first = switch.header()
    call(switch, first, voice(6))
    with switch.store.begin() as uow:
        uow.messages.remove(switch.world.messages(OLA)[0].id)
        uow.commit()
    switch.later(86400 * 40)
    call(switch, switch.header(), voice(4))
    assert [it.kind.value for it in switch.world.notices(OLA)] == ["new-message"] * 2


def test_a_caller_too_long_for_a_header_is_the_same_caller(switch: Switch) -> None:
    long = replace(switch.header(), caller="+491234567890123456")  # type: ignore[arg-type]
    switch.records(switch.takes.place(long), voice(6))
    assert switch.takes.finish(long) is Kept.STORED
    switch.takes._let_go(long)  # the service dies before the files go
    switch.sweep()
    assert len(switch.world.messages(OLA)) == 1
    assert switch.files() == []


def test_until_the_switch_is_told_the_files_stand_for_the_message(switch: Switch) -> None:
    """Killed in between, the dialplan finds them, and asks nobody to speak again; nothing comes twice."""
    header = switch.header()
    switch.records(switch.takes.place(header), voice(6))
    assert switch.takes.finish(header) is Kept.STORED
    assert switch.files() == [f"{header.spool_id}{end}" for end in ("-1.sln", ".end", ".head")]
    switch.takes._let_go(header)
    switch.sweep()
    assert (switch.stored(), switch.files()) == ([voice(6)], [])
