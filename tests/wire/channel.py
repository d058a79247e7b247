"""The channel behind the fake Asterisk: a caller with a plan, a clock that only moves while a command runs.

Sounds are as long as their files say; recordings are real files, and like the real ones they are whole only
after the reply to RECORD FILE. Written after Asterisk's res/res_agi.c, main/app.c and apps/app_stack.c.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from personsvar.voice.alaw import from_linear, linear
from tests.wire.sip_headers import SipHeaders

RATE = 8000
SPEECH, SILENCE = b"\x2a", b"\xd5"
REAL_SECONDS = 20
"""Nothing takes as long, unless a test fails."""
BUFFER = 32_768
"""What Asterisk keeps of a recording before the disk sees it."""
ALIVE_ON_THE_DEAD = {"SET VARIABLE", "GET VARIABLE", "GET FULL VARIABLE", "NOOP"}
DEAD = "511 Command Not Permitted on a dead channel or intercept routine"
USAGE = "520-Invalid command syntax.  Proper usage follows:\nUsage: something else\n520 End of proper usage."
UNKNOWN = "510 Invalid or unknown command"
COMMANDS = (
    "ANSWER",
    "CHANNEL STATUS",
    "CONTROL STREAM FILE",
    "EXEC",
    "GET FULL VARIABLE",
    "GET VARIABLE",
    "GOSUB",
    "HANGUP",
    "NOOP",
    "RECORD FILE",
    "SET VARIABLE",
    "STREAM FILE",
    "WAIT FOR DIGIT",
)


@dataclass(frozen=True, slots=True)
class CalledParty:
    """Who is dialled by `personsvar-callback`."""

    status: str = "ANSWER"
    rings: float = 2.0
    talks: float = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the caller will do, by the second of the line's clock."""

    keys: tuple[tuple[float, str], ...] = ()
    hangs_up_at: float | None = None
    speaks: tuple[tuple[float, float], ...] = ()
    called: CalledParty | None = None
    """Who answers a call back; None: somebody who talks for half a minute."""


@dataclass(frozen=True, slots=True)
class Played:
    sound: str
    seconds: float


class Dropped(Exception):  # noqa: N818 - an event of the line, no error
    pass


