"""Who changed what, and when.

GET  /operator/audit        the newest first; ?mailbox=NUMBER, ?kind=, ?action=; ?before=ID further back
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.operator.operator_page import (
    ON_A_PAGE,
    Before,
    OperatorAtWork,
    address_of,
    at_work,
    operator_router,
)
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import AuditEntryId, Number
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.notifier.words.facts import written

UNPROCESSABLE = 422
BY_NUMBER = (ActorKind.SUBSCRIBER, ActorKind.PHONE, ActorKind.OPERATOR)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    what: str
    who: str
    when: str
    mailbox: str
    address: str
    detail: str


def operator_audit_router(site: ProfileSite) -> APIRouter:
    router = operator_router(site)

    @router.get("/audit")
    def entries(
        request: Request, mailbox: str = "", kind: str = "", action: str = "", before: Before = None
    ) -> Response:
        work = at_work(site, request)
        by, done = _chosen(ActorKind, kind), _chosen(AuditAction, action)
        try:
            number = _number(work, mailbox)
        except MailboxError:
            return _page(work, [], mailbox=mailbox, by=by, done=done, is_wrong=True)
        behind, wanted = (
            None if before is None else AuditEntryId(before),
            AuditWanted(number, by, action=done),
        )
        with site.services.store.look(may_be_late=True) as uow:
            found = uow.audit.list(wanted, before_id=behind, limit=ON_A_PAGE + 1)
        return _page(work, found, mailbox="" if number is None else written(number), by=by, done=done)

    return router


def _page(
    work: OperatorAtWork,
    found: Sequence[AuditEntry],
    *,
    mailbox: str,
    by: ActorKind | None,
    done: AuditAction | None,
    is_wrong: bool = False,
) -> Response:
    page, is_more = work.listed(found)
    return work.page(
        "operator/audit.html",
        part="audit",
        status=UNPROCESSABLE if is_wrong else 200,
        entries=[_shown(work, one) for one in page],
        further=work.further(before=page[-1].id) if is_more else None,
        mailbox=mailbox,
        kinds=list(ActorKind),
        kind=by,
        actions=list(AuditAction),
        action=done,
        is_wrong=is_wrong,
    )


def _number(work: OperatorAtWork, typed: str) -> Number | None:
    """Raise MailboxError for what is no subscriber's number."""
    if not typed.strip():
        return None
    return parse_subscriber_number(typed, region=work.site.services.rules.home_region)


def _chosen(choices: type[Choice], asked: str) -> Choice | None:
    """None: any. Raise PageFault for what no form of ours asks."""
    if not asked:
        return None
    if asked not in {str(choice) for choice in choices}:
        raise PageFault(NOT_FOUND)
    return choices(asked)


def _shown(work: OperatorAtWork, entry: AuditEntry) -> ShownEntry:
    mailbox = entry.mailbox
    return ShownEntry(
        what=work.said(f"action.{entry.action}"),
        who=_who(work, entry.actor),
        when=work.moment(entry.at),
        mailbox="" if mailbox is None else written(mailbox),
        address="" if mailbox is None else address_of(mailbox),
        detail=entry.detail,
    )


def _who(work: OperatorAtWork, actor: Actor) -> str:
    name = written(Number(actor.name)) if actor.kind in BY_NUMBER and actor.name else actor.name
    return work.said(f"actor.{actor.kind}", name=name).strip()
