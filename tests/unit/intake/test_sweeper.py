"""The sweeper: whatever was left in the spool is taken in, once; what can't be never stops the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from personsvar.intake.deliver import deliver
from personsvar.intake.header import EndMark, format_header
from personsvar.intake.listing import WaitingState, bring_back, listing, put_aside
from personsvar.intake.spool import Spool
from personsvar.intake.sweeper import Swept
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.mailbox.ports.takes import Kept, Purpose
from personsvar.voice.alaw import linear
from tests.dialplan_header import dialplan_header
from tests.unit.intake.conftest import KARI, OLA, STRANGER, Sayings, Switch, quiet_line, voice

ENDED = EndMark()
NOBODY = Number("+4790000077")


# ---- when is it finished


def test_what_has_its_end_mark_is_taken_in_at_once(switch: Switch) -> None:
    switch.leaves(switch.header(), voice(), end=EndMark(urgent=True))
    assert switch.sweep() == Swept(taken=1)
    assert switch.stored() == [voice()]
    assert switch.world.messages()[0].urgent
    assert switch.files() == []


def test_what_has_none_is_taken_in_when_nothing_grew_for_a_minute(switch: Switch) -> None:
    switch.leaves(switch.header(), voice())
    assert switch.sweep(in_seconds=59) == Swept(waiting=1)
    assert switch.sweep(in_seconds=60) == Swept(taken=1)
    assert switch.stored() == [voice()]


def test_half_a_recording_is_replaced_by_the_whole_as_the_same_message(switch: Switch) -> None:
    switch.leaves(switch.header(), voice(5))
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper, in_seconds=60) == Swept(taken=1)
    (half,) = switch.world.messages()
    switch.later(70)
    switch.file("1772631120.1-1.sln", linear(voice(14)))
    assert switch.sweep(sweeper) == Swept(waiting=1)
    switch.sweep(sweeper, in_seconds=60)
    (whole,) = switch.world.messages()
    assert whole.id == half.id
    assert switch.stored() == [voice(14)]
    assert len([notice for notice in switch.world.notices() if notice.channel.value == "sms"]) == 1


def test_files_of_a_call_that_might_go_on_stay_until_no_call_could(switch: Switch) -> None:
    switch.leaves(switch.header(), voice())
    sweeper = switch.sweeper()
    switch.sweep(sweeper, in_seconds=60)
    assert switch.sweep(sweeper, in_seconds=3600) == Swept(waiting=1)
    switch.sweep(sweeper, in_seconds=3600 + 300)
    assert switch.files() == []
    assert len(switch.world.messages()) == 1


def test_old_leftovers_of_a_switch_that_was_killed_are_taken_in_at_once_and_go_when_no_call_could_go_on(
    switch: Switch,
) -> None:
    """Their date may be a clock's that was wrong: the switch may be writing still."""
    switch.leaves(switch.header(), voice(), seconds_ago=2 * 3600)
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(taken=1)
    assert switch.files() != []
    switch.sweep(sweeper, in_seconds=3600 + 300)
    assert switch.files() == []
    assert len(switch.world.messages()) == 1


@pytest.mark.parametrize("jump", [66 * 60, 120 * 60, 400 * 86400])
def test_a_clock_that_jumps_in_mid_recording_ends_none_and_removes_none(switch: Switch, jump: float) -> None:
    """The dialplan's own: nobody holds its header."""
    switch.leaves(switch.raw(), voice(5))
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(waiting=1)
    switch.jump(jump)
    assert switch.sweep(sweeper, in_seconds=10) == Swept(waiting=1)
    assert switch.world.messages() == []
    switch.file("1772631120.7-1.sln", linear(voice(18)))
    assert switch.sweep(sweeper, in_seconds=20) == Swept(waiting=1)
    switch.file("1772631120.7.end", b"missed=0\n")
    assert switch.sweep(sweeper, in_seconds=30) == Swept(taken=1)
    assert switch.stored() == [voice(18)]


