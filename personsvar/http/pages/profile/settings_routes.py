"""What a subscriber sets on the page.

GET  /profile/settings               all of it
POST /profile/notices                which notices, and the quiet hours      POST /profile/language
POST /profile/transcripts            messages in words, or not               POST /profile/sessions/ID/end
POST /profile/pin                    a new PIN
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.message_shown import Names, called, moment
from personsvar.http.pages.page_faults import BAD_REQUEST, NOT_FOUND, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile.own_changes import by_page, change_own, change_own_pin
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.caller_names import known_names
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import WebSessionId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.pin import WeakPinError
from personsvar.mailbox.profile.openings import openings
from personsvar.mailbox.profile.web_sessions import Visitor, end_session, sessions
from personsvar.mailbox.transcription.consent import NoTranscriptsError, OtherPlaceError
from personsvar.mailbox.transcription.wishers import has_agreed
from personsvar.notifier.words.facts import written

DONE = ("notices", "transcripts-on", "transcripts-off", "language", "pin", "session")
"""What the page says of itself after a form."""


def settings_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("/settings")
    def settings(request: Request) -> Response:
        done = request.query_params.get("done")
        return _page(site, request, site.visitor(request), done=done if done in DONE else None)

    _told(router, site)
    _secrets(router, site)
    return router


def _told(router: APIRouter, site: ProfileSite) -> None:
    @router.post("/notices")
    def notices(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        try:
            change_own(site, visitor, _wished(visitor, form))
        except MailboxError:
            return _page(site, request, visitor, wrong="quiet")
        return site.to("/profile/settings?done=notices")

    @router.post("/transcripts")
    def transcripts(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        wanted = Switches(transcripts="transcripts" in form, transcript_sms="transcript_sms" in form)
        place = form.get("to", "") if wanted.transcripts else None
        try:
            change_own(site, visitor, Details(switches=wanted, transcripts_consented_to=place))
        except NoTranscriptsError as wrong:
            raise PageFault(NOT_FOUND) from wrong
        except OtherPlaceError:
            return _page(site, request, visitor, wrong="place")
        return site.to(f"/profile/settings?done=transcripts-{'on' if wanted.transcripts else 'off'}")

    @router.post("/language")
    def language(request: Request) -> Response:
        visitor, wanted = site.visitor(request), form_of(request).get("language")
        if wanted not in ("nb", "en"):
            raise PageFault(BAD_REQUEST)
        change_own(site, visitor, Details(language=wanted))
        return site.to("/profile/settings?done=language")


def _secrets(router: APIRouter, site: ProfileSite) -> None:
    @router.post("/pin")
    def pin(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        wanted = form.get("pin", "")
        if wanted != form.get("again"):
            return _page(site, request, visitor, wrong="pin-differs")
        try:
            change_own_pin(site, visitor, wanted)
        except WeakPinError as weak:
            return _page(site, request, visitor, wrong=f"pin-{weak.weakness}")
        return site.to("/profile/settings?done=pin")

    @router.post("/sessions/{which}/end")
    def end(request: Request, which: PageId) -> Response:
        visitor = site.visitor(request)
        owner, by = visitor.subscriber.number, by_page(visitor)
        if not end_session(site.services, owner, WebSessionId(which), by=by):
            raise PageFault(NOT_FOUND)
        return site.to("/profile/settings?done=session")


@dataclass(frozen=True, slots=True)
class ShownSession:
    id: WebSessionId
    device: str
    seen: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class ShownOpening:
    what: str
    when: str
    is_refused: bool


def _page(
    site: ProfileSite,
    request: Request,
    visitor: Visitor,
    *,
    done: str | None = None,
    wrong: str | None = None,
) -> Response:
    owner = visitor.subscriber
    return site.own_page(
        request,
        visitor,
        "settings",
        owner=owner,
        is_operator=visitor.is_operator,
        has_transcripts=site.services.rules.transcripts,
        sent_to=site.services.rules.transcripts_sent_to,
        has_agreed=has_agreed(site.services.rules, owner),
        sessions=_sessions(site, visitor),
        openings=_openings(site, visitor),
        done=done,
        wrong=wrong,
    )


def _sessions(site: ProfileSite, visitor: Visitor) -> Sequence[ShownSession]:
    owner, now = visitor.subscriber, site.services.clock.now()
    return [
        ShownSession(one.id, one.device, moment(one.seen_at, owner, now), one.id == visitor.session.id)
        for one in sessions(site.services, owner.number)
    ]


def _openings(site: ProfileSite, visitor: Visitor) -> Sequence[ShownOpening]:
    owner, now = visitor.subscriber, site.services.clock.now()
    found = openings(site.services, owner.number)
    names = known_names(site.services, owner.number, [record.caller for record in found])
    return [
        ShownOpening(_opening(record, owner, names), moment(record.began_at, owner, now), _is_refused(record))
        for record in found
    ]


def _opening(record: CallRecord, owner: Subscriber, names: Names) -> str:
    """Here the number counts, too."""
    whence = called(record.caller, names, owner.language)
    if record.caller is not None and record.caller in names:
        whence = f"{whence}, {written(record.caller)}"
    return said(owner.language, f"openings.{record.came_of}", caller=whence)


def _is_refused(record: CallRecord) -> bool:
    return record.came_of is CameOf.REFUSED


def _wished(visitor: Visitor, form: PageForm) -> Details:
    """A box that is not ticked is not sent; who has no e-mail address is not asked about it."""
    hours = (form.get("quiet_from", ""), form.get("quiet_to", ""))
    copies = "email_copy" in form if visitor.subscriber.email else None
    switches = Switches(
        sms="sms" in form, mms="mms" in form, missed_calls="missed_calls" in form, email_copy=copies
    )
    return Details(switches=switches, quiet="-".join(hours) if any(hours) else "")
