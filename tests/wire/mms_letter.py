"""The letter of a new message, as the outbox gives it to the MMS gateway."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.notice import Channel, Facts, Notice, NoticeKind, NoticeStatus
from personsvar.notifier.words.rendering import Multimedia, Rendered

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TEXT = "Ny beskjed fra +47 900 00 002 i dag kl. 12.59 (23 sek). Ring 47 47 10 00 for å lytte."
_ids = count(1)


def mms_letter(
    alaw: bytes | None,
    *,
    text: str = TEXT,
    subject: str = "Ny beskjed fra +47 900 00 002",
    to: str = "+4790000001",
    urgent: bool = False,
    created_at: datetime = NOON,
) -> Rendered:
    """Each of another notice."""
    notice = Notice(
        id=NoticeId(next(_ids)),
        to=Number(to),
        kind=NoticeKind.NEW_MESSAGE,
        channel=Channel.MMS,
        dedup_key="message:1700000000.1:mms",
        created_at=created_at,
        facts=Facts(message=MessageId(1), caller=Number("+4790000002"), urgent=urgent),
        address=None,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=created_at,
        lease="lease",
    )
    return Rendered(notice, "nb", Multimedia(text, subject, alaw))
