"""`make faults` plays the same rounds again: what one does is drawn from its seed and number alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from tests.faults.__main__ import FaultRun, parsed
from tests.faults.crew import RoundResult
from tests.faults.errands import SWEEP_SECONDS, TAKES_EACH, place_of
from tests.faults.plans import CALLS_SECONDS, Errand, FaultKind, plan
from tests.faults.results import BEGIN, END, FaultTally
from tests.real.pieces import APART_SECONDS
from tests.real.signals import SWEEP_LONGEST_SECONDS

PAGE = Path(__file__).parents[2] / "docs/faults.md"
ROUNDS = range(200)
IN_MAKE_TEST = 30


def test_a_seed_gives_the_same_rounds_again_and_another_gives_others() -> None:
    assert [plan(7, number) for number in ROUNDS] == [plan(7, number) for number in ROUNDS]
    assert [plan(7, number).calls for number in ROUNDS] != [plan(8, number).calls for number in ROUNDS]


def test_a_round_alone_is_the_same_as_among_the_others() -> None:
    among = {number: plan(7, number) for number in ROUNDS}
    assert plan(7, 123) == among[123]


def test_of_each_kind_there_are_as_many_and_each_is_among_those_of_make_test() -> None:
    assert set(Counter(plan(7, number).kind for number in ROUNDS).values()) == {len(ROUNDS) / len(FaultKind)}
    for seed in range(20):
        assert {plan(seed, number).kind for number in range(IN_MAKE_TEST)} == set(FaultKind)


def test_kinds_that_can_not_be_had_are_left_out() -> None:
    kinds = [kind for kind in FaultKind if kind is not FaultKind.DISK_FULL]
    assert {plan(7, number, kinds).kind for number in ROUNDS} == set(kinds)


def test_a_fault_comes_while_there_are_calls_and_every_errand_is_run() -> None:
    plans = [plan(7, number) for number in ROUNDS]
    assert all(0 <= it.at <= CALLS_SECONDS for it in plans)
    assert {call.errand for it in plans for call in it.calls} == set(Errand)


def test_what_each_call_says_of_a_round_is_known_by_its_pitch() -> None:
    most = max(len(plan(7, number).calls) for number in ROUNDS)
    places = [place_of(call, take) for call in range(most) for take in range(TAKES_EACH)]
    apart = min(later - earlier for earlier, later in pairwise(places))
    assert apart > SWEEP_SECONDS + 2 * APART_SECONDS
    assert places[-1] + SWEEP_SECONDS < SWEEP_LONGEST_SECONDS


def test_the_table_takes_its_place_in_the_page_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nof last year\n{END}\nafter\n", "utf-8")
    rounds = [RoundResult(0, FaultKind.IVR_KILLED, calls=5, stored=3, messages=4)]
    rounds += [RoundResult(1, FaultKind.IVR_KILLED, calls=1, lost=1, faults=["lost: one"])]
    tally = FaultTally(seed=7, asked=2, here=tuple(FaultKind))
    for one in rounds:
        tally.add(asdict(one), "1345904")
    tally.into(page)
    said = page.read_text("utf-8")
    assert said.startswith("before\n")
    assert said.endswith("\nafter\n")
    assert "| ivr killed (-9) | 2 | 6 | 3 | 4 | 0 | 1 |" in said
    assert "Seed 7: 2 of 2 rounds, 0.0 s each (2 at revision 1345904)." in said
    assert "last year" not in said
    assert not tally.is_well


def test_a_run_that_was_ended_goes_on_behind_what_its_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    rounds = [asdict(RoundResult(number, FaultKind.IVR_KILLED, calls=3)) for number in (0, 3)]
    of_another_seed = asdict(RoundResult(1, FaultKind.IVR_KILLED, calls=9))
    told = [{"seed": 7, "revision": "before", **it} for it in rounds]
    told += [{"seed": 8, "revision": "before", **of_another_seed}]
    told += [{"seed": 7, "revision": "before", "broken": "of the tests' own", "number": 2}]
    told += [{"seed": 7, "revision": "before", "later": ["message 5 is gone"]}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in told), "utf-8")
    given = ["--seed", "7", "--rounds", "6", "--at-once", "3", "--results", str(file)]
    run = FaultRun(parsed([*given, "--kept", str(tmp_path)]))
    assert run.shares() == ["1,5", "2", "4"]
    run.tally.add(asdict(RoundResult(1, FaultKind.IVR_KILLED, calls=1)), "now")
    assert (
        run.tally.summary() == "Seed 7: 3 of 6 rounds, 0.0 s each (2 at revision before, 1 at revision now)"
    )
    assert sum(one.calls for one in run.tally.rounds) == 7
    assert run.tally.later == ["message 5 is gone"]
    assert run.tally.broken == []


def test_the_page_has_a_place_for_it() -> None:
    said = PAGE.read_text("utf-8")
    assert said.count(BEGIN) == said.count(END) == 1
    assert said.index(BEGIN) < said.index(END)
