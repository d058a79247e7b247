"""Recordings: bytes in, bytes out, gone when nothing uses them; and the same as AMR-NB.

They lie in their row, or in the object store under the name that stands there (`objects`). Here they are
sealed, before they go to where they lie, and opened when they come from there (`keys`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, or_, select

from personsvar.encryption.sealing import UnsealError
from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.errors import SoundBrokenError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.storage.bringing import Brought, give_row
from personsvar.storage.inserting import fresh_id, unless_there
from personsvar.storage.keys import ALAW, AMR, KEY_COLUMNS, WAVEFORM, SqlMailboxKeys, with_key
from personsvar.storage.loose_objects import removing_sounds
from personsvar.storage.objects import Objects
from personsvar.storage.prepared import one_of
from personsvar.storage.tables import absences, greetings, mailbox_keys, messages, renditions, sounds

log = logging.getLogger(__name__)

AT_ONCE = 500
"""A statement holds a limited number of values."""

_USERS = (messages, greetings, absences)
IS_ANOTHERS = or_(
    *(
        exists().where(table.c.sound_id == sounds.c.id, table.c.mailbox != mailbox_keys.c.mailbox)
        for table in _USERS
    )
)
"""Something of another mailbox names it, which nothing of ours does."""


def _of_sound(content: ColumnElement[Any]) -> Select[Any]:
    about = content.label("content"), sounds.c.object_name, sounds.c.key_id, IS_ANOTHERS.label("is_anothers")
    row = select(*about, *KEY_COLUMNS)
    return row.select_from(with_key(sounds, sounds.c.key_id)).where(sounds.c.id == bindparam("sound"))


_BYTES, _WAVEFORM = _of_sound(sounds.c.alaw), _of_sound(sounds.c.waveform)
_AMR = (
    select(
        renditions.c.amr.label("content"), renditions.c.key_id, IS_ANOTHERS.label("is_anothers"), *KEY_COLUMNS
    )
    .select_from(with_key(renditions.join(sounds, sounds.c.id == renditions.c.sound_id), renditions.c.key_id))
    .where(renditions.c.sound_id == bindparam("sound"))
)


class SqlSounds:
    """`brought`: what lies in the object store already, and gets its row here."""

    def __init__(
        self, connection: Connection, keys: SqlMailboxKeys, objects: Objects, brought: Brought | None = None
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._objects = objects
        self._brought = brought

    def add(self, alaw: bytes, *, of: Number, waveform: bytes | None = None) -> Sound:
        if self._brought is not None and self._brought.is_for(alaw, of):
            given = give_row(self._connection, self._keys, self._brought, waveform)
            return Sound(given, len(alaw) / SAMPLE_RATE)
        place = self._keys.place(of)
        values: dict[str, Any] = {"id": place.sound, "alaw": alaw, "key_id": None, "waveform": waveform}
        if place.key is not None:
            values |= {"alaw": place.key.seal(alaw, place.sound, ALAW), "key_id": place.key.id}
            if waveform is not None:
                values["waveform"] = place.key.seal(waveform, place.sound, WAVEFORM)
        fresh_id(self._connection, sounds, values)
        return Sound(place.sound, len(alaw) / SAMPLE_RATE)

    def read(self, sound: SoundId) -> bytes:
        row = sound_row(self._connection, sound)
        return opened(self._keys, row, sound, ALAW, content_of(row, sound, self._objects))

    def committed(self) -> None:
        if self._brought is not None:
            self._brought.is_kept = self._brought.has_row

    def waveform(self, sound: SoundId) -> bytes | None:
        row = one_of(self._connection, _WAVEFORM, sound=sound)
        if row is None:
            raise KeyError(sound)
        return None if row.content is None else opened(self._keys, row, sound, WAVEFORM)


class SqlRenditions:
    """The first one stored stays, as long as its sound."""

    def __init__(self, connection: Connection, keys: SqlMailboxKeys) -> None:
        self._connection = connection
        self._keys = keys

    def read(self, sound: SoundId) -> bytes | None:
        """One that can't be opened is none: the sound is encoded again."""
        row = one_of(self._connection, _AMR, sound=sound)
        try:
            return None if row is None else opened(self._keys, row, sound, AMR)
        except SoundBrokenError:
            return None

    def keep(self, sound: SoundId, amr: bytes) -> bytes:
        values = {"sound_id": sound, "amr_bytes": len(amr), **self._sealed(sound, amr)}
        if unless_there(self._connection, renditions, values, renditions.c.sound_id) is not None:
            return amr
        return self.read(sound) or amr

    def _sealed(self, sound: SoundId, amr: bytes) -> dict[str, Any]:
        """As its sound is, whose row is held: nobody encrypts that one in the meantime."""
        row = self._connection.execute(_key_of_sound(), {"sound": sound}).one_or_none()
        if row is None or row.key_id is None:
            return {"amr": amr, "key_id": None}
        try:
            key = self._keys.opened(row)
        except UnsealError as gone:
            raise UnknownSubscriberError("that sound's key is gone") from gone
        return {"amr": key.seal(amr, sound, AMR), "key_id": key.id}


def sound_row(connection: Connection, sound: SoundId) -> Any:
    """Raise KeyError."""
    row = one_of(connection, _BYTES, sound=sound)
    if row is None:
        raise KeyError(sound)
    return row


def content_of(row: Any, sound: SoundId, objects: Objects) -> bytes:
    """What lies in its place. Raise SoundBrokenError, which the log tells of, and RecordingsAwayError."""
    if row.object_name is None:
        return bytes(row.content)
    content = objects.read(row.object_name)
    if content is None:
        more = {"sound": sound, "object": row.object_name}
        log.error("a recording is gone from the object store", extra=more)
        raise SoundBrokenError(sound)
    return content


def opened(keys: SqlMailboxKeys, row: Any, sound: SoundId, form: str, content: bytes | None = None) -> bytes:
    """What a row holds, or its object. Raise SoundBrokenError, which the log tells of."""
    lying = bytes(row.content) if content is None else content
    if row.key_id is None:
        return lying
    try:
        return _unsealed(keys, row, sound, form, lying)
    except UnsealError as wrong:
        more = {"sound": sound, "form": form, "why": str(wrong)}
        log.error("a recording can't be opened: it is not what was stored, or its key is gone", extra=more)
        raise SoundBrokenError(sound) from wrong


def _unsealed(keys: SqlMailboxKeys, row: Any, sound: SoundId, form: str, lying: bytes) -> bytes:
    if row.is_anothers:
        raise UnsealError("another mailbox names it")
    return keys.opened(row).unseal(lying, sound, form)


def drop_unused(connection: Connection, heard: Sequence[int]) -> None:
    """Delete those of `heard` that no message, greeting or absence uses any more; their objects go later."""
    used = or_(*(exists().where(table.c.sound_id == sounds.c.id) for table in _USERS))
    for start in range(0, len(heard), AT_ONCE):
        some = heard[start : start + AT_ONCE]
        removing_sounds(connection, and_(sounds.c.id.in_(some), ~used))


@cache
def _key_of_sound() -> Select[Any]:
    keyed = select(sounds.c.key_id, *KEY_COLUMNS).select_from(with_key(sounds, sounds.c.key_id))
    return keyed.where(sounds.c.id == bindparam("sound")).with_for_update(read=True, of=sounds)
