"""Phones' requests, from an SMSC or from Kannel: committed before they are acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from personsvar.gateways.kannel import incoming_url
from personsvar.gateways.sms.sms import Concatenation, IncomingSms, Ports, Sms
from personsvar.gateways.visual.activation_requests import ActivationRequests, asked_in
from personsvar.gateways.visual.unknown_numbers import MOST, UnknownNumbers
from personsvar.http.kannel_callbacks import incoming_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError
from personsvar.notifier.gateway import Accepted
from tests.unit.conftest import Backend
from tests.unit.gateways.visual.conftest import OPTIONS, said
from tests.unit.mailbox.use_cases import UseCases

KEY = b"ours"
STRANGER = Number("+4790000077")
ACTIVATE = "Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM"


class Front:
    """What takes requests, and what it answers strangers."""

    def __init__(self, backend: Backend, threads: ThreadPoolExecutor) -> None:
        self.backend = backend
        self.seconds = 0.0
        self.told: list[Sms] = []
        self.wrong: Exception | None = None
        self.strangers = UnknownNumbers(now=lambda: self.seconds)
        self.requests = ActivationRequests(backend.services, threads, self.strangers, OPTIONS)

    async def submit(self, sms: Sms) -> Accepted:
        self.told.append(sms)
        if self.wrong is not None:
            raise self.wrong
        return Accepted("read")

    def take(self, *texts: str, source: str = "+4790000001") -> None:
        asyncio.run(self._take([sms(text, source) for text in texts]))

    async def _take(self, come: Sequence[IncomingSms]) -> None:
        self.strangers.open(self.submit)
        for one in come:
            await self.requests.take(one)
        for _ in range(2):  # the loop hears of a stranger, then hands the answer over
            await asyncio.sleep(0)
        await self.strangers.close()

    @property
    def account(self) -> VisualAccount | None:
        with self.backend.services.store.look() as uow:
            return uow.visual.get(self.backend.ola.number)


@pytest.fixture
def front(backend: Backend) -> Iterator[Front]:
    with ThreadPoolExecutor(2) as threads:
        yield Front(backend, threads)


def sms(text: str | None, source: str = "+4790000001", payload: bytes = b"") -> IncomingSms:
    return IncomingSms(source, "1996", 0, payload, text=text)


@pytest.mark.parametrize("source", ["+4790000001", "4790000001", "004790000001", "90000001"])
def test_it_is_the_sender_s_mailbox_however_the_smsc_writes_the_number(front: Front, source: str) -> None:
    front.take(ACTIVATE, source=source)
    assert front.account is not None
    assert (front.account.status, front.account.dialect) == (VisualStatus.NEW, VisualDialect.OMTP_13)
    with front.backend.services.store.look() as uow:
        (row,) = uow.outbox.list()
    assert (row.kind, row.channel) == (NoticeKind.VISUAL_STATUS, Channel.VISUAL)


def test_a_number_in_the_text_is_nobody_s(front: Front) -> None:
    front.take("Activate:pv=13;u=4790000001", source=STRANGER)
    assert front.account is None


@pytest.mark.parametrize("text", ["Hei!", "Ring meg på 90000001", "", "//VVM:STATUS:st=R;rc=0"])
def test_what_is_nothing_of_ours_is_passed_over_and_is_in_no_log(
    front: Front, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        front.take(text)
        front.take(ACTIVATE, source="Reklame")
    assert front.account is None
    assert front.told == []
    assert not text or text not in caplog.text


def test_a_request_as_bytes_for_an_application_is_read_too() -> None:
    binary = IncomingSms("+4790000001", "1996", 4, b"STATUS:dt=6", Ports(5496))
    asked = asked_in(binary)
    assert asked is not None
    assert asked.dialect is VisualDialect.CVVM
    assert asked_in(sms(None, payload=b"\xff\xfeSTATUS")) is None


def test_a_part_of_a_long_sms_is_no_request() -> None:
    part = IncomingSms("+4790000001", "1996", 0, b"", part=Concatenation(1, 2, 1), text="STATUS")
    assert asked_in(part) is None
    alone = IncomingSms("+4790000001", "1996", 0, b"", part=Concatenation(1, 1, 1), text="STATUS")
    assert asked_in(alone) is not None


def test_a_stranger_is_told_in_the_words_and_at_the_port_of_the_phone(front: Front) -> None:
    asked = ["STATUS", "Activate:dt=6", "STATE", "STATUS:pv=13;pt=5496;//OP1"]
    for number, text in enumerate(asked):
        front.take(text, source=f"+479000007{number}")
    assert [(said(it), it.ports) for it in front.told] == [
        ("//VZWVVM:STATUS:st=U;rc=3", None),
        ("//VVM:STATUS:st=U;rc=3", None),
        ("STATE?state=NotAvailable", Ports(5496)),
        ("//OP1:STATUS:st=U;rc=3", Ports(5496)),
    ]
    assert {it.sender for it in front.told} == {"1996"}


def test_a_stranger_is_answered_once_a_minute(front: Front) -> None:
    front.take(ACTIVATE, ACTIVATE, source=STRANGER)
    front.seconds = 59
    front.take(ACTIVATE, source=STRANGER)
    assert len(front.told) == 1
    front.seconds = 60
    front.take(ACTIVATE, source=STRANGER)
    assert len(front.told) == 2


def test_of_many_strangers_sixty_are_answered_in_a_minute(front: Front) -> None:
    for number in range(MOST + 5):
        front.take("STATUS", source=f"+47900001{number:02}")
    assert len(front.told) == MOST
    front.seconds = 60
    front.take("STATUS", source=STRANGER)
    assert front.told[-1].to == STRANGER


@pytest.mark.parametrize("wrong", [DeliveryError("throttled"), UndeliverableError("refused")])
def test_an_answer_to_a_stranger_that_fails_is_logged_and_not_tried_again(
    front: Front, caplog: pytest.LogCaptureFixture, wrong: Exception
) -> None:
    front.wrong = wrong
    front.take("STATUS", source=STRANGER)
    assert len(front.told) == 1
    assert str(wrong) in caplog.text


def test_a_stranger_who_asks_before_or_after_there_is_a_way_is_not_answered(front: Front) -> None:
    asyncio.run(front.requests.take(sms("STATUS", STRANGER)))
    front.take("Hei")
    asyncio.run(front.requests.take(sms("STATUS", STRANGER)))
    assert front.told == []


def test_while_the_store_is_away_nothing_is_acknowledged() -> None:
    behind = UseCases()
    behind.store.away = True
    with ThreadPoolExecutor(1) as threads, pytest.raises(StoreUnavailableError):
        asyncio.run(
            ActivationRequests(behind.services, threads, UnknownNumbers(), OPTIONS).take(sms(ACTIVATE))
        )


def test_kannel_s_request_leads_to_the_same(front: Front) -> None:
    app = FastAPI()
    app.include_router(incoming_router(front.requests.take, KEY))
    where = urlsplit(incoming_url("http://voicemail.example.test", key=KEY))
    fields = {**dict(parse_qsl(where.query)), "from": "+4790000001", "text": ACTIVATE, "coding": "0"}
    fields |= {"to": "1996", "udh": "", "charset": "UTF-8"}

    async def get(query: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as kannel:
            answer = await kannel.get(f"http://voicemail.example.test{where.path}?{query}")
        return answer.status_code

    assert asyncio.run(get(urlencode({**fields, "token": "x"}))) == 403
    assert front.account is None
    assert asyncio.run(get(urlencode(fields))) == 200
    assert front.account is not None
    assert front.account.port == 5496
