"""One message of a folder, as FETCH and SEARCH look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.vvm.imap.mime.mime_mail import MimeMail


@dataclass(frozen=True, slots=True)
class ImapMessage:
    number: int
    """Its place in the folder as this session counts."""
    uid: int
    flags: frozenset[str]
    internal_date: datetime
    mail: MimeMail
