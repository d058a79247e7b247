"""`personsvar health`: asks the service beside it whether it is ready; 0 or 1, and one line.

Runs every few seconds in each container, so it loads next to nothing: no settings are checked here, the two
addresses are read as the service reads them.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence

from personsvar.address import Address
from personsvar.settings import defaults

HTTP_BIND, HEALTH_BIND = "PERSONSVAR_HTTP_BIND", "PERSONSVAR_HEALTH_BIND"
ASKED_AT = {
    "ivr": HEALTH_BIND,
    "visual": HEALTH_BIND,
    "transcriber": HEALTH_BIND,
    "notifier": HTTP_BIND,
    "run": HTTP_BIND,
}
SECONDS = 5.0
WELL, UNWELL, WRONG_USAGE = 0, 1, 2
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what others listen at


def look(arguments: Sequence[str]) -> int:
    """Exit code: 0 ready, 1 not ready or no answer, 2 it can't be asked."""
    if len(arguments) > 1 or not set(arguments) <= ASKED_AT.keys():
        return _report(WRONG_USAGE, f"personsvar health [{'|'.join(ASKED_AT)}]")
    bind = _bind(arguments[0] if arguments else None, os.environ)
    if bind is None:
        return _report(WRONG_USAGE, f"{HEALTH_BIND} is not set: the service tells nobody how it is")
    try:
        status, body = _ask(_address(bind))
    except (OSError, ValueError) as wrong:
        return _report(UNWELL, f"no answer from {bind}: {getattr(wrong, 'strerror', None) or wrong}")
    if status == 200:  # noqa: PLR2004 - HTTP's own number
        return _report(WELL, "ready")
    return _report(UNWELL, f"not ready: {_faults(body)}")


def _bind(service: str | None, environ: Mapping[str, str]) -> str | None:
    health = environ.get(HEALTH_BIND) or None
    http = environ.get(HTTP_BIND) or defaults.HTTP_BIND
    if service is None:
        return health or http
    return health if ASKED_AT[service] == HEALTH_BIND else http


def _address(bind: str) -> Address:
    address = Address.parse(bind)
    return address._replace(host=_EVERYWHERE.get(address.host, address.host))


def _ask(address: Address) -> tuple[int, bytes]:
    """Raise OSError when nobody answers, ValueError for what is no answer."""
    with socket.create_connection(address, SECONDS) as service:
        service.sendall(f"GET /readyz HTTP/1.0\r\nHost: {address.host}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: service.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):  # noqa: PLR2004 - version and status
        raise ValueError("it does not speak HTTP")
    return int(words[1]), body


def _faults(body: bytes) -> str:
    import json  # noqa: PLC0415 - only once something is wrong

    try:
        faults = json.loads(body)["faults"]
        return "; ".join(f"{name}: {wrong}" for name, wrong in faults.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return "it does not say why"


def _report(code: int, line: str) -> int:
    print(line, file=sys.stderr if code == WRONG_USAGE else sys.stdout)
    return code
