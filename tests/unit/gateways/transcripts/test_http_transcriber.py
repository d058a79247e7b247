"""What a server of OpenAI's form is asked, and what each way it ends is."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
import ssl
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from personsvar.gateways.transcripts.answer_body import MOST_BYTES
from personsvar.gateways.transcripts.http_transcriber import HttpTranscriber
from personsvar.mailbox.ports.transcriber import (
    NotTranscribableError,
    TranscriberAwayError,
    TranscriberBusyError,
    TranscriberError,
    TranscriberFaultError,
)
from tests.fakes.clock_and_chance import SetClock
from tests.real.ports import free_tcp_port
from tests.wire.certificates import certificate_for
from tests.wire.gateway_options import transcriber_options
from tests.wire.http_peer import CLOSE, SILENCE, HttpPeer, Say, answer, http_peer
from tests.wire.speech_answers import SAID, SPEACHES, form_of, written
from tests.wire.until import until

pytestmark = pytest.mark.anyio
TWO_SECONDS = b"\xd5" * 16_000
TAKEN = answer(200, written(SPEACHES).decode())
KEY = "sk-hush-hush"


@asynccontextmanager
async def transcriber(url: str, **other: object) -> AsyncIterator[HttpTranscriber]:
    options = transcriber_options(url, **other)
    it = HttpTranscriber(options, clock=SetClock(), jitter=lambda: 0.0, sleep=lambda _: asyncio.sleep(0))
    await it.open()
    try:
        yield it
    finally:
        await it.close()


@asynccontextmanager
async def asked(say: Say, **other: object) -> AsyncIterator[tuple[HttpTranscriber, HttpPeer]]:
    async with (
        http_peer(say) as peer,
        transcriber(f"http://127.0.0.1:{peer.port}", **{"key": KEY, **other}) as engine,
    ):
        yield engine, peer


async def test_the_fields_of_a_question() -> None:
    async with asked(lambda _: TAKEN) as (engine, peer):
        transcript = await engine.transcript(TWO_SECONDS, "nb")
    (question,) = peer.asked
    assert (question.method, question.target) == ("POST", "/v1/audio/transcriptions")
    assert question.headers["authorization"] == f"Bearer {KEY}"
    assert question.headers["accept-encoding"] == "identity"
    form = form_of(question)
    (sound,) = form.pop("file")
    assert form == {
        "model": [b"nb-whisper-small"],
        "language": [b"no"],
        "response_format": [b"verbose_json"],
        "timestamp_granularities[]": [b"word", b"segment"],
        "temperature": [b"0"],
    }
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnframes()) == (8000, 2, 16_000)
    assert transcript.text == SAID
    assert (transcript.language, transcript.engine) == ("nb", "http 127.0.0.1")
    assert transcript.model == engine.model == "nb-whisper-small"
    assert engine.where == "127.0.0.1"


async def test_a_path_of_its_own_and_english() -> None:
    async with (
        http_peer(lambda _: TAKEN) as peer,
        transcriber(f"http://127.0.0.1:{peer.port}/inference") as engine,
    ):
        await engine.transcript(TWO_SECONDS, "en")
    (question,) = peer.asked
    assert question.target == "/inference"
    assert form_of(question)["language"] == [b"en"]


async def test_nobody_who_is_not_asked_for_a_key_gets_one() -> None:
    async with asked(lambda _: TAKEN, key="") as (engine, peer):
        await engine.transcript(TWO_SECONDS, "nb")
    assert "authorization" not in peer.asked[0].headers


def test_a_url_that_will_not_do_is_refused_and_nothing_secret_is_shown() -> None:
    with pytest.raises(ValueError, match="give a key"):
        transcriber_options("http://a:hush@speech.example.test")
    with pytest.raises(ValueError, match="should be http"):
        transcriber_options("speech.example.test")
    assert KEY not in repr(transcriber_options("http://speech.example.test", key=KEY))


async def test_a_connection_serves_for_the_next_message_too() -> None:
    async with asked(lambda _: TAKEN) as (engine, peer):
        for _ in range(3):
            await engine.transcript(TWO_SECONDS, "nb")
    assert (len(peer.asked), peer.connections) == (3, 1)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_tcp_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_tcp_port()}")
    async with asked(lambda _: TAKEN) as (engine, _):
        assert (await engine.transcript(TWO_SECONDS, "nb")).text == SAID


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (answer(500, "hush"), TranscriberFaultError),
        (answer(502, "<html>"), TranscriberFaultError),
        (answer(408), TranscriberFaultError),
        (answer(418), NotTranscribableError),
        (answer(400, '{"error": "hush"}'), NotTranscribableError),
        (answer(413), NotTranscribableError),
        (answer(415), NotTranscribableError),
        (answer(422), NotTranscribableError),
        (answer(204), TranscriberFaultError),
        (answer(200), TranscriberFaultError),
        (answer(200, "<html>hush</html>"), TranscriberFaultError),
        (answer(200, '{"text": 7}'), NotTranscribableError),
        (answer(200, "{}", Content_Encoding="gzip"), TranscriberFaultError),
        (answer(200, "x" * (MOST_BYTES + 1)), TranscriberFaultError),
        (b"hush\r\n\r\n", TranscriberFaultError),
        (CLOSE, TranscriberFaultError),
    ],
    ids=str,
)
async def test_what_each_answer_is(said: bytes, wrong: type[TranscriberError]) -> None:
    async with asked(lambda _: said) as (engine, _):
        with pytest.raises(wrong) as raised:
            await engine.transcript(TWO_SECONDS, "nb")
        assert type(raised.value) is wrong
        assert "hush" not in str(raised.value)
        assert engine.is_up


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (answer(429, Retry_After="120"), 120),
        (answer(429, Retry_After="Mon, 02 Mar 2026 12:05:00 GMT"), 300),
        (answer(429, Retry_After="1000000"), 3600),
        (answer(429, Retry_After="soon"), 60),
        (answer(429), 60),
        (answer(503, Retry_After="7"), 7),
    ],
)
async def test_who_is_busy_is_left_alone_for_as_long_as_he_asks(said: bytes, seconds: float) -> None:
    async with asked(lambda _: said) as (engine, _):
        with pytest.raises(TranscriberBusyError) as busy:
            await engine.transcript(TWO_SECONDS, "nb")
        assert busy.value.seconds == seconds
        assert engine.is_up


@pytest.mark.parametrize("said", [SILENCE, TAKEN[:-40]])
async def test_nobody_is_waited_for_longer_than_it_may_take(said: bytes | None) -> None:
    async with asked(lambda _: said, seconds=0.5) as (engine, _):
        with pytest.raises(TranscriberFaultError, match="no answer"):
            await engine.transcript(TWO_SECONDS, "nb")
        assert engine.is_up


@pytest.mark.parametrize("status", [301, 401, 403, 404])
async def test_a_wrong_key_or_address_is_told_once_and_nothing_is_lost(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with http_peer(lambda _: TAKEN) as elsewhere:
        said = [answer(status, Location=f"http://127.0.0.1:{elsewhere.port}/")]
        async with asked(lambda _: said[0]) as (engine, _):
            for _ in range(2):
                with pytest.raises(TranscriberAwayError, match=rf"{status}: see PERSONSVAR_TRANSCRIBER_"):
                    await engine.transcript(TWO_SECONDS, "nb")
                assert not engine.is_up
                await until(lambda: engine.is_up)
            said[0] = TAKEN
            assert (await engine.transcript(TWO_SECONDS, "nb")).text == SAID
        told = [line for line in caplog.records if line.name.startswith("personsvar")]
        assert [line.levelname for line in told] == ["ERROR", "INFO"]
        assert [line.message for line in told] == ["the transcriber refuses us", "the gateway is back"]
        assert elsewhere.asked == []
    assert KEY not in caplog.text


async def test_each_reason_why_it_refuses_us_is_told_once_until_it_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A wrong address that is set right shows that the key is wrong, too."""
    caplog.set_level(logging.INFO)
    said = [TAKEN]
    async with asked(lambda _: said[0]) as (engine, _):
        for status in (302, 302, 401, 302, 401, 200, 401):
            said[0] = TAKEN if status == 200 else answer(status)
            if status == 200:
                await engine.transcript(TWO_SECONDS, "nb")
            else:
                with pytest.raises(TranscriberAwayError):
                    await engine.transcript(TWO_SECONDS, "nb")
            await until(lambda: engine.is_up)
    told = [line.__dict__.get("why") for line in caplog.records if line.name.startswith("personsvar")]
    assert told == ["answered 302", "answered 401", None, "answered 401"]


