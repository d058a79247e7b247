"""The whole API: a router for each kind of thing there is."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from personsvar.http.api.audit import audit_router
from personsvar.http.api.charges import charges_router
from personsvar.http.api.guard import Guard
from personsvar.http.api.imports import imports_router
from personsvar.http.api.mailbox_state import mailbox_state_router
from personsvar.http.api.notices import notices_router
from personsvar.http.api.subscribers import subscribers_router
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.services import Services


def api_routers(
    services: Services, guard: Guard, *, forget_files: Callable[[Subscriber], None]
) -> list[APIRouter]:
    """`forget_files`: what of a removed subscriber lies elsewhere than in the database goes too."""
    return [
        subscribers_router(services, guard, forget_files),
        mailbox_state_router(services, guard),
        imports_router(services, guard),
        notices_router(services, guard),
        charges_router(services, guard),
        audit_router(services, guard),
    ]
