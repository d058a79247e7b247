"""How it stands with a mailbox, in an operator's words: never more of a PIN than that there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.http.pages.operator.operator_page import OperatorAtWork
from personsvar.mailbox.lockout import is_closed
from personsvar.mailbox.mailbox_overview import MailboxOverview
from personsvar.mailbox.model.lock import Lock
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.transcription.wishers import has_agreed
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import written_hours

LANGUAGE_NAMES = {"nb": "Norsk (bokmål)", "en": "English"}
SWITCHES = ("always_ask_pin", "oldest_first", "call_back_from_elsewhere", "say_caller")
WISHED = ("sms", "mms", "missed_calls", "email_copy", "transcripts", "transcript_sms")


@dataclass(frozen=True, slots=True)
class ShownStanding:
    title: str
    means: str
    takes_messages: bool


@dataclass(frozen=True, slots=True)
class ShownLock:
    way: str
    state: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ShownFact:
    name: str
    value: str


def standing(work: OperatorAtWork, overview: MailboxOverview) -> ShownStanding:
    """Whether callers may leave messages, why not, and until when."""
    owner, found = overview.owner, overview.availability
    off = is_off(owner, work.site.services.clock.now())
    title = "standing.off" if off else "standing.on"
    words = []
    if found.is_away:
        words.append(work.said(f"standing.away_{found.reason or 'none'}"))
    if found.refusal is not None:
        words.append(work.said(f"standing.{found.refusal}"))
    if found.back_at is not None:
        words.append(work.said("standing.until", until=work.moment(found.back_at)))
    return ShownStanding(work.said(title), " ".join(words), found.takes_messages)


def shown_locks(work: OperatorAtWork, overview: MailboxOverview) -> Sequence[ShownLock]:
    return [_lock(work, lock) for lock in overview.locks]


def facts_of(work: OperatorAtWork, overview: MailboxOverview) -> Sequence[ShownFact]:
    owner, said = overview.owner, work.said
    known = {
        "email": owner.email or "–",
        "language": LANGUAGE_NAMES[owner.language],
        "time_zone": owner.time_zone,
        "pin": said(f"facts.pin_{_pin(owner)}"),
        "notices": _named(work, [wish for wish in WISHED if getattr(owner.wishes, wish)]),
        **({"transcripts_to": _place(work, owner)} if owner.wishes.transcripts else {}),
        "quiet": "–" if owner.quiet is None else str(owner.quiet),
        "hours": written_hours(owner.hours) or said("facts.always"),
        "choices": _named(work, [name for name in SWITCHES if getattr(owner, name)]),
        "greetings": _named(work, [f"greeting_{kind}" for kind in overview.greetings]),
        "absence": "–" if owner.absence_until is None else owner.absence_until.isoformat(),
        "welcomed": said("facts.yes" if owner.welcomed else "facts.no"),
        "since": "–" if owner.subscribed_at is None else work.moment(owner.subscribed_at),
    }
    return [ShownFact(said(f"facts.{name}"), value) for name, value in known.items()]


def _pin(owner: Subscriber) -> str:
    if owner.pin is None:
        return "none"
    return "by_operator" if owner.pin_by_operator else "own"


def _place(work: OperatorAtWork, owner: Subscriber) -> str:
    """Where recordings go to be written down, and whether their owner agreed to it."""
    rules = work.site.services.rules
    if not rules.transcripts:
        return "–"
    place = rules.transcripts_sent_to or work.said("facts.own_machine")
    return place if has_agreed(rules, owner) else work.said("facts.not_agreed", host=place)


def _named(work: OperatorAtWork, names: Sequence[str]) -> str:
    return ", ".join(work.said(f"facts.{name}") for name in names) or "–"


def _lock(work: OperatorAtWork, lock: Lock) -> ShownLock:
    closed = is_closed(lock, work.site.services.clock.now())
    if closed and lock.closed_until is not None:
        state = work.said("locks.closed", until=work.moment(lock.closed_until))
    else:
        state = work.said("locks.open", wrong=lock.failures)
    return ShownLock(work.said(f"locks.{lock.scope}"), state, closed)
