"""The encoder's processes: behind the calls, made anew when they die, and gone when the service is."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from personsvar.voice.encode.pool import PoolEncoder
from personsvar.voice.encode.transcoding import NICE
from personsvar.voice.encoder import EncodingFailedError
from personsvar.voice.uploads import AudioForm, BrokenRecordingError
from personsvar.voice.wav import wav
from tests.tape import decoded, pitch, tone
from tests.unit.voice_encode import jobs
from tests.unit.voice_encode.stand_ins import HANGING, WITHOUT_AMR, ffmpeg_is
from tests.wire.until import until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def encoder() -> AsyncIterator[PoolEncoder]:
    it = PoolEncoder(processes=1)
    yield it
    await it.close()
    assert multiprocessing.active_children() == []


async def test_recordings_are_encoded_elsewhere_behind_everybody_else(encoder: PoolEncoder) -> None:
    assert pitch(decoded(await encoder.mp3(tone(1, hertz=600)), "mp3")) == pytest.approx(600, abs=8)
    assert pitch(decoded(await encoder.amr(tone(1), bit_rate=4750), "amr")) == pytest.approx(440, abs=8)
    assert pitch(decoded(await encoder.m4a(tone(1, hertz=600)), "mov")) == pytest.approx(600, abs=8)
    process = await told(encoder)
    assert process["pid"] != os.getpid()
    assert process["nice"] == min(os.nice(0) + NICE, 19)
    with pytest.raises(EncodingFailedError, match="empty"):
        await encoder.mp3(b"")
    assert (await told(encoder))["pid"] == process["pid"]  # a bad recording is no reason for a new one


async def test_an_upload_that_is_broken_is_told_apart_from_an_encoder_that_is(
    encoder: PoolEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await encoder.uploaded(wav(tone(2, hertz=500)), AudioForm.WAV, max_seconds=120)
    assert len(made.alaw) == pytest.approx(16_000, abs=200)
    with pytest.raises(BrokenRecordingError):
        await encoder.uploaded(b"RIFF....WAVE and nothing more", AudioForm.WAV, max_seconds=120)
    await encoder.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EncodingFailedError, match="not installed") as wrong:
        await encoder.uploaded(wav(tone(1)), AudioForm.WAV, max_seconds=120)
    assert not isinstance(wrong.value, BrokenRecordingError)


async def test_no_process_is_started_before_there_is_something_to_encode() -> None:
    before = multiprocessing.active_children()
    encoder = PoolEncoder()
    await encoder.open()
    assert encoder.can_amr
    assert multiprocessing.active_children() == before
    await encoder.close()


async def test_a_process_that_is_killed_is_made_anew(encoder: PoolEncoder, tmp_path: Path) -> None:
    killed = (await told(encoder))["pid"]
    os.kill(killed, signal.SIGKILL)
    assert (await told(encoder))["pid"] != killed
    assert await encoder._made(jobs.die_so_often, 1, str(tmp_path)) == b"done"


async def test_a_recording_that_kills_twice_is_given_up(encoder: PoolEncoder, tmp_path: Path) -> None:
    with pytest.raises(EncodingFailedError, match="killed, twice"):
        await encoder._made(jobs.die_so_often, 2, str(tmp_path))
    assert await encoder._made(jobs.die_so_often, 2, str(tmp_path)) == b"done"


async def test_a_job_that_hangs_is_ended_with_its_ffmpeg_and_the_next_one_is_done(
    encoder: PoolEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg_is(HANGING, tmp_path, monkeypatch)
    await told(encoder)  # it is there, so the time is ffmpeg's alone
    encoder._job_seconds = 3.0
    with pytest.raises(EncodingFailedError, match="took over 3 s"):
        await encoder._made(jobs.encode_a_little)
    (pid,) = map(int, (tmp_path / "ffmpeg.pids").read_text().split())
    await until(lambda: not runs(pid))
    encoder._job_seconds = 60.0
    assert (await told(encoder))["pid"]


async def test_a_job_nobody_waits_for_any_more_holds_up_no_other(
    encoder: PoolEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg_is(HANGING, tmp_path, monkeypatch)
    hanging = asyncio.create_task(encoder.mp3(tone(1)))
    await until((tmp_path / "ffmpeg.pids").exists)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert (await told(encoder))["pid"]


async def test_more_jobs_than_processes_wait_their_turn(encoder: PoolEncoder) -> None:
    made = await asyncio.gather(
        *(encoder.amr(tone(0.5, hertz=hertz), bit_rate=12200) for hertz in (300, 900))
    )
    assert [pitch(decoded(one, "amr")) for one in made] == pytest.approx([300, 900], abs=10)


async def test_without_the_encoder_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg_is(WITHOUT_AMR, tmp_path, monkeypatch)
    encoder = PoolEncoder()
    await encoder.open()
    assert not encoder.can_amr
    assert "apt install libavcodec-extra" in (encoder.why_not() or "")


def test_a_service_that_is_killed_leaves_no_process_and_its_processes_import_little(tmp_path: Path) -> None:
    """Started as `personsvar` is: the program's own file is what a new process imports first."""
    program = tmp_path / "personsvar"
    program.write_text(PROGRAM)
    words = (tmp_path / "stderr").open("wb")  # Python tells of semaphores it cleans up behind the killed
    with words:
        service = subprocess.Popen(
            [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=words, env=environment()
        )
    try:
        assert service.stdout is not None
        process = json.loads(service.stdout.readline())
    finally:
        service.kill()
        service.wait()
        assert service.stdout is not None
        service.stdout.close()
    assert not {"fastapi", "sqlalchemy", "pydantic", "typer", "httpx"} & set(process["modules"])
    assert "personsvar.cli" in process["modules"]
    limit = time.monotonic() + 20
    while runs(process["pid"]) and time.monotonic() < limit:
        os.sched_yield()
    assert not runs(process["pid"])


PROGRAM = """
import asyncio, sys
from personsvar.cli import main

async def serve():
    from personsvar.voice.encode.pool import PoolEncoder
    from tests.unit.voice_encode import jobs
    import fastapi, sqlalchemy
    print((await PoolEncoder()._made(jobs.told)).decode(), flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(serve())
"""


async def told(encoder: PoolEncoder) -> dict[str, Any]:
    return dict(json.loads(await encoder._made(jobs.told)))


def runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"  # a zombie waits for its parent only


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
