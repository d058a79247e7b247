"""What a process has cost, from /proc (proc(5)): all of its threads, those that have ended too."""

from __future__ import annotations

import os
import re
import resource
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
MOST_FILES = 65536


def cpu_ms(pid: int) -> float:
    """Time on a core since the start, in the program and in the kernel for it."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS


def cpu_ms_of_family(pid: int) -> float:
    """The same, with its children and theirs, those that have ended and were waited for too."""
    family = cpu_ms(pid)
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    family += (int(fields[13]) + int(fields[14])) * 1000 / _TICKS
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended, and is the parent's from now on
                family += cpu_ms_of_family(int(child))
    return family


def cpu_ms_of_all() -> float:
    """What all there is on this machine has had of its cores, and what its host took of them, so far."""
    line = Path("/proc/stat").read_text("ascii").partition("\n")[0].split()[1:9]
    user, nice, system, _idle, _waiting, hard, soft, stolen = map(int, line)
    return (user + nice + system + hard + soft + stolen) * 1000 / _TICKS


def memory_mb(pid: int, *, most: bool = False) -> float:
    """Resident now, or the most there ever was."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB" if most else r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def threads(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())


def allow_many_files() -> int:
    """For us and all we start: a call is a handful of sockets in each of three programs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def hurry(task: int, nice: int) -> None:
    """Let this process or thread, and what it starts from here on, go before others; root alone can."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, task, nice)


def load() -> float:
    """How busy the machine was in the last minute."""
    return os.getloadavg()[0]


def machine() -> str:
    """What a reader of the figures wants to know of the machine, and no more."""
    info = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    kernel = os.uname()
    return f"{os.cpu_count()} cores, {model[1].strip() if model else kernel.machine}, Linux {kernel.release}"
