"""What the switch shows the service with each call (PERSONSVAR_FASTAGI_SECRET).

None given: the one in the state folder, made there by whichever of the two starts first. The service's side
of it is personsvar/durable.py; a test holds the two together.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe

from dialplan.switch import check

BYTES = 32
MODE = 0o640
"""For the group that service and switch share."""


class NoSecretError(Exception):
    """It can't be had; the text says why."""


def kept(file: Path) -> str:
    """The one in the file, made if there is none. Raise NoSecretError."""
    try:
        if not file.exists():
            _make(file)
        return check.secret(file.read_text("ascii", errors="replace").strip())
    except OSError as wrong:
        raise NoSecretError(
            f"{file}: {wrong.strerror}: start the service first, or give both PERSONSVAR_FASTAGI_SECRET"
        ) from wrong
    except ValueError as wrong:
        raise NoSecretError(f"{file}: is no secret; remove it, and start service and switch again") from wrong


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    mine = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(token_urlsafe(BYTES))
        out.flush()
        with suppress(PermissionError):  # a group that is not ours
            os.fchown(out.fileno(), -1, file.parent.stat().st_gid)
        os.fchmod(out.fileno(), MODE)
        os.fsync(out.fileno())
    with suppress(FileExistsError):  # the first one wins, and it is there whole
        os.link(mine, file)
    mine.unlink()
