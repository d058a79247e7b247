"""An MMSC that refuses, fails and reports: the subscriber hears of the message all the same, by SMS.

And what Prometheus is told of it. The SMS go to files: this is about the MMS.
"""

from __future__ import annotations

import asyncio
import base64
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Wishes
from tests.real.notices.operators_view import API, Operator, Row
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, leave, reach
from tests.wire.mmsc import IN_URL, Mmsc, Say, delivery_report, fault, running_mmsc

pytestmark = [pytest.mark.anyio, pytest.mark.real]

REPORT_LOGIN = "mmsc:shows-itself"
_BASIC = base64.b64encode(REPORT_LOGIN.encode()).decode()
SETTLED = "personsvar_notices_settled_total"
ENDS = ("sent", "delivered", "failed", "dead")


@dataclass(frozen=True)
class SiteWithMmsc:
    site: LiveSite
    telephone: Telephone
    mmsc: Mmsc
    operator: Operator

    async def messages_for(self, *mailboxes: Number) -> None:
        """All callers at once."""
        await asyncio.gather(
            *(
                asyncio.to_thread(lambda it: leave(reach(self.telephone, it)), mailbox)
                for mailbox in mailboxes
            )
        )

    async def notice(self, to: Number, channel: Channel, *, becomes: NoticeStatus) -> Row:
        return await asyncio.to_thread(self.operator.notice, to, channel, becomes=becomes)

    async def report(self, mms: Row, status: str) -> None:
        """The MMSC brings a delivery report of what it took."""
        await asyncio.to_thread(self._report, mms["tries"][-1]["ids"][0], status)

    def _report(self, message_id: str, status: str) -> None:
        where = self.site.service.environment["PERSONSVAR_HTTP_BIND"]
        report = urllib.request.Request(
            f"http://{where}/gateways/mm7",
            data=delivery_report(message_id, status),
            headers={"Content-Type": "text/xml; charset=utf-8", "Authorization": f"Basic {_BASIC}"},
        )
        with urllib.request.urlopen(report, timeout=10) as answer:
            assert b">1000<" in answer.read()


@pytest.fixture
async def town(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SiteWithMmsc]:
    async with running_mmsc() as mmsc:
        environment = {
            **API,
            "PERSONSVAR_MM7_URL": f"http://{IN_URL}@127.0.0.1:{mmsc.port}/mm7/submit?vasp=1",
            "PERSONSVAR_MM7_REPORT_LOGIN": REPORT_LOGIN,
            "PERSONSVAR_OUTBOX_FILES": "true",
            "PERSONSVAR_NOTICE_ATTEMPTS": "1",  # the MMSC's first bad hour is the last
            "PERSONSVAR_NOTICE_LEASE_SECONDS": "240",  # a busy machine may take its time for AMR
        }
        with ExitStack() as stack:
            opened = running_site(asterisk, tmp_path_factory.mktemp("town"), environment=environment)
            site = await asyncio.to_thread(stack.enter_context, opened)
            yield SiteWithMmsc(site, stack.enter_context(telephones(site)), mmsc, Operator(site))


async def test_what_the_mmsc_does_not_deliver_comes_by_sms_and_is_counted(town: SiteWithMmsc) -> None:
    refused, given_up, expired, fetched, waiting = _wanting_mms(town.site, 5)
    town.mmsc.next.append(Say(fault(2002, "Address error")))
    await town.messages_for(refused)
    mms = await town.notice(refused, Channel.MMS, becomes=NoticeStatus.FAILED)
    assert mms["tries"][0]["outcome"] == "refused"
    assert mms["error"].startswith("MM7 2002")
    town.mmsc.next.append(Say(fault(3000, "Server error", whose="Server")))
    await town.messages_for(given_up)
    mms = await town.notice(given_up, Channel.MMS, becomes=NoticeStatus.DEAD)
    assert mms["tries"][0]["outcome"] == "later"
    # taken, and then: one is fetched, and one is not in time
    await town.messages_for(expired, fetched)
    for mailbox, status in ((expired, "Expired"), (fetched, "Retrieved")):
        await town.report(await town.notice(mailbox, Channel.MMS, becomes=NoticeStatus.SENT), status)
    mms = await town.notice(expired, Channel.MMS, becomes=NoticeStatus.FAILED)
    assert [one["outcome"] for one in mms["tries"]] == ["accepted"]
    assert [(one["state"], one["detail"]) for one in mms["receipts"]] == [("failed", "Expired")]
    await town.notice(fetched, Channel.MMS, becomes=NoticeStatus.DELIVERED)
    for mailbox in (refused, given_up, expired):
        sms = await town.notice(mailbox, Channel.SMS, becomes=NoticeStatus.SENT)
        assert sms["message"] == town.site.message(mailbox).id
    assert await asyncio.to_thread(town.operator.notices, fetched, Channel.SMS) == []
    # one more, that nobody takes
    await town.mmsc.stop()
    await town.messages_for(waiting)
    await asyncio.to_thread(_figures_are_told, town.operator)


def _figures_are_told(operator: Operator) -> None:
    eventually(lambda: _is_up(operator, "mms") == 0, within=30, what="an MMSC that is away")
    eventually(lambda: _oldest(operator) > 0, within=30, what="an MMS that waits, in the figures")
    assert operator.figure("personsvar_notices_queued", channel="mms") == 1
    assert operator.figure("personsvar_notices_queued", channel="sms") == 0
    assert _is_up(operator, "sms") == 1
    counted = {status: operator.figure(SETTLED, channel="mms", status=status) for status in ENDS}
    assert counted == {"sent": 2, "delivered": 1, "failed": 2, "dead": 1}
    assert operator.figure(SETTLED, channel="sms", status="sent") == 3
    # from the hang-up to "taken": one for each that was, and none of them took a quarter of an hour
    assert operator.figure("personsvar_notice_seconds_count", channel="mms") == 2
    assert operator.figure("personsvar_notice_seconds_bucket", channel="mms", le="300.0") == 2


def _is_up(operator: Operator, channel: str) -> float | None:
    return operator.figure("personsvar_gateway_up", channel=channel)


def _oldest(operator: Operator) -> float:
    return operator.figure("personsvar_notices_oldest_seconds", channel="mms") or 0.0


def _wanting_mms(site: LiveSite, count: int) -> Sequence[Number]:
    return [site.subscriber(wishes=Wishes(mms=True)) for _ in range(count)]
