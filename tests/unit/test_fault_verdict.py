"""What a round of `make faults` finds: each thing that may go wrong is made to, and is told as what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox import listening
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Settlement
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, MissedReason, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.world import RealChance, RealClock
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.faults.errands import CallStory, spoken
from tests.faults.plans import Errand, FaultKind, PlannedCall, RoundPlan
from tests.faults.proving_ground import HOST, ProvingGround
from tests.faults.round_verdict import RoundVerdict
from tests.faults.rounds import PlayedRound
from tests.faults.verdict import judge
from tests.migrated import migrated_sqlite
from tests.real.ports import free_tcp_port
from tests.real.visual.authority import Papers, papers_for

KARI, OLA, ANNE = Number("+4790000011"), Number("+4790000012"), Number("+4790000013")
CALLER, ANOTHER = Number("+4790000021"), Number("+4790000022")
NOW = datetime.now(UTC)


@dataclass
class Aftermath:
    """A store as a round left it, and what the round's one caller tells of it."""

    services: Services
    spool: Path
    papers: Papers
    submits: Counter[tuple[str, str]] = field(default_factory=Counter)
    shows: dict[str, str] = field(default_factory=dict)
    kind: FaultKind = FaultKind.IVR_KILLED
    _calls: int = 0

    @property
    def story(self) -> CallStory:
        planned = PlannedCall(1, Errand.SENDS, 1, 0.0, 0.0)
        return CallStory(planned, OLA, CALLER, answered=True, whole=[0], promise="message-stored")

    def came(self, sound: bytes, *, mailbox: Number = OLA, caller: Number = CALLER) -> None:
        """A message, told of, with the lamp that belongs to it."""
        self._calls += 1
        header = SpoolHeader(SpoolId(f"pv-{self._calls}"), Purpose.MESSAGE, mailbox, caller, NOW)
        take_in(self.services, header, alaw=sound)
        self.tell()
        with self.services.store.look() as uow:
            counts = uow.messages.counts(mailbox)
        self.shows[mailbox] = f"{counts.new}/0"

    def tell(self, *, outcome: AttemptOutcome = AttemptOutcome.ACCEPTED, times: int = 1) -> None:
        """All that is due goes out, so often."""
        now = self.services.clock.now()
        with self.services.store.begin() as uow:
            due = uow.outbox.claim(channels=[Channel.SMS], now=now, lease_seconds=60, limit=100)
            for notice in due:
                self.submits[str(notice.to), str(notice.facts.caller)] += times
                tried = Attempt(1, now, outcome)
                done = Settlement(notice.id, notice.lease or "", NoticeStatus.SENT, tried)
                uow.outbox.settle([done], now=now)
            uow.commit()

    def verdict(
        self, *stories: CallStory, before: Mapping[Number, tuple[MessageId, ...]] | None = None
    ) -> RoundVerdict:
        plan = RoundPlan(1, 1, self.kind, 0.0, 0.0, 0.0, restarts=False, calls=())
        ground = SimpleNamespace(
            services=self.services,
            spool=self.spool,
            mail=None,
            smsc=SimpleNamespace(submits=self.submits),
            lamps=SimpleNamespace(shows=self.shows),
            papers=self.papers,
            imap_port=free_tcp_port,
        )
        played = PlayedRound(plan, (KARI, OLA, ANNE), before or {}, stories=list(stories or (self.story,)))
        return judge(cast("ProvingGround", ground), played)


@pytest.fixture
def after(tmp_path: Path) -> Iterator[Aftermath]:
    store = store_beside(migrated_sqlite(tmp_path / "personsvar.db"))
    clock, vault = RealClock(), FernetVault(new_key())
    rules = Rules(missed_calls_seconds=0)
    services = Services(store, clock, RealChance(), vault, rules, NamedBankHolidays())
    with store.begin() as uow:
        for number in (KARI, OLA, ANNE):
            uow.subscribers.add(Subscriber(number=number, welcomed=True))
        uow.commit()
    spool = tmp_path / "spool"
    spool.mkdir()
    yield Aftermath(services, spool, papers_for(HOST, folder=tmp_path))
    store.close()


