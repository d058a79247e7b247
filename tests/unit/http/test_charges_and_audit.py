"""What call backs cost, and who changed what, over HTTP."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import CallBackId
from tests.unit.http.office import KARI, OLA, Office, problem


def _dialled(office: Office, count: int) -> list[CallBackId]:
    """Answered ones, an hour apart, by Ola and by Kari in turn; and one that nobody answered."""
    now = office.backend.clock.now()
    with office.backend.services.store.begin() as uow:
        made = [
            uow.call_backs.add((OLA, KARI)[n % 2], KARI, at=now + timedelta(hours=n), price_ore=300)
            for n in range(count)
        ]
        for one in made:
            uow.call_backs.answered(one)
        uow.call_backs.add(OLA, KARI, at=now, price_ore=300)
        uow.commit()
    return made


def test_charges_are_found_by_whose_and_when_page_by_page(office: Office) -> None:
    made = _dialled(office, 5)
    first = office.shown("/v1/charges?limit=3")
    assert [it["id"] for it in first["items"]] == made[:3]
    second = office.shown(first["next"])
    assert ([it["id"] for it in second["items"]], second["next"]) == (made[3:], None)
    at = "2026-03-02T1{}:00:00Z".format
    assert first["items"][0] == {
        "id": made[0], "mailbox": OLA, "called": KARI, "at": at(2), "price_ore": 300,
    }  # fmt: skip
    for asked, found in (
        ("mailbox=90000002", made[1::2]),
        (f"since={at(3)}", made[1:]),
        (f"until={at(4)}", made[:2]),
        (f"since={at(3)}&until={at(5)}&mailbox=%2B4790000001", made[2:3]),
    ):
        assert [it["id"] for it in office.shown(f"/v1/charges?{asked}")["items"]] == found, asked


def test_the_same_as_csv_to_the_last_line(office: Office) -> None:
    made = _dialled(office, 1203)
    answer = office.get("/v1/charges.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["id", "mailbox", "called", "at", "price_ore"]
    assert rows[1] == [str(made[0]), OLA, KARI, "2026-03-02T12:00:00Z", "300"]
    assert [int(row[0]) for row in rows[1:]] == made
    assert len(office.get("/v1/charges.csv?mailbox=90000002").text.splitlines()) == 602


@pytest.mark.parametrize("path", ["/v1/charges?mailbox=274916", "/v1/charges.csv?mailbox=274916",
                                  "/v1/charges.csv?limit=1", "/v1/audit?mailbox=274916",
                                  "/v1/audit?action=274916", "/v1/audit?before_id=0",
                                  "/v1/charges?after_id=9223372036854775808"])  # fmt: skip
def test_what_means_nothing_is_refused(office: Office, path: str) -> None:
    answer = office.get(path)
    assert problem(answer) == (422, "invalid")
    assert "274916" not in answer.text


def test_the_trail_tells_who_did_what_newest_first_page_by_page(office: Office) -> None:
    office.ask("POST", "/v1/subscribers", {"number": KARI})
    office.ask("PATCH", f"/v1/subscribers/{KARI}", {"name": "Kari"}, If_Match="*")
    office.ask("POST", f"/v1/subscribers/{OLA}/unlock")
    first = office.shown("/v1/audit?limit=2")
    assert [(it["action"], it["mailbox"], it["detail"]) for it in first["items"]] == [
        ("unlocked", OLA, ""),
        ("subscriber-changed", KARI, "name"),
    ]
    assert {(it["actor_kind"], it["actor_name"]) for it in first["items"]} == {
        ("api-key", "PERSONSVAR_API_TOKEN")
    }
    second = office.shown(first["next"])
    assert ([it["action"] for it in second["items"]], second["next"]) == (["subscriber-added"], None)
    for asked, found in (
        ("mailbox=90000001", 1),
        ("action=subscriber-added", 1),
        ("actor_kind=command-line", 0),
        ("actor_name=PERSONSVAR_API_TOKEN", 3),
        ("since=2026-03-02T12:00:01Z", 0),
        ("until=2026-03-02T12:00:01Z", 3),
    ):
        assert len(office.shown(f"/v1/audit?{asked}")["items"]) == found, asked
