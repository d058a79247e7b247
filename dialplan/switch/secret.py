"""What the switch shows the service with each call (PERSONSVAR_FASTAGI_SECRET).

None given: the one in the state folder, made there by whichever of the two starts first (the service:
`bootstrap.fastagi_secret`); a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path
from secrets import token_urlsafe

from personsvar import durable
from personsvar.settings import checks

BYTES = 32


class NoSecretError(Exception):
    """It can't be had; the text says why."""


def kept(file: Path) -> str:
    """The one in the file, made if there is none. Raise NoSecretError."""
    try:
        return checks.switch_secret(durable.kept(file, lambda: token_urlsafe(BYTES), shared=True))
    except OSError as wrong:
        raise NoSecretError(
            f"{file}: {wrong.strerror}: start the service first, or give both PERSONSVAR_FASTAGI_SECRET"
        ) from wrong
    except ValueError as wrong:
        raise NoSecretError(f"{file}: is no secret; remove it, and start service and switch again") from wrong
