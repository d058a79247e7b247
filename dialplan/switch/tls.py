"""SIP over TLS, and SRTP: what the trunk speaks with us where others could listen, or make up its address."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from personsvar.address import Address
from personsvar.settings.checks import PREFIX

if TYPE_CHECKING:
    from dialplan.switch.config import Setting

CERTIFICATE, KEY, AUTHORITY = "sip.pem", "sip.key", "sip_ca.pem"
"""In the configuration's own folder: a private root sees no other."""


@dataclass(frozen=True, slots=True)
class SipTls:
    port: int
    certificate: Path
    key: Path
    authority: Path | None = None
    """Who signed the trunk's own certificate, which it then has to show; none: it shows none."""


def values(setting: Setting) -> dict[str, object]:
    """What stands as @NAME@ in the files."""
    tls = setting.tls
    return {
        "TLS_PORT": tls.port if tls else 0,
        "TLS": "\n".join(_transport(setting, tls)) if tls else "",
        "TRUNK_TRANSPORT": "transport-tls" if tls else "transport",
        "TRUNK_BY": r"\;transport=tls" if tls else "",
        "MEDIA_ENCRYPTION": "sdes" if setting.srtp else "no",
        "SRTP_MODULE": "load = res_srtp.so" if setting.srtp else "",
    }


def _transport(setting: Setting, tls: SipTls) -> list[str]:
    address = Address.parse(setting.sip_bind).host
    lines = [
        "[transport-tls]",
        "type = transport",
        "protocol = tls",
        f"bind = {address}:{tls.port}",
        f"cert_file = {setting.etc / CERTIFICATE}",
        f"priv_key_file = {setting.etc / KEY}",
        "method = tlsv1_2",
    ]
    if host := setting.sip_external.partition(":")[0]:
        lines += [f"external_media_address = {host}", f"external_signaling_address = {host}"]
    if tls.authority:
        lines += [
            f"ca_list_file = {setting.etc / AUTHORITY}",
            "verify_client = yes",
            "require_client_cert = yes",
            "verify_server = yes",
        ]
    return lines


def faults(tls: SipTls) -> Iterator[str]:
    """A line for each file that Asterisk would start with and speak no TLS by."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key, password="")
    except (ssl.SSLError, ValueError):
        named = f"{PREFIX}SIP_TLS_CERTIFICATE, {PREFIX}SIP_TLS_KEY"
        yield f"{named}: no certificate with its key (PEM), not encrypted"
    try:
        ssl.create_default_context(cafile=tls.authority)
    except ssl.SSLError:
        yield f"{PREFIX}SIP_TLS_CA={str(tls.authority)!r}: no certificates (PEM)"


def bring(tls: SipTls, etc: Path) -> None:
    """The files, to where the switch can read them. Raise OSError."""
    files = {CERTIFICATE: tls.certificate, KEY: tls.key, AUTHORITY: tls.authority}
    for name, source in files.items():
        if source is not None:
            write_closed(etc / name, source.read_bytes(), 0o600)


def write_closed(file: Path, content: bytes, mode: int) -> None:
    """Never readable for others, not for a moment. Raise OSError."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