class FakeChannel:
    def __init__(
        self,
        plan: Plan,
        *,
        disk_bytes: int | None = None,
        disk_away: tuple[float, float] = (0.0, 0.0),
        has_callback: bool = True,
        has_tones: bool = True,
    ) -> None:
        self.plan = plan
        self.now = 0.0
        self.hung_up = False
        self.played: list[Played] = []
        self.tones: list[tuple[str, float]] = []
        """What was played while a command after it ran, and when it began."""
        self.headers = SipHeaders([])
        self.variables: dict[str, str] = {}
        self.set_in_order: list[tuple[str, str]] = []
        self.dialled: list[str] = []
        self._disk_bytes = disk_bytes
        self._disk_away = disk_away
        """From which second to which nothing of a recording is written: it is dropped, and not counted."""
        self.has_linear_files = True
        """False: as a switch of an earlier version."""
        self._has_callback = has_callback
        self._has_tones = has_tones
        self._keys = list(plan.keys)
        self._unwritten: list[tuple[Path, bytes]] = []
        self._moved = threading.Condition()
        self._is_working = False
        self._work_ends: float | None = None
        """The second up to which the work beside the line lasts, once it has told."""

    def until(self, second: float) -> None:
        """Inside work beside the line: it lasts until the clock gets there, or until the call's end."""
        with self._moved:
            self._work_ends = second
            self._moved.notify_all()
            assert self._moved.wait_for(lambda: self.now >= second or self.hung_up, timeout=REAL_SECONDS)

    def work_began(self) -> None:
        with self._moved:
            self._is_working, self._work_ends = True, None

    def work_ended(self) -> None:
        with self._moved:
            self._is_working = False
            self._moved.notify_all()

    def answer(self, command: str, arguments: list[str]) -> str:
        self.flush()
        if self.hung_up and command not in ALIVE_ON_THE_DEAD:
            return DEAD
        try:
            return self._run(command, arguments)
        except Dropped as event:
            return str(event)

    def look_up(self) -> bool:
        """Whether the caller is still there at this moment."""
        self._pass_time(0)
        return not self.hung_up

    def leave(self) -> None:
        with self._moved:
            self.hung_up = True
            self._moved.notify_all()

    def flush(self) -> None:
        """The file is closed after the reply was sent: before the next command, or at the end."""
        for file, whole in self._unwritten:
            file.write_bytes(whole)
        self._unwritten.clear()

    def _run(self, command: str, arguments: list[str]) -> str:  # noqa: C901, PLR0911, PLR0912 - a row a command
        match command, arguments:
            case "ANSWER" | "NOOP", []:
                return "200 result=0"
            case "CHANNEL STATUS", []:
                return "200 result=6"
            case "HANGUP", []:
                self.leave()
                return "200 result=1"
            case "SET VARIABLE", [name, value]:
                self.variables[name] = value
                self.set_in_order.append((name, value))
                return "200 result=1"
            case "GET VARIABLE", [name]:
                value = self.variables.get(name, "")
                return f"200 result=1 ({value})" if value else "200 result=0"
            case "GET FULL VARIABLE", [expression]:
                return f"200 result=1 ({self.headers.substitute(expression)})"
            case "STREAM FILE", [path, keys]:
                return self._stream(path, keys)
            case "CONTROL STREAM FILE", [path, keys, skip, forward, back, "", offset]:
                return self._control(
                    path, keys, skip=int(skip) / 1000, forward=forward, back=back, at=int(offset) / 1000
                )
            case "WAIT FOR DIGIT", [milliseconds]:
                key = self._wait(int(milliseconds) / 1000)
                return f"200 result={ord(key) if key else 0}"
            case "RECORD FILE", [path, form, keys, milliseconds, "BEEP", silence]:
                return self._beep(keys) or self._run(command, [path, form, keys, milliseconds, silence])
            case "RECORD FILE", [_, "sln", _, _, *_] if not self.has_linear_files:
                return "200 result=-1 (writefile)"
            case "RECORD FILE", [path, "alaw", keys, milliseconds, silence]:
                limit, quiet = int(milliseconds) / 1000, int(silence.removeprefix("s="))
                answer = self._record(Path(path), keys, limit, quiet, behind=0)
                if self._unwritten:
                    linear_file, whole = self._unwritten.pop()
                    linear_file.unlink()
                    Path(f"{path}.alaw").write_bytes(from_linear(whole))
                return answer
            case "RECORD FILE", [path, "sln", keys, milliseconds, *offset, silence]:
                return self._record(
                    Path(path),
                    keys,
                    int(milliseconds) / 1000,
                    int(silence.removeprefix("s=")),
                    behind=int(offset[0]) if offset else 0,
                )
            case "EXEC", ["PlayTones", tones]:
                self.tones.append((tones, self.now))
                return f"200 result={0 if self._has_tones else -2}"
            case "GOSUB", ["personsvar-callback", "s", "1", given]:
                return self._gosub(given)
        return USAGE if command in COMMANDS else UNKNOWN

    def _wait(self, seconds: float) -> str | None:
        """Beside work, the clock goes as far as the work does: it must not run ahead of a slow machine."""
        self._let_work(lambda: self._work_ends is not None)
        key = self._listen(seconds, "0123456789*#ABCD", "200 result=-1")
        self._let_work(lambda: self._work_ends is not None and self.now < self._work_ends)
        return key

    def _let_work(self, go_on: Callable[[], bool]) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: not self._is_working or go_on(), timeout=REAL_SECONDS)

    def _stream(self, path: str, keys: str) -> str:
        length = seconds_of(path)
        if length is None:
            return "200 result=-1 endpos=0"
        began = self.now
        try:
            key = self._listen(length, keys, "")
        except Dropped:
            self.played.append(Played(path, self.now - began))
            raise Dropped(f"200 result=-1 endpos={self._samples(began)}") from None
        self.played.append(Played(path, self.now - began))
        return f"200 result={ord(key) if key else 0} endpos={self._samples(began)}"

    def _control(self, path: str, keys: str, *, skip: float, forward: str, back: str, at: float) -> str:
        length = seconds_of(path)
        if length is None:
            return "200 result=-1 endpos=0"
        began, at = self.now, min(at, length)
        try:
            while at < length:
                before = self.now
                key = self._listen(length - at, keys + forward + back, "")
                at += self.now - before
                if not key:
                    break
                if key not in forward + back:
                    return f"200 result={ord(key)} endpos={round(at * 1000)}"
                at = _forward(at, skip, length) if key == forward else max(at - skip, 0.0)
        except Dropped:
            at += self.now - before
            raise Dropped(f"200 result=-1 endpos={round(at * 1000)}") from None
        finally:
            self.played.append(Played(path, self.now - began))
        return "200 result=0 endpos=-1"

    def _beep(self, keys: str) -> str | None:
        """The tone before a recording, found by the channel's language; an answer when it goes no further."""
        try:
            result = self._stream(f"{self.variables.get('CHANNEL(language)', 'en')}/beep", keys).split()[1]
        except Dropped:
            raise Dropped("200 result=-1 (randomerror) endpos=0") from None
        return None if result == "result=0" else f"200 {result} (randomerror) endpos=0"

    def _away(self, began: float, end: float) -> tuple[int, int]:
        """Which samples of a recording found no room."""
        first, last = (min(max(at, began), end) for at in self._disk_away)
        return round((first - began) * RATE), round((last - began) * RATE)

    def _kept(self, began: float, end: float) -> int:
        """How many samples did, of a recording from `began` to `end`."""
        first, last = self._away(began, end)
        return round((end - began) * RATE) - (last - first)

    def _record(self, path: Path, keys: str, limit: float, silence: int, *, behind: int) -> str:
        """`behind`: samples of the file that stay, what is said now follows them."""
        if not path.parent.is_dir():
            return "200 result=-1 (writefile)"
        before = _file(path).read_bytes()[: 2 * behind] if behind else b""
        began = self.now
        until_silence = self._silent_from(began, limit) + silence - began
        try:
            key = self._listen(min(limit, until_silence), keys, "")
        except Dropped:
            self._write(path, began, self.now, before)
            raise Dropped(
                f"200 result=-1 (hangup) endpos={len(before) // 2 + self._kept(began, self.now)}"
            ) from None
        left = limit - (self.now - began)
        cut = 0.2 if key else silence - 1 if until_silence < limit else 0.0
        end = max(self.now - cut, began)
        self._write(path, began, end, before)
        how = f"{ord(key)} (dtmf)" if key else f"{round(left * 1000)} (timeout)"
        return f"200 result={how} endpos={len(before) // 2 + self._kept(began, end)}"

    def _gosub(self, given: str) -> str:
        if not self._has_callback:
            return "200 result=-1 Gosub label not found"
        party, trying = self.plan.called or CalledParty(), "100 result=0 Trying...\n"
        self.dialled.append(given)
        self.variables |= {"PERSONSVAR_DIAL_RESULT": "", "PERSONSVAR_DIAL_SECONDS": "0"}
        self.variables |= {"DIALSTATUS": "CANCEL", "ANSWEREDTIME": ""}
        ring_seconds = float(given.split(",")[2])
        complete = f"{trying}200 result=0 Gosub complete"
        status = "NOANSWER" if party.rings > ring_seconds else party.status
        self._listen(min(party.rings, ring_seconds), "", complete)
        self.variables["DIALSTATUS"] = status
        began = self.now
        if status == "ANSWER":
            try:
                self._listen(party.talks, "*", complete)
            finally:
                self.variables["ANSWEREDTIME"] = str(round(self.now - began))
        self.variables["PERSONSVAR_DIAL_RESULT"] = status
        self.variables["PERSONSVAR_DIAL_SECONDS"] = self.variables["ANSWEREDTIME"] or "0"
        return complete

    # ---- time ------------------------------------------------------------------------------------------

    def _listen(self, seconds: float, keys: str, last_words: str) -> str | None:
        """Let time pass up to the first of `keys`; others are thrown away."""
        end = self.now + seconds
        while self._keys and self._keys[0][0] <= end and not self._leaves_before(self._keys[0][0]):
            at, key = self._keys.pop(0)
            self._pass_time(max(at, self.now))
            if key in keys:
                return key
        self._pass_time(end)
        if self.hung_up:
            raise Dropped(last_words)
        return None

    def _leaves_before(self, second: float) -> bool:
        return self.plan.hangs_up_at is not None and self.plan.hangs_up_at < second

    def _pass_time(self, second: float) -> None:
        with self._moved:
            leaves = self.plan.hangs_up_at
            if leaves is not None and leaves <= max(second, self.now):
                second = leaves
                self.hung_up = True
            self.now = max(self.now, second)
            self._moved.notify_all()

    def _samples(self, began: float) -> int:
        return round((self.now - began) * RATE)

    def _silent_from(self, began: float, limit: float) -> float:
        """The end of the caller's last speech; pauses in it are all short here."""
        ends = [
            min(end, began + limit)
            for start, end in self.plan.speaks
            if start < began + limit and end > began
        ]
        return max(ends, default=began)

    # ---- files -----------------------------------------------------------------------------------------

    def _write(self, path: Path, began: float, end: float, before: bytes) -> None:
        sound = bytearray(SILENCE * round((end - began) * RATE))
        for start, stop in self.plan.speaks:
            first, last = (max(round((at - began) * RATE), 0) for at in (start, stop))
            sound[first:last] = SPEECH * (min(last, len(sound)) - first)
        away, back = self._away(began, end)
        del sound[away:back]
        file = _file(path)
        whole = (before + linear(bytes(sound)))[: self._disk_bytes]
        file.write_bytes(whole[: len(whole) // BUFFER * BUFFER])
        self._unwritten.append((file, whole))


def _file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sln")


def _forward(at: float, skip: float, length: float) -> float:
    """Past the end a real Asterisk goes to the end, sees that it is the end, and goes back by `skip`
    (main/app.c, waitstream_control)."""
    return at + skip if at + skip < length else max(length - skip, 0.0)


def seconds_of(path: str) -> float | None:
    for file, bytes_a_second in ((Path(f"{path}.alaw"), RATE), (Path(f"{path}.sln"), 2 * RATE)):
        if file.is_file():
            return file.stat().st_size / bytes_a_second
    return None
