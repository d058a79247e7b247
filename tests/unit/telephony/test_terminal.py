"""The telephone in the terminal: what is printed, which keys act, what a recording becomes."""

from __future__ import annotations

import io
import os
import pty
import select
import termios
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.dialogue.call import Dialled, DialOutcome, HungUpError, Playback, Recorded, RecordEnd
from personsvar.language.prompts import Catalogue, PromptId
from personsvar.language.sentence import Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader, Take
from personsvar.telephony.keyboards import PipeKeyboard, TerminalKeyboard
from personsvar.telephony.raw_terminal import raw
from personsvar.telephony.terminal import ASKING_FOR_A_PIN, TerminalCall

CATALOGUE = Catalogue.load(Path(__file__).resolve().parents[3] / "prompts/catalogue")
SETUP = CallSetup(call_id="1", dialled="+4747471000")
STORED = Sentence("nb", (PromptId("message-stored"),))
MESSAGE = Sound(SoundId(7), 20.0)


class Booth:
    """A telephone whose caller types `keys` into a pipe."""

    def __init__(self, keys: str) -> None:
        self.screen = io.StringIO()
        self.spoken: list[str] = []
        self.call = TerminalCall(
            SETUP,
            keyboard=PipeKeyboard(io.StringIO(keys)),
            screen=self.screen,
            catalogue=CATALOGUE,
            speak=self._speak,
        )

    def _speak(self, text: str) -> bytes:
        self.spoken.append(text)
        return b"\x08\x00" * 800 * len(text)


@pytest.fixture
def take(tmp_path: Path) -> Take:
    header = SpoolHeader(SpoolId("1"), Purpose.MESSAGE, Number("+4790000001"), None, datetime.now(UTC))
    return Take(header, 1, tmp_path / "1-1")


def _some_prompt() -> PromptId:
    return next(prompt for prompt in CATALOGUE.ids() if len(CATALOGUE.text(prompt, "nb")) > 30)


def test_what_is_said_is_printed_in_its_language() -> None:
    prompt = _some_prompt()
    for language in ("nb", "en"):
        booth = Booth(" ")
        assert booth.call.play(Sentence(language, (prompt,))) is None
        assert booth.screen.getvalue() == f"{CATALOGUE.text(prompt, language)}\n"


def test_a_recording_in_a_sentence_is_told_with_its_length() -> None:
    booth = Booth(" ")
    booth.call.play(Sentence("nb", (_some_prompt(), Sound(SoundId(1), 83.0))))
    assert "(a recording, 1:23)" in booth.screen.getvalue()


def test_a_prompt_the_catalogue_lacks_ends_no_call() -> None:
    booth = Booth(" ")
    booth.call.play(Sentence("nb", (PromptId("no-such-prompt"),)))
    assert booth.screen.getvalue() == "(no-such-prompt)\n"


def test_each_verb_takes_the_next_key_and_others_are_ignored() -> None:
    booth = Booth("1\n92")
    assert booth.call.play(Sentence("nb", ()), keys="12") == "1"
    assert booth.call.gather(max_seconds=5, keys="12") == "2"


def test_a_space_is_no_key_and_no_keys_read_none() -> None:
    booth = Booth(" 1")
    assert booth.call.play(Sentence("nb", ()), keys="") is None
    assert booth.call.gather(max_seconds=5) is None
    assert booth.call.gather(max_seconds=5) == "1"


def test_the_end_of_the_input_is_a_hang_up_from_then_on() -> None:
    booth = Booth("")
    with pytest.raises(HungUpError):
        booth.call.gather(max_seconds=5)
    with pytest.raises(HungUpError):
        booth.call.play(Sentence("nb", ()), keys="")
    ran = []
    with pytest.raises(HungUpError):
        booth.call.meanwhile(lambda: ran.append(1))
    assert ran == [1]


@pytest.mark.parametrize(
    ("keys", "start", "heard"),
    [
        (" ", 0.0, Playback(None, 20.0)),
        ("5", 3.0, Playback("5", 3.0)),  # type: ignore[arg-type] # a key
        ("3 ", 0.0, Playback(None, 20.0)),
        ("35", 0.0, Playback("5", 8.0)),  # type: ignore[arg-type] # a key
        ("3315", 0.0, Playback("5", 8.0)),  # type: ignore[arg-type] # a key
        ("15", 3.0, Playback("5", 0.0)),  # type: ignore[arg-type] # a key
        ("333", 0.0, Playback(None, 20.0)),
    ],
)
def test_a_message_is_played_with_its_jumps(keys: str, start: float, heard: Playback) -> None:
    assert Booth(keys).call.play_message(MESSAGE, start_seconds=start) == heard


