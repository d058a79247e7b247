"""Keys of the HTTP API in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, or_, select, update

from personsvar.mailbox.errors import TakenError
from personsvar.mailbox.model.api_key import ApiKey, KeyUse, Scope
from personsvar.mailbox.model.ids import ApiKeyId
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import api_keys as keys


class SqlApiKeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey) -> ApiKey:
        given = unless_there(self._connection, keys, _values_of(key), keys.c.id)
        if given is None:
            raise TakenError("there is a key of that name already")
        return replace(key, id=ApiKeyId(given))

    def by_public_id(self, public_id: str) -> ApiKey | None:
        found = select(keys).where(keys.c.public_id == public_id)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _key_of(row)

    def list(self) -> Sequence[ApiKey]:
        rows = self._connection.execute(select(keys).order_by(keys.c.name, keys.c.id))
        return [_key_of(row) for row in rows]

    def revoke(self, name: str, *, at: datetime) -> bool:
        in_force = update(keys).where(keys.c.name == name, keys.c.revoked_at.is_(None))
        return self._connection.execute(in_force.values(revoked_at=at)).rowcount > 0

    def used(self, uses: Mapping[ApiKeyId, KeyUse]) -> None:
        for key in sorted(uses):  # in the same order everywhere: two processes never each wait for the other
            times, last = uses[key].times, uses[key].last_at
            is_later = or_(keys.c.last_used_at.is_(None), keys.c.last_used_at < last)
            here = update(keys).where(keys.c.id == key)
            self._connection.execute(
                here.values(
                    uses=keys.c.uses + times, last_used_at=case((is_later, last), else_=keys.c.last_used_at)
                )
            )

    def purge(self, *, before: datetime, limit: int) -> int:
        ended = func.coalesce(keys.c.revoked_at, keys.c.expires_at)
        some = select(keys.c.id).where(ended < before).limit(limit).with_for_update(skip_locked=True)
        return self._connection.execute(delete(keys).where(keys.c.id.in_(some))).rowcount


def _values_of(key: ApiKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "scopes": key.scopes,
        "public_id": key.public_id,
        "digest": key.digest,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
        "uses": key.uses,
    }


def _key_of(row: Row[Any]) -> ApiKey:
    return ApiKey(
        name=row.name,
        scopes=frozenset(map(Scope, row.scopes)),
        public_id=row.public_id,
        digest=row.digest,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        uses=row.uses,
        id=ApiKeyId(row.id),
    )
