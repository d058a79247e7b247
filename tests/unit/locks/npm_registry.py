"""An npm registry on loopback, of made-up packages: the real npm asks it, and what it was asked is known."""

from __future__ import annotations

import io
import json
import tarfile
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha512
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

Manifest = dict[str, object]


@dataclass
class NpmRegistry:
    archives: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, dict[str, Manifest]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def release(self, name: str, version: str, needs: dict[str, str]) -> str:
        """Installing it runs a script, if scripts may run; the sum a lock has of it."""
        manifest: Manifest = {
            "name": name,
            "version": version,
            "dependencies": needs,
            "scripts": {"postinstall": "touch ../../it-ran"},
        }
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as packed:
            inside = json.dumps(manifest).encode()
            member = tarfile.TarInfo("package/package.json")
            member.size = len(inside)
            packed.addfile(member, io.BytesIO(inside))
        path = f"/{name}/-/{name}-{version}.tgz"
        self.archives[path] = archive.getvalue()
        integrity = f"sha512-{b64encode(sha512(archive.getvalue()).digest()).decode()}"
        told = {**manifest, "dist": {"tarball": self.address + path, "integrity": integrity}}
        self.manifests.setdefault(name, {})[version] = told
        return integrity

    def about(self, name: str) -> Manifest:
        releases = self.manifests[name]
        return {"name": name, "dist-tags": {"latest": list(releases)[-1]}, "versions": releases}


def _handler(registry: NpmRegistry) -> type[BaseHTTPRequestHandler]:
    class RegistryHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            if name in registry.manifests:
                self._answer(json.dumps(registry.about(name)).encode())
            elif self.path in registry.archives:
                self._answer(registry.archives[self.path])
            else:
                self.send_error(404)

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return RegistryHandler
