"""How an Asterisk is started: as it is, or in a private root.

A private root is entered with chroot inside a mount namespace of its own, where the folders it shares with
the service lie at the same paths: the mounts are gone with the process, however it ends.
"""

from __future__ import annotations

import shlex
import shutil
from contextlib import suppress
from pathlib import Path

from dialplan.switch.config import Setting
from dialplan.switch.root import Asterisk, enter


def command(asterisk: Asterisk, setting: Setting) -> list[str]:
    """Its program and arguments, in the foreground; a private root is made ready for it."""
    start = [*enter(asterisk.root), asterisk.program, "-C", str(setting.etc / "asterisk.conf"), "-f"]
    if not asterisk.private:
        return start
    _share_hosts(asterisk.root)
    steps = []
    for folder in _shared(setting):
        inside = asterisk.root / folder.relative_to("/")
        # Never removed: that would unmount it under another switch.
        inside.mkdir(parents=True, exist_ok=True)
        steps.append(f"mount --bind {shlex.quote(str(folder))} {shlex.quote(str(inside))}")
    script = " && ".join([*steps, "exec " + shlex.join(start)])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def _shared(setting: Setting) -> list[Path]:
    wanted = {setting.folder, setting.spool, setting.media, setting.sounds}
    if setting.studio is not None and setting.studio.is_dir():
        wanted.add(setting.studio)
    return sorted(folder for folder in wanted if not wanted.intersection(folder.parents))


def _share_hosts(root: Path) -> None:
    """Where the machine's own name does not resolve, every call would block the SIP stack on DNS."""
    with suppress(shutil.SameFileError):
        shutil.copyfile("/etc/hosts", root / "etc/hosts")
