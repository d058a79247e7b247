"""The line on Asterisk: what only this driver can get wrong, against a fake Asterisk on TCP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from personsvar.dialogue.call import (
    Dialled,
    DialOutcome,
    HungUpError,
    Playback,
    Progress,
    Recorded,
    RecordEnd,
    SwitchError,
)
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import PromptMissingError, Sentence
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.telephony.agi.agi_line import SOFT_TONE
from personsvar.telephony.agi.meanwhile import COMMANDS_A_SECOND, longest_wait_ms
from personsvar.telephony.sound_files import MediaUnavailableError
from tests.contract.calls import LOST, MISSING, AgiFakeLine, FileSounds, agi_line_to
from tests.wire.asterisk import FakeAsterisk, Quirk
from tests.wire.channel import DEAD, CalledParty, FakeChannel, Plan

WELCOME = Sentence("nb", (PromptId("welcome"),))
SECRET = "4711"
OWN, OTHER = Number("+4790000001"), Number("+4790000002")


def says(command: str, reply: bytes) -> Quirk:
    return lambda said, _arguments: reply if said == command else None


# ---- what a command is -----------------------------------------------------------------------------------


def test_a_sentence_is_one_command(tmp_path: Path) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        line.call.play(Sentence("nb", (PromptId("you-have"), PromptId("two"), PromptId("messages"))))
    assert switch.names() == ["STREAM FILE"]


def test_work_that_is_done_at_once_costs_no_command(tmp_path: Path) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        line.call.meanwhile(lambda: None)
    assert switch.names() == []


def test_long_work_waits_in_growing_steps(tmp_path: Path) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        line.call.meanwhile(lambda: line.until(0.5))
    waits = [int(arguments[0]) for command, arguments in switch.commands if command == "WAIT FOR DIGIT"]
    assert waits[:5] == [20, 40, 80, 160, 160]


def test_a_message_jumps_back_inside_the_switch_and_seven_and_three_are_escape_digits(tmp_path: Path) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        line.call.play_message(line.recording(20), start_seconds=7.25)
    (_, arguments) = switch.commands[-1]
    assert arguments[1:] == ["02456789*#3", "8000", "x", "1", "", "7250"]


def test_dialling_goes_through_the_dialplan(tmp_path: Path) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        line.call.dial(OTHER, showing=OWN, ring_seconds=29.5)
    assert switch.channel.dialled == ["+4790000002,+4790000001,30"]


@pytest.mark.parametrize("number", ["90000002", "+47900(x)", "+4790000002,evil", "+", "", '+4"', "+47\n"])
def test_what_is_no_number_is_never_dialled(tmp_path: Path, number: str) -> None:
    switch = FakeAsterisk()
    with agi_line_to(switch, tmp_path) as line:
        for called, shown in ((Number(number), OWN), (OWN, Number(number))):
            with pytest.raises(SwitchError):
                line.call.dial(called, showing=shown, ring_seconds=30)
    assert switch.names() == []


# ---- sounds that are not there -----------------------------------------------------------------------------


def test_a_sentence_without_sound_is_a_tone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    switch = FakeAsterisk(Plan(keys=((0.2, "5"),)))
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.play(Sentence("nb", (MISSING,))) == "5"
        assert line.call.play(WELCOME) is None
    assert "a tone instead of a sound" in caplog.text


def test_a_file_the_switch_can_not_play_is_a_tone(tmp_path: Path) -> None:
    def broken(command: str, arguments: list[str]) -> bytes | None:
        return b"200 result=-1 endpos=0\n" if command == "STREAM FILE" and "said" in arguments[0] else None

    switch = FakeAsterisk(quirk=broken)
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.play(WELCOME) is None
    assert switch.names() == ["STREAM FILE", "CHANNEL STATUS", "STREAM FILE"]
    assert "tone" in switch.channel.played[0].sound


def test_a_lost_recording_is_a_tone_and_was_not_heard(tmp_path: Path) -> None:
    with agi_line_to(FakeAsterisk(), tmp_path) as line:
        assert line.call.play_message(LOST) == Playback(None, 0.0)
        assert line.call.play(WELCOME) is None


def test_a_recording_the_switch_can_not_play_traps_nobody(tmp_path: Path) -> None:
    switch = FakeAsterisk(quirk=says("CONTROL STREAM FILE", b"200 result=-1 endpos=0\n"))
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.play_message(Sound(SoundId(1), 20.0)) == Playback(None, 0.0)


def test_a_call_goes_on_without_any_sound_at_all(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    switch = FakeAsterisk(Plan(keys=((4.0, "9"),)), quirk=says("STREAM FILE", b"200 result=-1 endpos=0\n"))
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.play(WELCOME) is None
        assert line.call.gather(max_seconds=3) is None
        assert line.call.gather(max_seconds=3, keys="123") is None
        assert line.call.gather(max_seconds=3) is None
    assert "waiting without sound" in caplog.text


def test_waiting_without_sound_still_hears_keys(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(keys=((1.0, "9"),)), quirk=says("STREAM FILE", b"200 result=-1 endpos=0\n"))
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.gather(max_seconds=3) == "9"


def test_a_caller_who_left_is_told_from_a_sound_that_is_missing(tmp_path: Path) -> None:
    with agi_line_to(FakeAsterisk(Plan(hangs_up_at=0.1)), tmp_path) as line, pytest.raises(HungUpError):
        line.call.play(Sentence("nb", (MISSING,)))


class FullMediaFolder(FileSounds):
    """The prompts are there; nothing can be made of them."""

    def _file(self, name: str, seconds: float) -> Path:
        if not name.startswith("part-"):
            raise MediaUnavailableError("no space left on device")
        return super()._file(name, seconds)


def test_when_the_media_folder_is_full_the_parts_are_played(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(keys=((5.5, "2"),)))
    sentence = Sentence("nb", (PromptId("you-have"), PromptId("two"), PromptId("messages")))
    with agi_line_to(switch, tmp_path, sounds=FullMediaFolder(tmp_path)) as line:
        assert line.call.play(sentence) == "2"
    assert [Path(played.sound).name.split("-2.0")[0] for played in switch.channel.played] == [
        "part-you-have",
        "part-two",
        "part-messages",
    ]


def test_a_recording_in_a_sentence_that_finds_no_room_is_a_tone(tmp_path: Path) -> None:
    class NoRoomForRecordings(FullMediaFolder):
        def sentence_parts(self, sentence: Sentence) -> list[Path]:
            raise MediaUnavailableError(f"no space left on device for {len(sentence.parts)} parts")

    with agi_line_to(FakeAsterisk(), tmp_path, sounds=NoRoomForRecordings(tmp_path)) as line:
        assert line.call.play(Sentence("nb", (PromptId("you-reached"), Sound(SoundId(1), 2.0)))) is None
        assert line.call.play(WELCOME) is None


def test_with_a_full_media_folder_the_call_goes_on_and_a_caller_can_still_record(tmp_path: Path) -> None:
    plan = Plan(keys=((4.0, "#"),), speaks=((0.0, 4.0),))
    with agi_line_to(FakeAsterisk(plan), tmp_path, sounds=FullMediaFolder(tmp_path)) as line:
        assert record(line).end is RecordEnd.KEY
        assert line.call.play_message(Sound(SoundId(1), 20.0)) == Playback(None, 0.0)
        assert line.call.gather(max_seconds=3) is None


# ---- recording ---------------------------------------------------------------------------------------------


def record(line: AgiFakeLine, *, max_seconds: float = 180) -> Recorded:
    return line.call.record(line.take(), max_seconds=max_seconds, silence_seconds=10)


def test_a_folder_that_is_not_there_is_a_failed_recording(tmp_path: Path) -> None:
    with agi_line_to(FakeAsterisk(), tmp_path) as line:
        take = line.take()
        gone = type(take)(take.header, take.number, tmp_path / "gone" / "1700000000.1-1")
        recorded = line.call.record(gone, max_seconds=180, silence_seconds=10)
        assert recorded == Recorded(RecordEnd.FAILED, 0.0)
        assert line.call.play(WELCOME) is None


@pytest.mark.parametrize("disk_bytes", [0, 40_000])
def test_a_full_disk_is_told_and_what_fits_is_told_too(tmp_path: Path, disk_bytes: int) -> None:
    plan = Plan(keys=((14.0, "#"),), speaks=((0.0, 14.0),))
    with agi_line_to(FakeAsterisk(channel=FakeChannel(plan, disk_bytes=disk_bytes)), tmp_path) as line:
        assert record(line) == Recorded(RecordEnd.FAILED, disk_bytes / 16_000)


def test_a_switch_without_linear_files_records_a_law(tmp_path: Path) -> None:
    channel = FakeChannel(Plan(keys=((6.0, "#"),), speaks=((0.0, 6.0),)))
    channel.has_linear_files = False
    with agi_line_to(FakeAsterisk(channel=channel), tmp_path) as line:
        take = line.take()
        recorded = line.call.record(take, max_seconds=180, silence_seconds=10, warning_seconds=10)
        assert recorded.end is RecordEnd.KEY
        assert take.file.suffix == ".alaw"
        assert len(take.file.read_bytes()) == round(recorded.seconds * 8000)


def test_a_silence_that_ends_just_before_the_soft_tone_is_a_silence(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(speaks=((0.0, 3.4),)))
    with agi_line_to(switch, tmp_path) as line:
        took = line.call.record(line.take(), max_seconds=24, silence_seconds=10, warning_seconds=10)
    assert took.end is RecordEnd.SILENCE
    assert switch.names().count("RECORD FILE") == 1


def test_the_recording_is_whole_on_the_disk_when_record_returns(tmp_path: Path) -> None:
    plan = Plan(keys=((14.0, "#"),), speaks=((0.0, 14.0),))
    with agi_line_to(FakeAsterisk(plan), tmp_path) as line:
        recorded = record(line)
        sound = line.sound_of(line.take())
        assert sound is not None
        assert len(sound) == round(recorded.seconds * 8000)


def test_the_square_pressed_in_the_tone_ends_it_before_it_began(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(keys=((0.2, "#"),)))
    with agi_line_to(switch, tmp_path) as line:
        assert record(line) == Recorded(RecordEnd.KEY, 0.0, "#")  # type: ignore[arg-type]
    assert switch.names() == ["SET VARIABLE", "RECORD FILE"]


def test_the_tone_and_the_recording_are_one_command(tmp_path: Path) -> None:
    """Between two, a service that hangs would lose what is said."""
    plan = Plan(keys=((5.0, "#"), (9.0, "#")), speaks=((0.0, 9.0),))
    switch = FakeAsterisk(plan)
    with agi_line_to(switch, tmp_path) as line:
        assert record(line).seconds == pytest.approx(4.4)
        assert record(line).key == "#"
    assert [Path(played.sound).name for played in switch.channel.played] == ["beep", "beep"]
    assert switch.names() == ["SET VARIABLE", "RECORD FILE", "NOOP", "RECORD FILE", "NOOP"]


def test_a_switch_that_finds_no_tone_is_given_one_to_play(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class NoBeep(FileSounds):
        def beep(self) -> Path:
            return tmp_path / "empty"

    switch = FakeAsterisk(Plan(keys=((5.0, "#"),), speaks=((0.0, 5.0),)))
    with agi_line_to(switch, tmp_path, sounds=NoBeep(tmp_path)) as line:
        assert record(line).seconds == pytest.approx(4.4)
    assert [Path(played.sound).name for played in switch.channel.played] == ["tone-0.4"]
    assert "a tone instead of a sound: the switch finds no beep to play" in caplog.text


def test_who_hangs_up_in_the_tone_is_gone(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(hangs_up_at=0.2))
    with agi_line_to(switch, tmp_path) as line, pytest.raises(HungUpError):
        record(line)
    assert [Path(played.sound).name for played in switch.channel.played] == ["beep"]


@pytest.mark.parametrize("spoken", [3.0, 12.0, 19.5])
def test_silence_and_a_short_limit_are_told_apart(tmp_path: Path, spoken: float) -> None:
    with agi_line_to(FakeAsterisk(Plan(speaks=((0.0, spoken),))), tmp_path) as line:
        end = RecordEnd.SILENCE if spoken + 10 < 20.4 else RecordEnd.LIMIT
        assert record(line, max_seconds=20).end is end


# ---- what is missing in the middle of a recording --------------------------------------------------------


def recorded_without(
    folder: Path, disk_away: tuple[float, float], plan: Plan, sounds: FileSounds | None = None
) -> Recorded:
    """A recording of three minutes at most, of which the disk dropped what was said in that time."""
    switch = FakeAsterisk(channel=FakeChannel(plan, disk_away=disk_away))
    with agi_line_to(switch, folder, sounds=sounds) as line:
        return record_long(line)


ENDS = {
    "key": Plan(keys=((14.4, "#"),), speaks=((0.0, 14.4),)),
    "silence": Plan(speaks=((0.0, 14.0),)),
    "limit": Plan(speaks=((0.0, 500.0),)),
    "key after the soft tone": Plan(keys=((175.0, "#"),), speaks=((0.0, 500.0),)),
    "silence after the soft tone": Plan(speaks=((0.0, 166.0),)),
    "silence that ends with the soft tone": Plan(speaks=((0.0, 160.0),)),
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_what_the_disk_dropped_is_missing_though_the_switch_does_not_tell(tmp_path: Path, end: str) -> None:
    whole = recorded_without(tmp_path, (0.0, 0.0), ENDS[end])
    assert whole.missing_seconds == pytest.approx(0, abs=1e-6)
    holed = recorded_without(tmp_path, (3.0, 5.0), ENDS[end])
    assert (holed.end, holed.key) == (whole.end, whole.key)
    assert holed.missing_seconds == pytest.approx(2)
    assert holed.seconds == pytest.approx(whole.seconds - 2)


@pytest.mark.parametrize("hole", [4.0, 5.0, 8.0, 12.0])
def test_a_long_hole_is_not_taken_for_the_silence_that_ends_a_recording(tmp_path: Path, hole: float) -> None:
    """The caller draws a breath just as the first command comes to its end."""
    plan = Plan(keys=((178.0, "#"),), speaks=((0.0, 170.2), (170.7, 500.0)))
    whole = recorded_without(tmp_path, (0.0, 0.0), plan)
    holed = recorded_without(tmp_path, (60.0, 60.0 + hole), plan)
    assert (holed.end, holed.key) == (whole.end, whole.key) == (RecordEnd.KEY, "#")
    assert holed.missing_seconds == pytest.approx(hole)


def test_what_is_dropped_after_the_soft_tone_is_missing_too(tmp_path: Path) -> None:
    holed = recorded_without(tmp_path, (172.0, 174.0), ENDS["limit"])
    assert holed.missing_seconds == pytest.approx(2)


class LongTone(FileSounds):
    """An operator's own."""

    def beep(self) -> Path:
        folder = super().beep()
        (folder / "beep.alaw").write_bytes(b"\xd5" * 8000 * 3)
        return folder


