"""What waits in the spool of the machine that serves the page.

GET  /operator/spool                 recordings on their way in, and what was put aside
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.operator.operator_page import OperatorAtWork, at_work, operator_router
from personsvar.http.pages.page_faults import UNAVAILABLE, PageFault
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.intake.listing import ListedRecording, WaitingState

log = logging.getLogger(__name__)

Waiting = Callable[[], Sequence[ListedRecording]]
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ShownRecording:
    name: str
    state: str
    grew: str
    kilobytes: int
    is_broken: bool


def operator_spool_router(site: ProfileSite, waiting: Waiting) -> APIRouter:
    router = operator_router(site)

    @router.get("/spool")
    def spool(request: Request) -> Response:
        work = at_work(site, request)
        found = _found(waiting)
        shown = [_shown(work, recording) for recording in found[:MOST_SHOWN]]
        return work.page("operator/spool.html", part="spool", found=shown, more=len(found) - len(shown))

    return router


def _found(waiting: Waiting) -> Sequence[ListedRecording]:
    try:
        return waiting()
    except OSError as wrong:
        log.error("the spool can't be read: %s", wrong.strerror)
        raise PageFault(UNAVAILABLE) from wrong


def _shown(work: OperatorAtWork, recording: ListedRecording) -> ShownRecording:
    grew = work.site.services.clock.now() - timedelta(seconds=recording.age_seconds)
    return ShownRecording(
        name=recording.name,
        state=work.said(f"waiting.{recording.state}"),
        grew=work.moment(grew),
        kilobytes=round(recording.bytes / 1000),
        is_broken=recording.state is WaitingState.BROKEN,
    )
