"""What each server answers becomes words with their times; what can't be true, an error and never a text."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from personsvar.gateways.transcripts.heard_words import heard_words
from personsvar.mailbox.model.transcript import SpokenWord
from personsvar.mailbox.ports.transcriber import (
    NotTranscribableError,
    TranscriberError,
    TranscriberFaultError,
)
from tests.wire import speech_answers
from tests.wire.speech_answers import SAID, written

PAGE = (Path(__file__).resolve().parents[4] / "docs/transcripts.md").read_text("utf-8")


def heard(answer: object, *, sound_seconds: float = 2.0) -> tuple[SpokenWord, ...]:
    return heard_words(written(answer), sound_seconds=sound_seconds)


def text(words: tuple[SpokenWord, ...]) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize("answer", speech_answers.ALL.values(), ids=speech_answers.ALL)
def test_every_server_is_understood_in_its_own_way(answer: object) -> None:
    words = heard(answer)
    assert text(words) == SAID
    assert [word.starts_at for word in words] == sorted(word.starts_at for word in words)
    assert all(0 <= word.starts_at <= word.ends_at <= 2.0 for word in words)


@pytest.mark.parametrize(("name", "first"), [("speaches", 0.91), ("whisper.cpp", 0.9)])
def test_how_sure_it_is_of_each_word_if_it_tells(name: str, first: float) -> None:
    words = heard(speech_answers.ALL[name])
    assert [word.probability for word in words] == pytest.approx([first, 0.99, 0.98, 0.31])
    times = [(word.starts_at, word.ends_at) for word in words]
    assert times == [(0.1, 0.5), (0.6, 0.8), (0.8, 1.0), (1.1, 1.9)]


@pytest.mark.parametrize("name", ["openai", "localai", "vllm", "text alone"])
def test_no_probability_is_made_up_of_a_phrases_mean(name: str) -> None:
    assert {word.probability for word in heard(speech_answers.ALL[name])} == {None}


def test_the_page_tells_which_servers_say_how_sure_they_are() -> None:
    section = PAGE.split("## A server (`http`)", 1)[1].split("## ", 1)[0]
    rows = [
        row.strip("| ").split(" | ") for row in section.splitlines() if row.endswith(("| yes |", "| no |"))
    ]
    named = {
        name: says
        for servers, _, says in rows
        for name in speech_answers.ALL
        if servers.lower().startswith(name)
    }
    told = {
        name: "yes" if heard(answer)[0].probability is not None else "no"
        for name, answer in speech_answers.ALL.items()
        if name != "text alone"
    }
    assert named == told


def test_a_phrase_without_words_is_shared_out_by_letters() -> None:
    words = heard(speech_answers.VLLM)
    assert [(word.text, round(word.starts_at, 2), round(word.ends_at, 2)) for word in words] == [
        ("Hei,", 0.0, 0.57),
        ("det", 0.57, 1.0),
        ("er", 1.0, 1.29),
        ("Kari.", 1.29, 2.0),
    ]


def test_a_word_that_two_segments_share_is_one() -> None:
    def segment(*pieces: str) -> dict[str, object]:
        words = [{"word": piece, "start": 0, "end": 1, "probability": 0.5} for piece in pieces]
        return {"start": 0, "end": 1, "text": "".join(pieces), "words": words}

    answer = {
        "text": " Person\nsvar er p\ufffd\n",
        "segments": [segment(" Person"), segment("svar", " er", " på")],
    }
    assert text(heard(answer)) == "Personsvar er på"


def test_half_letters_take_the_whole_texts_spelling() -> None:
    halves = [{"word": word, "start": 0, "end": 1} for word in (" På", " \ufffd", "\ufffd")]
    assert text(heard({"text": "På Å", "words": halves})) == "På Å"


def test_nothing_said_is_no_words() -> None:
    assert heard({"text": "", "segments": [], "words": []}) == ()
    assert heard({"text": None}) == ()
    assert heard({"text": " \u200b\x00 "}) == ()


def test_control_characters_and_half_letters_are_left_out() -> None:
    (word,) = heard({"text": "x", "words": [{"word": "K\x00a\u202eri\ud800", "start": 0, "end": 1}]})
    assert word.text == "Kari"


def test_the_last_phrase_may_end_in_the_silence_the_engine_added() -> None:
    words = heard({"text": "Hei", "segments": [{"start": 0.0, "end": 30.0, "text": "Hei"}]})
    assert words == (SpokenWord("Hei", 0.0, 2.0, None),)


def one_word(**other: object) -> dict[str, object]:
    return {
        "text": "hush",
        "words": [{"word": "hush", "start": 0.5, "end": 1.0, "probability": 0.9, **other}],
    }


NONSENSE: dict[str, object] = {
    "nanoseconds": speech_answers.LOCALAI_OF_OLD,
    "before the sound": one_word(start=-0.5),
    "behind the sound": one_word(start=5.0, end=6.0),
    "longer than the sound": one_word(end=100.0),
    "backwards": one_word(start=1.0, end=0.5),
    "no time": one_word(start=None),
    "a time in words": one_word(start="0.5"),
    "a time that is a truth": one_word(start=True),
    "a time without end": json.loads(
        '{"text": "hush", "words": [{"word": "hush", "start": 0, "end": 1e999}]}'
    ),
    "a time of a thousand digits": one_word(end=10**1000),
    "a time that is no number": one_word(start=math.nan),
    "sure by no number": one_word(probability=math.nan),
    "surer than sure": one_word(probability=1.5),
    "less than unsure": one_word(probability=-0.1),
    "sure in words": one_word(probability="very"),
    "a word that is a number": one_word(word=7),
    "a word that is a list": one_word(word=["hush"]),
    "a word of many letters": one_word(word="hush" * 100),
    "words in an object": {"text": "hush", "words": {"word": "hush"}},
    "words that are strings": {"text": "hush", "words": ["hush"]},
    "segments that are a text": {"text": "hush", "segments": "hush"},
    "a text that is a number": {"text": 7},
    "a text that is an object": {"text": {"hush": 1}},
    "more words than anybody says": {"text": "hush " * 60},
    "a book": {"text": "hush " * 30_000},
    "many segments": {"text": "", "segments": [{"start": 0, "end": 0, "text": ""}] * 20_001},
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_what_can_not_be_true_is_no_text_for_good(answer: object) -> None:
    body = json.dumps(answer, allow_nan=True).replace("Infinity", "1e999").encode()
    with pytest.raises(NotTranscribableError, match="nonsense") as wrong:
        heard_words(body, sound_seconds=2.0)
    assert "hush" not in str(wrong.value)


def test_what_is_no_number_where_nobody_looks_is_no_matter() -> None:
    """As `avg_logprob` may be of a phrase without a word."""
    body = json.dumps({**one_word(), "duration": math.nan}).encode()
    (word,) = heard_words(body, sound_seconds=2.0)
    assert word.text == "hush"


GARBAGE = {
    "nothing": b"",
    "a page": b"<html><body>hush</body></html>",
    "half of it": written(speech_answers.SPEACHES)[:100],
    "no UTF-8": b'{"text": "\xff\xfe hush"}',
    "a list": b'["hush"]',
    "a word": b'"hush"',
    "another object": b'{"error": {"message": "hush"}}',
    "a well": b'{"text": ' + b"[" * 200_000,
    "a number without end": b'{"text": "hush", "n": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_answer_may_be_one_later(body: bytes) -> None:
    with pytest.raises(TranscriberFaultError) as wrong:
        heard_words(body, sound_seconds=2.0)
    assert "hush" not in str(wrong.value)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
_NEARLY_A_TIME = st.floats(-1, 40) | st.integers(-1, 3) | _ANYTHING
_WORD = st.fixed_dictionaries(
    {"start": _NEARLY_A_TIME, "end": _NEARLY_A_TIME},
    optional={
        "word": st.text(max_size=12) | _ANYTHING,
        "text": st.text(max_size=12),
        "probability": st.floats(0, 1) | _ANYTHING,
    },
)
_SEGMENT = st.fixed_dictionaries(
    {"start": _NEARLY_A_TIME, "end": _NEARLY_A_TIME},
    optional={"text": st.text(max_size=40) | _ANYTHING, "words": st.lists(_WORD, max_size=3) | _ANYTHING},
)
_ANSWER = st.fixed_dictionaries(
    {"text": st.text(max_size=60) | _ANYTHING},
    optional={
        "words": st.lists(_WORD, max_size=4) | _ANYTHING,
        "segments": st.lists(_SEGMENT, max_size=3) | _ANYTHING,
    },
)


@given(answer=_ANSWER | _ANYTHING, sound_seconds=st.floats(0, 200))
@example(answer={"text": "a \ud800"}, sound_seconds=0.0)
def test_whatever_is_answered_it_is_words_of_this_sound_or_an_error(
    answer: Any, sound_seconds: float
) -> None:
    try:
        words = heard_words(json.dumps(answer).encode(), sound_seconds=sound_seconds)
    except TranscriberError:
        return
    for word in words:
        assert word.text == word.text.strip() != ""
        assert word.text.isprintable() or any(letter.isspace() for letter in word.text)
        assert word.text.encode()
        assert 0 <= word.starts_at <= word.ends_at <= sound_seconds
        assert word.probability is None or 0 <= word.probability <= 1


@given(body=st.binary(max_size=300))
def test_whatever_bytes_come_they_are_no_text_by_chance(body: bytes) -> None:
    with pytest.raises(TranscriberError):
        heard_words(body, sound_seconds=2.0)
