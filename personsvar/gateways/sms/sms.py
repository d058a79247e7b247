"""A short message, as it is handed over and as a phone sends one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from personsvar.mailbox.model.ids import Number


@dataclass(frozen=True, slots=True)
class Ports:
    """The application on the phone it is for, and the one it is from (3GPP TS 23.040, 9.2.3.24.4)."""

    destination: int
    source: int = 0


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of a long short message this is."""

    reference: int
    total: int
    number: int
    """1 for the first."""


@dataclass(frozen=True, slots=True)
class Sms:
    """What is to be sent: a text, or bytes for an application. Its content is in no repr (a PIN, perhaps)."""

    to: Number
    text: str = field(default="", repr=False)
    binary: bytes | None = field(default=None, repr=False)
    """They stand in place of the text."""
    ports: Ports | None = None
    sender: str = ""
    """A phone shows this sender in place of the gateway's own."""
    lives_seconds: float | None = None
    """How long the SMSC may keep it for a phone that is off; None: as long as it likes."""
    reference: int = 0
    """It names the parts of one long text (its last eight bits). Each try has the same: a phone that has got
    some of the parts completes them, and shows the text once."""


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """A short message from a phone (MO), whole or one part of a longer one."""

    source: str
    """Its sender, with the plus where the SMSC says it is international."""
    destination: str
    data_coding: int
    payload: bytes = field(repr=False)
    """The user data, without its header."""
    ports: Ports | None = None
    part: Concatenation | None = None
    text: str | None = field(default=None, repr=False)
    """The payload in letters, where its coding has any."""


TakeIncoming = Callable[[IncomingSms], Awaitable[None]]
"""It returns once the short message is dealt with, and only then is it acknowledged; it raises when that
failed, and the SMSC sends it again."""
