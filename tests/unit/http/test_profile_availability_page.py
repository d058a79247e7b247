"""Availability on the page: what callers hear now, absences, hours. Monday 2 March 2026, 13.00 in Oslo."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from personsvar.mailbox.absences import PlannedAbsence, absences_ahead, plan_absence
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.weekly_hours import parse_hours, written_hours
from personsvar.voice.wav import wav
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend
from tests.unit.http.profile_browser import ALAW, HTTPS, ProfileBrowser, ProfileWorld
from tests.world import speech

pytestmark = pytest.mark.anyio
HERE = "/profile/availability"
ABSENCES = f"{HERE}/absences"
SPOKEN = wav(speech()[: 5 * 8000])
HOUR = timedelta(hours=1)


@pytest.fixture
def world(backend: Backend) -> ProfileWorld:
    return ProfileWorld(backend)


@pytest.fixture
async def ola(world: ProfileWorld) -> AsyncIterator[ProfileBrowser]:
    async with world.browser() as browser:
        await browser.log_in()
        await browser.get(HERE)
        yield browser


def ahead(world: ProfileWorld, owner: Number | None = None) -> Sequence[Absence]:
    return absences_ahead(world.backend.services, owner or world.backend.ola.number)


def is_away(
    world: ProfileWorld, begins: float, ends: float, owner: Number | None = None, **facts: Any
) -> Absence:
    now, services = world.backend.clock.now(), world.backend.services
    plan = PlannedAbsence(now + begins * HOUR, now + ends * HOUR, **facts)
    return plan_absence(services, owner or world.backend.ola.number, plan, by=ROOT)


async def sent(
    ola: ProfileBrowser, path: str = ABSENCES, recording: bytes = b"", **fields: Any
) -> httpx.Response:
    """The whole form, as a browser sends it."""
    form = {
        "token": ola.token,
        "begin": "",
        "begin_at": "",
        "end": "",
        "end_at": "",
        "reason": "",
        "words": "built-in",
    }
    answer = await ola.client.post(
        path,
        data={**form, **fields},
        files={"recording": ("", recording, "application/octet-stream")},
        headers={"Origin": HTTPS},
    )
    ola.page = answer if answer.status_code == 422 else ola.page
    return answer


def shown(page: httpx.Response) -> str:
    """Its text, without marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


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


async def test_without_the_voice_s_words_it_is_told_in_those_of_the_page(backend: Backend) -> None:
    world = ProfileWorld(backend, prompts=None)
    is_away(world, -1, 2, reason=AbsenceReason.MEETING)
    async with world.browser() as ola:
        await ola.log_in()
        assert "hører at du er opptatt i møte til i dag kl. 15.00." in shown(await ola.get(HERE))


@pytest.mark.parametrize(
    ("hours", "facts", "heard"),
    [
        (
            2,
            {"reason": AbsenceReason.MEETING},
            "«… som er opptatt i møte til klokken femten. Legg igjen en beskjed",
        ),
        (
            11,
            {"takes_messages": False},
            "«… som ikke er tilgjengelig ut dagen. Du kan ikke legge igjen beskjed nå.»",
        ),
        (2, {"alaw": ALAW}, "De som ringer nå, hører opptaket ditt."),
        (
            2,
            {"alaw": ALAW, "takes_messages": False},
            "De som ringer nå, hører opptaket ditt. De kan ikke legge igjen noen beskjed nå.",
        ),
    ],
)
async def test_what_callers_hear_now_is_told_as_the_voice_says_it(
    world: ProfileWorld, ola: ProfileBrowser, hours: float, facts: dict[str, Any], heard: str
) -> None:
    is_away(world, -1, hours, **facts)
    assert heard in shown(await ola.get(HERE))


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
        sound = uow.sounds.add(ALAW)
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
        assert answer.text.count('role="alert"') == 1
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