class HiddenTone(FileSounds):
    """One that the switch finds, and the service can't read."""

    def beep(self) -> Path:
        folder = super().beep()
        (folder / "beep.alaw").rename(folder / "beep.sln")
        return folder


@pytest.mark.parametrize("sounds", [LongTone, HiddenTone])
def test_no_tone_is_missing_however_long_it_is(tmp_path: Path, sounds: type[FileSounds]) -> None:
    whole = recorded_without(tmp_path, (0.0, 0.0), ENDS["key"], sounds(tmp_path))
    assert whole.missing_seconds == pytest.approx(0, abs=1e-6)


def test_of_a_recording_that_failed_by_itself_nothing_is_told_as_missing(tmp_path: Path) -> None:
    switch = FakeAsterisk(channel=FakeChannel(ENDS["key"], disk_bytes=40_000))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.FAILED, 2.5)


# ---- the soft tone, before the longest recording is over ---------------------------------------------------


def record_long(line: AgiFakeLine) -> Recorded:
    return line.call.record(line.take(), max_seconds=180, silence_seconds=10, warning_seconds=10)


def test_what_is_said_goes_on_behind_the_soft_tone_with_two_commands_more(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(speaks=((0.0, 500.0),)))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.LIMIT, 180.0)
    assert switch.names() == ["SET VARIABLE", "RECORD FILE", "EXEC", "RECORD FILE", "NOOP"]
    assert switch.commands[2] == ("EXEC", ["PlayTones", SOFT_TONE])
    assert switch.commands[3][1][2:] == ["#", "10000", str(170 * 8000), "s=10"]