@pytest.mark.parametrize(("typed", "rest"), [("Hei på deg#1", "1"), ("Hei på deg\n1", "1")])
def test_a_recording_is_typed_and_ends_with_hash_or_the_line(take: Take, typed: str, rest: str) -> None:
    booth = Booth(typed)
    assert booth.call.record(take, max_seconds=60, silence_seconds=10) == Recorded(
        RecordEnd.KEY,
        1.0,
        "#",  # type: ignore[arg-type] # a key
    )
    assert booth.spoken == ["Hei på deg"]
    assert len((take.path.parent / "1-1.sln").read_bytes()) == 16_000
    assert booth.call.gather(max_seconds=1) == rest


def test_a_recording_is_no_longer_than_it_may_be_and_nothing_typed_is_nothing(take: Take) -> None:
    assert Booth("x" * 100 + "#").call.record(take, max_seconds=2, silence_seconds=10).seconds == 2
    assert Booth(" #").call.record(take, max_seconds=2, silence_seconds=10).seconds == 0
    with pytest.raises(HungUpError):
        Booth("no end").call.record(take, max_seconds=2, silence_seconds=10)


def test_a_spool_that_is_away_is_a_failed_recording(take: Take) -> None:
    gone = Take(take.header, 1, take.path.parent / "gone" / "1-1")
    assert Booth("Hei#").call.record(gone, max_seconds=2, silence_seconds=10).end is RecordEnd.FAILED


def test_a_call_back_is_answered_by_any_key() -> None:
    number, own = Number("+4790000002"), Number("+4790000001")
    booth = Booth("1 ")
    assert booth.call.dial(number, showing=own, ring_seconds=30).outcome is DialOutcome.ANSWERED
    assert booth.call.dial(number, showing=own, ring_seconds=30) == Dialled(DialOutcome.NO_ANSWER)
    assert "(calling +4790000002, showing +4790000001" in booth.screen.getvalue()


@pytest.fixture
def terminal() -> Iterator[tuple[int, TerminalKeyboard]]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as source:
        keyboard = TerminalKeyboard(source)
        with raw(source):
            yield ours, keyboard
    os.close(ours)


def test_at_a_terminal_a_key_acts_as_it_is_pressed(terminal: tuple[int, TerminalKeyboard]) -> None:
    ours, keyboard = terminal
    os.write(ours, b"x1")
    assert keyboard.key(10, "12") == "1"
    assert keyboard.key(0, "12") is None


def test_at_a_terminal_what_was_typed_before_it_was_ready_counts_and_nothing_is_echoed_from_then_on() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as source:
        os.write(ours, b"1")
        os.read(ours, 100)  # echoed: nobody had told the terminal yet
        keyboard = TerminalKeyboard(source)
        with raw(source):
            os.write(ours, b"2749")
            assert [keyboard.key(10) for _ in "12749"] == list("12749")
            os.write(theirs, b".")
            assert os.read(ours, 100) == b"."
            os.write(ours, b"16")
            assert select.select([theirs], [], [], 10)[0]
        assert termios.tcgetattr(theirs)[3] & termios.ECHO
        with raw(source):
            assert keyboard.key(0) is None
    os.close(ours)


@pytest.mark.parametrize("prompt", sorted(ASKING_FOR_A_PIN))
def test_the_digits_of_a_pin_are_shown_as_dots(prompt: PromptId) -> None:
    booth = Booth("12#3")
    booth.call.play(Sentence("nb", (prompt,)))
    for _ in "2#":
        booth.call.gather(max_seconds=5)
    assert booth.screen.getvalue().splitlines()[1:] == ["[•]", "[•]", "[#]"]
    booth.call.play(STORED)
    assert booth.screen.getvalue().splitlines()[-1] == "[3]"


def test_the_hint_of_a_recording_names_all_that_ends_it(take: Take) -> None:
    booth = Booth("Hei*Hei\n")
    booth.call.record(take, max_seconds=60, silence_seconds=10, end_keys="*#")
    assert booth.screen.getvalue() == "(type what you say; * # or Enter ends it, Ctrl-D hangs up)\n"


def test_at_a_terminal_control_d_hangs_up(terminal: tuple[int, TerminalKeyboard]) -> None:
    os.write(terminal[0], b"\x04")
    with pytest.raises(EOFError):
        terminal[1].key(10)


def test_at_a_terminal_words_may_be_corrected(
    terminal: tuple[int, TerminalKeyboard], capsys: pytest.CaptureFixture[str]
) -> None:
    os.write(terminal[0], "Hei på x\x7fdeg#".encode())
    assert terminal[1].line("#") == ("Hei på deg", "#")
    assert capsys.readouterr().out.startswith("Hei på x\b \bdeg")


def test_at_a_terminal_keys_pressed_ahead_can_be_forgotten(terminal: tuple[int, TerminalKeyboard]) -> None:
    ours, keyboard = terminal
    os.write(ours, b"12")
    assert keyboard.key(10) == "1"
    keyboard.forget()
    assert keyboard.key(0) is None
