"""What messages say, in words: beside the recording that it was heard in, sealed as that is, gone with it.

The words lie as one text in JSON, each with when it is heard and how sure the engine was of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select

from personsvar.encryption.sealing import UnsealError
from personsvar.mailbox.errors import SoundBrokenError, UnknownSubscriberError
from personsvar.mailbox.model.ids import MessageId, Number, SoundId
from personsvar.mailbox.model.transcript import (
    MessageTranscript,
    SpokenWord,
    Transcript,
    Understanding,
)
from personsvar.storage.inserting import add_up, upsert
from personsvar.storage.keys import KEY_COLUMNS, TRANSCRIPT, SqlMailboxKeys, with_key
from personsvar.storage.prepared import one_of, rows_of
from personsvar.storage.sounds import IS_ANOTHERS, opened
from personsvar.storage.tables import messages, sounds, transcript_days, transcripts

DAYS_KEPT = timedelta(days=31)
_named = messages.alias("named")
"""`IS_ANOTHERS` looks at messages by itself."""
_OF_MESSAGES = select(
    _named.c.id.label("message"), transcripts, IS_ANOTHERS.label("is_anothers"), *KEY_COLUMNS
).select_from(
    with_key(_named.join(sounds, sounds.c.id == _named.c.sound_id).join(transcripts), transcripts.c.key_id)
)
_BY_MESSAGE = _OF_MESSAGES.where(_named.c.id == bindparam("message_id"))
_BY_MAILBOX = _OF_MESSAGES.where(_named.c.mailbox == bindparam("owner")).order_by(_named.c.id)


class SqlTranscripts:
    def __init__(self, connection: Connection, keys: SqlMailboxKeys) -> None:
        self._connection = connection
        self._keys = keys
        self.changed: set[Number] = set()
        """Mailboxes whose open pages look again."""

    def get(self, message: MessageId) -> MessageTranscript | None:
        row = one_of(self._connection, _BY_MESSAGE, message_id=message)
        return None if row is None else self._opened(row)

    def some(self, messages: Collection[MessageId]) -> Mapping[MessageId, MessageTranscript]:
        rows = self._connection.execute(_OF_MESSAGES.where(_named.c.id.in_(messages)))
        return {made.message: made for made in self._each(rows.all())}

    def understood(self, messages: Collection[MessageId]) -> Mapping[MessageId, Understanding]:
        theirs = _named.join(transcripts, transcripts.c.sound_id == _named.c.sound_id)
        found = select(_named.c.id, transcripts.c.understanding).select_from(theirs)
        rows = self._connection.execute(found.where(_named.c.id.in_(messages)))
        return {MessageId(row.id): Understanding(row.understanding) for row in rows}

    def of_mailbox(self, mailbox: Number) -> Sequence[MessageTranscript]:
        return list(self._each(rows_of(self._connection, _BY_MAILBOX, owner=mailbox)))

    def put(self, made: MessageTranscript, *, of: SoundId) -> bool:
        held = {"message": made.message, "sound": of}
        row = self._connection.execute(_key_of_recording(), held).one_or_none()
        if row is None:
            return False
        values = _values_of(made) | self._sealed(row, of, _written(made.transcript.words))
        upsert(self._connection, transcripts, {"sound_id": of, **values}, transcripts.c.sound_id, values)
        self.changed.add(Number(row.mailbox))
        return True

    def remove_all(self, mailbox: Number) -> int:
        theirs = select(messages.c.sound_id).where(messages.c.mailbox == mailbox)
        gone = delete(transcripts).where(transcripts.c.sound_id.in_(theirs))
        self.changed.add(mailbox)
        return self._connection.execute(gone).rowcount

    def seconds_on(self, day: date) -> float:
        so_far = select(func.sum(transcript_days.c.seconds)).where(transcript_days.c.day == day)
        return float(self._connection.execute(so_far).scalar_one() or 0)

    def add_seconds(self, day: date, seconds: float) -> None:
        row = {"day": day, "seconds": seconds}
        add_up(self._connection, transcript_days, [row], transcript_days.c.seconds)
        old = delete(transcript_days).where(transcript_days.c.day < day - DAYS_KEPT)
        self._connection.execute(old)

    def _each(self, rows: Sequence[Any]) -> Iterator[MessageTranscript]:
        for row in rows:
            made = self._opened(row)
            if made is not None:
                yield made

    def _opened(self, row: Any) -> MessageTranscript | None:
        try:
            content = opened(self._keys, row, SoundId(row.sound_id), TRANSCRIPT)
        except SoundBrokenError:
            return None
        return _made_of(row, content)

    def _sealed(self, row: Row[Any], sound: SoundId, content: bytes) -> dict[str, Any]:
        """As its recording is, whose row is held: nobody encrypts that one in the meantime."""
        if row.key_id is None:
            return {"content": content, "key_id": None}
        try:
            key = self._keys.opened(row)
        except UnsealError as gone:
            raise UnknownSubscriberError("that recording's key is gone") from gone
        return {"content": key.seal(content, sound, TRANSCRIPT), "key_id": key.id}


def _written(words: Sequence[SpokenWord]) -> bytes:
    rows = [[it.text, it.starts_at, it.ends_at, it.probability] for it in words]
    return json.dumps(rows, ensure_ascii=False).encode()


def _values_of(made: MessageTranscript) -> dict[str, Any]:
    return {
        "understanding": made.understanding,
        "language": made.transcript.language,
        "engine": made.transcript.engine,
        "model": made.transcript.model,
        "made_at": made.made_at,
        "cpu_seconds": made.transcript.cpu_seconds,
    }


def _made_of(row: Any, content: bytes) -> MessageTranscript:
    words = tuple(SpokenWord(*each) for each in json.loads(content))
    heard = Transcript(words, row.language, row.engine, row.model, row.cpu_seconds)
    return MessageTranscript(MessageId(row.message), heard, Understanding(row.understanding), row.made_at)


@cache
def _key_of_recording() -> Select[Any]:
    """Of the message's recording, if it is that one still."""
    theirs = sounds.join(messages, messages.c.sound_id == sounds.c.id)
    keyed = select(messages.c.mailbox, sounds.c.key_id, *KEY_COLUMNS).select_from(
        with_key(theirs, sounds.c.key_id)
    )
    mine = messages.c.id == bindparam("message"), sounds.c.id == bindparam("sound")
    return keyed.where(*mine).with_for_update(read=True, of=sounds)
