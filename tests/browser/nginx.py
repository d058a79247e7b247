"""Debian's nginx in front of the page, set up as docs/my-profile.md says, on ports of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.patience import patience
from tests.real.ports import free_tcp_port
from tests.real.spool import eventually
from tests.wire.certificates import Made

PAGE = Path(__file__).parents[2] / "docs/my-profile.md"
_WHOLE = """daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 256; }}
http {{
    {temporary}
    types {{ }}
{servers}
}}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def documented() -> str:
    """What an operator copies."""
    (servers,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(servers)


@dataclass
class NginxProxy:
    """`come_from`: the address it has towards the notifier; with none, as any program of this machine."""

    folder: Path
    papers: Made
    behind: str
    come_from: str = ""
    port: int = field(default_factory=free_tcp_port)
    plain_port: int = field(default_factory=free_tcp_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    def start(self) -> None:
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        assert program is not None, "nginx is not installed"
        self.folder.mkdir(exist_ok=True)
        setup = self.folder / "nginx.conf"
        setup.write_text(self._setup(), "utf-8")
        command = [program, "-p", str(self.folder), "-e", str(self.folder / "nginx.log"), "-c", str(setup)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        eventually(self._is_up, within=patience(10), what="nginx")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "nginx.log").read_text(errors="replace")
        return (self.folder / "nginx.pid").exists()

    def _setup(self) -> str:
        servers = documented()
        for said, here in (
            ("listen 443", f"listen 127.0.0.1:{self.port}"),
            ("listen 80", f"listen 127.0.0.1:{self.plain_port}"),
            ("voicemail.example.test", "localhost"),
            ("/etc/ssl/voicemail.pem", str(self.papers.certificate)),
            ("/etc/ssl/voicemail.key", str(self.papers.key)),
            ("http://127.0.0.1:8080", self.behind),
        ):
            assert said in servers
            servers = servers.replace(said, here)
        temporary = " ".join(f"{name}_temp_path {self.folder}/{name};" for name in _TEMPORARY)
        bound = f"proxy_bind {self.come_from};" if self.come_from else ""
        return _WHOLE.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=self.folder,
            temporary=f"{temporary} {bound}",
            servers=servers,
        )
