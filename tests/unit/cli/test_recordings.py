"""Recordings in an object store, as an operator has it: checked at start, brought over and back, away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from tests.seaweed import BUCKET, KEY_ID, SECRET, Seaweed
from tests.unit.cli.conftest import OLA, QUIET, Site
from tests.unit.intake.conftest import voice

SERVICES = ("ivr", "notifier", "visual", "run")


@pytest.fixture
def objects(site: Site, seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seaweed:
    """Named, and not used yet."""
    seaweed.emptied_bucket()
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    for name, value in (
        ("URL", seaweed.url),
        ("BUCKET", BUCKET),
        ("KEY_ID", KEY_ID),
        ("SECRET_FILE", str(tmp_path / "secret")),
        ("SECONDS", "30"),
    ):
        monkeypatch.setenv(f"PERSONSVAR_OBJECTS_{name}", value)
    site.run("subscriber", "add", OLA)
    return seaweed


def shown(site: Site) -> dict[str, str]:
    lines = site.run("recordings", "show").out.splitlines()
    return {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}


def heard(site: Site, to: Path) -> bytes:
    (message,) = site.run("message", "list", OLA, "--json").json
    assert site.run("message", "export", message["id"], to).code == 0
    return to.read_bytes()


def test_an_installation_is_brought_over_and_back(
    site: Site, objects: Seaweed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site.leave_message()
    assert shown(site) == {
        "new_ones_go_to": "database",
        "in_the_database": "1",
        "in_the_object_store": "0",
        "objects_without_a_recording": "0",
        "object_store": "takes, gives and removes",
    }
    ran = site.run("recordings", "bring-over")
    assert (ran.code, "PERSONSVAR_RECORDINGS=objects for every service" in ran.err) == (1, True)
    monkeypatch.setenv("PERSONSVAR_RECORDINGS", "objects")
    ran = site.run("recordings", "bring-over")
    assert ran.out == "1 recordings were brought over; 0 are in the database.\n", ran.err
    assert len(objects.names()) == 1
    with closing(sqlite3.connect(site.state / "personsvar.db")) as database:
        assert database.execute("SELECT alaw FROM sounds").fetchall() == [(b"",)]
    assert heard(site, tmp_path / "it.alaw") == QUIET
    ran = site.run("recordings", "take-back")
    assert (ran.code, "PERSONSVAR_RECORDINGS=database" in ran.err) == (1, True)
    monkeypatch.setenv("PERSONSVAR_RECORDINGS", "database")
    ran = site.run("recordings", "take-back")
    assert ran.out.splitlines() == [
        "1 recordings were taken back; 0 are in the object store.",
        "1 objects are still to be removed: the notifier does it in a minute.",
    ]
    assert heard(site, tmp_path / "it.alaw") == QUIET


def test_what_callers_say_while_it_is_away_is_taken_in_when_it_is_back(
    site: Site, objects: Seaweed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONSVAR_RECORDINGS", "objects")
    monkeypatch.setenv("PERSONSVAR_OBJECTS_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PERSONSVAR_SPOOL", str(tmp_path / "spool"))
    header = SpoolHeader(SpoolId("pv-1"), Purpose.MESSAGE, Number(OLA), None, datetime.now(UTC))
    application = site.application()
    take = application.takes.place(header)
    take.path.with_suffix(".alaw").write_bytes(voice())
    assert application.takes.finish(header) is Kept.LATER
    application.takes.clear(header)  # the call is over
    application.sweeping.once()
    assert site.run("message", "list", OLA, "--json").json == []
    application.close()
    monkeypatch.setenv("PERSONSVAR_OBJECTS_URL", objects.url)
    site.application().sweeping.once()
    assert len(objects.names()) == 1
    assert heard(site, tmp_path / "it.alaw") == voice()


def refused(site: Site, *command: str) -> str:
    ran = site.run(*command)
    assert ran.code == 2, ran
    assert ran.out == ""
    return ran.err.splitlines()[-1].removeprefix("personsvar: ")


@pytest.mark.usefixtures("objects")
def test_what_is_set_wrong_stops_each_service_at_its_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_OBJECTS_BUCKET", "another")
    for service in SERVICES:
        expected = "PERSONSVAR_OBJECTS_…: the object store, asked to put: NoSuchBucket"
        assert refused(site, service) == expected
    monkeypatch.delenv("PERSONSVAR_OBJECTS_BUCKET")
    assert refused(site, "recordings", "show") == (
        "an object store for recordings needs PERSONSVAR_OBJECTS_BUCKET, too"
    )


@pytest.mark.usefixtures("objects")
def test_no_service_starts_without_the_object_store_that_recordings_are_in(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONSVAR_RECORDINGS", "objects")
    site.leave_message()
    for name in ("URL", "BUCKET", "KEY_ID", "SECRET_FILE"):
        monkeypatch.delenv(f"PERSONSVAR_OBJECTS_{name}")
    monkeypatch.delenv("PERSONSVAR_RECORDINGS")
    for service in SERVICES:
        assert "none is named: set PERSONSVAR_OBJECTS_URL" in refused(site, service)
    ran = site.run("message", "export", 1, tmp_path / "it.alaw")
    assert ran.code == 2
    assert "the store of recordings is away" in ran.err
