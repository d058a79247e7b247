"""Who comes in by a page or by a program, and who did what."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, Table, text

from personsvar.storage.columns import Flags, Id, Moment, Words
from personsvar.storage.tables.parts import index_of_some, metadata, owner, row_id

# The page: codes for the log-in, who is in, and what was granted. Tokens and codes are kept as hashes.

login_codes = Table(
    "login_codes",
    metadata,
    Column("visit", Words, primary_key=True),
    owner("number"),
    Column("code", Words, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("wrong", Integer, nullable=False),
    Index("ix_login_codes_number", "number", "asked_at"),
    Index("ix_login_codes_asked_at", "asked_at"),
)
web_sessions = Table(
    "web_sessions",
    metadata,
    row_id(),
    owner("number"),
    Column("token", Words, nullable=False, unique=True),
    Column("role", Words, nullable=False),
    Column("device", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_web_sessions_number", "number", "seen_at"),
    sqlite_autoincrement=True,
)
roles = Table(
    "roles",
    metadata,
    owner("number", primary_key=True),
    Column("role", Words, primary_key=True),
    Column("granted_at", Moment, nullable=False),
)

# Keys of the HTTP API: of each secret a digest.

_IN_FORCE = text("revoked_at IS NULL")

api_keys = Table(
    "api_keys",
    metadata,
    row_id(),
    Column("name", Words, nullable=False),
    Column("scopes", Flags, nullable=False),
    Column("public_id", Words, nullable=False, unique=True),
    Column("digest", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
    Column("uses", Id, nullable=False),
    index_of_some("uq_api_keys_name", "name", of=_IN_FORCE, unique=True),
    sqlite_autoincrement=True,
)

# The audit trail: a row for each change that somebody made.

audit_entries = Table(
    "audit_entries",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("actor_kind", Words, nullable=False),
    Column("actor_name", Words, nullable=False),
    Column("action", Words, nullable=False),
    owner(nullable=True),
    Column("detail", Words, nullable=False),
    Index("ix_audit_entries_mailbox", "mailbox", "id"),
    Index("ix_audit_entries_actor", "actor_kind", "actor_name", "id"),
    Index("ix_audit_entries_action", "action", "id"),
    Index("ix_audit_entries_at", "at"),
    sqlite_autoincrement=True,
)

# Requests of programs that may come twice: what was answered to each, for a day.

kept_requests = Table(
    "kept_requests",
    metadata,
    Column("holder", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("status", Integer),
    Column("headers", JSON),
    Column("body", LargeBinary),
    owner(nullable=True, index=True),
    Index("ix_kept_requests_begun_at", "begun_at"),
)

# Files of subscribers that programs sent: sealed, for PINs may stand in them, until they are over.

import_jobs = Table(
    "import_jobs",
    metadata,
    row_id(),
    Column("actor_kind", Words, nullable=False),
    Column("actor_name", Words, nullable=False),
    Column("format", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("why", Words, nullable=False),
    Column("content", LargeBinary),
    Column("held_until", Moment),
    Index("ix_import_jobs_state", "state", "id"),
    Index("ix_import_jobs_created_at", "created_at"),
    sqlite_autoincrement=True,
)
"""`held_until`: so long it is in the hands of a process that works on it."""