def test_a_message_that_is_not_so_long_costs_no_command_more(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(keys=((100.0, "#"),), speaks=((0.0, 100.0),)))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line).key == "#"
    assert switch.names() == ["SET VARIABLE", "RECORD FILE", "NOOP"]


@pytest.mark.parametrize("silent_from", [160.9, 163.0, 166.0, 169.0])
def test_a_pause_that_began_before_the_soft_tone_is_counted_from_its_beginning(
    tmp_path: Path, silent_from: float
) -> None:
    """Never shorter than asked, at most a second longer: the switch counts whole ones."""
    switch = FakeAsterisk(Plan(speaks=((0.0, silent_from),)))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line).end is RecordEnd.SILENCE
        assert len(switch.channel.tones) == 1
        assert 10 <= line.now() - silent_from <= 11


def test_a_pause_that_lasts_to_the_soft_tone_and_no_longer_ends_nothing(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(speaks=((0.0, 161.0), (170.5, 500.0))))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.LIMIT, 180.0)


def test_a_switch_without_playtones_records_to_the_end_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    switch = FakeAsterisk(channel=FakeChannel(Plan(speaks=((0.0, 500.0),)), has_tones=False))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.LIMIT, 180.0)
    assert "the switch has no PlayTones" in caplog.text


def test_a_disk_that_is_full_before_the_soft_tone_is_told_and_nothing_is_appended(tmp_path: Path) -> None:
    plan = Plan(speaks=((0.0, 500.0),))
    switch = FakeAsterisk(channel=FakeChannel(plan, disk_bytes=40_000))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.FAILED, 2.5)
    assert switch.names().count("RECORD FILE") == 1


