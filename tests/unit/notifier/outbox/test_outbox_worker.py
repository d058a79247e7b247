"""The post office: its gateways opened and closed, its lanes run, on a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

import pytest

from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.notifier.outbox import lane
from personsvar.notifier.outbox.outbox_worker import OutboxWorker
from personsvar.notifier.words.rendering import Rendered
from tests.real.spool import eventually
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes
from tests.unit.notifier.outbox.post import Post


@dataclass
class Shut(Post):
    async def open(self) -> None:
        raise FileNotFoundError(2, "No such file or directory")


def services(lanes: Lanes, gateways: dict[Channel, Post]) -> OutboxWorker:
    return OutboxWorker(gateways, lambda channel, gateway: lanes.lane(gateway, channel))


def test_a_gateway_that_can_not_be_opened_is_told_to_whoever_starts_it(lanes: Lanes) -> None:
    """A notifier that looks well and sends nothing would be the worst."""
    other = Post()
    it = services(lanes, {Channel.EMAIL: other, Channel.SMS: Shut()})
    with pytest.raises(FileNotFoundError):
        it.start()
    it.stop()
    assert (other.opened, other.closed) == (1, 1)


def test_a_gateway_of_two_channels_is_opened_once(lanes: Lanes) -> None:
    one = Post()
    it = services(lanes, {Channel.EMAIL: one, Channel.SMS: one})
    it.start()
    it.stop()
    assert (one.opened, one.closed) == (1, 1)


def test_stopped_while_a_gateway_hangs_it_leaves_no_lease_behind(
    backend: Backend, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even in a gateway that knows no end of its own."""
    monkeypatch.setattr(lane, "LAST_SECONDS", 0.1)
    monkeypatch.setattr(lane, "END_SECONDS", 0.1)
    which = lanes.backend.missed()
    asked = threading.Event()

    async def hang(_: Rendered) -> None:
        asked.set()
        await asyncio.Event().wait()

    it = services(lanes, {Channel.SMS: Post(meanwhile=hang)})
    it.start()
    assert asked.wait(10)
    it.stop()
    notice = backend.notice(which)
    assert (notice.status, notice.lease) == (NoticeStatus.READY, None)
    with backend.services.store.look() as uow:
        (attempt,) = uow.outbox.history(which).attempts
    assert (attempt.outcome, attempt.error) == (AttemptOutcome.UNKNOWN, "the service stopped")


def test_only_the_lanes_of_what_was_committed_look_at_once(
    backend: Backend, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look is a transaction: a message with one notice wakes one lane, and not all."""
    monkeypatch.setattr(lane, "POLL_SECONDS", 600.0)
    posts = {Channel.SMS: Post(), Channel.EMAIL: Post()}
    for channel in posts:
        backend.missed("1", channel)
    it = services(lanes, posts)
    it.start()
    try:
        eventually(lambda: taken(posts) == [1, 1], within=10, what="the first two")
        for channel in posts:
            backend.missed("2", channel)
        it.ring({Channel.EMAIL, Channel.LAMP})
        eventually(lambda: taken(posts) == [1, 2], within=10, what="the e-mail")
        it.ring({Channel.SMS})
        eventually(lambda: taken(posts) == [2, 2], within=10, what="the SMS")
    finally:
        it.stop()


def test_what_comes_in_quick_succession_is_taken_together(
    backend: Backend, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first after a pause at once; those behind it share a transaction, and with it a lease."""
    monkeypatch.setattr(lane, "GATHER_SECONDS", 2.0)
    post = Post()
    backend.missed("first")
    it = services(lanes, {Channel.SMS: post})
    it.start()
    try:
        eventually(lambda: len(post.taken) == 1, within=10, what="the first")
        for number in range(30):
            backend.missed(f"{number}")
            it.ring({Channel.SMS})
        eventually(lambda: len(post.taken) == 31, within=30, what="all of them")
    finally:
        it.stop()
    assert len({letter.notice.lease for letter in post.taken[1:]}) <= 3


def taken(posts: dict[Channel, Post]) -> list[int]:
    return [len(post.taken) for post in posts.values()]
