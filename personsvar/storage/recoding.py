"""Recordings that were stored before are encrypted, or back again, while calls go on.

Each is read, sealed and written back in one transaction, which holds its owner's row and its own; whoever
reads it beside has it as it was, or as it is. A command that is broken off is gone on with by the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    exists,
    literal,
    or_,
    select,
    union_all,
    update,
)

from personsvar.mailbox.errors import MasterKeyError, SoundBrokenError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.storage.holding import hold_owners
from personsvar.storage.keys import (
    ALAW,
    AMR,
    KEY_COLUMNS,
    TRANSCRIPT,
    WAVEFORM,
    InstallationKeys,
    MailboxKey,
    SqlMailboxKeys,
    with_key,
)
from personsvar.storage.recoding_objects import ObjectRecoding
from personsvar.storage.rounds import in_rounds
from personsvar.storage.sounds import opened
from personsvar.storage.store import SqlStore
from personsvar.storage.tables import (
    absences,
    greetings,
    mailbox_keys,
    messages,
    renditions,
    sounds,
    subscribers,
    transcripts,
)

MADE_OF_SOUNDS: Sequence[tuple[Column[bytes], str]] = (
    (renditions.c.amr, AMR),
    (transcripts.c.content, TRANSCRIPT),
)
"""Each in a table with a row for a recording, sealed as that is."""
AT_ONCE = 20
"""Some megabytes a transaction: a deposit that waits behind it on SQLite waits for a tenth of a second."""
Recode = Callable[[Connection, InstallationKeys, SoundId, Number], bool]


def bring_over(store: SqlStore, pause: Callable[[], None]) -> Iterator[int]:
    """Encrypt what was stored before; yields how many each time some are. `pause` comes between.

    Until a round finds none: meanwhile a call that had begun before may have stored one more. What is made of
    a sealed one may be plain: a backup that was made meanwhile has it so.
    """
    elsewhere = ObjectRecoding(store, seals=True, beside=_seal_beside)
    wanted = or_(sounds.c.key_id.is_(None), _has_made_of_it(sealed=False))
    return _recoded(store, wanted, _seal, elsewhere, pause)


def take_back(store: SqlStore, pause: Callable[[], None]) -> Iterator[int]:
    """The other way: what can't be opened is left as it is, and the log tells of it."""
    elsewhere = ObjectRecoding(store, seals=False, beside=_open_beside)
    wanted = or_(sounds.c.key_id.is_not(None), _has_made_of_it(sealed=True))
    return _recoded(store, wanted, _open, elsewhere, pause)


def _has_made_of_it(*, sealed: bool) -> ColumnElement[bool]:
    """Of recordings whose AMR or transcript is so, whatever the recording itself is."""
    tables = [column.table for column, _ in MADE_OF_SOUNDS]
    so = [it.c.key_id.is_not(None) if sealed else it.c.key_id.is_(None) for it in tables]
    each = zip(tables, so, strict=True)
    return or_(*(exists().where(it.c.sound_id == sounds.c.id, is_so) for it, is_so in each))


def _recoded(
    store: SqlStore,
    wanted: ColumnElement[bool],
    recode: Recode,
    elsewhere: ObjectRecoding,
    pause: Callable[[], None],
) -> Iterator[int]:
    def some(after: int) -> tuple[int, int | None]:
        page = _page(store, wanted, after)
        return (_recode_some(store, page, recode, elsewhere), page[-1]) if page else (0, None)

    return in_rounds(some, pause)


def _page(store: SqlStore, wanted: ColumnElement[bool], after: int) -> Sequence[int]:
    some = select(sounds.c.id).where(wanted, sounds.c.id > after).order_by(sounds.c.id)
    with store.reading() as connection:
        return connection.execute(some.limit(AT_ONCE)).scalars().all()


def _recode_some(store: SqlStore, page: Sequence[int], recode: Recode, elsewhere: ObjectRecoding) -> int:
    """Those in the database all at once; those in the object store each by itself."""
    done = 0
    with store.writing() as connection:
        owners = _owners(connection, page)
        objects = _in_objects(connection, page)
        held = select(subscribers.c.number).where(subscribers.c.number.in_(set(owners.values())))
        hold_owners(connection, held)
        for sound, owner in sorted(owners.items()):
            done += recode(connection, store.keys, sound, owner)
        connection.commit()
    return done + sum(elsewhere.recode(sound, owners[sound]) for sound in objects if sound in owners)


def _in_objects(connection: Connection, page: Sequence[int]) -> Sequence[SoundId]:
    there = select(sounds.c.id).where(sounds.c.id.in_(page), sounds.c.object_name.is_not(None))
    return connection.execute(there.order_by(sounds.c.id)).scalars().all()


def _owners(connection: Connection, page: Sequence[int]) -> Mapping[SoundId, Number]:
    """Whose they are; one that nothing uses is nobody's, and one of several mailboxes is left as it is."""
    uses = union_all(
        *(
            select(table.c.sound_id, table.c.mailbox).where(table.c.sound_id.in_(page)).distinct()
            for table in (messages, greetings, absences)
        )
    )
    found: dict[SoundId, set[Number]] = {}
    for sound, mailbox in connection.execute(uses):
        found.setdefault(sound, set()).add(mailbox)
    return {sound: mailboxes.pop() for sound, mailboxes in found.items() if len(mailboxes) == 1}


