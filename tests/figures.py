"""The figures that docs/operations.md tells of, by process: what runs is held to them."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs/operations.md"


def documented(process: str) -> set[str]:
    """The names of the figures it says the process (`ivr`, `notifier`, `visual`, `transcriber`) tells."""
    rows = re.findall(r"^\| `(personsvar_[a-z_]+)` \| ([a-z, ]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name for name, processes in rows if process in processes.split(", ")}


def told(exposition: str) -> set[str]:
    """The names in an answer of /metrics. When a figure was made is told by the client library, not by us."""
    names = re.findall(r"^# TYPE (\S+) ", exposition, re.MULTILINE)
    return {name for name in names if not name.endswith("_created")}
