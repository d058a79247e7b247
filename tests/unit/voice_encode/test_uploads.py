"""What people upload, made into what callers hear; and what is made to harm, refused within bounds."""

from __future__ import annotations

import http.server
import io
import os
import struct
import subprocess
import threading
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from personsvar.voice.encode import uploaded as upload
from personsvar.voice.encode.ffmpeg import Bounds, BrokenSoundError, EncodingError
from personsvar.voice.encode.level import TARGET_DBFS, active_level
from personsvar.voice.encode.uploaded import DecodedUpload, uploaded
from personsvar.voice.uploads import AudioForm, form_of
from tests.real import g711
from tests.tape import RATE, pitch, silence, tone
from tests.unit.voice_encode.stand_ins import ffmpeg_is
from tests.world import speech

FORMS: dict[AudioForm, tuple[str, ...]] = {
    AudioForm.WAV: ("-ar", "48000", "-ac", "2", "-c:a", "pcm_s24le", "-f", "wav"),
    AudioForm.MP3: ("-ar", "44100", "-c:a", "libmp3lame", "-f", "mp3"),
    AudioForm.M4A: ("-ar", "44100", "-c:a", "aac", "-f", "ipod"),
    AudioForm.OGG: ("-ar", "48000", "-c:a", "libopus", "-f", "ogg"),
    AudioForm.WEBM: ("-ar", "48000", "-c:a", "libopus", "-f", "webm"),
}


def made(form: AudioForm, alaw: bytes, folder: Path, *more: str) -> bytes:
    """As another program makes it: an M4A with its table at the end."""
    file = folder / f"made.{form}"
    source = ("-f", "alaw", "-ar", str(RATE), "-i", "pipe:0")
    command = ["ffmpeg", "-v", "error", "-y", *source, *more, *FORMS[form], str(file)]
    subprocess.run(command, input=alaw, check=True, capture_output=True)
    return file.read_bytes()


def wav_of(samples: bytes, *, rate: int = 8000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


def heard(it: DecodedUpload) -> float:
    return len(it.alaw) / RATE


@pytest.fixture(params=AudioForm)
def form(request: pytest.FixtureRequest) -> AudioForm:
    it: AudioForm = request.param
    return it


def test_each_form_is_known_by_how_it_begins(form: AudioForm, tmp_path: Path) -> None:
    assert form_of(made(form, tone(1), tmp_path)) is form


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"\xff", b"\xff\xff", b"#EXTM3U\nhttp://192.0.2.1/x", b"ffconcat version 1.0\nfile 'x'",
     b"<svg/>", b"%PDF-1.7", b"PK\x03\x04", b"GIF89a", b"\x89PNG\r\n", b"fLaC", b"#!AMR\n", b"\0" * 100,
     b"RIFF\0\0\0\0AVI LIST", b"\xff\xf1\x50\x80", b"[playlist]", b"v=0\r\no=- 0 0 IN IP4 192.0.2.1"],
)  # fmt: skip
def test_what_begins_otherwise_is_none_of_them(content: bytes) -> None:
    assert form_of(content) is None


def test_it_sounds_as_it_was_in_each_form(form: AudioForm, tmp_path: Path) -> None:
    it = uploaded(made(form, tone(3, hertz=500), tmp_path), form, 120)
    assert heard(it) == pytest.approx(3, abs=0.2)
    assert pitch(g711.decode(it.alaw).astype(np.float64)) == pytest.approx(500, abs=5)
    assert (it.holds_keys, it.is_too_long) == (False, False)


def test_speech_is_known_as_such_made_as_loud_as_prompts_and_the_silence_cut(
    form: AudioForm, tmp_path: Path
) -> None:
    quiet = g711.encode(g711.decode(speech()).astype(np.float64) * 0.05)
    it = uploaded(made(form, silence(3) + quiet + silence(4), tmp_path), form, 120)
    assert it.holds_speech
    assert heard(it) == pytest.approx(len(quiet) / RATE, abs=1.2)
    level = active_level(g711.decode(it.alaw).astype(np.float64) / 2**15, RATE)
    assert level == pytest.approx(TARGET_DBFS, abs=1.5)


