"""The operator's words that a page makes up of a value: one for each value there is."""

from __future__ import annotations

from collections.abc import Iterator

from personsvar.http.pages.operator.figure_ranges import FigureRange
from personsvar.http.pages.operator.mailbox_routes import MAILBOX_DONE
from personsvar.http.pages.operator.shown_mailbox import SWITCHES, WISHED
from personsvar.intake.listing import WaitingState
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.availability import AbsenceReason
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ledger import AttemptOutcome, ReceiptState
from personsvar.mailbox.model.notice import Channel, MissedReason, NoticeKind, NoticeStatus

KINDS = {
    "came_of": CameOf,
    "missed": MissedReason,
    "notice": NoticeKind,
    "channel": Channel,
    "status": NoticeStatus,
    "try": AttemptOutcome,
    "receipt": ReceiptState,
    "waiting": WaitingState,
    "actor": ActorKind,
    "action": AuditAction,
}
REFUSALS = (MissedReason.VOICEMAIL_OFF, MissedReason.ABSENT, MissedReason.OUTSIDE_HOURS)
FACTS = ("email", "language", "time_zone", "pin", "notices", "quiet", "hours", "choices", "greetings")


def words_of_operators() -> set[str]:
    return {f"{part}.{value}" for part, kind in KINDS.items() for value in kind} | set(_others())


def _others() -> Iterator[str]:
    yield from (f"actor.any_{kind}" for kind in ActorKind)
    yield from (f"operator.done_{done}" for done in MAILBOX_DONE)
    yield from (f"standing.away_{reason}" for reason in ("none", *AbsenceReason))
    yield from (f"standing.{refusal}" for refusal in REFUSALS)
    yield from (
        f"facts.{name}"
        for name in (*FACTS, *SWITCHES, *WISHED, "absence", "welcomed", "since", "transcripts_to")
    )
    yield from (f"facts.greeting_{kind}" for kind in GreetingKind)
    yield from (f"facts.pin_{state}" for state in ("none", "own", "by_operator"))
    yield from ("locks.mailbox", "locks.own-phone")
    yield from (f"figures.{range_}" for range_ in FigureRange)
    yield from (f"weekday.{day}" for day in range(7))
