"""Whose certificates gateways trust: those the operator names (PERSONSVAR_GATEWAY_CA), or the system's."""

from __future__ import annotations

import ssl
from pathlib import Path


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The other end's certificate and name are always checked. Raise OSError when the file can't be read."""
    return ssl.create_default_context(cafile=ca_file)
