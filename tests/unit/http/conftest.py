from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from personsvar.mailbox import pin
from tests.unit.conftest import Backend
from tests.unit.http.office import Office
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a PIN's hash costs, and that it does, has tests of its own (tests/unit/mailbox)."""
    monkeypatch.setattr(pin, "_LOG2_COST", 4)


@pytest.fixture
def office(backend: Backend) -> Office:
    return Office(backend)


@pytest.fixture
def world(backend: Backend) -> ProfileWorld:
    return ProfileWorld(backend)


@pytest.fixture
async def ola(world: ProfileWorld) -> AsyncIterator[ProfileBrowser]:
    """Logged in, and on a page of the own."""
    async with world.browser() as browser:
        await browser.log_in()
        yield browser
