"""AUTHENTICATE's answers."""

from __future__ import annotations

import pytest

from personsvar.vvm.imap.malformed import MalformedError
from personsvar.vvm.imap.sasl import Credentials, credentials, plain


@pytest.mark.parametrize("message", [b"\0kari\0hunter2", b"kari\0kari\0hunter2"])
def test_plain(message: bytes) -> None:
    assert plain(message) == Credentials("kari", "hunter2")
    assert "hunter2" not in repr(plain(message))


@pytest.mark.parametrize(
    "message", [b"", b"kari\0hunter2", b"ola\0kari\0hunter2", b"\0a\0b\0c", b"\0\xff\0hunter2"]
)
def test_what_is_not_plain_or_for_another(message: bytes) -> None:
    with pytest.raises(MalformedError):
        plain(message)


def test_login_asks_for_each() -> None:
    assert credentials(b"kari", "åpen".encode()) == Credentials("kari", "åpen")
