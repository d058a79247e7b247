"""Speech heard by the real engine, in a process of its own, with bounds that no sound gets around."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from personsvar.gateways.reachability import Sleep
from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.local_transcriber import LocalTranscriber
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.ports.transcriber import TranscriberAwayError, TranscriberFaultError
from tests.speech.heard_sound import heard_by, most_memory
from tests.speech.sounds import SOUNDS, Hope
from tests.speech.spelled_words import share_that_came_back
from tests.speech.voices import model
from tests.unit.voice_play.line import alaw, silence
from tests.wire.until import eventually, until

pytestmark = pytest.mark.anyio

PATIENT = EngineBounds(nice=0, wall_seconds=240)
"""As long as a busy machine may need."""
QUIET = alaw(silence(1))
SPOKEN = ("clean", "brief", "short", "noise 10 dB below", "after 20 s of silence")
IN_VAIN = ("a robot's Norwegian", "backwards")
NOTHING = [name for name, sound in SOUNDS.items() if sound.hope is Hope.NOTHING]


@asynccontextmanager
async def transcriber(
    bounds: EngineBounds = PATIENT, folder: Path | None = None, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[LocalTranscriber]:
    opened = LocalTranscriber(folder or model(), bounds, sleep=sleep)
    try:
        yield opened
    finally:
        await opened.close()


async def test_what_is_said_comes_back_and_of_what_is_not_speech_there_is_no_text() -> None:
    """One process for all: it is loaded once, and whatever it hears it stays small."""
    async with transcriber() as engine:
        for name in SPOKEN:
            found = await heard_by(engine, SOUNDS[name])
            assert found.understanding is Understanding.TEXT, (name, found.heard.text)
            assert share_that_came_back(SOUNDS[name].words, found.kept.text) > 0.9, (name, found.kept.text)
            times = [at for word in found.words for at in (word.starts_at, word.ends_at)]
            assert times == sorted(times), name
            assert times[-1] <= found.seconds, name
        for name in (*NOTHING, *IN_VAIN):
            found = await heard_by(engine, SOUNDS[name])
            assert found.understanding is Understanding.NOT_UNDERSTOOD, (name, found.heard.text)
            assert found.kept.words == (), name
            assert len(found.words) < 10 * (found.seconds + 30), name
        assert engine.pid is not None
        assert most_memory(engine.pid) < 450_000_000


async def test_a_transcript_names_its_engine_its_model_and_its_language() -> None:
    async with transcriber() as engine:
        found = await engine.transcript(QUIET, "nb")
        assert engine.pid is not None
        held = _held_by(engine.pid)
        assert os.getpriority(os.PRIO_PROCESS, engine.pid) == os.getpriority(os.PRIO_PROCESS, 0)
    assert (found.engine.split()[0], found.model, found.language) == ("faster-whisper", "whisper-base", "nb")
    assert found.words == ()
    assert found.cpu_seconds is not None
    assert [it for it in held if it.startswith("socket:")] == []
    assert [it for it in held if it.startswith("/") and not it.startswith("/dev/")] == []


def _held_by(pid: int) -> list[str]:
    return [str(it.readlink()) for it in Path(f"/proc/{pid}/fd").iterdir()]


async def test_one_that_is_killed_at_its_work_is_begun_anew_and_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with transcriber() as engine:
        asked = asyncio.create_task(engine.transcript(QUIET, "en"))
        await until(lambda: engine.pid)
        killed = engine.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert (await asked).words == ()
        assert engine.pid not in (None, killed)
    told = [
        (it.getMessage(), it.__dict__["returned"]) for it in caplog.records if it.levelno >= logging.WARNING
    ]
    assert told == [("the process that hears speech ended", -signal.SIGKILL)]


async def test_one_that_hangs_is_ended_at_its_limit_and_the_next_recording_has_another() -> None:
    async with transcriber() as engine:
        await engine.transcript(QUIET, "en")
        hanging = engine.pid
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        engine._child._process.seconds = 0.2
        with pytest.raises(TranscriberFaultError, match="took over"):
            await engine.transcript(QUIET, "en")
        with pytest.raises(ProcessLookupError):
            os.kill(hanging, 0)
        engine._child._process.seconds = PATIENT.wall_seconds
        assert (await engine.transcript(QUIET, "en")).words == ()


async def test_one_that_uses_up_its_seconds_is_ended_by_the_kernel_and_not_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    long = alaw(SOUNDS["three minutes"].make())
    async with transcriber(replace(PATIENT, cpu_seconds=2)) as engine:
        with pytest.raises(TranscriberFaultError, match=str(int(-signal.SIGXCPU))):
            await engine.transcript(long, "en")
        assert engine.pid is None
    assert len(caplog.records) == 1


async def test_after_a_while_without_a_recording_its_memory_is_given_back() -> None:
    async with transcriber(replace(PATIENT, idle_seconds=0)) as engine:
        for _ in range(2):
            await engine.transcript(QUIET, "en")
            await until(lambda: engine.pid is None)


async def test_who_no_longer_waits_leaves_nothing_that_answers_another() -> None:
    async with transcriber() as engine:
        asked = asyncio.create_task(engine.transcript(QUIET, "en"))
        await until(lambda: engine.pid)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert engine.pid is None


async def test_who_waits_as_the_service_stops_is_told_that_nobody_is_there() -> None:
    """No try is spent, and no process is begun anew."""
    engine = LocalTranscriber(model(), PATIENT)
    asked = asyncio.create_task(engine.transcript(QUIET, "nb"))
    await until(lambda: engine.pid)
    hears = engine.pid
    assert hears is not None
    os.kill(hears, signal.SIGSTOP)
    await engine.close()
    with pytest.raises(TranscriberAwayError):
        await asked
    assert engine.pid is None
    assert not engine.is_up


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A model whose largest file was not copied whole."""
    for file in model().iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "model.bin").unlink()
    with (model() / "model.bin").open("rb") as whole:
        (tmp_path / "model.bin").write_bytes(whole.read(1_000_000))
    return tmp_path


