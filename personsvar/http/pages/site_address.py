"""Where the page is reached, and what follows of it: how cookies are kept, and who may send forms.

Behind `https://` everything is for that address alone. Without PERSONSVAR_PUBLIC_URL, or where it names this
very machine, the page is served on loopback in clear, for trying things: there cookies can't be `Secure`. An
address of others in clear has no page: who listens on the way would have the session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LOOPBACK_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
"""As a Host header names it (RFC 9110, 7.2); what is none is read by nobody's rules but these."""
_PORT = re.compile(r":[0-9]{1,5}$")
_HERE = frozenset({"same-origin", None})
"""What a browser says of who sends a form (Sec-Fetch-Site); old ones say nothing."""


@dataclass(frozen=True, slots=True)
class SiteAddress:
    origin: str | None
    """None: any name of this machine."""
    path: str = ""
    """What stands before ours, where a proxy serves us below a path."""

    @property
    def is_secure(self) -> bool:
        return self.origin is not None and self.origin.startswith("https://")

    @property
    def has_page(self) -> bool:
        return self.is_secure or self.origin is None

    def url(self, path: str) -> str:
        return f"{self.path}{path}"

    def serves(self, request: Request) -> bool:
        """False for an address that is not ours: another's name, made to lead to this machine (DNS)."""
        here = _LOOPBACK_HOST.fullmatch(request.headers.get("host", "")) is not None
        return self.is_secure or (self.has_page and here)

    def names(self, request: Request) -> bool:
        """Whether it was asked for by a name of this machine, or by that of the settings.

        What needs no log-in is for no other, wherever it is served: see `serves`.
        """
        host = request.headers.get("host", "")
        own = None if self.origin is None else urlsplit(self.origin).hostname
        return _LOOPBACK_HOST.fullmatch(host) is not None or (own is not None and _name_in(host) == own)

    def sent_by_us(self, request: Request) -> bool:
        """Whether a page of ours sends the form. A browser that names nobody is not believed."""
        own = self.origin or f"http://{request.headers.get('host', '')}"
        from_here = request.headers.get("sec-fetch-site") in _HERE
        return from_here and request.headers.get("origin") == own


def _name_in(host: str) -> str:
    return _PORT.sub("", host).strip("[]").lower()


def site_address(public_url: str) -> SiteAddress:
    parts = urlsplit(public_url)
    if not public_url or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return SiteAddress(None, parts.path.rstrip("/"))
    return SiteAddress(f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/"))
