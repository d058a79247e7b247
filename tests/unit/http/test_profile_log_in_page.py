"""Logging in on the page: cookies, forms, and what others try."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import threading
from collections.abc import Callable, Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from personsvar.http.pages.attempt_limits import AttemptLimits
from personsvar.http.pages.page_faults import TriedTooOften
from personsvar.http.pages.profile.log_in_routes import HASHES_AT_ONCE
from personsvar.http.pages.site_address import site_address
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.profile import web_sessions
from tests.unit.conftest import KARI, Backend
from tests.unit.http.profile_browser import HERE, HTTPS, ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
SESSION, VISIT = "__Host-personsvar-session", "__Host-personsvar-visit"


def codes_sent(backend: Backend) -> int:
    with backend.services.store.look() as uow:
        return len(uow.outbox.list(kind=NoticeKind.LOGIN_CODE))


async def test_a_number_and_its_code_lead_in(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        answer = await browser.get("/")
        assert answer.headers["location"] == "/profile"
        answer = await browser.get("/profile")
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile/log-in")
        await browser.log_in()
        assert "Innboks" in (await browser.get("/profile")).text
        answer = await browser.get("/profile/log-in")
        assert answer.headers["location"] == "/profile"


async def test_however_many_enter_codes_at_once_few_are_hashed_at_a_time(
    world: ProfileWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hash takes 16 MB, and whoever makes up a visit has its code hashed, too."""
    at_work = AtWork(hashlib.scrypt)
    monkeypatch.setattr(hashlib, "scrypt", at_work)
    async with world.browser() as browser:
        await browser.ask_code()
        await browser.get("/profile/code")
        answers = await asyncio.gather(*(browser.post("/profile/code", code="123456") for _ in range(12)))
    assert {answer.status_code for answer in answers} == {422}
    assert at_work.calls > 12
    assert at_work.most <= HASHES_AT_ONCE


@pytest.mark.parametrize("path", ["/profile/log-in", "/profile/code"])
async def test_who_leaves_before_all_was_sent_is_no_error(
    world: ProfileWorld, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async with world.browser() as browser:
        await browser.get("/profile/log-in")
        cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    await leave_half_way(world.app, path, {"Origin": HTTPS, "Cookie": cookies})
    assert [it.getMessage() for it in caplog.records if it.levelno >= logging.ERROR] == []


async def leave_half_way(app: FastAPI, path: str, headers: dict[str, str]) -> None:
    """A request whose body ends too soon, as a server hands it to the app."""
    said = {
        **headers,
        "Host": "voicemail.example.test",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": "100",
    }
    begun: MutableMapping[str, Any] = {"type": "http.request", "body": b"ab", "more_body": True}
    parts: Iterator[MutableMapping[str, Any]] = iter([begun, {"type": "http.disconnect"}])

    async def receive() -> MutableMapping[str, Any]:
        return next(parts)

    async def send(_: MutableMapping[str, Any]) -> None:
        """Nobody reads it."""

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in said.items()],
        "client": ("192.0.2.7", 4000),
        "server": ("192.0.2.1", 443),
    }
    await app(scope, receive, send)


class AtWork:
    """A function, and how many of it ran at once."""

    def __init__(self, work: Callable[..., bytes]) -> None:
        self._work, self._lock = work, threading.Lock()
        self.calls = self.most = self._now = 0

    def __call__(self, *arguments: Any, **named: Any) -> bytes:
        with self._lock:
            self.calls += 1
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return self._work(*arguments, **named)
        finally:
            with self._lock:
                self._now -= 1