@pytest.mark.parametrize("jump", [66 * 60, 120 * 60, 400 * 86400])
def test_a_live_call_whose_clock_jumps_is_left_alone(switch: Switch, jump: float) -> None:
    header = switch.header()
    take = switch.records(switch.takes.place(header), voice(5))
    sweeper = switch.sweeper()
    switch.sweep(sweeper)
    switch.jump(jump)
    assert switch.sweep(sweeper, in_seconds=10) == Swept(waiting=1)
    switch.records(take, voice(18))
    assert switch.finish(header) is Kept.STORED
    assert switch.stored() == [voice(18)]


def test_half_of_one_first_seen_after_the_jump_is_replaced_by_the_whole(switch: Switch) -> None:
    """Its date says that it is quiet: it is taken in, and its file left to the switch."""
    switch.leaves(switch.raw(), voice(5))
    switch.jump(120 * 60)
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(taken=1)
    assert "1772631120.7-1.sln" in switch.files()
    switch.file("1772631120.7-1.sln", linear(voice(18)))
    switch.file("1772631120.7.end", b"missed=0\n")
    switch.sweep(sweeper, in_seconds=10)
    assert switch.stored() == [voice(18)]
    assert switch.files() == []


def test_a_live_call_is_left_alone_however_still_it_is(switch: Switch) -> None:
    switch.records(switch.takes.place(switch.header()), voice())
    assert switch.sweep(in_seconds=1800) == Swept(waiting=1)
    assert switch.finish(switch.header()) is Kept.STORED


def test_a_call_held_by_a_service_that_hangs_is_taken_in_once_the_dialplan_ended_it(switch: Switch) -> None:
    """Its files are the service's as long as it holds them: it may come to itself."""
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.file("1772631120.1.end", b"missed=0\n")
    sweeper = switch.sweeper()
    for name in switch.files():
        switch.touch(switch.folder / name)
    assert switch.sweep(sweeper) == Swept(waiting=1)
    assert switch.sweep(sweeper, in_seconds=60) == Swept(waiting=1)
    assert switch.sweep(sweeper, in_seconds=120) == Swept(taken=1)
    assert switch.sweep(sweeper, in_seconds=600) == Swept()
    assert "1772631120.1-1.sln" in switch.files()
    assert switch.finish(header) is Kept.STORED
    assert switch.stored() == [voice()]
    assert switch.files() == []


def test_once_such_a_service_is_gone_the_files_go(switch: Switch) -> None:
    header = switch.header()
    switch.records(switch.takes.place(header), voice())
    switch.file("1772631120.1.end", b"missed=0\n")
    sweeper = switch.sweeper()
    switch.sweep(sweeper)
    switch.sweep(sweeper, in_seconds=200)
    switch.takes._let_go(header)
    switch.sweep(sweeper, in_seconds=400)
    assert switch.files() == []
    assert switch.stored() == [voice()]


