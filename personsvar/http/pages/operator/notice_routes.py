"""The delivery ledger: what became of what a subscriber was told, and sending it again.

GET  /operator/subscribers/NUMBER/notices    the newest first; ?before=ID further back
GET  /operator/notices/ID                    one of them, with each try and each receipt
POST /operator/notices/ID/resend             one that has ended goes out once more
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.operator.operator_page import (
    ON_A_PAGE,
    Before,
    OperatorAtWork,
    at_work,
    operator_router,
)
from personsvar.http.pages.operator.shown_notices import ended_mark, shown_history, shown_notice
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import form_of
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox import lookups
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.undelivered import send_again
from personsvar.notifier.words.facts import written

CONFLICT = 409


def operator_notice_router(site: ProfileSite) -> APIRouter:
    router = operator_router(site)

    @router.get("/subscribers/{number}/notices")
    def notices(request: Request, number: str, before: Before = None) -> Response:
        work = at_work(site, request)
        owner = work.subscriber(number)
        behind = None if before is None else NoticeId(before)
        with site.services.store.look(may_be_late=True) as uow:
            found = uow.outbox.list(to=owner.number, before_id=behind, limit=ON_A_PAGE + 1)
        page, is_more = work.listed(found)
        return work.page(
            "operator/notices.html",
            part="notices",
            owner=owner,
            owner_number=written(owner.number),
            notices=[shown_notice(work, one) for one in page],
            further=work.further(before=page[-1].id) if is_more else None,
        )

    @router.get("/notices/{which}")
    def notice(request: Request, which: PageId, done: str = "") -> Response:
        return _page(at_work(site, request), which, is_done=done == "resent")

    @router.post("/notices/{which}/resend")
    def resend(request: Request, which: PageId) -> Response:
        work, seen = at_work(site, request), form_of(request).get("seen", "")
        found = lookups.notice(site.services, NoticeId(which))
        if found is None:
            raise PageFault(NOT_FOUND)
        if seen != ended_mark(found) or not send_again(site.services, found.id, by=work.actor):
            return _page(work, which, is_stale=True)
        return site.to(f"/operator/notices/{which}?done=resent")

    return router


def _page(work: OperatorAtWork, which: int, *, is_done: bool = False, is_stale: bool = False) -> Response:
    found = lookups.notice_and_history(work.site.services, NoticeId(which))
    if found is None:
        raise PageFault(NOT_FOUND)
    notice, history = found
    return work.page(
        "operator/notice.html",
        part="notices",
        status=CONFLICT if is_stale else 200,
        owner=work.subscriber(notice.to),
        owner_number=written(notice.to),
        notice=shown_notice(work, notice),
        history=shown_history(work, history),
        is_done=is_done,
        is_stale=is_stale,
    )
