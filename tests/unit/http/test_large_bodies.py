"""Where bodies are large so many are read at once, and of one more not a byte, whatever its headers say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from personsvar.http.api.greeting_upload import greeting_upload_router
from personsvar.http.api.idempotency import HEADER
from personsvar.http.api.large_bodies import AT_ONCE
from personsvar.http.greeting_uploads import GreetingUploads
from tests.fakes.sound_makers import HereDecoder
from tests.unit.http.office import Office, problem
from tests.unit.http.test_api_greetings import GREETINGS, SPOKEN

LIMIT = 60


@dataclass
class Arriving:
    """A body that is sent once somebody reads it, and comes to its end when it may."""

    content: bytes
    may_end: asyncio.Event
    is_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.is_read.set()
        yield self.content[:1]
        await self.may_end.wait()
        yield self.content[1:]


@dataclass
class Sender:
    """Sends to one address, each time with another Idempotency-Key, or without."""

    client: httpx.AsyncClient
    path: str
    content_type: str
    with_key: bool
    sent: int = 0

    async def send(self, body: Arriving) -> httpx.Response:
        self.sent += 1
        told: Mapping[str, str] = {HEADER: f"upload-{self.sent}"} if self.with_key else {}
        return await self.client.post(
            self.path, content=body, headers={"Content-Type": self.content_type, **told}
        )


@pytest.mark.parametrize("with_key", [True, False])
@pytest.mark.parametrize(
    ("path", "content_type", "content", "done"),
    [
        (f"{GREETINGS}/personal", "audio/wav", SPOKEN, 201),
        ("/v1/imports", "text/csv", b"number\n90000002\n", 202),
    ],
)
def test_of_one_too_many_nothing_is_read(
    office: Office, path: str, content_type: str, content: bytes, done: int, *, with_key: bool
) -> None:
    services = office.backend.services
    office.routers.append(
        greeting_upload_router(services, office.guard, GreetingUploads(services, HereDecoder()))
    )
    holder = office.holder(office.guard.token)

    async def asked() -> None:
        transport = httpx.ASGITransport(holder.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=holder.headers
        ) as client:
            await _full_and_free_again(Sender(client, path, content_type, with_key), content, done)

    asyncio.run(asyncio.wait_for(asked(), LIMIT))


async def _full_and_free_again(sender: Sender, content: bytes, done: int) -> None:
    may_end, at_will = asyncio.Event(), asyncio.Event()
    at_will.set()
    bodies = [Arriving(content, may_end) for _ in range(AT_ONCE)]
    first = [asyncio.create_task(sender.send(body)) for body in bodies]
    await asyncio.gather(*(body.is_read.wait() for body in bodies))
    for _ in range(3):
        one_more = Arriving(content, at_will)
        answer = await sender.send(one_more)
        assert (problem(answer), one_more.is_read.is_set()) == ((503, "unavailable"), False)
        assert int(answer.headers["Retry-After"]) > 0
    may_end.set()
    assert [answer.status_code for answer in await asyncio.gather(*first)] == [done] * AT_ONCE
    assert (await sender.send(Arriving(content, at_will))).status_code == done
