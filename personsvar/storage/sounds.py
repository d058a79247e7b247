"""Recordings in the database: bytes in, bytes out, gone when nothing uses them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, select

from personsvar.mailbox.model import Sound, SoundId
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import greetings, messages, sounds

BYTES_A_SECOND = 8000


class SqlSounds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alaw: bytes) -> Sound:
        sound = SoundId(fresh_id(self._connection, sounds, {"alaw": alaw}))
        return Sound(sound, len(alaw) / BYTES_A_SECOND)

    def read(self, sound: SoundId) -> bytes:
        alaw = self._connection.execute(
            select(sounds.c.alaw).where(sounds.c.id == sound)
        ).scalar_one_or_none()
        if alaw is None:
            raise KeyError(sound)
        return bytes(alaw)


def drop_unused(connection: Connection, sound: SoundId) -> None:
    used = exists().where(messages.c.sound_id == sound) | exists().where(greetings.c.sound_id == sound)
    connection.execute(delete(sounds).where(sounds.c.id == sound, ~used))
