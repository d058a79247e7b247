"""An instance's own configuration: the files of dialplan/ with their @NAMES@ filled in, in its own folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
EMPTY = ("acl.conf", "ccss.conf", "manager.conf", "stasis.conf", "udptl.conf")
"""Asterisk's core complains of each when it is not there, and is content with nothing in it."""
SOUNDS = SOURCE.parent / "prompts" / "sounds"


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs from one Asterisk to the next. Folders are absolute."""

    folder: Path
    """Its own: configuration, sockets, logs, database."""
    spool: Path
    media: Path
    sounds: Path = SOUNDS
    sip_bind: str = "127.0.0.1:5060"
    fastagi: str = "127.0.0.1:4573"
    trunk: str = "127.0.0.1:5070"
    """Where calls back go out: host:port of the operator's switch."""
    trunk_match: str = "127.0.0.1"
    """The addresses, comma-joined, whose word is taken (P-Asserted-Identity, Diversion)."""
    system: str = "pv"
    rtp_start: int = 10000
    rtp_end: int = 30000
    extra: Mapping[str, str] = field(default_factory=dict)
    """More lines for a file, by its name: a test's or a bench's own module or endpoint."""

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def run(self) -> Path:
        return self.folder / "run"


def render(setting: Setting, *, modules: str, data: str = "/usr/share/asterisk") -> None:
    """Write the whole configuration folder; readable by the owner and the group only."""
    values = {
        "ETC": setting.etc,
        "RUN": setting.run,
        "VAR": setting.folder / "lib",
        "LOG": setting.folder / "log",
        "DATA": data,
        "MODULES": modules,
        "SYSTEM": setting.system,
        "SIP_BIND": setting.sip_bind,
        "FASTAGI": setting.fastagi,
        "TRUNK": setting.trunk,
        "TRUNK_MATCH": setting.trunk_match,
        "SPOOL": setting.spool,
        "SOUNDS": setting.sounds,
        "RTP_START": setting.rtp_start,
        "RTP_END": setting.rtp_end,
    }
    for folder in (
        setting.etc,
        setting.run,
        setting.folder / "lib",
        setting.folder / "log",
        setting.spool,
        setting.media,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    names = {path.name for path in SOURCE.glob("*.conf")} | {*EMPTY, *setting.extra}
    for name in sorted(names):
        text = _fill(SOURCE / name, values) + "\n" + setting.extra.get(name, "")
        (setting.etc / name).write_text(text, encoding="utf-8")


def _fill(source: Path, values: Mapping[str, object]) -> str:
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    return re.sub(r"@([A-Z_]+)@", lambda name: str(values[name[1]]), text)
