"""A message's sound over HTTP: in three forms, whole or in parts, made once, and never "heard"."""

from __future__ import annotations

import asyncio
import io
import wave

import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.message_sounds import message_sounds_router
from personsvar.http.playable_sounds import PlayableSounds, SoundForm
from personsvar.mailbox import listening
from personsvar.mailbox.model.ids import MessageId, SoundId
from personsvar.mailbox.model.message import State
from tests.fakes.sound_makers import CountingEncoder
from tests.unit.conftest import QUIET, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder

SOUND = "/v1/messages/1/sound"


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def client(backend: Backend, encoder: CountingEncoder) -> KeyHolder:
    backend.leave_message()
    with backend.services.store.begin() as uow:
        (left,) = uow.messages.list(backend.ola.number)
        assert left.id == MessageId(1), "a recording of silence is a message here"
        uow.commit()
    sounds = PlayableSounds(backend.services, encoder)
    return KeyHolder([message_sounds_router(backend.services, Guard(backend.services, TOKEN), sounds)])


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [("wav", "audio/wav", b"RIFF"), ("mp3", "audio/mpeg", b"mp3"), ("m4a", "audio/mp4", b"m4a")],
)
def test_each_form_comes_as_what_it_is(client: KeyHolder, form: str, media_type: str, begins: bytes) -> None:
    answer = client.get(f"{SOUND}.{form}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(begins)
    head = client.ask("HEAD", f"{SOUND}.{form}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.content))


def test_the_wav_is_what_was_said(client: KeyHolder) -> None:
    with wave.open(io.BytesIO(client.get(f"{SOUND}.wav").content)) as opened:
        assert (opened.getframerate(), opened.getnframes()) == (8000, len(QUIET))


def test_fetching_it_is_not_hearing_it(backend: Backend, client: KeyHolder) -> None:
    before = listening.message(backend.services, MessageId(1))
    for form in SoundForm:
        client.get(f"{SOUND}.{form}")
        client.get(f"{SOUND}.{form}", Range="bytes=0-")
    assert listening.message(backend.services, MessageId(1)) == before
    assert before is not None
    assert before.state is State.NEW


def test_it_comes_in_parts(client: KeyHolder) -> None:
    whole = client.get(f"{SOUND}.mp3").content
    for asked, part, told in (
        ("bytes=0-9", whole[:10], f"bytes 0-9/{len(whole)}"),
        ("bytes=100-", whole[100:], f"bytes 100-{len(whole) - 1}/{len(whole)}"),
        ("bytes=-7", whole[-7:], f"bytes {len(whole) - 7}-{len(whole) - 1}/{len(whole)}"),
    ):
        answer = client.get(f"{SOUND}.mp3", Range=asked)
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["Content-Range"] == told
        assert answer.headers["Content-Type"] == "audio/mpeg"


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=0-1,3-4", "seconds=1-2", "bytes=x-", "bytes=-", ""])
def test_what_is_no_part_is_the_whole(client: KeyHolder, asked: str) -> None:
    assert client.get(f"{SOUND}.mp3", Range=asked).status_code == 200


def test_behind_its_end_there_is_nothing(client: KeyHolder) -> None:
    size = len(client.get(f"{SOUND}.mp3").content)
    for asked in (f"bytes={size}-", "bytes=999999999999-"):
        answer = client.get(f"{SOUND}.mp3", Range=asked)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
        assert answer.json()["type"] == "urn:personsvar:problem:range-not-satisfiable"


def test_a_part_of_another_version_is_the_whole(client: KeyHolder) -> None:
    tag = client.get(f"{SOUND}.mp3").headers["ETag"]
    same = client.get(f"{SOUND}.mp3", **{"Range": "bytes=0-9", "If-Range": tag})
    assert (same.status_code, len(same.content)) == (206, 10)
    for other in ('"another"', f"W/{tag}", "Mon, 02 Mar 2026 12:00:00 GMT"):
        whole = client.get(f"{SOUND}.mp3", **{"Range": "bytes=0-9", "If-Range": other})
        assert whole.status_code == 200


def test_what_is_known_is_not_sent_again(client: KeyHolder) -> None:
    tags = {form: client.get(f"{SOUND}.{form}").headers["ETag"] for form in SoundForm}
    assert len(set(tags.values())) == len(SoundForm)
    for known in (tags[SoundForm.MP3], f'"x", W/{tags[SoundForm.MP3]}', "*"):
        answer = client.get(f"{SOUND}.mp3", **{"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(f"{SOUND}.m4a", **{"If-None-Match": tags[SoundForm.MP3]}).status_code == 200


def test_it_is_made_once_however_often_it_is_asked_for(client: KeyHolder, encoder: CountingEncoder) -> None:
    for _ in range(3):
        client.get(f"{SOUND}.mp3", Range="bytes=0-9")
    assert encoder.asked == ["mp3"]


def test_where_it_can_not_be_made_that_is_said_and_wav_there_is(
    client: KeyHolder, encoder: CountingEncoder
) -> None:
    encoder.works = False
    answer = client.get(f"{SOUND}.m4a")
    assert (answer.status_code, answer.json()["detail"]) == (503, "there is no m4a of it now: take wav")
    assert client.get(f"{SOUND}.wav").status_code == 200
    encoder.works = True
    assert client.get(f"{SOUND}.m4a").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/messages/2/sound.mp3", 404),
        (f"/v1/messages/{2**63 - 1}/sound.mp3", 404),
        (f"/v1/messages/{2**63}/sound.mp3", 422),
        ("/v1/messages/0/sound.mp3", 422),
        ("/v1/messages/1/sound.exe", 422),
        ("/v1/messages/1/sound.", 404),
        ("/v1/messages/1/sound.mp3/..", 404),
        ("/v1/messages/1/sound.%2e%2e", 422),
    ],
)
def test_what_is_not_there_is_no_sound(client: KeyHolder, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


# ---- what is held in memory


@pytest.mark.anyio
async def test_two_who_ask_at_once_wait_for_one_and_who_goes_away_takes_nothing_with_him(
    backend: Backend, encoder: CountingEncoder
) -> None:
    sounds, which = PlayableSounds(backend.services, encoder), _kept(backend)
    asking = [asyncio.create_task(sounds.get(which, SoundForm.MP3)) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    assert await asking[1] == await asking[2]
    assert encoder.asked == ["mp3"]


@pytest.mark.anyio
async def test_so_many_bytes_are_held_and_the_longest_unasked_goes_first(
    backend: Backend, encoder: CountingEncoder
) -> None:
    sounds = PlayableSounds(backend.services, encoder, held_bytes=2500)
    first, second, third = (_kept(backend) for _ in range(3))
    for which in (first, second, first, third, first):
        await sounds.get(which, SoundForm.MP3)
    assert encoder.asked == ["mp3"] * 3
    await sounds.get(second, SoundForm.MP3)
    assert encoder.asked == ["mp3"] * 4


@pytest.mark.anyio
async def test_a_sound_that_is_gone_is_told_each_time(backend: Backend, encoder: CountingEncoder) -> None:
    sounds = PlayableSounds(backend.services, encoder)
    for _ in range(2):
        with pytest.raises(KeyError):
            await sounds.get(SoundId(999), SoundForm.MP3)


def _kept(backend: Backend) -> SoundId:
    with backend.services.store.begin() as uow:
        sound = uow.sounds.add(QUIET, of=backend.ola.number)
        uow.commit()
    return sound.id
