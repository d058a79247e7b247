"""`personsvar visual`: how a phone's inbox stands, and what an operator can do for it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from personsvar.gateways.kannel.incoming import read_incoming
from personsvar.http.metrics import exposition
from personsvar.mailbox.model.ids import Number
from personsvar.running.configured_gateways import key_for
from personsvar.running.figures import meters_of_visual
from tests.unit.cli.conftest import KARI, OLA, Site

ACTIVATE = "Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM"


@pytest.fixture
def served(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Ola is a subscriber where there is visual voicemail."""
    monkeypatch.setenv("PERSONSVAR_VISUAL_HOST", "vvm.example.test")
    site.run("subscriber", "add", OLA)
    return site


def status(site: Site) -> dict[str, object]:
    shown: dict[str, object] = site.run("visual", "status", OLA, "--json").json
    return shown


def test_who_never_asked_is_shown_so(served: Site) -> None:
    shown = status(served)
    assert (shown["status"], shown["dialect"], shown["user"]) == (
        "never-asked",
        None,
        "4790000001@vvm.example.test",
    )


def test_a_request_by_hand_is_a_request(served: Site) -> None:
    asked = served.run("visual", "request", OLA, ACTIVATE)
    assert (asked.code, asked.out) == (0, f"{OLA} will be answered.\n")
    shown = status(served)
    assert (shown["status"], shown["dialect"], shown["client"], shown["port"], shown["asked"]) == (
        "new",
        "omtp-1.3",
        "acme.p1.14",
        5496,
        1,
    )
    (row,) = served.run("notice", "list", "--json").json
    assert (row["kind"], row["channel"], row["status"]) == ("visual-status", "visual", "ready")


def test_nothing_that_is_shown_holds_the_password(served: Site) -> None:
    served.run("visual", "request", OLA, ACTIVATE)
    application = served.application()
    with application.store.look() as uow:
        account = uow.visual.get(Number(OLA))
    assert account is not None
    assert account.password_sealed is not None
    password = application.services.vault.open(account.password_sealed)
    for command in (("visual", "status", OLA), ("visual", "status", OLA, "--json"), ("notice", "show", 1)):
        shown = served.run(*command)
        assert shown.code == 0
        assert password not in shown.out
    assert password.encode() not in (served.state / "personsvar.db").read_bytes()


def test_blocking_and_unblocking(served: Site) -> None:
    served.run("visual", "request", OLA, ACTIVATE)
    assert served.run("visual", "block", OLA).code == 0
    assert status(served)["status"] == "blocked"
    assert served.run("visual", "unblock", OLA).code == 0
    assert status(served)["status"] == "provisioned"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("request", OLA, "Hei"), 1, "that is no request of visual voicemail"),
        (("request", KARI, ACTIVATE), 1, f"{KARI} is no subscriber"),
        (("request", "12", ACTIVATE), 1, "is no telephone number"),
        (("status", KARI), 1, KARI),
        (("block", KARI), 1, KARI),
    ],
)
def test_what_can_t_be_done_is_refused_with_its_reason(
    served: Site, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = served.run("visual", *words)
    assert refused.code == code
    assert said in refused.err


def test_too_many_requests_are_refused_too(served: Site) -> None:
    for _ in range(20):
        assert served.run("visual", "request", OLA, "STATE").code == 0
    refused = served.run("visual", "request", OLA, "STATE")
    assert (refused.code, "too often" in refused.err) == (1, True)


def test_without_visual_voicemail_nothing_can_be_asked(site: Site) -> None:
    for words in (("request", OLA, ACTIVATE), ("kannel",)):
        refused = site.run("visual", *words)
        assert (refused.code, "PERSONSVAR_VISUAL_HOST" in refused.err) == (2, True)


def test_kannel_s_lines_bring_a_request_that_is_believed(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_PUBLIC_URL", "https://voicemail.example.test")
    lines = served.run("visual", "kannel").out.splitlines()
    assert lines[0] == "group = sms-service"
    (url,) = [line.split('"')[1] for line in lines if line.startswith("get-url")]
    where = urlsplit(url)
    filled = {
        **dict(parse_qsl(where.query)),
        "from": OLA,
        "to": "1996",
        "text": ACTIVATE,
        "udh": "",
        "coding": "0",
    }
    application = served.application()
    key = key_for(application.settings, "kannel")
    sms = read_incoming(urlencode({**filled, "charset": "UTF-8"}).encode(), key=key)
    assert (where.netloc, sms.source, sms.text) == ("voicemail.example.test", OLA, ACTIVATE)


def test_the_active_ones_are_told_in_the_figures(served: Site) -> None:
    served.run("visual", "request", OLA, ACTIVATE)
    application = served.application()
    told = exposition(meters_of_visual(application)).decode()
    assert 'personsvar_visual_accounts{dialect="omtp-1.3"} 1.0' in told
    assert 'personsvar_visual_accounts{dialect="vvm3"} 0.0' in told
