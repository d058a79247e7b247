"""Words that espeak-ng misreads are given to it in another spelling."""

from __future__ import annotations

import subprocess

import pytest

from personsvar.voice.encode.norwegian import SPELLINGS
from personsvar.voice.encode.synthesis import ESPEAK_VOICES, Espeak


def read(text: str) -> str:
    """What espeak-ng says, in the phonetic alphabet."""
    command = ["espeak-ng", "-v", "nb", "-q", "--ipa", "--stdin"]
    return (
        subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode().strip()
    )


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("stjerne", "stjˈarna"),
        ("Minutt", "mɪnˈʉtː"),
        ("elleve", "ˈɛlva"),
        ("desember", "dɛsˈɛmbər"),
        ("trettitre", "trˈɛtːiːtrˈeː"),
        ("minuttviser", read("minuttviser")),
        ("fire", read("fire")),
    ],
)
def test_a_norwegian_word_is_said_as_people_say_it(text: str, sounds: str) -> None:
    given = Espeak("nb", words_per_minute=180, spellings=SPELLINGS).spelled(text)
    assert read(given) == sounds


@pytest.mark.parametrize("word", sorted(SPELLINGS))
def test_every_spelling_is_read_otherwise_than_the_word_itself(word: str) -> None:
    assert read(SPELLINGS[word]) != read(word)
    assert "[" not in read(SPELLINGS[word])


def test_other_spellings_are_another_voice() -> None:
    """So that what was built with the old ones is stale."""
    plain = Espeak("nb", words_per_minute=180)
    some = Espeak("nb", words_per_minute=180, spellings={"og": "å"})
    others = Espeak("nb", words_per_minute=180, spellings={"og": "åg"})
    assert len({plain.name, some.name, others.name, ESPEAK_VOICES["nb"].name}) == 4
