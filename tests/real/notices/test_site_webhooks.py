"""The operator's own systems hear of a message and of a missed call, in words they can trust."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from standardwebhooks import Webhook

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from tests.real.notices.operators_view import API, Operator
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.walks import CALLER, Telephone, hang_up_early, leave, reach
from tests.wire.http_peer import Asked, answer, http_peer
from tests.wire.until import until

pytestmark = [pytest.mark.anyio, pytest.mark.real]

Event = dict[str, Any]

SECRET = "whsec_" + base64.b64encode(b"a key of 24 to 64 bytes!").decode()


@dataclass
class Receiver:
    """An operator's system: busy at first, then it takes all there is."""

    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        return answer(503 if len(self.asked) == 1 else 204)

    async def events(self, count: int) -> list[Event]:
        """Each once, however often it came, and only what is signed."""
        await until(lambda: len(self._ids()) >= count and len(self.asked) > count)
        verified = {
            it.headers["webhook-id"]: Webhook(SECRET).verify(it.body, it.headers) for it in self.asked
        }
        return [dict(event) for event in verified.values()]

    def _ids(self) -> set[str]:
        return {it.headers["webhook-id"] for it in self.asked}


@dataclass(frozen=True)
class SiteWithReceiver:
    site: LiveSite
    telephone: Telephone
    receiver: Receiver


@pytest.fixture
async def town(
    asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SiteWithReceiver]:
    receiver = Receiver()
    async with http_peer(receiver) as peer:
        environment = {
            **API,
            "PERSONSVAR_WEBHOOK_URL": f"http://127.0.0.1:{peer.port}/voicemail",
            "PERSONSVAR_WEBHOOK_SECRET": SECRET,
            "PERSONSVAR_WEBHOOK_NETWORKS": "127.0.0.0/8",
            "PERSONSVAR_NOTICE_RETRY_SECONDS": "0.1",
        }
        with ExitStack() as stack:
            opened = running_site(asterisk, tmp_path_factory.mktemp("town"), environment=environment)
            site = await asyncio.to_thread(stack.enter_context, opened)
            yield SiteWithReceiver(site, stack.enter_context(telephones(site)), receiver)


async def test_a_message_and_a_missed_call_are_signed_events(town: SiteWithReceiver) -> None:
    talked, hung_up = town.site.subscriber(), town.site.subscriber()
    await asyncio.to_thread(leave, reach(town.telephone, talked))
    (message,) = await town.receiver.events(1)
    assert [asked.headers["webhook-id"] for asked in town.receiver.asked] == 2 * [
        town.receiver.asked[0].headers["webhook-id"]
    ]
    await asyncio.to_thread(hang_up_early, town.telephone, hung_up)
    missed = (await town.receiver.events(2))[-1]
    assert (message["type"], missed["type"]) == ("message.new", "call.missed")
    assert (message["data"]["mailbox"], missed["data"]["mailbox"]) == (talked, hung_up)
    assert message["data"]["message"] == town.site.message(talked).id
    assert (message["data"]["caller"], message["data"]["new_count"]) == (CALLER, 1)
    assert (missed["data"]["caller"], missed["data"]["reason"]) == (CALLER, "hung-up")
    # taken in the second try: the ledger tells of both
    sent = await asyncio.to_thread(
        Operator(town.site).notice, talked, Channel.WEBHOOK, becomes=NoticeStatus.SENT
    )
    assert [one["outcome"] for one in sent["tries"]] == ["later", "accepted"]
    assert sent["id"] == message["data"]["notice"]
