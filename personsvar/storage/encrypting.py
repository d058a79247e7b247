"""Encryption turned on and off, how it stands, and another key of the installation, while calls go on.

What encrypts recordings that were stored before is in `recoding`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    exists,
    func,
    select,
    update,
)

from personsvar.encryption.sealing import UnsealError
from personsvar.mailbox.errors import MasterKeyError, UnknownSubscriberError
from personsvar.storage.keys import (
    make_installation_key,
    newest,
    unwrapped,
    wrapped,
)
from personsvar.storage.store import SqlStore
from personsvar.storage.tables import (
    installation_keys,
    mailbox_keys,
    sounds,
)

log = logging.getLogger(__name__)

KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class EncryptionStanding:
    """How it stands with an installation's recordings."""

    is_on: bool
    sealed: int
    plain: int
    mailbox_keys: int
    behind: int
    """Keys of mailboxes that an older key of the installation still wraps: a rotation was broken off."""
    wrapped: bytes | None
    """The installation's key, as the master key wraps it."""


def standing(store: SqlStore) -> EncryptionStanding:
    with store.reading() as connection:
        now = connection.execute(newest()).scalar_one()
        wrapped = select(installation_keys.c.wrapped).where(installation_keys.c.id == now)
        return EncryptionStanding(
            is_on=now is not None,
            sealed=_count(connection, sounds, sounds.c.key_id.is_not(None)),
            plain=_count(connection, sounds, sounds.c.key_id.is_(None)),
            mailbox_keys=_count(connection, mailbox_keys),
            behind=0 if now is None else _count(connection, mailbox_keys, mailbox_keys.c.wrapped_by != now),
            wrapped=connection.execute(wrapped).scalar_one_or_none(),
        )


def check_keys(store: SqlStore) -> bool:
    """Whether recordings are encrypted; the keys are unwrapped, so that no call has to wait for that.

    Raise MasterKeyError when one can't be that is needed.
    """
    with store.reading() as connection:
        wraps_some = exists().where(mailbox_keys.c.wrapped_by == installation_keys.c.id)
        needed = select(installation_keys.c.wrapped).where(installation_keys.c.in_use | wraps_some)
        found = connection.execute(needed).scalars().all()
    for key in found:
        store.keys.opened(key)
    return bool(found)


def turn_on(store: SqlStore) -> bool:
    """What comes in from now on is encrypted; False: it was so already. Raise MasterKeyError."""
    with store.writing() as connection:
        if connection.execute(newest()).scalar_one() is not None:
            return False
        make_installation_key(connection, store.keys)
        connection.commit()
    return True


def turn_off(store: SqlStore) -> None:
    """What comes in from now on is stored as it is. Keys stay: something may be sealed in this moment."""
    with store.writing() as connection:
        connection.execute(update(installation_keys).values(in_use=False))
        connection.commit()


def rotate(store: SqlStore) -> Iterator[int]:
    """Another key of the installation; yields how many keys of mailboxes it wraps, each time it does.

    One that was broken off is brought to its end first, and is all that is done then. What is damaged is
    wrapped by an older key for good.
    """
    with store.reading() as connection:
        now = connection.execute(newest()).scalar_one()
    if now is None:
        raise MasterKeyError("recordings are not encrypted: there is no key to rotate")
    was_broken_off = False
    for done in _wrapped_by(store, now):
        was_broken_off = True
        yield done
    if not was_broken_off:
        with store.writing() as connection:
            now = make_installation_key(connection, store.keys)
            connection.commit()
        yield from _wrapped_by(store, now)


def _wrapped_by(store: SqlStore, now: int) -> Iterator[int]:
    """How many are wrapped by that key from then on, page by page, until all are that can be."""
    more = True
    while more:
        more, after, last = False, 0, -1
        while after != last:
            last = after
            done, after = _rewrap(store, now, after)
            if done:
                more = True
                yield done
        more = more or not _remove_older(store, now)


def _rewrap(store: SqlStore, now: int, after: int) -> tuple[int, int]:
    """How many are wrapped anew, and the last one looked at. One that is damaged is left, and told of."""
    done = 0
    with store.writing() as connection:
        into = select(installation_keys.c.wrapped).where(installation_keys.c.id == now)
        by = store.keys.opened(connection.execute(into).scalar_one())
        for row in connection.execute(_older(now, after)).all():
            after = row.id
            try:
                key = unwrapped(store.keys, row.wrapped, row.wrapper, row.mailbox)
            except UnsealError:
                log.error("a mailbox's key is damaged: its recordings can't be read", extra={"key": row.id})
                continue
            values = {"wrapped": wrapped(by, key, row.mailbox), "wrapped_by": now}
            connection.execute(update(mailbox_keys).where(mailbox_keys.c.id == row.id), values)
            done += 1
        connection.commit()
    return done, after


def _older(now: int, after: int) -> Select[Any]:
    every = select(mailbox_keys, installation_keys.c.wrapped.label("wrapper")).join(installation_keys)
    some = every.where(mailbox_keys.c.wrapped_by != now, mailbox_keys.c.id > after)
    return some.order_by(mailbox_keys.c.id).limit(KEYS_AT_ONCE).with_for_update(of=mailbox_keys)


def _remove_older(store: SqlStore, now: int) -> bool:
    """Older keys that wrap nothing are gone; False: one has wrapped something in this moment."""
    wraps_some = exists().where(mailbox_keys.c.wrapped_by == installation_keys.c.id)
    try:
        with store.writing() as connection:
            connection.execute(delete(installation_keys).where(installation_keys.c.id < now, ~wraps_some))
            connection.commit()
    except UnknownSubscriberError:  # a broken foreign key: see `faults`
        return False
    return True


def _count(connection: Connection, table: Table, *which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one())
