"""`personsvar settings`: all that is wrong at once, what only one of the services would find too."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from personsvar.cli.settings import NO_CERTIFICATE, NO_ENGINE
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
        (("SMPP_URL", "smpp://smsc.example.test"), "PERSONSVAR_SMPP_URL: the id is missing: smpp://id:pass"),
        (("SMPP_URL", "smpp://:x@smsc.example.test"), "PERSONSVAR_SMPP_URL: the id is missing: smpp://id:"),
        (("SMTP_URL", "smtp://mail.example.test/x"), "PERSONSVAR_SMTP_URL: behind the port stands nothing"),
        (("TEMPLATES", "{0}/mails"), "PERSONSVAR_TEMPLATES: {0}/mails/nb/text.txt: is not text in UTF-8"),
        (
            ("PROMPTS", "{0}/prompts"),
            "PERSONSVAR_PROMPTS: {0}/prompts/catalogue/a.toml: is not text in UTF-8",
        ),
        (("STATE", f"/xx{'/x' * 2039}"), f"/xx{'/x' * 2039}/fastagi.secret: File name too long"),
        (("VISUAL_KEY", "{0}/none"), "PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY: give both"),
        (("PIPER_MODEL_NB", "x" * 300), f"PERSONSVAR_PIPER_MODEL_NB={'x' * 300}: File name too long"),
        (("PIPER_MODEL_EN", "{0}"), "PERSONSVAR_PIPER_MODEL_EN={0}: should be a file"),
        (
            ("STATE", "text/state"),
            "PERSONSVAR_STATE='text/state': should be a folder, and {0}/text is a file",
        ),
        (
            ("SPOOL", "text/spool"),
            "PERSONSVAR_SPOOL='text/spool': should be a folder, and {0}/text is a file",
        ),
        (
            ("HTTP_BIND", "no-such-host.invalid:8080"),
            "PERSONSVAR_HTTP_BIND (no-such-host.invalid:8080): Name or service not known",
        ),
        (
            ("IMAP_BIND", "192.0.2.1:1143"),
            "PERSONSVAR_IMAP_BIND (192.0.2.1:1143): Cannot assign requested address",
        ),
    ],
)
def test_what_only_one_service_opens_is_checked(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    (tmp_path / "text").write_text("no certificate")
    for folder, name in (("mails/nb", "text.txt"), ("prompts/catalogue", "a.toml")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_bytes(b"bl\xe5b\xe6r")
    monkeypatch.chdir(tmp_path)
    name, value = wrong
    _set(monkeypatch, {name: value.format(tmp_path)})
    ran = bare.run("settings")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"personsvar: {said.format(tmp_path)}")
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "a mailbox needs a file"),
        ("sqlite:///{0}", "{0} is a folder"),
        ("sqlite:///{0}/text", "{0}/text is no SQLite database"),
        (" sqlite:///{0}/text", "{0}/text is no SQLite database"),
        ("sqlite:///{0}/text/x.db", "{0}/text/x.db can't be read: Not a directory"),
        (f"sqlite:////{'x' * 300}", f"/{'x' * 300} can't be read: File name too long"),
        ("sqlite:///{0}/x.db?mode=ro", "should be sqlite:/// and the file's path, and nothing behind it"),
        ("sqlite://var/x.db", "should be sqlite:/// and the file's path, and nothing behind it"),
        ("postgresql://u:hunter2@db.example.test:abc/x", "the port should be 1 to 65535"),
        ("postgresql://u:hunter2@db.example.test:99999/x", "the port should be 1 to 65535"),
        ("postgresql://u:hunter2@db.example.test/x?sslmode=bogus", "sslmode should be disable, allow,"),
        ("postgresql://u:hunter2@db.example.test/x?port=abc", "port should be a whole number"),
        ("postgresql://u:hunter2@a b/x", "the host should be a name or an address"),
        ("postgresql://u:hunter2@db.example.test/x?sslmod=require", "'sslmod' is no option of PostgreSQL's"),
    ],
)
def test_a_database_that_can_not_be_is_told_alike_by_all_and_nobody_is_asked(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, said: str
) -> None:
    (tmp_path / "text").write_text("no database")
    _set(monkeypatch, {"DATABASE_URL": url.format(tmp_path)})
    for command in ("settings", "notifier", "db upgrade", "subscriber list"):
        ran = bare.run(*command.split())
        (line,) = ran.err.splitlines()
        assert line.startswith(f"personsvar: PERSONSVAR_DATABASE_URL: {said.format(tmp_path)}")
        assert (ran.code, ran.out) == (2, "")
        assert "hunter2" not in line
    assert not bare.state.exists()


def test_a_folder_in_the_place_of_the_state_s_database_is_told_of_the_state(bare: Site) -> None:
    (bare.state / "personsvar.db").mkdir(parents=True)
    for command in ("settings", "ivr"):
        ran = bare.run(command)
        assert ran.err == f"personsvar: PERSONSVAR_STATE: {bare.state}/personsvar.db is a folder\n"
        assert ran.code == 2


def test_a_database_with_options_that_postgresql_knows_is_one(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ca = tmp_path / "ca.pem"
    more = f"?sslmode=verify-full&sslrootcert={ca}&target_session_attrs=read-write"
    _set(monkeypatch, {"DATABASE_URL": f" Postgres://u@db.example.test:5432/x{more}\n"})
    told = f"personsvar: PERSONSVAR_DATABASE_URL: sslrootcert={ca} can't be read: No such file or directory\n"
    assert bare.run("settings").err == bare.run("ivr").err == told
    ca.touch()
    ran = bare.run("settings")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@/x?host=db1.example.test,localhost&port=5432,5433",
        "postgresql://u@/x?host=db1.example.test,localhost&port=,5433&target_session_attrs=read-write",
        "postgresql://u@db1.example.test,localhost:5432/x",
        "postgresql://u@/x?host=db1.example.test:5432&host=localhost:5433",
        "postgresql://u@localhost/x?connect_timeout=-1",
    ],
)
def test_postgresql_on_several_hosts_is_a_database(
    bare: Site, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    _set(monkeypatch, {"DATABASE_URL": url})
    ran = bare.run("settings")
    assert (ran.code, ran.err) == (0, "")


def test_a_certificate_that_is_none_is_told_in_words_of_ours(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "text"
    file.write_text("no certificate")
    _set(monkeypatch, {"VISUAL_CERTIFICATE": file, "VISUAL_KEY": file})
    told = f"{file} and {file}: no certificate with its key (PEM)"
    assert bare.run("settings").err == (
        f"personsvar: PERSONSVAR_VISUAL_CERTIFICATE, PERSONSVAR_VISUAL_KEY: {told}\n"
    )


@pytest.mark.parametrize("command", ["settings", "notifier"])
def test_a_file_in_the_outbox_s_place_is_told_before_a_notice_would_fail_on_it(
    bare: Site, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    bare.state.mkdir()
    (bare.state / "outbox").touch()
    _set(monkeypatch, {"HTTP_BIND": "127.0.0.1:0"})
    ran = bare.run(command)
    told = f"PERSONSVAR_STATE='{bare.state}/outbox': should be a folder, and is a file"
    assert ran.err.splitlines()[-1] == f"personsvar: {told}"
    assert ran.code == 2


def test_an_address_that_a_service_of_ours_has_is_no_mistake(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        _set(monkeypatch, {"HTTP_BIND": f"127.0.0.1:{ours.getsockname()[1]}"})
        ran = bare.run("settings")
    assert (ran.code, ran.err) == (0, "")


def test_all_that_is_wrong_is_told_at_once(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    none = tmp_path / "none"
    wrong = {
        "MAX_MESSAGES": "many",
        "SMTP_URL": "http://mail.example.test",
        "KANNEL_URL": "http://u:p@kannel.example.test/",
        "SMPP_URL": "smpp://me@smsc.example.test",
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
        {
            "SMTP_URL": "smtp://mail.example.test?x=y",
            "SMPP_URL": "smpp://a:b@smsc.example.test?alphabet=x",
            "HTTP_BIND": "127.0.0.1:0",
        },
    )
    for service in ("settings", "notifier"):
        told = [line[:30] for line in bare.run(service).err.splitlines()]
        assert [it for it in told if it.startswith("personsvar: PERSONSVAR_SM")] == [
            "personsvar: PERSONSVAR_SMPP_UR",
            "personsvar: PERSONSVAR_SMTP_UR",
        ]


@pytest.mark.parametrize("service", ["run", "visual"])
def test_phones_are_told_of_no_server_that_has_no_certificate(
    bare: Site, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    """New messages would be told by visual voicemail alone, and no phone could fetch one."""
    _set(monkeypatch, {"VISUAL_HOST": "vvm.example.test", "FASTAGI_BIND": "127.0.0.1:0"})
    ran = bare.run(service)
    assert ran.code == 2
    (told,) = [line for line in ran.err.splitlines() if line.startswith("personsvar: ")]
    assert told == (
        "personsvar: PERSONSVAR_VISUAL_HOST='vvm.example.test': needs PERSONSVAR_VISUAL_CERTIFICATE and "
        "PERSONSVAR_VISUAL_KEY, or no phone can fetch"
    )


def test_settings_warn_of_a_name_whose_certificate_another_service_may_have(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In containers only the one that serves phones holds it."""
    _set(monkeypatch, {"VISUAL_HOST": "vvm.example.test"})
    ran = bare.run("settings")
    assert (ran.code, NO_CERTIFICATE in ran.err) == (0, True)


