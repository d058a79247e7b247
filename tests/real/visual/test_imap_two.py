"""Two clients and the phone menu on one mailbox at once: what each is told, when, and in which order."""

from __future__ import annotations

import time

from tests.real.visual.service import VisualProcess
from tests.real.visual.wire import Wire

TOLD_WITHIN = 1.0
BUSY = 20.0
"""On a machine that runs other tests beside this one; the bench measures it on its own."""


def test_idle_is_told_of_a_call_within_a_second(either: VisualProcess) -> None:
    """A new message, heard by phone, deleted by phone: each by another process's use case."""
    who = either.subscription()
    with either.logged_in(who, "INBOX") as wire:
        tag = wire.idle()
        began = time.monotonic()
        uid = either.leave(who.number)
        assert wire.line() == "* 1 EXISTS"
        arrived = time.monotonic()
        either.hear(uid)
        assert wire.line() == rf"* 1 FETCH (UID {uid} FLAGS (\Seen))"
        heard = time.monotonic()
        either.delete(uid)
        assert wire.line() == "* 1 EXPUNGE"
        gone = time.monotonic()
        assert wire.done(tag) == ["OK done"]
    seconds = (arrived - began, heard - arrived, gone - heard)
    assert max(seconds) < BUSY
    assert min(seconds) < TOLD_WITHIN


def test_what_one_client_does_the_other_is_told(either: VisualProcess) -> None:
    who = either.subscription()
    uids = [either.leave(who.number) for _ in range(4)]
    with either.logged_in(who, "INBOX") as idling, either.logged_in(who, "INBOX") as android:
        tag = idling.idle()
        assert android.ask(rf"UID STORE {uids[0]} +FLAGS.SILENT (\SEEN)") == ["OK done"]
        assert idling.line() == rf"* 1 FETCH (UID {uids[0]} FLAGS (\Seen))"
        android.ask(rf"UID STORE {uids[1]},{uids[3]} +FLAGS.SILENT (\DELETED)")
        assert [idling.line(), idling.line()] == [
            rf"* 2 FETCH (UID {uids[1]} FLAGS (\Deleted))",
            rf"* 4 FETCH (UID {uids[3]} FLAGS (\Deleted))",
        ]
        assert android.ask("EXPUNGE") == ["* 4 EXPUNGE", "* 2 EXPUNGE", "OK done"]
        assert [idling.line(), idling.line()] == ["* 4 EXPUNGE", "* 2 EXPUNGE"]
        assert idling.done(tag) == ["OK done"]
        assert idling.ask("UID SEARCH ALL") == [f"* SEARCH {uids[0]} {uids[2]}", "OK done"]


def test_numbers_hold_still_while_fetch_store_and_search_are_answered(either: VisualProcess) -> None:
    """RFC 3501, 7.4.1: no EXPUNGE there. What has gone can still be asked for; NOOP tells."""
    who = either.subscription()
    uids = [either.leave(who.number) for _ in range(3)]
    with either.logged_in(who, "INBOX") as reading, either.logged_in(who, "INBOX") as other:
        other.ask(r"STORE 1 +FLAGS.SILENT (\Deleted)")
        assert other.ask("EXPUNGE") == ["* 1 EXPUNGE", "OK done"]
        assert reading.ask("FETCH 2 (UID)") == [f"* 2 FETCH (UID {uids[1]})", "OK done"]
        assert reading.ask("SEARCH ALL") == ["* SEARCH 1 2 3", "OK done"]
        assert reading.ask(r"STORE 3 +FLAGS (\Flagged)") == [r"* 3 FETCH (FLAGS (\Flagged))", "OK done"]
        assert reading.ask(r"STORE 1 +FLAGS.SILENT (\Flagged)") == ["OK done"]
        assert reading.ask("UID FETCH 1:* (FLAGS)")[-1] == "OK done"
        assert reading.ask("NOOP") == ["* 1 EXPUNGE", "OK done"]
        assert reading.ask("FETCH 2 (UID)") == [f"* 2 FETCH (UID {uids[2]})", "OK done"]


def test_expunges_come_before_exists(either: VisualProcess) -> None:
    """So the count is that of what is left and what is new."""
    who = either.subscription()
    uids = [either.leave(who.number) for _ in range(2)]
    with either.logged_in(who, "INBOX") as wire:
        either.delete(uids[0])
        new = either.leave(who.number)
        assert wire.ask("NOOP") == ["* 1 EXPUNGE", "* 2 EXISTS", "OK done"]
        assert wire.ask("UID SEARCH ALL") == [f"* SEARCH {uids[1]} {new}", "OK done"]


def test_a_search_knows_what_just_arrived_and_says_so_first(either: VisualProcess) -> None:
    """vvmd keeps its connection, and asks for what an SMS told of without selecting again."""
    who = either.subscription()
    with either.logged_in(who, "INBOX") as wire:
        either.leave(who.number)
        answers = _until_told(wire, "SEARCH ALL")
    assert answers == ["* 1 EXISTS", "* SEARCH 1", "OK done"]


def test_one_that_is_taken_back_is_there_at_the_next_visit(visual: VisualProcess) -> None:
    """Its uid is lower than the other's: numbers rise with uids, so not within this one."""
    who = visual.subscription()
    first, second = visual.leave(who.number), visual.leave(who.number)
    with visual.logged_in(who, "INBOX") as wire:
        assert wire.ask(f"UID MOVE {first} Trash") == [
            f"* OK [COPYUID 1 {first} {first}] moved",
            "* 1 EXPUNGE",
            "OK done",
        ]
        with visual.logged_in(who, "Trash") as other:
            assert other.ask(f"UID COPY {first} INBOX")[-1] == f"OK [COPYUID 1 {first} {first}] done"
        assert wire.ask("NOOP") == ["OK done"]
        assert wire.ask("UID SEARCH ALL") == [f"* SEARCH {second}", "OK done"]
        assert "* 2 EXISTS" in wire.ask("SELECT INBOX")
        assert wire.ask("UID SEARCH ALL") == [f"* SEARCH {first} {second}", "OK done"]


def test_examine_changes_nothing(visual: VisualProcess) -> None:
    who = visual.subscription()
    uid = visual.leave(who.number)
    with visual.logged_in(who) as wire:
        answers = wire.ask("EXAMINE INBOX")
        assert answers[-1] == "OK [READ-ONLY] selected"
        assert "* OK [PERMANENTFLAGS ()] ok" in answers
        assert wire.ask("FETCH 1 (BODY[1])")[-1] == "OK done"
        assert wire.ask(r"STORE 1 +FLAGS (\Deleted)") == ["NO command not allowed"]
        assert wire.ask("EXPUNGE") == ["NO command not allowed"]
        assert wire.ask("CLOSE") == ["OK done"]
    assert visual.state(uid) == "new"


def _until_told(wire: Wire, command: str) -> list[str]:
    """Another process's change is known a moment after it was committed."""
    for _ in range(100):
        answers = wire.ask(command)
        if len(answers) > 2:
            return answers
        time.sleep(0.05)
    raise AssertionError(f"nothing was told: {answers}")
