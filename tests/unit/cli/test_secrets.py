"""`personsvar secrets make`: a new installation's secrets, and an old one's left alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from personsvar.settings.loading import load
from tests.unit.cli.conftest import Site

ALL = {
    *("secret_key", "master_key", "api_token", "fastagi_secret"),
    *("database_password", "database_url", "visual.pem", "visual.key"),
}


def test_they_are_made_once_for_the_owner_alone_and_are_good_settings(
    bare: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bare.run("secrets", "make", str(tmp_path)).code == 0
    assert {file.name for file in tmp_path.iterdir()} == ALL
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes.pop("fastagi_secret") == 0o640, "of the switch and the service, who share a group"
    assert set(modes.values()) == {0o600}
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    again = bare.run("secrets", "make", str(tmp_path))
    assert (again.code, again.out) == (0, "")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == first
    for name in ("database_url", "secret_key", "api_token", "fastagi_secret"):
        monkeypatch.setenv(f"PERSONSVAR_{name.upper()}_FILE", str(tmp_path / name))
    password = first["database_password"].decode().strip()
    assert load().database == f"postgresql://personsvar:{password}@postgres/personsvar"


def test_two_installations_share_nothing(bare: Site, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
        bare.run("secrets", "make", str(folder))
    one, other = ({name: (folder / name).read_bytes() for name in ALL} for folder in folders)
    assert not set(one.values()) & set(other.values())


def test_an_operators_own_database_is_left_to_him(bare: Site, tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql://me:x@db.example.test/voicemail")
    bare.run("secrets", "make", str(tmp_path))
    assert (tmp_path / "database_url").read_text().endswith("/voicemail")
    assert not (tmp_path / "database_password").exists()


def test_a_folder_that_is_not_there_is_told_in_one_line(bare: Site, tmp_path: Path) -> None:
    ran = bare.run("secrets", "make", str(tmp_path / "nowhere"))
    assert (ran.code, ran.err) == (2, f"personsvar: {tmp_path / 'nowhere'}: there is no such folder\n")


def test_a_file_that_can_not_be_written_is_told_by_its_own_name(bare: Site, tmp_path: Path) -> None:
    """Not by what it is called until it is whole: nobody finds that."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / f".secret_key.{os.getpid()}").mkdir()
    ran = bare.run("secrets", "make", str(folder))
    assert (ran.code, ran.err) == (2, f"personsvar: {folder / 'secret_key'}: Is a directory\n")


def test_where_nothing_can_be_dealt_that_is_told_and_nothing_is_made(bare: Site, tmp_path: Path) -> None:
    for to, why in (
        ("nowhere", "there is no such folder"),
        (
            "empty",
            (
                "nothing can be dealt, it holds no service's folder: "
                "postgres, switch, ivr, visual, transcriber, notifier"
            ),
        ),
        ("file", "should be a folder, and is a file"),
    ):
        made = tmp_path / f"secrets-{to}"
        made.mkdir()
        (tmp_path / "empty").mkdir(exist_ok=True)
        (tmp_path / "file").touch()
        ran = bare.run("secrets", "make", str(made), "--deal", str(tmp_path / to))
        assert (ran.code, ran.err) == (2, f"personsvar: {tmp_path / to}: {why}\n")
        assert list(made.iterdir()) == []


