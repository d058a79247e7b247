"""How full the mailbox is (RFC 2087), for clients that tidy up by themselves.

AOSP begins to archive above 75 %, and an iPhone removes messages from 80 % on, by the worst of what it is
told. So only what they see counts: what a mail program removed makes room by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import messages
from personsvar.mailbox.visual.amr import expected_bytes
from personsvar.mailbox.visual.folder_entry import Folder

_BASE64 = 4 / 3
_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Quota:
    kept: int
    """How many messages are in INBOX."""
    limit: int
    kilobytes: int
    """Their sound, as clients fetch it: units of 1,024 octets, rounded up."""
    kilobytes_limit: int
    """As many messages as the mailbox takes, each as long as may be."""


def quota(services: Services, mailbox: Number) -> Quota:
    rules = services.rules
    inbox = messages.entries(services, mailbox, Folder.INBOX)
    used = sum(expected_bytes(entry.seconds) for entry in inbox)
    limit = rules.max_messages * expected_bytes(rules.max_message_seconds)
    return Quota(len(inbox), rules.max_messages, _kilobytes(used), _kilobytes(limit))


def _kilobytes(sound: int) -> int:
    return -int(-sound * _BASE64 // _KILOBYTE)
