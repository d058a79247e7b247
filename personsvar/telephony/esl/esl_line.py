"""One channel of FreeSWITCH: the applications the manual needs, each run to its end.

An application is queued with `event-lock`: without it, one sent while another runs is run inside it, and the
other goes on afterwards. It begins with the next frame of sound (20 ms), and is told by an id of ours when it
begins and when it is done. Keys are events, in whatever it is that runs; the switch itself ends a sound at a
key of `playback_terminators`, but a key that came before the sound began is none of those, and we end it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from personsvar.dialogue.call import ALL_KEYS, HungUpError, Key, SwitchError
from personsvar.g711 import SAMPLE_RATE
from personsvar.language.sentence import PromptMissingError
from personsvar.telephony.esl.esl_connection import EslConnection
from personsvar.telephony.esl.esl_messages import EslEvent
from personsvar.telephony.keys_ahead import KeysAhead, key_of
from personsvar.telephony.line_call import BACK, FORWARD

log = logging.getLogger(__name__)

SUFFIX = ".alaw"
"""Raw A-law, 8,000 samples a second: its positions are exact (mod_sndfile), to play and to record."""
QUIET = 66
"""The mean of a frame's samples (switch_ivr_record_file): less is silence.

For a packet that is late or never comes FreeSWITCH makes up a frame of 65, and that is no word. Whoever
speaks, were it at -60 dBFS, is louder once in a few seconds.
"""
TERMINATORS = "playback_terminators"
NO_TERMINATORS = "none"
"""Unset, the switch takes `*`."""
MEANWHILE = "record_indication"
"""What the caller hears while he is recorded.

A sound that is mixed in by `uuid_displace` costs the recording the packets that came just then.
"""
NOISE = 1400
"""How loud the comfort noise is that FreeSWITCH sends by itself while it records: the less, the louder."""
NOT_FOUND = "FILE NOT FOUND"
_BEGINS, _ENDS, _KEY = "CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE", "DTMF"
_BRIDGED, _PARTED = "CHANNEL_BRIDGE", ("CHANNEL_UNBRIDGE", "CHANNEL_HANGUP")
EVENTS = (_BEGINS, _ENDS, _KEY, _BRIDGED, *_PARTED)
"""All that is asked for: each has the whole channel in it, and costs the switch what it costs to write it."""


@dataclass(frozen=True, slots=True)
class Done:
    """An application is done."""

    event: EslEvent
    key: Key | None = None
    """The first key that acts, of those that came while it ran."""
    began_at: float = 0.0
    """By the switch's clock, seconds."""

    @property
    def lasted(self) -> float:
        """How long it ran, whatever came of it: of a line that sends nothing nothing is recorded."""
        return _stamp(self.event) - self.began_at

    def variable(self, name: str) -> str:
        """What the channel's variable was at its end."""
        return self.event.text(f"variable_{name}")

    def stopped_at(self, start: int) -> float:
        """The second at which a sound was stopped that began at that sample of its file.

        The switch counts on from there, in the line's samples.
        """
        played = _whole(self.variable("playback_last_offset_pos")) - start
        return start / SAMPLE_RATE + max(played, 0) / line_rate(self.event)

    @property
    def samples_recorded(self) -> int:
        """As they stand in the file; the switch counts the line's."""
        return _whole(self.variable("record_samples")) * SAMPLE_RATE // line_rate(self.event)


