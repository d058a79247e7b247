"""Which calls are up, as the kernel sees it: an Asterisk that stops answers no question about them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def holds_a_port(pid: int, first: int, last: int) -> bool:
    """Whether it has a UDP port from `first` to `last`: a call has two for its sound."""
    process = Path(f"/proc/{pid}")
    own = set()
    for descriptor in _listed(process / "fd"):
        with suppress(OSError):
            own.add(str(descriptor.readlink()))
    return any(
        first <= port <= last and f"socket:[{inode}]" in own
        for table in ("udp", "udp6")
        for port, inode in _sockets(process / "net" / table)
    )


def _listed(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(folder.iterdir())
    return []


def _sockets(table: Path) -> list[tuple[int, str]]:
    """The local port and the inode of each (proc(5))."""
    with suppress(OSError):
        rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
        return [(int(row[1].rpartition(":")[2], 16), row[9]) for row in rows]
    return []
