"""A fake FreeSWITCH: it connects over TCP like `socket HOST:PORT async full`, and speaks as a real one does.

Behind it is a caller with a plan and a clock of its own, which moves only while the driver waits for what
comes next: a three-minute message takes no time, and a key pressed at second 7.5 comes exactly then.

An application begins with the next frame, 20 ms after it was queued; one without `event-lock` runs inside the
one that runs. Keys are events whatever runs, and eaten by it. A break of `all` throws away what is queued.
After the hang-up what ran is told to have ended; in linger, applications are still taken, and nothing comes
of them.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from personsvar.telephony.wire import SocketWire
from tests.wire.channel import RATE, REAL_SECONDS, SILENCE, SPEECH, CalledParty, Plan

FRAME = 0.02
CHANNEL = "11111111-2222-4333-8444-555555555555"
SECRET = "a-secret-of-switch-and-service"
GUARD = "4"
"""What the dialplan has scheduled, and what we have."""
GONE = "-ERR No such channel!\n"
OF_A_CHANNEL = ("ANSWER", "BRIDGE", "EXECUTE", "EXECUTE_COMPLETE", "HANGUP", "HANGUP_COMPLETE", "PARK")
OF_MY_EVENTS = {f"CHANNEL_{name}" for name in (*OF_A_CHANNEL, "STATE", "UNBRIDGE", "UNPARK")} | {"DTMF"}
APPLICATIONS = frozenset(("answer", "execute_extension", "hangup", "playback", "record", "set"))
_SOON = 0.002


class Happening(NamedTuple):
    """What comes next on the line, and when."""

    at: float
    rank: int
    what: Callable[[], None]


@dataclass
class Application:
    """One that was sent, and what becomes of it."""

    name: str
    argument: str
    token: str
    is_locked: bool
    begins_at: float
    began_at: float | None = None
    ends_at: float = 0.0
    starts_at: float = 0.0
    """Of a playback: the second of the sound it started at."""
    response: str = "_none_"
    result: dict[str, str] = field(default_factory=dict)
    left_when_nested: float = 0.0
    is_talking: bool = False


class WatchedWire(SocketWire):
    """The driver's end of the connection: it tells when the driver waits for what comes next."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, deadline_seconds=REAL_SECONDS)
        self.received = 0
        self.is_waiting = False

    def receive(self) -> bytes:
        self.is_waiting = True
        data = super().receive()
        self.is_waiting = False
        self.received += len(data)
        return data

    def receive_at_once(self) -> bytes | None:
        data = super().receive_at_once()
        self.received += len(data or b"")
        return data


