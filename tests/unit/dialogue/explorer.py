"""Walks through the manual: from the first page, every key at every place where a call waits for one.

A place is a page and what it stands on. Each new place is tried with every input; each try is a whole
call of its own in a fresh copy of the mailbox, which goes on in silence to its end.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.dialogue import manual
from personsvar.dialogue.call import DialOutcome
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.card import MENUS
from personsvar.dialogue.door import door
from personsvar.dialogue.menu import Choice, Menu
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.storage.store import SqlStore
from tests.phone import HANG_UP, SILENCE, Answers, Listen, ScriptedPhone, Speak, Step
from tests.world import PIN, SILENT_SECOND, World

Path_ = tuple[tuple[str | Step, ...], ...]
Place = tuple[str, ...]

EVERYWHERE: tuple[tuple[str | Step, ...], ...] = (*((key,) for key in "0123456789*#"), (SILENCE,), (HANG_UP,))
"""What is tried at every place."""
SPOKEN: tuple[tuple[str | Step, ...], ...] = (
    (Speak(6), "#"),
    (Speak(6), "*"),
    (Speak(6), SILENCE),
    (Speak(6), HANG_UP),
    (Speak(6, SILENT_SECOND), "#"),
    (Speak(200),),
)
ALSO: dict[str, tuple[tuple[str | Step, ...], ...]] = {
    "record": SPOKEN,
    "greet": SPOKEN,
    "record_greeting": SPOKEN,
    "ask_number": (("90000001#",), ("90000077#",), ("1" * 30 + "#",)),
    "ask_pin": ((f"{PIN}#",), ("739155#",), ("1" * 30 + "#",)),
    "change_pin": (("582046#",), ("1111#",), ("1" * 30 + "#",)),
    "absence_last_day": (("2412#",), ("3102#",)),
    "on_again_today": (("2345#",), ("0001#",), ("2500#",)),
    "on_again_tomorrow": (("8#",),),
    "dial": (
        *((Answers(outcome),) for outcome in DialOutcome),
        (Answers(DialOutcome.ANSWERED, 9, then_hangs_up=True),),
    ),
    "play": ((Listen(5), "1"), (Listen(5), "3"), (Listen(5), HANG_UP)),
    "delete": (("5",),),
}
"""What is tried besides, where it means something."""

TAKES_KEYS_IN = {
    "turn_away",
    "greet",
    "record",
    "record_greeting",
    "ask_number",
    "ask_pin",
    "change_pin",
    "absence_last_day",
    "on_again_today",
    "on_again_tomorrow",
}


@dataclass
class Journey:
    """One call: what it went through, and how it ended."""

    world: World
    phone: ScriptedPhone
    session: CallSession
    seconds: float
    answers: int
    """How much had been said, played and recorded by then."""
    place: Place | None
    """Where the script was over and the call waited; None: it ended before."""
    silent_seconds: float = 0.0
    """How long it went on from there, with nobody pressing or saying anything."""


@dataclass
class Explorer:
    make: Callable[[World], None]
    """The state of the mailbox."""
    setup: dict[str, object]
    """Who calls."""
    empty: Path
    folder: Path
    until: frozenset[str] = frozenset()
    """Pages that other states explore from: a way that leads there is followed no further."""
    pages: set[Page] = field(default_factory=set)
    rows: set[tuple[str, int]] = field(default_factory=set)
    places: dict[Place, Path_] = field(default_factory=dict)
    tries: int = 0

    def __post_init__(self) -> None:
        self._state, self._open = self.folder / "state.db", self.folder / "open.db"
        shutil.copy(self.empty, self._state)
        self._answers: dict[Path_, tuple[int, Place]] = {}
        store = SqlStore(f"sqlite:///{self._state}", durability="normal")
        self.make(World(store, self.folder / "no-spool"))
        store.close()
        shutil.copy(self._state, self._open)
        self._store = SqlStore(f"sqlite:///{self._open}", durability="normal")

    def explore(self, check: Callable[[Journey], None]) -> None:
        """Every input at every place; `check` looks at each call."""
        todo: deque[Path_] = deque([()])
        while todo:
            path = todo.popleft()
            journey = self.try_(path)
            check(journey)
            self._check_not_dead(path, journey)
            if journey.place is not None and journey.place not in self.places:
                self.places[journey.place] = path
                if journey.place[0] not in self.until:
                    todo.extend((*path, step) for step in self.inputs(journey.place))

    def _check_not_dead(self, path: Path_, journey: Journey) -> None:
        """A key is answered: another page, or something said, played or recorded; an entry takes it in."""
        if path[:-1] in self._answers and journey.place is not None:
            before, place = self._answers[path[:-1]]
            answered = journey.answers > before or journey.place[0] != place[0]
            assert answered or place[0] in TAKES_KEYS_IN, f"dead key {path[-1]} at {place}"
        if journey.place is not None:
            self._answers[path] = (journey.answers, journey.place)

    def inputs(self, place: Place) -> Sequence[tuple[str | Step, ...]]:
        return (*EVERYWHERE, *ALSO.get(place[0], ()))

    def try_(self, path: Path_) -> Journey:
        self.tries += 1
        self._restore()
        return self._walk(World(self._store, self.folder / f"spool-{self.tries}"), path)

    def close(self) -> None:
        self._store.close()

    def _restore(self) -> None:
        """The mailbox as it was, in the database that is open: its compiled statements stay."""
        with closing(sqlite3.connect(self._state)) as state, closing(sqlite3.connect(self._open)) as opened:
            state.backup(opened)

    def _walk(self, world: World, path: Path_) -> Journey:
        phone = world.phone(world.setup(**self.setup), *(step for part in path for step in part))  # type: ignore[arg-type]
        began = world.clock.now()
        session = CallSession(phone, world.context, began_at=began)
        journey = Journey(world, phone, session, 0.0, 0, None)

        def waiting() -> None:
            journey.place = _place(session)
            journey.answers = len(phone.said) + len(phone.played) + len(phone.recorded)
            journey.silent_seconds = (world.clock.now() - began).total_seconds()

        phone.exhausted = waiting
        manual.run(session, door)
        journey.seconds = (world.clock.now() - began).total_seconds()
        if journey.place is not None:
            journey.silent_seconds = journey.seconds - journey.silent_seconds
        return journey


def _place(session: CallSession) -> Place:
    """The page, and what it stands on as far as a key may act otherwise there."""
    walk, greeting = session.listening, session.greeting
    on: list[str] = [session.turned[-1]]
    if walk is not None and on[0] != "main_menu":
        on.append(walk.message.state.value if walk.message else "gone")
    if greeting is not None:
        is_absence = greeting.kind is GreetingKind.ABSENCE
        on.append(f"{is_absence} {greeting.best is not None} {greeting.stored is not None}")
    if session.deposit is not None:
        on.append(f"urgent {session.deposit.urgent}")
    if not session.subscriber:
        on.append(f"try {session.login.tries if session.login else 0}")
    return tuple(on)


def rows_of(menus: Sequence[Menu] = MENUS) -> dict[tuple[str, int], Choice]:
    """Every row of every menu, by the menu's name and the row's place in it."""
    return {(menu.name, place): choice for menu in menus for place, choice in enumerate(menu.choices)}
