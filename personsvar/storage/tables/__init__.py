"""The tables, a file a subject. A migration for each change stands in `storage/migrations/versions/`."""

from __future__ import annotations

from personsvar.storage.tables.access import (
    api_keys,
    audit_entries,
    import_jobs,
    kept_requests,
    login_codes,
    roles,
    web_sessions,
)
from personsvar.storage.tables.caller_names import caller_names, operator_names
from personsvar.storage.tables.calls import UNCOUNTED, call_backs, calls, locks
from personsvar.storage.tables.keys import installation_keys, mailbox_keys
from personsvar.storage.tables.messages import (
    greetings,
    messages,
    renditions,
    sounds,
    transcript_days,
    transcripts,
)
from personsvar.storage.tables.objects import loose_objects
from personsvar.storage.tables.outbox import notice_attempts, notice_parts, notices, receipts
from personsvar.storage.tables.parts import metadata
from personsvar.storage.tables.subscribers import absences, calendars, subscribers, visual_accounts
from personsvar.storage.tables.tallies import occurrences, tallies
from personsvar.storage.tables.upkeep import mailbox_changes, reckonings, warning_terms

__all__ = [
    "UNCOUNTED",
    "absences",
    "api_keys",
    "audit_entries",
    "calendars",
    "call_backs",
    "caller_names",
    "calls",
    "greetings",
    "import_jobs",
    "installation_keys",
    "kept_requests",
    "locks",
    "login_codes",
    "loose_objects",
    "mailbox_changes",
    "mailbox_keys",
    "messages",
    "metadata",
    "notice_attempts",
    "notice_parts",
    "notices",
    "occurrences",
    "operator_names",
    "receipts",
    "reckonings",
    "renditions",
    "roles",
    "sounds",
    "subscribers",
    "tallies",
    "transcript_days",
    "transcripts",
    "visual_accounts",
    "warning_terms",
    "web_sessions",
]
