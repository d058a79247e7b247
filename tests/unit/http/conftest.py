from __future__ import annotations

import pytest

from personsvar.mailbox import pin
from tests.unit.conftest import Backend
from tests.unit.http.office import Office


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a PIN's hash costs, and that it does, has tests of its own (tests/unit/mailbox)."""
    monkeypatch.setattr(pin, "_LOG2_COST", 4)


@pytest.fixture
def office(backend: Backend) -> Office:
    return Office(backend)
