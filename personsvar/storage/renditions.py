"""Recordings as AMR-NB in the database: the first one stored stays, as long as its sound."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from personsvar.mailbox.model import SoundId
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import renditions

_BYTES = select(renditions.c.amr).where(renditions.c.sound_id == bindparam("sound"))


class SqlRenditions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, sound: SoundId) -> bytes | None:
        amr = self._connection.execute(_BYTES, {"sound": sound}).scalar_one_or_none()
        return None if amr is None else bytes(amr)

    def keep(self, sound: SoundId, amr: bytes) -> bytes:
        values = {"sound_id": sound, "amr_bytes": len(amr), "amr": amr}
        if unless_there(self._connection, renditions, values, renditions.c.sound_id) is not None:
            return amr
        return self.read(sound) or amr
