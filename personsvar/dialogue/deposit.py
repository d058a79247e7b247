"""Leaving a message (docs/call-flow.md, 2): greeting, tone, recording, and what follows `#`.

From the tone on, whatever happens, the best take is delivered exactly once: `keep` does it, here or,
when the line drops, in the runner.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from personsvar.dialogue.call import Progress, RecordEnd
from personsvar.dialogue.call_session import CallSession, Deposit, LogIn, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.greeting_heard import greeting_parts
from personsvar.dialogue.login import ask_pin
from personsvar.dialogue.menu import Choice, Menu
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import deposit as messages
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.availability import AVAILABLE
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolFullError, SpoolHeader, Take, Verdict
from personsvar.mailbox.reception import Reception

log = logging.getLogger(__name__)

GREETING_KEYS = "#*"
"""Other keys are ignored and do not cut the greeting."""

SAID: dict[Kept, PromptId] = {
    Kept.STORED: PromptId("message-stored"),
    Kept.LATER: PromptId("message-received"),
    Kept.MISSED: PromptId("message-empty"),
    Kept.FULL: PromptId("mailbox-full"),
    Kept.OFF: PromptId("takes-no-messages"),
    Kept.NOT_SERVED: PromptId("takes-no-messages"),
}
"""What the caller is told, once it is true."""

NOTHING = Verdict(seconds=0.0, speech=False)


def begin(session: CallSession, mailbox: Number, reception: Reception | None = None) -> Page:
    """A caller has come to leave a message for `mailbox`; None: nobody could be looked up."""
    room = reception is None or reception.has_room
    stands = AVAILABLE if reception is None else reception.availability
    header = SpoolHeader(
        spool_id=SpoolId(session.call.setup.call_id),
        purpose=Purpose.MESSAGE,
        mailbox=mailbox,
        caller=session.caller,
        began_at=session.began_at,
        invited=reception is not None and room and stands.takes_messages,
    )
    session.deposit = Deposit(header, reception.greeting if reception else None, stands, room)
    session.call.progress(Progress.STARTED)
    return greet if room and stands.takes_messages else turn_away


def greet(session: CallSession) -> Page | None:
    """The greeting. `#` skips to the tone, `*` goes to the owner's log-in for this mailbox."""
    key = session.say(*greeting_parts(session), keys=GREETING_KEYS)
    return leave_to_log_in if key == "*" else record


def leave_to_log_in(session: CallSession) -> Page | None:
    """The owner, calling as others do: a log-in from elsewhere, in its language, and no missed call."""
    session.login = LogIn(session.current_deposit.header.mailbox, fixed=True)
    session.deposit = None
    session.came_of = CameOf.NO_LOG_IN
    session.language = session.subscriber.language if session.subscriber else session.language
    session.call.progress(Progress.OWNER)
    return ask_pin


def turn_away(session: CallSession) -> Page | None:
    """No room, and no heard message to drop, or none is taken: told at once, and whose mailbox it is.

    The owner gets in by `*` all the same, and may make room.
    """
    stands = session.current_deposit.availability
    log.info("a caller can leave no message", extra={"why": stands.refusal or MissedReason.MAILBOX_FULL})
    key = session.say(*greeting_parts(session), keys=GREETING_KEYS)
    if key == "*":
        return leave_to_log_in
    session.work(lambda: keep(session))
    return goodbye


def _tell_full(session: CallSession) -> Kept:
    """The subscriber hears why; when nothing can be written just now, of the missed call at least, later."""
    header = session.current_deposit.header
    try:
        messages.miss(session.services, header, MissedReason.MAILBOX_FULL)
    except StoreUnavailableError:
        session.takes.finish(header, missed=True)
    return Kept.FULL


def record(session: CallSession) -> Page | None:
    """The tone, then at most 3 minutes, 10 s before whose end a soft tone tells so.

    `#` ends it, and so do 10 s of true silence.
    """
    # told first: what lies in the spool under this call's id is then this call's, for the dialplan too
    session.call.progress(Progress.RECORDING)
    try:
        take = _next_take(session)
    except SpoolFullError:
        return cannot_record
    rules = session.services.rules
    recorded = session.call.record(
        take,
        max_seconds=rules.max_message_seconds,
        silence_seconds=rules.silence_seconds,
        warning_seconds=rules.warning_seconds,
    )
    recorded = session.judged(take, recorded)
    return judge_take if recorded.end is RecordEnd.KEY else _AFTER[recorded.end]


