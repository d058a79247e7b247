"""What somebody sees who follows the link of an e-mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from personsvar.encryption.vault import new_key
from personsvar.gateways.email.mail_templates import wording
from personsvar.gateways.email.signed_links import SignedLinks, signing_key
from personsvar.http.recording_links import recordings_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, NewSound, State
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from tests.unit.conftest import Backend
from tests.unit.gateways.email.mails import SmallEncoder

pytestmark = pytest.mark.anyio
ALAW = bytes(range(256)) * 100
MP3 = b"ID3" + ALAW[::8]


@dataclass(frozen=True)
class Page:
    """The service, a browser on it, and a message with a link."""

    backend: Backend
    links: SignedLinks
    browser: httpx.AsyncClient
    encoder: SmallEncoder
    message: Message

    def token(self, language: Language = "nb") -> str:
        return self.links.to(self.message.id, language).url.removeprefix("https://voicemail.example.test")

    def change(self, message: Message) -> None:
        with self.backend.services.store.begin() as uow:
            uow.messages.put(message)
            uow.commit()


@pytest.fixture
def links(backend: Backend) -> SignedLinks:
    key = signing_key(new_key())
    return SignedLinks("https://voicemail.example.test", key, timedelta(days=14), backend.clock.now)


@pytest.fixture
def message(backend: Backend) -> Message:
    with backend.services.store.begin() as uow:
        sound = uow.sounds.add(ALAW, of=backend.ola.number)
        kept = uow.messages.add(
            Message(
                id=MessageId(0),
                mailbox=backend.ola.number,
                spool_id=SpoolId("s1"),
                caller=Number("+4790000002"),
                received_at=backend.clock.now(),
                sound=sound,
            )
        )
        uow.commit()
    return kept


@pytest.fixture
async def page(backend: Backend, links: SignedLinks, message: Message) -> AsyncIterator[Page]:
    encoder = SmallEncoder()
    async with _browser(backend.services, links, encoder) as browser:
        yield Page(backend, links, browser, encoder, message)


def _browser(services: Services, links: SignedLinks, encoder: SmallEncoder) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(recordings_router(services, links, wording=wording(), encoder=encoder))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://voicemail.example.test")


async def test_the_page_plays_the_message(page: Page) -> None:
    address = page.token()
    answer = await page.browser.get(address)
    assert answer.status_code == 200
    assert "+47 900 00 002" in answer.text
    assert "mandag 2. mars kl. 13.00" in answer.text
    assert "3 sek" in answer.text
    assert f'<audio controls preload="metadata" src="{address.rpartition("/")[2]}/sound"' in answer.text


async def test_the_sound_is_where_the_page_says(page: Page) -> None:
    address = page.token()
    text = (await page.browser.get(address)).text
    source = text.partition('src="')[2].partition('"')[0]
    answer = await page.browser.get(httpx.URL(f"https://voicemail.example.test{address}").join(source))
    assert answer.content == MP3
    assert answer.headers["Content-Type"] == "audio/mpeg"


async def test_the_page_speaks_the_subscribers_language(page: Page) -> None:
    assert '<html lang="en">' in (await page.browser.get(page.token("en"))).text


async def test_a_withheld_number_is_told_as_such(page: Page) -> None:
    page.change(replace(page.message, caller=None))
    assert "hemmelig nummer" in (await page.browser.get(page.token())).text


@pytest.mark.parametrize("path", ["", "/sound"])
async def test_nobody_keeps_it_and_no_search_finds_it(page: Page, path: str) -> None:
    headers = (await page.browser.get(page.token() + path)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_a_player_may_ask_for_parts_and_the_sound_is_made_once(page: Page) -> None:
    first = await page.browser.get(page.token() + "/sound", headers={"Range": "bytes=0-1"})
    assert (first.status_code, first.content) == (206, MP3[:2])
    assert first.headers["Content-Range"] == f"bytes 0-1/{len(MP3)}"
    rest = await page.browser.get(page.token() + "/sound", headers={"Range": "bytes=2-"})
    assert rest.content == MP3[2:]
    behind = await page.browser.get(page.token() + "/sound", headers={"Range": f"bytes={len(MP3)}-"})
    assert behind.status_code == 416
    assert page.encoder.made == [len(ALAW)]


@pytest.mark.parametrize("path", ["", "/sound"])
async def test_who_only_asks_whether_it_is_there_is_told(page: Page, path: str) -> None:
    answer = await page.browser.head(page.token() + path)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) > 0


async def test_without_an_mp3_there_is_a_wav(page: Page) -> None:
    page.encoder.refuses = True
    answer = await page.browser.get(page.token() + "/sound")
    assert answer.headers["Content-Type"] == "audio/x-wav"
    assert answer.content.startswith(b"RIFF")


@pytest.mark.parametrize("path", ["", "/sound"])
async def test_when_its_time_is_over_it_says_so(page: Page, path: str) -> None:
    address = page.token() + path
    page.backend.clock.go_on(days=14)
    answer = await page.browser.get(address)
    assert answer.status_code == 410
    assert "Lenken virker ikke lenger." in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["", "/sound"])
async def test_a_deleted_message_is_gone_and_comes_back_when_it_is_taken_back(page: Page, path: str) -> None:
    address = page.token("en") + path
    page.change(replace(page.message, state=State.DELETED))
    answer = await page.browser.get(address)
    assert answer.status_code == 410
    assert "The message is deleted." in answer.text
    page.change(page.message)
    assert (await page.browser.get(address)).status_code == 200


async def test_a_message_removed_for_good_is_gone_however_often_it_was_heard(page: Page) -> None:
    address = page.token() + "/sound"
    assert (await page.browser.get(address)).status_code == 200
    with page.backend.services.store.begin() as uow:
        uow.messages.remove(page.message.id)
        uow.commit()
    assert (await page.browser.get(address)).status_code == 410


@pytest.mark.parametrize(
    ("accepted", "said"), [("", "Adressen er ikke riktig."), ("en-GB,nb;q=0.5", "The address is not right.")]
)
async def test_half_a_link_is_not_found(page: Page, accepted: str, said: str) -> None:
    answer = await page.browser.get(page.token()[:-9], headers={"Accept-Language": accepted})
    assert answer.status_code == 404
    assert said in answer.text


async def test_while_the_database_is_away_it_is_later(backend: Backend, links: SignedLinks) -> None:
    class Away:
        def begin(self, *, bringing: NewSound | None = None) -> AbstractContextManager[UnitOfWork]:
            raise StoreUnavailableError(f"away, for {bringing}")

        def look(self, *, may_be_late: bool = False) -> AbstractContextManager[UnitOfWork]:
            raise StoreUnavailableError(f"away, late or not ({may_be_late})")

        def sound(self, which: SoundId) -> bytes:
            raise StoreUnavailableError(f"away, with {which}")

    services = replace(backend.services, store=Away())
    async with _browser(services, links, SmallEncoder()) as browser:
        answer = await browser.get(links.to(MessageId(1), "nb").url)
    assert answer.status_code == 503
    assert "Prøv igjen om noen minutter." in answer.text
