"""All routes of the operator's pages."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from personsvar.http.pages.operator.audit_routes import operator_audit_router
from personsvar.http.pages.operator.figure_routes import operator_figure_router
from personsvar.http.pages.operator.find_routes import operator_find_router
from personsvar.http.pages.operator.mailbox_routes import operator_mailbox_router
from personsvar.http.pages.operator.notice_routes import operator_notice_router
from personsvar.http.pages.operator.operator_page import operator_router
from personsvar.http.pages.operator.spool_routes import Waiting, operator_spool_router
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.profile_site import ProfileSite


def operator_routers(site: ProfileSite, waiting: Waiting) -> Sequence[APIRouter]:
    """`waiting`: what lies in the spool of this machine."""
    return [
        operator_find_router(site),
        operator_mailbox_router(site),
        operator_notice_router(site),
        operator_spool_router(site, waiting),
        operator_figure_router(site),
        operator_audit_router(site),
        _nowhere(site),
    ]


def _nowhere(site: ProfileSite) -> APIRouter:
    router = operator_router(site)

    @router.get("/{path:path}")
    async def nowhere(path: str) -> None:  # noqa: ARG001 - whatever it is
        raise PageFault(NOT_FOUND)

    return router
