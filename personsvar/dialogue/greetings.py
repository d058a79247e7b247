"""Recording a greeting (the manual, settings 1, 2, 3 and 6): how, the tone, `#` ends it, then this menu.

1 listen, 2 save, 3 record again, 4 delete (also the stored one: back to the built-in). Before any speech
`*` goes back, and `#` alone opens the same menu for the greeting there is. Hanging up keeps the greeting
there was.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.dialogue.absence import absence_last_day, until_when
from personsvar.dialogue.call import Key, Recorded, RecordEnd
from personsvar.dialogue.call_session import CallSession, GreetingWork, Page
from personsvar.dialogue.greeting_end import leave, not_saved
from personsvar.dialogue.menu import Choice, Menu
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import greetings
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Purpose, SpoolFullError, SpoolHeader, Take, Verdict

STAR, HASH = Key("*"), Key("#")
ALONE_SECONDS = 1.0
"""`#` so soon is `#` alone: the greeting there is was asked for, and nothing was to be said."""

SAVED = {
    GreetingKind.PERSONAL: PromptId("greeting-saved"),
    GreetingKind.INTERNATIONAL: PromptId("international-greeting-saved"),
    GreetingKind.SIGNATURE: PromptId("signature-saved"),
}
DELETED = {
    GreetingKind.PERSONAL: PromptId("greeting-deleted"),
    GreetingKind.INTERNATIONAL: PromptId("international-greeting-deleted"),
    GreetingKind.SIGNATURE: PromptId("signature-deleted"),
    GreetingKind.ABSENCE: PromptId("absence-deleted"),
}

RECORD_AFTER_TONE = PromptId("record-after-tone")


def record_personal(session: CallSession) -> Page | None:
    """The welcome greeting."""
    return _begin(session, GreetingKind.PERSONAL)


def record_international(session: CallSession) -> Page | None:
    """The greeting for callers from another country."""
    return _begin(session, GreetingKind.INTERNATIONAL)


def record_signature(session: CallSession) -> Page | None:
    """The name, spoken by its owner, inside the built-in greeting."""
    return _begin(session, GreetingKind.SIGNATURE)


def record_absence(session: CallSession) -> Page | None:
    """The absence greeting; while one is on, first until when, and the key that ends it."""
    record = _begin(session, GreetingKind.ABSENCE)
    return absence if is_on(session) else record


def absence(session: CallSession) -> Page | None:
    """ "Fraværshilsenen din er på til og med …" 4 ends it, 2 changes its last day, 3 records anew."""
    return ABSENCE.choose(session)


def _begin(session: CallSession, kind: GreetingKind) -> Page | None:
    session.recordings += 1
    header = SpoolHeader(
        spool_id=SpoolId(f"{session.call.setup.call_id}-g{session.recordings}"),
        purpose=Purpose.GREETING,
        mailbox=session.owner.number,
        caller=None,
        began_at=session.now(),
    )
    mailbox = session.owner.number
    stored = session.work(lambda: greetings.current(session.services, mailbox, kind))
    session.greeting = GreetingWork(kind, header, stored=stored.sound if stored else None)
    return record_greeting


def record_greeting(session: CallSession) -> Page | None:
    """ "Les inn etter tonen, og avslutt med firkant." A key cuts it; then the tone."""
    work = session.recorded_greeting
    key = session.say(RECORD_AFTER_TONE)
    if key == STAR:
        return leave
    if key == HASH:
        return after_greeting
    try:
        take = session.work(lambda: session.takes.place(work.header, number=work.takes + 1))
    except SpoolFullError:
        return cannot_save
    work.takes += 1
    session.unread = None
    rules = session.services.rules
    recorded = session.call.record(
        take, max_seconds=rules.max_greeting_seconds, silence_seconds=rules.silence_seconds, end_keys="#*"
    )
    return _after_recording(session, take, session.judged(take, recorded))


def _after_recording(session: CallSession, take: Take, recorded: Recorded) -> Page | None:
    """The latest take that holds speech counts; without any speech `*` goes back."""
    if recorded.end is RecordEnd.FAILED:
        return cannot_save
    work = session.recorded_greeting
    verdict = session.work(lambda: _trimmed(session, take))
    if verdict.speech and verdict.seconds > 0:
        work.best, work.tones = take, verdict.tones
    if recorded.key == STAR and not verdict.speech:
        return leave
    if not verdict.speech and not _is_hash_alone(session, recorded):
        session.announce(PromptId("nothing-said"))
    return after_greeting


def _trimmed(session: CallSession, take: Take) -> Verdict:
    """No silence around what was said, however it ended: a signature stands in the middle of a sentence."""
    verdict = session.takes.judge(take)
    if verdict.speech:
        session.takes.trim(take)
    return verdict


def _is_hash_alone(session: CallSession, recorded: Recorded) -> bool:
    return recorded.key == HASH and recorded.seconds < ALONE_SECONDS and has_any(session)


def after_greeting(session: CallSession) -> Page | None:
    """1 listen, 2 save, 3 again, 4 delete. Silence: asked once more, then not saved, and said so."""
    return AFTER_GREETING.choose(session)


def listen_to_greeting(session: CallSession) -> Page | None:
    """1: what was just recorded; else the greeting there is."""
    sound = sound_of(session)
    if sound is not None:
        session.announce(sound)
    return after_greeting


def save_greeting(session: CallSession) -> Page | None:
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
    session.work(lambda: greetings.keep(session.services, mailbox, work.kind, session.takes.read(take)))
    if session.first_call is not None:
        session.first_call.greeting_recorded |= work.kind is GreetingKind.PERSONAL
    session.announce(SAVED[work.kind])
    return leave


def delete_greeting(session: CallSession) -> Page | None:
    """4: the take and the stored one: back to the built-in. An absence greeting that was on is off."""
    work, mailbox = session.recorded_greeting, session.owner.number
    deleted = PromptId("absence-ended") if is_on(session) else DELETED[work.kind]
    session.work(lambda: greetings.retire(session.services, mailbox, work.kind))
    session.refresh()
    session.announce(deleted if work.stored else PromptId("recording-deleted"))
    return leave


def cannot_save(session: CallSession) -> Page | None:
    """The disk is full, or was in the middle of it: said as what it is; the greeting there was stays."""
    session.announce(PromptId("cannot-record"))
    return leave


def sound_of(session: CallSession) -> Take | Sound | None:
    work = session.recorded_greeting
    return work.best or work.stored


def can_be_saved(session: CallSession) -> bool:
    return session.recorded_greeting.best is not None


def can_last_longer(session: CallSession) -> bool:
    """Nothing new to save, and an absence greeting that may get another last day."""
    work = session.recorded_greeting
    return work.best is None and work.kind is GreetingKind.ABSENCE and work.stored is not None


def is_on(session: CallSession) -> bool:
    """An absence greeting that callers hear today."""
    work = session.recorded_greeting
    absent = greetings.is_absent(session.owner, session.now())
    return work.kind is GreetingKind.ABSENCE and work.stored is not None and absent


def can_be_deleted(session: CallSession) -> bool:
    return has_any(session) and not is_on(session)


def help_after_greeting(session: CallSession) -> Sequence[Part]:
    """What is true of the recording and of the greeting there is."""
    return (_help_after_greeting(session),)


def _help_after_greeting(session: CallSession) -> PromptId:
    work = session.recorded_greeting
    if work.kind is GreetingKind.ABSENCE and work.stored is not None:
        return _help_of_absence(session)
    if work.best is not None:
        return PromptId("after-greeting-both-help" if work.stored else "after-greeting-help")
    return PromptId("after-greeting-stored-help" if work.stored else "after-greeting-empty-help")


def _help_of_absence(session: CallSession) -> PromptId:
    """One that is on is turned off; one that is over is deleted."""
    if session.recorded_greeting.best is not None:
        return PromptId("absence-take-help" if is_on(session) else "absence-over-take-help")
    return PromptId("absence-help" if is_on(session) else "absence-over-help")


def has_any(session: CallSession) -> bool:
    return sound_of(session) is not None


def has_none(session: CallSession) -> bool:
    return not has_any(session)


AFTER_GREETING = Menu(
    name="after-greeting",
    help=help_after_greeting,
    silence=not_saved,
    choices=(
        Choice("1", PromptId("after-greeting-listen"), listen_to_greeting, offered=has_any),
        Choice("2", PromptId("after-greeting-save"), save_greeting, offered=can_be_saved),
        Choice("2", PromptId("absence-new-day"), save_greeting, offered=can_last_longer),
        Choice("3", PromptId("after-greeting-again"), record_greeting, offered=has_any),
        Choice("3", PromptId("after-greeting-record"), record_greeting, offered=has_none),
        Choice("4", PromptId("after-greeting-delete"), delete_greeting, offered=can_be_deleted),
        Choice("4", PromptId("absence-end"), delete_greeting, offered=is_on),
        Choice("*", PromptId("back"), leave),
    ),
)

ABSENCE = Menu(
    name="absence",
    intro=until_when,
    help=PromptId("absence-help"),
    silence=leave,
    choices=(
        Choice("4", PromptId("absence-end"), delete_greeting),
        Choice("1", PromptId("after-greeting-listen"), listen_to_greeting),
        Choice("2", PromptId("absence-new-day"), save_greeting),
        Choice("3", PromptId("absence-new"), record_greeting),
        Choice("*", PromptId("back"), leave),
    ),
)
