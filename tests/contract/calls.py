"""The lines that tests/contract/test_call.py holds for: one factory for each driver of `Call`.

A line is a caller with a plan (who presses what at which second, and when he leaves) at one end, and the
`Call` of a driver at the other. Its clock stands still between the verbs. To test another driver, write a
context manager `(Plan, Path) -> Line` and put it into LINES.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from personsvar.dialogue.call import Call, Progress
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import PromptMissingError, Sentence
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.telephony.agi.agi_call import AgiCall
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.setup import call_setup
from personsvar.telephony.esl.esl_call import EslCall
from personsvar.telephony.esl.esl_connection import EslConnection
from personsvar.telephony.esl.esl_driver import EslDriver
from personsvar.telephony.sound_files import SoundFiles
from personsvar.telephony.wire import SocketWire
from personsvar.voice.alaw import from_linear
from tests.contract.paper import paper_line
from tests.contract.takes import a_take
from tests.wire.asterisk import FakeAsterisk
from tests.wire.channel import FakeChannel, Plan
from tests.wire.freeswitch import SECRET, FakeFreeSwitch, WatchedWire

P = ParamSpec("P")
T = TypeVar("T")

PROMPT_SECONDS = 2.0
"""How long each part of a sentence lasts on every line."""
LONGEST_TONE_SECONDS = 1.0
TONE_SECONDS = 0.4
MISSING = PromptId("missing")
"""The Asterisk line has no sound for this prompt."""
LOST = Sound(SoundId(404), 30.0)
"""Nor for this recording."""
GIVEN = ("trunk=1", "dialled=+4747471000")


class LineUnderTest(Protocol):
    late: float
    """What the switch takes by itself, seconds: so late things may be."""

    @property
    def call(self) -> Call: ...

    def now(self) -> float:
        """Seconds since the line began."""
        ...

    def until(self, second: float) -> None:
        """Inside the work of `meanwhile`: it lasts until then, or until the caller left."""
        ...

    def recording(self, seconds: float) -> Sound:
        """A stored recording of that length."""
        ...

    def take(self, number: int = 1) -> Take:
        """A place to record to."""
        ...

    def sound_of(self, take: Take) -> bytes | None:
        """What the recording holds, A-law; None on a line without sound."""
        ...

    def warned(self) -> list[float]:
        """Each soft tone that came in a recording: so much of it there was by then."""
        ...

    def told(self) -> list[Progress]:
        """What the dialplan was told."""
        ...


class FileSounds:
    """Sounds as files of the right length."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sentence(self, sentence: Sentence) -> Path:
        if MISSING in sentence.parts:
            raise PromptMissingError(MISSING)
        return self._file("said", PROMPT_SECONDS * len(sentence.parts))

    def sentence_parts(self, sentence: Sentence) -> list[Path]:
        return [self._file(f"part-{part}", PROMPT_SECONDS) for part in sentence.parts]

    def recording(self, sound: Sound | Take) -> Path:
        if sound == LOST:
            raise PromptMissingError("no such sound")
        return self._file("sound", sound.seconds) if isinstance(sound, Sound) else sound.path

    def silence(self, seconds: float) -> Path:
        return self._file("silence", seconds)

    def tone(self) -> Path:
        return self._file("tone", TONE_SECONDS)

    def beep(self) -> Path:
        (self._folder / "beep.alaw").write_bytes(b"\xd5" * round(TONE_SECONDS * 8000))
        return self._folder

    def _file(self, name: str, seconds: float) -> Path:
        path = self._folder / f"{name}-{seconds}"
        path.with_name(f"{path.name}.alaw").write_bytes(b"\xd5" * round(seconds * 8000))
        return path


class WatchedWorkers(ThreadPoolExecutor):
    """The line's clock knows when work goes on beside it."""

    def __init__(self, channel: FakeChannel) -> None:
        super().__init__(1)
        self._channel = channel

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self._channel.work_began()
        task = super().submit(work, *args, **kwargs)
        task.add_done_callback(lambda _task: self._channel.work_ended())
        return task


