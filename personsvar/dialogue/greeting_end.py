"""Leaving the recording of a greeting: what was not saved is forgotten, and said."""

from __future__ import annotations

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.language.prompts import PromptId


def leave(session: CallSession) -> Page | None:
    """Back to where the recording was asked for."""
    forget_greeting(session)
    return session.menu


def not_saved(session: CallSession) -> Page | None:
    """No key: the greeting there was stays, and it is said when there was something to save."""
    if session.recorded_greeting.best is not None:
        session.announce(PromptId("greeting-not-saved"))
    return leave


def forget_greeting(session: CallSession) -> None:
    """The takes of a greeting go when the page is left, or the line drops."""
    work, session.greeting = session.greeting, None
    if work is not None:
        session.takes.discard(work.header)
