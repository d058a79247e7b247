"""`/v1/messages`: what is in all mailboxes. Whoever looks at one has not heard it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from personsvar.http.api.etags import (
    AS_IT_WAS,
    CHANGED,
    NEEDED,
    VERSION,
    IfMatch,
    IfNoneMatch,
    as_it_was,
    etag,
    needed,
    version_meant,
)
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.message_forms import MessageForm, message_form
from personsvar.http.api.parameters import (
    Id,
    Limit,
    Moment,
    PageBegin,
    link_behind,
    number_given,
    place_of,
)
from personsvar.http.api.problems import CONFLICT, NOT_FOUND, ProblemError, answers, wrong_value
from personsvar.mailbox import listening, message_desk
from personsvar.mailbox.message_desk import NotNowError, message_version
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.reading import understood
from personsvar.mailbox.transcription.said_words import LONGEST

NO_SUCH = answers(_404="there is no such message")
NOT_NOW = answers(_409="as it is now, that can't be done with it")


class MessageFilters(BaseModel, extra="forbid"):
    """Which messages; a time is ISO 8601, in UTC when it names no zone."""

    mailbox: str | None = Field(None, description="of this subscriber")
    caller: str | None = Field(None, description="left by this number")
    state: list[State] = Field([], description="in this state, or one of these; all when none is given")
    since: Moment | None = Field(None, description="received then or later")
    until: Moment | None = Field(None, description="received before then")
    said: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST,
        description="in whose transcript all these words are; with `mailbox` only",
    )
    after: PageBegin | None = None
    limit: Limit = 100


class MessagePage(BaseModel):
    items: list[MessageForm] = Field(description="newest first")
    next: str | None = Field(description="the address of the next page; null on the last")


class KeptState(StrEnum):
    """What a message may be made, beside deleted."""

    NEW = "new"
    HEARD = "heard"
    SAVED = "saved"


class StateWanted(BaseModel, extra="forbid"):
    state: KeptState = Field(description="what it becomes", examples=["saved"])


def messages_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/messages", tag="messages")
    read, write = needs(Scope.MESSAGES_READ), needs(Scope.MESSAGES_WRITE)

    @router.get("", summary="Messages of all mailboxes, newest first", dependencies=[read])
    def messages(only: Annotated[MessageFilters, Query()], request: Request) -> MessagePage:
        found = message_desk.search(
            services,
            _wanted(services, only),
            said=only.said,
            behind=_place(only.after),
            limit=only.limit + 1,
        )
        page = found[: only.limit]
        last = page[-1] if len(found) > only.limit else None
        known = understood(services, page)
        return MessagePage(
            items=[message_form(message, known.get(message.id)) for message in page],
            next=None if last is None else link_behind(request, last.received_at, last.id),
        )

    @router.get(
        "/{message}",
        summary="One message",
        dependencies=[read],
        response_model=MessageForm,
        responses={200: VERSION, **AS_IT_WAS, **NO_SUCH},
    )
    def one(message: Id, response: Response, if_none_match: IfNoneMatch = None) -> Any:
        found = found_message(services, message)
        return as_it_was(if_none_match, _version(services, found)) or _shown(services, found, response)

    @router.patch(
        "/{message}",
        summary="Make it new, heard or saved",
        dependencies=[write],
        responses={200: VERSION, **NO_SUCH, **NOT_NOW, **CHANGED, **NEEDED},
    )
    def change(
        message: Id, wanted: StateWanted, response: Response, who: Who, if_match: IfMatch = None
    ) -> MessageForm:
        version = _seen(message, needed(if_match))
        state = State(wanted.state.value)
        try:
            after = message_desk.change_state(
                services, MessageId(message), state, version=version, by=who.actor
            )
        except NotNowError as wrong:
            raise ProblemError(CONFLICT, str(wrong)) from wrong
        return _shown(services, _there(after), response)

    @router.delete(
        "/{message}",
        summary="Delete it; it can be taken back for some days",
        dependencies=[write],
        responses={200: VERSION, **NO_SUCH, **CHANGED},
    )
    def delete(message: Id, response: Response, who: Who, if_match: IfMatch = None) -> MessageForm:
        version = _seen(message, if_match)
        after = message_desk.delete(services, MessageId(message), version=version, by=who.actor)
        return _shown(services, _there(after), response)

    @router.post(
        "/{message}/undelete",
        summary="Take a deleted one back: it is again what it was",
        dependencies=[write],
        responses={200: VERSION, **NO_SUCH, **NOT_NOW},
    )
    def undelete(message: Id, response: Response, who: Who) -> MessageForm:
        try:
            after = message_desk.take_back(services, MessageId(message), by=who.actor)
        except NotNowError as wrong:
            raise ProblemError(CONFLICT, str(wrong)) from wrong
        return _shown(services, _there(after), response)

    def _seen(message: int, if_match: str | None) -> str | None:
        """As the desk knows it: an ETag tells more, whether there is a transcript."""
        found = found_message(services, message)
        seen = version_meant(if_match, _version(services, found))
        return None if seen is None else message_version(found)

    return router


def found_message(services: Services, message: int) -> Message:
    """Raise ProblemError when there is no such message."""
    return _there(listening.message(services, MessageId(message)))


def _there(message: Message | None) -> Message:
    if message is None:
        raise ProblemError(NOT_FOUND, "there is no such message")
    return message


def _version(services: Services, message: Message) -> str:
    known = understood(services, [message]).get(message.id)
    return message_version(message) if known is None else f"{message_version(message)}-{known}"


def _shown(services: Services, message: Message, response: Response) -> MessageForm:
    response.headers["ETag"] = etag(_version(services, message))
    return message_form(message, understood(services, [message]).get(message.id))


def _wanted(services: Services, only: MessageFilters) -> MessagesWanted:
    """Raise ProblemError for words without a mailbox: one is looked through at a time."""
    if only.said is not None and only.mailbox is None:
        raise wrong_value("said", "say in whose mailbox")
    return MessagesWanted(
        mailbox=number_given(services, "mailbox", only.mailbox),
        caller=number_given(services, "caller", only.caller),
        states=tuple(dict.fromkeys(only.state)) or tuple(State),
        since=only.since,
        until=only.until,
    )


def _place(after: str | None) -> MessagePlace | None:
    if after is None:
        return None
    at, id_ = place_of(after)
    return MessagePlace(at, MessageId(id_))