async def test_who_is_back_ends_what_is_on_with_one_touch(world: ProfileWorld, ola: ProfileBrowser) -> None:
    services, owner, now = world.backend.services, world.backend.ola.number, world.backend.clock.now()
    assert "Jeg er tilgjengelig nå" not in shown(await ola.get(HERE))
    is_away(world, -1, 2)
    later = is_away(world, 5, 6)
    with services.store.begin() as uow:
        uow.absences.replace(owner, CalendarId(1), [Absence(AbsenceId(0), owner, now, now + HOUR)], now=now)
        uow.commit()
    assert "Jeg er tilgjengelig nå" in shown(await ola.get(HERE))
    answer = await ola.post(f"{HERE}/back")
    assert answer.headers["location"] == f"{HERE}?done=back"
    text = shown(await ola.get(HERE))
    assert "De som ringer, kan legge igjen en beskjed." in text
    assert "avsluttet fra kalenderen" in text
    assert [it.id for it in ahead(world) if it.calendar is None] == [later.id]
    with services.store.look() as uow:
        assert uow.audit.list()[0].action is AuditAction.ABSENCE_ENDED


async def test_another_s_is_not_there(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.subscribe(KARI)
    hers = is_away(world, -1, 2, KARI, alaw=ALAW)
    assert f"absence-{hers.id}" not in (await ola.get(HERE)).text
    assert (await sent(ola, f"{ABSENCES}/{hers.id}", end="2026-03-20")).status_code == 404
    assert (await ola.post(f"{ABSENCES}/{hers.id}/remove")).status_code == 404
    assert (await ola.get(f"{ABSENCES}/{hers.id}/sound")).status_code == 404
    assert ahead(world, KARI) == [hers]


async def test_hours_are_kept_and_shown_again(world: ProfileWorld, ola: ProfileBrowser) -> None:
    answer = await ola.post(
        f"{HERE}/hours", mon_1_from="08:00", mon_1_to="12:00", mon_2_from="13:00", mon_2_to="16:00",
        sat_1_from="20:00", sat_1_to="00:00", tue_1_from="", tue_1_to="",
    )  # fmt: skip
    assert answer.headers["location"] == f"{HERE}?done=hours"
    assert hours(world) == "mon 08:00-12:00 13:00-16:00, sat 20:00-24:00"
    page = await ola.get(HERE)
    for name, value in (("mon_2_to", "16:00"), ("mon_3_from", ""), ("sat_1_to", "00:00"), ("tue_1_from", "")):
        assert f'name="{name}" value="{value}"' in page.text
    assert "mon_4_from" not in page.text
    await ola.post(f"{HERE}/hours")
    assert hours(world) == ""


def hours(world: ProfileWorld) -> str:
    with world.backend.services.store.look() as uow:
        return written_hours(uow.subscribers.need(world.backend.ola.number).hours)


@pytest.mark.parametrize(
    "pair",
    [("08:00", ""), ("", "16:00"), ("16:00", "08:00"), ("08:00", "08:00"), ("<b>", "x"), ("25:00", "26:00")],
)
async def test_hours_that_are_none_stand_there_to_be_mended(
    world: ProfileWorld, ola: ProfileBrowser, pair: tuple[str, str]
) -> None:
    answer = await ola.post(
        f"{HERE}/hours", mon_1_from=pair[0], mon_1_to=pair[1], sun_1_from="10:00", sun_1_to="12:00"
    )
    assert answer.status_code == 422
    assert "Skriv både fra og til" in shown(answer)
    assert 'name="sun_1_to" value="12:00"' in answer.text
    assert "<b>" not in answer.text
    assert hours(world) == ""


async def test_more_hours_than_the_form_holds_are_left_as_they_are(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    many = parse_hours(f"mon {' '.join(f'{it:02}:00-{it:02}:30' for it in range(8, 12))}")
    services = world.backend.services
    with services.store.begin() as uow:
        uow.subscribers.put(Subscriber(world.backend.ola.number, hours=many))
        uow.commit()
    page = await ola.get(HERE)
    assert "satt av operatøren" in shown(page)
    assert "mon_1_from" not in page.text


async def test_voicemail_is_turned_off_until_a_moment_and_on_again(ola: ProfileBrowser) -> None:
    path = f"{HERE}/voicemail"
    await ola.post(path, on="no", until="moment", off_day="2026-03-05", off_at="08:30")
    text = shown(await ola.get(f"{HERE}?done=voicemail"))
    assert "Svareren er av til torsdag 5. mars kl. 08.30" in text
    assert "«Personsvareren er stengt til torsdag klokken åtte tretti.»" in text
    await ola.post(path, on="yes")
    assert "Svareren er på" in shown(await ola.get(HERE))
    for day, clock in (("", ""), ("2026-03-01", "08:00"), ("2099-01-01", ""), ("x", "y")):
        answer = await ola.post(path, on="no", until="moment", off_day=day, off_at=clock)
        assert answer.status_code == 422
        assert "Velg en dag og et klokkeslett" in shown(answer)
    assert (await ola.post(path, on="no", until="whenever")).status_code == 400


@pytest.mark.parametrize("until", ["on-again", None])
async def test_a_day_and_a_time_are_meant_where_the_choice_was_not_touched(
    world: ProfileWorld, ola: ProfileBrowser, until: str | None
) -> None:
    choice = {} if until is None else {"until": until}
    await ola.post(f"{HERE}/voicemail", on="no", off_day="2026-03-05", off_at="08:30", **choice)
    assert off_until(world) == utc(5, 7, 30)


async def test_a_time_alone_that_is_filled_in_is_never_off_for_ever(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    path = f"{HERE}/voicemail"
    answer = await ola.post(path, on="no", until="on-again", off_day="2026-03-01", off_at="08:30")
    assert answer.status_code == 422
    assert 'value="2026-03-01"' in answer.text
    assert 'value="08:30"' in answer.text
    assert "Svareren er på" in shown(await ola.get(HERE))
    assert off_until(world) is None


@pytest.mark.parametrize("until", ["hour", "tomorrow", "monday"])
async def test_two_moments_at_once_are_asked_about(
    world: ProfileWorld, ola: ProfileBrowser, until: str
) -> None:
    given = {"on": "no", "until": until, "off_day": "2026-03-05", "off_at": "08:30"}
    answer = await ola.post(f"{HERE}/voicemail", **given)
    assert answer.status_code == 422
    assert "Velg enten et av de faste tidspunktene" in shown(answer)
    assert (await ola.post("/profile/voicemail", **given)).status_code == 400
    assert "Svareren er på" in shown(await ola.get(HERE))
    assert off_until(world) is None


def off_until(world: ProfileWorld) -> datetime | None:
    with world.backend.services.store.look() as uow:
        return uow.subscribers.need(world.backend.ola.number).voicemail_off_until


@pytest.mark.parametrize("name", ["mon_4_from", "mon_0_to", "xyz_1_from"])
async def test_hours_that_the_form_has_no_room_for_are_not_left_out(
    world: ProfileWorld, ola: ProfileBrowser, name: str
) -> None:
    await ola.post(f"{HERE}/hours", mon_1_from="08:00", mon_1_to="09:00")
    answer = await ola.post(f"{HERE}/hours", sun_1_from="10:00", sun_1_to="12:00", **{name: "20:00"})
    assert answer.status_code == 422
    assert "Høyst tre åpningstider" in shown(answer)
    assert 'name="sun_1_to" value="12:00"' in answer.text
    assert hours(world) == "mon 08:00-09:00"


async def test_a_file_is_taken_whatever_words_are_chosen(world: ProfileWorld, ola: ProfileBrowser) -> None:
    await sent(ola, end="2026-03-20", recording=SPOKEN, words="built-in")
    (absence,) = ahead(world)
    assert absence.recording is not None
