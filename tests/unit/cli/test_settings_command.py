"""`personsvar settings`: all that is wrong at once, what only one of the services would find too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Site


def _set(monkeypatch: pytest.MonkeyPatch, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", str(value))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("STUDIO", "{0}/none"), "PERSONSVAR_STUDIO={0}/none: No such file or directory"),
        (
            ("PROMPTS", "{0}/none"),
            "PERSONSVAR_PROMPTS: {0}/none/catalogue: no catalogue here (no .toml file)",
        ),
        (("PIPER_MODEL_NB", "{0}/none"), "PERSONSVAR_PIPER_MODEL_NB={0}/none: there is no such file"),
        (("TEMPLATES", "{0}/none"), "PERSONSVAR_TEMPLATES: {0}/none: there is no such folder"),
        (("GATEWAY_CA", "{0}/none"), "PERSONSVAR_GATEWAY_CA={0}/none: No such file or directory"),
        (("GATEWAY_CA", "{0}/text"), "PERSONSVAR_GATEWAY_CA={0}/text: no certificates (PEM)"),
        (("SMTP_URL", "smtp://mail.example.test?x=y"), "PERSONSVAR_SMTP_URL: after the question mark only"),
        (("SMPP_URL", "smpp://a:b@smsc.example.test?alphabet=x"), "PERSONSVAR_SMPP_URL: "),
        (("VISUAL_KEY", "{0}/none"), "PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY: give both"),
        (("STATE", "{0}/text/state"), "PERSONSVAR_STATE={0}/text/state: {0}/text is no folder"),
        (("SPOOL", "{0}/text/spool"), "PERSONSVAR_SPOOL={0}/text/spool: {0}/text is no folder"),
        (("DATABASE_URL", "sqlite://"), "PERSONSVAR_DATABASE_URL: a mailbox needs a file"),
    ],
)
def test_what_only_one_service_opens_is_checked(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    (tmp_path / "text").write_text("no certificate")
    name, value = wrong
    _set(monkeypatch, {name: value.format(tmp_path)})
    ran = bare.run("settings")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"personsvar: {said.format(tmp_path)}")
    assert (ran.code, ran.out) == (2, "")


def test_all_that_is_wrong_is_told_at_once(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    none = tmp_path / "none"
    wrong = {
        "MAX_MESSAGES": "many",
        "SMTP_URL": "http://mail.example.test",
        "KANNEL_URL": "http://u:p@kannel.example.test/",
        "SMPP_URL": "smpp://smsc.example.test",
        "TEMPLATES": none,
        "GATEWAY_CA": none,
        "STUDIO": none,
        "VISUAL_CERTIFICATE": none,
        "VISUAL_KEY": none,
    }
    _set(monkeypatch, wrong)
    lines = bare.run("settings").err.splitlines()
    together = "KANNEL_URL"  # with SMPP_URL, in one line
    for name in wrong.keys() - {together, "VISUAL_KEY"}:
        assert [line for line in lines if line.startswith(f"personsvar: PERSONSVAR_{name}")], name
    assert len(lines) == len(set(lines)) == len(wrong) - 2


def test_two_gateways_that_are_wrong_are_both_told_by_the_notifier_too(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(
        monkeypatch,
        {"SMTP_URL": "smtp://mail.example.test?x=y", "SMPP_URL": "smpp://a:b@smsc.example.test?alphabet=x"},
    )
    for service in ("settings", "notifier"):
        told = [line[:30] for line in bare.run(service).err.splitlines()]
        assert [it for it in told if it.startswith("personsvar: PERSONSVAR_SM")] == [
            "personsvar: PERSONSVAR_SMPP_UR",
            "personsvar: PERSONSVAR_SMTP_UR",
        ]


def test_checking_makes_nothing(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(
        monkeypatch,
        {
            "KANNEL_URL": "http://u:p@kannel.example.test/",
            "PUBLIC_URL": "https://voicemail.example.test",
            "SMTP_URL": "smtp://mail.example.test",
            "VISUAL_HOST": "vvm.example.test",
        },
    )
    ran = bare.run("settings")
    assert (ran.code, ran.err) == (0, "")
    assert not bare.state.exists()


def test_a_key_that_is_damaged_is_told(bare: Site) -> None:
    bare.state.mkdir()
    (bare.state / "secret.key").write_text("half")
    ran = bare.run("settings")
    assert ran.code == 2
    assert "secret.key: is no key" in ran.err


@pytest.mark.parametrize("service", ["ivr", "run"])
def test_studio_recordings_that_can_not_be_read_end_the_start_in_one_line(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str
) -> None:
    _set(monkeypatch, {"STUDIO": tmp_path / "none", "FASTAGI_BIND": "127.0.0.1:0"})
    ran = bare.run(service)
    assert ran.code == 2
    told = [line for line in ran.err.splitlines() if line.startswith("personsvar: ")]
    assert told == [f"personsvar: PERSONSVAR_STUDIO={tmp_path}/none: No such file or directory"]