@pytest.mark.parametrize("name", ["secret_key", "api_token", "database_password", "database_url"])
def test_an_empty_file_is_told_and_nothing_is_made_of_it(bare: Site, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\n")
    ran = bare.run("secrets", "make", str(tmp_path))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert f"{tmp_path / name}: is empty" in ran.err
    assert "postgresql://personsvar:@" not in "".join(
        file.read_text() for file in tmp_path.iterdir() if file.is_file()
    )


def test_a_secret_that_is_no_text_is_told(bare: Site, tmp_path: Path) -> None:
    (tmp_path / "api_token").write_bytes(b"\xe5")
    ran = bare.run("secrets", "make", str(tmp_path))
    told = f"personsvar: {tmp_path}: holds a secret that is not text in UTF-8\n"
    assert (ran.code, ran.err) == (2, told)


def test_they_are_on_the_disk_before_their_name_is(
    bare: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut a name without its content would be an empty secret."""
    done: list[tuple[str, str]] = []
    real_fsync, real_replace, real_link = os.fsync, Path.replace, os.link

    def fsync(opened: int) -> None:
        done.append(("synced", Path(f"/proc/self/fd/{opened}").readlink().name))
        real_fsync(opened)

    def replace(half: Path, whole: Path) -> Path:
        done.append(("named", Path(whole).name))
        return real_replace(half, whole)

    def link(half: Path, whole: Path) -> None:
        done.append(("named", Path(whole).name))
        real_link(half, whole)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(os, "link", link)
    bare.run("secrets", "make", str(tmp_path))
    for name in ALL:
        at = done.index(("named", name))
        what, synced = done[at - 1]
        assert what == "synced", name
        assert name in synced, name
        assert done[at + 1] == ("synced", tmp_path.name), name


DEALT = {
    "postgres": {"database_password"},
    "switch": {"fastagi_secret", "sip.key", "sip.pem"},
    "ivr": {
        *("database_url", "database_replica_url", "database_ca.pem", "secret_key", "master_key"),
        *("fastagi_secret", "webhook_secret"),
    },
    "visual": {
        *("database_url", "database_replica_url", "database_ca.pem", "secret_key", "master_key"),
        *("visual.pem", "visual.key", "webhook_secret"),
    },
    "transcriber": {
        *("database_url", "database_replica_url", "database_ca.pem", "secret_key", "master_key"),
        *("transcriber_key", "webhook_secret"),
    },
    "notifier": {
        *(
            "database_url",
            "database_replica_url",
            "database_ca.pem",
            "secret_key",
            "master_key",
            "api_token",
            "webhook_secret",
        ),
        *("smpp_url", "anything-else"),
    },
}


def dealt(bare: Site, folder: Path) -> dict[str, set[str]]:
    """What each service's folder holds after `secrets make --deal`."""
    made = folder / "secrets"
    made.mkdir(exist_ok=True)
    for service in DEALT:
        (folder / service).mkdir(exist_ok=True)
    ran = bare.run("secrets", "make", str(made), "--deal", str(folder))
    assert ran.code == 0, ran.err
    return {service: {file.name for file in (folder / service).iterdir()} for service in DEALT}


def test_each_service_gets_the_secrets_it_needs_and_no_other(bare: Site, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    for name in (
        "smpp_url",
        "webhook_secret",
        "database_ca.pem",
        "database_replica_url",
        "sip.pem",
        "sip.key",
        "transcriber_key",
        "anything-else",
        ".half",
    ):
        (tmp_path / "secrets" / name).write_text(name)
    assert dealt(bare, tmp_path) == DEALT
    for service, names in DEALT.items():
        for name in names:
            file = tmp_path / service / name
            assert file.read_bytes() == (tmp_path / "secrets" / name).read_bytes()
            assert stat.S_IMODE(file.stat().st_mode) == (0o640 if service == "switch" else 0o600)


def test_what_changed_is_dealt_anew_and_what_went_is_taken_back(bare: Site, tmp_path: Path) -> None:
    dealt(bare, tmp_path)
    assert bare.run("secrets", "make", str(tmp_path / "secrets"), "--deal", str(tmp_path)).out == ""
    (tmp_path / "secrets/api_token").write_text("another-one-of-the-operators")
    (tmp_path / "notifier/smpp_url").write_text("of a gateway that is none any more")
    assert "smpp_url" not in dealt(bare, tmp_path)["notifier"]
    assert (tmp_path / "notifier/api_token").read_text() == "another-one-of-the-operators"


def test_a_service_whose_folder_is_not_there_is_dealt_nothing(bare: Site, tmp_path: Path) -> None:
    (tmp_path / "ivr").mkdir()
    bare.run("secrets", "make", str(tmp_path), "--deal", str(tmp_path))
    assert {folder.name for folder in tmp_path.iterdir() if folder.is_dir()} == {"ivr"}


@pytest.mark.parametrize("command", [("subscriber", "list"), ("manual",), ("spool", "list")])
def test_who_sends_nothing_need_not_be_able_to_read_a_gateway_s_password(
    site: Site, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for name in ("SMPP_URL", "KANNEL_URL", "MM7_URL", "MM7_REPORT_LOGIN", "SMTP_URL", "API_TOKEN"):
        monkeypatch.setenv(f"PERSONSVAR_{name}_FILE", "/nowhere/at/all")
    assert site.run(*command).code == 0
    refused = site.run("notifier")
    assert refused.code != 0
    assert refused.err.count("can't be read") == 6
