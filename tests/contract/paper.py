"""The scripted phone of the manual's tests, as a line that the contract is held against.

Its script is relative (a key, so long after the step before), the plan is absolute: `script_of` translates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from personsvar.dialogue.call import Call, DialOutcome, Progress
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.voice.alaw import from_linear
from tests.contract.takes import a_take
from tests.phone import Answers, HangUp, Press, ScriptedPhone, SimulatedClock, Speak, Step
from tests.wire.channel import CalledParty, Plan

SILENCE, SPEECH = b"\xd5", b"\x2a"
RING_SECONDS = 30
OUTCOMES = {"ANSWER": DialOutcome.ANSWERED, "BUSY": DialOutcome.BUSY}


class PaperLine:
    late = 0.0

    def __init__(self, plan: Plan, folder: Path, *, prompt_seconds: float) -> None:
        self.clock = SimulatedClock()
        self.began = self.clock.now()
        self.phone = ScriptedPhone(
            setup=CallSetup(call_id="1700000000.1", dialled="+4747471000", trunk=True),
            script=script_of(plan),
            clock=self.clock,
            speech=SPEECH,
            seconds_of=lambda sentence: prompt_seconds * len(sentence.parts),
        )
        self.call: Call = self.phone
        self._folder = folder

    def now(self) -> float:
        return (self.clock.now() - self.began) / timedelta(seconds=1)

    def until(self, second: float) -> None:
        """Keys that came by then were pressed ahead: nothing is between them and the next verb."""
        passing = max(second - self.now(), 0.0)
        self.clock.pass_seconds(passing)
        for number, step in enumerate(self.phone.script):
            assert isinstance(step, Press | HangUp)
            after = step.after or 0.0
            self.phone.script[number] = replace(step, after=max(after - passing, 0.0))
            passing -= after
            if passing < 0:
                return
            self.phone.gone |= isinstance(step, HangUp)

    def recording(self, seconds: float) -> Sound:
        return Sound(SoundId(7), seconds)

    def take(self, number: int = 1) -> Take:
        return a_take(self._folder, number)

    def sound_of(self, take: Take) -> bytes | None:
        return from_linear(take.file.read_bytes())

    def warned(self) -> list[float]:
        return self.phone.warned

    def told(self) -> list[Progress]:
        return self.phone.reached


def script_of(plan: Plan) -> list[Step]:
    if plan.called is not None:
        return [answers(plan, plan.called)]
    script: list[Step] = []
    at, silent_from = 0.0, max((end for _, end in plan.speaks), default=0.0)
    for second, step in events(plan):
        script += spoken(plan, at, min(second, silent_from))
        script.append(replace(step, after=max(second - max(at, silent_from), 0.0)))
        at = second
    return script + spoken(plan, at, silent_from)


def events(plan: Plan) -> list[tuple[float, Press | HangUp]]:
    keys: list[tuple[float, Press | HangUp]] = [(second, Press(key)) for second, key in plan.keys]
    return keys if plan.hangs_up_at is None else [*keys, (plan.hangs_up_at, HangUp())]


def spoken(plan: Plan, start: float, end: float) -> list[Step]:
    """What the caller says, and his pauses, between two events; nothing where he never speaks."""
    said: list[Step] = []
    for begins, ends in plan.speaks:
        pause, word = min(begins, end) - start, min(ends, end) - max(begins, start)
        if pause > 0:
            said.append(Speak(pause, SILENCE))
        if word > 0:
            said.append(Speak(word))
        start = max(start, min(ends, end))
    if end > start:
        said.append(Speak(end - start, SILENCE))
    return said


def answers(plan: Plan, party: CalledParty) -> Answers:
    """What a call back comes to, with the owner's star and his hanging up counted in."""
    if party.rings > RING_SECONDS:
        return Answers(DialOutcome.NO_ANSWER)
    outcome = OUTCOMES.get(party.status, DialOutcome.REFUSED)
    if outcome is not DialOutcome.ANSWERED:
        return Answers(outcome)
    ends = [second for second, key in plan.keys if key == "*"]
    leaves = plan.hangs_up_at
    talks = min([party.talks, *(second - party.rings for second in (*ends, *([leaves] if leaves else [])))])
    return Answers(outcome, talks, then_hangs_up=leaves is not None)


@contextmanager
def paper_line(plan: Plan, folder: Path, *, prompt_seconds: float) -> Iterator[PaperLine]:
    yield PaperLine(plan, folder, prompt_seconds=prompt_seconds)
