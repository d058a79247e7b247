"""A caller leaves a message, and the subscriber hears of it: the whole way, through real gateways.

One site of its own, with an SMSC, an MMSC and a mail server; what a gateway has in its hands is what counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Wishes
from tests.real.notices.postfix import Postfix, running_postfix
from tests.real.notices.smsc import NodeSmsc, smsc
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, Telephone, hang_up_early, leave, reach
from tests.wire.mmsc import IN_URL, Mmsc, running_mmsc

pytestmark = [pytest.mark.anyio, pytest.mark.real]
DELIVERED = {
    "esm_class": 4,
    "source_addr": "4790000001",
    "destination_addr": "Personsvar",
    "short_message": "id:{id} sub:001 dlvrd:001 stat:DELIVRD err:000",
}


@dataclass
class SiteWithGateways:
    """A site, and everything it tells its subscribers by."""

    site: LiveSite
    telephone: Telephone
    sms: NodeSmsc
    mms: Mmsc
    mail: Postfix

    async def message_for(self, mailbox: Number, caller: str = CALLER) -> None:
        await asyncio.to_thread(self._leave, mailbox, caller)

    def _leave(self, mailbox: Number, caller: str) -> None:
        leave(reach(self.telephone, mailbox, caller))

    async def notice(self, to: Number, channel: Channel, *, becomes: NoticeStatus) -> Notice:
        """The one notice of that channel, once it stands so."""
        await asyncio.to_thread(
            eventually,
            lambda: any(it.status is becomes for it in self._notices(to, channel)),
            within=20,
            what=f"{channel} {becomes}: {self._notices(to, channel)}",
        )
        (notice,) = self._notices(to, channel)
        return notice

    def _notices(self, to: Number, channel: Channel) -> list[Notice]:
        with self.site.store() as store, store.look() as uow:
            return list(uow.outbox.list(to=to, channel=channel))


@pytest.fixture
async def town(
    asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SiteWithGateways]:
    folder = tmp_path_factory.mktemp("town")
    async with AsyncExitStack() as peers:
        sms = await peers.enter_async_context(smsc(receipts=[DELIVERED]))
        mms = await peers.enter_async_context(running_mmsc())
        with ExitStack() as town:
            mail = await asyncio.to_thread(town.enter_context, running_postfix())
            where = mms.url.removeprefix("http://").rpartition("@")[2]
            environment = {
                "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{await sms.port}",
                "PERSONSVAR_MM7_URL": f"http://{IN_URL}@{where}",
                "PERSONSVAR_SMTP_URL": f"smtp://127.0.0.1:{mail.starttls}",
                "PERSONSVAR_GATEWAY_CA": str(mail.ca),
                "PERSONSVAR_MAIL_FROM": "voicemail@example.test",
                "PERSONSVAR_MISSED_CALLS_SECONDS": "1",
                "PERSONSVAR_NOTICE_LEASE_SECONDS": "1800",  # a mail waits long for its MP3
            }
            opened = running_site(asterisk, folder, environment=environment)
            site = await asyncio.to_thread(town.enter_context, opened)
            yield SiteWithGateways(site, town.enter_context(telephones(site)), sms, mms, mail)


async def test_a_message_arrives_by_sms_and_by_mail_and_its_receipt_comes_back(
    town: SiteWithGateways,
) -> None:
    address = town.mail.new_address()
    owner = town.site.subscriber(email=address)
    await town.message_for(owner)
    (text,) = await town.sms.texts(1)
    assert text.startswith("Ny beskjed fra +47 900 00 900 i dag kl. ")
    assert text.endswith("Ring +47 474 71 000 for å lytte.")
    (mail,) = await asyncio.to_thread(town.mail.arrived, address)
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/mpeg"
    await town.notice(owner, Channel.SMS, becomes=NoticeStatus.DELIVERED)
    await town.notice(owner, Channel.EMAIL, becomes=NoticeStatus.SENT)
    # an MMS for who wants one, with the recording in it; and no SMS beside it
    wanting = town.site.subscriber(wishes=Wishes(mms=True))
    await town.message_for(wanting)
    await town.notice(wanting, Channel.MMS, becomes=NoticeStatus.SENT)
    (taken,) = town.mms.taken
    assert taken.sound.startswith(b"#!AMR\n")
    assert len(await town.sms.heard("submit")) == 1
    # who hangs up before the tone is told of once the minute is over, however often it was tried
    missed = town.site.subscriber()
    for _ in range(2):
        await asyncio.to_thread(hang_up_early, town.telephone, missed)
    notice = await town.notice(missed, Channel.SMS, becomes=NoticeStatus.DELIVERED)
    assert notice.kind is NoticeKind.MISSED_CALL
