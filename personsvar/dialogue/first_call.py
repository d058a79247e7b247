"""The first call of an owner (docs/call-flow.md, 3): a PIN by SMS, the welcome, and a menu of three.

It counts as the first call once its welcome was heard; if the line drops before, the next one is first again.
"""

from __future__ import annotations

from personsvar.dialogue.call_session import Access, CallSession, FirstCall, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.greetings import record_personal, record_signature
from personsvar.dialogue.main_menu import has_messages, main_menu, open_mailbox
from personsvar.dialogue.menu import Choice, Menu
from personsvar.dialogue.message_keys import listen
from personsvar.language.prompts import PromptId
from personsvar.mailbox import listening, preferences
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.new_pin import ensure_pin


def let_in(session: CallSession) -> Page | None:
    """The owner is known: the first call, or the mailbox."""
    own_phone = session.access is Access.OWN_PHONE
    session.came_of = CameOf.OWNER if own_phone else CameOf.ELSEWHERE
    is_first = own_phone and not session.owner.welcomed
    return welcome if is_first else open_mailbox


def welcome(session: CallSession) -> Page | None:
    """The PIN is on its way by SMS; the welcome; then this is no first call any more."""
    number = session.owner.number
    session.work(lambda: ensure_pin(session.services, number))
    session.announce(PromptId("welcome"))
    session.first_call = FirstCall()
    session.work(lambda: preferences.mark_welcomed(session.services, number))
    session.refresh()
    return first_call_menu


def first_call_menu(session: CallSession) -> Page | None:
    """Returns after each choice."""
    session.home = session.menu = first_call_menu
    session.listening = None
    mailbox = session.owner.number
    session.counts = session.work(lambda: listening.counts(session.services, mailbox))
    return FIRST_CALL.choose(session)


FIRST_CALL = Menu(
    name="first-call",
    help=PromptId("first-call-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("first-call-listen"), listen, said=has_messages),
        Choice("2", PromptId("first-call-signature"), record_signature),
        Choice("3", PromptId("first-call-greeting"), record_personal),
        Choice("*", PromptId("first-call-main-menu"), main_menu),
        Choice("#", None, goodbye),
    ),
)
