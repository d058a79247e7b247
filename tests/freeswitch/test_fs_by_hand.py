"""FreeSWITCH by `python -m dialplan.switch run`: the tests of tests/real that start Asterisk so."""

from __future__ import annotations

import pytest

from tests.real.test_switch_by_hand import *
from tests.real.test_switch_drains import *

pytestmark = pytest.mark.usefixtures("asterisk")


@pytest.fixture(autouse=True)
def _freeswitch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_SWITCH", "freeswitch")
