"""What the local engine needs here: the extra `speech`, and a folder with a model in CTranslate2's form."""

from __future__ import annotations

import stat
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = "faster-whisper"
MODEL_FILES: tuple[tuple[str, ...], ...] = (
    ("model.bin",),
    ("config.json",),
    ("tokenizer.json",),
    ("vocabulary.json", "vocabulary.txt"),
)
"""Each has to be there, by one of its names. Without tokenizer.json the engine would fetch one."""


class NoLocalEngineError(Exception):
    """It can't hear here; the text says what is missing."""


def is_installed() -> bool:
    """Whether the extra is."""
    try:
        version(PACKAGE)
    except PackageNotFoundError:
        return False
    return True


def check_local_engine(folder: Path) -> None:
    """Raise NoLocalEngineError."""
    if not is_installed():
        raise NoLocalEngineError(f"{PACKAGE} is not installed: pip install 'personsvar[speech]'")
    if not folder.is_dir():
        raise NoLocalEngineError("there is no such folder")
    if missing_files := missing_from(folder):
        raise NoLocalEngineError(
            f"of a model in CTranslate2's form, this is missing: {', '.join(missing_files)}"
        )


def missing_from(folder: Path) -> tuple[str, ...]:
    """The names of files that are not there, or have nothing in them."""
    return tuple(
        " or ".join(names) for names in MODEL_FILES if not any(_has_content(folder / it) for it in names)
    )


def _has_content(file: Path) -> bool:
    try:
        found = file.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > 0
