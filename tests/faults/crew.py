"""`python -m tests.faults.crew`: some rounds on a ground of their own, one after the other; a line of JSON
each.

    --seed S --rounds N,N,... --kept FOLDER [--minutes M]

A round whose messages and notices are not all where they belong when its calls are over is judged while the
next rounds go on: what a dead switch left is taken in half a minute later.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Counts, State
from personsvar.mailbox.retention import Retention
from personsvar.world import uptime
from tests.bench.processes import allow_many_files
from tests.faults.plans import CLOCKS, RoundPlan, plan
from tests.faults.proving_ground import ProvingGround, kinds_here, proving_ground
from tests.faults.round_verdict import RoundVerdict
from tests.faults.rounds import PlayedRound, play
from tests.faults.verdict import judge

SETTLED_AT_ONCE_SECONDS = 2.5
SETTLED_WITHIN_SECONDS = 300.0
"""From a round's end on: a lease, or what a dead switch and its service left, and a machine that is busy."""
LOOKS_EACH_SECONDS = 0.25
LOGS = ("ivr.log", "notifier.log", "visual.log", "second-ivr.log", "asterisk/log/messages")


@dataclass
class RoundResult:
    """One round's line of what the table adds up."""

    number: int
    kind: str
    calls: int
    stored: int = 0
    messages: int = 0
    missed: int = 0
    lost: int = 0
    twice: int = 0
    wrong_box: int = 0
    wrong: int = 0
    notices: int = 0
    again: int = 0
    dead: int = 0
    waiting: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)


@dataclass
class _Pending:
    round: PlayedRound
    began_at: float
    logs: dict[str, int]
    """How long each log was before it."""


