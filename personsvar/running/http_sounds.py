"""Sounds over HTTP: those that are made for players, and those that are uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox.services import Services
from personsvar.voice.encode.pool import PoolEncoder


@dataclass
class HttpSounds:
    """Its encoders are of HTTP's event loop; a process of each starts with the first who needs it."""

    services: Services
    encoder: PoolEncoder = field(default_factory=lambda: PoolEncoder(processes=1))
    decoder: PoolEncoder = field(default_factory=lambda: PoolEncoder(processes=1))
    """What is uploaded may take its time: in a process of its own it holds up nobody who listens."""

    @cached_property
    def playable(self) -> PlayableSounds:
        return PlayableSounds(self.services, self.encoder)

    @cached_property
    def uploads(self) -> GreetingUploads:
        return GreetingUploads(self.services, self.decoder)

    async def close(self) -> None:
        await self.encoder.close()
        await self.decoder.close()
