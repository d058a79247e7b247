"""SIGTERM: what is under way ends, no lease is left behind, and the next notifier goes on at once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import NoticeStatus
from tests.real.notices.notifiers import DELIVERED, ended_in_order, log_of, mailroom, smpp_to
from tests.real.notices.smsc import smsc

pytestmark = pytest.mark.anyio
SMS = 150
SETTINGS_ARE_WRONG = 2
"""The exit status."""
A_FEW_SECONDS = 30.0
"""Less than service managers wait before they kill."""


async def test_in_mid_flow_each_sms_goes_out_once_and_the_rest_waits_for_the_next_notifier() -> None:
    async with smsc() as far:
        with mailroom("", **await smpp_to(far), PERSONSVAR_SMS_PER_SECOND="20") as room:
            room.post(SMS)
            service = await room.notifier()
            await far.heard("submit", 20)
            await ended_in_order(service, within=A_FEW_SECONDS)
            left = room.notices()
            assert {notice.status for notice in left} == {NoticeStatus.SENT, NoticeStatus.READY}
            assert {notice.attempts for notice in left if notice.status is NoticeStatus.READY} == {0}
            await room.notifier(PERSONSVAR_SMS_PER_SECOND="0")
            await room.until_all_are()
            heard = room.settle_accounts(far)
            assert set(heard.values()) == {1}


async def test_an_smsc_that_hangs_holds_nobody_up_and_the_ledger_tells_what_nobody_knows() -> None:
    async with smsc(silent="submit", receipts=[DELIVERED]) as far:
        with mailroom("", **await smpp_to(far), PERSONSVAR_NOTICE_LEASE_SECONDS="60") as room:
            room.post(SMS)
            service = await room.notifier()
            written = len(await far.heard("submit", 10))
            await ended_in_order(service, within=A_FEW_SECONDS)
            assert not [line for line in log_of(service) if "level=error" in line]
            tries = [room.outcomes(notice) for notice in room.notices()]
            assert {notice.status for notice in room.notices()} == {NoticeStatus.READY}
            assert tries.count([AttemptOutcome.UNKNOWN]) == written
            assert tries.count([]) == SMS - written
            await far.order(set={"silent": ""})
            await room.notifier()
            await room.until_all_are(NoticeStatus.DELIVERED)
            heard = room.settle_accounts(far)
            assert heard.total() == SMS + written


async def test_while_nobody_is_there_it_ends_at_once() -> None:
    async with smsc(bind=0x0E) as far:
        with mailroom("", **await smpp_to(far)) as room:
            room.post(SMS)
            service = await room.notifier()
            await far.heard("bind", 2)
            await ended_in_order(service, within=A_FEW_SECONDS)
            assert {(it.status, it.attempts) for it in room.notices()} == {(NoticeStatus.READY, 0)}


def test_certificates_that_can_not_be_read_are_told_at_the_start_and_nothing_runs() -> None:
    """A notifier that is up and sends nothing would be the worst."""
    settings = {
        "PERSONSVAR_KANNEL_URL": "https://voicemail:secret@127.0.0.1:1/cgi-bin/sendsms",
        "PERSONSVAR_GATEWAY_CA": "/nowhere/ca.pem",
    }
    with mailroom("", **settings) as room:
        service = room.hire()
        with suppress(AssertionError):  # it may have answered for a moment
            service.start()
        assert service.ends_by_itself(within=20) == SETTINGS_ARE_WRONG
        assert "PERSONSVAR_GATEWAY_CA (/nowhere/ca.pem): No such file or directory" in service.tail()
        assert "Traceback" not in service.tail()
