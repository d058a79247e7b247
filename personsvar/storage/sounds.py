"""Recordings in the database: bytes in, bytes out, gone when nothing uses them; and the same as AMR-NB.

Here they are sealed, before they go to where they lie, and opened when they come from there (`keys`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, exists, or_, select

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.errors import SoundBrokenError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.sealing import UnsealError
from personsvar.storage.inserting import fresh_id, unless_there
from personsvar.storage.keys import ALAW, AMR, KEY_COLUMNS, WAVEFORM, SqlMailboxKeys, with_key
from personsvar.storage.prepared import one_of
from personsvar.storage.tables import absences, greetings, mailbox_keys, messages, renditions, sounds

log = logging.getLogger(__name__)

AT_ONCE = 500
"""A statement holds a limited number of values."""

_USERS = (messages, greetings, absences)
_ANOTHERS = or_(
    *(
        exists().where(table.c.sound_id == sounds.c.id, table.c.mailbox != mailbox_keys.c.mailbox)
        for table in _USERS
    )
)
"""Something of another mailbox names it, which nothing of ours does."""


def _of_sound(content: ColumnElement[Any]) -> Select[Any]:
    row = select(content.label("content"), sounds.c.key_id, _ANOTHERS.label("is_anothers"), *KEY_COLUMNS)
    return row.select_from(with_key(sounds, sounds.c.key_id)).where(sounds.c.id == bindparam("sound"))


_BYTES, _WAVEFORM = _of_sound(sounds.c.alaw), _of_sound(sounds.c.waveform)
_AMR = (
    select(
        renditions.c.amr.label("content"), renditions.c.key_id, _ANOTHERS.label("is_anothers"), *KEY_COLUMNS
    )
    .select_from(with_key(renditions.join(sounds, sounds.c.id == renditions.c.sound_id), renditions.c.key_id))
    .where(renditions.c.sound_id == bindparam("sound"))
)


class SqlSounds:
    def __init__(self, connection: Connection, keys: SqlMailboxKeys) -> None:
        self._connection = connection
        self._keys = keys

    def add(self, alaw: bytes, *, of: Number, waveform: bytes | None = None) -> Sound:
        place = self._keys.place(of)
        values = {"id": place.sound, "alaw": alaw, "key_id": None, "waveform": waveform}
        if place.key is not None:
            values |= {"alaw": place.key.seal(alaw, place.sound, ALAW), "key_id": place.key.id}
            if waveform is not None:
                values["waveform"] = place.key.seal(waveform, place.sound, WAVEFORM)
        fresh_id(self._connection, sounds, values)
        return Sound(place.sound, len(alaw) / SAMPLE_RATE)

    def read(self, sound: SoundId) -> bytes:
        row = one_of(self._connection, _BYTES, sound=sound)
        if row is None:
            raise KeyError(sound)
        return opened(self._keys, row, sound, ALAW)

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


def opened(keys: SqlMailboxKeys, row: Any, sound: SoundId, form: str) -> bytes:
    """What a row holds. Raise SoundBrokenError, which the log tells of."""
    if row.key_id is None:
        return bytes(row.content)
    try:
        return _unsealed(keys, row, sound, form)
    except UnsealError as wrong:
        more = {"sound": sound, "form": form, "why": str(wrong)}
        log.error("a recording can't be opened: it is not what was stored, or its key is gone", extra=more)
        raise SoundBrokenError(sound) from wrong


def _unsealed(keys: SqlMailboxKeys, row: Any, sound: SoundId, form: str) -> bytes:
    if row.is_anothers:
        raise UnsealError("another mailbox names it")
    return keys.opened(row).unseal(bytes(row.content), sound, form)


def drop_unused(connection: Connection, heard: Sequence[int]) -> None:
    """Delete those of `heard` that no message, greeting or absence uses any more."""
    used = or_(*(exists().where(table.c.sound_id == sounds.c.id) for table in _USERS))
    for start in range(0, len(heard), AT_ONCE):
        some = heard[start : start + AT_ONCE]
        connection.execute(delete(sounds).where(sounds.c.id.in_(some), ~used))


@cache
def _key_of_sound() -> Select[Any]:
    keyed = select(sounds.c.key_id, *KEY_COLUMNS).select_from(with_key(sounds, sounds.c.key_id))
    return keyed.where(sounds.c.id == bindparam("sound")).with_for_update(read=True, of=sounds)