def test_a_disk_that_fills_up_after_the_soft_tone_keeps_what_was_there(tmp_path: Path) -> None:
    plan = Plan(speaks=((0.0, 500.0),))
    switch = FakeAsterisk(channel=FakeChannel(plan, disk_bytes=171 * 16_000))
    with agi_line_to(switch, tmp_path) as line:
        assert record_long(line) == Recorded(RecordEnd.FAILED, 171.0)


def test_who_hangs_up_in_the_soft_tone_is_gone_and_all_is_there(tmp_path: Path) -> None:
    channel = FakeChannel(Plan(speaks=((0.0, 500.0),)))

    def leaves(command: str, _arguments: list[str]) -> bytes | None:
        if command != "EXEC":
            return None
        channel.flush()
        return f"{DEAD}\n".encode()

    with agi_line_to(FakeAsterisk(channel=channel, quirk=leaves), tmp_path) as line:
        with pytest.raises(HungUpError):
            record_long(line)
        sound = line.sound_of(line.take())
        assert sound is not None
        assert len(sound) == 170 * 8000


def test_a_switch_that_hangs_up_is_told_after_the_file_is_whole(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(hangs_up_at=12.0, speaks=((0.0, 12.0),)))
    with agi_line_to(switch, tmp_path) as line:
        with pytest.raises(HungUpError):
            record(line)
        sound = line.sound_of(line.take())
        assert sound is not None
        assert len(sound) / 8000 == pytest.approx(11.6)


