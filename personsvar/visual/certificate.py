"""What the server shows phones of itself: a certificate and its key, read again whenever the files change.

Certificates are renewed every few weeks. The next connection after that gets the new one; as long as the two
files don't fit each other (one is written after the other) everybody gets the old one.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

log = logging.getLogger(__name__)

Traits = tuple[tuple[int, int, int], ...]
"""Inode, size and time of change of each file."""


class CertificateError(Exception):
    """No server can be begun with these files; the text is one line."""


@dataclass
class Certificate:
    certificate: Path
    key: Path
    _context: ssl.SSLContext | None = field(default=None, init=False)
    _traits: Traits = field(default=(), init=False)
    _valid_until: datetime | None = field(default=None, init=False)

    def load(self) -> None:
        """Raise CertificateError when there is nothing to begin with."""
        self._traits = self._file_traits()
        self._context, self._valid_until = self._read(), self._read_end()

    def context(self) -> ssl.SSLContext:
        """Returns what a connection that begins now is given."""
        if self._context is None:
            self.load()
        elif self._has_changed():
            self._load_again()
        if self._context is None:
            raise CertificateError("no certificate was loaded")
        return self._context

    @property
    def valid_until(self) -> datetime:
        """The certificate that is shown now runs out then. Raise CertificateError when there is none."""
        self.context()
        if self._valid_until is None:
            raise CertificateError("no certificate was loaded")
        return self._valid_until

    def _has_changed(self) -> bool:
        try:
            return self._file_traits() != self._traits
        except CertificateError:
            return False

    def _load_again(self) -> None:
        try:
            self.load()
        except CertificateError as wrong:
            log.warning("the new certificate can't be used, the old one stays: %s", wrong)
        else:
            log.info("certificate read again")

    def _file_traits(self) -> Traits:
        try:
            found = [file.stat() for file in (self.certificate, self.key)]
        except OSError as wrong:
            raise CertificateError(f"{wrong.filename}: {wrong.strerror}") from wrong
        return tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in found)

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        try:
            # the password: OpenSSL would ask for one at the terminal
            context.load_cert_chain(self.certificate, self.key, password=_no_password)
        except ssl.SSLError as wrong:
            raise CertificateError(f"{self.certificate} and {self.key}: {_reason(wrong)}") from wrong
        except OSError as wrong:
            raise CertificateError(f"{self.certificate} and {self.key}: {wrong.strerror}") from wrong
        return context

    def _read_end(self) -> datetime:
        """The first certificate in the file is the server's own: its end counts."""
        try:
            return x509.load_pem_x509_certificate(self.certificate.read_bytes()).not_valid_after_utc
        except OSError as wrong:
            raise CertificateError(f"{self.certificate}: {wrong.strerror}") from wrong
        except ValueError as wrong:
            raise CertificateError(f"{self.certificate}: no certificate (PEM)") from wrong


def _no_password() -> str:
    raise CertificateError("the key is encrypted; give one that is not, in a file only the service may read")


def _reason(wrong: ssl.SSLError) -> str:
    if wrong.reason == "KEY_VALUES_MISMATCH":
        return "the key is not that of the certificate"
    return "no certificate with its key (PEM)"
