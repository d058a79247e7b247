"""`make transcripts`: every sound of the tests, heard by the real engine: a table, no verdict.

`--write FILE` puts it into that page too, in place of the one that is there.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.local_transcriber import LocalTranscriber
from personsvar.mailbox.transcription.honesty import mean_probability, packed, unsure_share
from tests.bench import tables
from tests.bench.processes import load, machine
from tests.speech.heard_sound import HeardSound, heard_by, most_memory
from tests.speech.sounds import SOUNDS, CalledSound
from tests.speech.spelled_words import share_that_came_back
from tests.speech.voices import model

COLUMNS = (
    "sound",
    "seconds",
    "of speech",
    "words",
    "mean probability",
    "unsure words",
    "packed",
    "came back",
    "understood as",
    "CPU, s",
    "CPU, s a minute",
)
BEGIN, END = "<!-- made by make transcripts -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class MeasuredSounds:
    heard: dict[str, HeardSound]
    engine: str
    model: str
    most_memory: int

    def rows(self) -> list[Sequence[str]]:
        return [row(name, SOUNDS[name], it) for name, it in self.heard.items()]

    def summary(self) -> str:
        every = self.heard.values()
        seconds, cpu = sum(it.seconds for it in every), sum(it.heard.cpu_seconds or 0 for it in every)
        return (
            f"{self.engine}, {self.model}, one thread: {cpu / seconds * 60:.1f} s of CPU "
            f"a minute of sound in all, and at most {self.most_memory / 1e6:.0f} MB of memory."
        )


def row(name: str, sound: CalledSound, it: HeardSound) -> Sequence[str]:
    probability, cpu = mean_probability(it.words), it.heard.cpu_seconds or 0.0
    came_back = f"{share_that_came_back(sound.words, it.heard.text):.0%}" if sound.words else ""
    return (
        name,
        f"{it.seconds:.0f}",
        f"{it.speech_seconds:.1f}",
        str(len(it.words)),
        "" if probability is None else f"{probability:.2f}",
        f"{unsure_share(it.words):.0%}" if it.words else "",
        f"{packed(it.words):.2f}" if it.words else "",
        came_back,
        str(it.understanding),
        f"{cpu:.1f}",
        f"{cpu / it.seconds * 60:.1f}",
    )


async def measure() -> MeasuredSounds:
    transcriber = LocalTranscriber(model(), EngineBounds(nice=0))
    try:
        heard = {}
        for name, sound in SOUNDS.items():
            heard[name] = await heard_by(transcriber, sound)
            tables.tell(f"{name}: {heard[name].heard.text[:200]}")
        assert transcriber.pid is not None
        return MeasuredSounds(heard, transcriber.engine, transcriber.model, most_memory(transcriber.pid))
    finally:
        await transcriber.close()


def page_of(found: MeasuredSounds) -> str:
    """The table as docs/transcripts.md has it."""
    now = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = [f"{now}, {machine()}, load {load():.1f}. {found.summary()}", ""]
    lines += [f"| {' | '.join(COLUMNS)} |", f"|---|{'---:|' * (len(COLUMNS) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in found.rows()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.speech.table", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args()
    tables.begin("transcripts: sounds that callers leave")
    found = asyncio.run(measure())
    tables.show("sounds", COLUMNS, found.rows(), notes=found.summary())
    if given.write is not None:
        tables.write_between(BEGIN, END, given.write, page_of(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
