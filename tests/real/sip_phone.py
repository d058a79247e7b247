"""A telephone for tests: real SIP and RTP on loopback, keys, a voice, and an ear that keeps all it hears.

    phone = Phone(switch_port=5060, number="+4790000002", prompts=sounds)
    phone.call(diversion=["<sip:+4790000001@example.test>;reason=no-answer"])
    phone.wait_for_prompt("greeting-default", within=5)
    phone.speak(seconds=14, dbfs=-50)
    phone.press("#")
    phone.hang_up()

Times are seconds since the call was answered. `wait_for_prompt` listens from the last key press or the last
prompt waited for, so a prompt heard twice is found twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from tests.patience import patience
from tests.real import signals
from tests.real.heard import Heard, Hearing, PromptSounds
from tests.real.line import KeyPress, Line
from tests.real.pieces import Piece, pieces
from tests.real.rtp import PCMA
from tests.real.sip_leg import LOOPBACK, SipLeg
from tests.real.sip_message import Header, Message

ACCESS_NUMBER = "+4747471000"
_PIECE_SECONDS = 0.3
_LISTEN_FRAMES = 10
"""The sweep is looked at each 0.2 s: unlike a look for a prompt that takes some work."""


class Phone:
    line_of, leg_of = Line, SipLeg

    def __init__(
        self,
        *,
        switch_port: int = 0,
        switch_address: str = LOOPBACK,
        port: int = 0,
        address: str = LOOPBACK,
        told: str = "",
        number: str = "+4790000002",
        codecs: Sequence[int] = (PCMA,),
        prompts: PromptSounds | None = None,
    ) -> None:
        """`told`: the address it tells in its messages, where that is not its own: behind NAT."""
        self.number = number
        self.line = self.line_of(address=address)
        self.leg = self.leg_of(
            number=number, codecs=codecs, media_port=self.line.port, port=port, address=address, told=told
        )
        self._switch = (switch_address, switch_port)
        self._prompts = prompts
        self._answered_at = 0.0
        self._after = 0.0
        self._began: dict[str, float] = {}
        """When each prompt that was waited for began, the last time it was heard."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- calling and being called -------------------------------------------------------------------------

    def call(
        self,
        dialled: str = ACCESS_NUMBER,
        *,
        asserted: bool = True,
        privacy: str = "",
        diversion: Sequence[str] = (),
        history: Sequence[str] = (),
        headers: Sequence[Header] = (),
        within: float = 10,
    ) -> None:
        """Dial, and return when it is answered. `asserted`: the operator vouches for our number."""
        sent: list[Header] = []
        if asserted:
            sent.append(("P-Asserted-Identity", f"<sip:{self.number}@example.test>"))
        if privacy:
            sent += [("Privacy", privacy), ("From", '"Anonymous" <sip:anonymous@anonymous.invalid>')]
        sent += [("Diversion", value) for value in diversion]
        sent += [("History-Info", value) for value in history]
        answer = self.dial(dialled, [*sent, *headers], within=within)
        if answer.status != 200:
            raise AssertionError(f"the call was refused: {answer.start}")

    def dial(self, dialled: str, headers: Sequence[Header], *, within: float = 10) -> Message:
        """Dial with these headers only; the final answer, whatever it is."""
        self.leg.call(dialled, self._switch, headers)
        answer = self.leg.wait_for_answer(within=within)
        self._connect()
        return answer

    def answer(self, *, within: float = 10) -> Message:
        """Wait to be called, ring, and pick up; the INVITE that came."""
        invite = self.leg.wait_for_call(within=within)
        self.leg.reply("180 Ringing")
        self.leg.reply("200 OK")
        self._connect()
        return invite

    def refuse(self, status: str, *, within: float = 10) -> Message:
        """Wait to be called and refuse: `486 Busy Here`, `404 Not Found`."""
        invite = self.leg.wait_for_call(within=within)
        self.leg.reply(status)
        return invite

    def ring(self, *, within: float = 10) -> Message:
        """Wait to be called and ring, for ever."""
        invite = self.leg.wait_for_call(within=within)
        self.leg.reply("180 Ringing")
        return invite

    def _connect(self) -> None:
        if self.leg.media is not None:
            self._answered_at = time.monotonic()
            self.line.open((self._switch[0], self.leg.media.port), self.leg.media.codec)

    # ---- keys and voice -----------------------------------------------------------------------------------

    def press(self, keys: str, *, on_ms: int = 100, gap_ms: int = 100) -> list[KeyPress]:
        """Press keys; returns when the last one is up again, before its gap is over."""
        before = len(self.line.presses)
        self._after = self.now
        self.line.press(keys, on_ms=on_ms, gap_ms=gap_ms)
        wanted = before + len(keys)
        self._await(
            lambda: len(self.line.presses) >= wanted and self.line.presses[-1].up_at > 0, 30, f"keys {keys}"
        )
        return self.line.presses[before:]

    def speak(self, *, seconds: float, dbfs: float = -25.0) -> None:
        """Talk that long, at that level; returns when it is said."""
        self.say(signals.speech(seconds, dbfs=dbfs))

    def sweep(self, *, seconds: float) -> None:
        """The tone whose pitch tells the second."""
        self.say(signals.sweep(seconds))

    def hiss(self, *, seconds: float, dbfs: float, wait: bool = True) -> None:
        """A line on which nobody speaks."""
        self.say(signals.hiss(seconds, dbfs=dbfs), wait=wait)

    def say(self, sound: bytes, *, wait: bool = True) -> None:
        """Say A-law sound; returns when it is said, or the other end has hung up."""
        self.line.say(sound)
        if not wait:
            return
        self._await(lambda: not self.line.busy or self.leg.ended, len(sound) / 8000 + 10, "what is said")

    def vanish(self) -> None:
        """Send nothing more, and never a BYE."""
        self.line.mute()

    def hang_up(self) -> None:
        """BYE, and no sound any more; a call that is not answered yet is cancelled."""
        self.line.mute()
        if self.leg.rings:
            self.leg.cancel()
            self.leg.wait_for_end(within=5)
        else:
            self.leg.bye()

    def wait_for_hang_up(self, *, within: float) -> float:
        """Until the other end hangs up; when that was."""
        self.leg.wait_for_end(within=within)
        self.line.mute()
        return self.leg.ended_at - self._answered_at

    def close(self) -> None:
        try:
            if not self.leg.ended and self.leg.received:
                self.hang_up()
        finally:
            self.line.close()
            self.leg.close()

    # ---- the ear ------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return time.monotonic() - self._answered_at

    def since_answer(self, moment: float) -> float:
        """A key's `down_at` or `up_at` as seconds of the call."""
        return moment - self._answered_at

    def recording(self) -> Heard:
        """All that was heard so far."""
        with self.line.changed:
            return Heard(self.line.frames, self._answered_at)

    def knows(self, prompts: PromptSounds) -> None:
        """From now on these prompts are listened for: the call has come to another language."""
        self._prompts = prompts

    def heard(self) -> list[Hearing]:
        """Every prompt heard so far, in order."""
        return self.recording().prompts(self._known())

    def wait_for_prompt(self, prompt: str, *, within: float) -> float:
        """Until `prompt` is heard (0.2 s of it are enough); when it began."""
        found: list[float] = []

        def is_heard() -> bool:
            at = self.recording().find(self._known(), prompt, after=self._after)
            found.extend([] if at is None else [at])
            return at is not None

        self._await(is_heard, within, f"the prompt {prompt}")
        self._after = found[0] + 0.02
        self._began[prompt] = found[0]
        return found[0]

    def wait_for_end_of(self, prompt: str) -> None:
        """Until a prompt that was waited for has been heard to its end."""
        began = self._began.get(prompt)
        if began is None:
            raise AssertionError(f"{prompt} was not waited for; {self.story()}")
        seconds = len(self._known().sounds[prompt]) / 8000
        self._await(lambda: self.now >= began + seconds, seconds + 5, f"the end of {prompt}")

    def wait_until(self, second: float) -> None:
        """Until that second of the call: for what is judged over a stretch of time."""
        self._await(lambda: self.now >= second, max(0.0, second - self.now) + 5, f"second {second:.2f}")

    def wait_for_sound(self, *, within: float, after: float | None = None) -> float:
        """Until anything but silence is heard, after a second (default: now); when."""
        since = self.now if after is None else after
        found: list[float] = []

        def is_heard() -> bool:
            at = self.recording().first_sound(after=since)
            found.extend([] if at is None else [at])
            return at is not None

        self._await(is_heard, within, "a sound")
        return found[0]

    def pieces(self, *, after: float = 0.0) -> list[Piece]:
        """What was heard of the sweep so far, in order."""
        heard = self.recording()
        return pieces(heard.bytes[heard.index_at(after) :])

    def wait_for_piece(self, count: int, *, seconds: float = 0.6, within: float = 15) -> list[Piece]:
        """Until that many pieces of the sweep were heard, of the last one so much; all of them.

        What is heard between two keys pressed quickly is no piece.
        """
        found: list[Piece] = []
        listened = 0

        def is_heard() -> bool:
            nonlocal listened
            if len(self.line.frames) >= listened + _LISTEN_FRAMES:
                listened = len(self.line.frames)
                found[:] = (piece for piece in self.pieces() if piece.seconds >= _PIECE_SECONDS)
            return len(found) > count or (len(found) == count and found[-1].seconds >= seconds)

        self._await(is_heard, within, f"piece {count} of the sweep")
        return found

    def _known(self) -> PromptSounds:
        if self._prompts is None:
            raise AssertionError("this phone was given no prompts to know")
        return self._prompts

    def _await(self, done: Callable[[], bool], within: float, what: str) -> None:
        deadline = time.monotonic() + patience(within)
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {patience(within)} s for {what}; {self.story()}")
            with self.line.changed:
                self.line.changed.wait(min(left, 0.1))

    def story(self) -> str:
        """What happened in the call so far, for a failure's text."""
        keys = ", ".join(f"{p.key} at {self.since_answer(p.down_at):.2f}" for p in self.line.presses)
        heard = (
            ", ".join(f"{h.prompt} at {h.at:.2f} for {h.seconds:.2f}" for h in self.heard())
            if self._prompts
            else ""
        )
        end = "hung up" if self.leg.ended else "up"
        return (
            f"now {self.now:.2f} s, the line is {end}; keys: {keys or 'none'}; heard: {heard or 'no prompt'}"
        )