def test_a_picture_in_it_is_left_alone(tmp_path: Path) -> None:
    cover = tmp_path / "cover.jpg"
    red = ["-f", "lavfi", "-i", "color=red:s=300x300", "-frames:v", "1", str(cover)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *red], check=True)
    more = ("-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    for form in (AudioForm.MP3, AudioForm.M4A):
        it = uploaded(made(form, tone(2), tmp_path, *more), form, 120)
        assert heard(it) == pytest.approx(2, abs=0.2)


def test_keys_in_it_are_found(form: AudioForm, tmp_path: Path) -> None:
    times = np.arange(RATE // 2) / RATE
    five = 8000 * (np.sin(2 * np.pi * 770 * times) + np.sin(2 * np.pi * 1336 * times))
    it = uploaded(made(form, speech()[: 3 * RATE] + g711.encode(five), tmp_path), form, 120)
    assert it.holds_keys


def test_silence_is_nothing(tmp_path: Path) -> None:
    it = uploaded(made(AudioForm.WAV, silence(5), tmp_path), AudioForm.WAV, 120)
    assert (it.alaw, it.holds_speech) == (b"", False)


def test_what_is_longer_is_told_and_no_more_than_a_second_of_it_is_read(
    form: AudioForm, tmp_path: Path
) -> None:
    long = made(form, tone(30), tmp_path)
    it = uploaded(long, form, 10)
    assert it.is_too_long
    assert heard(it) <= 11.1
    assert not uploaded(long, form, 30.5).is_too_long


@pytest.mark.parametrize(
    ("form", "more"),
    [
        (AudioForm.WEBM, ("-ar", "48000", "-c:a", "libopus", "-f", "webm")),
        (AudioForm.OGG, ("-ar", "48000", "-c:a", "libopus", "-f", "ogg")),
        (AudioForm.M4A, ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4")),
    ],
)
def test_as_browsers_record_it_with_no_word_of_its_length_it_is_read(
    form: AudioForm, more: tuple[str, ...]
) -> None:
    command = ["ffmpeg", "-v", "error", "-f", "alaw", "-ar", str(RATE), "-i", "pipe:0", *more, "pipe:1"]
    content = subprocess.run(command, input=tone(3, hertz=500), check=True, capture_output=True).stdout
    assert form_of(content) is form
    assert heard(uploaded(content, form, 120)) == pytest.approx(3, abs=0.3)


# ---- what is broken, or made to harm


def test_half_a_file_is_no_more_than_what_there_is_of_it_and_rubbish_is_refused(
    form: AudioForm, tmp_path: Path
) -> None:
    whole = made(form, speech(), tmp_path)
    try:
        half = uploaded(whole[: len(whole) // 2], form, 120)
        assert heard(half) <= heard(uploaded(whole, form, 120))
    except BrokenSoundError:
        assert form is AudioForm.M4A, "its table stands at its end"
    with suppress(BrokenSoundError):
        assert not uploaded(whole[:12] + os.urandom(50_000), form, 120).holds_speech


@pytest.mark.parametrize(
    "content",
    [
        b"ffconcat version 1.0\nfile '/etc/hostname'\n",
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"",
        b"\0" * 4096,
        b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
    ],
)
def test_a_playlist_is_read_as_no_form_whatever_it_is_said_to_be(content: bytes, form: AudioForm) -> None:
    with pytest.raises(BrokenSoundError):
        uploaded(content, form, 120)


@pytest.fixture
def knocked() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who comes, and where it is."""
    asked: list[str] = []

    class Doorman(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Doorman)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_m4a_that_refers_to_other_files_reads_none(tmp_path: Path, knocked: tuple[str, list[str]]) -> None:
    """Its table may say that the sound lies elsewhere (`dref`), in a file or on the network."""
    url, asked = knocked
    whole = made(AudioForm.M4A, speech(), tmp_path)
    secret = tmp_path / "secret.pcm"
    secret.write_bytes(whole)
    for target in (str(secret), url):
        elsewhere = _with_reference(whole, target)
        assert elsewhere != whole
        with suppress(BrokenSoundError):
            assert not uploaded(elsewhere, AudioForm.M4A, 120).holds_speech
    assert asked == []


def _with_reference(m4a: bytes, target: str) -> bytes:
    """The same, its only entry of `dref` an `alis` that names a file instead of "in this one"."""
    name = target.encode()
    body = b"alis" + struct.pack(">I", 0) + b"\0" * 10 + name + b"\0" * 150
    entry = struct.pack(">I", len(body) + 4) + body
    at = m4a.index(b"dref") - 4
    size = struct.unpack(">I", m4a[at : at + 4])[0]
    box = struct.pack(">I", 16 + len(entry)) + b"dref" + struct.pack(">II", 0, 1) + entry
    return m4a[:at] + box + m4a[at + size :]


def test_a_codec_that_is_none_of_sound_is_not_decoded(tmp_path: Path) -> None:
    file = tmp_path / "video.webm"
    film = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "libvpx", "-f", "webm", str(file)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *film], check=True)
    with pytest.raises(BrokenSoundError):
        uploaded(file.read_bytes(), AudioForm.WEBM, 120)


def test_hours_in_a_small_file_cost_no_more_than_what_is_read(tmp_path: Path) -> None:
    hours = made(AudioForm.MP3, tone(1), tmp_path, "-b:a", "32k") * 5_000
    assert len(hours) < 25_000_000
    it = uploaded(hours, AudioForm.MP3, 10)
    assert it.is_too_long
    assert heard(it) <= 11.1


@pytest.mark.parametrize(
    "wrong", [{"channels": 255}, {"rate": 2**31 - 1}, {"rate": 1}, {"channels": 64, "rate": 768000}]
)
def test_a_header_that_asks_for_too_much_is_refused_or_read_within_bounds(wrong: dict[str, int]) -> None:
    content = wav_of(b"\x11\x22" * 255 * 400, **wrong)
    with suppress(BrokenSoundError):
        assert len(uploaded(content, AudioForm.WAV, 5).alaw) <= 6 * RATE + 100


@pytest.mark.parametrize("at", range(0, 240, 16))
def test_a_webm_whose_sizes_lie_is_refused_or_read_within_bounds(at: int, tmp_path: Path) -> None:
    """Its elements say how long they are (RFC 8794): here one says petabytes, wherever it stands."""
    whole = made(AudioForm.WEBM, tone(1), tmp_path)
    petabytes = b"\x01" + b"\xfe" * 7
    with suppress(BrokenSoundError):
        lying = uploaded(whole[:at] + petabytes + whole[at + 8 :], AudioForm.WEBM, 5)
        assert heard(lying) <= 1.3


def test_it_is_held_to_its_seconds_memory_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = wav_of(b"\0\1" * 1000)
    monkeypatch.setattr(upload, "BOUNDS", Bounds(cpu_seconds=1, memory_bytes=10**9, file_bytes=1000))
    ffmpeg_is("while :; do :; done", tmp_path, monkeypatch)
    with pytest.raises(BrokenSoundError):
        uploaded(content, AudioForm.WAV, 5)
    ffmpeg_is(
        f"/bin/cat >/dev/null; /usr/bin/head -c 5000 /dev/zero > {tmp_path}/big; exit $?",
        tmp_path,
        monkeypatch,
    )
    with pytest.raises(BrokenSoundError):
        uploaded(content, AudioForm.WAV, 5)
    assert (tmp_path / "big").stat().st_size <= 1000


def test_no_secret_of_ours_is_in_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_API_TOKEN", "not-for-ffmpeg")
    ffmpeg_is(f"/bin/cat >/dev/null; /usr/bin/env > {tmp_path}/seen; exit 1", tmp_path, monkeypatch)
    with pytest.raises(BrokenSoundError):
        uploaded(wav_of(b""), AudioForm.WAV, 5)
    assert "not-for-ffmpeg" not in (tmp_path / "seen").read_text()


def test_an_ffmpeg_that_does_not_start_is_not_the_sound_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg_is("exit 127", tmp_path, monkeypatch)
    with pytest.raises(EncodingError) as wrong:
        uploaded(wav_of(b""), AudioForm.WAV, 5)
    assert not isinstance(wrong.value, BrokenSoundError)