# ---- dialling ----------------------------------------------------------------------------------------------


def test_a_dialplan_without_the_call_back_refuses(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    switch = FakeAsterisk(channel=FakeChannel(Plan(), has_callback=False))
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.dial(OTHER, showing=OWN, ring_seconds=30) == Dialled(DialOutcome.REFUSED)
        assert line.call.play(WELCOME) is None
    assert "the dialplan has no personsvar-callback" in caplog.text


def test_the_call_back_before_it_does_not_count_for_the_next(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(called=CalledParty("BUSY")))
    switch.channel.variables |= {"PERSONSVAR_DIAL_RESULT": "ANSWER", "PERSONSVAR_DIAL_SECONDS": "99"}
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.dial(OTHER, showing=OWN, ring_seconds=30) == Dialled(DialOutcome.BUSY)


# ---- a switch that misbehaves ------------------------------------------------------------------------------

VERBS: dict[str, Callable[[AgiFakeLine], object]] = {
    "ANSWER": lambda line: line.call.answer(),
    "STREAM FILE": lambda line: line.call.play(WELCOME),
    "CONTROL STREAM FILE": lambda line: line.call.play_message(Sound(SoundId(1), 20.0)),
    "RECORD FILE": record,
    "GOSUB": lambda line: line.call.dial(OTHER, showing=OWN, ring_seconds=30),
    "GET VARIABLE": lambda line: line.call.dial(OTHER, showing=OWN, ring_seconds=30),
    "NOOP": record,
}


@pytest.mark.parametrize("command", sorted(VERBS))
def test_a_connection_that_dies_in_a_command_is_a_hang_up(tmp_path: Path, command: str) -> None:
    switch = FakeAsterisk(quirk=says(command, b""))
    with agi_line_to(switch, tmp_path) as line:
        for _ in range(2):
            with pytest.raises(HungUpError):
                VERBS[command](line)
        line.call.progress(Progress.DONE)
        line.call.hang_up()


@pytest.mark.parametrize("command", sorted(VERBS))
def test_a_reply_cut_in_half_is_a_hang_up(tmp_path: Path, command: str) -> None:
    switch = FakeAsterisk(quirk=says(command, b"200 resu"))
    with agi_line_to(switch, tmp_path) as line, pytest.raises(HungUpError):
        VERBS[command](line)


@pytest.mark.parametrize("command", sorted(VERBS))
@pytest.mark.parametrize("refusal", [b"520-x\nyz\n520 End\n", b"510 Invalid or unknown command\n"])
def test_a_command_the_switch_does_not_know_is_its_error(
    tmp_path: Path, command: str, refusal: bytes
) -> None:
    switch = FakeAsterisk(quirk=says(command, refusal))
    with agi_line_to(switch, tmp_path) as line:
        with pytest.raises(SwitchError):
            VERBS[command](line)
        line.call.progress(Progress.OWNER)
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "owner"


@pytest.mark.parametrize("command", sorted(VERBS))
@pytest.mark.parametrize("nonsense", [b"404 Not Found\n", b"200 ok\n", b"\x00\xff\n", b"agi_x: y\n"])
def test_after_nonsense_nothing_is_asked_any_more(tmp_path: Path, command: str, nonsense: bytes) -> None:
    switch = FakeAsterisk(quirk=says(command, nonsense))
    with agi_line_to(switch, tmp_path) as line:
        with pytest.raises(SwitchError):
            VERBS[command](line)
        with pytest.raises(HungUpError):
            VERBS[command](line)
        line.call.progress(Progress.DONE)
    assert "PERSONSVAR_PROGRESS" not in switch.channel.variables


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        (lambda line: line.call.answer(), "answer the call"),
        (lambda line: line.call.gather(max_seconds=3), "wait for a key"),
    ],
)
def test_a_switch_that_can_not_though_the_caller_is_there(
    tmp_path: Path, verb: Callable[[AgiFakeLine], object], message: str
) -> None:
    def unable(command: str, _arguments: list[str]) -> bytes | None:
        return b"200 result=-1\n" if command in {"ANSWER", "STREAM FILE", "WAIT FOR DIGIT"} else None

    with agi_line_to(FakeAsterisk(quirk=unable), tmp_path) as line, pytest.raises(SwitchError, match=message):
        verb(line)


