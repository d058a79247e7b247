"""What an account in use has is made into AMR before it is asked for: in what order, how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.visual.pre_encoder import BATCH, PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.session_figures import SessionFigures
from personsvar.voice.encode.pool import PoolEncoder
from personsvar.voice.encoder import ClientGreeting, EncodingFailedError
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases
from tests.wire.until import until

pytestmark = pytest.mark.anyio
AT_ONCE = 2
BROKEN = b"broken"


@dataclass
class HeldEncoder:
    """An encoder that is let do one recording after the other, and notes which it began."""

    missing: str | None = None
    asked: int = 0
    """How often whether it can do anything."""
    began: list[bytes] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    given_up: int = 0
    _let: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    at_once = AT_ONCE

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def why_not(self) -> str | None:
        self.asked += 1
        return self.missing

    def let(self, many: int) -> None:
        for _ in range(many):
            self._let.release()

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes:
        assert bit_rate
        self.began.append(alaw)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self._let.acquire()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        finally:
            self.under_way -= 1
        if alaw == BROKEN:
            raise EncodingFailedError("it is broken")
        return b"#!AMR\n" + alaw

    async def greeting(self, amr: bytes, *, max_seconds: float) -> ClientGreeting:
        raise AssertionError(amr, max_seconds)


@dataclass
class Room:
    app: UseCases
    encoder: HeldEncoder
    recordings: Recordings
    pre_encoder: PreEncoder

    def leave(self, mailbox: Number, *said: bytes) -> list[SoundId]:
        with self.app.store.begin() as uow:
            sounds = []
            for number, alaw in enumerate(said):
                sound = uow.sounds.add(alaw, of=mailbox)
                spool_id = SpoolId(f"{mailbox}-{sound.id}-{number}")
                uow.messages.add(Message(MessageId(0), mailbox, spool_id, None, MONDAY, sound))
                sounds.append(sound.id)
            uow.commit()
        return sounds

    def activate(self, *mailboxes: Number, status: VisualStatus = VisualStatus.READY) -> None:
        with self.app.store.begin() as uow:
            for mailbox in mailboxes:
                uow.visual.put(VisualAccount(mailbox, VisualDialect.OMTP_13, status))
            uow.commit()

    def amr(self, sound: SoundId) -> bytes | None:
        with self.app.store.look() as uow:
            return uow.renditions.read(sound)


@asynccontextmanager
async def opened(encoder: HeldEncoder | None = None) -> AsyncIterator[Room]:
    app, encoder = UseCases(), encoder or HeldEncoder()
    for number in (KARI, OLA):
        app.add(Subscriber(number))
    with ThreadPoolExecutor(2) as threads:
        recordings = Recordings(app.services, encoder, threads, SessionFigures())
        pre_encoder = PreEncoder(app.services, threads, recordings)
        running = asyncio.create_task(pre_encoder.run())
        try:
            yield Room(app, encoder, recordings, pre_encoder)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await recordings.cancel()


def numbered(many: int, of: bytes = b"") -> list[bytes]:
    return [of + b"%03d" % number for number in range(many)]


async def test_all_that_an_account_in_use_has_is_encoded_the_newest_first() -> None:
    async with opened() as room:
        sounds = room.leave(KARI, *numbered(3 * BATCH + 1))
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        room.encoder.let(len(sounds))
        await until(lambda: all(room.amr(sound) for sound in sounds))
        assert room.encoder.began == numbered(3 * BATCH + 1)[::-1]


async def test_as_many_at_once_as_the_encoder_does_side_by_side_and_no_more() -> None:
    async with opened() as room:
        sounds = room.leave(KARI, *numbered(2 * BATCH))
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        await until(lambda: room.encoder.under_way == AT_ONCE)
        room.encoder.let(len(sounds))
        await until(lambda: all(room.amr(sound) for sound in sounds))
        assert room.encoder.most == AT_ONCE


async def test_none_is_encoded_twice_though_phones_ask_for_them_and_the_mailbox_changes_again() -> None:
    async with opened() as room:
        sounds = room.leave(KARI, *numbered(2 * BATCH))
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        await until(lambda: room.encoder.under_way)
        asked = [asyncio.create_task(room.recordings.amr(sound)) for sound in sounds * 3]
        for _ in sounds:
            room.pre_encoder.mailboxes_changed({KARI})
            room.encoder.let(1)
            await asyncio.sleep(0)
        fetched = await asyncio.gather(*asked)
        assert fetched == [b"#!AMR\n" + alaw for alaw in numbered(2 * BATCH)] * 3
        await until(lambda: not room.encoder.under_way)
        assert sorted(room.encoder.began) == numbered(2 * BATCH)


async def test_a_mailbox_with_many_holds_up_nobodys_new_message() -> None:
    async with opened() as room:
        room.leave(KARI, *numbered(10 * BATCH))
        room.activate(KARI, OLA)
        room.pre_encoder.mailboxes_changed({KARI})
        await until(lambda: room.encoder.under_way == AT_ONCE)
        (new,) = room.leave(OLA, b"new")
        room.pre_encoder.mailboxes_changed({OLA})
        room.encoder.let(2 * BATCH + AT_ONCE)
        await until(lambda: room.amr(new))
        assert len(room.encoder.began) <= 2 * BATCH + 2 * AT_ONCE


async def test_one_that_can_not_be_encoded_keeps_none_of_the_others_waiting_and_is_tried_once() -> None:
    async with opened() as room:
        said = numbered(3 * BATCH)
        said[BATCH], said[-1] = BROKEN, BROKEN
        sounds = room.leave(KARI, *said)
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        room.encoder.let(10 * BATCH)
        await until(lambda: all(room.amr(sound) for sound in (sounds[0], *sounds[BATCH + 1 : -1])))
        await until(lambda: not room.encoder.under_way)
        assert room.encoder.began.count(BROKEN) == 2


@pytest.mark.parametrize("status", [VisualStatus.PROVISIONED, VisualStatus.BLOCKED])
async def test_who_has_no_account_in_use_has_nothing_encoded(status: VisualStatus) -> None:
    async with opened() as room:
        room.leave(KARI, b"nobody fetches it")
        room.activate(KARI, status=status)
        (last,) = room.leave(OLA, b"last")
        room.activate(OLA)
        room.pre_encoder.mailboxes_changed({KARI})
        room.pre_encoder.mailboxes_changed({OLA})
        room.encoder.let(2)
        await until(lambda: room.amr(last))
        assert room.encoder.began == [b"last"]


async def test_where_nothing_can_be_encoded_nothing_is_tried() -> None:
    async with opened(HeldEncoder(missing="ffmpeg is not installed")) as room:
        room.leave(KARI, *numbered(3))
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        await until(lambda: room.encoder.asked)
        room.encoder.missing = None
        (last,) = room.leave(OLA, b"last")
        room.activate(OLA)
        room.pre_encoder.mailboxes_changed({OLA})
        room.encoder.let(4)
        await until(lambda: room.amr(last))
        assert room.encoder.began == [b"last"]


async def test_at_the_end_what_is_under_way_is_given_up() -> None:
    async with opened() as room:
        room.leave(KARI, *numbered(BATCH))
        room.activate(KARI)
        room.pre_encoder.mailboxes_changed({KARI})
        await until(lambda: room.encoder.under_way == AT_ONCE)
    assert (room.encoder.under_way, room.encoder.given_up) == (0, AT_ONCE)
    assert len(room.encoder.began) == AT_ONCE


async def test_the_pool_does_as_many_side_by_side_as_it_has_processes() -> None:
    assert PoolEncoder(processes=3).at_once == 3