class FakeFreeSwitch:
    def __init__(
        self,
        plan: Plan | None = None,
        *,
        channel: Mapping[str, str] | None = None,
        arrays: Mapping[str, list[str]] | None = None,
        secret: str = SECRET,
        disk_bytes: int | None = None,
        line_rate: int = RATE,
        sends_until: float = inf,
    ) -> None:
        """`sends_until`: from then on nothing comes of the caller: that is silence, and is not recorded.

        `line_rate`: 16,000 where the line speaks G.722. Its samples are counted, from `@@` on, which is of
        the file's.
        """
        self.plan = plan or Plan()
        self.now = 0.0
        self.hung_up = False
        self.wire: WatchedWire | None = None
        """The driver's end, once there is one: without it the clock stands still."""
        self.commands: list[str] = []
        self.variables: dict[str, str] = {}
        self.set_in_order: list[tuple[str, str]] = []
        self.tones: list[float] = []
        """What a caller heard while he was recorded, by the second of the recording."""
        self.went_on = False
        """The connection ended with the caller still there: the dialplan has him."""
        self.guard_is_off = False
        self.queued_at_once = 0
        """The most applications that waited for their turn."""
        self._channel = {
            "Unique-ID": CHANNEL,
            "Caller-Destination-Number": "personsvar",
            "Socket-Mode": "async",
            "Control": "full",
            "variable_personsvar_secret": secret,
            "variable_last_sched_id": GUARD,
            **(channel or {}),
        }
        self._arrays = dict(arrays or {})
        self._disk_bytes = disk_bytes
        self._line_rate = line_rate
        self._sends_until = sends_until
        self._keys = deque(self.plan.keys)
        self._stack: list[Application] = []
        self._queue: deque[Application] = deque()
        self.wanted_events: set[str] = set()
        self._lingers = False
        self._sent = 0
        self._buffer = b""
        self._moved = threading.Condition()
        self._work_until: float | None = None

    # ---- as the line is used ---------------------------------------------------------------------------

    def call(self, host: str, port: int) -> None:
        """One whole call, as long as the other end has it."""
        with socket.create_connection((host, port)) as self._connection:
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError):
                self._converse()
        self.went_on = not self.hung_up
        with self._moved:
            self.hung_up = True
            self._moved.notify_all()

    def until(self, second: float) -> None:
        """Inside work beside the line: it lasts until the clock gets there, or until the call's end."""
        with self._moved:
            self._work_until = second
            assert self._moved.wait_for(lambda: self.now >= second or self.hung_up, timeout=REAL_SECONDS)
            self._work_until = None

    # ---- the conversation ------------------------------------------------------------------------------

    def _converse(self) -> None:
        while True:
            is_idle = self._driver_waits()
            if select.select([self._connection], [], [], 0)[0]:
                if not (data := self._connection.recv(65_536)):
                    return
                self._buffer += data
                if not all(self._obey(lines) for lines in self._requests()):
                    return
            elif not (self._moves_on(is_idle) or select.select([self._connection], [], [], _SOON)[0]):
                continue

    def _driver_waits(self) -> bool:
        return self.wire is not None and self.wire.is_waiting and self.wire.received == self._sent

    def _requests(self) -> Iterator[list[str]]:
        while b"\n\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\n\n")
            yield request.decode().split("\n")

    def _obey(self, lines: list[str]) -> bool:
        """False: the connection is over."""
        self.commands.append(lines[0])
        self._catch_up()
        verb, _, rest = lines[0].partition(" ")
        match verb:
            case "connect":
                self._send(self._channel_dump())
            case "exit":
                self._reply("+OK bye")
                return False
            case "linger":
                self._lingers = True
                self._reply(f"+OK will linger {rest} seconds")
            case "myevents":
                self.wanted_events |= OF_MY_EVENTS
                self._reply("+OK Events Enabled")
                self._emit("CHANNEL_PARK")
            case "nixevent":
                self.wanted_events -= set(rest.split())
                self._emit("CHANNEL_STATE")
                self._reply("+OK events nixed")
            case "sendmsg":
                self._take(dict(line.split(": ", 1) for line in lines[1:]))
            case "api":
                body = self._api(*rest.split(" ", 1)).encode()
                self._send(b"Content-Type: api/response\nContent-Length: %d\n\n" % len(body) + body)
            case _:
                self._reply("-ERR command not found")
        return True

    def _channel_dump(self) -> bytes:
        told = {"Event-Name": "CHANNEL_DATA"} | self._channel
        told |= {name: "ARRAY::" + "|:".join(values) for name, values in self._arrays.items()}
        lines = [f"{name}: {quote(value)}" for name, value in told.items()]
        return "\n".join([*lines, "Content-Type: command/reply", "Reply-Text: %2BOK%0A", "", ""]).encode()

    def _reply(self, text: str) -> None:
        self._send(f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode())

    def _send(self, data: bytes) -> None:
        self._sent += len(data)
        self._connection.sendall(data)

    def _emit(self, name: str, **values: str) -> None:
        if name not in self.wanted_events:
            return
        told = {
            "Event-Name": name,
            "Unique-ID": CHANNEL,
            "Event-Date-Timestamp": str(round(self.now * 1_000_000)),
            "Channel-Read-Codec-Rate": str(self._line_rate),
            **{f"variable_{variable}": to for variable, to in self.variables.items()},
            **values,
        }
        body = json.dumps(told).encode()
        self._send(b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(body) + body)

    # ---- commands --------------------------------------------------------------------------------------

    def _take(self, headers: Mapping[str, str]) -> None:
        self._reply("+OK")
        if self.hung_up:
            return
        if headers["call-command"] == "hangup":
            self._hang_up(headers.get("hangup-cause", ""))
            return
        application = Application(
            headers["execute-app-name"],
            headers.get("execute-app-arg", ""),
            headers.get("Event-UUID", ""),
            headers.get("event-lock") == "true",
            self.now + FRAME,
        )
        if application.is_locked:
            self._queue.append(application)
            self.queued_at_once = max(self.queued_at_once, len(self._queue))
        else:
            self._nest(application)

    def _api(self, command: str, argument: str = "") -> str:
        words = argument.split()
        if command == "sched_del":
            self.guard_is_off |= argument == GUARD
            return "+OK Deleted: 1\n"
        if command == "uuid_setvar_multi":
            pairs = [pair.partition("=")[::2] for pair in argument.partition(" ")[2].split(";")]
            self.set_in_order += pairs
            if not self.hung_up:
                self.variables |= dict(pairs)
        if self.hung_up:
            return GONE
        if command == "uuid_dump":
            return json.dumps(self._channel | self._arrays)
        if command == "uuid_break":
            self._break(everything="all" in words)
        elif command != "uuid_setvar_multi":
            return f"-ERR {command} Command not found!\n"
        return "+OK\n"

    def _break(self, *, everything: bool) -> None:
        if everything:
            self._queue.clear()
        while self._stack and self._stack[-1].began_at is not None:
            self._end(self._stack[-1], "")
            if not everything:
                return

    # ---- time ------------------------------------------------------------------------------------------

    def _moves_on(self, is_idle: bool) -> bool:
        """Let the next thing happen, if nobody has to say something first."""
        with self._moved:
            limit = self._work_until
        if self.wire is None or not (is_idle or limit is not None):
            return False
        coming = min(self._coming(), default=None)
        if limit is not None and (coming is None or coming.at > limit):
            if is_working := self.now < limit:
                self._pass(limit)
            return is_working
        if coming is None:
            return False
        with self._moved:  # whoever waits for the clock finds what came by then
            self._pass(coming.at)
            coming.what()
        return True

    def _catch_up(self) -> None:
        """What is due now comes before the answer to a command."""
        if self.wire is not None:
            while (coming := min(self._coming(), default=None)) and coming.at <= self.now:
                coming.what()

    def _coming(self) -> Iterator[Happening]:
        if self.hung_up:
            return
        if self.plan.hangs_up_at is not None:
            yield Happening(max(self.plan.hangs_up_at, self.now), 1, lambda: self._hang_up("NORMAL_CLEARING"))
        if self._keys:
            yield Happening(max(self._keys[0][0], self.now), 0, self._press)
        if self._stack:
            running = self._stack[-1]
            yield Happening(running.ends_at, 4, lambda: self._over(running))
        elif self._queue:
            yield Happening(max(self._queue[0].begins_at, self.now), 3, self._begin_next)

    def _pass(self, second: float) -> None:
        with self._moved:
            self.now = max(self.now, second)
            self._moved.notify_all()

    def _press(self) -> None:
        _, key = self._keys.popleft()
        values = {"DTMF-Digit": key, "DTMF-Duration": "800", "DTMF-Source": "RTP"}
        self._emit("DTMF", **values)
        if self._stack and key in self._stack[-1].result.get("terminators", ""):
            self._end(self._stack[-1], key)

    def _hang_up(self, cause: str) -> None:
        self._queue.clear()
        with self._moved:
            self.hung_up = True
            self._moved.notify_all()
        self._emit("CHANNEL_HANGUP", **{"Hangup-Cause": cause})
        while self._stack:
            self._end(self._stack[-1], "", response="PLAYBACK ERROR")
        for name in ("CHANNEL_UNPARK", "CHANNEL_STATE", "CHANNEL_HANGUP_COMPLETE"):
            self._emit(name)
        text = b"Disconnected, goodbye.\n"
        disposition = b"linger\nLinger-Time: 10" if self._lingers else b"disconnect"
        self._send(
            b"Content-Type: text/disconnect-notice\nContent-Disposition: %s\nContent-Length: %d\n\n%s"
            % (disposition, len(text), text)
        )

    # ---- applications ----------------------------------------------------------------------------------

    def _nest(self, application: Application) -> None:
        if self._stack:
            self._stack[-1].left_when_nested = self._stack[-1].ends_at - self.now
        self._begin(application)

    def _begin_next(self) -> None:
        self._begin(self._queue.popleft())

    def _begin(self, application: Application) -> None:
        application.began_at = self.now
        self._emit("CHANNEL_EXECUTE", **self._named(application))
        if application.name not in APPLICATIONS:
            self._hang_up("DESTINATION_OUT_OF_ORDER")
            return
        if application.name in ("playback", "record"):
            application.result["terminators"] = self.variables.get("playback_terminators", "*")
            self.variables.pop("playback_terminator_used", None)
        self._stack.append(application)
        application.ends_at = self.now + self._seconds_of(application)

    def _seconds_of(self, application: Application) -> float:
        match application.name:
            case "playback":
                return self._playback(application)
            case "record":
                return self._recording(application)
            case "execute_extension":
                return self._ring(application)
        return 0.0

    def _playback(self, application: Application) -> float:
        sound, _, start = application.argument.partition("@@")
        application.response = "FILE PLAYED"
        if sound.startswith("silence_stream://"):
            return int(sound.removeprefix("silence_stream://")) / 1000
        if not Path(sound).is_file():
            application.response = "FILE NOT FOUND"
            return 0.0
        application.starts_at = int(start or 0) / RATE
        left = Path(sound).stat().st_size / RATE - application.starts_at
        return left if left > 0 else 2 * FRAME

    def _recording(self, application: Application) -> float:
        path, limit, threshold, silence = application.argument.split(" ")
        assert int(threshold) > 0
        began = self.now
        last_word = max((min(end, began + 600) for _, end in self.plan.speaks if end > began), default=began)
        until_silence = last_word + int(silence) * RATE / self._line_rate - began
        longest = int(limit) + 0.7
        application.result["silence_hits_exhausted"] = "true" if until_silence < longest else "false"
        if not Path(path).parent.is_dir():
            self._queue.clear()
            application.result["no folder"] = "true"
        return min(longest, until_silence)

    def _ring(self, application: Application) -> float:
        party = self.plan.called or CalledParty()
        longest = float(self.variables["personsvar_callback_ring_seconds"])
        application.result["originate_disposition"] = {
            "ANSWER": "SUCCESS",
            "BUSY": "USER_BUSY",
        }.get(party.status, "NO_ROUTE_DESTINATION")
        if party.rings > longest:
            application.result["originate_disposition"] = "NO_ANSWER"
        return min(party.rings, longest)

    def _over(self, application: Application) -> None:
        """An application has come to its own end; one that rang may go on talking."""
        if application.result.get("no folder"):
            self._stack.pop()
            self._hang_up("DESTINATION_OUT_OF_ORDER")
        elif application.result.get("originate_disposition") == "SUCCESS" and not application.is_talking:
            application.is_talking = True
            application.ends_at = self.now + (self.plan.called or CalledParty()).talks
            application.result["terminators"] = "*"
            self._emit("CHANNEL_BRIDGE")
        else:
            self._end(application, "")

    def _end(self, application: Application, key: str, *, response: str = "") -> None:
        self._stack.remove(application)
        began = self.now if application.began_at is None else application.began_at
        is_cut = self.now < application.ends_at
        told = dict(application.result)
        told.pop("terminators", None)
        if key:
            self.variables["playback_terminator_used"] = key
        if application.name == "playback":
            at = application.starts_at * RATE + (self.now - began) * self._line_rate
            told["playback_last_offset_pos"] = str(round(at))
        if application.name == "record":
            self._heard_meanwhile(self.now - began)
            samples = self._write(Path(application.argument.split(" ")[0]), began)
            counted = samples * self._line_rate // RATE
            told |= {"record_samples": str(counted), "record_ms": str(round((self.now - began) * 1000))}
            if is_cut:
                told["silence_hits_exhausted"] = "false"
        if application.is_talking:
            self._emit("CHANNEL_UNBRIDGE")
        self.variables |= told
        self._emit(
            "CHANNEL_EXECUTE_COMPLETE",
            **self._named(application),
            **{"Application-Response": response or application.response},
        )
        if self._stack:
            self._stack[-1].ends_at = self.now + self._stack[-1].left_when_nested
        for waiting in self._queue:
            waiting.begins_at = max(waiting.begins_at, self.now + FRAME)

    def _heard_meanwhile(self, seconds: float) -> None:
        """Of its sounds, one behind the other, the switch plays as many as the recording is long."""
        at = 0.0
        for sound in self.variables.get("record_indication", "").removeprefix("file_string://").split("!"):
            if sound.startswith("silence_stream://"):
                at += int(sound.removeprefix("silence_stream://").partition(",")[0]) / 1000
            elif sound and at < seconds:
                self.tones.append(at)

    def _write(self, file: Path, began: float) -> int:
        """A-law, whole when its end is told; what the disk has no room for is missing, and not counted."""
        samples = round((min(self.now, self._sends_until) - began) * RATE)
        sound = bytearray(SILENCE * samples)
        for start, stop in self.plan.speaks:
            first, last = (min(max(round((at - began) * RATE), 0), samples) for at in (start, stop))
            sound[first:last] = SPEECH * (last - first)
        file.write_bytes(bytes(sound)[: self._disk_bytes])
        return samples

    def _named(self, application: Application) -> dict[str, str]:
        return {
            "Application": application.name,
            "Application-Data": application.argument,
            "Application-UUID": application.token,
        }