class AgiFakeLine:
    """`AgiCall` and the fake Asterisk, over TCP."""

    late = 0.0

    def __init__(self, call: AgiCall, switch: FakeAsterisk, folder: Path) -> None:
        self.call: Call = call
        self.switch = switch
        self._folder = folder

    def now(self) -> float:
        return self.switch.channel.now

    def until(self, second: float) -> None:
        self.switch.channel.until(second)

    def recording(self, seconds: float) -> Sound:
        return Sound(SoundId(7), seconds)

    def take(self, number: int = 1) -> Take:
        return a_take(self._folder, number)

    def sound_of(self, take: Take) -> bytes | None:
        return from_linear(take.file.read_bytes())

    def warned(self) -> list[float]:
        return [at - TONE_SECONDS for _, at in self.switch.channel.tones]

    def told(self) -> list[Progress]:
        return [
            Progress(to) for name, to in self.switch.channel.set_in_order if name == "PERSONSVAR_PROGRESS"
        ]


@contextmanager
def agi_line(plan: Plan, folder: Path) -> Iterator[AgiFakeLine]:
    with agi_line_to(FakeAsterisk(plan, arguments=GIVEN), folder) as line:
        yield line


@contextmanager
def agi_line_to(
    switch: FakeAsterisk, folder: Path, *, sounds: SoundFiles | None = None
) -> Iterator[AgiFakeLine]:
    """The line to a fake Asterisk of your own making."""
    with socket.create_server(("127.0.0.1", 0)) as listener, WatchedWorkers(switch.channel) as workers:
        calling = threading.Thread(target=switch.call, args=listener.getsockname())
        calling.start()
        connection, _ = listener.accept()
        try:
            with connection:
                wire = SocketWire(connection, deadline_seconds=20)
                session = AgiConnection(wire)
                session.read_environment()
                wire.patient()
                setup = call_setup(session.env)
                call = AgiCall(
                    session,
                    setup,
                    sounds=sounds or FileSounds(folder),
                    workers=workers,
                    now=lambda: switch.channel.now,
                )
                yield AgiFakeLine(call, switch, folder)
        finally:
            calling.join(timeout=20)
    assert not calling.is_alive()
    assert not switch.spoke_too_early, "a command was sent while another was running"


class EslFakeLine:
    """`EslCall` and the fake FreeSWITCH, over TCP."""

    late = 0.1
    """A few frames of 20 ms: each application begins with one."""

    def __init__(
        self, call: EslCall, connection: EslConnection, switch: FakeFreeSwitch, folder: Path
    ) -> None:
        self.call: Call = call
        self.connection = connection
        self.switch = switch
        self._folder = folder

    def now(self) -> float:
        return self.switch.now

    def until(self, second: float) -> None:
        self.switch.until(second)

    def recording(self, seconds: float) -> Sound:
        return Sound(SoundId(7), seconds)

    def take(self, number: int = 1) -> Take:
        return a_take(self._folder, number)

    def sound_of(self, take: Take) -> bytes | None:
        return take.file.read_bytes()

    def warned(self) -> list[float]:
        return self.switch.tones

    def told(self) -> list[Progress]:
        return [Progress(to) for name, to in self.switch.set_in_order if name == "personsvar_progress"]


@contextmanager
def esl_line(plan: Plan, folder: Path) -> Iterator[EslFakeLine]:
    channel = {
        "Unique-ID": "1700000000.1",
        "variable_personsvar_trunk": "1",
        "variable_personsvar_dialled": "+4747471000",
    }
    with esl_line_to(FakeFreeSwitch(plan, channel=channel), folder) as line:
        yield line


@contextmanager
def esl_line_to(switch: FakeFreeSwitch, folder: Path) -> Iterator[EslFakeLine]:
    """The line to a fake FreeSWITCH of your own making."""
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as workers:
        calling = threading.Thread(target=switch.call, args=door.getsockname())
        calling.start()
        connection, _ = door.accept()
        try:
            with connection:
                wire = WatchedWire(connection)
                met = EslDriver(SECRET).identify(wire, has_place=True)
                wire.patient()
                switch.wire = wire
                call = EslCall(
                    met.connection, met.channel, met.setup, sounds=FileSounds(folder), workers=workers
                )
                yield EslFakeLine(call, met.connection, switch, folder)
        finally:
            calling.join(timeout=20)
    assert not calling.is_alive()


LINES: dict[str, Callable[[Plan, Path], AbstractContextManager[LineUnderTest]]] = {
    "agi": agi_line,
    "esl": esl_line,
    "paper": partial(paper_line, prompt_seconds=PROMPT_SECONDS),
}