def _seal(connection: Connection, keys: InstallationKeys, sound: SoundId, owner: Number) -> bool:
    try:
        key = SqlMailboxKeys(connection, keys).of_mailbox(owner)
    except UnknownSubscriberError:  # gone in this moment, and the recording with it
        return False
    if key is None:
        raise MasterKeyError("the encryption of recordings was turned off in the meantime")
    here = sounds.c.id == sound, sounds.c.object_name.is_(None)
    plain = select(sounds.c.alaw, sounds.c.waveform).where(*here, sounds.c.key_id.is_(None))
    row = connection.execute(_held(plain)).one_or_none()
    if row is None:
        return _is_held(connection, sound, sealed=True) and _seal_what_is_made_of_it(connection, key, sound)
    values = {"alaw": key.seal(bytes(row.alaw), sound, ALAW), "key_id": key.id}
    if row.waveform is not None:
        values["waveform"] = key.seal(bytes(row.waveform), sound, WAVEFORM)
    _write(connection, sounds, sounds.c.id == sound, **values)
    _seal_what_is_made_of_it(connection, key, sound)
    return True


def _seal_beside(connection: Connection, _: SqlMailboxKeys, key: MailboxKey | None, sound: SoundId) -> None:
    if key is None:
        return
    mine = sounds.c.id == sound
    waveform = connection.execute(select(sounds.c.waveform).where(mine)).scalar()
    if waveform is not None:
        _write(connection, sounds, mine, waveform=key.seal(bytes(waveform), sound, WAVEFORM))
    _seal_what_is_made_of_it(connection, key, sound)


def _is_held(connection: Connection, sound: SoundId, *, sealed: bool) -> bool:
    """It is done already, and stays so: what is made of it may be left, beside it or beside its object."""
    done = sounds.c.key_id.is_not(None) if sealed else sounds.c.key_id.is_(None)
    return (
        connection.execute(_held(select(sounds.c.id).where(sounds.c.id == sound, done))).first() is not None
    )


def _seal_what_is_made_of_it(connection: Connection, key: MailboxKey, sound: SoundId) -> bool:
    """Whether there was something that was not sealed. Whoever keeps such a thing from now on sees that its
    sound is.
    """
    found = False
    for column, form in MADE_OF_SOUNDS:
        table = column.table
        mine = table.c.sound_id == sound
        plain = select(column).where(mine, table.c.key_id.is_(None))
        content = connection.execute(plain).scalar()
        if content is not None:
            values = {column.name: key.seal(bytes(content), sound, form), "key_id": key.id}
            _write(connection, table, mine, **values)
            found = True
    return found


def _open(connection: Connection, keys: InstallationKeys, sound: SoundId, owner: Number) -> bool:
    by_mailbox = SqlMailboxKeys(connection, keys)
    mine = sounds.c.id == sound
    here = _sealed(sounds, sounds.c.alaw).where(mine, sounds.c.object_name.is_(None))
    try:
        row = connection.execute(_held(here, of=sounds)).one_or_none()
        if row is None or row.key_id is None:
            is_open = _is_held(connection, sound, sealed=False)
            return is_open and _open_what_is_made_of_it(connection, by_mailbox, sound, owner)
        if row.key_owner != owner:
            return False
        waveform = _open_waveform(connection, by_mailbox, sound)
        alaw = opened(by_mailbox, row, sound, ALAW)
        _write(connection, sounds, mine, alaw=alaw, waveform=waveform, key_id=None)
        _open_what_is_made_of_it(connection, by_mailbox, sound, owner)
    except SoundBrokenError:
        return False
    return True


def _open_beside(connection: Connection, keys: SqlMailboxKeys, _: MailboxKey | None, sound: SoundId) -> None:
    """Raise SoundBrokenError."""
    waveform = _open_waveform(connection, keys, sound)
    _write(connection, sounds, sounds.c.id == sound, waveform=waveform)
    _open_what_is_made_of_it(connection, keys, sound, None)


def _open_waveform(connection: Connection, keys: SqlMailboxKeys, sound: SoundId) -> bytes | None:
    """Raise SoundBrokenError."""
    here = _sealed(sounds, sounds.c.waveform).where(sounds.c.id == sound)
    drawn = connection.execute(here).one()
    return None if drawn.content is None else opened(keys, drawn, sound, WAVEFORM)


def _open_what_is_made_of_it(
    connection: Connection, keys: SqlMailboxKeys, sound: SoundId, owner: Number | None
) -> bool:
    """Whether there was something sealed. None: the recording was, so its owner was looked at.

    Raise SoundBrokenError.
    """
    found = False
    for column, form in MADE_OF_SOUNDS:
        table = column.table
        mine = table.c.sound_id == sound
        row = connection.execute(_sealed(table, column, owner).where(mine)).one_or_none()
        if row is not None and row.key_id is not None:
            values = {column.name: opened(keys, row, sound, form), "key_id": None}
            _write(connection, table, mine, **values)
            found = True
    return found


def _sealed(table: Table, content: ColumnElement[bytes], owner: Number | None = None) -> Select[Any]:
    is_anothers = literal(False) if owner is None else mailbox_keys.c.mailbox != owner
    found = select(content.label("content"), table.c.key_id, is_anothers.label("is_anothers"))
    return found.add_columns(*KEY_COLUMNS).select_from(with_key(table, table.c.key_id))


def _held(row: Select[Any], of: Table | None = None) -> Select[Any]:
    return row.with_for_update(of=of)


def _write(connection: Connection, table: Table, which: ColumnElement[bool], **values: object) -> None:
    connection.execute(update(table).where(which), values)
