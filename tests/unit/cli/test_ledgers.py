"""Messages, notices, charges and the spool, as an operator sees them."""

from __future__ import annotations

import wave
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Settlement
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from tests.unit.cli.conftest import KARI, OLA, QUIET, Site


def _delete(site: Site, message: MessageId) -> None:
    listening.delete(site.application().services, message)


def test_messages_are_listed_with_withheld_callers_unnamed(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    site.leave_message(caller=None)
    first, second = site.run("message", "list", OLA, "--json").json
    assert (first["caller"], first["state"], first["seconds"]) == (KARI, "new", 3.0)
    assert second["caller"] is None
    lines = site.run("message", "list", "90000001").out.splitlines()
    assert KARI in lines[1]
    assert "withheld" in lines[2]


def test_a_message_is_exported_as_its_file_s_ending_says(site: Site, tmp_path: Path) -> None:
    site.run("subscriber", "add", OLA)
    message = site.leave_message().id
    assert site.run("message", "export", message, tmp_path / "m.alaw").code == 0
    assert (tmp_path / "m.alaw").read_bytes() == QUIET
    assert site.run("message", "export", message, tmp_path / "m.wav").code == 0
    with wave.open(str(tmp_path / "m.wav")) as opened:
        assert (opened.getframerate(), opened.getnframes()) == (8000, len(QUIET))
    ran = site.run("message", "export", message, tmp_path / "m.mp3")
    assert (ran.code, "should end in .wav or .alaw" in ran.err) == (2, True)
    ran = site.run("message", "export", message, tmp_path / "no" / "m.wav")
    assert (ran.code, "No such file or directory" in ran.err) == (2, True)
    ran = site.run("message", "export", 999, tmp_path / "m.wav")
    assert (ran.code, ran.err) == (1, "personsvar: there is no message 999\n")


def test_a_deleted_message_is_taken_back(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    message = site.leave_message().id
    ran = site.run("message", "restore", message)
    assert (ran.code, ran.err) == (1, f"personsvar: message {message} is not deleted\n")
    _delete(site, message)
    assert site.run("message", "list", OLA, "--json").json[0]["state"] == "deleted"
    assert site.run("message", "restore", message).out == f"Message {message} is new again.\n"
    assert site.run("message", "list", OLA, "--json").json[0]["state"] == "new"
    with site.application().store.look() as uow:
        (entry,) = uow.audit.list(AuditWanted(action=AuditAction.MESSAGE_TAKEN_BACK))
    assert (entry.mailbox, entry.detail) == (OLA, f"message {message}: new")


@pytest.mark.parametrize(
    "typed", ["yesterday", "", "29.11.2026", "2026-02-30", "-1", "0001-01-01T00:00:00+14:00", "x" * 5000]
)
def test_a_time_that_is_none_is_answered_with_the_form_wanted(site: Site, typed: str) -> None:
    ran = site.run("notice", "list", "--since", typed)
    assert ran.code == 2
    said = " ".join(ran.err.split())
    assert f"{typed[:40]!r} is no time; write it like 2026-11-29, 2026-11-29T08:30 (UTC)" in said


@pytest.mark.parametrize("limit", ["0", "-1", str(10**10), str(2**63), "9" * 60, "many"])
def test_a_limit_that_no_list_has_is_refused(site: Site, limit: str) -> None:
    ran = site.run("notice", "list", "--limit", limit)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_a_time_counts_in_the_zone_that_it_names_else_in_utc(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    (at,) = [it["created_at"] for it in site.run("notice", "list", "--json").json if it["channel"] == "sms"]
    then = datetime.fromisoformat(at)
    for hours, listed in ((-2, 1), (2, 0)):
        time = then + timedelta(hours=hours)
        elsewhere = time.astimezone(timezone(timedelta(hours=9))).isoformat()
        for typed in (elsewhere, f"{time:%Y-%m-%dT%H:%M}", f"{time:%Y-%m-%d %H:%M}"):
            found = site.run("notice", "list", "--since", typed, "--json").json
            assert len(found) == listed, typed


def test_notices_are_listed_shown_and_sent_again(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    site.run("subscriber", "add", KARI)
    site.leave_message(OLA)
    site.leave_message(KARI, caller=OLA)
    assert len(site.run("notice", "list", "--json").json) == 2
    (notice,) = site.run("notice", "list", "--to", OLA, "--json").json
    assert (notice["kind"], notice["channel"], notice["status"]) == ("new-message", "sms", "ready")
    shown = site.run("notice", "show", notice["id"], "--json").json
    assert shown == {**notice, "tries": [], "receipts": []}
    assert "new-message" in site.run("notice", "show", notice["id"]).out
    ran = site.run("notice", "resend", notice["id"])
    assert (ran.code, "still on its way (ready)" in ran.err) == (1, True)
    _fail_all(site)
    failed = site.run("notice", "show", notice["id"], "--json").json
    (one,) = failed["tries"]
    assert (failed["status"], one["number"], one["outcome"], one["error"]) == (
        "failed",
        1,
        "refused",
        "no such number",
    )
    assert "no such number" in site.run("notice", "show", notice["id"]).out
    assert site.run("notice", "resend", notice["id"]).code == 0
    again = site.run("notice", "show", notice["id"], "--json").json
    assert (again["status"], again["tries"]) == ("ready", failed["tries"])
    ran = site.run("notice", "show", 999)
    assert (ran.code, ran.err) == (1, "personsvar: there is no notice 999\n")


def _fail_all(site: Site) -> None:
    application, now = site.application(), datetime.now(UTC)
    with application.store.begin() as uow:
        claimed = uow.outbox.claim(channels=[Channel.SMS], now=now, lease_seconds=60, limit=9)
        uow.outbox.settle([_refused(it, now) for it in claimed], now=now)
        uow.commit()


def _refused(notice: Notice, now: datetime) -> Settlement:
    why = "no such number"
    tried = Attempt(notice.attempts, now, AttemptOutcome.REFUSED, error=why)
    return Settlement(notice.id, notice.lease or "", NoticeStatus.FAILED, tried, error=why)


def test_charges_are_what_was_answered_for_people_spreadsheets_and_programs(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    application = site.application()
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with application.store.begin() as uow:
        uow.call_backs.add(Number(OLA), Number(KARI), at=at, price_ore=300)
        answered = uow.call_backs.add(Number(OLA), Number(KARI), at=at, price_ore=300)
        uow.call_backs.answered(answered)
        uow.commit()
    charge = {"id": answered, "mailbox": OLA, "called": KARI, "at": "2026-03-02T12:00:00Z", "price_ore": 300}
    assert site.run("charge", "list", "--json").json == [charge]
    assert site.run("charge", "list", "--csv").out == (
        f"id,mailbox,called,at,price_ore\n{answered},{OLA},{KARI},2026-03-02T12:00:00Z,300\n"
    )
    assert KARI in site.run("charge", "list").out
    assert site.run("charge", "list", "--of", KARI, "--json").json == []


def test_calls_are_listed_newest_first_by_mailbox_caller_and_time(site: Site) -> None:
    for number in (OLA, KARI):
        site.run("subscriber", "add", number)
    site.leave_message(OLA)
    site.leave_message(KARI, caller=None)
    site.leave_message(OLA, caller="+4790000009")
    listed = site.run("call", "list", "--json").json
    assert [(it["mailbox"], it["caller"]) for it in listed] == [
        (OLA, "+4790000009"),
        (KARI, None),
        (OLA, KARI),
    ]
    assert {(it["came_of"], it["reason"], it["listened"]) for it in listed} == {("message", None, False)}
    to_ola = site.run("call", "list", "90000001", "--json").json
    assert [it["caller"] for it in to_ola] == ["+4790000009", KARI]
    assert len(site.run("call", "list", "--caller", KARI, "--json").json) == 1
    assert len(site.run("call", "list", "--limit", 2, "--json").json) == 2
    for option in ("--until", "--since"):
        found = site.run("call", "list", option, "2020-01-01", "--json").json
        assert len(found) == (3 if option == "--since" else 0)
    assert site.run("call", "list", "--came-of", "missed", "--json").json == []
    lines = site.run("call", "list", KARI).out.splitlines()
    assert "withheld" in lines[1]


def test_the_spool_is_listed_and_what_was_put_aside_is_taken_in(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    application = site.application()
    header = SpoolHeader(
        SpoolId("1700000000.1"), Purpose.MESSAGE, Number(OLA), Number(KARI), datetime.now(UTC)
    )
    take = application.takes.place(header)
    take.path.with_name(f"{take.path.name}.alaw").write_bytes(QUIET)
    entry = application.takes.spool.entry(header.spool_id)
    assert entry is not None
    application.takes.spool.end(header.spool_id).write_text("urgent=0\nmissed=0\n")
    listed = site.run("spool", "list", "--json").json
    assert [(it["name"], it["state"], it["takes"]) for it in listed] == [("1700000000.1", "live", 1)]
    application.takes.spool.quarantine(entry)
    assert {it["state"] for it in site.run("spool", "list", "--json").json} == {"broken"}
    assert "1700000000.1.head" in site.run("spool", "list").out
    ran = site.run("spool", "retry", "1700000000.9")
    assert (ran.code, "was put aside" in ran.err) == (1, True)
    assert site.run("spool", "retry").out.startswith("3 files brought back; ")
