"""Where a gateway in Kannel's shape is, and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class KannelOptions:
    url: str = field(repr=False)
    """`http[s]://user:password@host:port/cgi-bin/sendsms`; a query (`?smsc=west`) goes with each SMS."""
    sender: str
    """What is shown as the sender: a number, or 11 letters and digits at most."""
    receipts_at: str
    """Where Kannel reaches our HTTP, `http://127.0.0.1:8080`; empty: it is asked for no receipts."""
    key: bytes = field(repr=False)
    """It proves that a receipt belongs to an SMS of ours: all notifiers have the same, and over restarts."""
    seconds: float
    """One hand-over takes no longer."""
    hours: float
    """How long a notice is worth anything: the SMSC keeps it no longer for a phone that is off."""
    ca_file: Path | None
    """Certificates (PEM) of those that sign the gateway's; None: the system's."""
    connections: int = 20

    def __post_init__(self) -> None:
        where = self.where
        if where.scheme not in _PORTS or not where.hostname:
            raise ValueError("the gateway's URL should be http[s]://user:password@host:port/path")
        try:
            httpx.URL(where._replace(netloc=where.netloc.rpartition("@")[2]).geturl())
        except httpx.InvalidURL as wrong:
            raise ValueError(f"no host of a URL: {where.hostname}") from wrong
        if self.receipts_at and not self.key:
            raise ValueError("receipts need a key: anybody could send them")

    @property
    def where(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        return self.where.hostname or ""

    @property
    def port(self) -> int:
        return self.where.port or _PORTS[self.where.scheme]

    @property
    def is_encrypted(self) -> bool:
        return self.where.scheme == "https"

    @property
    def name(self) -> str:
        """As attempts and receipts name it: `kannel.example.test:13013`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def username(self) -> str:
        return unquote(self.where.username or "")

    @property
    def password(self) -> str:
        return unquote(self.where.password or "")
