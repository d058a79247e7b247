"""What a caller hears first (the manual, section 2): a recording, or the built-in words around the name.

Who is away is told of with why and until when, "Du har kommet til personsvareren til *Ola*, som har fri til
mandag klokken åtte.", and then asked for a message, or told that none can be left.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.dialogue.call_session import CallSession
from personsvar.dialogue.menu import PAUSE
from personsvar.language.phone_numbers import phone_number
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.language.standing import away, closed
from personsvar.mailbox.greetings import BuiltIn, BuiltInAbroad, OwnGreeting
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import Sound

LEAVE_A_MESSAGE = PromptId("greeting-after-tone")
NO_MESSAGE = PromptId("no-message-now")
MAILBOX_FULL = PromptId("mailbox-full")
TAKES_NONE = PromptId("takes-no-messages")


def greeting_parts(session: CallSession) -> Sequence[Part]:
    """The first greeting that applies; without a database the built-in one with the number."""
    match session.current_deposit.greeting:
        case OwnGreeting(kind=kind, sound=sound):
            session.language = "en" if kind is GreetingKind.INTERNATIONAL else session.language
            takes = session.current_deposit.availability.takes_messages
            return (sound,) if takes else (sound, PAUSE, NO_MESSAGE)
        case BuiltInAbroad(signature=signature):
            session.language = "en"
            return _built_in(session, signature)
        case BuiltIn(signature=signature):
            return _built_in(session, signature)
        case None:
            return _built_in(session, None)


def _built_in(session: CallSession, signature: Sound | None) -> Sequence[Part]:
    deposit, stands = session.current_deposit, session.current_deposit.availability
    now, language = session.local(session.now()), session.language
    if not deposit.has_room:
        return (*_reached(session, signature), PAUSE, MAILBOX_FULL)
    if stands.is_away:
        end = LEAVE_A_MESSAGE if stands.takes_messages else NO_MESSAGE
        return (*_reached(session, signature, is_last=False), *away(stands, now, language), PAUSE, end)
    if stands.takes_messages:
        return (*_reached(session, signature), PAUSE, LEAVE_A_MESSAGE)
    if stands.back_at is None:
        return (TAKES_NONE,)
    return (*_reached(session, signature), PAUSE, *closed(stands, now, language))


def _reached(session: CallSession, signature: Sound | None, *, is_last: bool = True) -> Sequence[Part]:
    """Whose mailbox it is."""
    number = session.current_deposit.header.mailbox
    name: Sequence[Part] = phone_number(number, session.language, final=is_last)
    return (PromptId("greeting-reached"), *(name if signature is None else (signature,)))
