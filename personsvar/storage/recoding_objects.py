"""Recordings in the object store are encrypted, or back again, while calls go on (`recoding`).

Each becomes another object: the one before stays until its row names the new one, and goes a while after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, update

from personsvar.mailbox.errors import (
    MasterKeyError,
    SoundBrokenError,
    StoreUnavailableError,
    UnknownSubscriberError,
)
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.storage.keys import ALAW, MailboxKey, SqlMailboxKeys
from personsvar.storage.loose_objects import cross_out, doom, write_down
from personsvar.storage.objects import new_name
from personsvar.storage.sounds import content_of, opened, sound_row
from personsvar.storage.store import SqlStore
from personsvar.storage.tables import sounds

Beside = Callable[[Connection, SqlMailboxKeys, MailboxKey | None, SoundId], None]
"""It does the same with what is in the database: the waveform, the AMR and the transcript."""


@dataclass(frozen=True)
class ObjectRecoding:
    """`seals`, or opens."""

    store: SqlStore
    seals: bool
    beside: Beside

    def recode(self, sound: SoundId, owner: Number) -> bool:
        """False: it is gone, or was done or moved in the meantime, or can't be opened."""
        try:
            return self._recode(sound, owner)
        except (KeyError, UnknownSubscriberError):  # SoundBrokenError is one: the log tells of it
            return False

    def _recode(self, sound: SoundId, owner: Number) -> bool:
        with self.store.reading() as connection:
            row = sound_row(connection, sound)
            keys = SqlMailboxKeys(connection, self.store.keys)
        if row.object_name is None or (row.key_id is None) != self.seals:
            return False
        if not self.seals and row.key_owner != owner:
            raise SoundBrokenError(sound)
        alaw = opened(keys, row, sound, ALAW, content_of(row, sound, self.store.objects))
        key, name = self._planned(owner)
        self.store.objects.put(name, alaw if key is None else key.seal(alaw, sound, ALAW))
        return self._settled(row, sound, owner, key, name)

    def _planned(self, owner: Number) -> tuple[MailboxKey | None, str]:
        name = new_name()
        with self.store.writing() as connection:
            key = self._key(SqlMailboxKeys(connection, self.store.keys), owner)
            write_down(connection, [name])
            connection.commit()
        return key, name

    def _key(self, keys: SqlMailboxKeys, owner: Number) -> MailboxKey | None:
        """Its owner's row is held from here on."""
        key = keys.of_mailbox(owner)
        if self.seals and key is None:
            raise MasterKeyError("the encryption of recordings was turned off in the meantime")
        return key if self.seals else None

    def _settled(self, row: Any, sound: SoundId, owner: Number, key: MailboxKey | None, name: str) -> bool:
        key_id = None if key is None else key.id
        as_it_was = sounds.c.object_name == row.object_name, sounds.c.key_id.is_not_distinct_from(row.key_id)
        mine = update(sounds).where(sounds.c.id == sound, *as_it_was)
        with self.store.writing() as connection:
            keys = SqlMailboxKeys(connection, self.store.keys)
            is_same = self._key(keys, owner) == key
            done = is_same and bool(connection.execute(mine.values(object_name=name, key_id=key_id)).rowcount)
            if not done:
                doom(connection, name)
            elif not cross_out(connection, name):
                raise StoreUnavailableError("a recording was too long on its way to the object store")
            else:
                write_down(connection, [row.object_name], doomed=True)
                self.beside(connection, keys, key, sound)
            connection.commit()
        return done
