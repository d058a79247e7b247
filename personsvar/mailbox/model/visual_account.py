"""A subscriber's visual voicemail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import Number, PasswordHash, Sealed


class VisualDialect(StrEnum):
    """How a phone's visual voicemail client and the service speak to each other by SMS."""

    OMTP_11 = "omtp-1.1"
    OMTP_12 = "omtp-1.2"
    OMTP_13 = "omtp-1.3"
    CVVM = "cvvm"
    VVM3 = "vvm3"
    IPHONE = "iphone"


OMTP = frozenset({VisualDialect.OMTP_11, VisualDialect.OMTP_12, VisualDialect.OMTP_13})


class VisualStatus(StrEnum):
    """How far a subscriber has come with visual voicemail."""

    PROVISIONED = "provisioned"
    """The subscriber is served, and the phone has not activated it."""
    NEW = "new"
    """The phone has activated it; the mailbox was never set up."""
    READY = "ready"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class VisualAccount:
    """A subscriber's visual voicemail: how the phone speaks, and what it logs in with."""

    number: Number
    dialect: VisualDialect
    status: VisualStatus = VisualStatus.PROVISIONED
    port: int = 0
    """The application port its SMS go to; 0: plain text."""
    prefix: str = ""
    """What its SMS begin with, where the phone said so; empty: what is usual in its dialect."""
    client: str = ""
    """Maker, model and version, in the client's own words: `acme.p1.14`."""
    password: PasswordHash | None = field(default=None, repr=False)
    password_sealed: Sealed | None = field(default=None, repr=False)
    """The password, encrypted: a phone that asks again is told the same password."""
    activated_at: datetime | None = None
    tutorial_closed: bool = False
    """The client has led its user through the PIN and the greeting."""
    asked: int = 0
    """How many requests came since `asked_since`."""
    asked_since: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.status in (VisualStatus.NEW, VisualStatus.READY)

    @property
    def shows_texts(self) -> bool:
        """Its client takes a text part of a message for what was said: of the others nothing is known."""
        return self.dialect in OMTP
