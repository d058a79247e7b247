"""What arrived: the gateways lay it down, the page shows it. A folder for each, in a volume they share.

    20261122T144442.123456Z-mms-9f3a1c02/
        item.json     whom it is from, its words, and what its files are called
        0, 1, …       the files, by their place in `files`

A folder is written under another name and renamed: it is there as a whole or not at all.
(smsc/shelf.mjs writes the same.)
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

Kind = Literal["sms", "mms", "mail"]
KEPT = 100
"""Of each kind; the oldest go."""
_NAME = re.compile(rf"\d{{8}}T\d{{6}}\.\d{{6}}Z-({'|'.join(get_args(Kind))})-[0-9a-f]{{8}}")
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a gateway took."""

    kind: Kind
    sender: str
    to: str
    subject: str = ""
    text: str = ""
    html: str = ""
    files: Sequence[File] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of an item, as it can be asked for."""

    name: str
    type: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Item:
    """What lies on the shelf. All of its words came from outside."""

    id: str
    kind: str
    at: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    note: str
    files: Sequence[Listed]


class Shelf:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, arrived: Arrived, *, at: datetime) -> str:
        """Its id. Raise OSError."""
        moment = at.astimezone(UTC)
        name = f"{moment:%Y%m%dT%H%M%S.%fZ}-{arrived.kind}-{secrets.token_hex(4)}"
        hidden = self._folder / f".{name}"
        hidden.mkdir(mode=0o770)
        for number, file in enumerate(arrived.files):
            (hidden / str(number)).write_bytes(file.content)
        (hidden / "item.json").write_text(json.dumps(_written(arrived, moment)), encoding="utf-8")
        hidden.rename(self._folder / name)
        self._prune(arrived.kind)
        return name

    def ids(self) -> list[str]:
        """The newest first."""
        names = (one.name for one in self._folder.iterdir())
        return sorted((name for name in names if _NAME.fullmatch(name)), reverse=True)

    def items(self) -> list[Item]:
        """The newest first, without those that can't be read or were just taken away."""
        return [item for one in self.ids() if (item := self.item(one)) is not None]

    def item(self, of: str) -> Item | None:
        if not _NAME.fullmatch(of):
            return None
        try:
            return _read(of, json.loads((self._folder / of / "item.json").read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def content(self, of: str, number: int) -> bytes | None:
        """Of a file of an item."""
        if not _NAME.fullmatch(of):
            return None
        try:
            return (self._folder / of / str(int(number))).read_bytes()
        except OSError:
            return None

    def _prune(self, kind: Kind) -> None:
        for old in [one for one in self.ids() if f"-{kind}-" in one][KEPT:]:
            shutil.rmtree(self._folder / old, ignore_errors=True)


def line(text: str) -> str:
    """On one line, with nothing that moves a terminal's cursor."""
    return _NOT_SHOWN.sub(" ", text).strip()


def from_environment() -> Shelf:
    """And what is laid there is for its group, too."""
    os.umask(0o007)
    return Shelf(Path(os.environ.get("DEMO_SHELF", "/var/lib/personsvar-demo")))


def _written(arrived: Arrived, at: datetime) -> dict[str, Any]:
    return {
        "kind": arrived.kind,
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "from": arrived.sender,
        "to": arrived.to,
        "subject": arrived.subject,
        "text": arrived.text,
        "html": arrived.html,
        "note": arrived.note,
        "files": [{"name": one.name, "type": one.type, "bytes": len(one.content)} for one in arrived.files],
    }


def _read(item: str, said: dict[str, Any]) -> Item:
    return Item(
        id=item,
        kind=str(said["kind"]),
        at=str(said["at"]),
        sender=str(said["from"]),
        to=str(said["to"]),
        subject=str(said["subject"]),
        text=str(said["text"]),
        html=str(said["html"]),
        note=str(said["note"]),
        files=[Listed(str(one["name"]), str(one["type"]), int(one["bytes"])) for one in said["files"]],
    )