_HOLDS_AND_WAITS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
takes = SpoolTakes(None, Path(sys.argv[1]))
began = datetime(2026, 3, 4, 13, 32, tzinfo=UTC)
header = SpoolHeader("1772631120.1", Purpose.MESSAGE, "+4790000001", None, began)
take = takes.place(header)
take.file.write_bytes(sys.stdin.buffer.read())
print("recorded", flush=True)
import signal; signal.pause()
"""


def test_a_take_of_a_process_that_was_killed_is_taken_in(switch: Switch) -> None:
    command = [sys.executable, "-c", _HOLDS_AND_WAITS, str(switch.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(linear(voice()))
        process.stdin.close()
        assert process.stdout.readline() == b"recorded\n"
        for name in switch.files():
            switch.touch(switch.folder / name)
        assert switch.sweep(in_seconds=600) == Swept(waiting=1)
        process.kill()
    assert switch.sweep(in_seconds=600) == Swept(taken=1)
    assert switch.stored() == [voice()]


def test_a_take_in_the_a_law_of_an_earlier_version_is_taken_in(switch: Switch) -> None:
    switch.leaves(switch.header(), end=ENDED)
    switch.file("1772631120.1-1.alaw", voice())
    assert switch.sweep() == Swept(taken=1)
    assert switch.stored() == [voice()]
    assert switch.files() == []


# ---- exactly once


@pytest.mark.parametrize("left", ["everything", "no sound", "head and end", "end"])
def test_a_crash_between_commit_and_removal_delivers_once(switch: Switch, left: str) -> None:
    header = switch.header()
    switch.leaves(header, voice(), end=ENDED)
    sounds = {1: switch.folder / "1772631120.1-1.sln"}
    assert deliver(switch.world.services, header, sounds=sounds, mark=ENDED) is Kept.STORED
    if left != "everything":
        sounds[1].unlink()
    if left == "end":
        (switch.folder / "1772631120.1.head").unlink()
    if left == "no sound":
        (switch.folder / "1772631120.1.end").unlink()
    sweeper = switch.sweeper()
    switch.sweep(sweeper, in_seconds=2 * 3600)
    switch.sweep(sweeper, in_seconds=4 * 3600)
    assert switch.stored() == [voice()]
    assert switch.files() == []
    assert [notice.kind.value for notice in switch.world.notices()] == ["new-message"]


def test_a_crash_after_a_missed_call_tells_of_it_once(switch: Switch) -> None:
    header = switch.header()
    switch.leaves(header, end=EndMark(missed=True))
    assert deliver(switch.world.services, header, sounds={}, mark=EndMark(missed=True)) is Kept.MISSED
    switch.sweep()
    assert len(switch.world.notices()) == 1


def test_sweeping_again_and_again_delivers_once(switch: Switch) -> None:
    switch.leaves(switch.header(), voice())
    sweeper = switch.sweeper()
    for minutes in range(1, 90):
        switch.sweep(sweeper, in_seconds=60 * minutes)
        switch.sweep(in_seconds=60 * minutes)
    assert len(switch.world.messages()) == 1
    assert switch.files() == []


def test_many_sweepers_at_once_deliver_once(switch: Switch) -> None:
    for number in range(20):
        switch.leaves(switch.header(f"1772631120.{number}"), voice(5), end=ENDED)
    switch.world.services = replace(
        switch.world.services, rules=replace(switch.world.services.rules, max_messages=100)
    )
    switch.takes.services = switch.world.services
    together = Barrier(8)

    def sweep(_: int) -> Swept:
        together.wait()
        return switch.sweep()

    with ThreadPoolExecutor(8) as sweepers:
        swept = list(sweepers.map(sweep, range(8)))
    assert len(switch.world.messages()) == 20
    assert sum(one.taken for one in swept) == 20
    assert not any(one.failed for one in swept)
    assert switch.files() == []


def test_what_another_takes_in_meanwhile_is_not_broken(
    switch: Switch, monkeypatch: pytest.MonkeyPatch, logged: Sayings
) -> None:
    """Its sound was seen before the other removed it, and its header a moment later was gone."""
    switch.leaves(switch.header(), voice(), end=ENDED)
    (entry,) = switch.takes.spool.entries()
    switch.sweep()
    told = logged()
    monkeypatch.setattr(Spool, "entries", lambda _: [replace(entry, has_head=False)])
    assert switch.sweep() == Swept()
    assert logged() == told
    assert not list(switch.takes.spool.broken.iterdir())


def test_what_two_find_broken_is_put_aside_once(switch: Switch) -> None:
    switch.file("1772631120.1-1.sln", linear(voice()))
    switch.file("1772631120.1.end", b"")
    together = Barrier(8)

    def sweep(_: int) -> Swept:
        together.wait()
        return switch.sweep()

    with ThreadPoolExecutor(8) as sweepers:
        swept = list(sweepers.map(sweep, range(8)))
    assert sum(one.broken for one in swept) >= 1
    assert not any(one.failed for one in swept)


# ---- what becomes of it


def test_the_message_s_time_is_the_call_s(switch: Switch) -> None:
    header = switch.header()
    switch.leaves(header, voice(), end=ENDED)
    switch.later(5 * 3600)
    switch.sweep()
    assert switch.world.messages()[0].received_at == header.began_at


@pytest.mark.parametrize(
    ("sounds", "mark", "reason"),
    [
        ([quiet_line()], ENDED, MissedReason.EMPTY),
        ([b""], ENDED, MissedReason.EMPTY),
        ([], ENDED, MissedReason.EMPTY),
        ([], EndMark(missed=True), MissedReason.HUNG_UP),
    ],
)
def test_nothing_said_becomes_a_missed_call(
    switch: Switch, sounds: list[bytes], mark: EndMark, reason: MissedReason
) -> None:
    switch.leaves(switch.header(), *sounds, end=mark)
    assert switch.sweep() == Swept(missed=1)
    assert [notice.facts.reason for notice in switch.world.notices()] == [reason]
    assert switch.files() == []


def test_voicemail_turned_off_makes_it_a_missed_call(switch: Switch) -> None:
    with switch.store.begin() as uow:
        uow.subscribers.put(replace(switch.world.who(), voicemail_on=False))
        uow.commit()
    switch.leaves(switch.header(), voice(), end=ENDED)
    assert switch.sweep() == Swept(missed=1)
    assert [notice.facts.reason for notice in switch.world.notices()] == [MissedReason.VOICEMAIL_OFF]


def test_a_recording_for_nobody_is_dropped_after_seven_days_and_not_before(
    switch: Switch, logged: Sayings
) -> None:
    switch.leaves(switch.header(mailbox=NOBODY), voice(), end=ENDED)
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper, in_seconds=7 * 86400 - 1) == Swept(waiting=1)
    assert switch.sweep(sweeper, in_seconds=7 * 86400 + 600) == Swept(dropped=1)
    assert switch.files() == []
    assert "dropped after 7 days" in logged()


def test_it_is_not_dropped_by_a_clock_that_is_not_believed(switch: Switch) -> None:
    switch.leaves(switch.header(mailbox=NOBODY), voice(), end=ENDED)
    switch.leaves(switch.header("1.1-g1", purpose=Purpose.GREETING), voice())
    switch.jump(400 * 86400)
    switch.believed = False
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(waiting=2)
    switch.believed = True
    assert switch.sweep(sweeper, in_seconds=700) == Swept(dropped=2)


def test_who_gets_a_number_later_does_not_get_what_was_left_for_whoever_had_it(switch: Switch) -> None:
    began = switch.world.clock.now()
    for spool_id in ("1.1", "1.2"):
        header = switch.header(spool_id, mailbox=NOBODY)
        switch.leaves(
            header if spool_id == "1.1" else switch.raw(spool_id, diversion=_diverted(NOBODY)),
            voice(),
            end=ENDED,
        )
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(waiting=2)
    with switch.store.begin() as uow:
        uow.subscribers.add(Subscriber(NOBODY, subscribed_at=began + timedelta(days=1)))
        uow.commit()
    for days in (1, 2, 6):
        assert switch.sweep(sweeper, in_seconds=days * 86400) == Swept(waiting=2)
    assert switch.sweep(sweeper, in_seconds=8 * 86400) == Swept(dropped=2)
    assert switch.stored(NOBODY) == []
    assert switch.world.notices(NOBODY) == []


def test_a_call_that_came_as_the_subscriber_was_being_added_is_the_subscribers(switch: Switch) -> None:
    """Two machines' clocks are seconds apart."""
    with switch.store.begin() as uow:
        uow.subscribers.add(
            Subscriber(NOBODY, subscribed_at=switch.world.clock.now() + timedelta(seconds=30))
        )
        uow.commit()
    switch.leaves(switch.header(mailbox=NOBODY), voice(), end=ENDED)
    assert switch.sweep() == Swept(taken=1)