async def test_cookies_are_for_this_host_over_tls_and_for_no_script(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        asked = await browser.ask_code()
        await browser.get("/profile/code")
        let_in = await browser.post("/profile/code", code=browser.code())
    for answer, name in ((asked, VISIT), (let_in, SESSION)):
        [cookie] = [it for it in answer.headers.get_list("set-cookie") if it.startswith(f"{name}=")]
        words = {word.strip().partition("=")[0].lower() for word in cookie.split(";")[1:]}
        assert words == {"httponly", "secure", "samesite", "path", "max-age"}
        assert "samesite=lax" in cookie.lower()
        assert "path=/;" in f"{cookie.lower()};"


@pytest.mark.parametrize("public_url", ["", "http://localhost:8080", "http://127.0.0.1/voicemail"])
async def test_on_this_machine_alone_the_page_is_served_in_clear(backend: Backend, public_url: str) -> None:
    world = ProfileWorld(backend, public_url=public_url)
    async with world.browser(at=HERE) as browser:
        answer = await browser.get("/profile/log-in")
        assert "secure" not in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" not in answer.headers
        await browser.log_in()
    async with world.browser(at="http://voicemail.attacker.example") as browser:
        assert (await browser.get("/profile/log-in")).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"])
async def test_each_name_of_this_machine_is_one(backend: Backend, host: str) -> None:
    async with ProfileWorld(backend, public_url="").browser(at=HERE) as browser:
        answer = await browser.client.get("/profile/log-in", headers={"Host": host})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["", "[::1", "localhost:99999999", "?@localhost", "localhost/x", "a_b.example"]
)
async def test_a_host_that_is_none_is_not_this_machine(backend: Backend, host: str) -> None:
    async with ProfileWorld(backend, public_url="").browser(at=HERE) as browser:
        answer = await browser.client.get("/profile/log-in", headers={"Host": host})
        assert answer.status_code == 421


def test_in_clear_to_others_there_is_no_page() -> None:
    assert not site_address("http://voicemail.example.test").has_page
    assert site_address("https://voicemail.example.test").has_page
    assert site_address("").has_page


async def test_a_page_below_a_path_leads_nowhere_else(backend: Backend) -> None:
    world = ProfileWorld(backend, public_url=f"{HTTPS}/voicemail/")
    async with world.browser() as browser:
        page = (await browser.get("/profile/log-in")).text
        led = [*re.findall(r'(?:href|src|action)="(/[^"]*)"', page)]
        assert len(led) > 4
        assert [path for path in led if not path.startswith("/voicemail/profile")] == []
        assert (await browser.get("/profile")).headers["location"] == "/voicemail/profile/log-in"


async def test_a_session_that_somebody_else_chose_is_none(world: ProfileWorld) -> None:
    """Fixation: what a browser held before the log-in is worth nothing after it."""
    async with world.browser() as browser:
        browser.client.cookies.set(SESSION, "chosen-by-an-attacker", "voicemail.example.test", "/")
        await browser.ask_code()
        visit = browser.client.cookies[VISIT]
        await browser.get("/profile/code")
        await browser.post("/profile/code", code=browser.code())
        session = browser.client.cookies[SESSION]
        assert session not in ("chosen-by-an-attacker", visit)
        assert VISIT not in browser.client.cookies
    async with world.browser() as other:
        for token in ("chosen-by-an-attacker", visit):
            other.client.cookies.set(SESSION, token)
            assert (await other.get("/profile")).status_code == 303


async def test_the_number_form_itself_gives_each_asking_a_token_of_its_own(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.get("/profile/log-in")
        before = browser.client.cookies[VISIT]
        await browser.post("/profile/log-in", number="90000001")
        assert browser.client.cookies[VISIT] != before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HTTPS}, 303),
        ({"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": HTTPS, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": HTTPS, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{HTTPS}.attacker.example"}, 403),
        ({"Origin": f"{HTTPS}:8443"}, 403),
        ({}, 403),
        ({"Referer": f"{HTTPS}/profile"}, 403),
    ],
)
async def test_a_form_is_taken_only_from_our_own_pages(
    world: ProfileWorld, headers: dict[str, str], status: int
) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        form = {"token": browser.token, "on": "no"}
        answer = await browser.client.post("/profile/voicemail", data=form, headers=headers)
        assert answer.status_code == status


