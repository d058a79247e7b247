"""One round: new mailboxes, a few calls at once, a fault in the middle of them, and then all is made well
again.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, Message, Sound, State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.visual.requests import VisualRequest, VisualRequestKind, take_request
from tests.faults import faults_made
from tests.faults.caller import FaultCaller
from tests.faults.errands import CallStory, hear_the_count, leave_message, tidy_up
from tests.faults.plans import MAILBOXES, PLAIN, WITH_INBOX, WITH_MAIL, Errand, PlannedCall, RoundPlan
from tests.faults.proving_ground import HOST, ProvingGround
from tests.real import signals
from tests.real.pieces import Piece
from tests.real.visual.wire import Wire

THERE_ALREADY = 3
"""Messages in the mailboxes whose owners call, or look into by a mail program."""
WIRE_SECONDS = 20.0


@dataclass
class PlayedRound:
    """What was done in a round; what became of it is judged by `verdict`."""

    plan: RoundPlan
    mailboxes: tuple[Number, ...]
    before: Mapping[Number, tuple[MessageId, ...]] = field(default_factory=dict)
    """The messages that were there already, oldest first."""
    password: str = ""
    stories: list[CallStory] = field(default_factory=list)
    ended_at: float = 0.0
    """By the monotonic clock."""
    met_a_wrong_clock: bool = False
    """In this round, or in one that was played before all of this one had come to rest."""
    heard: dict[SoundId, list[Piece]] = field(default_factory=dict)
    """What is in the messages that calls left, by their sounds."""


def play(ground: ProvingGround, plan: RoundPlan, settled: Mapping[Number, Counts]) -> PlayedRound:
    """`settled`: mailboxes where nothing goes on any more, and how many messages they hold."""
    it = prepare(ground, plan)
    gone, began = ground.gone, time.monotonic()
    it.stories = [CallStory(one, it.mailboxes[one.mailbox], _caller(plan, one)) for one in plan.calls]
    crowd_of = _Crowd(ground, it, gone, began, settled)
    with ThreadPoolExecutor(len(plan.calls) + 1) as crowd:
        callers = [crowd.submit(crowd_of.call, story) for story in it.stories]
        try:
            time.sleep(max(0.0, began + plan.at - time.monotonic()))
            faults_made.make(ground, plan)
        finally:
            for caller in callers:
                caller.result()
    faults_made.mend(ground, plan)
    it.ended_at = time.monotonic()
    return it


def number_of(plan: RoundPlan, mailbox: int) -> Number:
    return Number(f"+4790{plan.number * 10 + mailbox:06}")


def _caller(plan: RoundPlan, call: PlannedCall) -> Number:
    return Number(f"+4791{plan.number * 10 + call.place:06}")


def prepare(ground: ProvingGround, plan: RoundPlan) -> PlayedRound:
    mailboxes = tuple(number_of(plan, place) for place in range(MAILBOXES))
    with ground.services.store.begin() as uow:
        for place, number in enumerate(mailboxes):
            email = ground.mail.address(number) if ground.mail and place == WITH_MAIL else None
            uow.subscribers.add(Subscriber(number=number, welcomed=True, email=email))
        uow.commit()
    asked = VisualRequest(VisualRequestKind.ACTIVATE, VisualDialect.OMTP_13, client="acme.p1.1")
    take_request(ground.services, mailboxes[WITH_INBOX], asked)
    before = {mailboxes[place]: _there_already(ground, mailboxes[place]) for place in (PLAIN, WITH_INBOX)}
    return PlayedRound(plan, mailboxes, before, _password(ground, mailboxes[WITH_INBOX]))


def _password(ground: ProvingGround, number: Number) -> str:
    with ground.services.store.look() as uow:
        account = uow.visual.get(number)
    assert account is not None
    assert account.password_sealed is not None
    return ground.services.vault.open(account.password_sealed)


def _there_already(ground: ProvingGround, mailbox: Number) -> tuple[MessageId, ...]:
    """Left a minute apart, and no longer ago than that their order needs."""
    now, ids = datetime.now(UTC), []
    with ground.services.store.begin() as uow:
        for ago in range(THERE_ALREADY, 0, -1):
            new = Message(
                id=MessageId(0),
                mailbox=mailbox,
                spool_id=SpoolId(uuid4().hex),
                caller=Number("+4792000000"),
                received_at=now - timedelta(minutes=ago),
                sound=Sound(SoundId(0), 0),
            )
            sound = uow.sounds.add(signals.speech(2.0), of=mailbox)
            ids.append(uow.messages.add(replace(new, sound=sound)).id)
        uow.commit()
    return tuple(ids)


@dataclass(frozen=True)
class _Crowd:
    """Those who call in a round, each in a thread."""

    ground: ProvingGround
    round: PlayedRound
    gone: threading.Event
    began: float
    settled: Mapping[Number, Counts]

    def call(self, story: CallStory) -> None:
        self.gone.wait(max(0.0, self.began + story.planned.begins - time.monotonic()))
        if self.gone.is_set():
            return
        match story.planned.errand:
            case Errand.INBOX:
                self._look_into_the_inbox(story)
            case Errand.COUNTS:
                self._count(story)
            case Errand.OWNER:
                self._phone(story, story.mailbox, tidy_up)
            case _:
                self._phone(story, story.caller, leave_message)

    def _count(self, story: CallStory) -> None:
        if self.settled:
            mailbox, counts = list(self.settled.items())[-1 - story.planned.mailbox % len(self.settled)]
            story.mailbox = mailbox
            self._phone(story, mailbox, partial(hear_the_count, counts=counts))

    def _phone(self, story: CallStory, number: Number, do: Callable[..., None]) -> None:
        port, prompts = self.ground.switch.sip_port, self.ground.prompts
        with FaultCaller(switch_port=port, number=number, prompts=prompts) as phone:
            try:
                do(phone, story, self.gone)
            finally:
                story.told = phone.told_of()

    def _look_into_the_inbox(self, story: CallStory) -> None:
        """Marks the first message as seen, and moves the second to the deleted; what is answered is done."""
        first, second, *_ = self.round.before[story.mailbox]
        commands = (rf"UID STORE {first} +FLAGS (\Seen)", f"UID MOVE {second} Trash")
        becomes = (State.HEARD, State.DELETED)
        opened = partial(logged_in, self.ground, story.mailbox, self.round.password)
        with suppress(AssertionError, OSError), opened() as wire:
            for place, command in enumerate(commands):
                story.pressed[place] = command
                answer = wire.ask(command)
                story.told += f"{command}: {answer[-1]}; "
                if answer[-1].startswith("OK"):
                    story.confirmed[place] = becomes[place]
                self.gone.wait(story.planned.pause)


def logged_in(ground: ProvingGround, number: Number, password: str, folder: str = "INBOX") -> Wire:
    """Raise OSError or AssertionError where visual is away."""
    trust = ssl.create_default_context(cafile=str(ground.papers.authority))
    wire = Wire.to(HOST, ground.imap_port(), trust)
    wire.socket.settimeout(WIRE_SECONDS)
    wire.line()
    answer = wire.ask(f"LOGIN {number[1:]}@{HOST} {password}")
    assert answer[-1].startswith("OK"), answer
    assert wire.ask(f"SELECT {folder}")[-1].startswith("OK")
    return wire