class EslLine:
    jump_keys = FORWARD + BACK

    def __init__(self, connection: EslConnection, channel: str, ahead: KeysAhead) -> None:
        self._connection = connection
        self._channel = channel
        self._ahead = ahead
        self._applications = 0
        self._variables: dict[str, str] = {MEANWHILE: ""}
        """What we have set; nobody else sets these while the call is ours."""
        self._rate = SAMPLE_RATE
        """Of the line: more samples a second than the sounds have where it speaks G.722."""
        self._bridged_at: float | None = None
        self.talked_seconds: float | None = None
        """How long the caller talked to somebody who was dialled; None: to nobody."""

    @property
    def is_gone(self) -> bool:
        return self._connection.gone

    def check(self) -> None:
        """Keys that came since count as pressed ahead. Raise HungUpError once the caller is gone."""
        for event in self._connection.events_at_once():
            if key := pressed(event):
                self._ahead.add(key)
        if self._connection.gone:
            raise HungUpError

    def answer(self) -> None:
        self.execute("answer")
        self.check()

    def play(self, path: Path, keys: str) -> Key | None:
        return self._play(f"{path}{SUFFIX}", keys).key

    def play_from(self, path: Path, keys: str, *, start_seconds: float) -> tuple[Key | None, float | None]:
        """Returns the key that stopped it and at which second; none: it came to its end."""
        start = round(start_seconds * SAMPLE_RATE)
        done = self._play(f"{path}{SUFFIX}" + (f"@@{start}" if start else ""), keys, start=start)
        return done.key, done.stopped_at(start) if done.key else None

    def wait(self, milliseconds: int) -> Key | None:
        """Wait for any key; the line sends silence meanwhile."""
        return self._play(f"silence_stream://{milliseconds}", ALL_KEYS).key

    def record(
        self,
        path: Path,
        keys: str,
        *,
        tone: Path | None,
        max_seconds: float,
        silence_seconds: float,
        warning: tuple[float, str] | None = None,
    ) -> Done | Key:
        """The tone, and what is said behind it, whatever becomes of us meanwhile: both are queued at once.

        A key in the tone ends it all, and is returned. It returns also when the caller has gone in it. The
        limit is of whole seconds: up to one more is recorded. It hears silence by samples, counted as if they
        were a telephone's: of a line that has twice as many all is twice as loud, and over in half the time.
        `warning`: after how long the caller hears which sound; the switch has the clock.
        """
        limit, silence = math.ceil(max_seconds), math.ceil(silence_seconds)
        self.set_variables(
            **{
                TERMINATORS: keys or NO_TERMINATORS,
                "record_sample_rate": str(SAMPLE_RATE),
                MEANWHILE: "" if warning is None else _after(*warning),
            }
        )
        before = None if tone is None else self._queue("playback", f"{tone}{SUFFIX}")
        heard = self._rate / SAMPLE_RATE
        recording = self._queue(
            "record", f"{path}{SUFFIX} {limit} {round(QUIET * heard)} {round(silence * heard)}"
        )
        if before and (key := self._finish(before, keys).key):
            self._finish(recording, "", ends_at_once=True)
            return key
        return self._finish(recording, keys)

    def execute(self, application: str, argument: str = "", *, keys: str = "") -> Done:
        """Run it to its end. Raise HungUpError when the channel is gone, and with it its end.

        Of `keys` the first that is pressed ends it; those behind it count as pressed ahead, others are none.
        """
        return self._finish(self._queue(application, argument), keys)

    def _queue(self, application: str, argument: str) -> str:
        """Returns the id that its beginning and its end will be told by."""
        if self._connection.gone:
            raise HungUpError
        self._applications += 1
        ours = str(self._applications)
        self._connection.send_message(_message(application, argument, ours))
        return ours

    def _finish(self, ours: str, keys: str, *, ends_at_once: bool = False) -> Done:
        key, began_at = None, 0.0
        while True:
            event = self._connection.next_event()
            if event.text("Application-UUID") == ours and event.name == _ENDS:
                self._rate = line_rate(event)
                return Done(event, key, began_at)
            is_ours = event.text("Application-UUID") == ours and event.name == _BEGINS
            if is_ours:
                began_at = _stamp(event)
            if is_ours and (key or ends_at_once):
                self._break()
            self._note_bridge(event)
            pressed_now = pressed(event)
            if pressed_now and key:
                self._ahead.add(pressed_now)
            elif pressed_now and pressed_now in keys:
                key = pressed_now

    def set_variables(self, **values: str) -> None:
        """Set those that have another value. Nothing happens when the caller is already gone."""
        if changed := {name: to for name, to in values.items() if self._variables.get(name) != to}:
            if any(";" in to or "=" in to for to in changed.values()):
                raise SwitchError("a value for the switch holds what ends it")
            told = ";".join(f"{name}={to}" for name, to in changed.items())
            self._connection.api(f"uuid_setvar_multi {self._channel} {told}")
            self._variables |= changed

    def api(self, command: str, argument: str = "") -> str:
        """Run a command of the switch on this channel; its answer."""
        return self._connection.api(f"{command} {self._channel} {argument}".rstrip())

    def hang_up(self) -> None:
        """This returns when the channel is gone, and the switch does not go on with it."""
        if self._connection.gone:
            return
        try:
            self._connection.send_message({"call-command": "hangup", "hangup-cause": "NORMAL_CLEARING"})
            while not self._connection.gone:
                self._connection.next_event()
        except HungUpError:
            return

    def _play(self, sound: str, keys: str, *, start: int = 0) -> Done:
        self.set_variables(**{TERMINATORS: keys or NO_TERMINATORS})
        done = self.execute("playback", sound, keys=keys)
        if done.key:
            return done
        if self._connection.gone:
            raise HungUpError(seconds=done.stopped_at(start))
        if done.event.text("Application-Response") == NOT_FOUND:
            raise PromptMissingError(f"the switch can't play {sound}")
        return done

    def _note_bridge(self, event: EslEvent) -> None:
        if event.name == _BRIDGED:
            self._bridged_at, self.talked_seconds = _stamp(event), 0.0
        elif event.name in _PARTED and self._bridged_at is not None:
            self.talked_seconds, self._bridged_at = _stamp(event) - self._bridged_at, None

    def _break(self) -> None:
        """End what plays, at once."""
        self.api("uuid_break")


def pressed(event: EslEvent) -> Key | None:
    """The key that an event is about; none of A to D, which no subscriber's telephone has (ITU-T Q.23)."""
    digit = event.text("DTMF-Digit") if event.name == _KEY else ""
    return key_of(ord(digit)) if len(digit) == 1 else None


def _after(seconds: float, sound: str) -> str:
    """Comfort noise for so long, and then the sound."""
    return f"file_string://silence_stream://{round(seconds * 1000)},{NOISE}!{sound}"


def line_rate(event: EslEvent) -> int:
    """How many samples a second the channel has."""
    return _whole(event.text("Channel-Read-Codec-Rate")) or SAMPLE_RATE


def _stamp(event: EslEvent) -> float:
    """When it was, by the switch's clock, in seconds."""
    return _whole(event.text("Event-Date-Timestamp")) / 1_000_000


def _whole(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() else 0


def _message(application: str, argument: str, ours: str) -> Mapping[str, str]:
    """`sendmsg`'s headers. The switch expands what looks like a variable: nothing of ours does."""
    if "${" in argument:
        raise SwitchError("an argument for the switch holds a variable")
    return {
        "call-command": "execute",
        "execute-app-name": application,
        **({"execute-app-arg": argument} if argument else {}),
        "Event-UUID": ours,
        "event-lock": "true",
    }