def test_all_is_well(after: Aftermath) -> None:
    after.came(spoken(1, 0))
    verdict = after.verdict()
    assert verdict.faults == []
    assert (verdict.stored, verdict.messages, verdict.notices, verdict.again) == (1, 1, 1, 0)


def test_a_message_that_is_not_there_is_lost(after: Aftermath) -> None:
    (lost,) = after.verdict().lost
    assert "take 0 is not there whole" in lost


def test_so_is_one_without_its_end_but_where_the_disk_was_full(after: Aftermath) -> None:
    after.came(spoken(1, 0)[:-6400])
    assert len(after.verdict().lost) == 1
    after.kind = FaultKind.DISK_FULL
    assert after.verdict().lost == []


def test_a_call_that_left_no_trace_is_lost_and_a_missed_call_is_one(after: Aftermath) -> None:
    quiet = CallStory(after.story.planned, OLA, CALLER, answered=True, hung_up=True)
    assert len(after.verdict(quiet).lost) == 1
    header = SpoolHeader(SpoolId("pv-9"), Purpose.MESSAGE, OLA, CALLER, NOW)
    take_in(after.services, header, alaw=None, missed=MissedReason.HUNG_UP)
    after.tell()
    verdict = after.verdict(quiet)
    assert verdict.faults == []
    assert verdict.missed == 1


def test_one_take_in_two_messages_is_twice(after: Aftermath) -> None:
    after.came(spoken(1, 0))
    after.came(spoken(1, 0))
    assert len(after.verdict().twice) == 2  # the take, and more messages than takes


def test_a_message_in_another_mailbox_of_a_stranger_or_with_anothers_words_is_in_a_wrong_box(
    after: Aftermath,
) -> None:
    after.came(spoken(1, 0), mailbox=KARI)
    after.came(spoken(4, 0), caller=ANOTHER)
    after.came(spoken(2, 1))
    assert len(after.verdict().wrong_box) == 3


def test_a_notice_that_never_came_or_came_more_often_than_the_ledger_tells_is_wrong(
    after: Aftermath,
) -> None:
    after.came(spoken(1, 0))
    key = (str(OLA), str(CALLER))
    after.submits[key] = 0
    assert "came 0 times" in after.verdict().wrong[0]
    after.submits[key] = 2
    assert "came 2 times" in after.verdict().wrong[0]


def test_a_notice_that_is_under_way_is_waited_for(after: Aftermath) -> None:
    header = SpoolHeader(SpoolId("pv-1"), Purpose.MESSAGE, OLA, CALLER, NOW)
    take_in(after.services, header, alaw=spoken(1, 0))
    after.shows[OLA] = "1/0"
    verdict = after.verdict()
    assert not verdict.is_final
    assert len(verdict.waiting) == 1


def test_what_lies_in_the_spool_is_waited_for(after: Aftermath) -> None:
    after.came(spoken(1, 0))
    (after.spool / "pv-7.head").write_text(f"version=1\ncaller={CALLER}\n", "ascii")
    assert any("lies in the spool" in one for one in after.verdict().waiting)


def test_a_lamp_that_shows_something_else_is_wrong(after: Aftermath) -> None:
    after.came(spoken(1, 0))
    after.shows[OLA] = "2/0"
    assert after.verdict().wrong == [f"the lamp of {OLA} shows 2/0, and there are 1/0"]


def test_what_an_owner_was_told_is_done_has_to_be(after: Aftermath) -> None:
    after.came(spoken(1, 0))
    with after.services.store.look() as uow:
        (message,) = uow.messages.list(OLA)
    owner = CallStory(PlannedCall(0, Errand.OWNER, 1, 0.0, 0.0), OLA, OLA, answered=True)
    owner.pressed, owner.confirmed = {0: "6"}, {0: State.SAVED}
    before = {OLA: (message.id,)}
    assert len(after.verdict(owner, before=before).wrong) == 1
    listening.save(after.services, message.id)
    after.shows[OLA] = "0/1"
    assert after.verdict(owner, before=before).wrong == []
