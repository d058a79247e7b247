"""A new recording is brought to the object store before the transaction that names it begins.

So no transaction waits for anything but the database, and none names what is not there yet. What it will be
(its id, and the key it is sealed with) is settled here, and looked at again when it gets its row.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from personsvar.mailbox.errors import StoreUnavailableError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import NewSound
from personsvar.storage import loose_objects
from personsvar.storage.inserting import fresh_id
from personsvar.storage.keys import ALAW, WAVEFORM, SoundPlace, SqlMailboxKeys
from personsvar.storage.objects import new_name
from personsvar.storage.tables import sounds


@dataclass
class Brought:
    """It is in the object store, and waits for its row."""

    new: NewSound
    place: SoundPlace
    object_name: str
    has_row: bool = False
    is_kept: bool = False
    """The row is committed."""

    @property
    def key_id(self) -> int | None:
        return None if self.place.key is None else self.place.key.id

    @property
    def content(self) -> bytes:
        """As it lies there."""
        key = self.place.key
        return self.new.alaw if key is None else key.seal(self.new.alaw, self.place.sound, ALAW)

    def is_for(self, alaw: bytes, of: Number) -> bool:
        return not self.has_row and self.new.of == of and self.new.alaw == alaw


def planned(connection: Connection, keys: SqlMailboxKeys, new: NewSound) -> Brought | None:
    """Where it will go, written down; None where nobody has that number: whoever asked will find out."""
    try:
        place = keys.place(new.of)
    except UnknownSubscriberError:
        return None
    _reserve(connection, place.sound)
    brought = Brought(new, place, new_name())
    loose_objects.write_down(connection, [brought.object_name])
    return brought


def give_row(
    connection: Connection, keys: SqlMailboxKeys, brought: Brought, waveform: bytes | None = None
) -> SoundId:
    """Raise UnknownSubscriberError, and StoreUnavailableError when it is to be brought once more."""
    key = keys.of_mailbox(brought.new.of)
    if (None if key is None else key.id) != brought.key_id:
        raise StoreUnavailableError("the mailbox's key became another in this moment")
    if not loose_objects.cross_out(connection, brought.object_name):
        raise StoreUnavailableError("the recording was too long on its way")
    drawn = waveform if waveform is None or key is None else key.seal(waveform, brought.place.sound, WAVEFORM)
    which = {"id": brought.place.sound, "key_id": brought.key_id, "object_name": brought.object_name}
    fresh_id(connection, sounds, {"alaw": b"", "waveform": drawn, **which})
    brought.has_row = True
    return brought.place.sound


def _reserve(connection: Connection, sound: SoundId) -> None:
    """The id is taken from now on. PostgreSQL's sequences give none twice anyway."""
    if connection.dialect.name == "postgresql":
        return
    row = {"name": sounds.name, "sound": sound}
    here = text("UPDATE sqlite_sequence SET seq = :sound WHERE name = :name")
    if not connection.execute(here, row).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :sound)"), row)
