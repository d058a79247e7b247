"""From a message to its words by SMS, in the e-mail copy and for the operator's systems, by a server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import wording
from personsvar.gateways.transcripts.http_transcriber import HttpTranscriber
from personsvar.gateways.transcripts.transcript_gateway import TranscriptGateway
from personsvar.gateways.webhooks.webhook_events import event
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.load import Load
from personsvar.notifier.outbox.retry_policy import RetryPolicy
from personsvar.notifier.words.rendering import Rendered, Text
from tests.fakes.listener import judged_by_words
from tests.unit.gateways.transcripts.desk import LIMITS, TranscriptDesk
from tests.wire.gateway_options import transcriber_options
from tests.wire.http_peer import HttpPeer, answer, http_peer
from tests.wire.letters import rendered
from tests.wire.speech_answers import SAID, WHISPER_CPP, written

pytestmark = pytest.mark.anyio
HEARD = answer(200, written(WHISPER_CPP).decode())


async def one_round(desk: TranscriptDesk, peer: HttpPeer) -> None:
    options = transcriber_options(f"http://127.0.0.1:{peer.port}")
    engine = HttpTranscriber(options, clock=desk.clock, jitter=lambda: 0.5)
    gateway = TranscriptGateway(desk.services, engine, judged_by_words, desk.threads)
    await gateway.open()
    try:
        policy = RetryPolicy(LIMITS, desk.clock.now, lambda: 0.5)
        lane = Lane(Channel.TRANSCRIPT, gateway, Ledger(desk.services), policy, desk.threads, Load(1, 1))
        assert await lane.round() == 1
    finally:
        await gateway.close()


def only(desk: TranscriptDesk, kind: NoticeKind, channel: Channel) -> Notice:
    [found] = [notice for notice in desk.notices(channel) if notice.kind is kind]
    return found


def told(desk: TranscriptDesk, kind: NoticeKind, channel: Channel) -> Rendered:
    return rendered(desk.services, only(desk, kind, channel))


async def test_a_message_is_told_in_words_everywhere_and_its_own_sms_waited_for_nothing(
    desk: TranscriptDesk,
) -> None:
    desk.wish(transcript_sms=True)
    message, now = desk.leave(), desk.clock.now()
    assert only(desk, NoticeKind.NEW_MESSAGE, Channel.SMS).next_at == now
    assert only(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL).next_at == now + timedelta(minutes=10)
    desk.clock.go_on(seconds=30)
    async with http_peer(lambda _: HEARD) as peer:
        await one_round(desk, peer)
    text = told(desk, NoticeKind.MESSAGE_TRANSCRIBED, Channel.SMS).content_as(Text).text
    assert text == '+47 900 00 002: "Hei, det er Kari (?)."'
    posted = told(desk, NoticeKind.MESSAGE_TRANSCRIBED, Channel.WEBHOOK)
    of_words = json.loads(event(posted))["data"]
    assert (of_words["message"], of_words["transcript"]["text"]) == (message, SAID)
    assert only(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL).next_at == desk.clock.now()
    mail = told(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL)
    assert "Hei, det er Kari (?)." in wording().text(mail_content(mail, None), "nb")
    assert "nb-whisper-small (http 127.0.0.1)" in wording().page(mail_content(mail, None), "nb")


async def test_a_mail_that_waits_goes_at_once_when_there_will_be_no_words(desk: TranscriptDesk) -> None:
    desk.leave()
    async with http_peer(lambda _: answer(400)) as peer:
        await one_round(desk, peer)
    assert only(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL).next_at == desk.clock.now()
    mail = told(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL)
    assert mail_content(mail, None).understanding == ""


async def test_what_an_engine_wrote_is_not_told_where_there_is_none_any_more(desk: TranscriptDesk) -> None:
    desk.leave()
    async with http_peer(lambda _: HEARD) as peer:
        await one_round(desk, peer)
    desk.services = replace(desk.services, rules=replace(desk.services.rules, transcripts=False))
    assert mail_content(told(desk, NoticeKind.NEW_MESSAGE, Channel.EMAIL), None).understanding == ""
