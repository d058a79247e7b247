"""Every call into the service is in the call log once: when, from where, whose mailbox, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.dialogue.call_session import DialogueContext
from personsvar.dialogue.manual import answer
from personsvar.intake import Sweeper
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox import call_log
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.call_log import CallsWanted
from tests.phone import HANG_UP, SILENCE, HangUp, Listen, Speak, Step
from tests.unit.dialogue.test_deposit import ABROAD, AwayStore
from tests.unit.dialogue.test_manual import Broken, _fails
from tests.upkeep import tidy_once
from tests.world import KARI, OLA, PIN, STRANGER, World

UNKNOWN = Number("+4790000077")


def calls(world: World) -> Sequence[CallRecord]:
    return call_log.calls(world.services, CallsWanted(), limit=100)


def the_call(world: World) -> CallRecord:
    (only,) = calls(world)
    return only


def told(record: CallRecord) -> tuple[CameOf, MissedReason | None, Number | None, Number | None]:
    return record.came_of, record.reason, record.caller, record.mailbox


# ---- callers: written with what they leave


@pytest.mark.parametrize(
    ("script", "came_of", "reason"),
    [
        ((Speak(14), "#2"), CameOf.MESSAGE, None),
        ((Speak(14), HANG_UP), CameOf.MESSAGE, None),
        ((HangUp(1.0),), CameOf.MISSED, MissedReason.HUNG_UP),
        ((SILENCE,), CameOf.MISSED, MissedReason.EMPTY),
    ],
)
def test_a_caller_s_call_is_logged_with_what_it_left(
    world: World, script: tuple[str | Step, ...], came_of: CameOf, reason: MissedReason | None
) -> None:
    world.subscriber()
    began = world.clock.now()
    phone = world.caller_leaves(*script)
    record = the_call(world)
    assert told(record) == (came_of, reason, STRANGER, OLA)
    assert (record.began_at, record.call_id) == (began, phone.setup.call_id)
    assert 0 < record.seconds <= (world.clock.now() - began).total_seconds()


def test_a_call_that_ends_by_hanging_up_is_as_long_as_it_was(world: World) -> None:
    world.subscriber()
    began = world.clock.now()
    world.caller_leaves(Speak(14), HANG_UP)
    assert the_call(world).seconds == pytest.approx((world.clock.now() - began).total_seconds())


def test_a_full_mailbox_and_one_that_is_off_are_missed_calls_with_their_reason(world: World) -> None:
    world.subscriber()
    world.subscriber(KARI, voicemail_on=False)
    for _ in range(world.rules.max_messages):
        world.message(state=State.SAVED)
    world.caller_leaves()
    world.caller_leaves(diverted_from=KARI)
    off, full = calls(world)
    assert told(full) == (CameOf.MISSED, MissedReason.MAILBOX_FULL, STRANGER, OLA)
    assert told(off) == (CameOf.MISSED, MissedReason.VOICEMAIL_OFF, STRANGER, KARI)


def test_a_withheld_number_stands_nowhere(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(14), withheld=True)
    world.caller_leaves(diverted_from=UNKNOWN, withheld=True)
    world.call("90000001#", f"{PIN}#", caller=STRANGER, withheld=True)
    assert {record.caller for record in calls(world)} == {None}


# ---- the others: written when they are over


def test_a_number_that_is_not_served_is_no_mailbox(world: World) -> None:
    world.caller_leaves(diverted_from=UNKNOWN)
    assert told(the_call(world)) == (CameOf.NOT_SERVED, None, STRANGER, None)


def test_the_owner_who_listens_and_the_one_who_does_not(world: World) -> None:
    world.subscriber()
    world.message()
    world.call("#")
    world.call("1", Listen(4))
    listened, looked = calls(world)
    assert told(listened) == told(looked) == (CameOf.OWNER, None, OLA, OLA)
    assert (looked.listened, listened.listened) == (False, True)
    assert listened.seconds > 4


def test_the_first_call_is_its_owner_s_too(world: World) -> None:
    world.subscriber(welcomed=False, pin=None)
    world.call("#")
    assert told(the_call(world)) == (CameOf.OWNER, None, OLA, OLA)


def test_a_log_in_from_elsewhere_tells_from_where(world: World) -> None:
    world.subscriber()
    world.message()
    world.call("90000001#", f"{PIN}#", "1", Listen(4), caller=ABROAD)
    assert told(the_call(world)) == (CameOf.ELSEWHERE, None, ABROAD, OLA)
    assert the_call(world).listened


def test_a_number_that_nobody_vouches_for_proves_nothing(world: World) -> None:
    world.subscriber()
    world.call("90000001#", f"{PIN}#", caller=ABROAD, vouched=False)
    assert told(the_call(world)) == (CameOf.ELSEWHERE, None, None, OLA)


@pytest.mark.parametrize(
    ("script", "came_of", "mailbox"),
    [
        ((HangUp(1.0),), CameOf.NO_LOG_IN, None),
        (("90000001#", HANG_UP), CameOf.NO_LOG_IN, OLA),
        (("90000001#", "739155#"), CameOf.REFUSED, OLA),
        (("90000077#", "739155#"), CameOf.REFUSED, None),
        (("90000077#", "739155#", "90000001#", f"{PIN}#"), CameOf.ELSEWHERE, OLA),
    ],
)
def test_what_became_of_a_log_in(
    world: World, script: tuple[str | Step, ...], came_of: CameOf, mailbox: Number | None
) -> None:
    world.subscriber()
    world.call(*script, caller=KARI)
    assert told(the_call(world)) == (came_of, None, KARI, mailbox)


def test_a_way_in_that_is_closed_is_refused(world: World) -> None:
    world.subscriber()
    for caller in ("+4790000011", "+4790000012"):
        world.call(*["90000001#", "739155#"] * 3, caller=Number(caller))
    world.call("90000001#", f"{PIN}#", caller=KARI)
    assert {record.came_of for record in calls(world)} == {CameOf.REFUSED}
    assert len(calls(world)) == 3


def test_the_own_phone_with_a_pin(world: World) -> None:
    world.subscriber(always_ask_pin=True)
    world.call("739155#", caller=OLA)
    world.call(f"{PIN}#", caller=OLA)
    assert [record.came_of for record in calls(world)] == [CameOf.OWNER, CameOf.REFUSED]
    assert {record.mailbox for record in calls(world)} == {OLA}


def test_star_in_the_greeting_makes_it_a_log_in_and_no_missed_call(world: World) -> None:
    world.subscriber()
    world.caller_leaves("*", f"{PIN}#")
    world.caller_leaves("*")
    assert [told(record) for record in calls(world)] == [
        (CameOf.NO_LOG_IN, None, STRANGER, OLA),
        (CameOf.ELSEWHERE, None, STRANGER, OLA),
    ]


# ---- when things are away


def test_an_owner_who_could_not_get_in_is_written_down_when_the_database_is_back(world: World) -> None:
    world.subscriber()
    away = World(AwayStore(), world.spool, clock=world.clock)  # type: ignore[arg-type]
    began = world.clock.now()
    away.call(caller=OLA)
    assert calls(world) == []
    for _ in range(2):
        Sweeper(world.takes).sweep_once(world.clock.now())
    record = the_call(world)
    assert told(record) == (CameOf.UNAVAILABLE, None, OLA, None)
    assert record.began_at == began
    assert record.seconds == pytest.approx(_since(world, began), abs=0.1)
    assert not list(world.spool.glob("*.*"))


def test_an_owner_whose_database_goes_away_in_the_call_was_in_all_the_same(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(), "3", HANG_UP)
    answer(phone, DialogueContext(world.services, LosesTheStore(world.services, world.spool)))
    (head,) = world.spool.glob("*-l.head")
    assert f"mailbox={OLA}" in head.read_text()
    Sweeper(world.takes).sweep_once(world.clock.now())
    assert told(the_call(world)) == (CameOf.OWNER, None, OLA, OLA)
    assert the_call(world).call_id == phone.setup.call_id


def test_a_number_that_was_typed_is_not_left_in_the_spool(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(KARI), "90000077#", "739155#", HANG_UP)
    answer(phone, DialogueContext(world.services, LosesTheStore(world.services, world.spool)))
    (head,) = world.spool.glob("*-l.head")
    assert UNKNOWN not in head.read_text()
    assert "came-of=refused" in head.read_text()


def test_an_error_before_the_tone_is_the_dialplan_s_to_tell_of(world: World) -> None:
    world.subscriber()
    plain = world.phone(world.setup(STRANGER, diverted_from=OLA), HangUp(90))
    phone = Broken(plain.setup, plain.script, world.clock, seconds_of=_fails)
    with pytest.raises(ZeroDivisionError):
        answer(phone, world.context)
    assert calls(world) == []


class LosesTheStore(SpoolTakes):
    """The database goes away just as the call ends."""

    def log(self, record: CallRecord) -> None:
        self.services = replace(self.services, store=AwayStore())  # type: ignore[arg-type]
        super().log(record)


def _since(world: World, began: datetime) -> float:
    return (world.clock.now() - began).total_seconds()


def test_the_log_is_kept_for_its_days(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(14))
    world.clock.pass_seconds(timedelta(days=89, hours=23).total_seconds())
    tidy_once(world.services)
    assert len(calls(world)) == 1
    world.clock.pass_seconds(timedelta(hours=2).total_seconds())
    tidy_once(world.services)
    assert calls(world) == []
