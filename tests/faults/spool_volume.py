"""A spool on a volume of its own, small, that can be filled up and held up: an image of ext4 behind a loop
device.

Held up is by fsfreeze(8): whoever writes, syncs or makes a file there waits until it goes on, as on a disk
that does not answer; who reads goes on. That a stall ends does not depend on us: the process that begins it
ends it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MEGABYTES = 24
BLOCK = 4096
STALL_SECONDS, BETWEEN_SECONDS = 0.7, 0.25


@dataclass(frozen=True)
class SpoolVolume:
    folder: Path

    @contextmanager
    def filled(self, *, leaving_kilobytes: int) -> Iterator[None]:
        filler = self.folder / "broken" / "filler"
        filler.parent.mkdir(exist_ok=True)
        disk = os.statvfs(self.folder)
        blocks = (disk.f_bavail * disk.f_frsize - leaving_kilobytes * 1024) // BLOCK
        try:
            with filler.open("wb", buffering=0) as file, suppress(OSError):  # callers fill it up, too
                for _ in range(blocks):
                    file.write(bytes(BLOCK))
            yield
        finally:
            filler.unlink(missing_ok=True)

    @contextmanager
    def stalling(self) -> Iterator[None]:
        """Most of the time it does not answer, and then it does for a moment; well again at the end."""
        stall = f"fsfreeze -f {self.folder} && sleep {STALL_SECONDS}; fsfreeze -u {self.folder}"
        loop = f"trap 'stop=1' TERM; while [ -z $stop ]; do {stall}; sleep {BETWEEN_SECONDS}; done"
        command = ["setpriv", "--pdeathsig", "TERM", "sh", "-c", loop]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()  # between two commands: the last of a round has it go on
            process.wait()


@cache
def why_there_is_none() -> str:
    """Why no volume can be made here; empty when one can: it is tried."""
    if os.geteuid() != 0:
        return "only root may mount a volume"
    if missing := [program for program in ("mkfs.ext4", "fsfreeze") if _path_of(program) is None]:
        return f"{', '.join(missing)} is missing"
    with tempfile.TemporaryDirectory(prefix="personsvar-volume-") as name:
        try:
            with spool_volume(Path(name) / "volume", Path(name) / "image"):
                return ""
        except subprocess.CalledProcessError as refused:
            return f"no volume can be mounted: {refused.stderr.decode(errors='replace').strip()}"


@contextmanager
def spool_volume(folder: Path, image: Path) -> Iterator[SpoolVolume]:
    """`folder` is the volume; gone at the end."""
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 2**20)
    make = [str(_path_of("mkfs.ext4")), "-q", "-m", "0", "-O", "^has_journal", str(image)]
    subprocess.run(make, check=True, capture_output=True)
    mount = ["mount", "-o", "loop", str(image), str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        (folder / "lost+found").rmdir()
        folder.chmod(0o2770)
        yield SpoolVolume(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _path_of(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