def _diverted(number: Number) -> tuple[str, ...]:
    return (f"<sip:{number}@example.test>;reason=no-answer",)


def test_a_subscriber_added_in_time_gets_the_recording(switch: Switch) -> None:
    switch.leaves(switch.header(mailbox=NOBODY), voice(), end=ENDED)
    sweeper = switch.sweeper()
    switch.sweep(sweeper)
    with switch.store.begin() as uow:
        uow.subscribers.add(Subscriber(NOBODY))
        uow.commit()
    assert switch.sweep(sweeper, in_seconds=599) == Swept(waiting=1)
    assert switch.sweep(sweeper, in_seconds=600) == Swept(taken=1)
    assert switch.stored(NOBODY) == [voice()]


def test_a_greeting_nobody_kept_is_dropped_after_a_day(switch: Switch) -> None:
    switch.leaves(switch.header("1.1-g1", purpose=Purpose.GREETING), voice())
    assert switch.sweep(in_seconds=86399) == Swept(waiting=1)
    assert switch.sweep(in_seconds=86400) == Swept(dropped=1)
    assert switch.world.messages() == []
    assert switch.files() == []


def test_while_the_database_is_away_everything_waits(switch: Switch) -> None:
    switch.leaves(switch.header("1.1"), voice(5), end=ENDED)
    switch.leaves(switch.raw("1.2"), voice(6), end=ENDED)
    switch.store.away = True
    assert switch.sweep() == Swept(waiting=2)
    switch.store.away = False
    assert switch.sweep() == Swept(taken=2)
    assert sorted(map(len, switch.stored())) == [40_000, 48_000]


