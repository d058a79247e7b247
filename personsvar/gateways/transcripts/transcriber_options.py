"""Which server writes messages down, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from personsvar.gateways.destination import Destination

PATH = "/v1/audio/transcriptions"
"""Where OpenAI answers, and those that speak its form."""


@dataclass(frozen=True)
class HttpTranscriberOptions:
    url: str = field(repr=False)
    """`https://host/path`; without a path it is the usual one."""
    key: str = field(repr=False)
    """Sent as bearer token; empty: none is asked for."""
    model: str
    seconds: float
    """One message takes no longer, from the connection to the answer's last byte."""
    ca_file: Path | None = None
    """Certificates (PEM) of those that sign the server's; None: the system's."""

    def __post_init__(self) -> None:
        if self.destination.login:
            raise ValueError("a login in the URL: give a key")

    @cached_property
    def destination(self) -> Destination:
        """Raise ValueError when nobody can be asked there."""
        where = urlsplit(self.url)
        path = where.path if where.path.strip("/") else PATH
        return Destination.of(where._replace(path=path).geturl())

    @property
    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}
