"""A menu is data: one row binds a key, the words that offer it, and the page it leads to.

The spoken menu, the printed card, the list of sounds that must exist, the diagram and the every-key test
are all made from these rows; nothing else in the program knows which key does what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from personsvar.dialogue.call import Key
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.goodbye import time_is_up
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part

ANSWER_SECONDS = 5.0
"""How long a menu waits for a key when it has been said."""
SECOND_EIGHT = timedelta(seconds=1.2)
"""A second 8 within this time turns the help into the general information."""
SILENCES = 2
"""The menu answers the first by saying itself again, and the second ends it."""
WRONG_KEYS = 5
"""The menu answers so many that mean nothing; one more, and silence, ends it: nobody is listening."""

HELP = Key("8")
INFORMATION = PromptId("information")
NO_MATCH = PromptId("no-match")
PAUSE = PromptId("pause")
FOR_HELP = PromptId("for-help")
FIRST_ROWS = 3
"""The menu says so many rows again when nobody answered; the help behind 8 tells them all."""


def always(_session: CallSession) -> bool:
    return True


def nothing(_session: CallSession) -> Sequence[Part]:
    return ()


@dataclass(frozen=True)
class Choice:
    """One row of a menu."""

    key: str
    words: PromptId | None
    """The words by which the voice offers it; None: it works, and only the help tells of it, where `said`."""
    leads_to: Page
    offered: Callable[[CallSession], bool] = always
    said: Callable[[CallSession], bool] = always
    """Whether the voice offers it now; a key that would lead nowhere today still says why."""


@dataclass(frozen=True)
class Menu:
    """What is said first, the rows, the help behind 8, and where silence leads."""

    name: str
    choices: tuple[Choice, ...]
    help: PromptId | Callable[[CallSession], Sequence[Part]]
    """What 8 says, true of what stands there now: it names no key that leads nowhere."""
    silence: Page
    """The page that comes when nobody answers, after the menu was repeated once, shorter."""
    intro: Callable[[CallSession], Sequence[Part]] = nothing
    information: PromptId = INFORMATION
    """What 88 says to whoever hears this menu."""
    silences: int = SILENCES
    """How many silences lead there: with one, nothing is repeated."""

    def offered(self, session: CallSession) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.offered(session))

    def find(self, session: CallSession, key: Key) -> Choice | None:
        return next((choice for choice in self.offered(session) if choice.key == key), None)

    def help_now(self, session: CallSession) -> Sequence[Part]:
        return self.help(session) if callable(self.help) else (self.help,)

    def rows(self, session: CallSession) -> tuple[Part, ...]:
        """The spoken choices, with a breath before each."""
        return tuple(part for word in self._words(session) for part in (PAUSE, word))

    def shorter(self, session: CallSession) -> tuple[Part, ...]:
        """Said when nobody answered: no intro, and of a long menu the first rows and where the rest is."""
        words = self._words(session)
        said = words if len(words) <= FIRST_ROWS + 1 else [*words[:FIRST_ROWS], FOR_HELP]
        return tuple(part for word in said for part in (PAUSE, word))[1:]

    def opening(self, session: CallSession) -> tuple[Part, ...]:
        """What is said first. Whoever pressed a key hears the answer at once: no breath before it."""
        parts = (*self.intro(session), *self.rows(session))
        return parts[1:] if parts[:1] == (PAUSE,) else parts

    def choose(self, session: CallSession) -> Page:
        """Say the menu until a key of one of its rows comes; the page behind it.

        A key cuts the voice; silence repeats the menu once, shorter, then leads to `silence`; a key that
        means nothing here says so and repeats the menu, and the key pressed then counts, whatever came
        before; 8 is help and 8 8 the general information.
        """
        silences = wrong = 0
        key = session.ask(*self.opening(session), seconds=ANSWER_SECONDS)
        while True:
            again = self.rows
            if key is None:
                silences, said, again = silences + 1, None, self.shorter
            elif (choice := self.find(session, key)) is not None:
                return choice.leads_to
            elif key == HELP:
                silences, said = 0, self.tell_help(session)
            else:
                silences, wrong, said = 0, wrong + 1, session.say(NO_MATCH)
            if session.time_is_up:
                return time_is_up
            if silences >= self.silences or (wrong > WRONG_KEYS and said is None):
                return self.silence
            key = said or session.ask(*again(session), seconds=ANSWER_SECONDS)

    def tell_help(self, session: CallSession) -> Key | None:
        """Say the help at once; a second 8 within 1.2 s turns it into the general information.

        The key that cut either; None when it was heard to the end.
        """
        asked_at = session.now()
        key = session.say(*self.help_now(session))
        if key == HELP and session.now() - asked_at <= SECOND_EIGHT:
            return session.say(self.information)
        return key

    def _words(self, session: CallSession) -> list[PromptId]:
        rows = self.offered(session)
        return [row.words for row in rows if row.words is not None and row.said(session)]
