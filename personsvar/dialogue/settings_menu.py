"""Settings (docs/call-flow.md, 5): greetings, PIN, notices, absence, voicemail on or off, language."""

from __future__ import annotations

from personsvar.dialogue.being_away import away, is_away, is_here, look_whether_away
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.greetings import (
    record_absence,
    record_international,
    record_personal,
    record_signature,
)
from personsvar.dialogue.menu import Choice, Menu
from personsvar.dialogue.pin import change_pin
from personsvar.dialogue.voicemail_switch import is_off, turn_off, turn_on
from personsvar.dialogue.wishes import notices
from personsvar.language.prompts import PromptId
from personsvar.mailbox import preferences
from personsvar.mailbox.model.subscriber import Language


def settings(session: CallSession) -> Page | None:
    session.menu = settings
    look_whether_away(session)
    return SETTINGS.choose(session)


def choose_language(session: CallSession) -> Page | None:
    """9: Norwegian or English; what the callers hear too."""
    return LANGUAGES.choose(session)


def choose_norwegian(session: CallSession) -> Page | None:
    return _speak(session, "nb")


def choose_english(session: CallSession) -> Page | None:
    return _speak(session, "en")


def _speak(session: CallSession, language: Language) -> Page | None:
    number = session.owner.number
    session.work(lambda: preferences.set_language(session.services, number, language))
    session.refresh()
    session.announce(PromptId("language-chosen"))
    return settings


def to_home(session: CallSession) -> Page | None:
    """*: the main menu."""
    return session.home


LANGUAGES = Menu(
    name="language",
    help=PromptId("language-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("language-norwegian"), choose_norwegian),
        Choice("2", PromptId("language-english"), choose_english),
        Choice("*", PromptId("back"), settings),
    ),
)

SETTINGS = Menu(
    name="settings",
    help=PromptId("settings-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("settings-greeting"), record_personal),
        Choice("2", PromptId("settings-international"), record_international),
        Choice("3", PromptId("settings-signature"), record_signature),
        Choice("4", PromptId("settings-pin"), change_pin),
        Choice("5", PromptId("settings-notices"), notices),
        Choice("6", PromptId("settings-absence"), record_absence),
        Choice("7", PromptId("settings-voicemail-off"), turn_off, offered=is_here),
        Choice("7", PromptId("settings-absent"), away, offered=is_away),
        Choice("7", PromptId("settings-voicemail-on"), turn_on, offered=is_off),
        Choice("9", PromptId("settings-language"), choose_language),
        Choice("*", PromptId("settings-main-menu"), to_home),
    ),
)
