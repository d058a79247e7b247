"""Logging in and out.

GET  /profile/log-in          a number is asked for          GET  /profile/code   the code is
POST /profile/log-in          a code is sent                 POST /profile/code   a session begins
POST /profile/log-out         it ends
POST /profile/log-out-everywhere
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.attempt_limits import AttemptLimits
from personsvar.http.pages.page_faults import LogInFirst
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.device_names import device_name
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.profile import web_sessions
from personsvar.mailbox.profile.login_codes import enter_code, send_code
from personsvar.mailbox.profile.tokens import new_token

UNPROCESSABLE = 422
ANSWER_SECONDS = 0.5
"""No number and no code is answered sooner: what is known is written to, which takes its time."""
HASHES_AT_ONCE = 2
"""Each takes 16 MB while it is made (`mailbox.pin`), whoever asks for it."""
LONGEST_NUMBER = 30
THEN = ("data",)
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class LogInLimits:
    """For one address, and for all of them together."""

    codes_asked: AttemptLimits
    codes_entered: AttemptLimits
    answer_seconds: float = ANSWER_SECONDS
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHES_AT_ONCE))

    async def judged(self, work: Callable[[], Done]) -> Done:
        """What the work, which hashes, returns: a few at a time, and told to nobody too soon."""
        done, _ = await asyncio.gather(self._in_turn(work), asyncio.sleep(self.answer_seconds))
        return done

    async def _in_turn(self, work: Callable[[], Done]) -> Done:
        async with self.hashing:
            return await asyncio.to_thread(work)


def log_in_router(site: ProfileSite, limits: LogInLimits) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))
    _asking(router, site, limits)
    _entering(router, site, limits)
    _leaving(router, site)
    return router


def _asking(router: APIRouter, site: ProfileSite, limits: LogInLimits) -> None:
    @router.get("/log-in")
    def ask_number(request: Request) -> Response:
        try:
            site.visitor(request)
        except LogInFirst:
            return _number_form(site, request, site.language(request))
        return site.to("/profile")

    @router.post("/log-in")
    async def take_number(request: Request) -> Response:
        form, language = form_of(request), _language(request)
        limits.codes_asked.count(address_of_client(request))
        try:
            number = _number(site, form.get("number", ""))
        except MailboxError:
            return _number_form(site, request, language, wrong=True)
        visit = new_token(site.services.chance)
        await limits.judged(lambda: send_code(site.services, visit, number))
        response = site.to(f"/profile/code?language={language}")
        site.cookies.begin_visit(response, visit)
        return response


def _entering(router: APIRouter, site: ProfileSite, limits: LogInLimits) -> None:
    @router.get("/code")
    def ask_code(request: Request) -> Response:
        if site.cookies.visit(request) is None:
            return site.to("/profile/log-in")
        then = _then(request.query_params.get("then"))
        return site.page(request, "code.html", site.language(request), wrong=False, then=then)

    @router.post("/code")
    async def take_code(request: Request) -> Response:
        visit, form = site.cookies.visit(request), form_of(request)
        if visit is None:
            raise LogInFirst
        limits.codes_entered.count(address_of_client(request))
        entered = "".join(form.get("code", "").split())
        device = device_name(request.headers.get("user-agent", ""))
        token = await limits.judged(lambda: enter_code(site.services, visit, entered, device=device))
        then = _then(form.get("then"))
        if token is None:
            return site.page(
                request, "code.html", _language(request), status=UNPROCESSABLE, wrong=True, then=then
            )
        await asyncio.to_thread(_end_the_one_before, site, request)
        response = site.to("/profile" if then is None else f"/profile/{then}")
        life = site.services.rules.session_days * 24 * 3600
        site.cookies.let_in(response, token, seconds=life)
        return response


def _leaving(router: APIRouter, site: ProfileSite) -> None:
    @router.post("/log-out")
    def log_out(request: Request) -> Response:
        visitor = site.visitor(request)
        web_sessions.log_out(site.services, visitor, by=by_page(visitor))
        return _left(site)

    @router.post("/log-out-everywhere")
    def log_out_everywhere(request: Request) -> Response:
        visitor = site.visitor(request)
        web_sessions.log_out_everywhere(site.services, visitor.subscriber.number, by=by_page(visitor))
        return _left(site)


def _end_the_one_before(site: ProfileSite, request: Request) -> None:
    """Who logs in once more in one browser has one session there."""
    with suppress(LogInFirst):
        visitor = site.visitor(request, counts=False)
        web_sessions.log_out(site.services, visitor, by=by_page(visitor))


def _then(asked: str | None) -> str | None:
    """Where a log-in may lead but to the inbox; no address says where else."""
    return asked if asked in THEN else None


def _left(site: ProfileSite) -> Response:
    return logged_out(site, site.to("/profile/log-in"))


def logged_out(site: ProfileSite, response: Response) -> Response:
    """The browser forgets who was logged in, and what it was shown."""
    site.cookies.let_out(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _number_form(site: ProfileSite, request: Request, language: Language, *, wrong: bool = False) -> Response:
    """Each browser has a token of its own for the form, before anybody is logged in."""
    visit = site.cookies.visit(request) or new_token(site.services.chance)
    status = UNPROCESSABLE if wrong else 200
    response = site.page(request, "log_in.html", language, status=status, token=visit, wrong=wrong)
    site.cookies.begin_visit(response, visit)
    return response


def _number(site: ProfileSite, typed: str) -> Number:
    """Raise MailboxError for what is no telephone number."""
    if len(typed) > LONGEST_NUMBER:
        raise MailboxError("this is no telephone number")
    return parse_subscriber_number(typed, region=site.services.rules.home_region)


def _language(request: Request) -> Language:
    """As on the form that was sent."""
    return "en" if form_of(request).get("language") == "en" else "nb"


def address_of_client(request: Request) -> str:
    return "" if request.client is None else request.client.host
