"""Addresses among the settings: written in any letters, kept as every program takes them.

A domain goes as its A-label (RFC 5891), a path percent-encoded (RFC 3987, 3.1). What stands before the @ of
the sender's address has to be ASCII: else each e-mail would need a server with SMTPUTF8 (RFC 6531).
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from personsvar.address import checked_host
from personsvar.mailbox.email_address import a_label, as_sent

_KEPT = "/%~!$&'()*+,;=:@-._"
"""These may stand in a path as they are (RFC 3986, 3.3); % is of what is percent-encoded already."""


def sender(text: str) -> str:
    """An e-mail address, for From and for bounces."""
    if not text.rpartition("@")[0].isascii():
        raise ValueError("should have ASCII letters only before the @: few mail servers take others there")
    try:
        return as_sent(text)
    except ValueError as wrong:
        raise ValueError("should be an e-mail address, like personsvar@example.net") from wrong


def public_url(text: str) -> str:
    """`https://host[:port][/path]`: something is put behind it."""
    if not text:
        return text
    try:
        parts = urlsplit(text)
        if not _is_plain(parts) or not text.isprintable() or " " in text or parts.port == 0:
            raise ValueError(text)  # noqa: TRY301 - one answer to all that it is not
        port = "" if parts.port is None else f":{parts.port}"
        return f"{parts.scheme}://{_host(parts.hostname or '')}{port}{quote(parts.path, safe=_KEPT)}"
    except ValueError as wrong:
        raise ValueError(
            "should be https://host or http://host, with a port and a path where needed"
        ) from wrong


def host_url(text: str) -> str:
    """The same without a path."""
    if not text or urlsplit(text).path.strip("/"):
        raise ValueError("should be https://host or http://host, with a port where needed")
    return public_url(text).rstrip("/")


def _is_plain(parts: SplitResult) -> bool:
    more = (parts.username, parts.password, parts.query, parts.fragment)
    return parts.scheme in ("https", "http") and bool(parts.hostname) and not any(more)


def host_name(text: str) -> str:
    try:
        return checked_host(a_label(text))
    except ValueError as wrong:
        raise ValueError("should be a host's name, like vvm.example.net") from wrong


def check_host_of(url: str, *, several: bool = False) -> None:
    """Raise ValueError for a host that nobody could look up; `several`: there may be a comma between them."""
    named = urlsplit(url).hostname or ""
    try:
        for host in named.split(",") if several else [named]:
            checked_host(host if host.isascii() else a_label(host))
    except ValueError as wrong:
        raise ValueError("the host should be a name or an address") from wrong


def _host(name: str) -> str:
    try:
        address = ip_address(name)
    except ValueError:
        return checked_host(a_label(name))
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
