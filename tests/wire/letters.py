"""Letters as the worker hands them to a gateway, for the tests of gateways."""

from __future__ import annotations

from datetime import UTC, datetime

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.notice import Channel, Facts, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.services import Services
from personsvar.notifier.words.rendering import Rendered, Text, render

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLA = Number("+4790000001")


def letter(
    text: str = "",
    *,
    number: int = 12,
    to: Number = OLA,
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    channel: Channel = Channel.SMS,
    facts: Facts | None = None,
    attempts: int = 1,
    secret: str | None = None,
    created_at: datetime = NOW,
) -> Rendered:
    notice = Notice(
        id=NoticeId(number),
        to=to,
        kind=kind,
        channel=channel,
        dedup_key=f"{kind}:{number}:{channel}",
        created_at=created_at,
        facts=facts or Facts(),
        address=None,
        status=NoticeStatus.LEASED,
        attempts=attempts,
        next_at=created_at,
        lease="5f0c9a1ed00d4cafe0123456789abcde",
    )
    return Rendered(notice, "nb", Text(text, secret) if channel is Channel.SMS else None)


def rendered(services: Services, notice: Notice) -> Rendered:
    """As the outbox does it. Raise UndeliverableError."""
    (one,) = render(services, [notice])
    if isinstance(one, Exception):
        raise one
    return one
