"""A certificate signed by itself, to try things with on one's own machine: no phone trusts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from personsvar import durable
from personsvar.visual.certificate import Certificate

LIFE = timedelta(days=3650)
_SKEW = timedelta(days=1)
_NAMES = (x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))


def self_signed(folder: Path) -> Certificate:
    """The one in the folder, made if it is not there: `visual.pem` and `visual.key`, for localhost."""
    found = Certificate(folder / "visual.pem", folder / "visual.key")
    if not (found.certificate.exists() and found.key.exists()):
        certificate, key = _made()
        durable.write(found.key, key)
        durable.write(found.certificate, certificate)
    return found


def _made() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "personsvar demo")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_may_sign(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), private


def _may_sign() -> x509.KeyUsage:
    """The certificate may sign itself (RFC 5280, 4.2.1.3): some clients want that said."""
    others = ("data_encipherment", "key_agreement", "key_encipherment", "content_commitment")
    never = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **never)
