"""The inbox.

GET  /profile                        new and heard; ?part=saved, ?part=deleted; ?before=ID further back
POST /profile/messages/ID/heard      as when it is heard by phone
POST /profile/messages/ID/save       POST …/delete       POST …/take-back
POST /profile/voicemail              callers may leave messages, or not
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.message_rows import message_rows
from personsvar.http.pages.message_shown import ShownMessage, shown_message
from personsvar.http.pages.page_faults import BAD_REQUEST, NOT_FOUND, LogInFirst, PageFault
from personsvar.http.pages.page_ids import LARGEST_ID, PageId
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.availability_shown import ONE_TOUCH, shown_availability
from personsvar.http.pages.profile.own_changes import by_page, turn_own_voicemail
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.caller_names import known_names
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Counts, State
from personsvar.mailbox.profile.inbox import (
    InboxPart,
    InboxView,
    MessageChange,
    change_message,
    opened,
    own_message,
)
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.notifier.words.facts import written

NO_CONTENT = 204


def inbox_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("")
    def inbox(request: Request) -> Response:
        asked = request.query_params
        part, before, undo = _part(asked.get("part")), _id(asked.get("before")), _id(asked.get("undo"))
        visitor, found = _opened(site, request, part, before)
        owner = visitor.subscriber
        return site.page(
            request,
            "profile/inbox.html",
            owner.language,
            part="inbox",
            number=written(owner.number),
            is_operator=visitor.is_operator,
            inbox=_shown(site, visitor, found),
            message_rows=message_rows,
            state=shown_availability(found.availability, owner, site.services.clock.now()),
            off_until=ONE_TOUCH,
            undo=_undoable(site, visitor, undo),
            here=_address(part, before=before, undo=undo),
        )

    @router.post("/messages/{which}/{change}")
    def change(request: Request, which: PageId, change: MessageChange) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        owner, by = visitor.subscriber.number, by_page(visitor)
        after = change_message(site.services, owner, MessageId(which), change, by=by)
        if after is None:
            raise PageFault(NOT_FOUND)
        if change is MessageChange.HEARD and form.get("quietly"):
            return Response(status_code=NO_CONTENT)
        undo = after.id if after.state is State.DELETED else None  # an old page is told so too
        return site.to(_address(_part(form.get("part")), before=_id(form.get("before")), undo=undo))

    @router.post("/voicemail")
    def voicemail(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        try:
            turn_own_voicemail(site, visitor, form)
        except MailboxError as wrong:
            raise PageFault(BAD_REQUEST) from wrong
        return site.to("/profile")

    return router


@dataclass(frozen=True, slots=True)
class ShownInbox:
    part: InboxPart
    counts: Counts
    messages: list[ShownMessage]
    older: MessageId | None


def _opened(
    site: ProfileSite, request: Request, part: InboxPart, before: MessageId | None
) -> tuple[Visitor, InboxView]:
    token = site.cookies.session(request)
    found = None if token is None else opened(site.services, token, part, before=before)
    if found is None:
        raise LogInFirst
    return found


def _shown(site: ProfileSite, visitor: Visitor, found: InboxView) -> ShownInbox:
    now, owner = site.services.clock.now(), visitor.subscriber
    shown = [shown_message(message, owner, now, found.names) for message in found.messages]
    return ShownInbox(found.part, found.counts, shown, found.older)


def _undoable(site: ProfileSite, visitor: Visitor, which: MessageId | None) -> ShownMessage | None:
    """The message that was just deleted, as long as it is."""
    owner = visitor.subscriber
    message = None if which is None else own_message(site.services, owner.number, which)
    if message is None:
        return None
    names = known_names(site.services, owner.number, [message.caller])
    shown = shown_message(message, owner, site.services.clock.now(), names)
    return shown if shown.is_deleted else None


def _address(part: InboxPart, *, before: MessageId | None, undo: MessageId | None) -> str:
    """Of a page of the inbox."""
    known = {"part": None if part is InboxPart.INBOX else part, "before": before, "undo": undo}
    query = urlencode({name: value for name, value in known.items() if value is not None})
    return f"/profile?{query}" if query else "/profile"


def _part(asked: str | None) -> InboxPart:
    return InboxPart(asked) if asked in {str(part) for part in InboxPart} else InboxPart.INBOX


def _id(asked: str | None) -> MessageId | None:
    """None for what no message can have."""
    digits = asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < len(str(LARGEST_ID))
    return MessageId(int(asked)) if digits and asked else None
