"""Words that espeak-ng misreads are given to it in another spelling: what comes of it is what people say."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from personsvar.language.prompts import Catalogue, PromptId
from personsvar.voice.encode import english
from personsvar.voice.encode.norwegian import SPELLINGS, WORDS
from personsvar.voice.encode.prompt import Prompt
from personsvar.voice.encode.synthesis import ESPEAK_VOICES, Espeak
from tests.unit.voice_encode.read_right import READ_RIGHT

NORWEGIAN = Espeak("nb", words_per_minute=180, spellings=SPELLINGS)
ENGLISH = Espeak("en-gb", words_per_minute=172, spellings=english.SPELLINGS)
CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "prompts" / "catalogue")
STRESS = str.maketrans("", "", "ˈˌ")
_WORD_OR_NUMBER = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def read(text: str, voice: str = "nb") -> str:
    """What espeak-ng says, in the phonetic alphabet: a line for each part of the sentence."""
    command = ["espeak-ng", "-v", voice, "-q", "--ipa", "--stdin"]
    return (
        subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode().strip()
    )


def words(text: str) -> list[str]:
    return [word.lower() for word in _WORD_OR_NUMBER.findall(text)]


def sentences() -> list[str]:
    """All that is read in Norwegian, each text once."""
    spoken = {
        CATALOGUE.spoken(prompt, "nb") for prompt in CATALOGUE.ids() if CATALOGUE.entry(prompt).tone is None
    }
    return sorted(spoken)


@pytest.mark.parametrize("text", sentences())
def test_each_misread_word_is_said_as_people_say_it_in_every_sentence_of_the_catalogue(text: str) -> None:
    heard = read(NORWEGIAN.spelled(text)).split()
    assert len(heard) == len(words(text))
    expected = [
        WORDS[word].ipa if word in WORDS else ipa for word, ipa in zip(words(text), heard, strict=True)
    ]
    if "ˈ" not in "".join(expected):  # something in a sentence is stressed: espeak-ng sees to it
        heard = [ipa.translate(STRESS) for ipa in heard]
        expected = [ipa.translate(STRESS) for ipa in expected]
    assert heard == expected


@pytest.mark.parametrize("word", sorted(WORDS))
def test_each_word_of_the_table_has_the_sounds_it_says_and_others_than_it_had(word: str) -> None:
    before, said, after = read(NORWEGIAN.spelled(f"Null {word} null")).split()
    assert said == WORDS[word].ipa
    assert before == after == "nˈʉl"
    assert said != read(f"Null {word} null").split()[1]


def test_every_word_of_the_catalogue_was_judged_by_ear() -> None:
    """A new word is put in one of the two: `norwegian.py` where it is misread, else `read_right.py`."""
    said = {word for text in sentences() for word in words(text) if not word.isdigit()}
    assert sorted(said - set(WORDS) - set(READ_RIGHT)) == []
    assert set(WORDS) & set(READ_RIGHT) == set()


def test_the_words_judged_right_are_still_read_so() -> None:
    heard = {word: read(word) for word in READ_RIGHT}
    assert heard == READ_RIGHT


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Minutt", "mɪnˈʉtː"),
        ("minuttviser", read("minuttviser")),
        ("e-post", "ˈeːpɔst"),
        ("e-tast", read("e-tast")),
        ("fire", read("fire")),
    ],
)
def test_whole_words_are_spelled_otherwise_whatever_their_letters(text: str, sounds: str) -> None:
    assert read(NORWEGIAN.spelled(text)) == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Enter your PIN.", "ˈɛntə jɔː pˈɪn"),
        ("krone", "kɹˈəʊnə"),
        ("three kroner", "θɹˈiː kɹˈəʊnə"),
        ("Record after the tone.", "ɹɪkˈɔːd ˈaftə ðə tˈəʊn"),
        ("To record, press 3.", "tə ɹɪkˈɔːd\npɹˈɛs θɹˈiː"),
    ],
)
def test_english_words_are_said_as_people_say_them(text: str, sounds: str) -> None:
    assert read(ENGLISH.spelled(text), "en-gb") == sounds


def test_a_sound_is_stale_when_one_of_its_own_words_is_spelled_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def marks() -> list[str]:
        prompts = (Prompt(PromptId("x"), "nb", text, None, wideband=False) for text in ("Du og jeg.", "Du."))
        return [prompt.mark(ESPEAK_VOICES["nb"].name) for prompt in prompts]

    before = marks()
    otherwise = replace(NORWEGIAN, spellings={**SPELLINGS, "og": "åg"})
    monkeypatch.setitem(ESPEAK_VOICES, "nb", otherwise)
    after = marks()
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
