"""Recording a greeting (the manual, settings 1, 2, 3 and 6): the tone at once, `#` ends it, then this menu.

1 listen, 2 save, 3 record again, 4 delete (also the stored one: back to the built-in). Before any speech
`*` goes back, and `#` alone opens the same menu for the greeting there is. Hanging up keeps the greeting
there was.
"""

from __future__ import annotations

from personsvar.dialogue.absence import absence_last_day
from personsvar.dialogue.call import Key, Recorded, RecordEnd, Take
from personsvar.dialogue.greeting_end import leave, not_saved
from personsvar.dialogue.menu import Choice, Menu, choose
from personsvar.dialogue.session import GreetingWork, Page, Session
from personsvar.language.prompts import PromptId
from personsvar.mailbox import greetings
from personsvar.mailbox.model import GreetingKind, Sound, SpoolId
from personsvar.mailbox.ports import Heading, Purpose, SpoolFullError

STAR = Key("*")

SAVED = {
    GreetingKind.PERSONAL: PromptId("greeting-saved"),
    GreetingKind.INTERNATIONAL: PromptId("international-greeting-saved"),
    GreetingKind.SIGNATURE: PromptId("signature-saved"),
}


def record_personal(session: Session) -> Page | None:
    """The welcome greeting."""
    return _begin(session, GreetingKind.PERSONAL)


def record_international(session: Session) -> Page | None:
    """The greeting for callers from another country."""
    return _begin(session, GreetingKind.INTERNATIONAL)


def record_signature(session: Session) -> Page | None:
    """The name, spoken by its owner, inside the built-in greeting."""
    return _begin(session, GreetingKind.SIGNATURE)


def record_absence(session: Session) -> Page | None:
    """The absence greeting; its last day is asked for when it is saved."""
    return _begin(session, GreetingKind.ABSENCE)


def _begin(session: Session, kind: GreetingKind) -> Page | None:
    session.recordings += 1
    heading = Heading(
        spool_id=SpoolId(f"{session.call.setup.call_id}-g{session.recordings}"),
        purpose=Purpose.GREETING,
        mailbox=session.owner.number,
        caller=None,
        began_at=session.now(),
    )
    mailbox = session.owner.number
    stored = session.work(lambda: greetings.current(session.office, mailbox, kind))
    session.greeting = GreetingWork(kind, heading, stored=stored.sound if stored else None)
    return record_greeting


def record_greeting(session: Session) -> Page | None:
    """The tone first; then speak, and end with `#`."""
    work = session.recorded_greeting
    try:
        take = session.work(lambda: session.takes.place(work.heading, number=work.takes + 1))
    except SpoolFullError:
        return cannot_save
    work.takes += 1
    session.unread = None
    rules = session.office.rules
    recorded = session.call.record(
        take, max_seconds=rules.max_greeting_seconds, silence_seconds=rules.silence_seconds, end_keys="#*"
    )
    return _after_recording(session, take, recorded)


def _after_recording(session: Session, take: Take, recorded: Recorded) -> Page | None:
    """The latest take that holds speech counts; without any speech `*` goes back."""
    if recorded.end is RecordEnd.FAILED:
        return cannot_save
    work = session.recorded_greeting
    verdict = session.work(lambda: session.takes.judge(take))
    if verdict.speech and verdict.seconds > 0:
        work.best, work.tones = take, verdict.tones
    if recorded.key == STAR and not verdict.speech:
        return leave
    return after_greeting


def after_greeting(session: Session) -> Page | None:
    """1 listen, 2 save, 3 again, 4 delete. Silence: asked once more, then not saved, and said so."""
    return choose(session, AFTER_GREETING)


def listen_to_greeting(session: Session) -> Page | None:
    """1: what was just recorded; else the greeting there is."""
    sound = sound_of(session)
    if sound is not None:
        session.announce(sound)
    return after_greeting


def save_greeting(session: Session) -> Page | None:
    """2: in use from now. One that holds key tones is refused: it could dial for a caller (fraud)."""
    work, mailbox = session.recorded_greeting, session.owner.number
    take = work.best
    if work.tones:
        session.announce(PromptId("greeting-has-tones"))
        return after_greeting
    if work.kind is GreetingKind.ABSENCE:
        return absence_last_day
    if take is None:
        return after_greeting
    session.work(lambda: greetings.keep(session.office, mailbox, work.kind, session.takes.read(take)))
    session.greeting_recorded |= work.kind is GreetingKind.PERSONAL
    session.announce(SAVED[work.kind])
    return leave


def delete_greeting(session: Session) -> Page | None:
    """4: the take and the stored one: back to the built-in."""
    work, mailbox = session.recorded_greeting, session.owner.number
    session.work(lambda: greetings.retire(session.office, mailbox, work.kind))
    session.refresh()
    session.announce(PromptId("greeting-deleted"))
    return leave


def cannot_save(session: Session) -> Page | None:
    """The disk is full: said as what it is; the greeting there was stays."""
    session.announce(PromptId("cannot-record"))
    return leave


def sound_of(session: Session) -> Take | Sound | None:
    work = session.recorded_greeting
    return work.best or work.stored


def can_be_saved(session: Session) -> bool:
    """There is speech to save; for an absence greeting also a new last day for the one there is."""
    work = session.recorded_greeting
    return work.best is not None or (work.kind is GreetingKind.ABSENCE and work.stored is not None)


def has_any(session: Session) -> bool:
    return sound_of(session) is not None


AFTER_GREETING = Menu(
    name="after-greeting",
    help=PromptId("after-greeting-help"),
    silence=not_saved,
    choices=(
        Choice("1", PromptId("after-greeting-listen"), listen_to_greeting, offered=has_any),
        Choice("2", PromptId("after-greeting-save"), save_greeting, offered=can_be_saved),
        Choice("3", PromptId("after-greeting-again"), record_greeting),
        Choice("4", PromptId("after-greeting-delete"), delete_greeting, offered=has_any),
        Choice("*", PromptId("back"), leave),
    ),
)
