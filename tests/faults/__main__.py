"""`python -m tests.faults`: rounds of calls with a fault in the middle of them, and what became of all of it.

    --rounds N     how many (1,000; or FAULTS_ROUNDS)
    --seed S       the same seed gives the same rounds (one by lot; or FAULTS_SEED)
    --round N      this one alone, as it was drawn
    --at-once K    so many grounds, each with its own share of the rounds (3; or FAULTS_AT_ONCE)
    --minutes M    no new round begins after that
    --markdown F   the table into that page, as far as it has come
    --results F    each round as a line of JSON behind what that file holds, as soon as it is judged; what it
                   holds of this seed counts, and is not played again: a run that was ended goes on

What a round needs is drawn from the seed; when the machine does what is the machine's. A round that finds
something is told with its seed, and its folder is kept. The exit code is 1 when there was one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.bench.tables import begin, tell
from tests.faults.crew import RoundResult
from tests.faults.plans import plan
from tests.faults.proving_ground import kinds_here
from tests.faults.results import FaultTally

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1000"))
AT_ONCE = int(os.environ.get("FAULTS_AT_ONCE", "3"))
TOLD_EACH = 20


class FaultRun:
    """The crews at work, and what they told so far."""

    def __init__(self, asked: argparse.Namespace) -> None:
        here, missing = kinds_here()
        for kind, why in missing.items():
            tell(f"without “{kind}”: {why}")
        self.asked = asked
        self.kept = Path(asked.kept or tempfile.mkdtemp(prefix="personsvar-faults-found-"))
        rounds = 1 if asked.round is not None else asked.rounds
        self.tally = FaultTally(asked.seed, rounds, here)
        if asked.results and asked.round is None:
            self.tally.take_in(Path(asked.results))
        self.revision = revision()
        self._lock = threading.Lock()

    def run(self) -> FaultTally:
        crews = [threading.Thread(target=self._crew, args=(share,)) for share in self.shares()]
        for crew in crews:
            crew.start()
        for crew in crews:
            crew.join()
        self.write_down()
        return self.tally

    def write_down(self) -> None:
        """As far as it has come."""
        if self.asked.markdown:
            self.tally.into(Path(self.asked.markdown))

    def shares(self) -> Sequence[str]:
        """The rounds of each crew, none of which is empty."""
        if self.asked.round is not None:
            return [str(self.asked.round)]
        played = {one.number for one in self.tally.rounds}
        left = [number for number in range(self.asked.rounds) if number not in played]
        shares = [left[first :: self.asked.at_once] for first in range(self.asked.at_once)]
        return [",".join(map(str, share)) for share in shares if share]

    def _crew(self, rounds: str) -> None:
        given = ["--seed", str(self.asked.seed), "--rounds", rounds, "--kept", str(self.kept)]
        given += ["--minutes", str(self.asked.minutes)]
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tests.faults.crew", *given]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as crew:
            assert crew.stdout is not None
            for line in crew.stdout:
                with self._lock:
                    self._told(json.loads(line))
        if crew.returncode:
            with self._lock:
                self.tally.broken.append(f"rounds {rounds}: a crew ended with {crew.returncode}")

    def _told(self, line: dict[str, object]) -> None:
        if self.asked.results:
            with Path(self.asked.results).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"seed": self.asked.seed, "revision": self.revision, **line}) + "\n")
        result = self.tally.add(line, self.revision)
        if "broken" in line:
            tell(f"the tests themselves failed in {self.tally.broken[-1]}")
        if result is not None:
            self._tell(result)

    def _tell(self, result: RoundResult) -> None:
        if len(self.tally.rounds) % TOLD_EACH == 0:
            tell(f"{len(self.tally.rounds)} rounds")
            self.write_down()
        if result.faults:
            tell(f"seed {self.asked.seed}, round {result.number} ({result.kind}): {self.kept}")
            for fault in result.faults:
                tell(f"    {fault}")


def revision() -> str:
    """Of the program; empty outside its repository."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def main() -> int:
    asked = parsed()
    begin(f"Faults: seed {asked.seed}")
    if asked.round is not None:
        tell(repr(plan(asked.seed, asked.round, kinds_here()[0])))
    run = FaultRun(asked)
    tally = run.run()
    tally.print()
    for changed in tally.later:
        tell(f"after its round was judged: {changed}")
    if tally.later:
        tell(f"the logs of those grounds are in {run.kept}")
    return 0 if tally.is_well else 1


def parsed(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, or these words."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    seed = os.environ.get("FAULTS_SEED")
    parser.add_argument("--seed", type=int, default=int(seed) if seed else random.randrange(10_000))
    parser.add_argument("--round", type=int)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--markdown")
    parser.add_argument("--results")
    parser.add_argument("--kept")
    return parser.parse_args(words)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # the crews are told as well, and end what they started
        sys.exit(130)
