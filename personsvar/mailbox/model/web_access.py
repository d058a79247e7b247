"""Who is in on the page: the codes that let people in, the sessions they have, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import Number, PinHash, TokenHash, WebSessionId


class Role(StrEnum):
    """What somebody may do on the page. Whoever has a mailbox is a subscriber; more than that is granted."""

    SUBSCRIBER = "subscriber"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class LoginCode:
    """A code on its way by SMS, good in the browser that asked for it and in no other."""

    visit: TokenHash
    number: Number
    code: PinHash = field(repr=False)
    asked_at: datetime
    valid_until: datetime
    wrong: int = 0
    """How often something else was entered."""


@dataclass(frozen=True, slots=True)
class WebSession:
    """A browser that is logged in."""

    id: WebSessionId
    number: Number
    token: TokenHash = field(repr=False)
    role: Role
    """The most its owner was granted when it began."""
    device: str
    """In words, for its owner: `Firefox, Android`."""
    began_at: datetime
    seen_at: datetime
