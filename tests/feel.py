"""How long people wait: three calls walked through the real pages, timed by the sounds themselves.

    python -m tests.feel            prints the tables of docs/feel.md
    python -m tests.feel --write    and puts them there

Nothing is measured with a stopwatch: the pages are those that answer calls, the line is the scripted phone,
and each sentence takes as long as its sounds in prompts/sounds. What a switch adds between a key and the next
sound (about 40 ms, docs/bench.md) is not in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from personsvar.dialogue.call import ALL_KEYS, Key, Playback, Recorded
from personsvar.dialogue.manual import answer
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Sentence
from personsvar.language.wording import words
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.storage import upgrade
from tests.beside import store_beside
from tests.phone import HANG_UP, SILENCE, Press, ScriptedPhone, Speak, Step, steps
from tests.world import OLA, PROMPTS, World, catalogue, speech

PAGE = Path(__file__).parents[1] / "docs" / "feel.md"
BYTES_A_SECOND = 8000
AT_ONCE_SECONDS = 0.4
"""From the first word to the key of a regular, who knows it."""
MESSAGE_SECONDS = 4.8
Walk = Callable[[], list["Event"]]
_FIRST_ROW = "<!-- from here on by python -m tests.feel --write -->\n"


@dataclass(frozen=True)
class Event:
    at: float
    """Seconds since the call was answered."""
    what: str


@dataclass
class TimedPhone(ScriptedPhone):
    """It notes when each sentence, key, message and tone comes."""

    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._answered = self.clock.now()

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self._note(f"“{_text(sentence)}”")
        return self._noted(super().play(sentence, keys=keys))

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        return self._noted(super().gather(max_seconds=max_seconds, keys=keys))

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        self._note("the message")
        playback = super().play_message(sound, start_seconds=start_seconds, keys=keys)
        self._noted(playback.key)
        return playback

    def record(
        self,
        take: Take,
        *,
        max_seconds: float,
        silence_seconds: float,
        end_keys: str = "#",
        warning_seconds: float = 0.0,
    ) -> Recorded:
        self._note("the tone")
        self.clock.pass_seconds(_prompt_seconds("tone", "nb"))
        self._note("speaks")
        recorded = super().record(
            take,
            max_seconds=max_seconds,
            silence_seconds=silence_seconds,
            end_keys=end_keys,
            warning_seconds=warning_seconds,
        )
        self._noted(recorded.key)
        return recorded

    def hang_up(self) -> None:
        self._note("the line is closed")
        super().hang_up()

    def _noted(self, key: Key | None) -> Key | None:
        if key is not None:
            self._note(f"**{key}**")
        return key

    def _note(self, what: str) -> None:
        self.events.append(Event((self.clock.now() - self._answered).total_seconds(), what))


def first_call() -> list[Event]:
    """Hears the welcome, the menu twice, records a greeting of ten seconds, saves it, says goodbye."""
    with _world() as world:
        world.subscriber(pin=None, welcomed=False)
        return _called(world, SILENCE, "3", Speak(10), "#", "2", "#")


def regular() -> list[Event]:
    """1 at once; 6 after the first, 5 after the second; goodbye."""
    with _world() as world:
        world.subscriber()
        for _ in range(2):
            world.message(seconds=MESSAGE_SECONDS)
        at_once = Press("1", after=AT_ONCE_SECONDS)
        return _called(world, at_once, SILENCE, Press("6", 0.5), SILENCE, Press("5", 0.5), SILENCE, "#")


def deposit() -> list[Event]:
    """Hears the greeting with the number, speaks for ten seconds, # and 2."""
    with _world() as world:
        world.subscriber()
        return _called(world, Speak(10), "#", "2", diverted_from=OLA)


def seconds_to_first_message(events: list[Event]) -> float:
    """From the key 1 to the first message's first sound."""
    pressed = next(event.at for event in events if event.what == "**1**")
    return next(event.at for event in events if event.what == "the message") - pressed


def tables() -> str:
    """What docs/feel.md holds."""
    calls = {"A first call": first_call, "A regular, two new messages": regular, "A deposit": deposit}
    return "\n".join(_table(head, call.__doc__ or "", call()) for head, call in calls.items())


def page(text: str) -> str:
    """The page with the tables of now."""
    return text.partition(_FIRST_ROW)[0] + _FIRST_ROW + "\n" + tables()


def _table(head: str, about: str, events: list[Event]) -> str:
    rows = "".join(f"| {event.at:.1f} | {event.what} |\n" for event in events)
    return f"## {head}\n\n{about.strip()}\n\n| second | what |\n|---:|---|\n{rows}"


def _called(world: World, *script: str | Step, diverted_from: Number | None = None) -> list[Event]:
    caller = Number("+4790000009") if diverted_from else OLA
    phone = TimedPhone(
        world.setup(caller, diverted_from=diverted_from),
        [*steps(*script), HANG_UP],
        world.clock,
        speech=speech(),
        seconds_of=_seconds,
    )
    answer(phone, world.context)
    return phone.events


@contextmanager
def _world() -> Iterator[World]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/personsvar.db"
        upgrade(url)
        store = store_beside(url, durability="normal")
        try:
            yield World(store, Path(folder) / "spool")
        finally:
            store.close()


def _seconds(sentence: Sentence) -> float:
    return sum(_part_seconds(part, sentence.language) for part in sentence.parts)


def _part_seconds(part: PromptId | Sound | Take, language: str) -> float:
    if isinstance(part, str):
        return _prompt_seconds(part, language)
    return part.seconds if isinstance(part, Sound) else part.file.stat().st_size / 2 / BYTES_A_SECOND


@cache
def _prompt_seconds(prompt: str, language: str) -> float:
    return (PROMPTS / "sounds" / language / f"{prompt}.alaw").stat().st_size / BYTES_A_SECOND


def _text(sentence: Sentence) -> str:
    prompts = [part for part in sentence.parts if isinstance(part, str)]
    text = words(prompts, catalogue(), sentence.language)
    return text if len(prompts) == len(sentence.parts) else f"{text} (a recording)"


def main() -> None:
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    print(tables())


if __name__ == "__main__":
    main()
