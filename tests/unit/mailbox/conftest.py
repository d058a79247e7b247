"""The office of these tests."""

from __future__ import annotations

import hashlib

import pytest

from tests.unit.mailbox.use_cases import UseCases, quick_scrypt


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> UseCases:
    app = UseCases()
    monkeypatch.setattr(hashlib, "scrypt", quick_scrypt(app))
    return app
