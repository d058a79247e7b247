"""What things are known by: numbers, ids, hashes."""

from __future__ import annotations

from typing import NewType

Number = NewType("Number", str)
"""A telephone number in E.164 form: `+4790000001`."""
MessageId = NewType("MessageId", int)
SoundId = NewType("SoundId", int)
GreetingId = NewType("GreetingId", int)
NoticeId = NewType("NoticeId", int)
CallBackId = NewType("CallBackId", int)
CallRecordId = NewType("CallRecordId", int)
AbsenceId = NewType("AbsenceId", int)
CalendarId = NewType("CalendarId", int)
AuditEntryId = NewType("AuditEntryId", int)
ApiKeyId = NewType("ApiKeyId", int)
ImportJobId = NewType("ImportJobId", int)
SpoolId = NewType("SpoolId", str)
"""The switch's unique id of the call that left the recording; also its file name in the spool."""
PinHash = NewType("PinHash", str)
"""A slow salted hash, self-describing (see `mailbox.pin`)."""
PasswordHash = NewType("PasswordHash", str)
"""Of a password made by the service, with its salt (see `mailbox.visual.password`)."""
Sealed = NewType("Sealed", bytes)
"""A secret encrypted at rest (see `ports.world.Vault`)."""
WebSessionId = NewType("WebSessionId", int)
TokenHash = NewType("TokenHash", str)
"""Of a long random token that a browser holds (see `mailbox.profile.tokens`)."""
