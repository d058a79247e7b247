"""A sound heard by the real engine, and how well it was understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from personsvar.g711 import SAMPLE_RATE
from personsvar.gateways.transcripts.judging import judged_by_its_sound
from personsvar.gateways.transcripts.local_transcriber import LocalTranscriber
from personsvar.mailbox.model.transcript import SpokenWord, Transcript, Understanding
from personsvar.voice.speech import speech_seconds
from tests.speech.sounds import CalledSound
from tests.unit.voice_play.line import alaw


@dataclass(frozen=True, slots=True)
class HeardSound:
    seconds: float
    speech_seconds: float
    heard: Transcript
    """All that the engine said."""
    kept: Transcript
    understanding: Understanding

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        return self.heard.words


async def heard_by(transcriber: LocalTranscriber, sound: CalledSound) -> HeardSound:
    recording = alaw(sound.make())
    heard = await transcriber.transcript(recording, sound.language)
    understanding, kept = judged_by_its_sound(heard, recording)
    return HeardSound(len(recording) / SAMPLE_RATE, speech_seconds(recording), heard, kept, understanding)


def most_memory(pid: int) -> int:
    """The most that a process has had in memory, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (line,) = (it for it in status.splitlines() if it.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
