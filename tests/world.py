"""A whole mailbox service on paper: the same pages, sessions, spool and SQLite store as production.

Only the line, the clock, chance and the vault are the tests' own. `world.call(...)` is one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from personsvar.dialogue.call_session import DialogueContext
from personsvar.dialogue.manual import answer
from personsvar.intake.takes import SpoolTakes
from personsvar.language.prompts import Catalogue, PromptId
from personsvar.language.sentence import Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, MessageId, Number, Sealed, SoundId, SpoolId
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.message import Counts, Message, Sound, State
from personsvar.mailbox.model.notice import Channel, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.pin import hash_pin
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.phone import ALAW_RATE, HANG_UP, ScriptedPhone, SimulatedClock, Step, steps

PROMPTS = Path(__file__).parent.parent / "prompts"
OLA, KARI, STRANGER = Number("+4790000001"), Number("+4790000002"), Number("+4790000009")
ACCESS = "+4747471000"
PIN = "739154"
SILENT_SECOND = bytes([0xD5]) * ALAW_RATE


@cache
def catalogue() -> Catalogue:
    return Catalogue.load(PROMPTS / "catalogue")


@cache
def built_sounds() -> frozenset[str]:
    """The prompts that have a sound in both languages."""
    names = [{path.stem for path in (PROMPTS / "sounds" / lang).glob("*.alaw")} for lang in ("nb", "en")]
    return frozenset(names[0] & names[1])


@cache
def speech() -> bytes:
    """Somebody talking: the built prompts are speech."""
    return (PROMPTS / "sounds" / "nb" / "information.alaw").read_bytes()


@cache
def pin_hash(pin: str = PIN) -> str:
    return hash_pin(pin)


class CountingChance:
    """The same digits each time a test runs, never twice the same."""

    def __init__(self) -> None:
        self._next = 402918

    def digits(self, count: int) -> str:
        self._next = (self._next * 7 + 13) % 10**6
        return f"{self._next:0{count}d}"[-count:]


class OpenVault:
    """Seals by turning the digits round: enough to see that nobody reads a PIN unopened."""

    def seal(self, secret: str) -> Sealed:
        return Sealed(secret[::-1].encode())

    def open(self, sealed: Sealed) -> str:
        return sealed.decode()[::-1]


@dataclass
class World:
    store: Store
    spool: Path
    rules: Rules = field(default_factory=lambda: Rules(max_messages=5))
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    calls: int = 0

    def __post_init__(self) -> None:
        self.spool.mkdir(exist_ok=True)
        self.services = Services(
            self.store, self.clock, CountingChance(), OpenVault(), self.rules, NamedBankHolidays()
        )
        self.takes = SpoolTakes(self.services, self.spool)
        self.context = DialogueContext(self.services, self.takes)

    # ---- who is there

    def subscriber(self, number: Number = OLA, **facts: object) -> Subscriber:
        """A subscriber who has had the first call behind, unless told otherwise."""
        known = {"pin": pin_hash(), "welcomed": True} | facts
        subscriber = replace(Subscriber(number), **known)  # type: ignore[arg-type]
        with self.store.begin() as uow:
            uow.subscribers.add(subscriber)
            uow.commit()
        return subscriber

    def message(
        self,
        mailbox: Number = OLA,
        *,
        caller: Number | None = STRANGER,
        state: State = State.NEW,
        seconds: float = 20,
        urgent: bool = False,
        hours_ago: float = 1,
    ) -> Message:
        self.calls += 1
        alaw = (speech() * (round(seconds * ALAW_RATE) // len(speech()) + 1))[: round(seconds * ALAW_RATE)]
        with self.store.begin() as uow:
            message = uow.messages.add(
                Message(
                    MessageId(0),
                    mailbox,
                    SpoolId(f"m.{self.calls}"),
                    caller,
                    self.clock.now() - timedelta(hours=hours_ago),
                    uow.sounds.add(alaw, of=mailbox),
                    urgent=urgent,
                    state=state,
                    changed_at=None if state is State.NEW else self.clock.now(),
                )
            )
            uow.commit()
        return message

    def absence(
        self,
        mailbox: Number = OLA,
        *,
        hours: float = 1,
        begun_hours_ago: float = 1,
        reason: AbsenceReason | None = None,
        takes_messages: bool = True,
        says: bytes | None = None,
    ) -> Absence:
        """One that is on now, and ends in so many hours."""
        now = self.clock.now()
        with self.store.begin() as uow:
            absence = uow.absences.add(
                Absence(
                    AbsenceId(0),
                    mailbox,
                    now - timedelta(hours=begun_hours_ago),
                    now + timedelta(hours=hours),
                    reason,
                    takes_messages=takes_messages,
                    recording=None if says is None else uow.sounds.add(says, of=mailbox),
                )
            )
            uow.commit()
        return absence

    def failed_copy(self, number: int = 1, *, to: Number = OLA, channel: Channel = Channel.EMAIL) -> None:
        """A copy by e-mail that the mail server refused for good."""
        now, key = self.clock.now(), f"message:c.{number}:{channel}"
        with self.store.begin() as uow:
            uow.outbox.add(NewNotice(to, NoticeKind.NEW_MESSAGE, channel, key, now))
            claimed = uow.outbox.claim(channels=[channel], now=now, lease_seconds=60, limit=100)
            refused = [
                Settlement(it.id, it.lease or "", NoticeStatus.FAILED, error="550 no such mailbox")
                for it in claimed
            ]
            uow.outbox.settle(refused, now=now)
            uow.commit()

    # ---- calls

    def setup(
        self,
        caller: Number | None = OLA,
        *,
        diverted_from: Number | None = None,
        withheld: bool = False,
        vouched: bool = True,
        dialled: str = ACCESS,
    ) -> CallSetup:
        self.calls += 1
        uri = f"<sip:{caller}@operator.example.test>"
        return CallSetup(
            call_id=f"1772631120.{self.calls}",
            dialled=dialled,
            endpoint="trunk",
            trunk=True,
            sender=uri if caller else '"Anonymous" <sip:anonymous@anonymous.invalid>',
            asserted=(uri,) if caller and vouched else (),
            privacy=("id",) if withheld else (),
            diversion=(f"<sip:{diverted_from}@operator.example.test>;reason=no-answer",)
            if diverted_from
            else (),
        )

    def phone(self, setup: CallSetup, *script: str | Step) -> ScriptedPhone:
        return ScriptedPhone(
            setup,
            steps(*script),
            self.clock,
            speech=speech(),
            seconds_of=spoken_seconds,
            transactions_open=lambda: self.store.open_in_this_thread,  # type: ignore[attr-defined]
        )

    def call(self, *script: str | Step, caller: Number | None = OLA, **setup: object) -> ScriptedPhone:
        """One call; when the script is over the receiver goes down."""
        phone = self.phone(self.setup(caller, **setup), *script, HANG_UP)  # type: ignore[arg-type]
        answer(phone, self.context)
        return phone

    def caller_leaves(
        self, *script: str | Step, caller: Number | None = STRANGER, **setup: object
    ) -> ScriptedPhone:
        """A call to the subscriber that was not answered."""
        return self.call(*script, caller=caller, **{"diverted_from": OLA, **setup})

    # ---- what there is afterwards

    def messages(self, mailbox: Number = OLA) -> Sequence[Message]:
        with self.store.look() as uow:
            return uow.messages.list(mailbox)

    def counts(self, mailbox: Number = OLA) -> Counts:
        with self.store.look() as uow:
            return uow.messages.counts(mailbox)

    def who(self, number: Number = OLA) -> Subscriber:
        with self.store.look() as uow:
            subscriber = uow.subscribers.get(number)
        assert subscriber is not None
        return subscriber

    def notices(self, number: Number = OLA) -> Sequence[Notice]:
        """Oldest first."""
        with self.store.look() as uow:
            return uow.outbox.list(to=number)[::-1]

    def sound(self, sound: SoundId) -> bytes:
        with self.store.look() as uow:
            return uow.sounds.read(sound)


def said(phone: ScriptedPhone) -> list[str]:
    """The prompts that were said, in order, by name; a recording as «sound»."""
    return [
        part if isinstance(part, str) else "«sound»" for sentence in phone.said for part in sentence.parts
    ]


def words(phone: ScriptedPhone) -> str:
    """What was said, as text."""
    return " ".join(_words(part, sentence) for sentence in phone.said for part in sentence.parts)


def _words(part: object, sentence: Sentence) -> str:
    return catalogue().text(PromptId(part), sentence.language) if isinstance(part, str) else "«sound»"


@cache
def _letters(part: str) -> int:
    return len(catalogue().text(PromptId(part), "nb"))


def spoken_seconds(sentence: Sentence) -> float:
    """About as long as people take; every prompt must be in the catalogue and have a sound."""
    seconds = 0.0
    for part in sentence.parts:
        if isinstance(part, str):
            assert part in built_sounds(), f"the prompt {part} has no sound"
            seconds += 0.06 * _letters(part)
        elif isinstance(part, Sound):
            seconds += part.seconds
    return seconds
