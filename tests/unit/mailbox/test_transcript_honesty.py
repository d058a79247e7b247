"""When a transcript is text, when its unsure words are marked, and when nothing was understood."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.transcript import SpokenWord, Transcript, Understanding
from personsvar.mailbox.transcription.honesty import (
    LEAST_PROBABILITY,
    LEAST_SPEECH_SECONDS,
    LEAST_WORDS_A_SECOND,
    MOST_PACKED,
    MOST_UNSURE_WORDS,
    SURE_PROBABILITY,
    judged,
    packed,
)

SAID_TEXT = (
    "Hello this is Peter Miller I am calling about the meeting tomorrow at ten please call me back "
    "this afternoon when you have time thank you and have a nice day"
)
OTHER_TEXT = (
    "Good morning this is the doctor's office your appointment on Friday has been moved to Monday "
    "at half past nine if that does not suit you let us know before the end of the week"
)
SAID, OTHER = SAID_TEXT.split(), OTHER_TEXT.split()
LOOP = ["never", "mind"] * 40


def transcript(words: list[str], *probabilities: float | None) -> Transcript:
    """Three words a second; the probabilities go round."""
    sure = probabilities or (0.95,)
    spoken = [
        SpokenWord(text, place / 3, (place + 1) / 3, sure[place % len(sure)])
        for place, text in enumerate(words)
    ]
    return Transcript(tuple(spoken), "en", "an engine", "a model")


def understood(heard: Transcript, *, speech_seconds: float = 9.0) -> Understanding:
    """No word is kept of what was not understood, and all of what was."""
    understanding, kept = judged(heard, speech_seconds=speech_seconds)
    assert kept.words == (() if understanding is Understanding.NOT_UNDERSTOOD else heard.words)
    assert (kept.engine, kept.model, kept.language) == (heard.engine, heard.model, heard.language)
    return understanding


def test_an_engine_that_is_sure_of_its_words_gives_text() -> None:
    assert understood(transcript(SAID)) is Understanding.TEXT
    assert understood(transcript(SAID, SURE_PROBABILITY + 0.01)) is Understanding.TEXT


def test_one_that_is_less_sure_or_unsure_of_many_words_gives_text_that_is_shown_as_unsure() -> None:
    assert understood(transcript(SAID, SURE_PROBABILITY - 0.01)) is Understanding.UNSURE
    assert understood(transcript(SAID, 0.45, 0.99, 0.99)) is Understanding.UNSURE
    assert understood(transcript(SAID, 0.45, *[0.99] * 9)) is Understanding.TEXT
    assert 0.1 < MOST_UNSURE_WORDS < 1 / 3


def test_one_that_guesses_gives_nothing() -> None:
    assert understood(transcript(SAID, LEAST_PROBABILITY + 0.01)) is Understanding.UNSURE
    assert understood(transcript(SAID, LEAST_PROBABILITY - 0.01)) is Understanding.NOT_UNDERSTOOD


def test_one_that_loops_gives_nothing_however_sure_it_is() -> None:
    assert packed(transcript(LOOP).words) > MOST_PACKED
    assert understood(transcript(LOOP, 0.99)) is Understanding.NOT_UNDERSTOOD
    assert understood(transcript([*SAID, *LOOP], 0.99)) is Understanding.NOT_UNDERSTOOD


def test_who_says_the_same_twice_in_three_minutes_does_not_loop() -> None:
    assert understood(transcript([*SAID, *OTHER] * 3), speech_seconds=60) is Understanding.TEXT


def test_where_nobody_speaks_there_is_no_text_whatever_was_heard() -> None:
    assert understood(transcript(SAID), speech_seconds=0) is Understanding.NOT_UNDERSTOOD
    assert (
        understood(transcript(["Ja."]), speech_seconds=LEAST_SPEECH_SECONDS - 0.01)
        is Understanding.NOT_UNDERSTOOD
    )
    assert understood(transcript(["Ja."]), speech_seconds=LEAST_SPEECH_SECONDS) is Understanding.TEXT


def test_a_word_or_two_of_much_speech_are_none() -> None:
    enough = len(SAID) / LEAST_WORDS_A_SECOND
    assert understood(transcript(SAID), speech_seconds=enough - 1) is Understanding.TEXT
    assert understood(transcript(SAID), speech_seconds=enough + 1) is Understanding.NOT_UNDERSTOOD


def test_no_words_are_no_text() -> None:
    assert understood(transcript([])) is Understanding.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("words", "understanding"), [(SAID, Understanding.UNSURE), (LOOP, Understanding.NOT_UNDERSTOOD)]
)
def test_an_engine_that_does_not_say_how_sure_it_is_never_gives_more_than_unsure_text(
    words: list[str], understanding: Understanding
) -> None:
    assert understood(transcript(words, None)) is understanding
