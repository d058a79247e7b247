"""What the version before left is taken over whole: its database, its key, and recordings in its spool.

`version_before` was made by it: two subscribers with notices, two messages and a greeting; in the spool a
call that it could not store, and one that the dialplan recorded alone. What is there stays as it was written.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from personsvar.mailbox import lookups
from personsvar.mailbox.greetings import current as current_greeting
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.pin import pin_matches
from personsvar.storage import current
from personsvar.storage.versions import newest
from tests.unit.cli.conftest import KARI, OLA, Site

LEFT = Path(__file__).with_name("version_before")
CALLER = "+4790000003"


@pytest.fixture
def site(bare: Site) -> Site:
    shutil.copytree(LEFT, bare.state, ignore=shutil.ignore_patterns("*.sql"))
    database = sqlite3.connect(bare.state / "personsvar.db")
    database.executescript((LEFT / "database.sql").read_text("utf-8"))
    database.close()
    assert bare.run("db", "upgrade").code == 0
    return bare


def test_the_database_goes_on_at_the_newest_version(site: Site) -> None:
    assert current(f"sqlite:///{site.state}/personsvar.db") == newest()


def test_subscribers_are_there_with_their_wishes_and_pins(site: Site) -> None:
    ola, kari = site.run("subscriber", "list", "--json").json
    assert (ola["number"], ola["name"], ola["email"]) == (OLA, "Ola Nordmann", "ola@example.test")
    assert (ola["language"], ola["mms"], ola["email_copy"]) == ("nb", True, True)
    assert (kari["number"], kari["language"], kari["mms"]) == (KARI, "en", False)
    subscriber = lookups.subscriber(site.application().services, Number(OLA))
    assert subscriber is not None
    assert subscriber.pin is not None
    assert pin_matches("739154", subscriber.pin)


def test_messages_and_greetings_are_there_with_their_sounds(site: Site) -> None:
    saved, new = site.run("message", "list", OLA, "--json").json
    assert (saved["state"], saved["caller"], saved["urgent"]) == ("saved", KARI, True)
    assert (new["state"], new["caller"], new["urgent"]) == ("new", None, False)
    for message in (saved, new):
        exported = site.state / f"{message['id']}.alaw"
        assert site.run("message", "export", message["id"], exported).code == 0
        assert exported.stat().st_size == 400
    application = site.application()
    greeting = current_greeting(application.services, Number(OLA), GreetingKind.PERSONAL)
    assert greeting is not None
    assert len(lookups.sound(application.services, greeting.sound.id)) == 200


def test_notices_still_wait_and_a_sealed_pin_is_opened_with_the_kept_key(site: Site) -> None:
    waiting = site.run("notice", "list", "--json").json
    assert {(it["to"], it["kind"], it["channel"], it["status"]) for it in waiting} == {
        *((OLA, "new-message", channel, "ready") for channel in ("mms", "email")),
        *((KARI, kind, "sms", "ready") for kind in ("first-pin", "missed-call")),
    }
    (pin,) = [it["id"] for it in waiting if it["kind"] == "first-pin"]
    application = site.application()
    notice = lookups.notice(application.services, NoticeId(pin))
    kari = lookups.subscriber(application.services, Number(KARI))
    assert notice is not None
    assert notice.facts.secret is not None
    assert kari is not None
    assert kari.pin is not None
    assert pin_matches(application.services.vault.open(notice.facts.secret), kari.pin)


def test_recordings_in_the_spool_are_taken_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_MIN_MESSAGE_SECONDS", "0")  # they are four tenths of a second long
    assert site.run("spool", "retry").out == "0 files brought back; 2 messages, 0 missed calls taken in.\n"
    taken_in = {
        it["spool_id"]: (it["mailbox"], it["caller"], it["seconds"], it["urgent"])
        for number in (OLA, KARI)
        for it in site.run("message", "list", number, "--json").json
    }
    assert taken_in["1700000000.5"] == (KARI, CALLER, 0.4, True)
    assert taken_in["1700000000.6"] == (OLA, CALLER, 0.4, False)
    assert site.run("spool", "list", "--json").json == []
