"""`/v1/audit`: who changed what, and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import LARGEST_ID, Limit, number_given
from personsvar.http.api.parameters import Moment as GivenMoment
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.audit import ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import AuditEntryId
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.services import Services


class AuditEntryForm(BaseModel):
    id: int = Field(description="never used again")
    at: Moment = Field(description="when")
    actor_kind: str = Field(description="how whoever did it came in", examples=[ActorKind.API_KEY])
    actor_name: str = Field(
        description="the key's name, the account's, or the number; empty: removed", examples=["web-shop"]
    )
    action: str = Field(description="what was done", examples=[AuditAction.SUBSCRIBER_CHANGED])
    mailbox: str | None = Field(description="to whose mailbox; null: to none that is still there")
    detail: str = Field(description="which fields, or which thing", examples=["name, quiet"])


class AuditPage(BaseModel):
    items: list[AuditEntryForm] = Field(description="newest first")
    next: str | None = Field(description="the address of the next page; null: this is the last")


class EntriesWanted(BaseModel, extra="forbid"):
    """Which entries; a time is ISO 8601, in UTC when it names no zone."""

    mailbox: str | None = Field(None, max_length=60, description="done to whose mailbox")
    actor_kind: ActorKind | None = Field(None, description="how whoever did it came in")
    actor_name: str | None = Field(None, max_length=100, description="who did it")
    action: AuditAction | None = Field(None, description="what was done")
    since: GivenMoment | None = Field(None, description="done then or later")
    until: GivenMoment | None = Field(None, description="done before then")
    before_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="the next page: the last id seen")
    limit: Limit = 100


def audit_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/audit", tag="audit")

    @router.get("", summary="Who changed what, newest first", dependencies=[needs(Scope.AUDIT_READ)])
    def entries(only: Annotated[EntriesWanted, Query()], request: Request) -> AuditPage:
        number = number_given(services, "mailbox", only.mailbox)
        wanted = AuditWanted(
            number, only.actor_kind, only.actor_name, only.action, since=only.since, until=only.until
        )
        before = None if only.before_id is None else AuditEntryId(only.before_id)
        with services.store.look(may_be_late=True) as uow:
            found = uow.audit.list(wanted, before_id=before, limit=only.limit + 1)
        page, is_more = one_page(found, only.limit)
        following = link_to_next(request, before_id=page[-1].id) if is_more else None
        return AuditPage(items=[_form(entry) for entry in page], next=following)

    return router


def _form(entry: AuditEntry) -> AuditEntryForm:
    return AuditEntryForm(
        id=entry.id,
        at=entry.at,
        actor_kind=str(entry.actor.kind),
        actor_name=entry.actor.name,
        action=str(entry.action),
        mailbox=entry.mailbox,
        detail=entry.detail,
    )
