"""The guard of every route of the page: no route can be without it.

An address that is not ours is refused; a form is taken only from a page of ours, with the token of the
browser that it was made for; what goes wrong is a page, too; and each answer says what browsers may do with
it.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.types import Receive, Scope, Send

from personsvar.http.pages.page_faults import (
    FORBIDDEN,
    MISDIRECTED,
    NOT_FOUND,
    UNAVAILABLE,
    LogInFirst,
    PageFault,
    TriedTooOften,
)
from personsvar.http.pages.page_forms import PageForm, read_form
from personsvar.http.pages.page_headers import ALWAYS, HSTS, UNKEPT
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.profile.tokens import form_token

log = logging.getLogger(__name__)

Answer = Callable[[Request], Coroutine[Any, Any, Response]]
ReadForm = Callable[[Request], Awaitable[PageForm]]
SEE_OTHER = 303
_SAFE = frozenset({"GET", "HEAD"})


def page_route(site: ProfileSite, read: ReadForm = read_form) -> type[APIRoute]:
    """The routes of that site. `read` is how a form is read: raise PageFault, or LogInFirst."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Answer:
            answer = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                return await _guarded(site, read, request, answer)

            return guarded

        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            """What is refused before it comes to the guard, a wrong method, is a page as well."""
            try:
                await super().handle(scope, receive, send)
            except PlainHTTPException as wrong:
                response = _refused(site, Request(scope, receive), wrong)
                await response(scope, receive, send)

    return PageRoute


def _refused(site: ProfileSite, request: Request, wrong: PlainHTTPException) -> Response:
    status = wrong.status_code if site.address.serves(request) else MISDIRECTED
    response = _fault(site, request, status)
    response.headers.update(wrong.headers or {})
    return _with_headers(site, response)


def form_of(request: Request) -> PageForm:
    """What was sent, checked already."""
    form: PageForm = request.state.form
    return form


async def _guarded(
    site: ProfileSite, read: ReadForm, request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    try:
        await _check(site, read, request)
        response = await answer(request)
    except LogInFirst:
        response = _to_log_in(site, request)
    except StoreUnavailableError as wrong:
        log.error("a page in vain: %s: %s", wrong.what, wrong)
        response = _fault(site, request, UNAVAILABLE)
    except RequestValidationError:
        response = _fault(site, request, NOT_FOUND)  # an id that no message can have
    except TriedTooOften as fault:
        response = _fault(site, request, fault.status, wait_seconds=fault.wait_seconds)
        response.headers["Retry-After"] = str(fault.wait_seconds)
    except PageFault as fault:
        response = _fault(site, request, fault.status)
    except HTTPException as wrong:
        response = _fault(site, request, wrong.status_code)
    return _with_headers(site, response)


async def _check(site: ProfileSite, read: ReadForm, request: Request) -> None:
    if not site.address.serves(request):
        raise PageFault(MISDIRECTED)
    if request.method not in _SAFE:
        request.state.form = await _checked_form(site, read, request)


async def _checked_form(site: ProfileSite, read: ReadForm, request: Request) -> PageForm:
    if not site.address.sent_by_us(request):
        raise PageFault(FORBIDDEN)
    form = await read(request)
    given = form.get("token", "").encode()
    held = (site.cookies.session(request), site.cookies.visit(request))
    if not any(token and hmac.compare_digest(given, form_token(token).encode()) for token in held):
        raise PageFault(FORBIDDEN)
    return form


def _fault(site: ProfileSite, request: Request, status: int, *, wait_seconds: int = 0) -> Response:
    """In a part of a page there is no room for it: all of it is loaded anew, and shows how things are."""
    if request.headers.get("hx-request"):
        return Response(status_code=status, headers={"HX-Refresh": "true"})
    return site.fault(request, status, wait_seconds=wait_seconds)


def _to_log_in(site: ProfileSite, request: Request) -> Response:
    """Htmx follows a redirect by itself, and would put the log-in in the place of a message."""
    where = site.url("/profile/log-in")
    if request.headers.get("hx-request"):
        return Response(status_code=200, headers={"HX-Redirect": where})
    return RedirectResponse(where, SEE_OTHER)


def _with_headers(site: ProfileSite, response: Response) -> Response:
    of_all = {**ALWAYS, **(HSTS if site.address.is_secure else {})}
    for name, value in {**UNKEPT, **of_all}.items():
        response.headers.setdefault(name, value)
    return response
