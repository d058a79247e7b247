"""`/v1/names` and a subscriber's own names: added, changed, listed, taken from a file, and nobody else's."""

from __future__ import annotations

import pytest

from personsvar.mailbox.provision import remove_subscriber
from tests.fakes.actors import ROOT
from tests.unit.http.office import OLA, Office, problem

OWN = f"/v1/subscribers/{OLA}/names"
LISTS = pytest.mark.parametrize("path", ["/v1/names", OWN], ids=["operator's", "own"])
CARDS = "BEGIN:VCARD\nFN:Åse\nTEL:90000099\nTEL:1881\nEND:VCARD\n"


@LISTS
def test_a_name_is_put_changed_listed_and_removed(office: Office, path: str) -> None:
    for name in ("Kari", "Kari <b>Nordmann</b>"):
        answer = office.ask("PUT", f"{path}/900 00 099", {"name": name})
        assert answer.json() == {"number": "+4790000099", "name": name}
    assert office.shown(path) == {"items": [answer.json()], "next": None}
    assert office.ask("DELETE", f"{path}/+4790000099").status_code == 204
    assert problem(office.ask("DELETE", f"{path}/+4790000099")) == (404, "not-found")
    assert office.shown(path)["items"] == []


@LISTS
def test_a_long_list_is_read_page_by_page(office: Office, path: str) -> None:
    for place in range(5):
        office.ask("PUT", f"{path}/+479000009{place}", {"name": "n"})
    page, seen = office.shown(f"{path}?limit=2"), []
    while page["items"]:
        seen += [it["number"] for it in page["items"]]
        page = office.shown(page["next"]) if page["next"] else {"items": []}
    assert seen == [f"+479000009{place}" for place in range(5)]


@LISTS
def test_all_of_a_list_goes_when_that_is_meant_and_no_other_list(office: Office, path: str) -> None:
    for one in ("/v1/names", OWN):
        office.ask("PUT", f"{one}/90000099", {"name": "Kari"})
    for not_meant in (path, f"{path}/", f"{path}?all=no"):
        assert office.ask("DELETE", not_meant).status_code in (307, 404, 422)
    (other,) = {"/v1/names", OWN} - {path}
    assert len(office.shown(path)["items"]) == 1
    assert office.ask("DELETE", f"{path}?all=yes").status_code == 204
    assert (office.shown(path)["items"], len(office.shown(other)["items"])) == ([], 1)
    assert office.trail()[-1][0] == "names-removed"


@LISTS
def test_a_file_is_taken_in(office: Office, path: str) -> None:
    headers = {"Content-Type": "text/vcard; charset=utf-8"}
    answer = office.token.ask("POST", f"{path}/import", content=CARDS.encode(), headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"names": 1, "unread": 1})
    assert office.shown(path)["items"] == [{"number": "+4790000099", "name": "Åse"}]
    for kind, content, expected in (
        ("image/png", b"x", (415, "unsupported-media-type")),
        ("text/csv", b"secret", (422, "refused")),
        ("text/csv", b"", (422, "refused")),
        ("text/csv", b"x" * 10_000_001, (413, "too-large")),
    ):
        refused = office.token.ask("POST", f"{path}/import", content=content, headers={"Content-Type": kind})
        assert problem(refused) == expected
        assert "secret" not in refused.text
    assert len(office.shown(path)["items"]) == 1


@pytest.mark.parametrize("given", [{"name": ""}, {"name": "x" * 101}, {"name": 1}, {}, {"name": "a\u202eb"}])
def test_what_is_no_name_is_refused(office: Office, given: dict[str, object]) -> None:
    assert office.ask("PUT", f"{OWN}/90000099", given).status_code == 422
    assert office.ask("PUT", f"{OWN}/no number", {"name": "Kari"}).status_code == 422
    assert office.shown(OWN)["items"] == []


@LISTS
def test_one_name_is_read(office: Office, path: str) -> None:
    office.ask("PUT", f"{path}/90000099", {"name": "Kari"})
    assert office.shown(f"{path}/90000099") == {"number": "+4790000099", "name": "Kari"}
    assert problem(office.get(f"{path}/90000098")) == (404, "not-found")
    assert problem(office.get("/v1/subscribers/+4790000088/names/90000099")) == (404, "not-found")
    assert office.get(f"{path}/no number").status_code == 422


def test_a_list_is_its_owners_and_goes_with_him(office: Office) -> None:
    office.ask("POST", "/v1/subscribers", {"number": "+4790000002"})
    office.ask("PUT", f"{OWN}/90000099", {"name": "Mum"})
    assert office.shown("/v1/subscribers/+4790000002/names")["items"] == []
    assert office.shown("/v1/names")["items"] == []
    remove_subscriber(office.backend.services, OLA, by=ROOT)
    for method, path in (("GET", OWN), ("PUT", f"{OWN}/90000099"), ("DELETE", f"{OWN}/90000099")):
        assert problem(office.ask(method, path, {"name": "Per"})) == (404, "not-found")
    office.ask("POST", "/v1/subscribers", {"number": OLA})
    assert office.shown(OWN)["items"] == []
