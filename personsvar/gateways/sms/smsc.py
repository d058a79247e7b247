"""Where an SMSC is, and what was agreed with its operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from personsvar.gateways.sms.alphabet import ALPHABETS, Alphabet
from personsvar.gateways.sms.delivery_receipt import ReceiptIds
from personsvar.gateways.sms.sms_parts import LongTexts

PORT, TLS_PORT = 2775, 3550
LONGEST_TAKEN = 255
LONGEST_ID, LONGEST_PASSWORD, LONGEST_TYPE = 15, 8, 12
"""Characters (SMPP 4.1.1). Many SMSCs give longer ids and passwords: they are sent as they are."""


@dataclass(frozen=True, slots=True)
class Smsc:
    host: str
    port: int = PORT
    tls: bool = False
    system_id: str = ""
    password: str = field(default="", repr=False)
    alphabet: Alphabet = "gsm7"
    """What it takes texts in, and what it means by data_coding 0."""

    def __post_init__(self) -> None:
        if not all(word.isascii() and "\0" not in word for word in (self.system_id, self.password)):
            raise ValueError(f"SMPP knows only ASCII in id and password ({self})")
        if max(len(self.system_id), len(self.password)) > LONGEST_TAKEN:
            raise ValueError(f"no SMPP id or password has over {LONGEST_TAKEN} characters ({self})")

    @property
    def is_longer_than_smpp(self) -> bool:
        """Its id or its password: an SMSC that keeps to the letter refuses it."""
        return len(self.system_id) > LONGEST_ID or len(self.password) > LONGEST_PASSWORD

    def __str__(self) -> str:
        """As the ledger names it."""
        return f"{self.host}:{self.port}"


def smscs(urls: str) -> tuple[Smsc, ...]:
    """`smpp://id:password@host:port?alphabet=latin1,smpps://…`, the preferred one first.

    ValueError for what can't be.
    """
    return tuple(_smsc(url.strip()) for url in urls.split(",") if url.strip())


def _smsc(url: str) -> Smsc:
    parts = urlsplit(url)
    if parts.scheme not in ("smpp", "smpps") or not parts.hostname:
        raise ValueError("should be smpp://id:password@host:port")
    if not parts.username:
        raise ValueError("the id is missing: smpp://id:password@host:port")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("behind the port of smpp:// stands nothing but ?alphabet=…")
    tls = parts.scheme == "smpps"
    return Smsc(
        host=parts.hostname,
        port=parts.port or (TLS_PORT if tls else PORT),
        tls=tls,
        system_id=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        alphabet=_alphabet(parts.query),
    )


def _alphabet(query: str) -> Alphabet:
    options = parse_qsl(query, keep_blank_values=True)
    given = [value for name, value in options if name == "alphabet"]
    if len(given) != len(options) or len(given) > 1 or (query and not given):
        raise ValueError("behind the ? of smpp:// stands nothing but one alphabet=…")
    for known in ALPHABETS:
        if given in ([], [known]):
            return known
    raise ValueError(f"the alphabet of smpp:// should be {', '.join(ALPHABETS[:-1])} or {ALPHABETS[-1]}")


@dataclass(frozen=True, slots=True)
class SmppOptions:
    """What holds for every SMSC. Times are in seconds."""

    sender: str
    window: int
    """So many short messages are under way at once in one session."""
    system_type: str
    long_texts: LongTexts
    receipt_ids: ReceiptIds
    ca_file: Path | None
    hours: float
    """How long a notice is worth anything: the SMSC keeps it no longer for a phone that is off."""
    seconds: float
    """The most one hand-over may take, all its parts and SMSCs together."""
    answer_seconds: float = 10
    """One PDU's answer is waited for so long; after that its outcome is unknown."""
    enquire_seconds: float = 30
    """The SMSC is asked so often whether it is there."""
    reconnect_seconds: float = 0.5
    """The first wait before connecting again; it doubles."""
    longest_reconnect_seconds: float = 30
    close_seconds: float = 3
    """What is under way may still take so long when the service ends."""

    def __post_init__(self) -> None:
        if len(self.system_type) > LONGEST_TYPE:
            raise ValueError(f"SMPP has room for {LONGEST_TYPE} characters of system_type")
