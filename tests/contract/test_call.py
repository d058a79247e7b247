"""What every line promises the manual (dialogue/call.py), whatever switch is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from personsvar.dialogue.call import (
    Dialled,
    DialOutcome,
    HungUpError,
    Playback,
    Progress,
    RecordEnd,
)
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Sentence
from personsvar.mailbox.model.ids import Number
from tests.contract.calls import LINES, LONGEST_TONE_SECONDS, PROMPT_SECONDS, LineUnderTest
from tests.wire.channel import CalledParty, Plan

T = TypeVar("T")

WELCOME = Sentence("nb", (PromptId("welcome"),))
OWN, OTHER = Number("+4790000001"), Number("+4790000002")
PickUp = Callable[[Plan], LineUnderTest]


@pytest.fixture(params=sorted(LINES))
def pick_up(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PickUp]:
    with ExitStack() as lines:
        yield lambda plan: lines.enter_context(LINES[request.param](plan, tmp_path))


def near(line: LineUnderTest, seconds: float) -> object:
    return pytest.approx(seconds, abs=max(line.late, 1e-6))


def keys(*pressed: tuple[float, str]) -> Plan:
    return Plan(keys=pressed)


# ---- saying something ----------------------------------------------------------------------------------


def test_a_sentence_nobody_interrupts_is_heard_to_the_end(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    line.call.answer()
    assert line.call.play(Sentence("nb", (PromptId("one"), PromptId("two")))) is None
    assert line.now() == near(line, 2 * PROMPT_SECONDS)


def test_a_key_cuts_the_sentence(pick_up: PickUp) -> None:
    line = pick_up(keys((0.5, "3")))
    assert line.call.play(WELCOME) == "3"
    assert line.now() == near(line, 0.5)


def test_star_and_square_are_keys_too(pick_up: PickUp) -> None:
    line = pick_up(keys((0.5, "*"), (0.6, "#")))
    assert [line.call.play(WELCOME), line.call.play(WELCOME)] == ["*", "#"]


def test_a_key_that_does_not_act_cuts_nothing_and_counts_for_nothing(pick_up: PickUp) -> None:
    line = pick_up(keys((0.5, "5")))
    assert line.call.play(WELCOME, keys="#*") is None
    assert line.now() == near(line, PROMPT_SECONDS)
    assert line.call.gather(max_seconds=1) is None


def test_a_greeting_that_no_key_may_cut_is_heard_to_the_end(pick_up: PickUp) -> None:
    line = pick_up(keys((0.5, "5")))
    assert line.call.play(WELCOME, keys="") is None
    assert line.now() == near(line, PROMPT_SECONDS)


# ---- playing a message ---------------------------------------------------------------------------------


def test_a_message_is_played_to_its_end(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    assert line.call.play_message(line.recording(20)) == Playback(None, 20.0)
    assert line.now() == near(line, 20)


def test_a_key_stops_the_message_and_tells_where(pick_up: PickUp) -> None:
    line = pick_up(keys((7.5, "7")))
    stopped = line.call.play_message(line.recording(20))
    assert (stopped.key, stopped.seconds) == ("7", near(line, 7.5))


def test_a_message_goes_on_where_it_was_left(pick_up: PickUp) -> None:
    line = pick_up(keys((2.0, "8")))
    stopped = line.call.play_message(line.recording(20), start_seconds=7.5)
    assert stopped.key == "8"
    assert stopped.seconds == near(line, 9.5)


def test_three_jumps_eight_seconds_forward(pick_up: PickUp) -> None:
    line = pick_up(keys((1.0, "3"), (2.0, "7")))
    assert line.call.play_message(line.recording(30)).seconds == near(line, 10)


def test_one_jumps_eight_seconds_back(pick_up: PickUp) -> None:
    line = pick_up(keys((12.0, "1"), (13.0, "7")))
    assert line.call.play_message(line.recording(30)).seconds == near(line, 5)


def test_back_at_the_start_stays_at_the_start(pick_up: PickUp) -> None:
    line = pick_up(keys((3.0, "1"), (4.0, "7")))
    assert line.call.play_message(line.recording(30)).seconds == near(line, 1)


def test_forward_past_the_end_ends_the_message(pick_up: PickUp) -> None:
    line = pick_up(keys((15.0, "3")))
    assert line.call.play_message(line.recording(20)) == Playback(None, 20.0)
    assert line.now() == near(line, 15)


def test_a_start_behind_the_end_is_the_end(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    assert line.call.play_message(line.recording(20), start_seconds=25) == Playback(None, 20.0)
    assert line.now() == near(line, 0)


def test_a_take_can_be_listened_to(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((6.0, "#"), (8.0, "2")), speaks=((0.0, 6.0),)))
    take = line.take()
    line.call.record(take, max_seconds=180, silence_seconds=10)
    stopped = line.call.play_message(take)
    assert (stopped.key, stopped.seconds) == ("2", near(line, 2.0))


# ---- waiting for a key ---------------------------------------------------------------------------------


def test_a_key_is_gathered_when_it_comes(pick_up: PickUp) -> None:
    line = pick_up(keys((1.1, "0")))
    assert line.call.gather(max_seconds=3) == "0"
    assert line.now() == near(line, 1.1)


def test_no_input_is_none_after_the_time(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    assert line.call.gather(max_seconds=3) is None
    assert line.now() == near(line, 3)


def test_gathering_ignores_the_keys_that_do_not_act(pick_up: PickUp) -> None:
    line = pick_up(keys((1.0, "4"), (2.0, "5")))
    assert line.call.gather(max_seconds=3, keys="5") == "5"
    assert line.now() == near(line, 2)


def test_digits_at_sixty_milliseconds_all_arrive_in_order(pick_up: PickUp) -> None:
    digits = "90000001#"
    line = pick_up(keys(*((1 + 0.12 * n, digit) for n, digit in enumerate(digits))))
    assert "".join(line.call.gather(max_seconds=5) or "-" for _ in digits) == digits


# ---- keys pressed ahead --------------------------------------------------------------------------------


def test_keys_pressed_ahead_count_in_order(pick_up: PickUp) -> None:
    line = pick_up(keys((0.1, "3"), (0.2, "1")))
    line.call.meanwhile(lambda: line.until(0.3))
    assert [line.call.play(WELCOME), line.call.gather(max_seconds=1)] == ["3", "1"]


def test_a_key_pressed_ahead_that_does_not_act_is_as_if_pressed_now(pick_up: PickUp) -> None:
    line = pick_up(keys((0.1, "4"), (0.2, "5")))
    line.call.meanwhile(lambda: line.until(0.3))
    assert line.call.play(WELCOME, keys="5") == "5"


def test_jumps_pressed_ahead_move_the_start_of_the_message(pick_up: PickUp) -> None:
    line = pick_up(keys((0.1, "3"), (0.2, "3"), (0.3, "1"), (0.4, "7")))
    line.call.meanwhile(lambda: line.until(0.5))
    stopped = line.call.play_message(line.recording(30))
    assert (stopped.key, stopped.seconds) == ("7", near(line, 8.0))


def test_forgotten_keys_do_not_count(pick_up: PickUp) -> None:
    line = pick_up(keys((0.1, "3"), (2.5, "8")))
    line.call.meanwhile(lambda: line.until(0.3))
    line.call.forget_keys()
    assert line.call.gather(max_seconds=5) == "8"


# ---- recording -----------------------------------------------------------------------------------------


def test_the_square_ends_the_recording(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((14.0, "#"),), speaks=((0.0, 14.0),)))
    take = line.take()
    recorded = line.call.record(take, max_seconds=180, silence_seconds=10)
    assert (recorded.end, recorded.key) == (RecordEnd.KEY, "#")
    assert recorded.missing_seconds == pytest.approx(0, abs=1e-3)
    assert recorded.seconds == pytest.approx(14, abs=LONGEST_TONE_SECONDS)
    sound = line.sound_of(take)
    assert sound is None or len(sound) == pytest.approx(recorded.seconds * 8000, abs=160)


def test_other_keys_do_not_end_the_recording(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((5.0, "5"), (9.0, "#")), speaks=((0.0, 9.0),)))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert recorded.key == "#"
    assert recorded.seconds == pytest.approx(9, abs=LONGEST_TONE_SECONDS)


def test_ten_seconds_of_silence_end_the_recording(pick_up: PickUp) -> None:
    line = pick_up(Plan(speaks=((0.0, 4.0), (11.0, 20.0))))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert (recorded.end, recorded.key) == (RecordEnd.SILENCE, None)
    assert recorded.missing_seconds == pytest.approx(0, abs=1e-3)
    assert recorded.seconds >= 20 - LONGEST_TONE_SECONDS
    assert line.now() == pytest.approx(30, abs=LONGEST_TONE_SECONDS)


def test_the_limit_ends_the_recording(pick_up: PickUp) -> None:
    line = pick_up(Plan(speaks=((0.0, 500.0),)))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert recorded.end is RecordEnd.LIMIT
    assert recorded.seconds == near(line, 180)


def test_a_soft_tone_tells_that_the_longest_recording_is_nearly_over(pick_up: PickUp) -> None:
    line = pick_up(Plan(speaks=((0.0, 500.0),)))
    take = line.take()
    recorded = line.call.record(take, max_seconds=180, silence_seconds=10, warning_seconds=10)
    assert recorded.end is RecordEnd.LIMIT
    assert recorded.seconds == near(line, 180)
    assert line.warned() == [near(line, 170)]
    sound = line.sound_of(take)
    assert sound is not None
    assert len(sound) == round(recorded.seconds * 8000)
    assert set(sound[8000:]) == {0x2A}


@pytest.mark.parametrize("second", [171.0, 176.5])
def test_after_the_soft_tone_the_square_still_ends_the_recording(pick_up: PickUp, second: float) -> None:
    line = pick_up(Plan(keys=((second - 30, "5"), (second, "#")), speaks=((0.0, 500.0),)))
    take = line.take()
    recorded = line.call.record(take, max_seconds=180, silence_seconds=10, warning_seconds=10)
    assert (recorded.end, recorded.key) == (RecordEnd.KEY, "#")
    assert recorded.seconds == pytest.approx(second, abs=LONGEST_TONE_SECONDS)
    sound = line.sound_of(take)
    assert sound is not None
    assert len(sound) == pytest.approx(recorded.seconds * 8000, abs=160)


def test_who_hangs_up_after_the_soft_tone_has_said_it_all(pick_up: PickUp) -> None:
    line = pick_up(Plan(hangs_up_at=175.0, speaks=((0.0, 500.0),)))
    take = line.take()
    with pytest.raises(HungUpError):
        line.call.record(take, max_seconds=180, silence_seconds=10, warning_seconds=10)
    sound = line.sound_of(take)
    assert sound is not None
    assert len(sound) / 8000 == pytest.approx(175, abs=LONGEST_TONE_SECONDS)
    assert line.warned() == [near(line, 170)]


def test_who_is_done_sooner_hears_no_soft_tone(pick_up: PickUp) -> None:
    line = pick_up(Plan(speaks=((0.0, 100.0),)))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10, warning_seconds=10)
    assert recorded.end is RecordEnd.SILENCE
    assert line.warned() == []


def test_a_second_take_does_not_touch_the_first(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((5.0, "#"), (12.0, "#")), speaks=((0.0, 12.0),)))
    first, second = line.take(1), line.take(2)
    line.call.record(first, max_seconds=180, silence_seconds=10)
    before = line.sound_of(first)
    line.call.record(second, max_seconds=180, silence_seconds=10)
    assert line.sound_of(first) == before


def test_hanging_up_in_a_recording_leaves_it_whole(pick_up: PickUp) -> None:
    line = pick_up(Plan(hangs_up_at=12.0, speaks=((0.0, 12.0),)))
    take = line.take()
    with pytest.raises(HungUpError):
        line.call.record(take, max_seconds=180, silence_seconds=10)
    sound = line.sound_of(take)
    assert sound is None or len(sound) / 8000 == pytest.approx(12, abs=LONGEST_TONE_SECONDS)


# ---- calling back --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "outcome"),
    [
        (CalledParty("ANSWER", rings=3, talks=42), Dialled(DialOutcome.ANSWERED, 42.0)),
        (CalledParty("BUSY"), Dialled(DialOutcome.BUSY)),
        (CalledParty("ANSWER", rings=40), Dialled(DialOutcome.NO_ANSWER)),
        (CalledParty("CONGESTION"), Dialled(DialOutcome.REFUSED)),
        (CalledParty("CHANUNAVAIL"), Dialled(DialOutcome.REFUSED)),
    ],
)
def test_how_a_call_back_went(pick_up: PickUp, party: CalledParty, outcome: Dialled) -> None:
    line = pick_up(Plan(called=party))
    assert line.call.dial(OTHER, showing=OWN, ring_seconds=30) == outcome
    assert line.call.play(WELCOME) is None


def test_the_star_ends_the_call_back_and_the_owner_is_still_there(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((12.0, "*"),), called=CalledParty(rings=2, talks=60)))
    assert line.call.dial(OTHER, showing=OWN, ring_seconds=30) == Dialled(DialOutcome.ANSWERED, 10.0)
    assert line.call.play(WELCOME) is None


def test_an_owner_who_hangs_up_in_the_call_back_is_told_after_it(pick_up: PickUp) -> None:
    line = pick_up(Plan(hangs_up_at=22.0, called=CalledParty(rings=2, talks=60)))
    assert line.call.dial(OTHER, showing=OWN, ring_seconds=30) == Dialled(DialOutcome.ANSWERED, 20.0)
    with pytest.raises(HungUpError):
        line.call.play(WELCOME)


# ---- work beside the line ------------------------------------------------------------------------------


def test_the_work_gives_its_value(pick_up: PickUp) -> None:
    assert pick_up(Plan()).call.meanwhile(lambda: 42) == 42


def test_errors_of_the_work_come_out(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    with pytest.raises(ZeroDivisionError):
        line.call.meanwhile(lambda: 1 // 0)
    with pytest.raises(TimeoutError, match="of its own"):
        line.call.meanwhile(lambda: _raise(TimeoutError("of its own")))
    assert line.call.play(WELCOME) is None


def test_the_work_is_finished_when_the_caller_hangs_up_in_it(pick_up: PickUp) -> None:
    line = pick_up(Plan(hangs_up_at=0.1))
    finished: list[bool] = []

    def work() -> None:
        line.until(0.2)
        finished.append(True)

    with pytest.raises(HungUpError):
        line.call.meanwhile(work)
    assert finished == [True]


# ---- the end -------------------------------------------------------------------------------------------

VERBS: dict[str, Callable[[LineUnderTest], object]] = {
    "play": lambda line: line.call.play(WELCOME),
    "play_message": lambda line: line.call.play_message(line.recording(30)),
    "gather": lambda line: line.call.gather(max_seconds=30),
    "record": lambda line: line.call.record(line.take(), max_seconds=180, silence_seconds=10),
    "meanwhile": lambda line: line.call.meanwhile(lambda: line.until(9)),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("second", [0.0, 0.1, 1.0])
def test_every_verb_tells_that_the_caller_is_gone(pick_up: PickUp, verb: str, second: float) -> None:
    line = pick_up(Plan(hangs_up_at=second))
    with pytest.raises(HungUpError):
        _again_and_again(VERBS[verb], line)
    with pytest.raises(HungUpError):
        VERBS[verb](line)


def test_a_key_pressed_before_the_hang_up_is_still_heard(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((0.5, "1"),), hangs_up_at=1.0))
    assert line.call.play(WELCOME) == "1"
    with pytest.raises(HungUpError):
        line.call.play(WELCOME)


def test_where_the_message_broke_is_told(pick_up: PickUp) -> None:
    line = pick_up(Plan(keys=((2.0, "3"),), hangs_up_at=5.0))
    with pytest.raises(HungUpError) as gone:
        line.call.play_message(line.recording(60))
    assert gone.value.seconds == near(line, 13)


def test_the_dialplan_is_told_how_far_we_are(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    line.call.progress(Progress.STARTED)
    line.call.progress(Progress.RECORDING)
    assert line.told() == [Progress.STARTED, Progress.RECORDING]


def test_the_dialplan_is_told_after_a_hang_up_too(pick_up: PickUp) -> None:
    line = pick_up(Plan(hangs_up_at=1.0))
    with pytest.raises(HungUpError):
        line.call.play(WELCOME)
    line.call.progress(Progress.STORED)
    assert line.told() == [Progress.STORED]


def test_after_we_hung_up_nobody_is_there(pick_up: PickUp) -> None:
    line = pick_up(Plan())
    line.call.hang_up()
    line.call.hang_up()
    line.call.progress(Progress.DONE)
    assert line.told() == [Progress.DONE]
    with pytest.raises(HungUpError):
        line.call.play(WELCOME)


def test_the_call_knows_what_the_switch_told(pick_up: PickUp) -> None:
    setup = pick_up(Plan()).call.setup
    assert (setup.call_id, setup.dialled, setup.trunk) == ("1700000000.1", "+4747471000", True)


def _raise(error: Exception) -> None:
    raise error


def _again_and_again(verb: Callable[[LineUnderTest], object], line: LineUnderTest) -> None:
    for _ in range(100):
        verb(line)
