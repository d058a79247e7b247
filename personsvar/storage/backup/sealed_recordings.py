"""Recordings as they lie, sealed or not: nothing is opened, and no key is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, null, select

from personsvar.encryption.sealing import MORE_BYTES
from personsvar.storage.keys import ALAW
from personsvar.storage.objects import Objects
from personsvar.storage.tables import renditions, sounds


@dataclass(frozen=True, slots=True)
class SealedRecording:
    sound: int
    form: str
    key: int | None
    """Of the mailbox's key that it is sealed with; none, and the bytes are what was said."""
    content: bytes
    waveform: bytes | None = None
    """Sealed as the recording is; only some have one."""


@dataclass(frozen=True, slots=True)
class RecordingElsewhere:
    """In the object store: `row` lacks its bytes."""

    object_name: str
    row: SealedRecording

    def read_from(self, objects: Objects) -> SealedRecording | None:
        """None: it went in the meantime. Raise RecordingsAwayError."""
        content = objects.read(self.object_name)
        return None if content is None else replace(self.row, content=content)


def read_as_they_lie(
    connection: Connection, form: str, wanted: Sequence[int]
) -> Iterable[SealedRecording | RecordingElsewhere]:
    """Those of `wanted` that are there still."""
    if form == ALAW:
        found = select(sounds.c.id, sounds.c.key_id, sounds.c.alaw, sounds.c.waveform, sounds.c.object_name)
        here = found.where(sounds.c.id.in_(wanted))
    else:
        found = select(renditions.c.sound_id, renditions.c.key_id, renditions.c.amr, null(), null())
        here = found.where(renditions.c.sound_id.in_(wanted))
    for sound, key, content, waveform, name in connection.execute(here):
        drawn = None if waveform is None else bytes(waveform)
        lying = SealedRecording(sound, form, key, bytes(content), drawn)
        yield lying if name is None else RecordingElsewhere(name, lying)


def put_as_they_lay(connection: Connection, recordings: Sequence[SealedRecording]) -> None:
    """All of one form."""
    if not recordings:
        return
    if recordings[0].form == ALAW:
        rows = [
            {"id": it.sound, "alaw": it.content, "key_id": it.key, "waveform": it.waveform}
            for it in recordings
        ]
        connection.execute(insert(sounds), rows)
        return
    rows = [
        {
            "sound_id": it.sound,
            "amr_bytes": len(it.content) - (MORE_BYTES if it.key is not None else 0),
            "amr": it.content,
            "key_id": it.key,
        }
        for it in recordings
    ]
    connection.execute(insert(renditions), rows)
