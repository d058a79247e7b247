"""`personsvar absence …`: planned, listed, removed, with a recording or the built-in words."""

from __future__ import annotations

import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.voice.wav import wav
from tests.unit.cli.conftest import KARI, OLA, Site
from tests.unit.voice_play.line import alaw, at, tones
from tests.world import speech

NEXT_YEAR = datetime.now(UTC).year + 1


@pytest.fixture
def ola(site: Site) -> Site:
    site.run("subscriber", "add", OLA)
    return site


def test_an_absence_is_planned_listed_and_removed(ola: Site) -> None:
    ran = ola.run(
        "absence", "add", OLA, "--from", f"{NEXT_YEAR}-07-01", "--until", f"{NEXT_YEAR}-07-19",
        "--reason", "holiday", "--no-messages",
    )  # fmt: skip
    assert (ran.code, ran.out) == (0, f"Absence 1 of {OLA} is planned.\n")
    (listed,) = ola.run("absence", "list", OLA, "--json").json
    assert listed == {
        "id": 1,
        "mailbox": OLA,
        "starts_at": f"{NEXT_YEAR}-06-30T22:00:00Z",
        "ends_at": f"{NEXT_YEAR}-07-19T22:00:00Z",
        "reason": "holiday",
        "takes_messages": False,
        "recording_seconds": None,
        "source": "own",
        "calendar": None,
    }
    table = ola.run("absence", "list", OLA).out
    assert "holiday" in table
    assert f"{NEXT_YEAR}-07-19 22:00:00Z" in table
    assert ola.run("absence", "remove", OLA, 1).out == f"Absence 1 of {OLA} is gone.\n"
    assert ola.run("absence", "list", OLA, "--json").json == []


def test_one_that_has_begun_is_shown_with_the_subscriber(ola: Site) -> None:
    end = datetime.now(UTC) + timedelta(days=2)
    ola.run("absence", "add", OLA, "--until", f"{end:%Y-%m-%dT%H:%MZ}", "--reason", "meeting")
    shown = ola.run("subscriber", "show", OLA, "--json").json
    assert (shown["takes_messages"], shown["away"], shown["away_reason"]) == (True, True, "meeting")
    assert shown["back_at"] == f"{end:%Y-%m-%dT%H:%M}:00Z"


def test_its_own_recording_is_kept_without_the_silence_around_it(ola: Site, tmp_path: Path) -> None:
    silence = bytes([0xD5]) * 16000
    recorded = tmp_path / "away.wav"
    recorded.write_bytes(wav(silence + speech()[:24000] + silence))
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", recorded)
    assert ran.code == 0
    (listed,) = ola.run("absence", "list", OLA, "--json").json
    assert 1.5 < listed["recording_seconds"] < 4
    with ola.application().store.look() as uow:
        both = uow.absences.not_over(Number(OLA), at=datetime.now(UTC))
        assert all(it.recording and len(uow.sounds.read(it.recording.id)) > 8000 for it in both)


def test_what_is_given_is_changed_and_nothing_else(ola: Site, tmp_path: Path) -> None:
    recorded = tmp_path / "away.wav"
    recorded.write_bytes(wav(speech()[:24000]))
    ola.run(
        "absence", "add", OLA, "--from", f"{NEXT_YEAR}-07-01", "--until", f"{NEXT_YEAR}-07-19",
        "--reason", "holiday", "--recording", recorded,
    )  # fmt: skip
    (before,) = ola.run("absence", "list", OLA, "--json").json
    later = ola.run("absence", "change", OLA, 1, "--until", f"{NEXT_YEAR}-07-26", "--no-messages")
    assert (later.code, later.out) == (0, f"Absence 1 of {OLA} is changed.\n")
    (now,) = ola.run("absence", "list", OLA, "--json").json
    assert now == before | {"ends_at": f"{NEXT_YEAR}-07-26T22:00:00Z", "takes_messages": False}
    ola.run("absence", "change", OLA, 1, "--reason", "none", "--messages", "--built-in")
    (now,) = ola.run("absence", "list", OLA, "--json").json
    assert (now["reason"], now["takes_messages"], now["recording_seconds"]) == (None, True, None)
    ola.run("absence", "change", OLA, 1, "--recording", recorded)
    assert ola.run("absence", "list", OLA, "--json").json[0]["recording_seconds"] is not None
    with ola.application().store.look() as uow:
        assert [it.action for it in uow.audit.list()][:3] == ["absence-changed"] * 3


