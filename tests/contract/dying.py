"""A process that works on recordings in an object store, and kills itself at a point of that work."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock

from personsvar.encryption.master_key import MasterKeyFile
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.message import NewSound
from personsvar.object_store import ObjectPlace, S3Objects
from personsvar.storage import SqlStore, moving
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.removing import Removal
from tests.contract.stores import KARI, SOUND, message


@dataclass
class Mortal(S3Objects):
    point: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    counting: Lock = field(default_factory=Lock)

    def die(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def put(self, name: str, content: bytes) -> None:
        self.die("planned")
        super().put(name, content)
        self.die("put")
        self.counted("put")

    def read(self, name: str) -> bytes | None:
        self.counted("read")
        return super().read(name)

    def remove(self, name: str) -> None:
        self.die("looked")
        super().remove(name)
        self.die("removed")

    def counted(self, verb: str) -> None:
        with self.counting:
            self.counts[verb] = self.counts.get(verb, 0) + 1
            self.die(f"{verb} {self.counts[verb]}")


def leave(store: SqlStore, objects: Mortal) -> None:
    new = replace(message(), spool_id=SpoolId(objects.point))
    with store.begin(bringing=NewSound(SOUND, KARI)) as work:
        work.messages.add(replace(new, sound=work.sounds.add(SOUND, of=KARI)))
        objects.die("given a row")
        work.commit()
        objects.die("committed")


def main() -> None:
    url, key_file, s3, bucket, key_id, secret, what, point = sys.argv[1:]
    objects = Mortal(ObjectPlace(s3, bucket, "us-east-1", key_id, secret, seconds=60), point=point)
    keys = InstallationKeys(MasterKeyFile(Path(key_file)))
    store = SqlStore(url, keys=keys, objects=objects, keeps_in_objects=what != "take_back")
    match what:
        case "leave":
            leave(store, objects)
        case "tidy":
            Removal(store, timedelta(0)).once()
        case "bring_over":
            list(moving.to_objects(store, lambda: None))
        case "take_back":
            list(moving.to_database(store, lambda: None))


if __name__ == "__main__":
    main()
