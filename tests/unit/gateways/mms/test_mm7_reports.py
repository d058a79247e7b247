"""Delivery reports over HTTP: what each becomes, and what the MMSC is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import httpx
import pytest
from fastapi import FastAPI

from personsvar.gateways.mms.mm7_reports import STATES
from personsvar.http.mm7_callbacks import reports_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from tests.fakes.clock_and_chance import SetClock
from tests.unit.gateways.mms.test_mm7_answers import BOMB, FILE
from tests.wire.mm7_reading import MM7, SOAP
from tests.wire.mmsc import delivery_report, submit_rsp

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)
MMSC = "mmsc.example.test:8080"


@dataclass
class Ledger:
    """Keeps receipts, unless it is away."""

    kept: list[Receipt] = field(default_factory=list)
    away: bool = False

    async def take(self, receipt: Receipt) -> None:
        if self.away:
            raise StoreUnavailableError("the database is locked")
        self.kept.append(receipt)


@dataclass(frozen=True)
class ReportEndpoint:
    ledger: Ledger
    credentials: str = "mmsc:s:cret"

    async def post(
        self,
        body: bytes,
        *,
        content_type: str = "text/xml; charset=utf-8",
        auth: tuple[str, str] | None = ("mmsc", "s:cret"),
    ) -> httpx.Response:
        app = FastAPI()
        clock = SetClock(NOW)
        app.include_router(
            reports_router(
                self.ledger.take, gateway=MMSC, clock=clock, credentials=self.credentials, version="6.8.0"
            )
        )
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://notifier.example.test", auth=auth
        ) as mmsc:
            return await mmsc.post(
                "/gateways/mm7", content=body, headers=[(b"Content-Type", content_type.encode("latin-1"))]
            )


@pytest.fixture
def endpoint() -> ReportEndpoint:
    return ReportEndpoint(Ledger())


async def test_a_fetched_message_is_delivered_and_the_mmsc_is_thanked(endpoint: ReportEndpoint) -> None:
    said = await endpoint.post(delivery_report("mms-1", "Retrieved", text="OK", transaction="r &amp; 9"))
    assert endpoint.ledger.kept == [Receipt(MMSC, "mms-1", ReceiptState.DELIVERED, NOW, "Retrieved OK")]
    assert said.status_code == 200
    assert said.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(said.content)
    assert root.findtext(f"{SOAP}Header/{MM7}TransactionID") == "r & 9"
    rsp = root.find(f"{SOAP}Body/{MM7}DeliveryReportRsp")
    assert rsp is not None
    assert [rsp.findtext(f"{MM7}MM7Version"), rsp.findtext(f"{MM7}Status/{MM7}StatusCode")] == [
        "6.8.0",
        "1000",
    ]


STATUSES = {
    "Retrieved": ReceiptState.DELIVERED,
    "retrieved": ReceiptState.DELIVERED,
    "Expired": ReceiptState.FAILED,
    "Rejected": ReceiptState.FAILED,
    "Unreachable": ReceiptState.FAILED,
    "Unrecognised": ReceiptState.FAILED,
    "Deferred": ReceiptState.ON_ITS_WAY,
    "Forwarded": ReceiptState.ON_ITS_WAY,
    "Indeterminate": ReceiptState.ON_ITS_WAY,
    "SomethingNew": ReceiptState.ON_ITS_WAY,
}


@pytest.mark.parametrize("status", STATUSES)
async def test_only_what_was_fetched_is_delivered(endpoint: ReportEndpoint, status: str) -> None:
    await endpoint.post(delivery_report("mms-1", status))
    assert [(one.state, one.detail) for one in endpoint.ledger.kept] == [(STATUSES[status], status)]


def test_one_word_alone_means_delivered() -> None:
    assert [word for word, state in STATES.items() if state is ReceiptState.DELIVERED] == ["retrieved"]


async def test_with_sender_and_recipient_swapped_it_is_the_same_report(endpoint: ReportEndpoint) -> None:
    await endpoint.post(delivery_report("mms-1", "Retrieved"))
    await endpoint.post(delivery_report("mms-1", "Retrieved", swapped=True))
    first, second = endpoint.ledger.kept
    assert first == second


async def test_a_report_of_a_message_nobody_knows_is_taken_too(endpoint: ReportEndpoint) -> None:
    """It may have overtaken the answer to its submit: it is matched later."""
    assert (await endpoint.post(delivery_report("never-seen", "Expired"))).status_code == 200
    assert endpoint.ledger.kept[0].gateway_id == "never-seen"


async def test_while_the_store_is_away_the_mmsc_is_asked_to_come_again(endpoint: ReportEndpoint) -> None:
    endpoint.ledger.away = True
    said = await endpoint.post(delivery_report("mms-1", "Retrieved"))
    assert (said.status_code, said.headers["retry-after"]) == (503, "10")
    endpoint.ledger.away = False
    assert (await endpoint.post(delivery_report("mms-1", "Retrieved"))).status_code == 200
    assert len(endpoint.ledger.kept) == 1


@pytest.mark.parametrize(
    ("auth", "status"),
    [(("mmsc", "s:cret"), 200), (("mmsc", "wrong"), 401), (("", ""), 401), (None, 401)],
)
async def test_credentials_are_asked_for(
    endpoint: ReportEndpoint, auth: tuple[str, str] | None, status: int
) -> None:
    said = await endpoint.post(delivery_report("mms-1", "Retrieved"), auth=auth)
    assert said.status_code == status
    assert len(endpoint.ledger.kept) == (status == 200)
    assert ("www-authenticate" in said.headers) == (status == 401)


@pytest.mark.parametrize(
    "body", [b"", b"hello", BOMB, FILE, b"<x>" * 30_000, delivery_report("m", "x" * 70_000)]
)
async def test_what_is_no_report_is_refused(endpoint: ReportEndpoint, body: bytes) -> None:
    assert (await endpoint.post(body)).status_code == 400
    assert endpoint.ledger.kept == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (delivery_report("", "Retrieved"), "2007"),
        (delivery_report("mms-1", ""), "2007"),
        (submit_rsp(1000, "what?"), "4003"),
        (delivery_report("m", "x").replace(b"DeliveryReportReq", b"DeliverReq"), "4003"),
    ],
)
async def test_what_we_can_not_do_is_a_fault_with_its_code(
    endpoint: ReportEndpoint, body: bytes, code: str
) -> None:
    said = await endpoint.post(body)
    assert said.status_code == 500
    assert ET.fromstring(said.content).findtext(f".//{MM7}VASPErrorRsp/{MM7}Status/{MM7}StatusCode") == code
    assert endpoint.ledger.kept == []


async def test_a_report_within_mime_is_read(endpoint: ReportEndpoint) -> None:
    body = b"--x\r\nContent-Type: text/xml\r\n\r\n" + delivery_report("mms-3", "Expired") + b"\r\n--x--\r\n"
    assert (await endpoint.post(body, content_type="multipart/related; boundary=x")).status_code == 200
    assert endpoint.ledger.kept[0].state is ReceiptState.FAILED


@pytest.mark.parametrize("credentials", ["", " ", "\n"])
def test_there_is_no_endpoint_without_credentials(credentials: str) -> None:
    with pytest.raises(ValueError, match="reports need a login"):
        reports_router(
            Ledger().take, gateway=MMSC, clock=SetClock(NOW), credentials=credentials, version="6.8.0"
        )


def _nested(levels: int, inside: bytes) -> bytes:
    """The boundary of the outermost is x and the number of levels."""
    for level in range(1, levels + 1):
        inside = b"--x%d\r\n%b\r\n--x%d--\r\n" % (level, inside, level)
        if level < levels:
            inside = b"Content-Type: multipart/mixed; boundary=x%d\r\n\r\n%b" % (level, inside)
    return inside


@pytest.mark.parametrize("levels", [5, 50, 300, 700])
async def test_parts_within_parts_within_parts_are_refused(endpoint: ReportEndpoint, levels: int) -> None:
    xml = b"Content-Type: text/xml\r\n\r\n" + delivery_report("mms-4", "Expired")
    body = _nested(levels, xml)
    said = await endpoint.post(body, content_type=f"multipart/mixed; boundary=x{levels}")
    assert said.status_code == 400
    assert endpoint.ledger.kept == []


@pytest.mark.parametrize("levels", [1, 2, 3])
async def test_a_few_levels_are_read(endpoint: ReportEndpoint, levels: int) -> None:
    xml = b"Content-Type: text/xml\r\n\r\n" + delivery_report("mms-4", "Expired")
    said = await endpoint.post(_nested(levels, xml), content_type=f"multipart/mixed; boundary=x{levels}")
    assert said.status_code == 200
    assert endpoint.ledger.kept[0].gateway_id == "mms-4"


ODD_TYPES = [
    "multipart/related",
    "multipart/related; boundary=",
    'multipart/related; boundary="',
    "multipart/related; boundary=*0*=utf-8''x",
    "multipart/; boundary=x",
    "multipart/related; boundary*=klingon''%ff",
    "multipart/related; boundary=" + "x" * 5000,
    "multipart/related; boundary=æÿ",
    "message/rfc822",
    "message/partial; boundary=x",
    "text/xml; charset=klingon",
]
ODD_BODIES = [
    b"", b"--", b"--x", b"--x\r\n", b"--x--", b"\r\n--x\r\n\r\n--x", b"--x\n" * 10_000,
    b"--x\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--",
    b"--x\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin\r\n--x--",
    b"--x\r\n" + b"A: b\r\n" * 9000 + b"\r\n--x--", b"Content-Type: multipart/related; boundary=x\r\n\r\n--x",
    b"<a>" * 9000 + b"</a>" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("content_type", [*ODD_TYPES, "multipart/related; boundary=x"])
async def test_whatever_is_posted_is_refused_and_no_error_of_ours(
    endpoint: ReportEndpoint, content_type: str
) -> None:
    for body in ODD_BODIES:
        said = await endpoint.post(body, content_type=content_type)
        assert (said.status_code, body[:30]) == (400, body[:30])
