"""Starting: settings, the database's version, files and their modes, help."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from personsvar import cli
from personsvar.bootstrap import secret_key
from personsvar.cli import COMMANDS
from personsvar.cli.ivr import missing_prompts
from personsvar.settings.loading import SettingsError, load
from personsvar.settings.settings_table import markdown
from tests.unit.cli.conftest import OLA, Site

ROOT = Path(__file__).resolve().parents[3]


def test_without_a_database_a_command_says_what_to_do(bare: Site) -> None:
    ran = bare.run("subscriber", "list")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "run `personsvar db upgrade`" in ran.err
    assert bare.run("db", "check").code == 2
    assert bare.run("db", "upgrade").code == 0
    assert bare.run("db", "upgrade").code == 0
    assert bare.run("db", "check").out == "The database is up to date.\n"
    assert bare.run("subscriber", "list").code == 0


def test_from_another_folder_a_command_names_the_database_it_looked_for_and_makes_none(
    bare: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PERSONSVAR_STATE")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for command in ("subscriber list", "subscriber show 90000001", "notice list", "db check", "db restored"):
        ran = bare.run(*command.split())
        assert ran.code == 2, command
        assert f"there is no database {elsewhere}/var/personsvar.db" in ran.err
        assert "set PERSONSVAR_STATE to its state folder" in ran.err
        assert list(elsewhere.iterdir()) == [], command


def test_a_database_that_can_not_be_used_is_refused(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.state.mkdir()
    (bare.state / "personsvar.db").touch()
    ran = bare.run("subscriber", "list")
    assert (ran.code, ran.err) == (
        2,
        "personsvar: the database has no tables yet: run `personsvar db upgrade`\n",
    )
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", "sqlite://")
    ran = bare.run("subscriber", "list")
    assert ran.code == 2
    assert ran.err.startswith("personsvar: PERSONSVAR_DATABASE_URL: ")


@pytest.mark.parametrize(
    "noun", ["run", "ivr", "notifier", "agi", "phone", "subscriber list", "db upgrade", "settings"]
)
def test_bad_settings_are_lines_and_no_traceback(
    bare: Site, monkeypatch: pytest.MonkeyPatch, noun: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_MAX_MESSAGES", "many")
    monkeypatch.setenv("PERSONSVAR_HTTP_BIND", "here")
    ran = bare.run(*noun.split())
    assert ran.code == 2
    first, second = ran.err.splitlines()
    assert first == "personsvar: PERSONSVAR_HTTP_BIND='here': should be host:port, like 127.0.0.1:8080"
    assert second.startswith("personsvar: PERSONSVAR_MAX_MESSAGES='many': should be a whole number")


def test_a_state_folder_that_can_not_be_made_is_told(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_STATE", "/proc/none")
    ran = bare.run("db", "upgrade")
    assert ran.code == 2
    assert re.fullmatch(r"personsvar: /proc/none\S*: .*\n", ran.err)


def test_nothing_is_open_to_others(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    found = [site.state, *site.state.rglob("*")]
    assert {"spool", "media", "secret.key", "personsvar.db"} <= {path.name for path in found}
    assert [path for path in found if path.stat().st_mode & stat.S_IRWXO] == []
    assert stat.S_IMODE((site.state / "secret.key").stat().st_mode) == 0o600


def test_a_folder_that_was_open_to_others_is_closed(bare: Site) -> None:
    (bare.state / "spool").mkdir(parents=True)
    (bare.state / "spool").chmod(0o777)
    bare.run("db", "upgrade")
    assert stat.S_IMODE((bare.state / "spool").stat().st_mode) == 0o770


def test_the_key_is_made_once_and_an_own_one_is_used(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made = secret_key(load())
    assert secret_key(load()) == made
    assert (bare.state / "secret.key").read_text() == made
    assert [file.name for file in bare.state.iterdir()] == ["secret.key"]
    own = bare.run("settings", "--new-key").out.strip()
    monkeypatch.setenv("PERSONSVAR_SECRET_KEY", own)
    assert secret_key(load()) == own


def test_settings_are_shown_with_secrets_hidden(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_SMTP_URL", "smtp://me:hunter2@mail.example.test")
    monkeypatch.setenv("PERSONSVAR_ACESS_NUMBER", "+4723000000")
    ran = bare.run("settings")
    assert ran.code == 0
    assert "hunter2" not in ran.out + ran.err
    assert re.search(r"PERSONSVAR_SMTP_URL +••••", ran.out)
    assert ran.err == "personsvar: PERSONSVAR_ACESS_NUMBER is no setting of ours\n"


def test_the_page_of_settings_is_current(bare: Site) -> None:
    assert bare.run("settings", "--markdown").out == (ROOT / "docs/settings.md").read_text("utf-8")
    assert markdown().count("| `PERSONSVAR_") == len(type(load()).model_fields)


def test_the_card_is_printed_in_both_languages(bare: Site) -> None:
    assert "Hovedmeny" in bare.run("manual").out
    assert "Main menu" in bare.run("manual", "--language", "en").out
    assert bare.run("manual", "--diagram").out.startswith("stateDiagram-v2")
    assert bare.run("manual", "--language", "sv").code == 1


def test_every_noun_is_in_the_help_and_has_help_of_its_own(bare: Site) -> None:
    whole = bare.run("--help").out
    for noun in COMMANDS:
        assert re.search(rf"^  {noun} ", whole, re.MULTILINE), noun
        assert bare.run(noun, "--help").code == 0, noun


def test_wrong_usage_is_exit_2(bare: Site) -> None:
    assert bare.run("dance").code == 2
    assert bare.run("subscriber", "add").code == 2
    assert bare.run("notice", "show", "x").code == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("notice list --status foo", "'--status': 'foo' is not one of 'ready', 'leased', 'sent', "),
        ("notice list --kind foo", "'--kind': 'foo' is not one of 'new-message', "),
        ("notice list --channel foo", "'--channel': 'foo' is not one of 'sms', "),
        ("notice list --limit many", "'--limit': should be a whole number"),
        ("notice list --limit 0", "'--limit': should be 1 or more"),
        ("notice show x", "'ID': should be a whole number"),
        ("message export x a.wav", "'ID': should be a whole number"),
        ("visual block", "Missing argument 'NUMBER'"),
    ],
)
def test_what_is_typed_wrong_is_told_in_our_own_words(bare: Site, typed: str, said: str) -> None:
    ran = bare.run(*typed.split())
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert not re.search(r"Value error|Input should|valid integer|unable to parse", ran.err)


def test_a_call_s_own_process_loads_nothing_it_has_no_use_for() -> None:
    """`personsvar agi` is started for each call: Alembic, psycopg and the command line cost 0.2 s of CPU."""
    program = "import sys, personsvar.cli, personsvar.cli.agi; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"alembic", "psycopg", "typer", "rich", "fastapi", "asyncpg"} & set(loaded.stdout.split())


def test_files_are_made_without_bits_for_others(bare: Site) -> None:
    bare.run("settings")
    umask = os.umask(0o022)
    assert umask == 0o007


def test_an_unreadable_key_is_told(bare: Site) -> None:
    bare.state.mkdir()
    (bare.state / "secret.key").mkdir()
    with pytest.raises(SettingsError, match=r"secret\.key: Is a directory"):
        secret_key(load())
    assert cli.carry_out(["subscriber", "list"]) == 2


def test_prompts_without_a_sound_are_told_at_start(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_prompts(site.application()) == []
    prompts = site.state / "prompts"
    (prompts / "sounds/nb").mkdir(parents=True)
    (prompts / "catalogue").mkdir()
    (prompts / "catalogue/a.toml").write_text('[hello]\nnb = "Hei."\nen = "Hello."\n')
    (prompts / "sounds/nb/hello.alaw").write_bytes(b"\xd5" * 100)
    monkeypatch.setenv("PERSONSVAR_PROMPTS", str(prompts))
    assert missing_prompts(site.application()) == ["en/hello"]
