"""Whose certificates gateways trust: those the operator names (PERSONSVAR_GATEWAY_CA), or the system's."""

from __future__ import annotations

import ssl
from errno import EINVAL
from pathlib import Path


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The other end's certificate and name are always checked. Raise OSError where the file will not do."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as wrong:
        raise OSError(EINVAL, "no certificates (PEM)") from wrong