def test_a_key_no_telephone_has_is_an_error_of_the_switch(tmp_path: Path) -> None:
    switch = FakeAsterisk(quirk=says("STREAM FILE", b"200 result=4711 endpos=0\n"))
    with agi_line_to(switch, tmp_path) as line, pytest.raises(SwitchError, match="no telephone has"):
        line.call.play(WELCOME)


def test_a_switch_that_talks_a_byte_at_a_time(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(keys=((0.5, "3"), (12.0, "7"))), bytes_at_a_time=1)
    with agi_line_to(switch, tmp_path) as line:
        assert line.call.play(WELCOME) == "3"
        assert line.call.play_message(line.recording(30)) == Playback("7", 11.5)  # type: ignore[arg-type]


def test_a_script_hears_of_the_hang_up_without_the_line(tmp_path: Path) -> None:
    switch = FakeAsterisk(Plan(hangs_up_at=1.0), fast=False)
    with agi_line_to(switch, tmp_path) as line:
        with pytest.raises(HungUpError):
            line.call.play(WELCOME)
        line.call.progress(Progress.STORED)
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "stored"


def test_the_work_is_finished_when_the_switch_can_not_listen(tmp_path: Path) -> None:
    asked = threading.Event()

    def refuse(command: str, _arguments: list[str]) -> bytes | None:
        asked.set()
        return b"510 Invalid or unknown command\n" if command == "WAIT FOR DIGIT" else None

    with agi_line_to(FakeAsterisk(quirk=refuse), tmp_path) as line:
        assert line.call.meanwhile(lambda: asked.wait(20))
        assert line.call.play(WELCOME) is None


