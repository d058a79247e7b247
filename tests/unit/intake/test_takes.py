"""A caller's recording, from its place in the spool to the mailbox: stored, missed, or safe for later."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from personsvar.intake.header import parse_header
from personsvar.intake.room_watch import RoomWatch
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolFullError
from tests.unit.intake.conftest import OLA, STRANGER, Switch, quiet_line, voice
from tests.unit.voice_play.disk import fill, small_disk
from tests.unit.voice_play.line import alaw, at, tones


def missed_reasons(switch: Switch) -> list[MissedReason | None]:
    return [notice.facts.reason for notice in switch.world.notices() if notice.kind.value == "missed-call"]


# ---- a place


def test_the_header_is_there_before_the_first_second_is_spoken(switch: Switch) -> None:
    header = switch.header()
    take = switch.takes.place(header)
    assert take.path == switch.folder / "1772631120.1-1"
    assert parse_header((switch.folder / "1772631120.1.head").read_bytes()) == header


def test_the_header_is_written_once_a_call(switch: Switch) -> None:
    header = switch.header()
    switch.takes.place(header)
    written = (switch.folder / "1772631120.1.head").stat().st_ino
    assert switch.takes.place(header, number=2).path.name == "1772631120.1-2"
    assert (switch.folder / "1772631120.1.head").stat().st_ino == written


def test_the_header_and_its_folder_are_synced_before_the_place_is_given(
    switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(opened: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{opened}").readlink()))
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    switch.takes.place(switch.header())
    assert synced == [str(switch.folder / "1772631120.1.head.new"), str(switch.folder)]


def test_no_file_of_the_spool_is_for_others(switch: Switch) -> None:
    switch.folder.rmdir()  # one the service makes, whatever the umask
    before = os.umask(0)
    try:
        header = switch.header()
        switch.records(switch.takes.place(header), voice()).path.with_name("1772631120.1-1.sln").chmod(0o660)
        switch.store.away = True
        switch.finish(header)
    finally:
        os.umask(before)
    for path in [switch.folder, *switch.folder.rglob("*")]:
        assert not path.stat().st_mode & 0o007, path
        assert path.stat().st_mode & 0o060 == 0o060, "the switch's group reads and writes here"
    assert switch.folder.stat().st_mode & stat.S_ISGID


def test_a_full_disk_is_said_before_anybody_speaks_for_nothing(switch: Switch) -> None:
    with small_disk(switch.folder):
        with pytest.raises(SpoolFullError):
            switch.takes.place(switch.header())
        fill(switch.folder)
        with pytest.raises(SpoolFullError):
            switch.takes.place(switch.header())


def test_a_spool_that_is_a_file_is_a_full_one(switch: Switch) -> None:
    switch.folder.rmdir()
    switch.folder.write_text("no folder")
    with pytest.raises(SpoolFullError):
        switch.takes.place(switch.header())


def test_a_disk_on_which_no_header_can_be_read_is_a_full_one(
    switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one name behind the other would be tried for ever, while the caller hears nothing."""

    def broken(_: Path) -> bytes:
        raise OSError(errno.EIO, "the disk fails")

    header = switch.header()
    switch.leaves(header)
    monkeypatch.setattr(Path, "read_bytes", broken)
    monkeypatch.setattr(Path, "exists", lambda _: True)
    with pytest.raises(SpoolFullError):
        switch.takes.place(header)


def test_an_id_that_could_leave_the_folder_is_refused(switch: Switch) -> None:
    with pytest.raises(ValueError, match="unique id"):
        switch.takes.place(switch.header("../../etc/cron.d/x"))


# ---- the verdict


@pytest.mark.parametrize("dbfs", [-20, -50, -58])
def test_a_voice_of_fourteen_seconds_is_speech_of_fourteen_seconds(switch: Switch, dbfs: float) -> None:
    take = switch.records(switch.takes.place(switch.header()), voice(14, dbfs))
    verdict = switch.takes.judge(take)
    assert (verdict.seconds, verdict.speech, verdict.tones) == (14.0, True, False)


