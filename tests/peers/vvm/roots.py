"""Handsets to test against: Debian's vvmd, the visual voicemail of Linux phones, in the two versions in use.

Each lives in a private root of the Debian it belongs to, with the buses and the Python that its modem needs:
vvmd brings ModemManager along, which has no business on the machine itself. The roots are made once, in
`PERSONSVAR_CACHE` (/var/cache/personsvar), beside the Asterisks: `python -m tests.peers.vvm.roots`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.root import enter

SUITES = {"0.14": "bookworm", "1.1": "trixie"}
"""Each version, and the Debian that has it."""
AUTHORITIES = Path("etc/ssl/certs/ca-certificates.crt")
"""Whom the handset trusts, in the root; a test lays its own authority over it."""
_PACKAGES = ("vvmd", "dbus-daemon", "python3-gi")


class NoHandsetError(Exception):
    """There is no such vvmd and none could be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Vvmd:
    """An installed vvmd, and the root it lives in."""

    version: str
    root: Path


def find_vvmd(version: str) -> Vvmd:
    """The one made before, else a new one. Several test runs may want it at once: one makes it."""
    cache = Path(os.environ.get("PERSONSVAR_CACHE", "/var/cache/personsvar"))
    cache.mkdir(parents=True, exist_ok=True)
    wanted = Vvmd(version, cache / f"vvmd-{SUITES[version]}")
    with wanted.root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return wanted if _runs(wanted) else _make(wanted)


def _runs(vvmd: Vvmd) -> bool:
    if not (vvmd.root / "usr/bin/vvmd").exists():
        return False
    asked = [*enter(vvmd.root), "/usr/bin/vvmd", "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return told.partition(",")[0].strip() == vvmd.version


def _make(vvmd: Vvmd) -> Vvmd:
    """A root beside the old one, put in its place when its vvmd has told its version."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise NoHandsetError("a private Debian with vvmd needs root and the package debootstrap")
    suite = SUITES[vvmd.version]
    print(f"personsvar: making a private Debian {suite} with vvmd in {vvmd.root} …", file=sys.stderr)
    fresh, log = vvmd.root.with_suffix(".new"), vvmd.root.with_suffix(".log")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _install(suite, fresh, log)
    except subprocess.CalledProcessError as failure:
        raise NoHandsetError(f"{failure}; see {log}") from failure
    if not _runs(Vvmd(vvmd.version, fresh)):
        raise NoHandsetError(f"Debian {suite} has no vvmd {vvmd.version} that runs; see {log}")
    shutil.rmtree(vvmd.root, ignore_errors=True)
    fresh.rename(vvmd.root)
    return vvmd


def _install(suite: str, root: Path, log: Path) -> None:
    with log.open("wb") as output:

        def run(*command: str) -> None:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
            subprocess.run(
                command, check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
            )

        run("debootstrap", "--variant=minbase", "--force-check-gpg", suite, str(root))
        _forbid_services(root)
        run(*enter(root), "apt-get", "-q", "-y", "--no-install-recommends", "install", *_PACKAGES)
        run(*enter(root), "apt-get", "clean")
    shutil.rmtree(root / "var/lib/apt/lists")
    (root / AUTHORITIES).parent.mkdir(parents=True, exist_ok=True)
    (root / AUTHORITIES).touch()


def _forbid_services(root: Path) -> None:
    """Installing must not start a packaged service (Debian policy 9.3.3)."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)


def main() -> int:
    try:
        for vvmd in map(find_vvmd, SUITES):
            print(f"personsvar: vvmd {vvmd.version} ({vvmd.root})", flush=True)
    except NoHandsetError as failure:
        print(f"personsvar: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
