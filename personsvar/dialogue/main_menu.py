"""The main menu (docs/call-flow.md, 4), the mailbox's first words, and what is said before them."""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.dialogue.absence import until_when
from personsvar.dialogue.being_away import look_whether_away, what_callers_hear
from personsvar.dialogue.call_session import Access, CallSession, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import Choice, Menu
from personsvar.dialogue.message_keys import listen, listen_to_deleted, resume
from personsvar.dialogue.settings_menu import settings
from personsvar.dialogue.voicemail_switch import how_it_is_off, is_off
from personsvar.language.counts import mailbox_summary
from personsvar.language.moments import moment
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import listening, undelivered
from personsvar.mailbox.greetings import is_absent
from personsvar.mailbox.login import acknowledge_log_in
from personsvar.mailbox.phone_numbers import is_domestic


def open_mailbox(session: CallSession) -> Page | None:
    """An owner is in: what must be told first, then where the line dropped, then the main menu."""
    session.home = main_menu
    return tell_of_log_in if session.access is Access.OWN_PHONE else tell_of_failed_copies


def tell_of_log_in(session: CallSession) -> Page | None:
    """ "Sist åpnet i går klokken ti, fra utlandet." Told once, at the next own call."""
    last = session.owner.elsewhere_login
    if last is not None and not last.acknowledged:
        at, now = session.local(last.at), session.local(session.now())
        when = moment(at, now, session.language, final=False)
        where = "log-in-told-home" if is_domestic(last.caller, session.owner.number) else "log-in-told-abroad"
        session.announce(PromptId("log-in-told"), *when, PromptId(where))
        session.work(lambda: acknowledge_log_in(session.services, session.owner.number))
        session.refresh()
    return tell_of_failed_copies


def tell_of_failed_copies(session: CallSession) -> Page | None:
    """ "En beskjed kunne ikke sendes til e-postadressen din." Said once for each that failed."""
    owner = session.owner
    failed = session.work(lambda: undelivered.failed_copies(session.services, owner))
    if failed:
        session.announce(PromptId("email-copy-failed" if failed == 1 else "email-copies-failed"))
        session.work(lambda: undelivered.acknowledge_failed_copies(session.services, owner))
    return tell_of_absence if session.access is Access.OWN_PHONE else offer_to_resume


def tell_of_absence(session: CallSession) -> Page | None:
    """Until when voicemail is off, or the absence greeting on, and how to end that; said each time.

    An absence that was planned elsewhere, or is a calendar's, is ended where voicemail is turned off.
    """
    owner = session.owner
    if is_off(session):
        session.announce(*how_it_is_off(session), PromptId("voicemail-how-to-turn-on"))
    elif is_absent(owner, session.now()):
        session.announce(*until_when(session), PromptId("absence-how-to-end"))
    else:
        look_whether_away(session)
        if session.stands.is_away:
            session.announce(*what_callers_hear(session), PromptId("absent-how-to-end"))
    return offer_to_resume


def offer_to_resume(session: CallSession) -> Page | None:
    """If the line dropped in a message less than 24 h ago: 1 goes on at that second."""
    subscriber = session.owner
    if subscriber.place is None:
        return main_menu
    found = session.work(lambda: listening.resumable(session.services, subscriber))
    if found is None:
        return main_menu
    answer = RESUME.choose(session)
    session.offered_to_resume = True
    return answer


def main_menu(session: CallSession) -> Page | None:
    """ "Du har to nye og én lagret beskjed." From now on it is what `*` leads back to."""
    session.home = session.menu = main_menu
    session.listening = None
    mailbox = session.owner.number
    session.counts = session.work(lambda: listening.counts(session.services, mailbox))
    return MAIN_MENU.choose(session)


def summary(session: CallSession) -> Sequence[Part]:
    """How many messages there are, as people say it; saved in the count = heard + saved."""
    counts = session.counts
    return mailbox_summary(counts.new, counts.heard + counts.saved, session.language, urgent=counts.urgent)


def has_messages(session: CallSession) -> bool:
    return session.counts.kept > 0


def has_deleted(session: CallSession) -> bool:
    return session.counts.deleted > 0


def help_in_main_menu(session: CallSession) -> Sequence[Part]:
    """1 and 2 are told of where there is something behind them."""
    what = PromptId("main-menu-help" if has_messages(session) else "main-menu-empty-help")
    deleted = (PromptId("main-menu-deleted-help"),) if has_deleted(session) else ()
    return (what, *deleted, PromptId("main-menu-information-help"))


MAIN_MENU = Menu(
    name="main-menu",
    intro=summary,
    help=help_in_main_menu,
    silence=goodbye,
    choices=(
        Choice("1", PromptId("main-menu-listen"), listen, said=has_messages),
        Choice("2", PromptId("main-menu-deleted"), listen_to_deleted, offered=has_deleted),
        Choice("3", PromptId("main-menu-settings"), settings),
        Choice("#", PromptId("main-menu-goodbye"), goodbye),
    ),
)

RESUME = Menu(
    name="resume",
    help=PromptId("resume-help"),
    silence=main_menu,
    choices=(
        Choice("1", PromptId("resume-go-on"), resume),
        Choice("*", PromptId("resume-main-menu"), main_menu),
        Choice("#", None, goodbye),
    ),
)
