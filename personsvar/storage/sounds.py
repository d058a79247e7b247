"""Recordings in the database: bytes in, bytes out, gone when nothing uses them; and the same as AMR-NB."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, exists, or_, select

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.storage.inserting import fresh_id, unless_there
from personsvar.storage.prepared import one_of
from personsvar.storage.tables import absences, greetings, messages, renditions, sounds

AT_ONCE = 500
"""A statement holds a limited number of values."""

_BYTES = select(sounds.c.alaw).where(sounds.c.id == bindparam("sound"))
_AMR = select(renditions.c.amr).where(renditions.c.sound_id == bindparam("sound"))


class SqlSounds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alaw: bytes) -> Sound:
        sound = SoundId(fresh_id(self._connection, sounds, {"alaw": alaw}))
        return Sound(sound, len(alaw) / SAMPLE_RATE)

    def read(self, sound: SoundId) -> bytes:
        row = one_of(self._connection, _BYTES, sound=sound)
        if row is None:
            raise KeyError(sound)
        return bytes(row.alaw)


class SqlRenditions:
    """The first one stored stays, as long as its sound."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, sound: SoundId) -> bytes | None:
        amr = self._connection.execute(_AMR, {"sound": sound}).scalar_one_or_none()
        return None if amr is None else bytes(amr)

    def keep(self, sound: SoundId, amr: bytes) -> bytes:
        values = {"sound_id": sound, "amr_bytes": len(amr), "amr": amr}
        if unless_there(self._connection, renditions, values, renditions.c.sound_id) is not None:
            return amr
        return self.read(sound) or amr


def drop_unused(connection: Connection, heard: Sequence[int]) -> None:
    """Delete those of `heard` that no message, greeting or absence uses any more."""
    used = or_(
        *(exists().where(table.c.sound_id == sounds.c.id) for table in (messages, greetings, absences))
    )
    for start in range(0, len(heard), AT_ONCE):
        some = heard[start : start + AT_ONCE]
        connection.execute(delete(sounds).where(sounds.c.id.in_(some), ~used))
