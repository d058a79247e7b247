"""Notices (the manual, settings 5): SMS, MMS, missed calls, e-mail copy, each on or off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import Choice, Menu
from personsvar.language.prompts import PromptId
from personsvar.mailbox import preferences
from personsvar.mailbox.model.subscriber import Wishes


def notices(session: CallSession) -> Page | None:
    """Which notices there are, and the key that turns each on or off."""
    return NOTICES.choose(session)


def toggle_sms(session: CallSession) -> Page | None:
    """1: an SMS for a new message."""
    return _toggle(session, "sms", lambda wishes: replace(wishes, sms=not wishes.sms))


def toggle_mms(session: CallSession) -> Page | None:
    """2: an MMS with the recording, instead of the SMS."""
    return _toggle(session, "mms", lambda wishes: replace(wishes, mms=not wishes.mms))


def toggle_missed_calls(session: CallSession) -> Page | None:
    """3: an SMS for a call that left no message."""
    return _toggle(session, "missed", lambda wishes: replace(wishes, missed_calls=not wishes.missed_calls))


def toggle_email(session: CallSession) -> Page | None:
    """4: a copy of each message by e-mail."""
    return _toggle(session, "email", lambda wishes: replace(wishes, email_copy=not wishes.email_copy))


def _toggle(session: CallSession, name: str, change: Callable[[Wishes], Wishes]) -> Page | None:
    owner = session.owner
    wishes = change(owner.wishes)
    session.work(lambda: preferences.set_wishes(session.services, owner.number, wishes))
    session.refresh()
    session.announce(PromptId(f"notices-{name}-are-{'on' if is_on(name)(session) else 'off'}"))
    return notices


def is_on(name: str) -> Callable[[CallSession], bool]:
    return lambda session: _ON[name](session.owner.wishes)


def is_off(name: str) -> Callable[[CallSession], bool]:
    return lambda session: not _ON[name](session.owner.wishes)


def with_address(offered: Callable[[CallSession], bool]) -> Callable[[CallSession], bool]:
    """Only where the operator knows an e-mail address."""
    return lambda session: session.owner.email is not None and offered(session)


def back(session: CallSession) -> Page | None:
    return session.menu


_ON: dict[str, Callable[[Wishes], bool]] = {
    "sms": lambda wishes: wishes.sms,
    "mms": lambda wishes: wishes.mms,
    "missed": lambda wishes: wishes.missed_calls,
    "email": lambda wishes: wishes.email_copy,
}

NOTICES = Menu(
    name="notices",
    help=PromptId("notices-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("notices-sms-turn-off"), toggle_sms, offered=is_on("sms")),
        Choice("1", PromptId("notices-sms-turn-on"), toggle_sms, offered=is_off("sms")),
        Choice("2", PromptId("notices-mms-turn-off"), toggle_mms, offered=is_on("mms")),
        Choice("2", PromptId("notices-mms-turn-on"), toggle_mms, offered=is_off("mms")),
        Choice("3", PromptId("notices-missed-turn-off"), toggle_missed_calls, offered=is_on("missed")),
        Choice("3", PromptId("notices-missed-turn-on"), toggle_missed_calls, offered=is_off("missed")),
        Choice("4", PromptId("notices-email-turn-off"), toggle_email, offered=with_address(is_on("email"))),
        Choice("4", PromptId("notices-email-turn-on"), toggle_email, offered=with_address(is_off("email"))),
        Choice("*", PromptId("back"), back),
    ),
)
