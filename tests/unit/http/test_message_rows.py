"""The rows of an inbox are what the template would have written of each message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, product

import pytest
from markupsafe import Markup
from starlette.requests import Request

from personsvar.http.pages.message_rows import WriteRow, message_rows
from personsvar.http.pages.message_shown import ShownMessage, shown_message
from personsvar.http.pages.page_assets import page_assets
from personsvar.http.pages.profile.availability_shown import ONE_TOUCH, shown_availability
from personsvar.http.pages.profile.inbox_routes import ShownInbox
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.pages.site_address import site_address
from personsvar.mailbox.model.availability import AVAILABLE
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, Message, Sound, State
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord, Transcript, Understanding
from personsvar.mailbox.profile.inbox import InboxPart
from personsvar.mailbox.transcription.beside_messages import SaidInMessage
from personsvar.mailbox.transcription.said_numbers import SaidNumber
from tests.unit.conftest import Backend

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLA = Subscriber(Number("+4790000001"), welcomed=True)
KNOWN, UNKNOWN = Number("+4790000091"), Number("+4790000092")
NAMES = {KNOWN: '<b>"Kari"</b> & \0id\0 {x} %s'}
REQUEST = Request({"type": "http", "method": "GET", "path": "/profile", "query_string": b"", "headers": []})


def every_kind() -> list[Message]:
    """Of each state, urgent or not, by each kind of caller, each at another time."""
    kinds = product(State, (False, True), (None, KNOWN, UNKNOWN))
    return [
        Message(
            MessageId(1000 + place),
            OLA.number,
            SpoolId(str(place)),
            caller,
            NOON - timedelta(hours=7 * place),
            Sound(SoundId(place), 3.0 * place),
            urgent=urgent,
            state=state,
        )
        for place, (state, urgent, caller) in enumerate(kinds)
    ]


def every_transcript() -> list[SaidInMessage | None]:
    words = (SpokenWord("\0id\0", 0, 1, 0.9), SpokenWord("<b>{x}</b>", 1, 2, 0.1))
    heard = Transcript(words, "nb", "engine", "model")
    silent = Transcript((), "nb", "engine", "model")
    return [
        None,
        SaidInMessage(None, is_waiting=True),
        SaidInMessage(MessageTranscript(MessageId(1), heard, Understanding.UNSURE, NOON)),
        SaidInMessage(MessageTranscript(MessageId(1), silent, Understanding.NOT_UNDERSTOOD, NOON)),
        SaidInMessage(
            MessageTranscript(MessageId(1), heard, Understanding.TEXT, NOON),
            numbers=[SaidNumber(KNOWN, 0, 1, is_unsure=False)],
        ),
    ]


def written_each(messages: Sequence[ShownMessage], write: WriteRow) -> Markup:
    return Markup("").join(map(write, messages))


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("part", list(InboxPart))
def test_a_row_is_what_the_template_says_of_that_message(
    backend: Backend, language: Language, part: InboxPart
) -> None:
    site, owner = (
        ProfileSite(backend.services, site_address(""), page_assets()),
        replace(OLA, language=language),
    )
    known = dict(zip((it.id for it in every_kind()), cycle(every_transcript()), strict=False))
    shown = [shown_message(it, owner, NOON, NAMES, known[it.id]) for it in every_kind()]

    def page(rows: object) -> bytes:
        answer = site.page(
            REQUEST,
            "profile/inbox.html",
            language,
            part="inbox",
            number="",
            is_operator=False,
            inbox=ShownInbox(part, Counts(), shown, older=None, is_searched=True, said="", moved_to=""),
            message_rows=rows,
            state=shown_availability(AVAILABLE, owner, NOON),
            off_until=ONE_TOUCH,
            undo=None,
            here="/profile",
        )
        return bytes(answer.body)

    assert page(message_rows) == page(written_each)
    assert page(message_rows).count(b"<li id=") == len(shown)
