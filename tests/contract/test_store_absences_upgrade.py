"""Before there were absences, and back there: what is lost is what that version does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from personsvar.mailbox.model.availability import Absence, OpenHours
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.versions import scripts
from tests.contract.stores import KARI, OLA, SOUND, subscribe
from tests.contract.test_store_migrations import at, changing

BEFORE, WITH = "0010", "0011"


def test_voicemail_that_is_off_stays_off_until_it_is_turned_on(empty_url: str) -> None:
    at(empty_url, BEFORE)
    with changing(empty_url) as connection:
        connection.execute(text("UPDATE subscribers SET voicemail_on = false"))
    upgrade(empty_url)
    store = SqlStore(empty_url)
    with store.look() as work:
        found = work.subscribers.need(KARI)
        assert (found.voicemail_on, found.voicemail_off_since, found.voicemail_off_until) == (
            False,
            None,
            None,
        )
        assert found.hours == ()
        assert work.absences.not_over(KARI, at=datetime(2020, 1, 1, tzinfo=UTC)) == []
    store.close()


@pytest.mark.parametrize(("hours", "is_on"), [(-1, True), (1, False)])
def test_back_there_recordings_of_absences_are_gone_and_off_until_a_moment_is_told_as_it_is(
    empty_url: str, hours: int, *, is_on: bool
) -> None:
    upgrade(empty_url)
    until = datetime.now(UTC) + timedelta(hours=hours)
    store = SqlStore(empty_url)
    subscribe(store, KARI, OLA)
    with store.begin() as work:
        off = replace(work.subscribers.need(KARI), voicemail_on=False, voicemail_off_until=until)
        work.subscribers.put(replace(off, hours=(OpenHours(1, 480, 960),)))
        begun = until - timedelta(hours=2)
        work.absences.add(
            Absence(AbsenceId(0), KARI, begun, until, recording=work.sounds.add(SOUND, of=KARI))
        )
        work.absences.add(Absence(AbsenceId(0), OLA, begun, until))
        work.commit()
    store.close()
    with changing(empty_url) as connection:
        command.downgrade(scripts(connection), BEFORE)
        rows = connection.execute(text("SELECT number, voicemail_on FROM subscribers ORDER BY number"))
        assert [(row.number, bool(row.voicemail_on)) for row in rows] == [(KARI, is_on), (OLA, True)]
        assert connection.execute(text("SELECT count(*) FROM sounds")).scalar_one() == 0


def test_a_missed_call_is_told_in_words_that_the_version_before_knows(empty_url: str) -> None:
    at(empty_url, WITH)
    with changing(empty_url) as connection:
        for id_, reason in ((1, "absent"), (2, "outside-hours")):
            told = {"id": id_, "reason": reason}
            connection.execute(text("UPDATE notices SET reason = :reason WHERE id = :id"), told)
    with changing(empty_url) as connection:
        command.downgrade(scripts(connection), BEFORE)
        reasons = connection.execute(text("SELECT reason FROM notices")).scalars().all()
    assert reasons == ["voicemail-off", "voicemail-off"]


def test_the_hours_of_a_subscriber_are_text_that_is_read_again(empty_url: str) -> None:
    upgrade(empty_url)
    engine = engine_of(empty_url)
    store = SqlStore(empty_url)
    subscribe(store, KARI)
    with engine.begin() as connection:
        connection.execute(text("UPDATE subscribers SET hours = 'mon-fri 08:00-16:00'"))
    with store.look() as work:
        assert work.subscribers.need(KARI).hours == tuple(OpenHours(day, 480, 960) for day in range(1, 6))
    store.close()
    engine.dispose()
