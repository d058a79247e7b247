"""A caller of whom the switch may be taken away at any moment, and who gives up then instead of waiting."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event

from tests.real.ports import dropped_packets
from tests.real.rtp import FRAME
from tests.real.sip_leg import SipLeg
from tests.real.sip_message import Header
from tests.real.sip_phone import ACCESS_NUMBER, Phone

LISTENS_EACH_SECONDS = 0.08
ANSWERED_WITHIN_SECONDS = 25.0
"""A switch that is busy with being started takes its time; who calls a dead one waits no longer."""
GOODBYE_SECONDS = 20.0
TONE_SECONDS = 0.45


class LegThatIsLeft(SipLeg):
    def leave(self, gone: Event) -> bool:
        """BYE; whether the switch has taken it before it was gone."""
        self._send(self._within_call("BYE"))
        until = time.monotonic() + GOODBYE_SECONDS
        while time.monotonic() < until and not self.ended and not gone.is_set():
            with self.changed:
                self.changed.wait(LISTENS_EACH_SECONDS)
        return self.ended


class FaultCaller(Phone):
    """`gone` is set when the switch is: before it is killed."""

    leg_of = LegThatIsLeft

    gone: Event
    answered = False

    def calls(self, headers: Sequence[Header], gone: Event) -> bool:
        """Whether it was answered."""
        self.gone = gone
        self._read, self._bytes, self._searched = 0, bytearray(), 0
        sent = [("P-Asserted-Identity", f"<sip:{self.number}@example.test>"), *headers]
        self.leg.call(ACCESS_NUMBER, self._switch, sent)
        until = time.monotonic() + ANSWERED_WITHIN_SECONDS
        while self.leg.final is None and time.monotonic() < until and not gone.is_set():
            with self.leg.changed:
                self.leg.changed.wait(LISTENS_EACH_SECONDS)
        self.answered = self.leg.final is not None and self.leg.final.status == 200
        if self.answered:
            self._connect()
        return self.answered

    @property
    def is_over(self) -> bool:
        return self.leg.ended or self.gone.is_set()

    def hears(self, *prompts: str, within: float) -> str | None:
        """The first of them since the last; None: the line went, or none came in that time."""
        until = time.monotonic() + within
        while (found := self._found(prompts)) is None:
            if self.is_over or time.monotonic() > until:
                return self._found(prompts)
            self.gone.wait(LISTENS_EACH_SECONDS)
        return found

    def hears_something(self, *, within: float) -> bool:
        """Anything at all: from the first word on a key counts."""
        until = time.monotonic() + within
        while not self.is_over and time.monotonic() < until:
            if self.recording().first_sound(after=0.0) is not None:
                return True
            self.gone.wait(LISTENS_EACH_SECONDS)
        return False

    def says(self, sound: bytes) -> bool:
        """Whether all of it was said on a line that is up."""
        self.line.say(sound)
        while self.line.busy and not self.is_over:
            self.gone.wait(LISTENS_EACH_SECONDS / 2)
        return not self.is_over

    @property
    def was_cut(self) -> bool:
        """The switch was held up for so long that the kernel threw away some of what was said."""
        return self.leg.media is not None and dropped_packets(self.leg.media.port) > 0

    def presses(self, key: str) -> None:
        self.line.press(key, on_ms=80, gap_ms=60)
        while self.line.busy and not self.is_over:
            self.gone.wait(LISTENS_EACH_SECONDS / 2)

    def waits(self, seconds: float) -> None:
        self.gone.wait(seconds)

    def leaves(self) -> bool:
        """Hangs up; whether the switch heard of it."""
        self.line.mute()
        return isinstance(self.leg, LegThatIsLeft) and self.leg.leave(self.gone)

    def close(self) -> None:
        try:
            if self.answered and not self.is_over:
                self.leaves()
            elif self.leg.final is None and self.leg.received:
                self.leg.cancel()
        finally:
            self.line.close()
            self.leg.close()

    def _found(self, prompts: Sequence[str]) -> str | None:
        self._listen()
        places: list[tuple[int, int, str]] = []
        for prompt in prompts:
            _, probe = self._known().probe(prompt)
            at = self._bytes.find(probe, self._searched)
            places += [(at, len(probe), prompt)] if at >= 0 else []
        if not places:
            return None
        at, size, prompt = min(places)
        self._searched = at + size
        return prompt

    def _listen(self) -> None:
        new = self.line.frames[self._read :]
        self._read += len(new)
        for frame in new:
            self._bytes += frame.payload

    def told_of(self) -> str:
        """For who looks into it: what was heard and pressed, and how it ended."""
        heard = [f"{it.prompt} at {it.at:.1f}" for it in self.heard()] if self.answered else []
        pressed = [f"{it.key} at {self.since_answer(it.down_at):.1f}" for it in self.line.presses]
        seconds = len(self.line.frames) * FRAME / 8000
        return (
            f"{'answered' if self.answered else 'not answered'}, {seconds:.1f} s heard, "
            f"pressed {', '.join(pressed) or 'nothing'}; heard {', '.join(heard) or 'no prompt'}"
        )
