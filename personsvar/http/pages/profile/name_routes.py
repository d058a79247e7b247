"""What a subscriber calls those who ring.

GET  /profile/names           the list, by name; ?q=WORDS looks in it, ?page=2, ?number=NUMBER to be named
POST /profile/names           one is added or changed       POST /profile/names/remove   one goes
POST /profile/names/import    a file of contacts            POST /profile/names/clear    all of them go
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.name_shown import (
    NameForm,
    came_of_file,
    number_meant,
    shown_names,
    to_be_named,
)
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile.page_uploads import PageUploads
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.caller_names import (
    ListFullError,
    clear_names,
    import_names,
    put_name,
    remove_name,
)
from personsvar.mailbox.csv_reading import RowError
from personsvar.mailbox.declared_letters import UnknownLettersError
from personsvar.mailbox.errors import MailboxError, NumberError
from personsvar.mailbox.name_letters import NameFault, NameFaultError
from personsvar.mailbox.profile.web_sessions import Visitor

NAMES_DONE = ("kept", "removed", "imported")
"""What the page says of itself after a form."""
NAMES_WRONG = ("number", "full", "row", "letters", "file", "sure", *NameFault)
"""And of what was wrong in one."""
FILE = "contacts"


def names_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix="/profile/names", include_in_schema=False, route_class=page_route(site))
    _listed(router, site)
    _changed(router, site)
    return router


def _listed(router: APIRouter, site: ProfileSite) -> None:
    @router.get("")
    def names(request: Request) -> Response:
        visitor, asked = site.visitor(request), request.query_params
        done = asked.get("done")
        form = to_be_named(site.services, visitor.subscriber.number, asked)
        return _page(site, request, visitor, form=form, done=done if done in NAMES_DONE else None)


def _changed(router: APIRouter, site: ProfileSite) -> None:
    @router.post("")
    def put(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        given = NameForm(form.get("number", ""), form.get("name", ""))
        try:
            owner, by = visitor.subscriber.number, by_page(visitor)
            put_name(site.services, owner, given.number, given.name, by=by)
        except (NumberError, NameFaultError, ListFullError) as refused:
            wrong = "number" if isinstance(refused, NumberError) else "name"
            return _page(site, request, visitor, form=given, wrong=wrong, why=_why(refused))
        return site.to("/profile/names?done=kept")

    @router.post("/remove")
    def remove(request: Request) -> Response:
        """Once more is the same as once: it is not there."""
        visitor, given = site.visitor(request), form_of(request).get("number", "")
        number = number_meant(site.services, given)
        if number is not None:
            remove_name(site.services, visitor.subscriber.number, number, by=by_page(visitor))
        return site.to("/profile/names?done=removed")

    @router.post("/clear")
    def clear(request: Request) -> Response:
        visitor = site.visitor(request)
        if form_of(request).get("sure") != "yes":
            return _page(site, request, visitor, wrong="sure")
        clear_names(site.services, visitor.subscriber.number, by=by_page(visitor))
        return site.to("/profile/names?done=removed")


def name_files_page_router(site: ProfileSite) -> APIRouter:
    guard = page_route(site, PageUploads(site, FILE).read)
    router = APIRouter(prefix="/profile/names", include_in_schema=False, route_class=guard)

    @router.post("/import")
    async def take(request: Request) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        owner, by = visitor.subscriber.number, by_page(visitor)
        try:
            taken = await asyncio.to_thread(import_names, site.services, owner, request.state.file, by=by)
        except MailboxError as refused:
            told = refused.line if isinstance(refused, RowError | UnknownLettersError) else 0
            why, line = _why(refused), told
            return await asyncio.to_thread(_page, site, request, visitor, wrong="file", why=why, line=line)
        return site.to(f"/profile/names?done=imported&names={taken.names}&unread={taken.unread}")

    return router


def _page(
    site: ProfileSite,
    request: Request,
    visitor: Visitor,
    *,
    form: NameForm | None = None,
    done: str | None = None,
    wrong: str | None = None,
    why: str = "",
    line: int = 0,
) -> Response:
    return site.own_page(
        request,
        visitor,
        "names",
        list=shown_names(site.services, visitor.subscriber.number, request.query_params),
        form=form or NameForm(),
        done=done,
        came_of=came_of_file(request.query_params),
        wrong=wrong,
        why=why,
        line=line,
    )


def _why(refused: MailboxError) -> str:
    """As the page's texts call it."""
    match refused:
        case NumberError():
            return "number"
        case NameFaultError():
            return refused.fault
        case ListFullError():
            return "full"
        case RowError():
            return "row"
        case UnknownLettersError():
            return "letters"
        case _:
            return "file"