async def test_a_form_needs_the_token_of_this_browsers_log_in(world: ProfileWorld) -> None:
    async with world.browser() as browser, world.browser() as other:
        await browser.get("/profile/log-in")
        before = browser.token
        await browser.log_in()
        await other.log_in()
        for wrong in ("", "0" * 32, before, other.token, "æ", browser.token[:-1]):
            assert (await browser.post("/profile/voicemail", wrong, on="no")).status_code == 403, wrong
        assert (await browser.post("/profile/voicemail", on="no")).status_code == 303


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"on=no&on=yes", "application/x-www-form-urlencoded", 400),
        (b"%ff=1", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"a", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 60, "application/x-www-form-urlencoded", 400),
        (b"a=" + b"b" * 9000, "application/x-www-form-urlencoded", 413),
        (b'{"on": "no"}', "application/json", 415),
        (b"on=no", "text/plain", 415),
        (b"", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(
    world: ProfileWorld, content: bytes, media_type: str, status: int
) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        headers = {"Origin": HTTPS, "Content-Type": media_type}
        answer = await browser.client.post("/profile/voicemail", content=content, headers=headers)
        assert answer.status_code == status
        assert "<h1>" in answer.text


async def test_an_unknown_number_is_answered_as_a_known_one(world: ProfileWorld) -> None:
    told = []
    for number in ("90000001", "90000002"):
        async with world.browser() as browser:
            asked = await browser.ask_code(number)
            entering = await browser.get("/profile/code")
            wrong = await browser.post("/profile/code", code="000000")
            cookies = [re.sub(r"=\w{22};", "=…;", it) for it in asked.headers.get_list("set-cookie")]
            texts = [re.sub(r'value="\w{32}"', "", it.text) for it in (entering, wrong)]
            told.append((asked.status_code, asked.headers["location"], cookies, texts, wrong.status_code))
    assert told[0] == told[1]
    assert codes_sent(world.backend) == 1


async def test_no_number_is_answered_sooner_than_another(backend: Backend) -> None:
    """The least time passes whatever is found; nothing here says how long more may take."""
    world = ProfileWorld(backend, least_seconds=0.2)
    clock = asyncio.get_running_loop()
    for number in ("90000001", "90000002"):
        async with world.browser() as browser:
            await browser.get("/profile/log-in")
            began = clock.time()
            await browser.post("/profile/log-in", number=number)
            assert clock.time() - began >= 0.2


@pytest.mark.parametrize("number", ["", "1", "abc", "9" * 31, "<script>", "+4790000001" * 9, "\x00", "112"])
async def test_what_is_no_number_is_told_and_never_repeated(world: ProfileWorld, number: str) -> None:
    async with world.browser() as browser:
        answer = await browser.ask_code(number)
        assert answer.status_code == 422
        assert "Dette er ikke et telefonnummer" in answer.text
        assert 'id="number"' in answer.text
        assert not re.search(r'<input id="number"[^>]*value', answer.text)
    assert codes_sent(world.backend) == 0


async def test_one_address_asks_and_guesses_only_so_often(backend: Backend) -> None:
    world = ProfileWorld(backend, codes_asked=3, codes_entered=4)
    async with world.browser() as browser:
        answers = [(await browser.ask_code(f"9000000{one}")).status_code for one in range(5)]
        assert answers == [303, 303, 303, 429, 429]
        await browser.get("/profile/code")
        guesses = [(await browser.post("/profile/code", code="1")).status_code for _ in range(6)]
        assert guesses == [422, 422, 422, 422, 429, 429]
        refused = await browser.post("/profile/code", code="1")
        assert refused.headers["retry-after"] == "600"
        assert "Vent 10 minutter" in refused.text


@pytest.mark.parametrize("path", ["/profile/events", "/profile/greetings", "/profile/nothing", "/operator"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_what_is_asked_with_a_wrong_method_is_told_on_a_page(
    world: ProfileWorld, path: str, method: str
) -> None:
    async with world.browser() as browser:
        answer = await browser.client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
        assert answer.headers["content-type"].startswith("text/html")
        assert "Slik kan ikke siden brukes" in answer.text
        assert "content-security-policy" in answer.headers


async def test_a_wrong_method_at_another_s_address_is_told_nothing_of_ours(backend: Backend) -> None:
    world = ProfileWorld(backend, public_url="")
    async with world.browser(at="http://evil.test:8080") as browser:
        assert (await browser.client.put("/profile/settings")).status_code == 421


@pytest.mark.parametrize(("later", "wait"), [(0, 600), (599.5, 1), (300, 300)])
def test_who_tries_too_often_is_told_how_long_to_wait(later: float, wait: int) -> None:
    now = [0.0]
    limits = AttemptLimits(2, lambda: now[0])
    limits.count("192.0.2.7")
    limits.count("192.0.2.7")
    now[0] = later
    with pytest.raises(TriedTooOften) as refused:
        limits.count("192.0.2.7")
    assert refused.value.wait_seconds == wait
    now[0] = 600
    limits.count("192.0.2.7")


async def test_guesses_in_parallel_are_no_more_than_three(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.ask_code()
        await browser.get("/profile/code")
        right = browser.code()
        wrong = [f"{(int(right) + one) % 10**6:06d}" for one in range(1, 13)]
        answers = await asyncio.gather(*(browser.post("/profile/code", code=code) for code in wrong))
        assert {answer.status_code for answer in answers} == {422}
        assert (await browser.post("/profile/code", code=right)).status_code == 422
        assert SESSION not in browser.client.cookies


async def test_a_form_that_is_sent_again_lets_nobody_in(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.ask_code()
        await browser.get("/profile/code")
        visit, token, code = browser.client.cookies[VISIT], browser.token, browser.code()
        assert (await browser.post("/profile/code", token, code=code)).status_code == 303
    async with world.browser() as other:
        other.client.cookies.set(VISIT, visit)
        assert (await other.post("/profile/code", token, code=code)).status_code == 422
        assert SESSION not in other.client.cookies


async def test_a_code_may_be_written_with_spaces(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.ask_code()
        await browser.get("/profile/code")
        code = browser.code()
        assert (await browser.post("/profile/code", code=f" {code[:3]} {code[3:]}")).status_code == 303


@pytest.mark.parametrize(
    "query", ["next=//attacker.example", "next=https://attacker.example", "language=//x"]
)
async def test_nothing_in_an_address_leads_elsewhere(world: ProfileWorld, query: str) -> None:
    async with world.browser() as browser:
        await browser.get(f"/profile/log-in?{query}")
        assert "attacker" not in (browser.page.text if browser.page else "")
        asked = await browser.post(f"/profile/log-in?{query}", number="90000001")
        await browser.get(f"/profile/code?{query}")
        let_in = await browser.post(f"/profile/code?{query}", code=browser.code())
    assert asked.headers["location"] == "/profile/code?language=nb"
    assert let_in.headers["location"] == "/profile"


async def test_logging_out_ends_the_session_itself(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        token = browser.client.cookies[SESSION]
        answer = await browser.post("/profile/log-out")
        assert answer.headers["location"] == "/profile/log-in"
        assert SESSION not in browser.client.cookies
        browser.client.cookies.set(SESSION, token)
        assert (await browser.get("/profile")).status_code == 303


async def test_no_get_logs_out(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        for path in ("log-out", "log-out-everywhere", "voicemail", "notices", "pin"):
            assert (await browser.get(f"/profile/{path}")).status_code == 404
        assert (await browser.get("/profile")).status_code == 200


async def test_others_are_logged_out_one_by_one_and_all_at_once(world: ProfileWorld) -> None:
    async with world.browser() as here, world.browser() as there, world.browser() as third:
        for browser in (there, third, here):
            await browser.log_in()
        owner = world.backend.ola.number
        own = await _session_ids(here)
        assert len(own) == 2  # not this one
        answer = await here.post(f"/profile/sessions/{own[0]}/end")
        assert answer.status_code == 303
        assert len(web_sessions.sessions(world.backend.services, owner)) == 2
        await here.post("/profile/log-out-everywhere")
        for browser in (here, there, third):
            assert (await browser.get("/profile")).status_code == 303


async def _session_ids(browser: ProfileBrowser) -> list[str]:
    return re.findall(r"/profile/sessions/(\d+)/end", (await browser.get("/profile/settings")).text)


@pytest.mark.parametrize("which", ["0", "-1", str(2**63), "1e3", "9" * 40, "x", "999999"])
async def test_a_session_that_is_not_there_is_not_found(world: ProfileWorld, which: str) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        assert (await browser.post(f"/profile/sessions/{which}/end")).status_code == 404


async def test_a_session_that_is_over_leads_to_the_log_in_htmx_too(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        world.backend.clock.time += timedelta(days=8)
        assert (await browser.get("/profile")).headers["location"] == "/profile/log-in"
        answer = await browser.get("/profile", **{"HX-Request": "true"})
        assert answer.headers["hx-redirect"] == "/profile/log-in"


async def test_a_part_of_a_page_that_can_not_be_had_loads_all_of_it_anew(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.log_in()
        answer = await browser.get("/profile/messages/1/sound", **{"HX-Request": "true"})
        assert (answer.status_code, answer.headers["hx-refresh"], answer.text) == (404, "true", "")


async def test_neither_codes_nor_sessions_nor_forms_are_in_the_log(
    world: ProfileWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with world.browser() as browser:
        await browser.ask_code()
        await browser.get("/profile/code")
        secrets = [browser.code(), browser.client.cookies[VISIT], browser.token]
        await browser.post("/profile/code", code=browser.code())
        await browser.get("/profile")
        secrets += [browser.client.cookies[SESSION], browser.token]
        await browser.post("/profile/voicemail", "wrong", on="no")
    assert [secret for secret in secrets if secret in caplog.text] == []


async def test_every_answer_says_what_may_be_done_with_it(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        answers = [
            await browser.get(path) for path in ("/profile/log-in", "/profile", "/profile/nowhere-at-all")
        ]
        await browser.log_in()
        answers += [
            await browser.get(path) for path in ("/profile", "/profile/settings", "/profile/messages/1/sound")
        ]
    answers = [answer for answer in answers if answer.status_code != 404 or "<h1>" in answer.text]
    for answer in answers:
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "microphone=(self)" in answer.headers["permissions-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert not re.search(r"<script>|<style|style=| on[a-z]+=|javascript:", answer.text)


async def test_a_database_that_is_away_is_told_in_words(
    world: ProfileWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.browser() as browser:
        await browser.log_in()

        def away(*_: object, **__: object) -> None:
            raise StoreUnavailableError("gone")

        monkeypatch.setattr("personsvar.http.pages.profile.inbox_routes.opened", away)
        answer = await browser.get("/profile")
    assert answer.status_code == 503
    assert "borte et øyeblikk" in answer.text


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "Logg inn"),
        ("en-GB,en;q=0.9", "Log in"),
        ("", "Logg inn"),
        ("de", "Logg inn"),
    ],
)
async def test_the_page_speaks_as_the_browser_does(world: ProfileWorld, asked: str, title: str) -> None:
    async with world.browser() as browser:
        answer = await browser.get("/profile/log-in", **{"Accept-Language": asked})
        assert f"<h1>{title}</h1>" in answer.text
        answer = await browser.get("/profile/log-in?language=en", **{"Accept-Language": asked})
        assert "<h1>Log in</h1>" in answer.text


async def test_nobody_else_is_let_in_by_a_code_for_another(world: ProfileWorld) -> None:
    world.subscribe(KARI)
    async with world.browser() as kari, world.browser() as ola:
        await kari.ask_code("90000002")
        karis = kari.code()
        await ola.ask_code("90000001")
        await ola.get("/profile/code")
        assert (await ola.post("/profile/code", code=karis)).status_code == 422