def test_a_quiet_line_is_no_speech(switch: Switch) -> None:
    take = switch.records(switch.takes.place(switch.header()), quiet_line())
    verdict = switch.takes.judge(take)
    assert (verdict.seconds, verdict.speech) == (14.0, False)


def test_a_take_that_is_not_there_is_nothing(switch: Switch) -> None:
    take = switch.takes.place(switch.header())
    assert (switch.takes.judge(take).seconds, switch.takes.judge(take).speech) == (0.0, False)
    assert switch.takes.read(take) == b""


def test_a_take_that_is_a_folder_is_nothing(switch: Switch) -> None:
    take = switch.takes.place(switch.header())
    take.file.mkdir()
    assert switch.takes.judge(take).speech is False


def test_keys_are_heard_in_a_greeting_and_not_looked_for_in_a_message(switch: Switch) -> None:
    sound = voice() + alaw(at(-20, tones(0.2, 770, 1336)))
    greeting = switch.takes.place(switch.header("g", purpose=Purpose.GREETING))
    message = switch.takes.place(switch.header("m"))
    assert switch.takes.judge(switch.records(greeting, sound)).tones
    assert not switch.takes.judge(switch.records(message, sound)).tones


# ---- the end


def test_a_message_is_in_the_mailbox_and_no_longer_in_the_spool(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.later(20)
    assert switch.finish(header, urgent=True) is Kept.STORED
    (message,) = switch.world.messages()
    assert switch.stored() == [voice()]
    assert (message.caller, message.urgent, message.received_at) == (STRANGER, True, header.began_at)
    assert switch.files() == []


def test_the_latest_take_that_holds_speech_is_the_message(switch: Switch) -> None:
    header = switch.header()
    for number, sound in enumerate([voice(9), voice(5), quiet_line(10), voice(0.8)], start=1):
        switch.records(switch.takes.place(header, number=number), sound)
    assert switch.finish(header) is Kept.STORED
    assert switch.stored() == [voice(5)]
    assert switch.files() == []


@pytest.mark.parametrize("sounds", [[], [b""], [quiet_line()], [voice(0.9)], [quiet_line(2), voice(0.5)]])
def test_nothing_said_is_a_missed_call(switch: Switch, sounds: list[bytes]) -> None:
    header = switch.header()
    switch.takes.place(header)
    for number, sound in enumerate(sounds, start=1):
        switch.records(switch.takes.place(header, number=number), sound)
    assert switch.finish(header) is Kept.MISSED
    assert missed_reasons(switch) == [MissedReason.EMPTY]
    assert switch.world.messages() == []
    assert switch.files() == []


def test_hanging_up_before_the_tone_is_a_missed_call_without_any_file(switch: Switch) -> None:
    assert switch.finish(switch.header(), missed=True) is Kept.MISSED
    assert missed_reasons(switch) == [MissedReason.HUNG_UP]
    assert switch.files() == []


def test_finishing_twice_stores_once(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    assert switch.finish(header) is Kept.STORED
    assert switch.finish(header) is Kept.STORED
    assert len(switch.world.messages()) == 1


def test_a_full_mailbox_is_told_as_one(switch: Switch) -> None:
    for _ in range(switch.world.rules.max_messages):
        switch.world.message(state=State.SAVED)
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    assert switch.finish(header) is Kept.FULL
    assert missed_reasons(switch) == [MissedReason.MAILBOX_FULL]


def test_a_withheld_number_is_written_nowhere(switch: Switch) -> None:
    header = switch.header(caller=None)
    switch.takes.place(header)
    assert b"caller" not in (switch.folder / "1772631120.1.head").read_bytes()


def test_a_greeting_that_is_not_kept_leaves_nothing(switch: Switch) -> None:
    header = switch.header("1.1-g1", purpose=Purpose.GREETING)
    take = switch.records(switch.takes.place(header), voice())
    assert switch.takes.read(take) == voice()
    switch.takes.discard(header)
    switch.takes.discard(header)
    assert switch.files() == []


def test_two_calls_whose_ids_begin_alike_do_not_touch_each_other(switch: Switch) -> None:
    one, other = switch.header("1.1"), switch.header("1.1-g1", purpose=Purpose.GREETING)
    switch.records(switch.takes.place(one), voice(5))
    switch.records(switch.takes.place(other), voice(6))
    switch.finish(one)
    assert switch.files() == ["1.1-g1-1.sln", "1.1-g1.head"]
    assert switch.stored() == [voice(5)]


# ---- the database is away


def test_without_a_database_the_recording_waits_with_all_that_was_chosen(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.store.away = True
    assert switch.finish(header, urgent=True) is Kept.LATER
    assert switch.files() == ["1772631120.1-1.sln", "1772631120.1.end", "1772631120.1.head"]
    switch.store.away = False
    assert switch.sweep().taken == 1
    (message,) = switch.world.messages()
    assert message.urgent
    assert message.received_at == header.began_at
    assert switch.files() == []


def test_a_call_that_goes_on_behind_its_own_end_mark_keeps_its_name(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.store.away = True
    switch.finish(header)
    take = switch.takes.place(header, number=2)
    assert take.path == switch.folder / f"{header.spool_id}-2"


def test_without_a_database_a_missed_call_waits_too(switch: Switch) -> None:
    switch.store.away = True
    assert switch.finish(switch.header(), missed=True) is Kept.LATER
    assert switch.sweep().waiting == 1
    switch.store.away = False
    assert switch.sweep().missed == 1
    assert missed_reasons(switch) == [MissedReason.HUNG_UP]


def test_without_a_database_and_a_disk_it_is_said_aloud_and_nobody_s_call_ends(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    switch.store.away = True
    with small_disk(switch.folder):
        fill(switch.folder)
        assert switch.finish(switch.header(), missed=True) is Kept.LATER
    assert "neither stored nor safe in the spool" in caplog.text


def test_a_subscriber_removed_in_the_meantime_leaves_the_recording_to_the_sweeper(switch: Switch) -> None:
    header = switch.header(mailbox=Number("+4790000077"))
    switch.records(switch.takes.place(header), voice())
    assert switch.finish(header) is Kept.NOT_SERVED
    assert "1772631120.1-1.sln" in switch.files()


def test_a_disk_without_room_for_the_end_mark_still_stores_the_message(switch: Switch) -> None:
    header = replace(switch.header(), spool_id=SpoolId("9.9"))
    with small_disk(switch.folder, kilobytes=1024):
        try:
            take = switch.takes.place(header)
        except SpoolFullError:
            return  # a folder nobody may write to (no root here)
        switch.records(take, voice())
        fill(switch.folder)
        assert switch.finish(header) is Kept.STORED
        assert switch.files() == ["filler"]
    assert switch.stored() == [voice()]


@pytest.mark.parametrize("filled", [True, False])
def test_a_disk_that_filled_up_while_recording_is_told_with_what_was_kept(
    switch: Switch, caplog: pytest.LogCaptureFixture, filled: bool
) -> None:
    """The switch goes on as if nothing were wrong, and so does the caller: only the log can tell."""
    header = switch.header()
    with small_disk(switch.folder, kilobytes=1024):
        try:
            take = switch.takes.place(header)
        except SpoolFullError:
            return  # a folder nobody may write to (no root here)
        switch.records(take, voice())
        if filled:
            fill(switch.folder)
        switch.finish(header)
    lines = [vars(line) for line in caplog.records if "filled up while recording" in line.message]
    assert [(line["levelname"], line.get("kept_seconds_of_take_1")) for line in lines] == (
        [("ERROR", len(voice()) / 8000)] if filled else []
    )


# ---- a disk that was full for a moment


@dataclass
class WatchedRoom:
    """The spool's disk, which has room or has none, and somebody who looks."""

    is_full: bool = False

    def __post_init__(self) -> None:
        self.watch = RoomWatch(lambda: self.is_full)

    def is_full_for_a_moment(self) -> None:
        self.is_full = True
        self.watch.look()
        self.is_full = False


@pytest.fixture
def room(switch: Switch) -> WatchedRoom:
    room = WatchedRoom()
    switch.takes.room = room.watch
    return room


@pytest.mark.parametrize(("missing_seconds", "has_hole"), [(2.0, True), (0.5, True), (0.4, False)])
def test_a_take_has_a_hole_when_the_disk_was_full_and_something_is_missing(
    switch: Switch, room: WatchedRoom, missing_seconds: float, has_hole: bool
) -> None:
    take = switch.takes.place(switch.header())
    room.is_full_for_a_moment()
    assert switch.takes.has_hole(take, missing_seconds=missing_seconds) is has_hole


def test_what_the_network_loses_is_no_hole(switch: Switch, room: WatchedRoom) -> None:
    take = switch.takes.place(switch.header())
    room.watch.look()
    assert not switch.takes.has_hole(take, missing_seconds=30)


def test_a_disk_that_was_full_before_a_take_makes_no_hole_in_it(switch: Switch, room: WatchedRoom) -> None:
    header = switch.header()
    first = switch.takes.place(header)
    room.is_full_for_a_moment()
    second = switch.takes.place(header, number=2)
    assert not switch.takes.has_hole(second, missing_seconds=2)
    assert switch.takes.has_hole(first, missing_seconds=2)


def told_as_full_for_a_moment(caplog: pytest.LogCaptureFixture) -> list[tuple[str, float | None]]:
    lines = [vars(line) for line in caplog.records if "full for a moment" in line.message]
    return [(line["levelname"], line.get("kept_seconds_of_take_1")) for line in lines]


@pytest.mark.parametrize("was_full", [True, False])
def test_of_a_take_that_ended_with_the_call_the_log_tells_that_the_disk_was_full(
    switch: Switch, room: WatchedRoom, caplog: pytest.LogCaptureFixture, was_full: bool
) -> None:
    """Nobody can ask what is missing of it."""
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    if was_full:
        room.is_full_for_a_moment()
    switch.takes.finish(header)
    switch.finish(header)
    assert told_as_full_for_a_moment(caplog) == ([("ERROR", len(voice()) / 8000)] if was_full else [])
    assert switch.stored() == [voice()]


def test_of_a_take_that_was_asked_about_nothing_more_is_told(
    switch: Switch, room: WatchedRoom, caplog: pytest.LogCaptureFixture
) -> None:
    header = switch.header()
    take = switch.records(switch.takes.place(header), voice())
    room.is_full_for_a_moment()
    switch.takes.has_hole(take, missing_seconds=0)
    switch.finish(header)
    assert told_as_full_for_a_moment(caplog) == []


@pytest.mark.parametrize("ends", ["clear", "discard"])
def test_the_disk_is_watched_until_the_last_call_lets_go(
    switch: Switch, room: WatchedRoom, ends: str
) -> None:
    headers = [switch.header("1.1"), switch.header("1.2")]
    for header in headers:
        for number in (1, 2):
            switch.takes.place(header, number=number)
    assert room.watch.look()
    let_go = getattr(switch.takes, ends)
    let_go(headers[0])
    assert room.watch.look()
    let_go(headers[1])
    let_go(headers[1])
    assert not room.watch.look()


@pytest.mark.parametrize("ends", ["clear", "discard"])
def test_a_call_whose_files_can_t_be_removed_lets_go_all_the_same(
    switch: Switch, room: WatchedRoom, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "the disk can only be read")

    with monkeypatch.context() as patched, suppress(OSError):
        patched.setattr(Path, "unlink", refuse)
        getattr(switch.takes, ends)(header)
    assert not room.watch.look()


def test_a_call_that_got_no_place_is_not_watched(switch: Switch, room: WatchedRoom) -> None:
    switch.folder.rmdir()
    switch.folder.write_text("no folder")
    with pytest.raises(SpoolFullError):
        switch.takes.place(switch.header())
    assert not room.watch.look()


def test_takes_of_another_process_are_known_to_be_open(switch: Switch, tmp_path: Path) -> None:
    other = SpoolTakes(switch.world.services, tmp_path / "spool")
    switch.records(other.place(switch.header()), voice())
    assert switch.sweep(in_seconds=600).waiting == 1
    assert switch.world.messages(OLA) == []
    assert other.finish(switch.header()) is Kept.STORED
