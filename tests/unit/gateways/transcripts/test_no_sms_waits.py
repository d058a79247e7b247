"""However many messages wait to be written down, and however long the engine listens: no SMS waits for it."""

from __future__ import annotations

import asyncio

from personsvar.gateways.transcripts.transcript_gateway import TranscriptGateway
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind, NoticeStatus
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.load import Load
from personsvar.notifier.outbox.retry_policy import RetryPolicy
from tests.fakes.listener import FakeListener, judged_by_words
from tests.unit.gateways.transcripts.desk import LIMITS, TranscriptDesk
from tests.unit.notifier.outbox.post import Post

MANY = 1000


def many_that_wait(desk: TranscriptDesk, message: MessageId) -> None:
    now = desk.clock.now()
    with desk.services.store.begin() as uow:
        for number in range(MANY):
            kind, key = NoticeKind.TRANSCRIPT_WANTED, f"waits {number}"
            facts = Facts(message=message)
            uow.outbox.add(NewNotice(desk.owner.number, kind, Channel.TRANSCRIPT, key, now, facts))
        uow.commit()


def test_an_sms_goes_while_a_thousand_wait_and_the_engine_listens(desk: TranscriptDesk) -> None:
    many_that_wait(desk, desk.leave())
    post = Post()

    async def sms_meanwhile() -> None:
        listens, done = asyncio.Event(), asyncio.Event()

        async def for_ever() -> None:
            listens.set()
            await done.wait()

        engine = FakeListener(meanwhile=for_ever)
        gateway = TranscriptGateway(desk.services, engine, judged_by_words, desk.threads)
        policy = RetryPolicy(LIMITS, desk.clock.now, lambda: 0.5)

        def lane(channel: Channel, way: Post | TranscriptGateway, load: Load) -> Lane:
            return Lane(channel, way, Ledger(desk.services), policy, desk.threads, load)

        transcripts = lane(Channel.TRANSCRIPT, gateway, Load(1, 1))
        writing = asyncio.create_task(transcripts.run())
        await listens.wait()
        assert await lane(Channel.SMS, post, Load()).round() == 1
        assert len(engine.asked) == 1
        newest = [it.status for it in desk.notices()]
        assert (len(newest), newest.count(NoticeStatus.LEASED)) == (MANY, 1)
        assert newest.count(NoticeStatus.READY) == MANY - 1
        transcripts.stop()
        done.set()
        await writing
        await transcripts.end()

    asyncio.run(sms_meanwhile())
    assert [it.notice.kind for it in post.taken] == [NoticeKind.NEW_MESSAGE]
