"""What speaks with an object store, against a real one: what it says when something is wrong, and TLS."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from personsvar.mailbox.errors import RecordingsAwayError, RecordingsRefusedError
from personsvar.object_store import S3Objects, WrongPlaceError
from personsvar.running.health_checks import recordings
from personsvar.running.object_figures import meters_of_objects
from tests.seaweed import SECRET, Seaweed, running_seaweed

VOICE = bytes(range(256)) * 700


@pytest.fixture
def objects(seaweed: Seaweed) -> S3Objects:
    seaweed.emptied_bucket()
    return S3Objects(seaweed.place(seconds=30))


def test_what_is_put_there_is_read_and_removed(objects: S3Objects, seaweed: Seaweed) -> None:
    objects.put("recordings/aa/bb", VOICE)
    assert seaweed.names() == ["recordings/aa/bb"]
    assert objects.read("recordings/aa/bb") == VOICE
    objects.remove("recordings/aa/bb")
    objects.remove("recordings/aa/bb")
    assert objects.read("recordings/aa/bb") is None
    objects.try_out()
    assert seaweed.names() == []
    assert recordings(objects)() is None
    (meter,) = meters_of_objects(objects)
    assert meter.read()["put", "done"] == 2
    assert meters_of_objects(None) == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"secret": "another-secret"}, "SignatureDoesNotMatch"),
        ({"key_id": "nobody"}, "InvalidAccessKeyId"),
        ({"bucket": "no-such-bucket"}, "NoSuchBucket"),
    ],
)
def test_what_is_set_wrong_is_told_in_the_stores_own_word(
    seaweed: Seaweed, wrong: dict[str, str], why: str
) -> None:
    with pytest.raises(RecordingsRefusedError, match=rf"^the object store, asked to put: {why}$"):
        S3Objects(seaweed.place(**wrong)).try_out()
    with pytest.raises(RecordingsRefusedError, match=rf"asked to read: {why}$"):
        S3Objects(seaweed.place(**wrong)).look()


def test_the_environment_of_amazons_own_programs_is_not_meant_for_us(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_BUCKET"):
        monkeypatch.setenv(name, "of-another-program")
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    objects.try_out()


def test_one_that_is_away_or_hangs_is_told_of_once_and_that_it_is_back(
    objects: S3Objects, seaweed: Seaweed, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        caplog.set_level("INFO", logger="personsvar.object_store")
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hanging = S3Objects(seaweed.place(url=url, seconds=0.2))
        for _ in range(2):
            with pytest.raises(RecordingsAwayError, match="asked to read: Timeout"):
                hanging.read("recordings/aa/bb")
    fault = recordings(hanging)()
    assert "the store of recordings is away" in str(fault)
    assert SECRET not in str(fault)
    assert hanging.done["read", "failed"] == 3
    objects._is_away = True
    objects.look()
    assert caplog.messages == [
        "the store of recordings is away: Timeout",
        "the store of recordings is back",
    ]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """With its key, and `ca.pem` beside it, of an authority of our own."""
    folder = tmp_path_factory.mktemp("tls")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    how = ["openssl", "req", "-x509", *curve, "-nodes", "-days", "2"]
    own = ["-subj", "/CN=ours", "-keyout", "ca.key", "-out", "ca.pem"]
    its = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "s3.key",
        "-out",
        "s3.pem",
    ]
    for_it = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE"]
    for who in (own, [*its, *for_it]):
        subprocess.run([*how, *who], check=True, capture_output=True, cwd=folder)
    return folder / "s3.pem", folder / "s3.key"


def test_with_tls_it_is_believed_only_if_its_certificate_is(certificate: tuple[Path, Path]) -> None:
    ca = certificate[0].with_name("ca.pem")
    with running_seaweed(certificate) as server:
        S3Objects(server.place(url=server.https_url, ca=ca, seconds=30)).try_out()
        with pytest.raises(RecordingsAwayError, match="asked to read: InvalidCertificate"):
            S3Objects(server.place(url=server.https_url)).look()


def test_what_is_no_certificate_is_told_before_anybody_is_asked(seaweed: Seaweed, tmp_path: Path) -> None:
    with pytest.raises(WrongPlaceError, match="No such file"):
        S3Objects(seaweed.place(ca=tmp_path / "none.pem")).open()
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(WrongPlaceError):
        S3Objects(seaweed.place(url="https://localhost:9", ca=tmp_path / "empty.pem")).open()
