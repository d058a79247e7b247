"""docs/transcripts.md is held to the program: its bounds, and its table of the tests' sounds."""

from __future__ import annotations

import re
from pathlib import Path

from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.engine_files import MODEL_FILES
from personsvar.gateways.transcripts.engine_process import (
    BESIDE_THE_PIECE,
    DECODING,
    LEAST_WINDOW,
    SECONDS_A_WINDOW,
)
from personsvar.gateways.transcripts.sound_pieces import MOST_SECONDS
from personsvar.mailbox.transcription import honesty
from personsvar.mailbox.transcription.unsure import UNSURE_WORD
from tests.speech.sounds import SOUNDS, Hope
from tests.speech.table import BEGIN, COLUMNS, END

PAGE = (Path(__file__).parents[2] / "docs/transcripts.md").read_text("utf-8")
MOST_CPU_A_MINUTE = 10
SHORTEST_SECONDS = 2


def rows() -> list[dict[str, str]]:
    made = PAGE.partition(BEGIN)[2].partition(END)[0]
    lines = [line for line in made.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    assert tuple(cells[0]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in cells[1:]]


def number(cell: str) -> float | None:
    return float(cell.rstrip("%")) if cell else None


def test_its_bounds_are_those_that_decide() -> None:
    told = PAGE.partition("| measure |")[2].partition("\n\n")[0]
    assert re.findall(r"\d+(?:\.\d+)?", told) == [
        f"{honesty.LEAST_SPEECH_SECONDS}",
        f"{honesty.LEAST_WORDS_A_SECOND}",
        f"{honesty.MOST_PACKED}",
        f"{honesty.LEAST_PROBABILITY}",
        *[f"{honesty.SURE_PROBABILITY}"] * 2,
        f"{UNSURE_WORD}",
        *[f"{honesty.MOST_UNSURE_WORDS:.0%}".rstrip("%")] * 2,
    ]


def test_the_engine_s_bounds_are_those_it_has() -> None:
    bounds = EngineBounds()
    for words in (
        f"pieces of at most {MOST_SECONDS} s",
        f"of each {SECONDS_A_WINDOW} s one window",
        f"at most {DECODING['max_new_tokens']} words",
        f"as long as its piece and {BESIDE_THE_PIECE} s more, at least {LEAST_WINDOW} s",
        f"niceness {bounds.nice}",
        f"{bounds.cpu_seconds} s of CPU the most",
    ):
        assert words in " ".join(PAGE.split()), words
    assert bounds.idle_seconds == 600
    assert all(any(name in PAGE for name in names) for names in MODEL_FILES)


def test_every_sound_of_the_tests_was_measured_and_came_to_what_was_hoped() -> None:
    assert [row["sound"] for row in rows()] == list(SOUNDS)
    for row in rows():
        hope = SOUNDS[row["sound"]].hope
        if hope is Hope.WORDS:
            assert row["understood as"] == "text", row
            assert (number(row["came back"]) or 0) >= 90, row
        elif hope is not Hope.HARD:
            assert row["understood as"] == "not-understood", row


def test_each_verdict_follows_from_its_row() -> None:
    assert [row for row in rows() if row["understood as"] != verdict(row)] == []


def verdict(row: dict[str, str]) -> str:
    probability, packed, unsure = (number(row[it]) for it in ("mean probability", "packed", "unsure words"))
    speech, words = float(row["of speech"]), int(row["words"])
    if probability is None or packed is None or unsure is None or speech < honesty.LEAST_SPEECH_SECONDS:
        return "not-understood"
    if words < honesty.LEAST_WORDS_A_SECOND * speech or packed > honesty.MOST_PACKED:
        return "not-understood"
    if probability < honesty.LEAST_PROBABILITY:
        return "not-understood"
    is_sure = probability >= honesty.SURE_PROBABILITY and unsure <= 100 * honesty.MOST_UNSURE_WORDS
    return "text" if is_sure else "unsure"


def test_no_sound_cost_more_than_is_promised_however_short() -> None:
    assert min(float(row["seconds"]) for row in rows()) <= SHORTEST_SECONDS
    assert [row for row in rows() if float(row["CPU, s a minute"]) > MOST_CPU_A_MINUTE] == []
    (memory,) = re.findall(r"at most (\d+) MB of memory", PAGE)
    assert int(memory) < 450
