"""The outbox folder holds what the store holds, and no longer: a file goes with its notice, and its message.

So retention, a removed message and a removed subscriber take the files along, whoever wrote them, and what
was being written at that moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from personsvar.gateways.files.outbox_writer import SUFFIXES
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.services import Services

_ENDINGS = "|".join(re.escape(one) for one in sorted(set(SUFFIXES.values())))
_OURS = re.compile(rf"\.?(?P<notice>[0-9]{{6,18}})-[a-z-]+(?:{_ENDINGS})(?:\.[0-9]+\.half)?")
_BATCH = 500


def tidy_files(services: Services, folder: Path) -> int:
    """Remove what no longer belongs to anything; how many files. What is not ours is left alone."""
    files = list(_files(folder))
    batches = (files[first : first + _BATCH] for first in range(0, len(files), _BATCH))
    return sum(_remove(file) for some in batches for file in _orphans(services, some))


def _orphans(services: Services, files: Sequence[tuple[Path, NoticeId]]) -> list[Path]:
    with services.store.look() as uow:
        there = uow.outbox.still_there(frozenset(notice for _, notice in files))
    return [file for file, notice in files if notice not in there]


def _files(folder: Path) -> Iterator[tuple[Path, NoticeId]]:
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        found = _OURS.fullmatch(file.name)
        if found is not None and not file.is_dir():
            yield file, NoticeId(int(found["notice"]))


def _remove(file: Path) -> bool:
    """False: it went by itself."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True
