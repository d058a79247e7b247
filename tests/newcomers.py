"""`python -m tests.newcomers [RELEASE ...]`: a fresh Debian or Ubuntu, from README's first command to a call.

Each release is made by debootstrap with nothing in it but `make`; in it `make run` installs all there is, on
a day on which every package of the locks has a later release that can't be installed. A line for each tells
how long it took, or what went wrong; a release that can't be made here is told, and is no failure. As root.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from personsvar.mailbox.model.ids import Number
from tests.real.by_hand import all_of, end_all_of
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone
from tests.real.spool import eventually
from tests.real.walks import diverted_from
from tests.unit.locks.registry import Registry

ROOT = Path(__file__).parents[1]
RELEASES = {"debian-12": "bookworm", "debian-13": "trixie", "ubuntu-24.04": "noble"}
COMPONENTS = {"noble": "main,universe"}
"""What such a machine has from its installer on, where it is more than `main`."""
SCRIPTS = Path("/usr/share/debootstrap")
UBUNTU = "gutsy"
"""The script of every Ubuntu since: a debootstrap that is older than a release lacks only its name."""
CALLED = Number("+4790000001")
AUTHORITIES = Path("etc/ssl/certs/ca-certificates.crt")
CHECKOUT = Path("srv/personsvar")
LATER = Path("srv/later")
START_SECONDS = 1800
END_SECONDS = 60
READY = ("Asterisk is ready", "in=running.service_runner event=ready")
ENTER = """
set -e
mount --bind "$1" "$1" # the root of what is started in it is a mount, as on any machine
for here in proc dev sys; do mount --rbind /$here "$1/$here"; done
exec chroot "$1" sh -c 'cd /srv/personsvar && exec make run'
"""


class NotMadeError(Exception):
    """There can be no such root here; the text says why."""


@dataclass(frozen=True)
class Fresh:
    """A root with a checkout in it, and nobody who has ever started it."""

    root: Path
    state: Path
    sip_port: int

    @property
    def log(self) -> Path:
        return self.root.with_suffix(".log")

    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def environment(self) -> dict[str, str]:
        binds = ("FASTAGI_BIND", "ESL_BIND", "HTTP_BIND", "IMAP_BIND", "IMAPS_BIND")
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "PIP_CERT": f"/{AUTHORITIES}",
            "PIP_FIND_LINKS": f"/{LATER}",
            "PERSONSVAR_STATE": str(self.state),
            "PERSONSVAR_SIP_PORT": str(self.sip_port),
            **{f"PERSONSVAR_{bind}": f"127.0.0.1:{free_tcp_port()}" for bind in binds},
        }


@contextmanager
def fresh(release: str) -> Iterator[Fresh]:
    """Gone afterwards, and whoever was started in it."""
    cache = Path(os.environ.get("PERSONSVAR_CACHE", "/var/cache/personsvar"))
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="newcomer-", dir=cache, ignore_cleanup_errors=True) as name:
        it = Fresh(Path(name) / release, Path(f"/var/lib/{Path(name).name}"), free_udp_port())
        try:
            _debian(RELEASES[release], it, _scripts(Path(name) / "debootstrap", release))
            _checkout(it.root / CHECKOUT)
            _later_releases(it.root / LATER)
            yield it
        finally:
            end_all_of(it.state)


def _scripts(folder: Path, release: str) -> Path:
    """Debootstrap's own, in which the release has a name."""
    if SCRIPTS.is_dir():
        shutil.copytree(SCRIPTS, folder, symlinks=True)
        named = folder / "scripts" / RELEASES[release]
        if release.startswith("ubuntu") and not named.exists():
            named.symlink_to(UBUNTU)
    return folder


def _debian(suite: str, it: Fresh, scripts: Path) -> None:
    """With `make`, this machine's names and whom it trusts: what a person has before the first command."""
    commands = (
        ["debootstrap", "--variant=minbase", "--force-check-gpg",
         f"--components={COMPONENTS.get(suite, 'main')}", suite, str(it.root)],
        ["chroot", str(it.root), "apt-get", "-q", "-y", "--no-install-recommends", "install",
         "make", "ca-certificates"],
    )  # fmt: skip
    with it.log.open("wb") as output:
        for command in commands:
            made = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
                env={
                    **os.environ,
                    "DEBIAN_FRONTEND": "noninteractive",
                    "LC_ALL": "C",
                    "DEBOOTSTRAP_DIR": str(scripts),
                },
            )  # fmt: skip
            if made.returncode:
                raise NotMadeError((it.said().strip().splitlines() or ["debootstrap"])[-1])
    for file in (Path("etc/hosts"), Path("etc/resolv.conf"), AUTHORITIES):
        with suppress(FileNotFoundError):
            shutil.copyfile("/" / file, it.root / file)


def _checkout(folder: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name, follow_symlinks=False)


def _later_releases(folder: Path) -> None:
    folder.mkdir(parents=True)
    registry = Registry(folder)
    for lock in (ROOT / "locks").glob("*.lock"):
        for line in lock.read_text("ascii").splitlines():
            if "==" in line:
                name = Requirement(line.removesuffix("\\").strip()).name
                registry.wheel(name.replace("-", "_"), "9999", "not-to-be-had")


def started_to_a_call(it: Fresh) -> float:
    """The seconds from `make run` to what a caller hears; then Ctrl-C, and nothing is left."""
    began = time.monotonic()
    with it.log.open("wb") as output:
        make = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh", str(it.root)],
            env=it.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        eventually(lambda: _is_ready(it, make), within=START_SECONDS, what="make run")
        with Phone(switch_port=it.sip_port) as caller:
            caller.call(diversion=diverted_from(CALLED))
            caller.wait_for_sound(within=20, after=0.0)
            seconds = time.monotonic() - began
            os.killpg(make.pid, signal.SIGINT)
            caller.wait_for_hang_up(within=END_SECONDS)
        make.wait(END_SECONDS)
        assert (left := all_of(it.state)) == [], f"{len(left)} processes are left"
        return seconds
    finally:
        make.kill()
        make.wait()


def _is_ready(it: Fresh, make: subprocess.Popen[bytes]) -> bool:
    if make.poll() is not None:
        raise AssertionError(f"make run ended with {make.returncode}")
    return all(words in it.said() for words in READY)


def tried(release: str) -> bool:
    """Tell how it went."""
    try:
        with fresh(release) as it:
            try:
                seconds = started_to_a_call(it)
            except (AssertionError, subprocess.TimeoutExpired) as failure:
                print(f"personsvar: {release}: {failure}\n{it.said()[-3000:]}", flush=True)
                return False
    except NotMadeError as failure:
        print(f"personsvar: {release} can't be made here, and was not tried: {failure}", flush=True)
        return True
    print(
        f"personsvar: {release}: a call is answered {seconds:.0f} s after `make run`; nothing left",
        flush=True,
    )
    return True


def main() -> int:
    if os.geteuid() != 0:
        print("personsvar: fresh roots are made by root", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcomes = [tried(release) for release in sys.argv[1:] or RELEASES]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