# ---- what the dialplan recorded by itself


def test_a_call_the_dialplan_took_is_for_whom_it_was_diverted_from(switch: Switch) -> None:
    switch.leaves(switch.raw(), voice(), end=ENDED)
    assert switch.sweep() == Swept(taken=1)
    (message,) = switch.world.messages()
    assert message.caller == STRANGER


def test_a_withheld_caller_of_the_dialplan_s_stays_withheld(switch: Switch) -> None:
    switch.leaves(switch.raw(privacy=("id",)), voice(), end=ENDED)
    switch.sweep()
    assert switch.world.messages()[0].caller is None


def test_of_several_hops_the_latest_that_is_served_counts(switch: Switch) -> None:
    switch.world.subscriber(KARI)
    hops = f"<sip:{NOBODY}@example.test>;reason=busy, <sip:{KARI}@example.test>;reason=no-answer"
    switch.leaves(switch.raw(diversion=(hops,)), voice(), end=ENDED)
    switch.sweep()
    assert len(switch.world.messages(KARI)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"diversion": (f"<sip:{NOBODY}@example.test>;reason=busy",)},
        {"diversion": ()},
        {"trunk": False},
    ],
)
def test_a_call_that_leaves_no_message_with_us_waits_seven_days(
    switch: Switch, facts: dict[str, Any]
) -> None:
    switch.leaves(switch.raw(**facts), voice(), end=ENDED)
    assert switch.sweep() == Swept(waiting=1)
    assert switch.sweep(in_seconds=8 * 86400) == Swept(dropped=1)
    assert switch.world.messages() == []


def test_an_owner_who_was_taken_for_a_caller_and_thanked_finds_it_in_the_own_mailbox(switch: Switch) -> None:
    switch.leaves(switch.raw(asserted=(f"<sip:{OLA}@example.test>",)), voice(), end=ENDED)
    assert switch.sweep() == Swept(taken=1)
    (message,) = switch.world.messages()
    assert (message.mailbox, message.caller) == (OLA, OLA)


# ---- broken and foreign files


def test_a_broken_header_is_put_aside_with_its_sound_and_the_next_is_taken_in(
    switch: Switch, logged: Sayings
) -> None:
    switch.file("1.1.head", b"version=1\nid=1.1\nbegan=", seconds_ago=90)
    switch.file("1.1-1.sln", linear(voice()), seconds_ago=90)
    switch.leaves(switch.header("1.2"), voice(), end=ENDED)
    assert switch.sweep() == Swept(taken=1, broken=1)
    assert switch.broken() == ["1.1-1.sln", "1.1.head"]
    assert switch.files() == []
    assert "put aside as broken" in logged()


def test_a_header_that_breaks_off_before_it_says_whom_the_call_was_for_is_put_aside(switch: Switch) -> None:
    """Asterisk was killed as it wrote it. It is not nobody's: nobody can tell."""
    switch.file("1.1.head", b"version=1\nid=1.1\npurpose=message\nwriter=dialplan\nbegan=1\ntrunk=1\n")
    assert switch.sweep(in_seconds=60) == Swept(broken=1)


