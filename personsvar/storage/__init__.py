"""The store in a database: SQLite or PostgreSQL. Nothing else imports sqlalchemy."""

from __future__ import annotations

from personsvar.storage.store import SqlStore
from personsvar.storage.versions import current, is_current, upgrade

__all__ = ["SqlStore", "current", "is_current", "upgrade"]
