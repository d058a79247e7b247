"""The inbox.

GET  /profile                        new and heard; ?part=saved, ?part=deleted; ?before=ID further back;
                                     ?said=WORDS those that say them
POST /profile/messages/ID/heard      as when it is heard by phone
POST /profile/messages/ID/save       POST …/delete       POST …/take-back
POST /profile/voicemail              callers may leave messages, or not
"""

from __future__ import annotations

from collections.abc import Mapping
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
    InboxWanted,
    MessageChange,
    change_message,
    opened,
    own_message,
)
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.mailbox.transcription.wishers import has_agreed
from personsvar.notifier.words.facts import written

NO_CONTENT = 204


def inbox_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("")
    def inbox(request: Request) -> Response:
        asked = request.query_params
        wanted, undo = _wanted(asked), _id(asked.get("undo"))
        visitor, found = _opened(site, request, wanted)
        owner = visitor.subscriber
        return site.page(
            request,
            "profile/inbox.html",
            owner.language,
            part="inbox",
            number=written(owner.number),
            is_operator=visitor.is_operator,
            inbox=_shown(site, visitor, found, wanted.said),
            message_rows=message_rows,
            state=shown_availability(found.availability, owner, site.services.clock.now()),
            off_until=ONE_TOUCH,
            undo=_undoable(site, visitor, undo),
            here=_address(wanted, undo=undo),
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
        return site.to(_address(_wanted(form), undo=undo))

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
    is_searched: bool
    """What is said can be looked for."""
    said: str
    """What was looked for; empty: nothing."""
    moved_to: str
    """The host that recordings would go to, had their owner agreed to it; empty: all is well."""


def _opened(site: ProfileSite, request: Request, wanted: InboxWanted) -> tuple[Visitor, InboxView]:
    token = site.cookies.session(request)
    found = None if token is None else opened(site.services, token, wanted)
    if found is None:
        raise LogInFirst
    return found


def _shown(site: ProfileSite, visitor: Visitor, found: InboxView, sought: str) -> ShownInbox:
    now, owner = site.services.clock.now(), visitor.subscriber
    shown = [
        shown_message(it, owner, now, found.names, found.said.get(it.id), sought=sought)
        for it in found.messages
    ]
    wished, rules = owner.wishes.transcripts, site.services.rules
    moved_to = rules.transcripts_sent_to if wished and not has_agreed(rules, owner) else ""
    return ShownInbox(found.part, found.counts, shown, found.older, wished, sought, moved_to)


def _undoable(site: ProfileSite, visitor: Visitor, which: MessageId | None) -> ShownMessage | None:
    """The message that was just deleted, as long as it is."""
    owner = visitor.subscriber
    message = None if which is None else own_message(site.services, owner.number, which)
    if message is None:
        return None
    names = known_names(site.services, owner.number, [message.caller])
    shown = shown_message(message, owner, site.services.clock.now(), names)
    return shown if shown.is_deleted else None


def _wanted(asked: Mapping[str, str]) -> InboxWanted:
    """By the address, or by a form on the page."""
    said = " ".join(asked.get("said", "").split())
    return InboxWanted(_part(asked.get("part")), _id(asked.get("before")), said)


def _address(wanted: InboxWanted, *, undo: MessageId | None) -> str:
    """Of a page of the inbox."""
    part = None if wanted.part is InboxPart.INBOX else wanted.part
    known = {"part": part, "said": wanted.said or None, "before": wanted.before, "undo": undo}
    query = urlencode({name: value for name, value in known.items() if value is not None})
    return f"/profile?{query}" if query else "/profile"


def _part(asked: str | None) -> InboxPart:
    return InboxPart(asked) if asked in {str(part) for part in InboxPart} else InboxPart.INBOX


def _id(asked: str | None) -> MessageId | None:
    """None for what no message can have."""
    digits = asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < len(str(LARGEST_ID))
    return MessageId(int(asked)) if digits and asked else None
