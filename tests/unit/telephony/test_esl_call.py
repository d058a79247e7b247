"""What FreeSWITCH does that Asterisk does not: late beginnings, lost ends, arrays, whole-second limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from personsvar.dialogue.call import HungUpError, Progress, Recorded, RecordEnd, SwitchError
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Sentence
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.telephony.esl.esl_line import EslLine
from personsvar.telephony.keys_ahead import KeysAhead
from tests.contract.calls import MISSING, PROMPT_SECONDS, EslFakeLine, esl_line_to
from tests.wire.channel import Plan
from tests.wire.freeswitch import FakeFreeSwitch

WELCOME = Sentence("nb", (PromptId("welcome"),))
OWN, OTHER = Number("+4790000001"), Number("+4790000002")


class LineTo(Protocol):
    def __call__(self, switch: FakeFreeSwitch) -> EslFakeLine: ...


@pytest.fixture
def line_to(tmp_path: Path) -> Iterator[LineTo]:
    with ExitStack() as lines:
        yield lambda switch: lines.enter_context(esl_line_to(switch, tmp_path))


def test_a_key_that_comes_before_the_sound_begins_ends_it_all_the_same(line_to: LineTo) -> None:
    """The switch eats it: no terminator it is of a sound that has not begun."""
    line = line_to(FakeFreeSwitch(Plan(keys=((0.01, "5"),))))
    assert line.call.play(WELCOME) == "5"
    assert line.now() < PROMPT_SECONDS / 2
    assert any(command.startswith("api uuid_break") for command in line.switch.commands)


def test_a_key_in_the_sound_needs_no_command_of_ours(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(keys=((1.0, "5"),))))
    assert line.call.play(WELCOME) == "5"
    assert not any(command.startswith("api uuid_break") for command in line.switch.commands)


def test_the_guard_of_the_dialplan_is_taken_off_before_anything_is_heard(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch())
    assert line.switch.guard_is_off
    assert line.switch.commands[0] == "connect"


def test_only_the_events_that_are_needed_are_asked_for(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch())
    assert line.switch.wanted_events == {
        *("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP", "DTMF"),
        *("CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE"),
    }


def test_a_variable_is_set_once_and_not_again(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch())
    for _ in range(3):
        line.call.play(WELCOME)
    line.call.play(WELCOME, keys="#")
    told = [to for name, to in line.switch.set_in_order if name == "playback_terminators"]
    assert told == ["0123456789*#", "#"]


def test_a_sentence_with_no_sound_is_a_tone(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch())
    assert line.call.play(Sentence("nb", (MISSING,))) is None
    assert line.now() == pytest.approx(0.4, abs=line.late)


def test_an_application_the_switch_has_not_is_the_end_of_the_call_and_no_wait_for_ever(
    line_to: LineTo,
) -> None:
    line = line_to(FakeFreeSwitch())
    esl = EslLine(line.connection, line.call.setup.call_id, KeysAhead())
    with pytest.raises(HungUpError):
        esl.execute("no_such_application")


def test_a_folder_that_is_not_there_ends_the_call_as_the_switch_does(line_to: LineTo, tmp_path: Path) -> None:
    line = line_to(FakeFreeSwitch())
    take = replace(line.take(), path=tmp_path / "nowhere" / "take")
    with pytest.raises(HungUpError):
        line.call.record(take, max_seconds=180, silence_seconds=10)


def test_a_full_disk_is_told_with_what_was_kept(line_to: LineTo, caplog: pytest.LogCaptureFixture) -> None:
    line = line_to(FakeFreeSwitch(Plan(keys=((30.0, "#"),), speaks=((0.0, 30.0),)), disk_bytes=40_000))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert recorded == Recorded(RecordEnd.FAILED, 5.0)
    assert "could not record it all" in caplog.text


def test_of_the_pause_that_ended_a_recording_a_second_stays(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(speaks=((0.0, 20.0),))))
    take = line.take()
    recorded = line.call.record(take, max_seconds=180, silence_seconds=10)
    assert recorded.end is RecordEnd.SILENCE
    assert line.now() == pytest.approx(30, abs=line.late)
    assert recorded.seconds == pytest.approx(21 - 0.4, abs=line.late)
    assert take.file.stat().st_size == round(recorded.seconds * 8000)


def test_on_a_wideband_line_a_second_is_a_second(line_to: LineTo) -> None:
    """The switch counts its samples, twice as many: a jump of 8 s was one of 11, a pause of 10 s one of 5."""
    line = line_to(FakeFreeSwitch(Plan(keys=((2.0, "7"),), speaks=((3.0, 6.0),)), line_rate=16_000))
    stopped = line.call.play_message(line.recording(20), start_seconds=4.0)
    assert stopped.seconds == pytest.approx(6.0, abs=0.1)
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert recorded.end is RecordEnd.SILENCE
    assert line.now() == pytest.approx(16.0, abs=0.5)


def test_of_a_line_that_sends_nothing_any_more_nothing_that_was_said_is_cut_off(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(speaks=((0.0, 5.0),)), sends_until=5.5))
    recorded = line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert recorded.end is RecordEnd.SILENCE
    assert recorded.seconds > 5.0


@pytest.mark.parametrize("longest", [1.0, 2.5, 60.0])
def test_no_recording_is_longer_than_it_may_be(line_to: LineTo, longest: float) -> None:
    line = line_to(FakeFreeSwitch(Plan(speaks=((0.0, 500.0),))))
    take = line.take()
    recorded = line.call.record(take, max_seconds=longest, silence_seconds=10)
    assert recorded.end is RecordEnd.LIMIT
    assert recorded.seconds == longest
    assert take.file.stat().st_size == round(longest * 8000)


def test_the_soft_tone_is_of_one_recording_and_not_of_the_next(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(keys=((175.0, "#"),), speaks=((0.0, 500.0),))))
    line.call.record(line.take(), max_seconds=180, silence_seconds=10, warning_seconds=10)
    assert line.warned() == [170.0]
    line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert line.warned() == [170.0]


def test_the_callback_is_the_dialplans_and_gets_values_that_are_no_dialplan(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan()))
    line.call.dial(OTHER, showing=OWN, ring_seconds=29.5, charge=CallBackId(7))
    told = {name: to for name, to in line.switch.set_in_order if name.startswith("personsvar_callback")}
    assert told == {
        "personsvar_callback_number": "+4790000002",
        "personsvar_callback_showing": "+4790000001",
        "personsvar_callback_ring_seconds": "30",
        "personsvar_callback_charge": "7",
    }


@pytest.mark.parametrize(
    "number", ["+47;x=y", "+47 90", "${x}", "90000002", "+4790000002\n", "+4790000002000000"]
)
def test_what_is_no_number_is_never_dialled(line_to: LineTo, number: str) -> None:
    line = line_to(FakeFreeSwitch())
    with pytest.raises(SwitchError):
        line.call.dial(Number(number), showing=OWN, ring_seconds=30)
    assert not any("callback" in name for name, _ in line.switch.set_in_order)


@pytest.mark.parametrize(("headers", "asserted"), [
    ({"sip_i_p_asserted_identity": "<sip:+4790000001@example.test>"}, ("<sip:+4790000001@example.test>",)),
    ({"sip_i_p_asserted_identity": '"a|:b" <sip:+4790000001@x>'}, ('"a|:b" <sip:+4790000001@x>',)),
    ({}, ()),
])  # fmt: skip
def test_a_header_that_came_once(line_to: LineTo, headers: dict[str, str], asserted: tuple[str, ...]) -> None:
    switch = FakeFreeSwitch(channel={f"variable_{name}": value for name, value in headers.items()})
    assert line_to(switch).call.setup.asserted == asserted


def test_headers_that_came_more_than_once_are_told_apart_whatever_stands_in_them(line_to: LineTo) -> None:
    both = ["<sip:+4790000001@x>|:<sip:+4790000009@x>", "<sip:+4790000002@x>"]
    line = line_to(FakeFreeSwitch(arrays={"variable_sip_i_diversion": both}))
    assert line.call.setup.diversion == tuple(both)


def test_a_single_header_that_looks_like_many_is_one(line_to: LineTo) -> None:
    text = "ARRAY::<sip:+4790000001@x>|:<sip:+4790000009@x>"
    line = line_to(FakeFreeSwitch(channel={"variable_sip_i_diversion": text}))
    assert line.call.setup.diversion == (text,)


def test_the_request_uri_is_an_address_again(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(channel={"variable_sip_req_uri": "+4747471000@192.0.2.1:5060"}))
    assert line.call.setup.request_uri == "sip:+4747471000@192.0.2.1:5060"


def test_a_request_uri_keeps_its_parameters(line_to: LineTo) -> None:
    told = {"sip_req_uri": "voicemail@192.0.2.1", "sip_req_params": "target=sip:x;cause=486"}
    told = {f"variable_{name}": value for name, value in told.items()}
    setup = line_to(FakeFreeSwitch(channel=told)).call.setup
    assert setup.request_uri == "sip:voicemail@192.0.2.1;target=sip:x;cause=486"


def test_a_from_the_switch_does_not_hand_over_is_its_address(line_to: LineTo) -> None:
    told = {"variable_sip_from_uri": "+4790000903@example.test"}
    assert line_to(FakeFreeSwitch(channel=told)).call.setup.sender == "sip:+4790000903@example.test"


def test_a_foreigners_number_keeps_its_context(line_to: LineTo) -> None:
    """The switch takes the parameters of the user part out of the address; verbatim it has them."""
    told = {
        "variable_sip_P-Asserted-Identity": "<sip:90000001;phone-context=+45@x;user=phone>",
        "variable_sip_i_p_asserted_identity": "<sip:90000001@x;user=phone>",
    }
    assert line_to(FakeFreeSwitch(channel=told)).call.setup.asserted == tuple(told.values())[:1]


@pytest.mark.parametrize(("cid", "sender"), [
    ("", '"a@b" <sip:90000001;phone-context=+45@x>;tag=1'),
    ("pid", '"a@b" <sip:90000001@x>;tag=1'),
])  # fmt: skip
def test_a_from_nobody_vouches_for_keeps_it_too(line_to: LineTo, cid: str, sender: str) -> None:
    told = {
        "variable_sip_full_from": '"a@b" <sip:90000001@x>;tag=1',
        "variable_sip_name_params": "phone-context=+45",
        "variable_sip_cid_type": cid,
    }
    assert line_to(FakeFreeSwitch(channel=told)).call.setup.sender == sender


def test_a_key_in_the_tone_leaves_no_recording(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(keys=((0.2, "#"),))))
    take = line.take()
    recorded = line.call.record(take, max_seconds=180, silence_seconds=10)
    assert (recorded.end, recorded.seconds, recorded.key) == (RecordEnd.KEY, 0.0, "#")
    assert not take.file.exists()
    assert line.now() < 1


def test_what_is_said_behind_the_tone_is_recorded_though_we_hang(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch())
    line.call.record(line.take(), max_seconds=180, silence_seconds=10)
    assert line.switch.commands.count("sendmsg") == 2
    assert line.switch.queued_at_once == 2


def test_nobody_is_the_trunk_who_is_not_said_to_be(line_to: LineTo) -> None:
    assert line_to(FakeFreeSwitch()).call.setup.trunk is False


def test_progress_after_the_hang_up_is_no_error(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(hangs_up_at=0.5)))
    with pytest.raises(HungUpError):
        line.call.play(WELCOME)
    line.call.progress(Progress.STORED)
    line.call.hang_up()


def test_an_event_larger_than_one_read_arrives_whole(line_to: LineTo) -> None:
    line = line_to(FakeFreeSwitch(Plan(keys=((1.0, "5"),))))
    line.switch.variables["sip_i_via"] = json.dumps(["x" * 900] * 60)
    assert line.call.play(WELCOME) == "5"
