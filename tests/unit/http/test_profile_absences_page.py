"""Absences on the page: planned, changed, recorded, removed. Monday 2 March 2026, 13.00 in Oslo."""

from __future__ import annotations

import re
from typing import Any

import pytest

from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, CalendarId
from personsvar.voice.wav import wav
from tests.unit.conftest import KARI
from tests.unit.http.availability_steps import ABSENCES, HERE, HOUR, ahead, is_away, sent, utc
from tests.unit.http.profile_browser import ALAW, ProfileBrowser, ProfileWorld, shown
from tests.world import speech

pytestmark = pytest.mark.anyio
SPOKEN = wav(speech()[: 5 * 8000])


async def test_one_is_planned_by_days_alone_and_listed_in_words(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    answer = await sent(ola, begin="2026-03-09", end="2026-03-13", reason="holiday", messages="yes")
    assert answer.headers["location"] == f"{HERE}?done=planned"
    (absence,) = ahead(world)
    assert (absence.starts_at, absence.ends_at) == (utc(8, 23), utc(13, 23))
    assert (absence.reason, absence.takes_messages, absence.recording) == (AbsenceReason.HOLIDAY, True, None)
    text = shown(await ola.get(f"{HERE}?done=planned"))
    assert "Ferie fra mandag 9. mars til og med fredag 13. mars" in text
    assert "Fraværet er planlagt." in text
    with world.backend.services.store.look() as uow:
        (entry,) = uow.audit.list()
    assert (entry.action, entry.actor.kind) == (AuditAction.ABSENCE_PLANNED, ActorKind.SUBSCRIBER)


async def test_one_from_now_until_a_time_is_what_callers_hear(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    await sent(ola, end="2026-03-09", end_at="08:00", reason="off")
    (absence,) = ahead(world)
    assert (absence.starts_at, absence.ends_at) == (world.backend.clock.now(), utc(9, 7))
    assert not absence.takes_messages
    text = shown(await ola.get(HERE))
    assert "Fri til mandag 9. mars kl. 08.00 nå" in text
    heard = "… som har fri til mandag den niende mars klokken åtte. Du kan ikke legge igjen beskjed nå."
    assert f"De som ringer nå, hører: «{heard}»" in text


async def test_one_is_changed_and_what_the_form_leaves_stays_to_the_second(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    before = is_away(world, -1.01, 50.01, alaw=ALAW)
    page = (await ola.get(HERE)).text
    assert '<option value="as-before" selected>' in page
    fields: dict[str, Any] = dict(re.findall(r'name="(begin|begin_at|end|end_at)" value="([^"]*)"', page)[:4])
    answer = await sent(
        ola, f"{ABSENCES}/{before.id}", **fields, reason="off", words="as-before", messages="yes"
    )
    assert answer.headers["location"] == f"{HERE}?done=changed"
    (after,) = ahead(world)
    assert (after.id, after.starts_at, after.ends_at) == (before.id, before.starts_at, before.ends_at)
    assert (after.reason, after.recording) == (AbsenceReason.OFF, before.recording)
    await sent(ola, f"{ABSENCES}/{before.id}", begin=fields["begin"], end="2026-03-20")
    (after,) = ahead(world)
    assert (after.starts_at, after.ends_at, after.recording) == (utc(1, 23), utc(20, 23), None)


async def test_a_recording_is_uploaded_with_it_and_heard_on_the_page(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    assert (await sent(ola, recording=SPOKEN, end="2026-03-20", words="as-before")).status_code == 303
    (absence,) = ahead(world)
    assert absence.recording is not None
    assert 3 < absence.recording.seconds < 7
    sound = await ola.get(f"{ABSENCES}/{absence.id}/sound")
    assert (sound.status_code, sound.headers["content-type"].startswith("audio/")) == (200, True)


async def test_an_absence_greeting_is_chosen_for_it(world: ProfileWorld, ola: ProfileBrowser) -> None:
    services, owner = world.backend.services, world.backend.ola.number
    with services.store.begin() as uow:
        sound = uow.sounds.add(ALAW, of=owner)
        greeting = uow.greetings.add(owner, GreetingKind.ABSENCE, sound, services.clock.now(), in_use=False)
        uow.commit()
    assert "Fraværshilsenen fra i dag kl. 13.00" in shown(await ola.get(HERE))
    await sent(ola, end="2026-03-20", words=f"{greeting.id}")
    assert [it.recording for it in ahead(world)] == [greeting.sound]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Skriv datoer og klokkeslett som finnes"),
        ({"end": "2026-02-30"}, "Skriv datoer og klokkeslett som finnes"),
        ({"end": "<b>"}, "Skriv datoer og klokkeslett som finnes"),
        ({"end": "9999-12-31"}, "Skriv datoer og klokkeslett som finnes"),
        ({"end": "2099-01-01"}, "Skriv datoer og klokkeslett som finnes"),
        ({"begin": "0001-01-01", "end": "2026-03-20"}, "Skriv datoer og klokkeslett som finnes"),
        ({"begin": "2026-03-20", "end": "2026-03-19"}, "må slutte etter at det har begynt"),
        ({"begin": "2026-02-01", "end": "2026-02-03"}, "forbi allerede"),
        ({"end": "2026-03-20", "words": "4711"}, "hilsenen finnes ikke lenger"),
    ],
)
async def test_what_will_not_do_changes_nothing_and_stands_there_to_be_mended(
    world: ProfileWorld, ola: ProfileBrowser, fields: dict[str, Any], why: str
) -> None:
    before = is_away(world, 1, 2)
    for path in (ABSENCES, f"{ABSENCES}/{before.id}"):
        answer = await sent(ola, path, reason="meeting", **fields)
        assert answer.status_code == 422
        assert why in shown(answer)
        assert "<b>" not in answer.text
        assert answer.text.count('role="alert">') == 1
        assert answer.text.count('<details class="sure" open>') == 1
        assert '<option value="meeting" selected>' in answer.text
    assert ahead(world) == [before]


@pytest.mark.parametrize(
    ("recording", "why"),
    [(b"<html>", "ikke et opptak vi kjenner"), (wav(bytes([0xD5]) * 24000), "kan ikke brukes")],
)
async def test_a_recording_that_will_not_do_plans_nothing(
    world: ProfileWorld, ola: ProfileBrowser, recording: bytes, why: str
) -> None:
    answer = await sent(ola, recording=recording, end="2026-03-20")
    assert answer.status_code == 422
    assert why in shown(answer)
    assert ahead(world) == []


async def test_what_no_form_of_ours_sends_is_400(world: ProfileWorld, ola: ProfileBrowser) -> None:
    for name, wrong in (("reason", "lunch"), ("words", "<b>"), ("words", "-1"), ("words", "9" * 19)):
        form: dict[str, Any] = {"end": "2026-03-20", name: wrong}
        assert (await sent(ola, **form)).status_code == 400
    assert ahead(world) == []


async def test_one_is_removed_when_it_was_asked_for_and_confirmed(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    absence = is_away(world, 1, 2)
    assert "Ja, fjern det" in (await ola.get(HERE)).text
    assert (await ola.get(f"{ABSENCES}/{absence.id}/remove")).status_code == 404
    assert len(ahead(world)) == 1
    await ola.get(HERE)
    answer = await ola.post(f"{ABSENCES}/{absence.id}/remove")
    assert answer.headers["location"] == f"{HERE}?done=removed"
    assert ahead(world) == []
    assert (await ola.post(f"{ABSENCES}/{absence.id}/remove")).status_code == 404


async def test_a_calendar_s_is_shown_and_not_changed_here(world: ProfileWorld, ola: ProfileBrowser) -> None:
    services, owner, now = world.backend.services, world.backend.ola.number, world.backend.clock.now()
    with services.store.begin() as uow:
        uow.absences.replace(owner, CalendarId(1), [Absence(AbsenceId(0), owner, now, now + HOUR)], now=now)
        uow.commit()
    (absence,) = ahead(world)
    page = await ola.get(HERE)
    assert "fra kalenderen" in shown(page)
    assert f"{ABSENCES}/{absence.id}" not in page.text
    assert (await sent(ola, f"{ABSENCES}/{absence.id}", end="2026-03-20")).status_code == 404
    assert (await ola.post(f"{ABSENCES}/{absence.id}/remove")).status_code == 404
    assert ahead(world) == [absence]


async def test_another_s_is_not_there(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.subscribe(KARI)
    hers = is_away(world, -1, 2, KARI, alaw=ALAW)
    assert f"absence-{hers.id}" not in (await ola.get(HERE)).text
    assert (await sent(ola, f"{ABSENCES}/{hers.id}", end="2026-03-20")).status_code == 404
    assert (await ola.post(f"{ABSENCES}/{hers.id}/remove")).status_code == 404
    assert (await ola.get(f"{ABSENCES}/{hers.id}/sound")).status_code == 404
    assert ahead(world, KARI) == [hers]


async def test_a_file_is_taken_whatever_words_are_chosen(world: ProfileWorld, ola: ProfileBrowser) -> None:
    await sent(ola, end="2026-03-20", recording=SPOKEN, words="built-in")
    (absence,) = ahead(world)
    assert absence.recording is not None
