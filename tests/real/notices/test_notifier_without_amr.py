"""A machine whose ffmpeg has no AMR encoder (Debian's own, without libavcodec-extra)."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.world import RealChance, RealClock
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.notices.notifiers import Mailroom, log_of, mailroom, smpp_to
from tests.real.notices.smsc import smsc
from tests.tape import tone
from tests.unit.voice_encode.stand_ins import WITHOUT_AMR
from tests.wire.mmsc import running_mmsc
from tests.wire.until import until

pytestmark = pytest.mark.anyio
KARI = Number("+4790000002")


def leave_a_message(room: Mailroom) -> None:
    """For Kari, who wants MMS."""
    with room.store.begin() as uow:
        uow.subscribers.add(Subscriber(number=KARI, welcomed=True, wishes=Wishes(mms=True)))
        uow.commit()
    services = Services(
        room.store, RealClock(), RealChance(), FernetVault(new_key()), Rules(), NamedBankHolidays()
    )
    caller = Number("+4790000900")
    header = SpoolHeader(SpoolId("1700000000.1"), Purpose.MESSAGE, KARI, caller, datetime.now(UTC))
    take_in(services, header, alaw=tone(3))


async def test_it_is_said_once_at_the_start_and_a_message_goes_as_sms(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{WITHOUT_AMR}\n")
    program.chmod(0o755)
    async with running_mmsc() as mms, smsc() as sms:
        settings = {
            "PERSONSVAR_MM7_URL": mms.url.partition("?")[0],
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
        }
        with mailroom("", **await smpp_to(sms), **settings) as room:
            service = await room.notifier()
            await until(lambda: "event=ready" in service.log.read_text())
            (said,) = [line for line in log_of(service) if "AMR" in line]
            assert "level=warning" in said
            assert "recordings can not go out as MMS, SMS goes instead" in said
            assert "apt install ffmpeg libavcodec-extra" in said
            leave_a_message(room)
            (text,) = await sms.texts(1)
            assert text.startswith("Ny beskjed fra +47 900 00 900 i dag")
            await room.until_all_are(NoticeStatus.SENT, NoticeStatus.FAILED)
            by_channel = {notice.channel: notice for notice in room.notices()}
            assert by_channel[Channel.SMS].status is NoticeStatus.SENT
            assert by_channel[Channel.MMS].status is NoticeStatus.FAILED
            assert "libavcodec-extra" in (by_channel[Channel.MMS].error or "")
            assert not mms.sizes
