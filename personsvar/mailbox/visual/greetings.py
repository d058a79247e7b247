"""The folder Greetings: every version of the personal greeting and the voice signature.

Which one carries the keyword is which one callers hear; without any they hear the built-in greeting. A
client that puts another in use sets the keyword there: the one before loses it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.greeting import GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import GreetingId, Number
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.ports.repositories import Greetings
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.flags import DELETED, ON, greeting_flags
from personsvar.mailbox.visual.folder_entry import FolderEntry

KINDS = (GreetingKind.PERSONAL, GreetingKind.SIGNATURE)
VERSIONS = 10
"""So many of a kind are kept of what clients send: then the oldest that nobody hears goes."""


class GreetingTooLongError(MailboxError):
    """Longer than the operator allows."""


def max_seconds(rules: Rules) -> float:
    """Of either kind, as on the phone (STATUS: `g_len`, `vs_len`)."""
    return rules.max_greeting_seconds


def entries(services: Services, mailbox: Number) -> Sequence[FolderEntry]:
    with services.store.look() as uow:
        return [_entry(it) for it in uow.greetings.listed(mailbox, KINDS)]


def mark(
    services: Services,
    mailbox: Number,
    wanted: Mapping[int, Callable[[frozenset[str]], frozenset[str]]],
) -> Mapping[int, frozenset[str]]:
    """Give each version the flags made of those it has; what they are now."""
    with services.store.begin() as uow:
        held = _held(uow, mailbox, wanted)
        after = {uid: wanted[uid](_flags(it)) for uid, it in held.items()}
        # out of use before in use: the next one in use is not to be taken out again
        for uid in sorted(held, key=lambda uid: bool(after[uid] & ON)):
            _mark(uow.greetings, held[uid], after[uid])
        now = uow.greetings.listed(mailbox, KINDS)
        uow.commit()
    return {it.greeting.id: _flags(it) for it in now if it.greeting.id in wanted}


def expunge(services: Services, mailbox: Number, uids: Collection[int]) -> Sequence[int]:
    """The one in use too: callers then hear the built-in greeting, as after key 4 on the phone."""
    with services.store.begin() as uow:
        gone = {uid: it for uid, it in _held(uow, mailbox, uids).items() if DELETED in it.flags}
        for it in gone.values():
            uow.greetings.remove(it.greeting)
        uow.commit()
    return sorted(gone)


def append_greeting(
    services: Services, mailbox: Number, *, alaw: bytes, kind: GreetingKind, active: bool, at: datetime
) -> int:
    """Keep a recording a client sent, recorded at `at`; `active`: callers hear it from now. Its uid.

    Raise GreetingTooLongError, MailboxError when there is nothing in it or it is no kind that clients
    know, UnknownSubscriberError when the subscriber is no more.
    """
    _check(alaw, kind, services.rules)
    with services.store.begin(bringing=NewSound(alaw, mailbox)) as uow:
        uow.by_client = True
        uow.subscribers.need(
            mailbox, for_change=True
        )  # held as the greeting will hold it, before the sound does
        sound = uow.sounds.add(alaw, of=mailbox)
        greeting = uow.greetings.add(mailbox, kind, sound, at, in_use=active)
        make_room(uow.greetings, mailbox, kind, newest=greeting.id)
        uow.commit()
    return greeting.id


def _check(alaw: bytes, kind: GreetingKind, rules: Rules) -> None:
    if kind not in KINDS:
        raise MailboxError(f"no mail program sets the {kind} greeting")
    if not alaw:
        raise MailboxError("there is nothing in that recording")
    if len(alaw) > max_seconds(rules) * SAMPLE_RATE:
        raise GreetingTooLongError(f"a greeting is no longer than {max_seconds(rules):g} s")


def make_room(greetings: Greetings, mailbox: Number, kind: GreetingKind, *, newest: GreetingId) -> None:
    versions = greetings.listed(mailbox, (kind,))
    unused = [it.greeting for it in versions if not it.in_use and it.greeting.id != newest]
    for greeting in unused[: max(0, len(versions) - VERSIONS)]:
        greetings.remove(greeting)


def _held(uow: UnitOfWork, mailbox: Number, uids: Collection[int]) -> Mapping[int, GreetingVersion]:
    """Those that are there, with their owner's row: nobody else puts a greeting in use meanwhile."""
    uow.by_client = True
    uow.subscribers.get(mailbox, for_change=True)
    return {it.greeting.id: it for it in uow.greetings.listed(mailbox, KINDS) if it.greeting.id in uids}


def _mark(greetings: Greetings, version: GreetingVersion, after: frozenset[str]) -> None:
    if after - ON != version.flags:
        greetings.mark(version.greeting, after - ON)
    if after & ON and not version.in_use:
        greetings.use(version.greeting)
    elif version.in_use and not after & ON:
        greetings.retire(version.greeting.mailbox, version.greeting.kind)


def _flags(version: GreetingVersion) -> frozenset[str]:
    return greeting_flags(version.greeting.kind, version.flags, in_use=version.in_use)


def _entry(version: GreetingVersion) -> FolderEntry:
    sound = version.greeting.sound
    return FolderEntry(
        uid=version.greeting.id,
        flags=_flags(version),
        internal_date=version.greeting.recorded_at,
        caller=None,
        seconds=sound.seconds,
        urgent=False,
        sound=sound.id,
        amr_bytes=version.amr_bytes,
        greeting=version.greeting.kind,
    )
