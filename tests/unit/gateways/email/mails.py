"""E-mail letters for the tests, and the honest small things that stand around the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.notice import Channel, Facts, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import notice_facts
from personsvar.notifier.words.rendering import Mail, Rendered
from personsvar.voice.encoder import EncodingFailedError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLA = Subscriber(Number("+4790000001"), email="ola@example.test")
NEW = Facts(
    message=MessageId(7),
    caller=Number("+4790000002"),
    at=datetime(2026, 3, 2, 11, 32, tzinfo=UTC),
    seconds=23.2,
    new_count=2,
)


def letter(
    facts: Facts = NEW,
    *,
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    language: Language = "nb",
    address: str | None = "ola@example.test",
    alaw: bytes | None = b"\xd5" * 8000,
    number: int = 12,
) -> Rendered:
    """As the outbox writes them."""
    notice = Notice(
        id=NoticeId(number),
        to=OLA.number,
        kind=kind,
        channel=Channel.EMAIL,
        dedup_key=f"message:{number}:email",
        created_at=NOON,
        facts=facts,
        address=address,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=NOON,
        lease="t",
    )
    about = notice_facts(kind, facts, OLA, access=Number("+4747471000"), secret=None, now=NOON)
    text, subject, length = (write(about, language) for write in (texts.sms, texts.subject, texts.length))
    return Rendered(notice, language, Mail(text, subject, length, about, alaw))


def with_words(of: Rendered, *, text: str = "Hei", subject: str = "Emne") -> Rendered:
    return replace(of, content=replace(of.content_as(Mail), text=text, subject=subject))


def withheld() -> Facts:
    return replace(NEW, caller=None)


@dataclass
class SmallEncoder:
    """No MP3, but as an encoder behaves: shorter bytes that tell what they were made of, or a refusal."""

    refuses: bool = False
    made: list[int] = field(default_factory=list)

    async def mp3(self, alaw: bytes) -> bytes:
        self.made.append(len(alaw))
        if self.refuses:
            raise EncodingFailedError("a broken sound")
        return b"ID3" + alaw[::8]

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes:
        raise EncodingFailedError(f"no AMR at {bit_rate} of {len(alaw)} bytes")

    @property
    def can_amr(self) -> bool:
        return False


def written_down(of: Rendered, transcript: MessageTranscript | None) -> Rendered:
    return replace(of, content=replace(of.content_as(Mail), transcript=transcript))
