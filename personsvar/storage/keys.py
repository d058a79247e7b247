"""The keys that recordings are encrypted with: one for each mailbox, wrapped by the installation's key.

That one is wrapped by the master key, which is kept outside the database. A service unwraps it once and
keeps it in memory; a mailbox's key is unwrapped each time, in some millionths of a second, and not kept.
A recording is bound to its own number, its mailbox and its key: what was put in another row, or under another
mailbox, is not opened.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy import column as named
from sqlalchemy.sql.selectable import FromClause

from personsvar.encryption.sealing import UnsealError, fresh_key, seal, unseal
from personsvar.mailbox.errors import MasterKeyError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.storage.columns import Id
from personsvar.storage.inserting import unless_there
from personsvar.storage.prepared import one_of
from personsvar.storage.tables import installation_keys, mailbox_keys, sounds, subscribers

ALAW, AMR, WAVEFORM, TRANSCRIPT = "alaw", "amr", "waveform", "transcript"
KEPT_OPEN = 8
"""So many installation keys stay in memory: there are two while one is rotated."""


class MasterKey(Protocol):
    """What wraps the installation's key, and is kept where the database is not."""

    def wrap(self, key: bytes) -> bytes:
        """Raise MasterKeyError."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raise MasterKeyError when it can't be had, or is another."""
        ...


@dataclass(frozen=True)
class NoMasterKey:
    """None is given: what is encrypted can't be read, and no key can be made."""

    what_to_do: str = "give the store one"

    def wrap(self, key: bytes) -> bytes:  # noqa: ARG002 - there is nothing to wrap it with
        raise MasterKeyError(f"there is no master key: {self.what_to_do}")

    def unwrap(self, wrapped: bytes) -> bytes:  # noqa: ARG002 - as above
        raise MasterKeyError(f"recordings are encrypted, and there is no master key: {self.what_to_do}")


@dataclass
class InstallationKeys:
    """Unwrapped by the master key when they are first needed; any number of threads may ask."""

    master: MasterKey
    _opened: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict, repr=False)
    """By what they are wrapped as: an id may be given again when a transaction is undone."""
    _mutex: Lock = field(default_factory=Lock, repr=False)

    def opened(self, wrapped: bytes) -> bytes:
        """Raise MasterKeyError."""
        with self._mutex:
            if wrapped not in self._opened:
                self._opened[wrapped] = self.master.unwrap(wrapped)
                while len(self._opened) > KEPT_OPEN:
                    self._opened.popitem(last=False)
            return self._opened[wrapped]

    def made(self) -> bytes:
        """A new one, wrapped: what can't be unwrapped again is not taken."""
        key = fresh_key()
        wrapped = self.master.wrap(key)
        if self.master.unwrap(wrapped) != key:
            raise MasterKeyError("the master key unwraps something else than it wrapped: nothing was changed")
        return wrapped


@dataclass(frozen=True, slots=True)
class MailboxKey:
    """It seals a mailbox's recordings, and opens them."""

    id: int
    mailbox: Number
    key: bytes = field(repr=False)

    def seal(self, content: bytes, sound: SoundId, form: str) -> bytes:
        return seal(self.key, content, about=self._about(sound, form))

    def unseal(self, sealed: bytes, sound: SoundId, form: str) -> bytes:
        """Raise UnsealError."""
        return unseal(self.key, sealed, about=self._about(sound, form))

    def _about(self, sound: SoundId, form: str) -> bytes:
        return f"{form} {sound} of {self.mailbox} by {self.id}".encode()


@dataclass(frozen=True, slots=True)
class SoundPlace:
    """Where a new recording goes: under which id, and sealed with which key if it is to be."""

    sound: SoundId
    key: MailboxKey | None