def test_a_header_that_breaks_off_behind_whom_the_call_was_for_is_a_missed_call(switch: Switch) -> None:
    whole = dialplan_header(switch.raw("1.1"))
    for name in (b"raw-p-asserted-identity=", b"raw-from="):
        whole = whole.partition(name)[0]
    switch.file("1.1.head", whole)
    assert switch.sweep(in_seconds=60) == Swept(missed=1)
    (notice,) = switch.world.notices()
    assert (notice.to, notice.facts.caller) == (OLA, None)


def test_a_header_the_dialplan_is_just_writing_is_left_to_it(switch: Switch) -> None:
    switch.file("1.1.head", b"version=1\nid=1.1\n")
    assert switch.sweep(in_seconds=10) == Swept(waiting=1)


@pytest.mark.parametrize("content", [b"", b"\x00" * 500, b"version=1\n" * 9000, "versjon=é\n".encode()])
def test_no_header_stops_a_sweep(switch: Switch, content: bytes) -> None:
    switch.file("1.1.head", content)
    assert switch.sweep(in_seconds=60) == Swept(broken=1)


def test_a_header_of_another_call_is_put_aside(switch: Switch) -> None:
    switch.file("1.1.head", format_header(switch.header("1.2")))
    assert switch.sweep(in_seconds=60) == Swept(broken=1)


def test_a_sound_without_a_header_is_put_aside(switch: Switch) -> None:
    switch.file("1.1-1.sln", linear(voice()))
    assert switch.sweep(in_seconds=59) == Swept(waiting=1)
    assert switch.sweep(in_seconds=60) == Swept(broken=1)
    assert switch.broken() == ["1.1-1.sln"]


