"""Debian's releases of a made-up day: stand-ins for debootstrap and chroot, and a cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MODULES = ("chan_pjsip.so", "res_agi.so", "format_pcm.so", "format_sln.so", "codec_g722.so")
DEBOOTSTRAP = """#!/bin/sh
# debootstrap --variant=minbase --force-check-gpg SUITE ROOT
[ "$2" = --force-check-gpg ] || exit 2
day="{mirror}/$3"
echo "$3" >>"{mirror}/asked"
[ -d "$day" ] || exit 1
mkdir -p "$4/usr/sbin" && cp -r "$day" "$4/day"
"""
CHROOT = """#!/bin/sh
# chroot ROOT PROGRAM ARGUMENTS...
root=$1 && shift
case "$*" in
    *"install asterisk"*)
        [ ! -e "$root/day/uninstallable" ] || exit 100
        mkdir -p "$root/usr/lib/asterisk/modules" && : >"$root/usr/sbin/asterisk"
        for module in {modules}; do : >"$root/usr/lib/asterisk/modules/$module"; done ;;
    "/usr/sbin/asterisk -V") cat "$root/day/version" ;;
    ldd*) cat "$root/day/ldd" 2>/dev/null || : ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Debians:
    programs: Path
    mirror: Path
    cache: Path

    def has(self, suite: str, version: str, *, installable: bool = True, lacks: str = "") -> None:
        day = self.mirror / suite
        day.mkdir(exist_ok=True)
        (day / "version").write_text(f"Asterisk {version}\n")
        (day / "ldd").write_text(f"\t{lacks} => not found\n" if lacks else "")
        (day / "uninstallable").unlink(missing_ok=True)
        if not installable:
            (day / "uninstallable").touch()

    @property
    def asked(self) -> list[str]:
        """The suites of which a root was begun."""
        file = self.mirror / "asked"
        return file.read_text().split() if file.exists() else []


def made_up(folder: Path) -> Debians:
    day = Debians(folder / "bin", folder / "mirror", folder / "cache")
    for made in (day.programs, day.mirror):
        made.mkdir()
    for name, text in (("debootstrap", DEBOOTSTRAP), ("chroot", CHROOT)):
        program = day.programs / name
        program.write_text(text.format(mirror=day.mirror, modules=" ".join(MODULES)))
        program.chmod(0o755)
    return day
