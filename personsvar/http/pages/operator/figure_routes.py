"""How much there was, and when: in graphs, each with a table of its numbers.

GET  /operator/figures        of the last 24 hours; ?range=week, quarter or year: of a longer time

What is shown was counted by the hour, or the quarter of one (`mailbox.tallies`). A page that is open asks
again, the longer its time the more seldom, and says so: that is no use of its session.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.operator.busy_hours import busy_hours
from personsvar.http.pages.operator.figure_ranges import FigureRange, timeline
from personsvar.http.pages.operator.operator_page import at_work, operator_router
from personsvar.http.pages.operator.shown_figures import boards, rows
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.profile_site import ProfileSite

LIVE_SECONDS = {FigureRange.DAY: 30, FigureRange.WEEK: 60, FigureRange.QUARTER: 300, FigureRange.YEAR: 900}
"""An open page asks so often: each costs the server a thousandth of a processor, or less."""
LOOKS_BY_ITSELF = "x-looks-by-itself"
"""A header that a script of ours sends."""


def operator_figure_router(site: ProfileSite) -> APIRouter:
    router = operator_router(site)

    @router.get("/figures")
    def figures(request: Request, range: str = FigureRange.DAY) -> Response:  # noqa: A002 - as it stands in the address
        work = at_work(site, request, counts=LOOKS_BY_ITSELF not in request.headers)
        if range not in set(FigureRange):
            raise PageFault(NOT_FOUND)
        chosen = FigureRange(range)
        line = timeline(chosen, work.visitor.subscriber, site.services.clock.now())
        with site.services.store.look(may_be_late=True) as uow:
            parts = uow.tallies.sums(line.stretch, line.edges)
        shown = boards(work, parts)
        return work.page(
            "operator/figures.html",
            part="figures",
            ranges=list(FigureRange),
            chosen=chosen,
            boards=[(board, list(rows(board, line, work.language))) for board in shown],
            ends=(line.names[0], line.names[len(line.names) // 2], line.names[-1]),
            busy=busy_hours(work),
            live=LIVE_SECONDS[chosen],
        )

    return router
