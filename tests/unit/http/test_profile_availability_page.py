"""Availability on the page: what callers hear now, voicemail, hours. Monday 2 March 2026, 13.00 in Oslo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, CalendarId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.weekly_hours import parse_hours, written_hours
from tests.unit.conftest import Backend
from tests.unit.http.availability_steps import HERE, HOUR, ahead, is_away, utc
from tests.unit.http.profile_browser import ALAW, ProfileBrowser, ProfileWorld, shown

pytestmark = pytest.mark.anyio


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
