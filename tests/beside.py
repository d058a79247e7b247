"""A store beside a service's own: its recordings are encrypted with the key in the service's state folder."""

from __future__ import annotations

from personsvar.encryption.master_key import MasterKeyFile
from personsvar.storage import SqlStore, embedded_file
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.sqlite import Durability
from personsvar.storage.unit_of_work import BeforeCommit


def store_beside(
    url: str, *, durability: Durability = "full", before_commit: BeforeCommit | None = None
) -> SqlStore:
    """PostgreSQL has no key unless one is set: what is stored there lies as it is."""
    keys = None
    if url.startswith("sqlite"):
        keys = InstallationKeys(MasterKeyFile(embedded_file(url).with_name("master.key")))
    return SqlStore(url, durability=durability, keys=keys, before_commit=before_commit)