@dataclass
class Crew:
    ground: ProvingGround
    kept: Path
    pending: list[_Pending] = field(default_factory=list)
    settled: dict[Number, Counts] = field(default_factory=dict)
    messages: dict[MessageId, tuple[Number, State, float]] = field(default_factory=dict)

    def play(self, this: RoundPlan) -> None:
        began, logs = time.monotonic(), self._logs()
        recent = dict(list(self.settled.items())[-6:])
        self.pending.append(_Pending(play(self.ground, this, recent), began, logs))
        if this.kind in CLOCKS:
            for one in self.pending:
                one.round.met_a_wrong_clock = True
        self.settle(within=SETTLED_AT_ONCE_SECONDS)

    def settle(self, *, within: float) -> None:
        """Those that have come to rest are told of, and those that never will."""
        until = time.monotonic() + within
        while self.pending:
            self.pending = [one for one in self.pending if not self._is_told(one)]
            if not self.pending or time.monotonic() > until:
                return
            time.sleep(LOOKS_EACH_SECONDS)

    def _is_told(self, one: _Pending) -> bool:
        late = time.monotonic() > one.round.ended_at + SETTLED_WITHIN_SECONDS
        try:
            verdict = judge(self.ground, one.round)
        except StoreUnavailableError:
            if not late:
                return False
            raise
        if not verdict.is_final and not late:
            return False
        self._tell(one, verdict)
        return True

    def _tell(self, one: _Pending, verdict: RoundVerdict) -> None:
        self.settled |= verdict.counts
        self.messages |= verdict.kept
        faults = verdict.faults + [f"waiting: {what}" for what in verdict.waiting]
        result = RoundResult(
            number=one.round.plan.number,
            kind=one.round.plan.kind,
            calls=sum(story.answered for story in one.round.stories),
            stored=verdict.stored,
            messages=verdict.messages,
            missed=verdict.missed,
            lost=len(verdict.lost),
            twice=len(verdict.twice),
            wrong_box=len(verdict.wrong_box),
            wrong=len(verdict.wrong),
            notices=verdict.notices,
            again=verdict.again,
            dead=len(verdict.dead),
            given_up=verdict.dead,
            waiting=len(verdict.waiting),
            seconds=round(one.round.ended_at - one.began_at, 1),
            faults=faults,
        )
        if faults:
            self._keep(one, verdict, faults)
        print(json.dumps(asdict(result)), flush=True)

    def look_again(self) -> list[str]:
        """Every message of all rounds, once more: what is not as it was when its round was judged.

        A round of retention comes before, by the clock that is right now.
        """
        Retention(self.ground.services, uptime).once()
        found: dict[MessageId, tuple[Number, State, float]] = {}
        with self.ground.services.store.look() as uow:
            for mailbox in self.settled:
                for message in uow.messages.list(mailbox, tuple(State)):
                    found[message.id] = (mailbox, message.state, message.sound.seconds)
        changed = {which for which, _ in self.messages.items() ^ found.items()}
        if changed:
            self._keep_ground()
        return [f"message {it}: {self.messages.get(it)} became {found.get(it)}" for it in sorted(changed)]

    def _keep_ground(self) -> None:
        """Its logs whole, as no round's: what changed a message may have been said in any of them."""
        folder = self.kept / f"later-{self.ground.folder.name}"
        folder.mkdir(parents=True, exist_ok=True)
        for name in self._logs():
            file = self.ground.folder / name
            if file.exists():
                shutil.copy(file, folder / name.replace("/", "-"))

    def _logs(self) -> dict[str, int]:
        files = {name: self.ground.folder / name for name in LOGS}
        return {name: file.stat().st_size if file.exists() else 0 for name, file in files.items()}

    def _keep(self, one: _Pending, verdict: RoundVerdict, faults: Sequence[str]) -> None:
        """All that is needed to look into it."""
        this = one.round.plan
        folder = self.kept / f"round-{this.number}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [str(this), repr(this), "", *faults, "", *map(repr, one.round.stories), "", repr(verdict)]
        lines += ["", *self._ledger(one.round), "", *self._spool()]
        (folder / "story").write_text("\n".join(lines), "utf-8")
        for name, size in one.logs.items():
            file = self.ground.folder / name
            if file.exists():
                (folder / name.replace("/", "-")).write_bytes(file.read_bytes()[size:])

    def _ledger(self, it: PlayedRound) -> list[str]:
        with suppress(StoreUnavailableError), self.ground.services.store.look() as uow:
            return [
                f"{notice}: {uow.outbox.history(notice.id)}"
                for mailbox in it.mailboxes
                for notice in uow.outbox.list(to=mailbox)
            ]
        return ["the ledger can't be read"]

    def _spool(self) -> list[str]:
        return [f"{it.relative_to(self.ground.folder)}" for it in self.ground.spool.rglob("*")]


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    allow_many_files()
    kinds, _ = kinds_here()
    plans = [plan(asked.seed, int(number), kinds) for number in asked.rounds.split(",")]
    until = time.monotonic() + asked.minutes * 60
    while plans and time.monotonic() < until:
        plans = _on_a_ground(plans, Path(asked.kept), until)
    return 0


def _on_a_ground(plans: list[RoundPlan], kept: Path, until: float) -> list[RoundPlan]:
    """Those that are left when the ground could not be made well again: a new one is made for them."""
    folder = Path(tempfile.mkdtemp(prefix="personsvar-faults-"))
    this: RoundPlan | None = None
    is_made = False
    try:
        with proving_ground(folder) as ground:
            is_made = True
            crew = Crew(ground, kept)
            while plans and time.monotonic() < until:
                this = plans.pop(0)
                crew.play(this)
            this = None
            crew.settle(within=2 * SETTLED_WITHIN_SECONDS)
            print(json.dumps({"later": crew.look_again()}), flush=True)
    except Exception:  # of the tests' own: told, and no round's fault
        broken = traceback.format_exc()
        print(json.dumps({"broken": broken, "number": this.number if this else -1}), flush=True)
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, kept / folder.name, ignore=_sockets, dirs_exist_ok=True)
        if not is_made:
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return plans


def _sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".log") and not Path(folder, name).is_dir()}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rounds", required=True)
    parser.add_argument("--kept", required=True)
    parser.add_argument("--minutes", type=float, default=1e6)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