def test_strange_files_links_and_folders_do_no_harm(switch: Switch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(voice())
    for name in ("readme", ".hidden", "-.head", "1.1.wav", "1.1.head.new"):
        switch.file(name, b"x")
    (switch.folder / "2.2-1.sln").symlink_to(secret)
    (switch.folder / "3.3.head").mkdir()
    os.mkfifo(switch.folder / "4.4.head")
    moment = switch.world.clock.now().timestamp()
    os.utime(switch.folder / "2.2-1.sln", (moment, moment), follow_symlinks=False)
    assert switch.sweep(in_seconds=30) == Swept()
    assert switch.sweep(in_seconds=61) == Swept(broken=6)
    assert sorted(switch.broken()) == ["-.head", ".hidden", "1.1.head.new", "1.1.wav", "2.2-1.sln", "readme"]
    assert secret.read_bytes() == voice()


def test_two_broken_files_of_one_name_are_both_there_for_a_person(switch: Switch) -> None:
    for content in (b"first", b"second"):
        switch.file("1.1.head", content)
        switch.sweep(in_seconds=60)
    kept = [path.read_bytes() for path in (switch.folder / "broken").iterdir()]
    assert sorted(kept) == [b"first", b"second"]


class Poisoned:
    """A store that breaks, in a way nobody foresaw, at each so-manieth recording."""

    def __init__(self, store: Store, *, at: int) -> None:
        self._store = store
        self._begun = 0
        self._at = at

    def begin(self, *, bringing: NewSound | None = None) -> AbstractContextManager[UnitOfWork]:
        self._begun += 1
        if self._begun % self._at == 0:
            raise ZeroDivisionError
        return self._store.begin(bringing=bringing)

    def look(self, *, may_be_late: bool = False) -> AbstractContextManager[UnitOfWork]:
        return self._store.look(may_be_late=may_be_late)

    def sound(self, which: SoundId) -> bytes:
        return self._store.sound(which)


def test_one_bad_recording_is_said_once_and_stops_nobody(switch: Switch, logged: Sayings) -> None:
    for number in range(1, 4):
        switch.leaves(switch.header(f"1.{number}"), voice(5), end=ENDED, seconds_ago=10 - number)
    switch.takes.services = replace(switch.world.services, store=Poisoned(switch.store, at=1))
    sweeper = switch.sweeper()
    assert switch.sweep(sweeper) == Swept(failed=3)
    assert switch.sweep(sweeper) == Swept(failed=3)
    assert logged().count("can't be taken in") == 3
    switch.takes.services = replace(switch.world.services, store=Poisoned(switch.store, at=2))
    swept = switch.sweep(switch.sweeper())
    assert (swept.taken, swept.failed) == (2, 1)
    assert [name for name in switch.files() if name.endswith(".head")] == ["1.2.head"]


# ---- what the operator sees


def test_what_was_taken_in_and_stays_is_shown_as_that_and_told_once_by_whatever_process(
    switch: Switch, logged: Sayings
) -> None:
    """Nobody wrote its end mark: both were killed, and the switch might have lived."""
    switch.leaves(switch.header(), voice())
    assert switch.sweep(in_seconds=60) == Swept(taken=1)
    assert [one.state for one in listing(switch.takes.spool, switch.world.clock.now())] == [
        WaitingState.TAKEN
    ]
    assert switch.sweep(in_seconds=130) == Swept()  # by another process
    assert logged().count("taken in from the spool") == 1
    assert len(switch.world.messages()) == 1


def test_a_missed_call_that_turns_out_to_be_a_message_is_told_as_that(
    switch: Switch, logged: Sayings
) -> None:
    switch.leaves(switch.header())
    assert switch.sweep(in_seconds=60) == Swept(missed=1)
    switch.file("1772631120.1-1.sln", linear(voice()))
    assert switch.sweep(in_seconds=130) == Swept(taken=1)
    assert switch.sweep(in_seconds=200) == Swept()
    assert logged().count("taken in from the spool") == 2
    assert switch.stored() == [voice()]


def test_the_list_tells_what_waits_for_what(switch: Switch) -> None:
    switch.leaves(switch.header("1.1"), voice(5), end=ENDED, seconds_ago=50)
    switch.leaves(switch.header("1.2"), voice(5), voice(5), seconds_ago=40)
    switch.leaves(switch.header("1.3-g1", purpose=Purpose.GREETING), voice(5), seconds_ago=30)
    switch.takes.place(switch.header("1.4"))
    switch.touch(switch.folder / "1.4.head", seconds_ago=20)
    switch.file("broken/1.5.head", b"?", seconds_ago=10)
    listed = listing(switch.takes.spool, switch.world.clock.now())
    assert [(one.name, one.state, one.age_seconds, one.takes) for one in listed] == [
        ("1.1", WaitingState.ENDED, 50, 1),
        ("1.2", WaitingState.OPEN, 40, 2),
        ("1.3-g1", WaitingState.GREETING, 30, 1),
        ("1.4", WaitingState.LIVE, 20, 0),
        ("1.5.head", WaitingState.BROKEN, 10, 0),
    ]
    assert listed[1].bytes >= 80_000


def test_what_was_put_aside_and_mended_is_taken_in_after_a_retry(switch: Switch) -> None:
    switch.file("1.1.head", b"broken")
    switch.file("1.1-1.sln", linear(voice()))
    switch.file("1.10.head", b"broken")
    switch.sweep(in_seconds=60)
    (switch.folder / "broken" / "1.1.head").write_bytes(format_header(switch.header("1.1")))
    assert brought_back(switch, "1.1") == ["1.1-1.sln", "1.1.head"]
    assert switch.sweep(in_seconds=2 * 10**9).taken == 1
    assert switch.broken() == ["1.10.head"]
    assert brought_back(switch) == ["1.10.head"]


def brought_back(switch: Switch, name: str | None = None) -> list[str]:
    files = put_aside(switch.takes.spool, name)
    bring_back(switch.takes.spool, files)
    return [file.name for file in files]


def test_the_spool_of_a_new_installation_is_made_by_the_first_sweep(switch: Switch) -> None:
    switch.folder.rmdir()
    assert switch.sweep() == Swept()
    assert (switch.folder / "broken").is_dir()
