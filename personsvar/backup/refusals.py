"""Why a backup is not made or restored; each text is one line."""

from __future__ import annotations

from personsvar.mailbox.errors import MailboxError


class BackupRefusedError(MailboxError):
    """As things stand it can't be done; nothing was changed."""


class BackupDamagedError(BackupRefusedError):
    """A file is not what was written: changed, cut short, gone, or something else."""
