"""SMSCs that die, hang, refuse, close in mid-message; the second one takes over; TLS."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from personsvar.gateways.sms.smsc import Smsc
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError
from personsvar.notifier.gateway import Accepted
from tests.real.notices.receipt_keeper import ReceiptKeeper, at, letter, smpp_gateway
from tests.real.notices.smsc import smsc
from tests.real.ports import free_tcp_port
from tests.wire.until import until

pytestmark = pytest.mark.anyio

DELIVERED = {"esm_class": 4, "short_message": "id:{id} stat:DELIVRD err:000"}


async def test_nobody_there_is_nothing_handed_over() -> None:
    async with smpp_gateway(Smsc("127.0.0.1", free_tcp_port())) as here:
        assert not here.gateway.is_up
        with pytest.raises(GatewayAwayError):
            await here.gateway.deliver(letter("Hei"))


async def test_a_refused_bind_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async with smsc(bind=0x0E) as far, smpp_gateway(far) as here:
        await far.heard("bind", 2)
        assert not here.gateway.is_up
        await far.order(set={"bind": 0})
        await here.bound()
    assert "it refused the bind: 0x0E, invalid password" in caplog.text


async def test_an_smsc_killed_and_started_again_in_mid_flow_loses_nothing() -> None:
    texts = {f"Beskjed nummer {number}" for number in range(200)}
    port = free_tcp_port()
    async with smsc(port=port) as first, smpp_gateway(first, window=5) as here:
        await here.bound()
        sending = asyncio.gather(*(_worked(here, text, number) for number, text in enumerate(sorted(texts))))
        await first.heard("submit", 60)
        await first.kill()
        got = {line["short_message"]["message"] for line in first.lines if line["event"] == "submit"}
        async with smsc(port=port) as second:
            async with asyncio.timeout(30):
                accepted = await sending
            got |= {line["short_message"]["message"] for line in second.lines if line["event"] == "submit"}
    assert len(accepted) == 200
    assert got == texts


async def _worked(here: ReceiptKeeper, text: str, number: int) -> Accepted:
    """As the worker does: again until it is accepted."""
    while True:
        try:
            return await here.gateway.deliver(letter(text, number=number))
        except DeliveryError:
            await until(lambda: here.gateway.is_up)


async def test_an_smsc_that_hangs_leaves_the_outcome_unknown_and_is_connected_to_again() -> None:
    async with smsc(silent="submit") as far, smpp_gateway(far, answer_seconds=1) as here:
        await here.bound()
        with pytest.raises(OutcomeUnknownError):
            await here.gateway.deliver(letter("Hei"))
        await far.heard("enquire_link")
        await far.order(set={"silent": ""})
        assert (await here.gateway.deliver(letter("Hei"))).ids
        assert len(await far.heard("bind")) == 1
        await far.order(set={"silent": "all"})
        with pytest.raises(OutcomeUnknownError):
            await here.gateway.deliver(letter("Hei"))
        await until(lambda: not here.gateway.is_up)
        await far.order(set={"silent": ""})
        await here.bound()
        assert (await here.gateway.deliver(letter("Hei"))).ids


async def test_an_smsc_that_closes_in_mid_message_leaves_the_outcome_unknown() -> None:
    async with smsc(cut=True) as far, smpp_gateway(far) as here:
        await here.bound()
        with pytest.raises(OutcomeUnknownError):
            await here.gateway.deliver(letter("Hei"))
        await far.heard("bind", 2)
        await here.bound()
        assert (await here.gateway.deliver(letter("Hei"))).ids


async def test_a_receipt_cut_in_two_by_a_lost_connection_comes_again_whole() -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(raw="000000400000000500000000000000070001")
        await far.order(drop=True)
        await far.heard("bind", 2)
        await here.bound()
        await far.order(deliver={"esm_class": 4, "short_message": "id:7 stat:DELIVRD"})
        await until(lambda: len(here.receipts) == 1)
    assert here.receipts[0].gateway_id == "7"


@pytest.mark.parametrize("rubbish", ["00000003", "ffffffff00000004", b"GET / HTTP/1.1\r\n\r\n".hex()])
async def test_what_is_no_smpp_ends_the_connection_and_another_is_made(rubbish: str) -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(raw=rubbish + "00" * 16)
        await far.heard("bind", 2)
        await here.bound()
        assert (await here.gateway.deliver(letter("Hei"))).ids


async def test_an_smsc_that_unbinds_is_bound_to_again() -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(unbind=True)
        assert await far.heard("unbind_resp")
        await far.heard("bind", 2)
        await here.bound()


async def test_the_smsc_is_asked_whether_it_is_there() -> None:
    async with smsc() as far, smpp_gateway(far, enquire_seconds=0.05) as here:
        await here.bound()
        await far.heard("enquire_link", 3)


async def test_the_second_smsc_takes_over_and_gives_back() -> None:
    async with smsc() as first, smsc() as second, smpp_gateway(first, second) as here:
        await here.bound(2)
        names = [f"127.0.0.1:{await one.port}" for one in (first, second)]
        assert (await here.gateway.deliver(letter("en"))).gateway == names[0]
        await first.order(set={"bind": 0x0D})
        await first.order(drop=True)
        await first.heard("bind", 2)
        assert (await here.gateway.deliver(letter("to"))).gateway == names[1]
        await first.order(set={"bind": 0})

        async def given_back() -> None:
            while (await here.gateway.deliver(letter("tre"))).gateway != names[0]:
                await first.heard("bind")

        await asyncio.wait_for(given_back(), timeout=10)


async def test_a_throttled_one_is_passed_over_for_the_second() -> None:
    async with smsc(statuses=[0x58]) as first, smsc() as second, smpp_gateway(first, second) as here:
        await here.bound(2)
        assert (await here.gateway.deliver(letter("en"))).gateway.endswith(f":{await second.port}")
        assert (await here.gateway.deliver(letter("to"))).gateway.endswith(f":{await second.port}")
        assert len(await first.heard("submit")) == 1


async def test_a_silent_one_is_not_waited_for_twice() -> None:
    async with (
        smsc(silent="submit") as first,
        smsc() as second,
        smpp_gateway(first, second, answer_seconds=1) as here,
    ):
        await here.bound(2)
        with pytest.raises(OutcomeUnknownError):
            await here.gateway.deliver(letter("en"))
        assert (await here.gateway.deliver(letter("en"))).gateway.endswith(f":{await second.port}")


async def test_tls_with_the_operators_own_certificate(tmp_path: Path) -> None:
    key, cert = _certificate(tmp_path)
    async with (
        smsc(tls=(key, cert), receipts=[DELIVERED]) as far,
        smpp_gateway(await at(far, tls=True), ca_file=cert) as here,
    ):
        await here.bound()
        assert (await here.gateway.deliver(letter("Hei på deg"))).ids
        assert await far.texts(1) == ["Hei på deg"]
        await until(lambda: len(here.receipts) == 1)
        await far.order(drop=True)
        await far.heard("bind", 2)


async def test_a_certificate_nobody_vouches_for_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with smsc(tls=_certificate(tmp_path)) as far, smpp_gateway(await at(far, tls=True)) as here:
        await far.heard("tls failed", 2)
        assert not here.gateway.is_up
    assert "certificate verify failed" in caplog.text


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smsc.example.test")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "key.pem", folder / "cert.pem"
    files[0].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    files[1].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return files
