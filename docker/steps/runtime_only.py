"""Takes out of a virtual environment what personsvar does not need to run: prints it, for pip to uninstall.

The lock holds the tests' packages too. What an image runs is what personsvar's own dependencies lead to.
Called with the environment's folder, by a Python that has the library `packaging`.
"""

# ruff: noqa: T201 - what it finds goes to a pipe

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name


def main() -> None:
    folders = [str(folder) for folder in Path(sys.argv[1]).glob("lib/python3*/site-packages")]
    installed = {canonicalize_name(found.name): found for found in distributions(path=folders)}
    print(*sorted(installed.keys() - needed("personsvar", installed)), sep="\n")


def needed(root: str, installed: Mapping[NormalizedName, Distribution]) -> set[NormalizedName]:
    """The package and all it leads to, each with the extras that are asked for."""
    waiting = [(canonicalize_name(root), "")]
    found = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        for requirement in map(Requirement, installed[name].requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = {(canonicalize_name(requirement.name), more) for more in ("", *requirement.extras)}
                waiting += wanted - found
                found |= wanted
    return {name for name, _ in found}


if __name__ == "__main__":
    main()
