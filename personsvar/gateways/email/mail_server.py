"""The operator's mail server, as its URL tells it, and how safely it is talked to.

smtp://user:password@mx.example.test            port 587, STARTTLS or nothing (RFC 3207)
smtps://user:password@mx.example.test           port 465, TLS at once (RFC 8314)
smtp://127.0.0.1:25?starttls=no                 clear text: a relay on this machine or in its own network
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from personsvar.gateways.trust import trusting

Safety = Literal["starttls", "tls", "none"]
_PORTS: dict[Safety, int] = {"starttls": 587, "tls": 465, "none": 25}


class MailServerError(ValueError):
    """A URL nobody could send by. The URL is not in it: it may hold a password."""


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    safety: Safety
    user: str | None = None
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    """Certificates (PEM) that sign the server's own; None: the system's."""

    @property
    def name(self) -> str:
        """As the ledger shows it."""
        return f"{self.host}:{self.port}"

    def tls(self) -> ssl.SSLContext | None:
        """Its certificate and name are always checked. Raise MailServerError when `ca_file` can't be read."""
        if self.safety == "none":
            return None
        try:
            return trusting(self.ca_file)
        except OSError as wrong:
            raise MailServerError(f"{self.ca_file}: {wrong.strerror}") from wrong


def mail_server(url: str, *, ca_file: Path | None = None) -> MailServer:
    """Raise MailServerError for what can't be meant."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise MailServerError("should be smtp[s]://host[:port]")
    if parts.path.strip("/") or parts.fragment:
        raise MailServerError("behind the port stands nothing but ?starttls=no")
    safety = _safety(parts.scheme, parse_qsl(parts.query, keep_blank_values=True))
    user = None if parts.username is None else unquote(parts.username)
    if user is not None and safety == "none" and not _on_this_machine(parts.hostname):
        raise MailServerError(
            "a password never goes out in clear text: starttls=no is for relays without one"
        )
    try:
        port = parts.port or _PORTS[safety]
    except ValueError as wrong:
        raise MailServerError("the port should be a number up to 65535") from wrong
    return MailServer(parts.hostname, port, safety, user, unquote(parts.password or ""), ca_file)


def _safety(scheme: str, options: list[tuple[str, str]]) -> Safety:
    wish = dict(options).get("starttls", "yes")
    if options not in ([], [("starttls", wish)]) or wish not in ("yes", "no"):
        raise MailServerError("after the question mark only starttls=no is known")
    if scheme == "smtps":
        return "tls"
    return "starttls" if wish == "yes" else "none"


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
