"""Subscribers, and what becomes of everything they have when they leave (ports.Subscribers)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, Table, func, select

from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.availability import Absence, OpenHours
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, MessageId, Number, PinHash, SpoolId
from personsvar.mailbox.model.kept_request import KeptAnswer, KeptRequest
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.notice import Facts
from personsvar.mailbox.model.subscriber import (
    ElsewhereLogin,
    Place,
    QuietHours,
    SparePin,
    Subscriber,
    Wishes,
)
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.call_log import CallsWanted
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.storage.tables import metadata, renditions, sounds, transcripts
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.contract.stores import (
    CALLER,
    KARI,
    NOON,
    OLA,
    SOUND,
    OpenStore,
    Shop,
    leave,
    message,
    notice,
    subscribe,
)
from tests.contract.test_store_transcripts import made
from tests.contract.test_store_web_access import code, session
from tests.fakes.actors import ROOT

WITH_EVERYTHING = Subscriber(
    number=Number("+4790000003"),
    name="Åse Ødegård",
    email="aase@example.test",
    language="en",
    time_zone="Atlantic/Reykjavik",
    pin=PinHash("scrypt$1"),
    pin_by_operator=True,
    previous_pins=(PinHash("scrypt$2"), PinHash("scrypt$3")),
    spare_pin=SparePin(PinHash("scrypt$4"), NOON + timedelta(minutes=15)),
    pin_requests_on=date(2025, 3, 3),
    pin_requests=2,
    voicemail_on=False,
    voicemail_off_since=NOON - timedelta(hours=1),
    voicemail_off_until=NOON + timedelta(hours=1),
    back_since=NOON - timedelta(hours=2),
    hours=(OpenHours(1, 480, 960), OpenHours(6, 600, 1440)),
    always_ask_pin=True,
    oldest_first=False,
    call_back_from_elsewhere=True,
    say_caller=True,
    transcripts_consented_to="speech.example.test",
    wishes=Wishes(sms=False, mms=True, missed_calls=False, email_copy=False),
    welcomed=True,
    quiet=QuietHours(time(22), time(6, 45)),
    absence_until=date(2025, 7, 31),
    absence_reminder_at=NOON + timedelta(days=7),
    removals_look_at=NOON + timedelta(hours=22),
    place=Place(MessageId(7), 12.375, NOON),
    elsewhere_login=ElsewhereLogin(NOON, CALLER, acknowledged=True),
)


def test_a_whole_value_in_is_the_whole_value_out(store: OpenStore) -> None:
    with store.begin() as work:
        work.subscribers.add(WITH_EVERYTHING)
        work.commit()
    with store.look() as work:
        assert work.subscribers.get(WITH_EVERYTHING.number) == WITH_EVERYTHING


def test_put_replaces_the_whole_value(store: OpenStore) -> None:
    plain, full = Subscriber(KARI), replace(WITH_EVERYTHING, number=KARI)
    for value in (full, plain, full):
        with store.begin() as work:
            work.subscribers.put(value)
            work.commit()
        with store.look() as work:
            assert work.subscribers.get(KARI) == value


def test_a_log_in_from_a_withheld_number_has_no_caller(store: OpenStore) -> None:
    value = Subscriber(KARI, elsewhere_login=ElsewhereLogin(NOON, None))
    with store.begin() as work:
        work.subscribers.put(value)
        assert work.subscribers.get(KARI) == value


def test_a_number_nobody_has_is_none(store: OpenStore) -> None:
    with store.look() as work:
        assert work.subscribers.get(CALLER) is None
    with store.begin() as work:
        assert work.subscribers.get(CALLER, for_change=True) is None


def test_a_number_that_is_taken_is_refused(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(MailboxError, match="already"):
        work.subscribers.add(Subscriber(KARI))


def test_put_does_not_make_a_subscriber(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.subscribers.put(Subscriber(CALLER))


def test_the_list_goes_by_number_page_by_page(store: OpenStore) -> None:
    numbers = [Number(f"+47{n}") for n in ("21000000", "90000003", "900000010", "9")]
    with store.begin() as work:
        for number in numbers:
            work.subscribers.add(Subscriber(number))
        work.commit()
    every = sorted([KARI, OLA, *numbers])
    with store.look() as work:
        assert [each.number for each in work.subscribers.list()] == every
        assert [each.number for each in work.subscribers.list(after=every[1], limit=3)] == every[2:5]
        assert work.subscribers.list(after=every[-1]) == []


def everything_of(work: UnitOfWork, number: Number) -> list[object]:
    """All that a store tells about a number."""
    kinds = [(scope, number) for scope in LockScope]
    return [
        *(each for each in work.subscribers.list() if each.number == number),
        *work.messages.list(number),
        *work.transcripts.of_mailbox(number),
        *(each.greeting for each in work.greetings.listed(number, tuple(GreetingKind))),
        *work.absences.not_over(number, at=NOON),
        *work.outbox.list(to=number),
        *(each for each in (work.locks.get(*kind) for kind in kinds) if each.failures),
        *work.call_backs.charges(mailbox=number),
        *(each for each in [work.visual.get(number)] if each),
        *work.call_log.list(CallsWanted(mailbox=number)),
        *work.call_log.list(CallsWanted(caller=number, came_of=CameOf.NO_LOG_IN)),
        *work.web_sessions.listed(number),
        *work.roles.of(number),
        *work.audit.list(AuditWanted(mailbox=number)),
        *work.audit.list(AuditWanted(name=number)),
        *([] if work.call_backs.count_since(number, NOON) == 0 else ["a call back"]),
    ]


def furnish(store: Store, number: Number) -> None:
    """One of everything."""
    kept = leave(store, message(f"from-{number}", mailbox=number))
    with store.begin() as work:
        for kind in GreetingKind:
            work.greetings.add(number, kind, work.sounds.add(SOUND, of=number), NOON)
        end = NOON + timedelta(days=1)
        recording = work.sounds.add(SOUND, of=number)
        work.absences.add(Absence(AbsenceId(0), number, NOON, end, recording=recording))
        work.outbox.add(notice(f"sms-{number}", to=number, facts=Facts(message=kept.id, caller=CALLER)))
        for scope in LockScope:
            work.locks.put(Lock(scope, number, failures=3, changed_at=NOON))
        work.call_backs.answered(work.call_backs.add(number, CALLER, at=NOON, price_ore=300))
        work.call_backs.add(number, CALLER, at=NOON, price_ore=300)
        work.visual.put(VisualAccount(number, VisualDialect.CVVM))
        for to, came_of in ((number, CameOf.MESSAGE), (None, CameOf.NO_LOG_IN)):
            call_id = SpoolId(f"{came_of}-{number}")
            work.call_log.add(CallRecord(call_id, NOON, number, to, came_of, seconds=20))
        work.login_codes.add(code(f"visit-{number}", number=number))
        work.web_sessions.add(session(f"token-{number}", number=number))
        work.roles.grant(number, Role.OPERATOR, NOON)
        work.caller_names.put(number, [CallerName(CALLER, "Mormor")])
        work.renditions.keep(kept.sound.id, b"#!AMR")
        work.transcripts.put(made(kept), of=kept.sound.id)
        work.audit.add(AuditEntry(NOON, ROOT, AuditAction.SUBSCRIBER_CHANGED, number))
        operator = Actor(ActorKind.OPERATOR, number)
        work.audit.add(AuditEntry(NOON, operator, AuditAction.KEY_REVOKED, detail="web-shop"))
        asked = KeptRequest("token", f"add-{number}", "digest", NOON)
        work.kept_requests.begin(asked, forgotten_before=NOON, given_up_before=NOON)
        work.kept_requests.finish(replace(asked, mailbox=number, answer=KeptAnswer(200, (), b"{}")))
        work.commit()


def test_remove_purges_all_there_is_and_nothing_of_others(store: OpenStore) -> None:
    furnish(store, KARI)
    furnish(store, OLA)
    with store.look() as work:
        assert len(everything_of(work, KARI)) == 22
        sounds = [each.sound.id for each in work.messages.list(KARI)]
        sounds += [each.greeting.sound.id for each in work.greetings.listed(KARI, tuple(GreetingKind))]
        sounds += [each.recording.id for each in work.absences.not_over(KARI, at=NOON) if each.recording]
        of_ola = everything_of(work, OLA)
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    with store.look() as work:
        assert [type(each) for each in everything_of(work, KARI)] == [CallBack, str]
        assert everything_of(work, OLA) == of_ola
        for sound in sounds:
            with pytest.raises(KeyError):
                work.sounds.read(sound)
            assert work.renditions.read(sound) is None


def test_no_row_of_any_table_holds_the_number_of_one_who_left(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI, OLA)
    furnish(store, KARI)
    with store.begin() as work:
        assert isinstance(work, SqlUnitOfWork)
        rows = {table.name: len(rows_with(work, table, KARI)) for table in metadata.sorted_tables}
        assert rows == {
            "subscribers": 1,
            "messages": 1,
            "greetings": 4,
            "absences": 1,
            "notices": 1,
            "notice_attempts": 0,
            "notice_parts": 0,
            "receipts": 0,
            "locks": 4,
            "call_backs": 2,
            "reckonings": 0,
            "visual_accounts": 1,
            "calls": 2,
            "login_codes": 1,
            "web_sessions": 1,
            "roles": 1,
            "mailbox_changes": work._connection.dialect.name == "sqlite",
            "sounds": 0,
            "renditions": 0,
            "audit_entries": 2,
            "api_keys": 0,
            "kept_requests": 1,
            "import_jobs": 0,
            "calendars": 0,
            "caller_names": 1,
            "operator_names": 0,
            "occurrences": 0,
            "tallies": 0,
            "installation_keys": 0,
            "mailbox_keys": 0,
            "loose_objects": 0,
            "warning_terms": 0,
            "transcripts": 0,
            "transcript_days": 0,
        }
        work.subscribers.remove(KARI)
        left = [table.name for table in metadata.sorted_tables if rows_with(work, table, KARI)]
        assert left == ["call_backs"], "a charge is still owed"
        for table in (sounds, renditions, transcripts):
            assert work._connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def rows_with(work: SqlUnitOfWork, table: Table, number: Number) -> list[Row[Any]]:
    return [row for row in work._connection.execute(select(table)) if number in str(row)]


def test_the_next_owner_of_a_number_starts_with_an_empty_mailbox(store: OpenStore) -> None:
    furnish(store, KARI)
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.subscribers.add(Subscriber(KARI, name="en annen"))
        work.commit()
    with store.look() as work:
        first, *charges = everything_of(work, KARI)
    assert first == Subscriber(KARI, name="en annen")
    assert [type(each) for each in charges] == [CallBack, str], "what the one before still owes"


def test_removing_nobody_is_no_fault(store: OpenStore) -> None:
    with store.begin() as work:
        work.subscribers.remove(CALLER)
        work.commit()


def test_a_charge_survives_its_subscriber_and_what_was_not_answered_does_not(store: OpenStore) -> None:
    furnish(store, KARI)
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    with store.look() as work:
        (charge,) = work.call_backs.charges()
        assert (charge.mailbox, charge.called, charge.at, charge.price_ore) == (KARI, CALLER, NOON, 300)
        assert work.call_backs.count_since(KARI, NOON) == 1
