"""Files of subscribers by API: looked through, told line by line, and taken in when the program says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox import login
from personsvar.mailbox.import_jobs import AT_ONCE, KEPT, work_on_imports
from personsvar.mailbox.tidying import expire_secrets
from tests.unit.http.office import KARI, OLA, Office, problem

PATH = "/v1/imports"
CSV, LINES = "text/csv", "application/x-ndjson"
FILE = """number;name;e-mail;mms;pin
90000001;Ola Nordmann;;ja;274916
90000002;Kari Nordmann;kari@example.test;nei;835062
90000003;Nobody;274916;;
hello;;;;
90000002;Kari N.;;;
90000004;;;;1234
"""
JSON_LINES = """{"number": "90000001", "name": "Ola Nordmann", "mms": true, "pin": "274916"}
{"number": "90000002", "name": "Kari Nordmann", "email": "kari@example.test", "mms": false, "pin": "835062"}
{"number": "90000003", "email": "274916"}
{"number": "hello"}

{"number": "90000002", "name": "Kari N.", "email": null}
{"number": "90000004", "pin": "1234"}
"""
WHY = [
    ("email", "this is no e-mail address"),
    ("number", "this is no telephone number"),
    ("pin", "the PIN is a run of consecutive digits"),
]


def _sent(office: Office, file: str | bytes, kind: str = CSV) -> str:
    content = file.encode() if isinstance(file, str) else file
    answer = office.token.ask("POST", PATH, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["state"]) == (202, "checking"), answer.text
    return answer.headers["Location"]


def _worked(office: Office) -> None:
    while work_on_imports(office.backend.services):
        pass


def _counts(job: dict[str, Any]) -> tuple[object, ...]:
    return tuple(job[name] for name in ("state", "rows", "added", "changed", "refused"))


def _errors(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [(it["column"], it["why"].partition(" (")[0]) for it in job["errors"]]


@pytest.mark.parametrize(("file", "kind", "lines"), [(FILE, CSV, [4, 5, 7]), (JSON_LINES, LINES, [3, 4, 7])])
def test_it_is_looked_through_first_and_then_taken_in(
    office: Office, file: str, kind: str, lines: list[int]
) -> None:
    where = _sent(office, file, kind)
    assert _counts(office.shown(where)) == ("checking", 0, 0, 0, 0)
    _worked(office)
    checked = office.shown(where)
    assert _counts(checked) == ("checked", 6, 1, 2, 3)
    assert [it["line"] for it in checked["errors"]] == lines
    assert _errors(checked) == WHY
    assert [it["number"] for it in office.shown("/v1/subscribers")["items"]] == [OLA]
    assert office.trail() == []
    started = office.ask("POST", f"{where}/apply")
    assert (started.status_code, started.json()["state"]) == (202, "applying")
    _worked(office)
    applied = office.shown(where)
    assert _counts(applied) == ("applied", 6, 1, 2, 3)
    assert _errors(applied) == WHY
    kari = office.shown(f"/v1/subscribers/{KARI}")
    assert (kari["name"], kari["email"], kari["mms"]) == ("Kari N.", "kari@example.test", False)
    assert login.try_pin(office.backend.services, OLA, "274916", caller=None, own_phone=False) == "ok"
    assert [what for what, *_ in office.trail()] == [
        "import-applied",
        "subscriber-changed",
        "pin-changed",
        "subscriber-added",
        "subscriber-changed",
    ]


def test_nothing_of_the_file_is_told_or_kept_in_clear(office: Office) -> None:
    where = _sent(office, FILE)
    services = office.backend.services
    with services.store.look() as uow:
        (row,) = uow._connection.exec_driver_sql("SELECT * FROM import_jobs").all()  # type: ignore[attr-defined] # what a thief of the database would read
    assert "Nordmann" not in repr(row)
    assert "274916" not in repr(row)
    _worked(office)
    assert "274916" not in office.get(where).text
    office.ask("POST", f"{where}/apply")
    _worked(office)
    with services.store.look() as uow:
        assert uow.import_jobs.content(office.shown(where)["id"]) is None


def test_what_is_not_checked_yet_or_over_can_not_be_applied(office: Office) -> None:
    where = _sent(office, FILE)
    assert problem(office.ask("POST", f"{where}/apply")) == (409, "conflict")
    _worked(office)
    assert office.ask("POST", f"{where}/apply").status_code == 202
    assert problem(office.ask("POST", f"{where}/apply")) == (409, "conflict")
    _worked(office)
    assert problem(office.ask("POST", f"{where}/apply")) == (409, "conflict")
    assert problem(office.ask("POST", f"{PATH}/999/apply")) == (404, "not-found")
    assert problem(office.get(f"{PATH}/999")) == (404, "not-found")


def test_a_day_later_it_is_over_and_nothing_of_it_is_left(office: Office) -> None:
    where = _sent(office, FILE)
    _worked(office)
    office.backend.clock.go_on(hours=KEPT.total_seconds() / 3600 + 1)
    expire_secrets(office.backend.services)
    assert office.shown(where)["state"] == "expired"
    assert problem(office.ask("POST", f"{where}/apply")) == (409, "conflict")


@pytest.mark.parametrize(
    ("file", "kind", "why"),
    [
        ("name;colour\nOla;red\n", CSV, "the heading of column 2 is none of ours"),
        ("\n\n;;\n", CSV, "is empty"),
        ('number;name\n90000002;"Kari\n90000003;Ola\n', CSV, "line 2: a quotation mark in it"),
        ('\nsep=;\nnumber;name\n\n90000002;Kari "K"\n"90000003', CSV, "line 6: a quotation mark in it"),
        ('number\n90000002\n"' + "274916\n" * 30_000, CSV, "line 3: longer than 100000 letters"),
        ("number\n" + ";" * 200_000, CSV, "line 2: longer than 100000 letters"),
    ],
)
def test_what_is_no_file_of_subscribers_fails_as_a_whole(
    office: Office, file: str, kind: str, why: str
) -> None:
    where = _sent(office, file, kind)
    _worked(office)
    job = office.shown(where)
    assert job["state"] == "failed"
    assert why in job["why"]
    assert "274916" not in office.get(where).text


@pytest.mark.parametrize("is_applied", [False, True])
def test_what_was_sealed_with_another_key_fails_at_once_and_says_so(office: Office, is_applied: bool) -> None:
    where = _sent(office, FILE)
    services = office.backend.services
    if is_applied:
        _worked(office)
        office.ask("POST", f"{where}/apply")
    another = replace(services, vault=FernetVault(new_key()))
    assert work_on_imports(another) == 1
    job = office.shown(where)
    assert (job["state"], job["rows"]) == ("failed", 0)
    assert "PERSONSVAR_SECRET_KEY" in job["why"]
    assert job["finished_at"] is not None
    office.backend.clock.go_on(hours=1)
    assert work_on_imports(another) == 0
    with services.store.look() as uow:
        assert uow.import_jobs.content(job["id"]) is None
    assert [it["number"] for it in office.shown("/v1/subscribers")["items"]] == [OLA]


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        ("{", "", "this is no JSON"),
        ("[" * 100_000, "", "this is no JSON"),
        ('["90000002"]', "", "this is no object"),
        ('{"number": "90000002", "number": "90000003"}', "", "this is no JSON, or a field is there twice"),
        ('{"number": "90000002", "colour274916": "red"}', "", "a field is none of ours"),
        ('{"number": 90000002}', "number", "this is no text"),
        ('{"number": "90000002", "name": true}', "name", "this is no text"),
        ('{"number": "90000002", "mms": "274916"}', "mms", "this is neither yes nor no"),
        ('{"number": "90000002", "name": "\\ud800"}', "name", "a name has no signs that Unicode"),
        ("{}", "", "this is no telephone number"),
        ('{"name": "Kari"}', "number", "this is no telephone number"),
    ],
)
def test_a_line_that_will_not_do_is_told_by_its_place_without_what_stands_there(
    office: Office, line: str, column: str, why: str
) -> None:
    where = _sent(office, f'{{"number": "90000003"}}\n{line}\n', LINES)
    _worked(office)
    job = office.shown(where)
    (error,) = job["errors"]
    assert (error["line"], error["column"]) == (2, column)
    assert why in error["why"]
    assert "274916" not in office.get(where).text
    assert job["added"] == 1


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"number\n90000002\n", "application/json", (415, "unsupported-media-type")),
        (b"number\n90000002\n", "", (415, "unsupported-media-type")),
        (b"", CSV, (422, "invalid")),
        (b" \n", CSV, (422, "invalid")),
        (b"number\n\xff\xfe\xfd\n", CSV, (422, "invalid")),
        (b"x" * 10_000_001, CSV, (413, "too-large")),
    ],
)
def test_what_is_no_such_file_at_all_is_refused_at_once(
    office: Office, content: bytes, kind: str, told: tuple[int, str]
) -> None:
    answer = office.token.ask("POST", PATH, content=content, headers={"Content-Type": kind})
    assert problem(answer) == told


def test_utf_16_with_its_mark_is_read_as_spreadsheets_write_it(office: Office) -> None:
    where = _sent(office, "number\tname\n90000002\tKåre Ødegård\n".encode("utf-16"))
    _worked(office)
    office.ask("POST", f"{where}/apply")
    _worked(office)
    assert office.shown(f"/v1/subscribers/{KARI}")["name"] == "Kåre Ødegård"


def test_what_a_process_did_not_end_another_goes_on_with_from_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies in the middle: at most so many rows are taken in a second time, which changes nothing."""
    rows = AT_ONCE + 20
    numbers = [f"+479000{n:04}" for n in range(1000, 1000 + rows)]
    where = _sent(office, "number\n" + "\n".join(numbers) + "\n")
    _worked(office)
    office.ask("POST", f"{where}/apply")
    services, store = office.backend.services, office.backend.services.store
    begin, left = store.begin, iter(range(AT_ONCE + 10))

    class PowerCutError(BaseException):
        """The process is gone."""

    def until_the_cut() -> object:
        if next(left, None) is None:
            raise PowerCutError
        return begin()

    with monkeypatch.context() as dying:
        dying.setattr(store, "begin", until_the_cut)
        with pytest.raises(PowerCutError):
            work_on_imports(services)
    assert office.shown(where)["rows"] == AT_ONCE
    assert work_on_imports(services) == 0, "it is in the dead one's hands still"
    office.backend.clock.go_on(minutes=6)
    _worked(office)
    job = office.shown(where)
    assert (job["state"], job["rows"], job["refused"]) == ("applied", rows, 0)
    added = [mailbox for what, mailbox, _ in office.trail() if what == "subscriber-added"]
    assert sorted(filter(None, added)) == numbers