def test_a_model_that_is_not_there_is_told_before_the_transcriber_starts(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    _set(monkeypatch, {"TRANSCRIBER": "local", "TRANSCRIBER_MODEL": folder})
    told = f"personsvar: PERSONSVAR_TRANSCRIBER_MODEL={folder}: "
    ran = bare.run("settings")
    assert (ran.code, ran.err) == (2, f"{told}there is no such folder\n")
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    (folder / "model.bin").touch()
    ran = bare.run("settings")
    assert (ran.code, ran.err) == (2, f"{told}of a model in CTranslate2's form, this is missing: model.bin\n")
    (folder / "model.bin").write_text("weights")
    assert bare.run("settings").code == 0


def test_settings_warn_of_an_engine_that_another_image_may_have(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("personsvar.gateways.transcripts.engine_files.PACKAGE", "no-such-package-anywhere")
    _set(monkeypatch, {"TRANSCRIBER": "local", "TRANSCRIBER_MODEL": "/models/base"})
    ran = bare.run("settings")
    assert (ran.code, NO_ENGINE in ran.err) == (0, True)


def test_checking_makes_nothing(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(
        monkeypatch,
        {
            "KANNEL_URL": "http://u:p@kannel.example.test/",
            "PUBLIC_URL": "https://voicemail.example.test",
            "SMTP_URL": "smtp://mail.example.test",
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


def test_each_studio_recording_that_would_not_be_played_is_told_and_a_service_takes_calls_all_the_same(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    studio = tmp_path / "studio"
    (studio / "nb/goodbye.alaw").mkdir(parents=True)
    for name, sound in {
        "nb/fallback-greeting.alaw": b"\xd5" * 800,
        "nb/message-stored.alaw": b"",
        "nb/fallback-thanks.alaw": b"RIFF\x00\x00\x00\x00WAVE",
        "nb/fallback-thanks.wav": b"RIFF",
        "nb/welcom.alaw": b"\xd5" * 800,
        "nb/tone.g722": b"\x00" * 800,
        "no/tone.alaw": b"\xd5" * 800,
        "README": b"of the studio",
        "nb/.DS_Store": b"a file manager's",
    }.items():
        (studio / name).parent.mkdir(exist_ok=True)
        (studio / name).write_bytes(sound)
    (studio / "nb/message-empty.alaw").symlink_to(tmp_path / "nowhere")
    (studio / "en").touch()
    raw = "raw A-law, 8,000 samples a second, one channel"
    wrong = [
        "en: should be a folder",
        f"nb/fallback-thanks.alaw: is a WAV file; should be {raw}",
        f"nb/fallback-thanks.wav: should be {raw}, as <prompt>.alaw",
        "nb/goodbye.alaw: Is a directory",
        "nb/message-empty.alaw: is a link that leads nowhere",
        "nb/message-stored.alaw: is empty",
        "nb/tone.g722: is played only beside tone.alaw",
        "nb/welcom.alaw: no prompt has this name (they are the files of prompts/catalogue)",
        "no: should be in the folder of a language: nb or en",
    ]
    _set(monkeypatch, {"STUDIO": studio})
    ran = bare.run("settings")
    assert ran.code == 2
    assert ran.err.splitlines() == [f"personsvar: PERSONSVAR_STUDIO: {studio}/{line}" for line in wrong]
    _set(monkeypatch, {"FASTAGI_BIND": "192.0.2.1:1", "FASTAGI_SECRET": "A" * 20})
    started = bare.run("ivr")  # it ends at an address that is not this machine's
    assert "PERSONSVAR_FASTAGI_BIND" in started.err.splitlines()[-1]
    assert started.err.count("a studio recording is not played") == len(wrong)
