"""Each service gets the secrets it needs in a folder of its own, and no others: `secrets make --deal`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from personsvar import durable

DATABASE = ("database_url", "database_direct_url", "database_replica_url", "database_ca*")
OBJECTS = ("objects*",)
"""What opens the object store of recordings."""
WEBHOOKS = ("webhook*",)
"""Whoever writes rows for them has to know that there are some."""
WANTED: Mapping[str, tuple[str, ...]] = {
    "postgres": ("database_password",),
    "switch": ("fastagi_secret", "sip*"),
    "ivr": (*DATABASE, *OBJECTS, "secret_key", "master_key", "fastagi_secret", *WEBHOOKS),
    "visual": (*DATABASE, *OBJECTS, "secret_key", "master_key", "visual*", *WEBHOOKS),
    "transcriber": (*DATABASE, *OBJECTS, "secret_key", "master_key", "transcriber*", *WEBHOOKS),
    "notifier": ("*",),
}
"""By the name of a service's folder, the names of the files that it gets."""
NEVER: Mapping[str, tuple[str, ...]] = {
    "notifier": ("database_password", "fastagi_secret", "visual*", "sip*", "transcriber*")
}
"""Of an operator's own files, which may be called anything, the notifier gets the rest: its gateways'."""
SHARED = frozenset({"switch"})
"""These folders belong to another user than ours, in our group."""


def services_in(to: Path) -> list[str]:
    """Without a folder a service gets nothing."""
    return [service for service in WANTED if (to / service).is_dir()]


def distribute(source: Path, to: Path) -> Iterator[Path]:
    """Bring each service's folder up to date; yields what changed."""
    for service in services_in(to):
        yield from _one(source, to / service, service)


def _one(source: Path, folder: Path, service: str) -> Iterator[Path]:
    wanted = {file.name: file for file in source.iterdir() if file.is_file() and _is_for(service, file.name)}
    for name, file in sorted(wanted.items()):
        content, copy = file.read_bytes(), folder / name
        if not copy.is_file() or copy.read_bytes() != content:
            durable.write(copy, content, shared=service in SHARED)
            yield copy
    for old in folder.iterdir():
        if old.name not in wanted:
            old.unlink()
            yield old


def _is_for(service: str, name: str) -> bool:
    if name.startswith("."):  # half written
        return False
    is_wanted = any(fnmatchcase(name, pattern) for pattern in WANTED[service])
    return is_wanted and not any(fnmatchcase(name, pattern) for pattern in NEVER.get(service, ()))
