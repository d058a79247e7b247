"""What a message says as the text part of its mail: its words, a caution, and as long as was told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord, Transcript, Understanding
from personsvar.mailbox.transcription.as_mail_text import in_room, mail_text, octets_of
from tests.unit.mailbox.use_cases import MONDAY

ENGINE, MODEL = "faster-whisper 1.2.1", "nb-whisper-base"


def made(
    *words: tuple[str, float | None], understanding: Understanding = Understanding.TEXT
) -> MessageTranscript:
    spoken = tuple(SpokenWord(text, place, place + 1, sure) for place, (text, sure) in enumerate(words))
    return MessageTranscript(MessageId(7), Transcript(spoken, "nb", ENGINE, MODEL), understanding, MONDAY)


SURE = made(("Hei,", 0.9), ("ring", 0.9), ("Åse.", 0.9))
BY = f"Skrevet ned av en maskin, {MODEL} ({ENGINE})"


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (SURE, f"«Hei, ring Åse.»\n\n{BY}: ord kan være feil."),
        (
            made(("Hei,", 0.9), ("fredag,", 0.4), ("Åse.", 0.9)),
            f"«Hei, fredag (?), Åse.»\n\n{BY}: ord kan være feil, og de med (?) er usikre.",
        ),
        (
            made(("Hei,", None), understanding=Understanding.UNSURE),
            f"«Hei,»\n\n{BY}: alle ord kan være feil.",
        ),
        (made(("Hei,", 0.6), understanding=Understanding.UNSURE), f"«Hei,»\n\n{BY}: ord kan være feil."),
        (
            replace(SURE, transcript=replace(SURE.transcript, language="en")),
            f"“Hei, ring Åse.”\n\nWritten down by a machine, {MODEL} ({ENGINE}): words may be wrong.",
        ),
    ],
)
def test_the_words_come_first_and_then_that_a_machine_wrote_them_down(
    of: MessageTranscript, text: str
) -> None:
    assert mail_text(of) == in_room(of, octets_of(text)) == text


@pytest.mark.parametrize(
    "of", [None, made(), made(understanding=Understanding.NOT_UNDERSTOOD), made(("", 1))]
)
def test_where_nothing_was_understood_there_is_none(of: MessageTranscript | None) -> None:
    assert mail_text(of) == ""


def test_fewer_words_leave_blanks_in_the_room_of_more() -> None:
    assert in_room(SURE, octets_of(mail_text(SURE)) + 3) == mail_text(SURE) + "   "


def test_more_words_are_cut_to_the_room_of_fewer_and_the_caution_stays() -> None:
    longer = made(*[(word, 0.9) for word in ["Hei,", "ring", "meg", "i", "morgen", "tidlig"]])
    assert in_room(longer, octets_of(mail_text(SURE))).rstrip() == (
        f"«Hei, ring …»\n\n{BY}: ord kan være feil."
    )


def test_words_that_are_gone_leave_blanks() -> None:
    assert in_room(None, 4) == "    "
    assert in_room(made(understanding=Understanding.NOT_UNDERSTOOD), 4) == "    "


def test_a_room_that_is_too_small_for_the_caution_holds_no_word_without_it() -> None:
    assert in_room(SURE, 30) == " " * 30


@given(
    words=st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), max_size=9), st.none() | st.floats(0, 1)), max_size=9
    ),
    octets=st.integers(0, 300),
)
def test_it_is_as_long_as_it_was_told_to_be(words: list[tuple[str, float | None]], octets: int) -> None:
    assert octets_of(in_room(made(*words), octets)) == octets