class SqlMailboxKeys:
    def __init__(self, connection: Connection, keys: InstallationKeys) -> None:
        self._connection = connection
        self._keys = keys

    def place(self, owner: Number) -> SoundPlace:
        """Its owner's row is held, so that the key does not go before what it seals.

        Raise UnknownSubscriberError, MasterKeyError.
        """
        row = one_of(self._connection, _place(self._connection.dialect.name), owner=owner)
        if row is None:
            raise UnknownSubscriberError("no subscriber has that number")
        return SoundPlace(SoundId(row.sound), None if row.newest is None else self._for_new(row, owner))

    def of_mailbox(self, owner: Number) -> MailboxKey | None:
        """As `place`, for a recording that has its id. None: recordings are not to be encrypted."""
        row = one_of(self._connection, _key(), owner=owner)
        if row is None:
            raise UnknownSubscriberError("no subscriber has that number")
        return None if row.newest is None else self._for_new(row, owner)

    def opened(self, row: Any) -> MailboxKey:
        """Of a row that holds `KEY_COLUMNS`. Raise UnsealError when the key is gone or damaged."""
        key = self._key_of(row, row.key_owner)
        if key is None:
            raise UnsealError("its key is gone")
        return key

    def _for_new(self, row: Any, owner: Number) -> MailboxKey:
        try:
            return self._key_of(row, owner) or self._made(owner, row.newest)
        except UnsealError as damaged:  # what comes in waits in the spool
            raise MasterKeyError("a mailbox's key is damaged in the database") from damaged

    def _key_of(self, row: Any, owner: Number) -> MailboxKey | None:
        if row.wrapped is None:
            return None
        return MailboxKey(row.key, owner, unwrapped(self._keys, row.wrapped, row.wrapper, owner))

    def _made(self, owner: Number, newest: int) -> MailboxKey:
        by = select(installation_keys.c.wrapped).where(installation_keys.c.id == newest)
        held = by.with_for_update(read=True, key_share=True)
        wrapper = self._connection.execute(held).scalar_one_or_none()
        key, made = fresh_key(), None
        if wrapper is not None:
            values = {
                "mailbox": owner,
                "wrapped_by": newest,
                "wrapped": wrapped(self._keys.opened(wrapper), key, owner),
            }
            made = unless_there(self._connection, mailbox_keys, values, mailbox_keys.c.id)
        if made is not None:
            return MailboxKey(made, owner, key)
        again = self.of_mailbox(owner)  # in this moment another made it, or the newest became another
        if again is None:
            raise MasterKeyError("the encryption of recordings was turned off in this moment")
        return again


def wrapped(wrapper: bytes, key: bytes, owner: Number) -> bytes:
    return seal(wrapper, key, about=f"key of {owner}".encode())


def unwrapped(keys: InstallationKeys, wrapped: bytes, wrapper: bytes, owner: Number) -> bytes:
    """Raise MasterKeyError, or UnsealError when it is damaged or another mailbox's."""
    return unseal(keys.opened(wrapper), wrapped, about=f"key of {owner}".encode())


def make_installation_key(connection: Connection, keys: InstallationKeys) -> int:
    """From now on recordings are encrypted. Raise MasterKeyError: nothing was changed."""
    wrapped = keys.made()
    values = {"made_at": datetime.now(UTC), "in_use": True, "wrapped": wrapped}
    row = insert(installation_keys).values(values).returning(installation_keys.c.id)
    return int(connection.execute(row).scalar_one())


KEY_COLUMNS = (
    mailbox_keys.c.id.label("key"),
    mailbox_keys.c.mailbox.label("key_owner"),
    mailbox_keys.c.wrapped.label("wrapped"),
    installation_keys.c.wrapped.label("wrapper"),
)


def with_key(rows: FromClause, key_id: ColumnElement[Any]) -> FromClause:
    """The rows, each with its key where it has one."""
    keyed = rows.join(mailbox_keys, mailbox_keys.c.id == key_id, isouter=True)
    return keyed.join(installation_keys, installation_keys.c.id == mailbox_keys.c.wrapped_by, isouter=True)


def newest() -> Select[Any]:
    """The installation key in use; none, and recordings are stored as they are."""
    return select(func.max(installation_keys.c.id)).where(installation_keys.c.in_use)


@cache
def _place(dialect: str) -> Select[Any]:
    """As `_key`, with the id of the next recording. What comes in waits for nobody who changes its owner."""
    placed = _keyed().add_columns(_next_sound(dialect).label("sound"))
    return placed.with_for_update(read=True, key_share=True, of=subscribers)


@cache
def _key() -> Select[Any]:
    """The owner's row is held as a foreign key holds it: it may change, and not go."""
    return _keyed().with_for_update(read=True, key_share=True, of=subscribers)


def _keyed() -> Select[Any]:
    found = select(newest().scalar_subquery().label("newest"), *KEY_COLUMNS)
    keyed = subscribers.join(mailbox_keys, mailbox_keys.c.mailbox == subscribers.c.number, isouter=True)
    keyed = keyed.join(installation_keys, installation_keys.c.id == mailbox_keys.c.wrapped_by, isouter=True)
    return found.select_from(keyed).where(subscribers.c.number == bindparam("owner"))


def _next_sound(dialect: str) -> ColumnElement[int]:
    """The id of the next recording, before its row is there: what is sealed is bound to it."""
    if dialect == "postgresql":
        return literal_column(f"nextval(pg_get_serial_sequence('{sounds.name}', 'id'))", Id)
    given = table("sqlite_sequence", named("name"), named("seq"))
    last = select(given.c.seq).where(given.c.name == sounds.name).scalar_subquery()
    return func.coalesce(last, 0, type_=Id) + 1
