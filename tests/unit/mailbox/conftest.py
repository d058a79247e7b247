"""The office of these tests."""

from __future__ import annotations

import hashlib

import pytest

from tests.unit.mailbox.use_cases import UseCases, quick_scrypt


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> UseCases:
    desk = UseCases()
    monkeypatch.setattr(hashlib, "scrypt", quick_scrypt(desk))
    return desk
