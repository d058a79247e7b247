"""A recording as AMR-NB at 12.2 kbit/s, in its storage format (RFC 4867, 5): the same bytes every time.

It is encoded once, by whoever needs it first; what was stored first is what every client gets. It goes
with the sound: a message that was lengthened, or is removed, has none of the old any more.
"""

from __future__ import annotations

from contextlib import suppress

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.services import Services

HEADER_BYTES = 6
FRAME_BYTES = 32
FRAME_SAMPLES = 160
LOOK_AHEAD_SAMPLES = 50
"""What the encoder (opencore-amr, by ffmpeg) hears before it begins."""


def amr(services: Services, sound: SoundId) -> bytes | None:
    """The recording as AMR; None when it was never encoded."""
    with services.store.look() as uow:
        return uow.renditions.read(sound)


def keep_amr(services: Services, sound: SoundId, amr: bytes) -> bytes:
    """What is kept, which is the first there was. A sound that is gone meanwhile keeps nothing."""
    with suppress(UnknownSubscriberError), services.store.begin() as uow:
        amr = uow.renditions.keep(sound, amr)
        uow.commit()
    return amr


def expected_bytes(seconds: float) -> int:
    """How long it will be, before it is encoded (a test holds it against the encoder)."""
    frames = (round(seconds * SAMPLE_RATE) + LOOK_AHEAD_SAMPLES) // FRAME_SAMPLES + 1
    return HEADER_BYTES + FRAME_BYTES * frames
