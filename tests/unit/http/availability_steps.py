"""Steps on the page of availability: an absence that there is, and its form as a browser sends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from personsvar.mailbox.absences import PlannedAbsence, absences_ahead, plan_absence
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.ids import Number
from tests.fakes.actors import ROOT
from tests.unit.http.profile_browser import HTTPS, ProfileBrowser, ProfileWorld

HERE = "/profile/availability"
ABSENCES = f"{HERE}/absences"
HOUR = timedelta(hours=1)


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


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)
