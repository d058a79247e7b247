from __future__ import annotations

import pytest

from tests.unit.conftest import Backend
from tests.unit.http.office import Office


@pytest.fixture
def office(backend: Backend) -> Office:
    return Office(backend)
