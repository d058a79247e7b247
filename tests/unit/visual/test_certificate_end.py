"""When the server's certificate runs out: what is told of it, and what a new one changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personsvar.bootstrap import Application
from personsvar.running.visual_service import VisualService
from personsvar.settings.all_settings import Settings
from personsvar.visual.certificate import Certificate, CertificateError
from tests.wire.certificates import certificate_for


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
    assert "server" not in vars(told)


def test_what_is_no_certificate_is_told_with_its_file(tmp_path: Path) -> None:
    made = certificate_for("vvm.example.test", folder=tmp_path)
    made.certificate.unlink()
    with pytest.raises(CertificateError, match=r"vvm\.example\.test\.pem"):
        _ = Certificate(made.certificate, made.key).valid_until
