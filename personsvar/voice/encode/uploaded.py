"""A recording that somebody uploaded, made into what callers hear.

It comes from outside, and may be made to harm: ffmpeg is told which form it is and reads that and no other;
it has decoders for sound alone, no network, no file and no playlist; and the system holds it to its seconds,
its memory and its files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.encode.client_greeting import LINEAR, as_callers_hear_it, is_silent, samples_of
from personsvar.voice.encode.ffmpeg import Bounds, run
from personsvar.voice.encode.mp4_order import table_first
from personsvar.voice.speech import holds_speech
from personsvar.voice.uploads import AudioForm

_PCM = "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw"
_XIPH = "opus,libopus,vorbis,libvorbis,flac"
_READ_AS: Mapping[AudioForm, Sequence[str]] = {
    AudioForm.WAV: ("-codec_whitelist", _PCM, "-f", "wav"),
    AudioForm.MP3: ("-codec_whitelist", "mp3,mp3float", "-f", "mp3"),
    AudioForm.M4A: (
        *("-codec_whitelist", "aac,alac", "-enable_drefs", "0", "-use_absolute_path", "0"),
        *("-f", "mov"),
    ),
    AudioForm.OGG: ("-codec_whitelist", _XIPH, "-f", "ogg"),
    AudioForm.WEBM: ("-codec_whitelist", _XIPH, "-f", "matroska"),
}
_PIPE_ALONE = ("-protocol_whitelist", "pipe")
_FIRST_SOUND = ("-map", "0:a:0")
BOUNDS = Bounds(cpu_seconds=20, memory_bytes=1_000_000_000, file_bytes=0)


@dataclass(frozen=True, slots=True)
class DecodedUpload:
    alaw: bytes = field(repr=False)
    holds_keys: bool
    holds_speech: bool
    is_too_long: bool


def uploaded(content: bytes, form: AudioForm, max_seconds: float) -> DecodedUpload:
    """Raise BrokenSoundError when it can't be read. No more of it is read than a second too much."""
    one_more = ("-t", str(max_seconds + 1))
    source = [*one_more, *_PIPE_ALONE, *_READ_AS[form], "-i", "pipe:0"]
    content = table_first(content) if form is AudioForm.M4A else content
    linear = run(source, content, [*_FIRST_SOUND, *one_more, *LINEAR], what="an upload", bounds=BOUNDS)
    samples = samples_of(linear)
    if is_silent(samples):
        return DecodedUpload(b"", holds_keys=False, holds_speech=False, is_too_long=False)
    made = as_callers_hear_it(samples)
    return DecodedUpload(
        made.alaw,
        holds_keys=made.holds_keys,
        holds_speech=holds_speech(made.alaw),
        is_too_long=samples.size > max_seconds * SAMPLE_RATE,
    )
