"""Subscribers over HTTP: listed, added, read, changed by who saw what is there, removed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from personsvar.http.api.subscriber_forms import SubscriberForm
from personsvar.mailbox import login
from personsvar.mailbox.model.ids import Number
from tests.fakes.actors import ROOT
from tests.unit.http.office import KARI, OLA, Office, problem

PATH = "/v1/subscribers"
OLAS = f"{PATH}/{OLA}"


def test_one_is_added_with_all_there_is_and_read_as_it_was_given(office: Office) -> None:
    given = {
        "number": "900 00 002", "name": "Kari Nordmann", "email": "kari@example.test", "language": "en",
        "time_zone": "Atlantic/Reykjavik", "pin": "835062", "quiet": "22:00-07:00", "voicemail_on": False,
        "always_ask_pin": True, "oldest_first": False, "call_back_from_elsewhere": True, "say_caller": True,
        "sms": False, "mms": True, "missed_calls": False, "email_copy": False,
    }  # fmt: skip
    answer = office.ask("POST", PATH, given)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{PATH}/{KARI}")
    read = office.get(f"{PATH}/{KARI}")
    assert read.json() == answer.json()
    assert read.headers["ETag"] == answer.headers["ETag"]
    kept = given.items() - {("pin", "835062"), ("number", "900 00 002")}
    assert kept <= read.json().items()
    assert (read.json()["number"], read.json()["has_pin"], read.json()["pin_by_operator"]) == (
        KARI,
        True,
        True,
    )
    assert "835062" not in read.text
    services = office.backend.services
    assert login.try_pin(services, KARI, "835062", caller=None, own_phone=False) == "ok"


def test_its_fields_are_those_of_the_command_line(office: Office) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")
    section = page.partition("## `subscriber list --json`")[2].partition("\n## ")[0]
    assert list(SubscriberForm.model_fields) == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert list(office.shown(OLAS)) == list(SubscriberForm.model_fields)


@pytest.mark.parametrize(
    ("given", "kind", "why"),
    [
        ({"number": "hello"}, "refused", "is no telephone number"),
        ({"number": "+4700000000"}, "refused", "in no number series"),
        ({"number": "+4747471000"}, "refused", "access number"),
        ({"number": KARI, "pin": "1234"}, "refused", "a run of consecutive digits"),
        ({"number": KARI, "pin": "27a916"}, "invalid", "pin: is not written as it should be"),
        ({"number": KARI, "email": "274916"}, "refused", "is no e-mail address"),
        ({"number": KARI, "language": "274916"}, "invalid", "language: should be"),
        ({"number": KARI, "time_zone": "274916"}, "refused", "is no time zone"),
        ({"number": KARI, "time_zone": "../../etc/passwd"}, "refused", "is no time zone"),
        ({"number": KARI, "quiet": "07:00-07:00"}, "refused", "begin and end at different times"),
        ({"number": KARI, "quiet": "25:00-07:00"}, "invalid", "quiet: is not written"),
        ({"number": KARI, "name": "x" * 101}, "invalid", "name: should have at most 100 characters"),
        ({"number": KARI, "name": "Kari\x1b[31m"}, "refused", "no control characters"),
        ({"number": KARI, "name": None}, "invalid", "name: should be text"),
        ({"number": KARI, "sms": "274916"}, "invalid", "sms: should be true or false"),
        ({"number": KARI, "sms": 1}, "invalid", "sms: should be true or false"),
        ({"number": KARI, "welcomed": True}, "invalid", "body: a name in it is not known here"),
        ({"number": KARI, "274916": 1}, "invalid", "body: a name in it is not known here"),
        ({"number": 90000002}, "invalid", "number: should be text"),
        ({}, "invalid", "number: is missing"),
        ([], "invalid", "body: should be an object"),
        ("274916", "invalid", "body: should be an object"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_nobody_is_added(
    office: Office, given: object, kind: str, why: str
) -> None:
    answer = office.ask("POST", PATH, given)
    assert problem(answer) == (422, kind)
    assert why in answer.json()["detail"]
    assert "274916" not in answer.text
    assert len(office.shown(PATH)["items"]) == 1
    assert office.trail() == []


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"9" * 5000, b"[" * 5000, b"NaN", b"", b'{"number": "\\ud800"}']
)
def test_what_is_no_json_is_refused(office: Office, body: bytes) -> None:
    answer = office.token.ask("POST", PATH, content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        b'{"number": "90000002", "pin": "274916", "pin": "835062"}',
        b'{"number": "90000002", "name": "Kari", "n\\u0061me": "Kari"}',
        b'[{"name": {"274916": 1, "274916": 2}}]',
    ],
)
def test_a_field_that_is_there_twice_is_refused(office: Office, body: bytes) -> None:
    as_json = {"Content-Type": "application/json", "If-Match": "*"}
    for method, path in (("POST", PATH), ("PATCH", OLAS)):
        answer = office.token.ask(method, path, content=body, headers=as_json)
        assert problem(answer) == (422, "invalid")
        assert answer.json()["detail"] == "body: a field is there twice"
    assert office.trail() == []


def test_a_number_is_one_subscriber_s(office: Office) -> None:
    assert problem(office.ask("POST", PATH, {"number": OLA, "name": "Somebody else"})) == (409, "taken")
    assert office.shown(OLAS)["name"] == ""


def test_the_list_goes_page_by_page_by_links(office: Office) -> None:
    numbers = [OLA, *(Number(f"+479000000{n}") for n in range(2, 8))]
    for number in numbers[1:]:
        assert office.ask("POST", PATH, {"number": number}).status_code == 201
    seen, page = [], f"{PATH}?limit=3"
    for length in (3, 3, 1):
        answer = office.get(page)
        items = answer.json()["items"]
        assert len(items) == length
        seen += [it["number"] for it in items]
        page = answer.json()["next"]
    assert page is None
    assert seen == numbers


def test_a_change_is_of_what_is_given_and_stands_in_the_trail_by_its_fields(office: Office) -> None:
    before = office.get(OLAS)
    change = {"name": "Ola", "quiet": "22:00-07:00", "mms": True, "email": None}
    answer = office.ask("PATCH", OLAS, change, If_Match=before.headers["ETag"])
    assert answer.status_code == 200
    assert answer.json() == {**before.json(), **change}
    assert answer.headers["ETag"] != before.headers["ETag"]
    assert office.trail() == [("subscriber-changed", OLA, "name, email, quiet, mms")]
    same = office.ask("PATCH", OLAS, {"quiet": None}, If_Match="*")
    assert same.json()["quiet"] is None


def test_a_change_without_the_version_that_was_seen_changes_nothing(office: Office) -> None:
    first = office.get(OLAS).headers["ETag"]
    assert problem(office.ask("PATCH", OLAS, {"name": "Ola"})) == (428, "precondition-required")
    assert office.ask("PATCH", OLAS, {"name": "Ola"}, If_Match=first).status_code == 200
    for stale in (first, '"274916"', f"W/{first}", "", "ola", f'"a", {first}'):
        answer = office.ask("PATCH", OLAS, {"name": "Kari"}, If_Match=stale)
        assert problem(answer) == (412, "stale"), stale
    assert office.shown(OLAS)["name"] == "Ola"
    now = office.get(OLAS).headers["ETag"]
    assert office.ask("PATCH", OLAS, {"name": "Ola N."}, If_Match=f'"a", {now}').status_code == 200


def test_who_changes_at_the_same_moment_as_another_is_told_that_it_is_stale(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw the same version; the other's change comes between the look and the transaction."""
    seen = office.get(OLAS).headers["ETag"]
    store = office.backend.services.store
    begin, others = store.begin, [{"name": "The other"}]

    def after_the_other() -> object:
        if others:
            change = others.pop()
            assert office.ask("PATCH", OLAS, change, If_Match="*").status_code == 200
        return begin()

    monkeypatch.setattr(store, "begin", after_the_other)
    assert problem(office.ask("PATCH", OLAS, {"name": "Mine"}, If_Match=seen)) == (412, "stale")
    assert office.shown(OLAS)["name"] == "The other"


