"""An authority that handsets trust, and a server's certificate for a loopback address, made on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Papers:
    """What a server shows, its key, and whom a client is to trust for it; PEM files."""

    certificate: Path
    key: Path
    authority: Path


def papers_for(address: str, *, folder: Path) -> Papers:
    """A chain of two, as from a public authority."""
    root, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    named = _name("Example Root")
    authority = (
        _certificate(named, named, root.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_may_sign(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root.public_key()), critical=False)
        .sign(root, SHA256())
    )
    shown = (
        _certificate(_name("vvm.example.test"), named, server.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, SHA256())
    )
    papers = Papers(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    papers.authority.write_bytes(authority.public_bytes(Encoding.PEM))
    papers.certificate.write_bytes(shown.public_bytes(Encoding.PEM))
    papers.key.write_bytes(server.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return papers


def _may_sign() -> x509.KeyUsage:
    """Python 3.13 wants it said (RFC 5280, 4.2.1.3), and the key identifiers too."""
    others = ("data_encipherment", "key_agreement", "key_encipherment", "content_commitment")
    never = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **never)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
