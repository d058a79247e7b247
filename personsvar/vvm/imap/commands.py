"""What a client asks for: one value for each command of RFC 3501 section 6 and its neighbours.

Passwords, PINs and messages stay out of every repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from personsvar.vvm.imap.items import FetchItem
from personsvar.vvm.imap.search_keys import Key
from personsvar.vvm.imap.sequences import SequenceSet


@dataclass(frozen=True, slots=True)
class Capability:
    pass


@dataclass(frozen=True, slots=True)
class Noop:
    pass


@dataclass(frozen=True, slots=True)
class Logout:
    pass


@dataclass(frozen=True, slots=True)
class StartTls:
    pass


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authenticate:
    mechanism: str
    """In capitals."""
    initial: bytes | None = field(default=None, repr=False)
    """Decoded; sent along by clients that do not wait (RFC 4959)."""


@dataclass(frozen=True, slots=True)
class Identify:
    """ID (RFC 2971): what a client says of itself."""

    fields: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Namespace:
    """RFC 2342."""


@dataclass(frozen=True, slots=True)
class Select:
    folder: str
    read_only: bool
    """EXAMINE."""


@dataclass(frozen=True, slots=True)
class List:
    reference: str
    pattern: str
    subscribed: bool
    """LSUB."""


class StatusItem(StrEnum):
    MESSAGES = "MESSAGES"
    RECENT = "RECENT"
    UID_NEXT = "UIDNEXT"
    UID_VALIDITY = "UIDVALIDITY"
    UNSEEN = "UNSEEN"


@dataclass(frozen=True, slots=True)
class Status:
    folder: str
    items: tuple[StatusItem, ...]


@dataclass(frozen=True, slots=True)
class Create:
    folder: str


@dataclass(frozen=True, slots=True)
class Delete:
    folder: str


@dataclass(frozen=True, slots=True)
class Rename:
    folder: str
    to: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    folder: str
    subscribed: bool
    """False: UNSUBSCRIBE."""


@dataclass(frozen=True, slots=True)
class Append:
    folder: str
    flags: frozenset[str]
    at: datetime | None
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    pass


@dataclass(frozen=True, slots=True)
class Close:
    pass


@dataclass(frozen=True, slots=True)
class Unselect:
    """RFC 3691."""


@dataclass(frozen=True, slots=True)
class Expunge:
    uids: SequenceSet | None
    """UID EXPUNGE (RFC 4315): these only."""


@dataclass(frozen=True, slots=True)
class Search:
    key: Key
    uid: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    messages: SequenceSet
    items: tuple[FetchItem, ...]
    uid: bool


class Change(StrEnum):
    ADD = "+"
    REMOVE = "-"
    REPLACE = ""


@dataclass(frozen=True, slots=True)
class StoreFlags:
    messages: SequenceSet
    change: Change
    flags: frozenset[str]
    silent: bool
    uid: bool


@dataclass(frozen=True, slots=True)
class Copy:
    messages: SequenceSet
    folder: str
    uid: bool


@dataclass(frozen=True, slots=True)
class Move:
    """RFC 6851."""

    messages: SequenceSet
    folder: str
    uid: bool


@dataclass(frozen=True, slots=True)
class Idle:
    """RFC 2177."""


@dataclass(frozen=True, slots=True)
class GetQuota:
    """RFC 2087."""

    root: str


@dataclass(frozen=True, slots=True)
class GetQuotaRoot:
    folder: str


@dataclass(frozen=True, slots=True)
class VendorPin:
    """A PIN for the telephone menu: `XCHANGE_TUI_PWD PWD=… OLD_PWD=…`, or Apple's `XCHANGEPASSWORD PIN …`."""

    new: str = field(repr=False)
    old: str | None = field(repr=False)
    apple: bool


@dataclass(frozen=True, slots=True)
class VendorLanguage:
    """`XCHANGE_VM_LANG LANG=2`: the language of the telephone menu, as a number from STATUS."""

    value: str


@dataclass(frozen=True, slots=True)
class CloseTutorial:
    """`XCLOSE_NUT`: the subscriber has been shown round."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A verb we do not serve: `BAD unknown command`."""


Command = (
    Capability
    | Noop
    | Logout
    | StartTls
    | Login
    | Authenticate
    | Identify
    | Namespace
    | Select
    | List
    | Status
    | Create
    | Delete
    | Rename
    | Subscribe
    | Append
    | Check
    | Close
    | Unselect
    | Expunge
    | Search
    | Fetch
    | StoreFlags
    | Copy
    | Move
    | Idle
    | GetQuota
    | GetQuotaRoot
    | VendorPin
    | VendorLanguage
    | CloseTutorial
    | Unknown
)
