"""The demo's mail server: runs Exim (exim.conf), and lays what it delivers on the demo's shelf.

Exim writes each mail into a Maildir, where it stays until it lies on the shelf.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from docker.demo.mail import arrived, told
from docker.demo.shelf import Shelf, from_environment, line

EXIM = ("/usr/sbin/exim4", "-bdf", "-q1m")
SPOOL = Path("/var/lib/personsvar-demo/.mta")
"""As in exim.conf."""
LOOK_SECONDS = 0.5


def take_over(maildir: Path, shelf: Shelf) -> None:
    """All that has arrived, the oldest first. Raise OSError: then what is left stays where it is."""
    new = maildir / "new"
    if not new.is_dir():
        return
    for file in sorted(new.iterdir(), key=lambda one: one.stat().st_mtime_ns):
        mail = arrived(file.read_bytes())
        shelf.put(mail, at=datetime.now(UTC))
        file.unlink()
        print(line(told(mail)), flush=True)  # noqa: T201 - what this program is for


def main() -> None:
    shelf = from_environment()
    SPOOL.mkdir(mode=0o700, exist_ok=True)
    exim = subprocess.Popen(EXIM)  # noqa: S603 - a constant

    def end(_number: int, _frame: FrameType | None) -> None:
        exim.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    print("the demo's mail server listens at port 2525", flush=True)  # noqa: T201
    while exim.poll() is None:
        try:
            take_over(SPOOL / "arrived", shelf)
        except OSError as wrong:
            print(f"mail stays in the Maildir: {wrong}", file=sys.stderr, flush=True)  # noqa: T201
        time.sleep(LOOK_SECONDS)
    sys.exit(max(exim.returncode, 0))


if __name__ == "__main__":
    main()
