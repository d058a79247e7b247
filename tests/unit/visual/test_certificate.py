"""The certificate: read again when its files change, never left half renewed; and when it runs out."""

from __future__ import annotations

import logging
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personsvar.bootstrap import Application
from personsvar.running.visual_service import VisualService
from personsvar.settings.all_settings import Settings
from personsvar.visual.certificate import Certificate, CertificateError
from personsvar.visual.self_signed import self_signed
from tests.wire.certificates import certificate_for


@pytest.fixture
def papers(tmp_path: Path) -> Certificate:
    return self_signed(tmp_path)


def other(tmp_path: Path) -> Certificate:
    folder = tmp_path / "other"
    folder.mkdir()
    return self_signed(folder)


def test_one_that_did_not_change_is_read_once(papers: Certificate) -> None:
    assert papers.context() is papers.context()


def test_a_new_pair_is_read(papers: Certificate, tmp_path: Path) -> None:
    before, renewed = papers.context(), other(tmp_path)
    papers.certificate.write_bytes(renewed.certificate.read_bytes())
    papers.key.write_bytes(renewed.key.read_bytes())
    assert papers.context() is not before


def test_half_a_new_pair_leaves_the_old_one(
    papers: Certificate, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, renewed = papers.context(), other(tmp_path)
    papers.certificate.write_bytes(renewed.certificate.read_bytes())
    with caplog.at_level(logging.WARNING):
        assert papers.context() is before
        assert papers.context() is before
    assert len(caplog.records) == 1  # told once for each change
    assert "the key is not that of the certificate" in caplog.text
    papers.key.unlink()
    assert papers.context() is before


@pytest.mark.parametrize(
    "content", [b"", b"no PEM", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_told_in_one_line(papers: Certificate, content: bytes) -> None:
    papers.certificate.write_bytes(content)
    with pytest.raises(CertificateError) as told:
        papers.load()
    assert str(told.value) == f"{papers.certificate} and {papers.key}: no certificate with its key (PEM)"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"visual\.pem: No such file"):
        Certificate(tmp_path / "visual.pem", tmp_path / "visual.key").load()


def test_an_encrypted_key_asks_nobody_at_the_terminal(papers: Certificate) -> None:
    locked = [
        "openssl",
        "ec",
        "-in",
        str(papers.key),
        "-aes128",
        "-passout",
        "pass:secret",
        "-out",
        str(papers.key),
    ]
    subprocess.run(locked, check=True, capture_output=True)
    with pytest.raises(CertificateError, match="the key is encrypted"):
        papers.load()


def test_old_tls_is_not_spoken(papers: Certificate) -> None:
    context = papers.context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.options & ssl.OP_NO_RENEGOTIATION


def test_the_demos_own_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = self_signed(tmp_path)
    content = first.certificate.read_bytes()
    assert self_signed(tmp_path).certificate.read_bytes() == content
    assert first.key.stat().st_mode & 0o077 == 0
    first.load()


def visual(folder: Path, *, days: float) -> VisualService:
    made = certificate_for("vvm.example.test", folder=folder, days=days)
    certificate = Certificate(made.certificate, made.key)
    certificate.load()
    return VisualService(Application(Settings(state=folder)), certificate)


def test_it_is_told_to_the_second(tmp_path: Path) -> None:
    told = visual(tmp_path, days=30)
    (runs_out,) = (it for it in told.meters() if it.name == "visual_certificate_runs_out")
    in_30_days = (datetime.now(UTC) + timedelta(days=30)).timestamp()
    assert runs_out.read()[()] == pytest.approx(in_30_days, abs=120)
    assert told.checks["certificate"]() is None


def test_one_that_ran_out_is_a_fault_until_it_is_renewed(tmp_path: Path) -> None:
    told = visual(tmp_path, days=-1)
    why = told.checks["certificate"]()
    assert isinstance(why, str)
    assert why.startswith("it ran out at 20")
    certificate_for("vvm.example.test", folder=tmp_path, days=90)
    assert told.checks["certificate"]() is None


def test_a_server_that_is_not_open_yet_is_not_ready_and_a_question_opens_none(tmp_path: Path) -> None:
    told = visual(tmp_path, days=1)
    assert told.checks["visual"]() is not None
    assert told._server is None


def test_what_is_no_certificate_is_told_with_its_file(tmp_path: Path) -> None:
    made = certificate_for("vvm.example.test", folder=tmp_path)
    made.certificate.unlink()
    with pytest.raises(CertificateError, match=r"vvm\.example\.test\.pem"):
        _ = Certificate(made.certificate, made.key).valid_until
