"""`make run SWITCH=freeswitch`: however it ends nothing is left of it, as with Asterisk."""

from __future__ import annotations

import pytest

from tests.real.test_switch_of_make_run import (
    test_a_part_that_is_killed_takes_the_other_along,
    test_a_terminal_that_is_closed_ends_it,
    test_ctrl_c_ends_it_all_with_a_call_up,
    test_ctrl_c_while_it_starts_leaves_nothing_and_says_nothing,
    test_killed_itself_it_takes_all_along,
    test_sigterm_and_then_ctrl_c_cuts_the_call,
    test_sigterm_lets_the_call_end,
    test_when_the_switch_says_that_it_is_ready_the_service_is_there,
)

__all__ = [
    "test_a_part_that_is_killed_takes_the_other_along",
    "test_a_terminal_that_is_closed_ends_it",
    "test_ctrl_c_ends_it_all_with_a_call_up",
    "test_ctrl_c_while_it_starts_leaves_nothing_and_says_nothing",
    "test_killed_itself_it_takes_all_along",
    "test_sigterm_and_then_ctrl_c_cuts_the_call",
    "test_sigterm_lets_the_call_end",
    "test_when_the_switch_says_that_it_is_ready_the_service_is_there",
]
pytestmark = pytest.mark.usefixtures("asterisk")


@pytest.fixture(autouse=True)
def _freeswitch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_SWITCH", "freeswitch")
