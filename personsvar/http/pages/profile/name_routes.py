"""What a subscriber calls those who ring.

GET  /profile/names           the list, by name; ?q=WORDS looks in it, ?page=2, ?number=NUMBER to be named
POST /profile/names           one is added or changed       POST /profile/names/remove   one goes
POST /profile/names/import    a file of contacts            POST /profile/names/clear    all of them go
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile.page_uploads import PageUploads
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.caller_names import (
    ListFullError,
    NamesTaken,
    clear_names,
    find_name,
    import_names,
    put_name,
    remove_name,
    some_names,
)
from personsvar.mailbox.csv_reading import RowError
from personsvar.mailbox.errors import MailboxError, NumberError
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.name_letters import NameFault, NameFaultError
from personsvar.mailbox.phone_numbers import check_number
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.notifier.words.facts import written

ON_A_PAGE = 50
NAMES_DONE = ("kept", "removed", "imported")
"""What the page says of itself after a form."""
NAMES_WRONG = ("number", "full", "row", "file", "sure", *NameFault)
"""And of what was wrong in one."""
FILE = "contacts"
_LONGEST_SEARCH = 100
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ShownName:
    number: Number
    written: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownNames:
    """A page of the list, or of what was looked for in it."""

    names: Sequence[ShownName]
    total: int
    sought: str
    page: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class NameForm:
    """What stands in the form: a caller to be named, or what was wrong."""

    number: str = ""
    name: str = ""


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
        form = _to_be_named(site, visitor, asked.get("number", ""))
        return _page(site, request, visitor, form=form, done=done if done in NAMES_DONE else None)


def _changed(router: APIRouter, site: ProfileSite) -> None:
    @router.post("")
    def put(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        given = NameForm(form.get("number", ""), form.get("name", ""))
        try:
            put_name(
                site.services,
                visitor.subscriber.number,
                given.number,
                given.name,
                by=by_page(visitor),
            )
        except (NumberError, NameFaultError, ListFullError) as refused:
            wrong = "number" if isinstance(refused, NumberError) else "name"
            return _page(site, request, visitor, form=given, wrong=wrong, why=_why(refused))
        return site.to("/profile/names?done=kept")

    @router.post("/remove")
    def remove(request: Request) -> Response:
        """Once more is the same as once: it is not there."""
        visitor, number = site.visitor(request), _number(site, form_of(request).get("number", ""))
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
            why, line = _why(refused), refused.line if isinstance(refused, RowError) else 0
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
        list=_shown(site, request, visitor),
        form=form or NameForm(),
        done=done,
        came_of=_came_of(request),
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
        case _:
            return "file"


def _came_of(request: Request) -> NamesTaken:
    """Of a file, as the address says it behind the form."""
    asked = request.query_params
    return NamesTaken(_figure(asked.get("names", "")), _figure(asked.get("unread", "")))


def _shown(site: ProfileSite, request: Request, visitor: Visitor) -> ShownNames:
    """The whole list is read, which is bounded: people look for names in the order of their language."""
    every = some_names(site.services, visitor.subscriber.number)
    sought = request.query_params.get("q", "").strip()[:_LONGEST_SEARCH]
    fitting = sorted((it for it in every if _fits(it, sought)), key=_in_order)
    page = _page_number(request.query_params.get("page", ""))
    first = (page - 1) * ON_A_PAGE
    shown = [ShownName(it.number, written(it.number), it.name) for it in fitting[first : first + ON_A_PAGE]]
    return ShownNames(shown, len(every), sought, page, len(fitting) > first + ON_A_PAGE)


def _fits(name: CallerName, sought: str) -> bool:
    digits = "".join(letter for letter in sought if letter.isdecimal())
    return sought.casefold() in name.name.casefold() or (digits != "" and digits in name.number)


def _in_order(name: CallerName) -> tuple[str, str]:
    """Å comes last in Norwegian, as it does among code points; æ and ø before it."""
    letters = name.name.casefold().translate(str.maketrans("æøå", "\ue000\ue001\ue002"))
    return letters, name.number


def _page_number(asked: str) -> int:
    return max(1, _figure(asked))


def _figure(asked: str) -> int:
    digits = asked.isascii() and asked.isdecimal() and len(asked) <= _MOST_DIGITS
    return int(asked) if digits else 0


def _to_be_named(site: ProfileSite, visitor: Visitor, asked: str) -> NameForm:
    """A caller that is pointed at: what is in the list already stands in the form."""
    number = _number(site, asked)
    if number is None:
        return NameForm()
    known = find_name(site.services, visitor.subscriber.number, number)
    return NameForm(written(number), "" if known is None else known.name)


def _number(site: ProfileSite, given: str) -> Number | None:
    try:
        return check_number(given, region=site.services.rules.home_region)
    except MailboxError:
        return None
