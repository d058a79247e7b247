"""A notice that is handed over is one span, with what became of it."""

from __future__ import annotations

import asyncio

from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.notifier.delivery_errors import DeliveryError
from personsvar.open_telemetry import spans_to
from tests.fakes.collector import Collector, collecting
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes
from tests.unit.notifier.outbox.post import Post


def traced(lanes: Lanes, post: Post, collector: Collector) -> None:
    lane = lanes.lane(post, Channel.SMS)
    with spans_to(collector.url) as spans:
        lane.spans = spans
        asyncio.run(lane.round())


def test_a_notice_is_one_span(backend: Backend, lanes: Lanes) -> None:
    which = backend.missed()
    with collecting() as collector:
        traced(lanes, Post(), collector)
    (span,) = collector.spans
    notice = backend.notice(which)
    assert span.name == "notice"
    assert span.facts == {
        "personsvar.channel": "sms",
        "personsvar.kind": notice.kind.value,
        "personsvar.notice": notice.id,
        "personsvar.attempt": 1,
        "personsvar.status": notice.status.value,
    }
    assert backend.ola.number.removeprefix("+").encode() not in b"".join(collector.bodies)


def test_each_try_of_one_that_fails_is_one(backend: Backend, lanes: Lanes) -> None:
    which = backend.missed()
    busy = Post(fail=DeliveryError("system error"))
    with collecting() as collector:
        traced(lanes, busy, collector)
        backend.clock.time = backend.notice(which).next_at
        traced(lanes, busy, collector)
    assert [span.facts["personsvar.attempt"] for span in collector.spans] == [1, 2]
    assert {span.facts["personsvar.status"] for span in collector.spans} == {NoticeStatus.READY.value}
