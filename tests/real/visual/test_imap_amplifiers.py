"""What costs a phone one line must cost the service no more than a few: its memory, and the others' time."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real.visual.service import VisualProcess, visual_service

LONG_SECONDS = 180
LONG_OCTETS = 400_000
"""What a message of three minutes is as a mail, about."""
MOST_SOUNDS, MOST_KEYS = 4, 50
AT_ONCE = 400
LIMIT = "NO [LIMIT] too large"


def test_a_fetch_that_asks_for_the_sound_again_and_again_is_refused(tmp_path: Path) -> None:
    """Its parts all differ: BODY[]<0.999999>, BODY[]<0.999998> …; each would be the whole message."""
    with visual_service(tmp_path) as own:
        who = own.subscription()
        own.leave(who.number, seconds=LONG_SECONDS)
        with own.logged_in(who, "INBOX") as wire:
            wire.ask("FETCH 1 (BODY.PEEK[])")
            before = memory_mb(own)
            many = " ".join(f"BODY[]<0.{999_999 - number}>" for number in range(440))
            assert wire.ask(f"FETCH 1 ({many})") == [LIMIT]
            assert memory_mb(own) - before < 20
            few = " ".join(f"BODY.PEEK[]<0.{999_999 - number}>" for number in range(MOST_SOUNDS))
            (fetched, done) = wire.ask(f"FETCH 1 ({few})")
            assert (len(fetched) > MOST_SOUNDS * LONG_OCTETS * 0.9, done) == (True, "OK done")


def test_ten_sessions_that_never_read_the_most_they_may_ask_for_cost_little(tmp_path: Path) -> None:
    with visual_service(tmp_path) as own, ExitStack() as open_now:
        who = own.subscription()
        own.leave(who.number, seconds=LONG_SECONDS)
        few = " ".join(f"BODY.PEEK[]<0.{999_999 - number}>" for number in range(MOST_SOUNDS))
        with own.logged_in(who, "INBOX") as wire:
            wire.ask(f"FETCH 1 ({few})")
        before = memory_mb(own)
        for _ in range(9):
            deaf = open_now.enter_context(own.logged_in(who, "INBOX"))
            deaf.send(b"".join(b"d%d FETCH 1 (%b)\r\n" % (number, few.encode()) for number in range(50)))
        with own.logged_in(who) as wire:
            for _ in range(50):
                assert wire.ask("NOOP") == ["OK done"]
        assert memory_mb(own) - before < 40  # 720 MB were asked for


@pytest.mark.parametrize(
    "command",
    [
        f"SEARCH {'NOT TEXT abc ' * 600}ALL",
        f"UID SEARCH {'SEEN ' * MOST_KEYS}SEEN",
        f"SEARCH ({'SEEN ' * MOST_KEYS}SEEN)",
        f"FETCH 1 ({' '.join(f'BODY[HEADER]<0.{1 + number}>' for number in range(51))})",
        f"FETCH 1 ({' '.join(f'BODY[1]<{number}.1>' for number in range(MOST_SOUNDS + 1))})",
    ],
)
def test_a_command_that_asks_for_too_much_is_refused_and_the_next_is_carried_out(
    visual: VisualProcess, command: str
) -> None:
    who = visual.subscription()
    visual.leave(who.number)
    with visual.logged_in(who, "INBOX") as wire:
        assert wire.ask(command) == [LIMIT]
        assert wire.ask("SEARCH ALL") == ["* SEARCH 1", "OK done"]


@pytest.mark.parametrize(
    "command",
    [
        "SEARCH " + " ".join(["NOT TEXT abcdef"] * 24),
        f"FETCH 1:* ({' '.join(f'BODY.PEEK[HEADER]<0.{1 + number}>' for number in range(50))})",
        "FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER])",
    ],
    ids=["search", "headers", "envelopes"],
)
def test_whoever_sends_many_at_once_waits_longest_himself(visual: VisualProcess, command: str) -> None:
    """Another phone is answered before the half of them is: so many that the half takes seconds, and this
    test's own turn may come late.
    """
    who, other = visual.subscription(), visual.subscription()
    for _ in range(100):
        visual.leave(who.number, seconds=0.1)
    with visual.logged_in(who, "INBOX") as busy, visual.logged_in(other, "INBOX") as wire:
        busy.send(b"".join(b"b%d %b\r\n" % (number, command.encode()) for number in range(AT_ONCE)))
        busy.answer("b0")
        assert wire.ask("NOOP") == ["OK done"]
        assert b"\nb%d OK" % (AT_ONCE // 2) not in busy.what_has_come()


def memory_mb(it: VisualProcess) -> float:
    assert it.process is not None
    status = Path(f"/proc/{it.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