async def test_a_model_that_can_not_be_loaded_takes_the_engine_out_until_it_is_whole(
    cut: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, tried after growing pauses, and no recording spends a try on it."""
    caplog.set_level(logging.INFO, "personsvar")
    pauses: list[float] = []

    async def mended_later(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            (cut / "model.bin").unlink()
            (cut / "model.bin").symlink_to(model() / "model.bin")

    async with transcriber(folder=cut, sleep=mended_later) as engine:
        assert engine.is_up
        with pytest.raises(TranscriberAwayError, match="can't be loaded: "):
            await engine.transcript(QUIET, "en")
        assert not engine.is_up
        assert engine.pid is None
        await until(lambda: engine.is_up)
        assert (await engine.transcript(QUIET, "en")).words == ()
    assert pauses == [1, 2, 4]
    away, back = caplog.records
    assert (away.levelname, away.__dict__["setting"]) == ("ERROR", "PERSONSVAR_TRANSCRIBER_MODEL")
    assert "invalid" in away.__dict__["why"]
    assert (back.levelname, back.getMessage()) == ("INFO", "the model is loaded again")


async def test_at_its_start_the_model_is_loaded_and_nothing_is_said_if_it_can_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "personsvar")
    async with transcriber() as engine:
        await engine.open()
        assert not engine.is_up
        await until(lambda: engine.is_up)
        assert engine.pid is not None
    assert caplog.records == []


async def test_a_model_that_can_not_be_loaded_is_told_of_at_its_start(
    cut: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And not at night, when the first message comes."""
    never = asyncio.Event()

    async def asleep(_: float) -> None:
        await never.wait()

    async def at_once(seconds: float) -> None:
        await (asyncio.sleep(0) if seconds == 0 else asleep(seconds))

    async with transcriber(folder=cut, sleep=at_once) as engine:
        await engine.open()
        await until(lambda: caplog.records)
        assert not engine.is_up
    (away,) = caplog.records
    assert (away.levelname, away.__dict__["setting"]) == ("ERROR", "PERSONSVAR_TRANSCRIBER_MODEL")


async def test_a_process_that_ends_while_it_loads_is_no_fault_of_the_recording(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As where the system's memory is too small for the model; the next reason is told as well."""
    never = asyncio.Event()

    async def asleep(_: float) -> None:
        await never.wait()

    async with transcriber(sleep=asleep) as engine:
        asked = asyncio.create_task(engine.transcript(QUIET, "en"))
        killed: set[int | None] = {None}
        for _ in range(2):
            await until(lambda: engine.pid not in killed)
            assert engine.pid is not None
            killed.add(engine.pid)
            os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(TranscriberAwayError, match="a system without memory does so"):
            await asked
        assert not engine.is_up
    assert [it.levelname for it in caplog.records] == ["WARNING", "ERROR"]


async def test_a_model_that_is_taken_away_is_told_of_too(tmp_path: Path) -> None:
    for file in model().iterdir():
        (tmp_path / file.name).symlink_to(file)
    async with transcriber(folder=tmp_path) as engine:
        (tmp_path / "model.bin").unlink()
        with pytest.raises(TranscriberAwayError, match=r"missing: model\.bin"):
            await engine.transcript(QUIET, "en")
        assert not engine.is_up


def test_it_ends_with_the_process_that_began_it() -> None:
    script = (
        "import asyncio, sys\n"
        "from tests.unit.gateways.transcripts.test_local_transcriber import *\n"
        "async def main():\n"
        "    engine = LocalTranscriber(model(), PATIENT)\n"
        "    await engine.transcript(QUIET, 'en')\n"
        "    print(engine.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[4]
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root) as parent:
        assert parent.stdout is not None
        engine = int(parent.stdout.readline())
        os.kill(engine, signal.SIGSTOP)  # so that it reads no end of what it is asked
        parent.kill()
    eventually(lambda: _is_gone(engine))


def _is_gone(pid: int) -> bool:
    """A zombie is: nobody here reaps it."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text("ascii")
    except OSError:
        return True
