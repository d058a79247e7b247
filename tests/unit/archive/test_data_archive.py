"""All data of a subscriber as a zip file: everything that is kept, and nothing that opens something."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
import wave
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from personsvar.archive.archive_words import archive_words
from personsvar.archive.data_archive import DataArchive
from personsvar.mailbox import audit
from personsvar.mailbox.caller_names import put_name
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, MessageId, Number, SpoolId, WebSessionId
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.own_data import DataPart, take_out
from personsvar.mailbox.pin import hash_pin
from personsvar.mailbox.profile.tokens import hash_token
from personsvar.storage.tables import metadata
from tests.fakes.actors import ROOT
from tests.fakes.calendars import keep_calendar
from tests.fakes.listener import heard
from tests.unit.conftest import KARI, Backend

ALAW = bytes(range(256)) * 10
EVIL = "<script>alert(1)</script>"
PAGE = (Path(__file__).resolve().parents[3] / "docs/my-profile.md").read_text("utf-8")
TABLES = {
    "subscribers": "profile", "roles": "profile", "messages": "messages", "sounds": "the recordings",
    "transcripts": "transcripts",
    "greetings": "greetings", "absences": "absences", "calendars": "calendars", "caller_names": "names",
    "notices": "notices", "calls": "calls", "call_backs": "charges", "visual_accounts": "visual-voicemail",
    "web_sessions": "sessions", "locks": "locks", "audit_entries": "changes",
}  # fmt: skip
NOT_THEIRS = {
    "renditions": "the same recordings as AMR",
    "notice_attempts": "how the gateways took it: the operator's",
    "notice_parts": "the same", "receipts": "the same",
    "login_codes": "a code opens something, and lives for an hour",
    "kept_requests": "what programs of the operator's asked, for a day",
    "loose_objects": "names in an object store that no recording has",
    "mailbox_changes": "a counter", "reckonings": "a clock", "warning_terms": "the rules of all mailboxes",
    "operator_names": "the operator's",
    "api_keys": "the operator's", "import_jobs": "the operator's",
    "tallies": "counts of all mailboxes", "occurrences": "the same", "transcript_days": "the same",
    "mailbox_keys": "what the recordings are encrypted with, for us alone", "installation_keys": "the same",
}  # fmt: skip


def live(backend: Backend, number: Number, called: str) -> None:
    """Something of every kind."""
    services, now = backend.services, backend.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.need(number)
        uow.subscribers.put(replace(owner, name=called, pin=hash_pin("739154")))
        uow.roles.grant(number, Role.OPERATOR, now)
        left = uow.messages.add(
            Message(MessageId(0), number, SpoolId(f"s{number}"), KARI, now, uow.sounds.add(ALAW, of=number))
        )
        written = MessageTranscript(left.id, heard("Hei", f"{called}."), Understanding.TEXT, now)
        assert uow.transcripts.put(written, of=left.sound.id)
        uow.greetings.add(number, GreetingKind.PERSONAL, uow.sounds.add(ALAW, of=number), now)
        away = Absence(
            AbsenceId(0), number, now, now + timedelta(days=1), recording=uow.sounds.add(ALAW, of=number)
        )
        uow.absences.add(away)
        called_back = uow.call_backs.add(number, KARI, at=now, price_ore=300)
        uow.call_backs.answered(called_back)
        uow.call_log.add(CallRecord(SpoolId(f"c{number}"), now, KARI, number, CameOf.MESSAGE, 3))
        uow.visual.put(VisualAccount(number, VisualDialect.VVM3, client="acme.p1"))
        uow.web_sessions.add(
            WebSession(WebSessionId(0), number, hash_token(number), Role.SUBSCRIBER, "Firefox", now, now)
        )
        uow.locks.put(Lock(LockScope.MAILBOX, number, failures=2, changed_at=now))
        audit.note(
            uow, now, Actor(ActorKind.COMMAND_LINE, "staff-member"), AuditAction.PIN_RESET, mailbox=number
        )
        uow.commit()
    keep_calendar(services, number)
    put_name(services, number, KARI, f"{called} {EVIL}", by=ROOT)
    backend.missed(number)


def archive_of(backend: Backend, number: Number) -> ZipFile:
    data = take_out(backend.services, number, by=ROOT)
    with backend.services.store.look() as uow:
        owner = uow.subscribers.need(number)
    made = DataArchive(data, owner, backend.clock.now())
    assert re.fullmatch(r"personsvar-\d+-\d{4}-\d\d-\d\d\.zip", made.name)
    return ZipFile(io.BytesIO(b"".join(made.pieces())))


def part(archive: ZipFile, name: DataPart) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"{name}.json"))
    return found


@pytest.fixture
def lived_in(backend: Backend) -> Backend:
    live(backend, backend.ola.number, "Ola Nordmann")
    return backend


def test_each_part_is_there_as_it_is_documented(lived_in: Backend) -> None:
    archive = archive_of(lived_in, lived_in.ola.number)
    assert archive.testzip() is None
    for each in DataPart:
        records = part(archive, each)
        assert records, each
        documented = re.search(rf"^\| `{each}\.json` \| (.*) \|$", PAGE, re.MULTILINE)
        assert documented is not None, each
        assert re.findall(r"`(\w+)`", documented[1]) == list(records[0]), each
    [profile] = part(archive, DataPart.PROFILE)
    assert (profile["number"], profile["name"], profile["roles"]) == (
        lived_in.ola.number, "Ola Nordmann", "operator",
    )  # fmt: skip
    [change, *_] = part(archive, DataPart.CHANGES)
    assert (change["action"], change["by"]) == ("data-taken-out", "command-line")


def test_the_recordings_are_there_as_wav_under_the_names_that_are_told(lived_in: Backend) -> None:
    archive = archive_of(lived_in, lived_in.ola.number)
    told = [
        record["file"]
        for each in (DataPart.MESSAGES, DataPart.GREETINGS, DataPart.ABSENCES)
        for record in part(archive, each)
    ]
    assert len(told) == 3
    for name in told:
        with wave.open(io.BytesIO(archive.read(name))) as sound:
            assert (sound.getframerate(), sound.getnframes()) == (8000, len(ALAW))
        assert f'src="{name}"' in archive.read("index.html").decode()


def test_what_a_message_says_is_there_as_text_and_with_its_words(lived_in: Backend) -> None:
    archive = archive_of(lived_in, lived_in.ola.number)
    [message] = part(archive, DataPart.MESSAGES)
    text = archive.read(message["file"].replace(".wav", ".txt")).decode()
    [written] = part(archive, DataPart.TRANSCRIPTS)
    assert written["text"] == "Hei Ola Nordmann."
    assert text.replace(" (?)", "").startswith(
        f"{written['text']}\n\n– {written['engine']}, {written['model']}"
    )
    assert written["message"] == message["id"]
    assert [word["text"] for word in written["words"]] == ["Hei", "Ola Nordmann."]
    assert "Hei Ola Nordmann." in archive.read("index.html").decode()


@pytest.mark.parametrize(
    ("probability", "text", "model"),
    [
        (0.9, "Ring Kari.", "ear-small"),
        (0.3, "Ring Kari (?).", "ear-small"),
        (None, "Ring Kari.", "ear-small (?)"),
    ],
)
def test_the_page_marks_what_the_engine_was_unsure_of_as_the_text_does(
    backend: Backend, probability: float | None, text: str, model: str
) -> None:
    backend.leave_message()
    said = heard("Ring", "Kari.")
    words = tuple(replace(word, probability=probability) for word in said.words)
    with backend.services.store.begin() as uow:
        [message] = uow.messages.list(backend.ola.number)
        made = MessageTranscript(
            message.id, replace(said, words=words), Understanding.UNSURE, backend.clock.now()
        )
        assert uow.transcripts.put(made, of=message.sound.id)
        uow.commit()
    archive = archive_of(backend, backend.ola.number)
    page = archive.read("index.html").decode()
    assert f"<td>{text}</td>" in page
    assert f"<td>{model}</td>" in page
    [name] = [name for name in archive.namelist() if name.startswith("messages/") and name.endswith(".txt")]
    signed = archive.read(name).decode()
    assert signed.startswith(f"{text}\n")
    assert signed.rstrip().endswith(f", {model}")
    [written] = part(archive, DataPart.TRANSCRIPTS)
    assert (written["text"], written["model"]) == ("Ring Kari.", "ear-small")


def test_the_page_shows_html_in_names_as_text_and_runs_nothing(lived_in: Backend) -> None:
    page = archive_of(lived_in, lived_in.ola.number).read("index.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'" in page
    assert not re.search(r"\son[a-z]+=|javascript:|https?://", page)
    assert "Beskjeder" in page


def test_nothing_that_opens_something_is_in_it_and_nobody_of_the_staff(lived_in: Backend) -> None:
    archive = archive_of(lived_in, lived_in.ola.number)
    every = b"".join(archive.read(name) for name in archive.namelist())
    with lived_in.services.store.look() as uow:
        pin = uow.subscribers.need(lived_in.ola.number).pin
    assert pin is not None
    secrets = (pin, hash_token(lived_in.ola.number), "https://example.test/a.ics", "739154", "staff-member")
    assert [secret for secret in secrets if secret.encode() in every] == []


def test_nobody_elses_is_in_it(lived_in: Backend) -> None:
    other = Number("+4790000077")
    with lived_in.services.store.begin() as uow:
        uow.subscribers.add(replace(lived_in.ola, number=other, email="kari@example.test"))
        uow.commit()
    live(lived_in, other, "Somebody Else")
    archive = archive_of(lived_in, lived_in.ola.number)
    every = b"".join(archive.read(name) for name in archive.namelist())
    assert [it for it in (other, "Somebody Else", "kari@example.test") if it.encode() in every] == []
    assert [len(part(archive, DataPart.MESSAGES)), len(part(archive, DataPart.CALLS))] == [1, 1]


def test_an_empty_mailbox_has_an_archive_too_in_the_language_of_its_owner(backend: Backend) -> None:
    with backend.services.store.begin() as uow:
        uow.subscribers.put(replace(backend.ola, language="en"))
        uow.commit()
    archive = archive_of(backend, backend.ola.number)
    assert part(archive, DataPart.MESSAGES) == []
    assert "ALL THERE IS" in archive.read("README.txt").decode()
    assert "Nothing." in archive.read("index.html").decode()


def test_a_message_that_goes_meanwhile_is_left_out(lived_in: Backend) -> None:
    data = take_out(lived_in.services, lived_in.ola.number, by=ROOT)
    pieces = DataArchive(data, lived_in.ola, lived_in.clock.now()).pieces()
    begun = next(pieces)
    with lived_in.services.store.begin() as uow:
        for message in uow.messages.list(lived_in.ola.number):
            uow.messages.remove(message.id)
        uow.commit()
    archive = ZipFile(io.BytesIO(begun + b"".join(pieces)))
    assert archive.testzip() is None
    assert not [name for name in archive.namelist() if name.startswith("messages/")]


def test_a_large_mailbox_is_never_in_memory(backend: Backend) -> None:
    number, now, alaw = backend.ola.number, backend.clock.now(), bytes(8000 * 60)
    with backend.services.store.begin() as uow:
        for place in range(100):
            sound = uow.sounds.add(alaw, of=number)
            spool_id, at = SpoolId(f"m{place}"), now + timedelta(seconds=place)
            uow.messages.add(Message(MessageId(0), number, spool_id, KARI, at, sound))
        uow.commit()
    archive = DataArchive(take_out(backend.services, number, by=ROOT), backend.ola, now)
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in archive.pieces())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 100 * 960_000
    assert most < 40_000_000


def test_every_table_is_in_it_or_there_is_a_reason() -> None:
    assert {table.name for table in metadata.sorted_tables} == TABLES.keys() | NOT_THEIRS.keys()


def test_that_somebody_took_them_is_written_down(backend: Backend) -> None:
    take_out(backend.services, backend.ola.number, by=ROOT)
    with backend.services.store.look() as uow:
        [entry] = uow.audit.list()
    assert (entry.action, entry.mailbox) == (AuditAction.DATA_TAKEN_OUT, backend.ola.number)


def test_the_words_are_the_same_in_each_language() -> None:
    nb, en = archive_words("nb"), archive_words("en")
    assert nb.keys() == en.keys()
    assert set(DataPart) <= nb.keys()