def test_who_is_back_is_away_no_more(ola: Site) -> None:
    ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19")
    assert ola.run("subscriber", "show", OLA, "--json").json["away"]
    assert ola.run("absence", "back", OLA).out == f"{OLA} is back.\n"
    assert not ola.run("subscriber", "show", OLA, "--json").json["away"]


def stereo(file: Path) -> None:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(bytes(4 * 44100))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("away.wav", b"", "should be one of wav, mp3, m4a, ogg"),
        ("away.wav", b"RIFF\0\0\0\0WAVEfmt nothing of the kind", "no sound can be read from it"),
        ("away.wav", b"#EXTM3U\n/etc/passwd\n", "should be one of wav, mp3, m4a, ogg"),
        ("away.wav", wav(bytes([0xD5]) * 16000), "nothing is said in it"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(
    ola: Site, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", file)
    assert (ran.code in {1, 2}, ran.out) == (True, "")
    assert f"{file}: " in ran.err
    assert why in ran.err
    assert ola.run("absence", "list", OLA, "--json").json == []


def test_a_file_that_is_not_there_is_told(ola: Site, tmp_path: Path) -> None:
    file = tmp_path / "away.wav"
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", file)
    assert (ran.code, ran.err) == (2, f"personsvar: {file}: No such file or directory\n")


def test_a_recording_that_is_too_long_is_refused(
    ola: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_MAX_GREETING_SECONDS", "5")
    file = tmp_path / "away.wav"
    file.write_bytes(wav((speech() * 20)[: 8000 * 9]))
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", file)
    assert (ran.code, f"{file}: is longer than 5 s" in ran.err) == (1, True)


def test_a_recording_that_could_dial_for_a_caller_is_refused(ola: Site, tmp_path: Path) -> None:
    file = tmp_path / "away.wav"
    file.write_bytes(wav(speech()[:24000] + alaw(at(-20, tones(0.5, 770, 1336)))))
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", file)
    assert (ran.code, "holds tones of a keypad" in ran.err) == (1, True)


def test_silence_of_two_channels_is_no_recording(ola: Site, tmp_path: Path) -> None:
    file = tmp_path / "away.wav"
    stereo(file)
    ran = ola.run("absence", "add", OLA, "--until", f"{NEXT_YEAR}-07-19", "--recording", file)
    assert (ran.code, "nothing is said in it" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("add", OLA), 2, "--until"),
        (("add", KARI, "--until", "2099-01-01"), 1, "is no subscriber"),
        (("add", OLA, "--until", "soon"), 1, "this is no time"),
        (("add", OLA, "--until", "2099-01-01"), 1, "more than ten years away"),
        (("add", OLA, "--until", "2020-01-01"), 1, "ends after it has begun"),
        (("add", OLA, "--until", f"{NEXT_YEAR}-01-01", "--reason", "lunch"), 2, "--reason"),
        (("remove", OLA, 7), 1, "there is no absence 7"),
        (("change", OLA, 7, "--reason", "off"), 1, "there is no absence 7 ahead"),
        (("change", OLA, 7, "--recording", "a.wav", "--built-in"), 2, "not both"),
        (("back", KARI), 1, "is no subscriber"),
        (("remove", OLA, 2**63), 1, f"there is no absence {2**63}"),
        (("list", KARI), 1, "is no subscriber"),
    ],
)
def test_what_will_not_do_is_told(ola: Site, arguments: tuple[object, ...], code: int, why: str) -> None:
    ran = ola.run("absence", *arguments)
    assert (ran.code, why in " ".join(ran.err.split())) == (code, True)