@pytest.mark.parametrize(
    ("calls", "milliseconds"), [(1, 160), (64, 160), (100, 250), (400, 1000)], ids=lambda value: f"{value}"
)
def test_however_many_calls_wait_for_slow_work_they_listen_with_so_many_commands_together(
    calls: int, milliseconds: int
) -> None:
    assert longest_wait_ms(calls) == milliseconds
    assert calls * 1000 / longest_wait_ms(calls) <= COMMANDS_A_SECOND


# ---- what may not get out ----------------------------------------------------------------------------------


def test_no_key_is_ever_logged_or_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    switch = FakeAsterisk(Plan(keys=tuple((n * 0.1 + 1, key) for n, key in enumerate(SECRET))))
    with agi_line_to(switch, tmp_path) as line:
        assert "".join(line.call.gather(max_seconds=5) or "" for _ in SECRET) == SECRET
    assert capfd.readouterr() == ("", "")
    assert not caplog.text


def test_a_path_with_a_quote_is_refused(tmp_path: Path) -> None:
    odd = tmp_path / 'a"b'
    odd.mkdir()
    switch = FakeAsterisk()
    with agi_line_to(switch, odd) as line, pytest.raises((SwitchError, PromptMissingError)):
        line.call.play(WELCOME)
    assert switch.names() == []


def test_a_path_with_spaces_and_backslashes_arrives_whole(tmp_path: Path) -> None:
    odd = tmp_path / "a b\\c"
    odd.mkdir()
    switch = FakeAsterisk()
    with agi_line_to(switch, odd) as line:
        line.call.play(WELCOME)
    assert switch.channel.played[0].sound.startswith(f"{odd}/said")
