"""E-mail addresses as people write them, and as a mail server is given them.

kari@blåbær.test    the domain goes as its A-label, kari@xn--blbr-roah.test (RFC 5891): every server takes it
åse@example.test    what stands before the @ goes as it is (RFC 6531), where the server offers SMTPUTF8
"""

from __future__ import annotations

import re
import unicodedata

from personsvar.mailbox.errors import MailboxError

# RFC 5321: 64 octets before the @, 254 in all; what mail servers take in practice
_LONGEST_LOCAL = 64
_LONGEST = 254
_ASCII_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)*{_LABEL}")


def check_email(email: str) -> str:
    """The address as it is kept and shown: in the letters it was given in. Raise MailboxError."""
    address = unicodedata.normalize("NFC", email)
    try:
        as_sent(address)
    except ValueError as wrong:
        raise MailboxError("this is no e-mail address") from wrong
    return address


def as_sent(address: str) -> str:
    """With the domain as its A-label. Raise ValueError for what is no address."""
    local, _, domain = address.rpartition("@")
    if not _is_local(local):
        raise ValueError("what stands before the @ will not do")
    whole = f"{local}@{a_label(domain)}"
    if len(whole.encode()) > _LONGEST:
        raise ValueError("too long")
    return whole


def _is_local(local: str) -> bool:
    ascii_letters = "".join(letter for letter in local if letter.isascii())
    others = "".join(letter for letter in local if not letter.isascii())
    return (
        0 < len(local.encode("utf-8", "replace")) <= _LONGEST_LOCAL
        and _ASCII_LOCAL.fullmatch(ascii_letters) is not None
        and all(unicodedata.category(letter)[0] in "LMN" for letter in others)
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
    )


def a_label(domain: str) -> str:
    """UTS 46, non-transitional: capitals are small, and `ß` is itself."""
    written = domain if domain.isascii() else _encoded(domain)
    if not _DOMAIN.fullmatch(written):
        raise ValueError("the domain will not do")
    return written


def _encoded(domain: str) -> str:
    import idna  # noqa: PLC0415 - its tables are large, and few addresses need them

    if not domain.isprintable():
        raise ValueError("the domain holds what nobody sees")
    return idna.encode(domain, uts46=True).decode("ascii")  # its IDNAError is a ValueError
