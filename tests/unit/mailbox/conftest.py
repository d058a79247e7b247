"""The office of these tests."""

from __future__ import annotations

import hashlib

import pytest

from tests.unit.mailbox.office import Desk, quick_scrypt


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(hashlib, "scrypt", quick_scrypt(desk))
    return desk