async def test_nobody_there_is_away_until_somebody_is() -> None:
    port = free_tcp_port()
    async with transcriber(f"http://127.0.0.1:{port}") as engine:
        with pytest.raises(TranscriberAwayError, match="no connection"):
            await engine.transcript(TWO_SECONDS, "nb")
        assert not engine.is_up
        with socket.create_server(("127.0.0.1", port)):
            await until(lambda: engine.is_up)


async def test_tls_by_the_operators_own_authority_and_by_no_other(tmp_path: Path) -> None:
    made = certificate_for("localhost", folder=tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.certificate, made.key)
    async with http_peer(lambda _: TAKEN, tls=tls) as peer:
        url = f"https://localhost:{peer.port}"
        async with transcriber(url, ca_file=made.certificate) as engine:
            assert (await engine.transcript(TWO_SECONDS, "nb")).text == SAID
        async with transcriber(url) as stranger:
            with pytest.raises(TranscriberAwayError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.transcript(TWO_SECONDS, "nb")
    assert len(peer.asked) == 1


async def test_one_that_is_closed_takes_nothing() -> None:
    engine = HttpTranscriber(
        transcriber_options("http://speech.example.test"), clock=SetClock(), jitter=lambda: 0.0
    )
    assert not engine.is_up
    with pytest.raises(TranscriberAwayError, match="closed"):
        await engine.transcript(TWO_SECONDS, "nb")
    await engine.close()