def judge_take(session: CallSession) -> Page | None:
    """After `#`: which take would be sent is known from here; one without speech, or too short, is told."""
    deposit = session.current_deposit
    take = deposit.latest
    verdict = session.work(lambda: session.takes.judge(take)) if take else NOTHING
    if not verdict.speech:
        session.announce(PromptId("nothing-said"))
    elif verdict.seconds < session.services.rules.min_message_seconds:
        session.announce(PromptId("too-short"))
    else:
        deposit.best = take
    return after_take


def _next_take(session: CallSession) -> Take:
    deposit = session.current_deposit
    take = session.work(lambda: session.takes.place(deposit.header, number=deposit.takes + 1))
    deposit.takes += 1
    deposit.latest = take
    deposit.recording = True
    return take


def after_take(session: CallSession) -> Page | None:
    """Listen, send, record again, urgent. No key: said once, then sent."""
    return AFTER_TAKE.choose(session)


def listen_to_take(session: CallSession) -> Page | None:
    """1: what 2 would send, the latest take that can be."""
    take = session.current_deposit.best
    if take is not None:
        session.announce(take)
    return after_take


def toggle_urgent(session: CallSession) -> Page | None:
    """4: urgent, or not urgent again."""
    deposit = session.current_deposit
    deposit.urgent = not deposit.urgent
    session.announce(PromptId("marked-urgent" if deposit.urgent else "marked-not-urgent"))
    return after_take


def send(session: CallSession) -> Page | None:
    """Committed first, then "Beskjeden er lagret" is said."""
    kept = session.work(lambda: keep(session))
    stored(session)
    session.say(SAID[kept], keys="")
    return goodbye


def cannot_record(session: CallSession) -> Page | None:
    """The disk is full or broken, or was: said as what it is, never as a full mailbox; the call is told.

    What there is of the take is delivered, also with an earlier one that is whole: the caller took that back.
    """
    session.work(lambda: keep(session))
    session.say(PromptId("cannot-record"), keys="")
    return goodbye


def keep(session: CallSession) -> Kept:
    """Deliver the best take, or tell of a missed call; once for this call, safe to say again."""
    deposit = session.current_deposit
    if deposit.has_room:
        kept = session.takes.finish(deposit.header, urgent=deposit.urgent, missed=not deposit.recording)
    else:
        kept = _tell_full(session)
    deposit.finished = True
    return kept


def stored(session: CallSession) -> None:
    """The dialplan is told first, and then the spool's files go: it never asks a caller to say it again."""
    session.call.progress(Progress.STORED)
    session.takes.clear(session.current_deposit.header)


def can_be_sent(session: CallSession) -> bool:
    return session.current_deposit.best is not None


def is_empty(session: CallSession) -> bool:
    return not can_be_sent(session)


def is_urgent(session: CallSession) -> bool:
    return can_be_sent(session) and session.current_deposit.urgent


def is_not_urgent(session: CallSession) -> bool:
    return can_be_sent(session) and not session.current_deposit.urgent


def help_after_take(session: CallSession) -> Sequence[Part]:
    if is_empty(session):
        return (PromptId("after-take-empty-help"),)
    return (PromptId("after-take-urgent-help" if is_urgent(session) else "after-take-help"),)


AFTER_TAKE = Menu(
    name="after-take",
    help=help_after_take,
    information=PromptId("information-caller"),
    silence=send,
    silences=1,
    choices=(
        Choice("1", PromptId("after-take-listen"), listen_to_take, offered=can_be_sent),
        Choice("2", PromptId("after-take-send"), send, offered=can_be_sent),
        Choice("3", PromptId("after-take-again"), record, offered=can_be_sent),
        Choice("3", PromptId("after-take-record"), record, offered=is_empty),
        Choice("4", PromptId("after-take-urgent"), toggle_urgent, offered=is_not_urgent),
        Choice("4", PromptId("after-take-not-urgent"), toggle_urgent, offered=is_urgent),
    ),
)

_AFTER: dict[RecordEnd, Page] = {
    RecordEnd.SILENCE: send,
    RecordEnd.LIMIT: send,
    RecordEnd.FAILED: cannot_record,
}
