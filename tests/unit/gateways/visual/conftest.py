from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from personsvar.gateways.no_gateway import NoGateway
from personsvar.gateways.sms.sms import Sms
from personsvar.gateways.visual.client_texts import VisualOptions
from personsvar.gateways.visual.visual_gateway import VisualGateway
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual.password import hash_password
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered
from personsvar.vvm.sms.values import Terms
from tests.unit.conftest import Backend
from tests.wire.letters import rendered

PASSWORD = "q7Hs0ZrK2m"
CALLER = Number("+4790000099")
OPTIONS = VisualOptions(
    host="vvm.example.test",
    port=143,
    tls_port=993,
    terms=Terms(menu_number="+4747471000", client_number="1996"),
    sender="1996",
    prefix="//VVM",
    state_port=5496,
    update_port=5499,
    hours=24,
)


@dataclass(frozen=True)
class Noted(NoGateway):
    """No SMS goes anywhere: it is noted."""

    told: list[Sms] = field(default_factory=list)

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:  # noqa: ARG002 - a route's form
        self.told.append(sms)
        return Accepted("read")


@dataclass
class Exchange:
    """A backend where Ola's phone has visual voicemail, and where what it is told is read instead of sent."""

    backend: Backend
    told: list[Sms] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.backend = replace(
            self.backend, services=replace(self.backend.services, rules=Rules(visual=True))
        )

    @property
    def ola(self) -> Number:
        return self.backend.ola.number

    def account(self, dialect: VisualDialect = VisualDialect.OMTP_13, **more: object) -> VisualAccount:
        """Active and ready, but for what is said."""
        sealed = self.backend.services.vault.seal(PASSWORD)
        it = VisualAccount(
            self.ola,
            dialect,
            VisualStatus.READY,
            port=5496,
            password=hash_password(PASSWORD),
            password_sealed=sealed,
        )
        it = replace(it, **more)  # type: ignore[arg-type] # fields of the value, by their names
        with self.backend.services.store.begin() as uow:
            uow.visual.put(it)
            uow.commit()
        return it

    def message(self, caller: Number | None = CALLER, seconds: float = 9.4) -> Message:
        with self.backend.services.store.begin() as uow:
            sound = uow.sounds.add(b"\xd5" * round(8000 * seconds), of=self.ola)
            spool_id, at = SpoolId("17.1"), self.backend.clock.now()
            kept = Message(MessageId(0), self.ola, spool_id, caller, at, Sound(SoundId(0), 0))
            kept = uow.messages.add(replace(kept, sound=sound))
            uow.commit()
        return kept

    def letter(self, kind: NoticeKind, message: Message | None = None, key: str = "news") -> Rendered:
        facts = Facts(message=None if message is None else message.id)
        now = self.backend.clock.now()
        new = NewNotice(self.ola, kind, Channel.VISUAL, f"{key}:{kind}", now, facts)
        return rendered(self.backend.services, self.notice(new))

    def notice(self, new: NewNotice) -> Notice:
        return self.backend.notice(self.backend.post(new))

    def deliver(self, letter: Rendered, options: VisualOptions = OPTIONS) -> Sms:
        gateway = VisualGateway(options, Noted("", self.told), clock=self.backend.clock)
        asyncio.run(gateway.deliver(letter))
        return self.told[-1]

    def said(self, kind: NoticeKind, message: Message | None = None) -> str:
        return said(self.deliver(self.letter(kind, message)))

    def put(self, subscriber: Subscriber) -> None:
        with self.backend.services.store.begin() as uow:
            uow.subscribers.put(subscriber)
            uow.commit()


def said(sms: Sms) -> str:
    return sms.text if sms.binary is None else sms.binary.decode("ascii")


@pytest.fixture
def exchange(backend: Backend) -> Exchange:
    return Exchange(backend)
