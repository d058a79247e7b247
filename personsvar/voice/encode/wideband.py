"""Which prompts are built as G.722 too: `prompts/wideband.toml`, a list of names; `*` stands for anything.

Sounds are the bulk of the checkout, and each form of each prompt takes 8 kB a second. What callers hear is
wideband; an owner's menus stand among messages, which are A-law, and the switch plays A-law on any call.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from personsvar.language.prompts import Catalogue, CatalogueError, PromptId

FILE = "wideband.toml"


def wideband(prompts_folder: Path, catalogue: Catalogue) -> frozenset[PromptId]:
    """The prompts that the list names; all of them where there is no list."""
    file = prompts_folder / FILE
    try:
        return frozenset(prompt for it in _patterns(file) for prompt in _matching(it, catalogue, file))
    except FileNotFoundError:
        return frozenset(catalogue.ids())
    except OSError as fault:
        raise CatalogueError(f"{file}: {fault.strerror}") from fault


def _patterns(file: Path) -> Iterable[str]:
    try:
        patterns = tomllib.loads(file.read_text(encoding="utf-8")).get("prompts")
    except UnicodeDecodeError as fault:
        raise CatalogueError(f"{file}: is not text in UTF-8") from fault
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(f"{file}: {fault}") from fault
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise CatalogueError(f"{file}: has no list of names, prompts = [...]")
    return patterns


def _matching(pattern: str, catalogue: Catalogue, file: Path) -> list[PromptId]:
    found = [prompt for prompt in catalogue.ids() if fnmatchcase(prompt, pattern)]
    if not found:
        raise CatalogueError(f"{file}: no prompt is called {pattern!r}")
    return found
