"""The office of these tests, and a machine with a clock, in the `world` of those that have one."""

from __future__ import annotations

import hashlib

import pytest

from personsvar.mailbox.retention import Retention
from tests.unit.mailbox.use_cases import UseCases, quick_scrypt
from tests.upkeep import MachineClock
from tests.world import World


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> UseCases:
    app = UseCases()
    monkeypatch.setattr(hashlib, "scrypt", quick_scrypt(app))
    return app


@pytest.fixture
def machine(world: World) -> MachineClock:
    return MachineClock(world.services)


@pytest.fixture
def retention(world: World, machine: MachineClock) -> Retention:
    """It has made a first round, which only looks at the clock."""
    it = Retention(world.services, machine.uptime)
    assert it.once() == 0
    return it
