"""The operator's pages: who sees them, what they show and do, and what they never show."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from personsvar.http.pages.operator.operator_page import ON_A_PAGE
from personsvar.http.pages.operator.operator_routes import operator_routers
from personsvar.http.pages.operator.spool_routes import MOST_SHOWN
from personsvar.http.pages.page_assets import page_assets
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.pages.site_address import site_address
from personsvar.intake.listing import ListedRecording, WaitingState
from personsvar.mailbox import call_log, login
from personsvar.mailbox.caller_names import put_name
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, PinHash, SpoolId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Settlement
from personsvar.mailbox.model.lock import LockScope
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.pin import hash_pin
from personsvar.mailbox.profile.roles import grant, revoke
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend
from tests.unit.http.profile_browser import HTTPS, ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
PATHS = (
    "/operator",
    "/operator?q=900",
    f"/operator/subscribers/{KARI}",
    f"/operator/subscribers/{KARI}/calls",
    f"/operator/subscribers/{KARI}/notices",
    "/operator/notices/1",
    "/operator/spool",
    "/operator/audit",
    "/operator/figures",
    "/operator/figures?range=year",
)
FORMS = (
    f"/operator/subscribers/{KARI}/unlock",
    f"/operator/subscribers/{KARI}/pin-reset",
    "/operator/notices/1/resend",
)
OPERATOR = Number("+4790000001")


@pytest.fixture
def world(backend: Backend, world: ProfileWorld) -> ProfileWorld:
    world.subscribe(KARI, name="Kari Åsmund <b>")
    backend.missed()
    return world


@pytest.fixture
async def operator(world: ProfileWorld) -> AsyncIterator[ProfileBrowser]:
    grant(world.backend.services, OPERATOR, Role.OPERATOR, by=ROOT)
    async with world.browser() as browser:
        await browser.log_in()
        await browser.get("/operator")
        yield browser


def entries(world: ProfileWorld) -> Sequence[AuditEntry]:
    """Without that somebody was made an operator, and is none any more."""
    of_roles = (AuditAction.ROLE_GRANTED, AuditAction.ROLE_REVOKED)
    with world.backend.services.store.look() as uow:
        return [entry for entry in uow.audit.list() if entry.action not in of_roles]


def kept(world: ProfileWorld, number: Number = KARI) -> Subscriber:
    with world.backend.services.store.look() as uow:
        return uow.subscribers.need(number)


def shut_out(world: ProfileWorld) -> None:
    for _ in range(5):
        login.try_pin(world.backend.services, KARI, "9" * 6, caller=None, own_phone=True)


def test_every_route_there_is_stands_in_the_lists_of_this_file(backend: Backend) -> None:
    site = ProfileSite(backend.services, site_address(HTTPS), page_assets())
    routes = [
        it for router in operator_routers(site, list) for it in router.routes if isinstance(it, APIRoute)
    ]
    asked = {("GET", path.partition("?")[0]) for path in PATHS} | {("POST", path) for path in FORMS}
    known = {
        (method, re.sub(r"/notices/1\b", "/notices/{which}", path.replace(KARI, "{number}")))
        for method, path in asked
    }
    served = {(method, it.path) for it in routes for method in it.methods or ()}
    assert served == known | {("GET", "/operator/{path:path}")}


@pytest.mark.parametrize("path", PATHS)
async def test_to_a_subscriber_no_page_of_the_operators_is_there(world: ProfileWorld, path: str) -> None:
    async with world.browser() as ola:
        await ola.log_in()
        assert (await ola.get(path)).status_code == 404
        assert ola.page is not None
        assert "Kari" not in ola.page.text
        assert 'href="/operator' not in (await ola.get("/profile")).text


@pytest.mark.parametrize("path", FORMS)
async def test_a_subscribers_form_changes_nothing(world: ProfileWorld, path: str) -> None:
    shut_out(world)
    before = kept(world)
    async with world.browser() as ola:
        await ola.log_in()
        assert (await ola.post(path)).status_code == 404
    assert kept(world) == before
    assert login.locks_of(world.backend.services, KARI)[1].closed_until is not None
    assert entries(world) == []


@pytest.mark.parametrize("path", PATHS)
async def test_who_is_not_logged_in_is_led_to_the_log_in(world: ProfileWorld, path: str) -> None:
    async with world.browser() as nobody:
        answer = await nobody.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile/log-in")


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_needs_the_browsers_token_and_our_own_page(
    world: ProfileWorld, operator: ProfileBrowser, path: str
) -> None:
    assert (await operator.post(path, token="0" * 64)).status_code == 403
    elsewhere = await operator.client.post(
        path, data={"token": operator.token}, headers={"Origin": "https://elsewhere.example.test"}
    )
    assert elsewhere.status_code == 403
    assert entries(world) == []


async def test_who_loses_the_role_sees_nothing_more_at_once(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    assert (await operator.get("/operator")).status_code == 200
    revoke(world.backend.services, OPERATOR, Role.OPERATOR, by=ROOT)
    assert (await operator.get("/operator")).status_code == 303  # that log-in has ended


@pytest.mark.parametrize("path", PATHS)
async def test_an_operator_sees_each_of_them(
    world: ProfileWorld, operator: ProfileBrowser, path: str
) -> None:
    with world.backend.services.store.begin() as uow:
        uow.subscribers.put(replace(kept(world, OPERATOR), language="en"))
        uow.commit()
    answer = await operator.get(path)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("90000002", True),
        ("+47 900 00 002", True),
        ("0047 90000002", True),
        ("tel:+4790000002", True),
        ("0002", True),
        ("+479000", True),
        ("kari", True),
        ("åsm", True),
        ("ÅSMUND kari", True),
        ("", True),
        ("90000003", False),
        ("kari nordmann", False),
        ("%", False),
        ("_", False),
        ("\0", False),
        ("x" * 101, False),
    ],
)
async def test_a_subscriber_is_found_by_number_name_or_a_part(
    operator: ProfileBrowser, typed: str, is_found: bool
) -> None:
    operator.page = await operator.client.get("/operator", params={"q": typed})
    assert operator.page.status_code == 200
    assert (f'href="/operator/subscribers/{KARI}"' in operator.page.text) is is_found


async def test_many_are_found_a_page_at_a_time(world: ProfileWorld, operator: ProfileBrowser) -> None:
    for one in range(ON_A_PAGE * 2):
        world.subscribe(Number(f"+47900001{one:02d}"), name="Ola")
    seen: list[str] = []
    path: str | None = "/operator?q=ola"
    while path:
        text = (await operator.get(path)).text
        seen += re.findall(r'href="/operator/subscribers/(\+[0-9]+)"', text)
        further = re.search(r'href="(/operator\?[^"]+)"', text)
        path = None if further is None else further[1].replace("&amp;", "&")
    assert seen == [f"+47900001{one:02d}" for one in range(ON_A_PAGE * 2)]


async def test_what_a_subscriber_is_called_is_text(operator: ProfileBrowser) -> None:
    for path in ("/operator", f"/operator/subscribers/{KARI}"):
        text = (await operator.get(path)).text
        assert "Kari Åsmund &lt;b&gt;" in text
        assert "Åsmund <b>" not in text


async def test_any_form_of_the_number_leads_there_and_what_is_none_is_not_there(
    operator: ProfileBrowser,
) -> None:
    assert (await operator.get("/operator/subscribers/900%2000%20002")).status_code == 200
    for wrong in ("90000003", "x", "1" * 300, "%00", "+4790000002/nothing", "..%2f..%2fprofile"):
        assert (await operator.get(f"/operator/subscribers/{wrong}")).status_code == 404, wrong
    for path in ("/operator/notices/0", "/operator/notices/99", f"/operator/notices/{2**63}"):
        assert (await operator.get(path)).status_code == 404
    for wrong in ("before=0", f"before={2**63}", "before=x", "kind=x", "action=x"):
        assert (await operator.get(f"/operator/audit?{wrong}")).status_code == 404, wrong
    for wrong in ("1", "x-1", f"{10**18 - 1}-1"):
        assert (await operator.get(f"/operator/subscribers/{KARI}/calls?after={wrong}")).status_code == 404


async def test_the_state_of_a_mailbox_without_anything_secret(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    services, now = world.backend.services, world.backend.clock.now()
    secret = hash_pin("739154")
    with services.store.begin() as uow:
        owner = replace(
            kept(world),
            email="kari@example.test",
            pin=secret,
            previous_pins=(PinHash("scrypt$older"),),
            voicemail_on=False,
            voicemail_off_since=now,
            voicemail_off_until=now + timedelta(hours=1),
        )
        uow.subscribers.put(owner)
        uow.commit()
    which = world.leave(KARI)
    world.leave(KARI, spool_id="s2")
    shut_out(world)
    call_log.write_down(
        services, CallRecord(SpoolId("17.1"), now, Number("+4790000081"), KARI, CameOf.ELSEWHERE, 61)
    )
    text = (await operator.get(f"/operator/subscribers/{KARI}")).text
    assert "<dt>nye</dt><dd>2</dd>" in text
    assert "Svareren er av" in text
    assert "kari@example.test" in text
    assert "har kode" in text
    assert "Stengt til" in text
    assert "Logget inn med nummer og kode" in text
    assert "+47 900 00 081" in text
    for hidden in (secret, "scrypt", "739154", "<audio", "/sound", f"messages/{which.id}"):
        assert hidden not in text
    calls = (await operator.get(f"/operator/subscribers/{KARI}/calls")).text
    assert "1:01" in calls
    put_name(services, KARI, "+4790000081", "Lillegull", by=ROOT)
    put_name(services, None, "+4790000081", "Drosje <b>", by=ROOT)
    for path in ("", "/calls"):
        shown = (await operator.get(f"/operator/subscribers/{KARI}{path}")).text
        assert "Drosje &lt;b&gt;, +47 900 00 081" in shown
        assert "Lillegull" not in shown  # nobody but its owner sees that list
    with services.store.look() as uow:
        assert uow.messages.counts(KARI).new == 2
        assert [it.state for it in uow.messages.list(KARI)] == [State.NEW, State.NEW]


async def test_an_operator_hears_nobodys_messages(world: ProfileWorld, operator: ProfileBrowser) -> None:
    which = world.leave(KARI)
    for path in ("sound", "waveform.svg"):
        assert (await operator.get(f"/profile/messages/{which.id}/{path}")).status_code == 404
        assert (await operator.get(f"/operator/messages/{which.id}/{path}")).status_code == 404


async def test_unlocking_opens_the_ways_in_as_the_operator(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    shut_out(world)
    await operator.get(f"/operator/subscribers/{KARI}")
    answer = await operator.post("/operator/subscribers/90000002/unlock")
    assert answer.headers["location"] == f"/operator/subscribers/{KARI}?done=unlocked"
    assert "Innloggingen er åpen igjen." in (await operator.get(answer.headers["location"])).text
    with world.backend.services.store.look() as uow:
        assert uow.locks.get(LockScope.OWN_PHONE, KARI).closed_until is None
    assert [(it.actor, it.action, it.mailbox) for it in entries(world)] == [
        (Actor(ActorKind.OPERATOR, OPERATOR), AuditAction.UNLOCKED, KARI)
    ]


async def test_a_new_pin_goes_to_its_owner_alone_and_a_form_sent_twice_gives_one(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    page = (await operator.get(f"/operator/subscribers/{KARI}")).text
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    path = f"/operator/subscribers/{KARI}/pin-reset"
    answer = await operator.post(path, seen=seen)
    assert answer.headers["location"] == f"/operator/subscribers/{KARI}?done=pin"
    again = await operator.post(path, seen=seen)
    assert again.status_code == 409
    assert "Ingenting er gjort" in again.text
    assert (await operator.post(path)).status_code == 409
    with world.backend.services.store.look() as uow:
        notices = uow.outbox.list(to=KARI)
    assert [it.kind for it in notices] == [NoticeKind.FIRST_PIN]
    assert notices[0].facts.secret is not None
    pin = world.backend.services.vault.open(notices[0].facts.secret)
    told = [(await operator.get(it)).text for it in (answer.headers["location"], "/operator/audit")]
    told += [(await operator.get(f"/operator/notices/{notices[0].id}")).text, again.text, answer.text]
    assert [pin in text for text in told] == [False] * 5
    assert [(it.actor.kind, it.action) for it in entries(world)] == [
        (ActorKind.OPERATOR, AuditAction.PIN_RESET)
    ]


async def test_the_ledger_tells_what_became_of_a_notice_and_sends_it_again_once(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    services, owner = world.backend.services, OPERATOR
    with services.store.look() as uow:
        which = uow.outbox.list(kind=NoticeKind.MISSED_CALL)[0].id
    page = (await operator.get(f"/operator/notices/{which}")).text
    assert "Send på nytt" not in page
    assert (await operator.post(f"/operator/notices/{which}/resend", seen="")).status_code == 409
    fail(world)
    ledger = (await operator.get(f"/operator/subscribers/{owner}/notices")).text
    assert f'href="/operator/notices/{which}"' in ledger
    assert "feilet" in ledger
    page = (await operator.get(f"/operator/notices/{which}")).text
    assert "Forsøk 1: avvist" in page
    assert "&lt;b&gt; no such number" in page
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    answer = await operator.post(f"/operator/notices/{which}/resend", seen=seen)
    assert answer.headers["location"] == f"/operator/notices/{which}?done=resent"
    assert world.backend.notice(which).status is NoticeStatus.READY
    fail(world)
    assert (await operator.post(f"/operator/notices/{which}/resend", seen=seen)).status_code == 409
    assert world.backend.notice(which).status is NoticeStatus.FAILED
    assert [(it.actor.kind, it.action, it.detail) for it in entries(world)] == [
        (ActorKind.OPERATOR, AuditAction.NOTICE_RESENT, f"notice {which}")
    ]


async def test_the_ledger_and_the_calls_go_on_page_by_page(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    services, clock = world.backend.services, world.backend.clock
    for one in range(ON_A_PAGE):
        world.backend.missed(f"more{one}")
        at = clock.now() - timedelta(minutes=one // 2)
        call_log.write_down(services, CallRecord(SpoolId(f"17.{one}"), at, None, OPERATOR, CameOf.OWNER, one))
    call_log.write_down(
        services,
        CallRecord(SpoolId("16.1"), clock.now() - timedelta(hours=2), None, OPERATOR, CameOf.REFUSED, 600),
    )
    for part, last in (("notices", f'href="/operator/notices/{1}"'), ("calls", "10:00")):
        first = (await operator.get(f"/operator/subscribers/{OPERATOR}/{part}")).text
        assert last not in first
        further = re.search(rf'href="(/operator/subscribers/[^"]+/{part}\?[^"]+)"', first)
        assert further is not None
        second = (await operator.get(further[1].replace("&amp;", "&"))).text
        assert last in second
        assert ">Flere<" not in second


async def test_the_audit_trail_by_mailbox_by_who_and_by_what(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    services = world.backend.services
    login.unlock(services, KARI, by=ROOT)
    login.unlock(services, OPERATOR, by=Actor(ActorKind.API_KEY, "web-shop <b>"))
    every = (await operator.get("/operator/audit")).text
    assert "web-shop &lt;b&gt;" in every
    assert "+47 900 00 002" in every
    his = (await operator.get("/operator/audit?mailbox=900+00+001")).text
    assert "web-shop" in his
    assert f'href="/operator/subscribers/{KARI}"' not in his
    assert "web-shop" not in (await operator.get("/operator/audit?kind=command-line")).text
    assert "web-shop" in (await operator.get("/operator/audit?kind=api-key&action=unlocked&mailbox=")).text
    assert "web-shop" not in (await operator.get("/operator/audit?action=pin-reset")).text
    wrong = await operator.get("/operator/audit?mailbox=x")
    assert wrong.status_code == 422
    assert "Dette er ikke et telefonnummer" in wrong.text


async def test_what_waits_in_the_spool_is_told_whatever_its_name_is(
    world: ProfileWorld, operator: ProfileBrowser
) -> None:
    world.waiting = [
        ListedRecording(f"17.{one}", WaitingState.ENDED, 9, 16000, 1) for one in range(MOST_SHOWN)
    ]
    world.waiting += [ListedRecording("\\xff<b>", WaitingState.BROKEN, 9, 1, 0)]
    text = (await operator.get("/operator/spool")).text
    assert "<span>17.0<br>" in text
    assert "16 kB" in text
    assert "Og 1 til." in text
    world.waiting = world.waiting[-1:]
    text = (await operator.get("/operator/spool")).text
    assert "\\xff&lt;b&gt;" in text
    assert "lagt til side" in text
    world.waiting = []
    assert "Ingenting venter i denne spoolen." in (await operator.get("/operator/spool")).text


async def test_a_spool_that_can_not_be_read_is_told_of(world: ProfileWorld, operator: ProfileBrowser) -> None:
    world.waiting = None
    assert (await operator.get("/operator/spool")).status_code == 503


async def test_an_operators_own_page_leads_here(operator: ProfileBrowser) -> None:
    for path in ("/profile", "/profile/settings"):
        assert 'href="/operator"' in (await operator.get(path)).text


def fail(world: ProfileWorld) -> None:
    """The gateway refuses every SMS that waits."""
    world.backend.clock.go_on(minutes=1)
    now = world.backend.clock.now()
    with world.backend.services.store.begin() as uow:
        held = uow.outbox.claim(channels=("sms",), now=now, lease_seconds=60, limit=10)
        why = "<b> no such number"
        said = [
            Settlement(
                notice=one.id,
                lease=one.lease or "",
                status=NoticeStatus.FAILED,
                attempt=Attempt(
                    one.attempts, now, AttemptOutcome.REFUSED, "smsc.example.test:2775", error=why
                ),
                error=why,
            )
            for one in held
        ]
        assert uow.outbox.settle(said, now=now) == {one.id for one in held}
        uow.commit()
