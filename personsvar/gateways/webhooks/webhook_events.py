"""What an event says. All have the same fields, `null` where a kind has nothing to tell; none holds a PIN."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from personsvar.mailbox.model.notice import Notice, NoticeKind
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.transcription.as_json import transcript_json
from personsvar.notifier.words.rendering import Rendered

EVENT_TYPES = {
    NoticeKind.NEW_MESSAGE: "message.new",
    NoticeKind.MISSED_CALL: "call.missed",
    NoticeKind.FIRST_PIN: "pin.first",
    NoticeKind.REQUESTED_PIN: "pin.requested",
    NoticeKind.LOGIN_CODE: "login.code",
    NoticeKind.PIN_CHANGED: "pin.changed",
    NoticeKind.GREETING_RECORDED: "greeting.recorded",
    NoticeKind.GREETING_NOT_RECORDED: "greeting.not_recorded",
    NoticeKind.LOGIN_ELSEWHERE: "login.elsewhere",
    NoticeKind.LOCKED_OUT: "mailbox.locked_out",
    NoticeKind.NEARLY_FULL: "mailbox.nearly_full",
    NoticeKind.SOON_DELETED: "message.soon_deleted",
    NoticeKind.ABSENCE_ON: "greeting.absence_on",
    NoticeKind.CALENDAR_FAILING: "calendar.failing",
    NoticeKind.MESSAGE_TRANSCRIBED: "message.transcribed",
}


def event(rendered: Rendered) -> str:
    """The same text for each try and each receiver."""
    notice = rendered.notice
    fields = {
        "type": EVENT_TYPES[notice.kind],
        "timestamp": written(notice.created_at),
        "data": {**_data(notice), "transcript": _transcript(rendered)},
    }
    return json.dumps(fields, ensure_ascii=False)


def event_id(notice: Notice) -> str:
    """The same for each try; the time in it tells installations and databases apart."""
    return f"notice-{notice.id}-{int(notice.created_at.timestamp())}"


def written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _data(notice: Notice) -> dict[str, object]:
    facts = notice.facts
    return {
        "notice": notice.id,
        "mailbox": notice.to,
        "message": facts.message,
        "caller": facts.caller,
        "at": None if facts.at is None else written(facts.at),
        "seconds": None if facts.seconds is None else round(facts.seconds, 1),
        "urgent": facts.urgent,
        "new_count": facts.new_count,
        "calls": facts.calls,
        "count": facts.count,
        "reason": None if facts.why is None else str(facts.why),
    }


def _transcript(rendered: Rendered) -> Mapping[str, object] | None:
    content = rendered.content
    return transcript_json(content) if isinstance(content, MessageTranscript) else None
