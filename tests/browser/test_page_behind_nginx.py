"""The page as an operator has it: on PostgreSQL, behind Debian's nginx, with TLS (docs/my-profile.md)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile.profile_routes import CODES_ASKED
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.profile.roles import grant
from personsvar.voice.uploads import MOST_BYTES
from personsvar.voice.wav import wav
from tests.browser.browsers import pages_in
from tests.browser.conftest import Opened
from tests.browser.nginx import NginxProxy
from tests.browser.page_site import PageSite, running_page_site, speech
from tests.browser.test_page_visit import log_in
from tests.fakes.actors import ROOT
from tests.patience import patience
from tests.postgres import running_cluster
from tests.real.ports import free_tcp_port
from tests.wire.certificates import Made, certificate_for

NAMED_PROXY, STRANGER = "127.0.0.6", "127.0.0.3"
FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')
FORBIDDEN, UNPROCESSABLE, TOO_MANY = 403, 422, 429


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return certificate_for("localhost", folder=tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def port() -> int:
    return free_tcp_port()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[PageSite]:
    """A notifier that is told its address, and of a proxy that is not on its machine."""
    folder, address = tmp_path_factory.mktemp("secure"), f"https://localhost:{port}"
    with running_cluster() as cluster:
        url = cluster.url(cluster.new_database())
        with running_page_site(
            folder, url=url, public_url=address, PERSONSVAR_HTTP_PROXIES=NAMED_PROXY
        ) as site:
            yield site


@pytest.fixture(scope="module")
def nginx(
    tmp_path_factory: pytest.TempPathFactory, secure: PageSite, papers: Made, port: int
) -> Iterator[NginxProxy]:
    proxy = NginxProxy(tmp_path_factory.mktemp("nginx"), papers, secure.behind, port=port)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def opened(chromium: Browser, secure: PageSite, nginx: NginxProxy) -> Iterator[Opened]:
    assert secure.address == nginx.address
    with pages_in(chromium, secure.address) as open_page:
        yield partial(open_page, ignore_https_errors=True)


@dataclass(frozen=True)
class Somebody:
    """Asks from an address of his own, and may say that it is another one."""

    client: httpx.Client
    origin: str

    def asks(self, where: str, *, times: int = 1, **headers: str) -> list[int]:
        """For a code, with a number that is none: counted, and answered at once."""
        form = self.client.get(f"{where}/profile/log-in")
        (token,) = FORM_TOKEN.findall(form.text)
        cookie = form.headers["Set-Cookie"].partition(";")[0]
        told = {"Origin": self.origin, "Cookie": cookie, **headers}
        answers = (
            self.client.post(f"{where}/profile/log-in", data={"token": token, "number": "12"}, headers=told)
            for _ in range(times)
        )
        return [answer.status_code for answer in answers]


NewSomebody = Callable[..., Somebody]


@pytest.fixture
def somebody(papers: Made, secure: PageSite) -> Iterator[NewSomebody]:
    trust, everybody = ssl.create_default_context(cafile=str(papers.certificate)), ExitStack()

    def come(address: str, *, claims: str = "") -> Somebody:
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        headers = {"X-Forwarded-For": claims} if claims else {}
        client = httpx.Client(transport=transport, headers=headers, timeout=patience(10))
        return Somebody(everybody.enter_context(client), secure.address)

    with everybody:
        yield come


def test_a_subscriber_logs_in_hears_what_arrives_and_uploads_a_greeting(
    secure: PageSite, opened: Opened
) -> None:
    owner = secure.subscribe()
    page = opened("/", size="phone")
    log_in(page, secure, owner, "nb")
    expect(page.get_by_text("Ingen beskjeder.")).to_be_visible()
    cookies = {it["name"]: it for it in page.context.cookies()}
    assert set(cookies) == {"__Host-personsvar-session"}
    (kept,) = cookies.values()
    assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Lax")

    # the stream is not held back: a new message appears by itself, and its sound is there
    left = secure.leave(owner)
    card = page.locator(f"#message-{left}")
    expect(card).to_be_visible()
    card.locator("summary").click()
    expect(card.locator(".player")).to_have_class(re.compile("drawn"))

    page.goto("/profile/greetings")
    _upload(page, wav(speech()[: 5 * 8000]))
    expect(page.get_by_role("status")).to_have_text(said("nb", "greetings.done_kept"))

    # as large as one may be: it is our rules that refuse it, with words, and not the proxy
    _upload(page, bytes(MOST_BYTES - 1000))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("nb", "greetings.title"))

    page.get_by_role("button", name=said("nb", "page.log_out")).click()
    expect(page.get_by_label(said("nb", "log_in.number"))).to_be_visible()


def _upload(page: Page, content: bytes) -> None:
    card = page.get_by_role("region", name=said("nb", "greetings.personal"))
    card.get_by_text(said("nb", "greetings.upload"), exact=True).click()
    file = {"name": "a.wav", "mimeType": "audio/wav", "buffer": content}
    card.get_by_label(said("nb", "greetings.file")).set_input_files(file)  # type: ignore[arg-type] # a file
    card.get_by_role("button", name=said("nb", "greetings.send"), exact=True).click()


def test_an_operator_finds_a_subscriber_and_what_was_done(secure: PageSite, opened: Opened) -> None:
    operator, owner = secure.subscribe(), secure.subscribe(name="Kari Åsmund")
    grant(secure.services, operator, Role.OPERATOR, by=ROOT)
    secure.leave(owner)
    page = opened("/")
    log_in(page, secure, operator, "nb")
    page.get_by_role("link", name=said("nb", "operator.title"), exact=True).click()
    page.get_by_label(said("nb", "operator.find_what")).fill("ÅSMUND")
    page.get_by_role("button", name=said("nb", "operator.seek")).click()
    page.get_by_role("link", name="Kari Åsmund").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kari Åsmund")
    for part in ("spool", "audit"):
        page.goto(f"/operator/{part}")
        expect(page.get_by_role("heading", level=1)).to_have_text(said("nb", f"operator.{part}"))
    expect(page.get_by_text(said("nb", f"action.{AuditAction.ROLE_GRANTED}")).last).to_be_visible()


def test_what_is_for_the_inside_is_not_there_and_in_clear_there_is_nothing(
    nginx: NginxProxy, somebody: NewSomebody
) -> None:
    client = somebody("127.0.0.11").client
    inside = ("/v1/notices", "/v1/openapi.json", "/docs", "/metrics", "/readyz", "/status", "/dev/outbox")
    assert {client.get(nginx.address + path).status_code for path in inside} == {404}
    assert client.get(f"{nginx.address}/").headers["Location"] == "/profile"
    clear = client.get(f"http://localhost:{nginx.plain_port}/profile")
    assert (clear.status_code, clear.headers["Location"]) == (301, "https://localhost/profile")


def test_a_form_is_taken_from_our_own_page_alone(nginx: NginxProxy, somebody: NewSomebody) -> None:
    visitor = somebody("127.0.0.12")
    assert visitor.asks(nginx.address) == [UNPROCESSABLE]
    for other in ("https://evil.example.test", "https://localhost", f"http://localhost:{nginx.port}", "null"):
        assert visitor.asks(nginx.address, Origin=other) == [FORBIDDEN], other


def test_who_asks_too_often_is_told_apart_from_who_does_not_whatever_he_says_of_himself(
    nginx: NginxProxy, somebody: NewSomebody
) -> None:
    often = somebody("127.0.0.21", claims="198.51.100.7")
    assert often.asks(nginx.address, times=CODES_ASKED + 1)[-2:] == [UNPROCESSABLE, TOO_MANY]
    often.client.headers["X-Forwarded-For"] = "198.51.100.8"
    assert often.asks(nginx.address) == [TOO_MANY]
    assert somebody("127.0.0.22").asks(nginx.address) == [UNPROCESSABLE]


@pytest.fixture
def another(
    request: pytest.FixtureRequest, tmp_path: Path, secure: PageSite, papers: Made
) -> Iterator[NginxProxy]:
    """The same, on another machine."""
    proxy = NginxProxy(tmp_path / "another", papers, secure.behind, come_from=request.param)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.mark.parametrize("another", [NAMED_PROXY], indirect=True)
def test_a_proxy_elsewhere_that_is_named_is_believed(another: NginxProxy, somebody: NewSomebody) -> None:
    assert somebody("127.0.0.31").asks(another.address, times=CODES_ASKED + 1)[-1] == TOO_MANY
    assert somebody("127.0.0.32").asks(another.address) == [UNPROCESSABLE]


@pytest.mark.parametrize("another", [STRANGER], indirect=True)
def test_one_that_is_not_is_not_believed_and_counts_as_one(
    another: NginxProxy, somebody: NewSomebody
) -> None:
    assert somebody("127.0.0.41").asks(another.address, times=CODES_ASKED + 1)[-1] == TOO_MANY
    assert somebody("127.0.0.42").asks(another.address) == [TOO_MANY]


def test_nor_is_who_comes_past_the_proxy(secure: PageSite, somebody: NewSomebody) -> None:
    often = somebody("127.0.0.51", claims="198.51.100.9")
    assert often.asks(secure.behind, times=CODES_ASKED + 1)[-1] == TOO_MANY
    often.client.headers["X-Forwarded-For"] = "198.51.100.10"
    assert often.asks(secure.behind) == [TOO_MANY]