def test_what_is_known_is_not_sent_again(office: Office) -> None:
    seen = office.get(OLAS).headers["ETag"]
    for known in (seen, f"W/{seen}", f'"a", {seen}', "*"):
        answer = office.get(OLAS, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", seen)
    assert office.get(OLAS, If_None_Match='"another"').status_code == 200


def test_what_comes_and_goes_by_itself_makes_no_other_version(office: Office) -> None:
    seen = office.get(OLAS).headers["ETag"]
    login.request_pin(office.backend.services, OLA)
    office.backend.leave_message()
    assert office.get(OLAS).headers["ETag"] == seen
    login.reset_pin(office.backend.services, OLA, by=ROOT)
    assert office.get(OLAS).headers["ETag"] != seen


def test_a_pin_that_is_set_is_told_of_and_told_nobody(office: Office) -> None:
    answer = office.ask("PATCH", OLAS, {"pin": "274916"}, If_Match="*")
    assert "274916" not in answer.text
    assert [it["kind"] for it in office.shown("/v1/notices")] == ["pin-changed"]
    assert office.trail() == [("pin-changed", OLA, "")]
    refused = office.ask("PATCH", OLAS, {"pin": "111111"}, If_Match="*")
    assert problem(refused) == (422, "refused")


def test_removed_with_all_of_it(office: Office) -> None:
    office.backend.leave_message()
    assert problem(office.ask("DELETE", OLAS, If_Match='"stale"')) == (412, "stale")
    seen = office.get(OLAS).headers["ETag"]
    assert office.ask("DELETE", OLAS, If_Match=seen).status_code == 204
    assert office.forgotten == [OLA]
    assert problem(office.get(OLAS)) == (404, "not-found")
    assert problem(office.ask("DELETE", OLAS)) == (404, "not-found")
    assert office.trail() == [("subscriber-removed", None, "")]


def test_nobody_s_number_is_404_and_no_number_422(office: Office) -> None:
    for method, tail, body in (
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("GET", "/mailbox", None),
        ("GET", "/lock", None), ("POST", "/unlock", None), ("POST", "/pin-reset", None),
    ):  # fmt: skip
        nobody = office.ask(method, f"{PATH}/{KARI}{tail}", body, If_Match="*")
        assert problem(nobody) == (404, "not-found"), (method, tail)
        none = office.ask(method, f"{PATH}/274916{tail}", body, If_Match="*")
        assert problem(none) == (422, "refused"), (method, tail)
        assert "274916" not in none.text


def test_what_is_in_the_mailbox_is_counted(office: Office) -> None:
    office.backend.leave_message()
    shown = office.shown(f"{OLAS}/mailbox")
    assert (shown["number"], shown["new"], shown["saved"], shown["greetings"]) == (OLA, 1, 0, [])


def test_a_closed_way_in_is_shown_and_opened_again(office: Office) -> None:
    services = office.backend.services
    for _ in range(5):
        login.try_pin(services, OLA, "99999", caller=None, own_phone=False)
    shown = office.shown(f"{OLAS}/lock")
    assert shown["locked_until"] == "2026-03-02T12:15:00Z"
    assert [way["way"] for way in shown["ways"] if way["closed_until"]] == ["mailbox"]
    opened = office.ask("POST", f"{OLAS}/unlock")
    assert (opened.status_code, opened.json()["locked_until"]) == (200, None)
    assert office.trail() == [("unlocked", OLA, "")]


def test_a_new_pin_goes_by_sms_and_stands_in_no_answer(office: Office) -> None:
    answer = office.ask("POST", f"{OLAS}/pin-reset")
    assert (answer.status_code, answer.json()) == (202, {"number": OLA, "told_by": "sms"})
    with office.backend.services.store.look() as uow:
        (notice,) = uow.outbox.list(to=OLA)
    assert notice.facts.secret is not None
    pin = office.backend.services.vault.open(notice.facts.secret)
    services = office.backend.services
    assert login.try_pin(services, OLA, pin, caller=None, own_phone=False) == "ok"
    told = [answer.text, office.get(OLAS).text, office.get("/v1/notices").text, office.get("/v1/audit").text]
    assert pin not in json.dumps(told)


def test_availability_is_set_and_shown(office: Office) -> None:
    change = {"hours": "mon-fri 08:00-16:00", "off_until": "2026-03-03T08:00"}
    answer = office.ask("PATCH", OLAS, change, If_Match="*")
    shown = answer.json()
    assert (shown["hours"], shown["voicemail_on"]) == ("mon-fri 08:00-16:00", False)
    assert shown["voicemail_off_until"] == "2026-03-03T07:00:00Z"
    assert office.shown(f"{OLAS}/mailbox")["takes_messages"] is False
    office.backend.clock.go_on(hours=24)
    later = office.get(OLAS)
    assert later.json()["voicemail_on"] is True
    assert later.headers["ETag"] != answer.headers["ETag"]
    assert office.ask("PATCH", OLAS, {"hours": None}, If_Match="*").json()["hours"] is None
    for wrong in ({"hours": "274916"}, {"off_until": "274916"}, {"off_until": "2020-01-01"}):
        refused = office.ask("PATCH", OLAS, wrong, If_Match="*")
        assert problem(refused) == (422, "refused")
        assert "274916" not in refused.text


def test_who_is_back_before_the_time_is_told_of_no_more(office: Office) -> None:
    office.ask("POST", f"{OLAS}/absences", {"end": "2026-03-04", "reason": "holiday"})
    later = office.ask("POST", f"{OLAS}/absences", {"begin": "2026-03-09", "end": "2026-03-10"}).json()
    answer = office.ask("POST", f"{OLAS}/back")
    assert (answer.status_code, answer.json()["away"], answer.json()["back_at"]) == (200, False, None)
    assert answer.json() == office.shown(f"{OLAS}/mailbox")
    assert office.shown(f"{OLAS}/absences")["items"] == [later]
    assert office.trail()[-1] == ("absence-ended", OLA, "")


def test_absences_are_planned_shown_and_removed(office: Office) -> None:
    new = {"begin": "2026-03-02T12:00", "end": "2026-03-04", "reason": "holiday", "takes_messages": False}
    answer = office.ask("POST", f"{OLAS}/absences", new)
    assert answer.status_code == 201
    absence = answer.json()
    assert (absence["starts_at"], absence["ends_at"]) == ("2026-03-02T11:00:00Z", "2026-03-04T23:00:00Z")
    assert office.shown(f"{OLAS}/absences")["items"] == [absence]
    stands = office.shown(f"{OLAS}/mailbox")
    assert (stands["takes_messages"], stands["away"], stands["away_reason"]) == (False, True, "holiday")
    assert stands["back_at"] == absence["ends_at"]
    office.ask("POST", PATH, {"number": KARI})
    assert problem(office.ask("DELETE", f"{PATH}/{KARI}/absences/{absence['id']}")) == (404, "not-found")
    assert office.ask("DELETE", answer.headers["Location"]).status_code == 204
    assert problem(office.ask("DELETE", answer.headers["Location"])) == (404, "not-found")
    assert office.shown(f"{OLAS}/absences")["items"] == []
    for wrong in ({"end": "274916"}, {"end": "2020-01-01"}, {"begin": "2026-03-05", "end": "2026-03-04"}):
        assert problem(office.ask("POST", f"{OLAS}/absences", wrong)) == (422, "refused")
