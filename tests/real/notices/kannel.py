"""A Kannel of the tests' own: Debian's bearerbox and smsbox on free ports of loopback, fakesmsc behind.

fakesmsc prints each SMS it gets: `Got message 1: <Personsvar +4790000001 text Hei>`.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.real.ports import free_tcp_port

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
_GOT = re.compile(
    r"Got message \d+: <(?P<sender>\S+) (?P<to>\S+) (?:udh (?P<udh>\S+) )?(?P<kind>\S+) (?P<body>.*)>"
)

CONF = """\
group = core
admin-port = {admin}
admin-password = admin
status-password = status
smsbox-port = {box}
box-allow-ip = 127.0.0.1
admin-allow-ip = 127.0.0.1
dlr-storage = internal
log-level = 1
log-file = {folder}/bearerbox.log

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1
denied-prefix = +4700

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
http-request-retry = 5
http-queue-delay = 1
log-level = 1
log-file = {folder}/smsbox.log

group = sendsms-user
username = voicemail
password = not-secret
concatenation = true
max-messages = 10
{service}
"""
SERVICE = """
group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{url}"
"""


@dataclass(frozen=True)
class ArrivedSms:
    """One SMS, as the SMSC got it."""

    sender: str
    to: str
    kind: str
    """`text`, or `ucs-2` and `data` with a body encoded as in a form."""
    body: str
    udh: bytes = b""

    @property
    def text(self) -> str:
        """A part of a long text is printed as `data`, in UTF-8."""
        if self.kind == "text":
            return self.body
        return self.data.decode("utf-16-be" if self.kind == "ucs-2" else "utf-8")

    @property
    def data(self) -> bytes:
        return decoded(self.body)


@dataclass
class Kannel:
    folder: Path
    incoming_url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {name: free_tcp_port() for name in ("admin", "box", "smsc", "sendsms")}
        service = SERVICE.format(url=self.incoming_url) if self.incoming_url else ""
        self._conf.write_text(CONF.format(folder=self.folder, service=service, **self.ports))

    @property
    def url(self) -> str:
        return f"http://voicemail:not-secret@127.0.0.1:{self.ports['sendsms']}/cgi-bin/sendsms"

    def start(self) -> None:
        self._run("bearerbox", ["bearerbox", "-v", "4", str(self._conf)])
        listening(self.ports["box"], within_seconds=START_SECONDS)
        listening(self.ports["smsc"], within_seconds=START_SECONDS)
        self._run("smsbox", ["smsbox", "-v", "4", str(self._conf)])
        listening(self.ports["sendsms"], within_seconds=START_SECONDS)

    def start_smsc(self, message: str | None = None) -> None:
        """The network behind. With a message it sends one SMS of a phone: `+4790000002 1996 text Hei`."""
        count = "0" if message is None else "1"
        where = ["-H", "127.0.0.1", "-r", str(self.ports["smsc"]), "-m", count]
        self._run("smsc", [FAKESMSC, *where, message or "1 2 text none"])

    def stop(self) -> None:
        for name in ("smsc", "smsbox", "bearerbox"):
            self.stop_one(name)

    def stop_one(self, name: str) -> None:
        process = self._running.pop(name, None)
        if process is not None:
            process.kill()  # bearerbox waits for its boxes when asked politely
            process.wait(STOP_SECONDS)

    def arrived(self) -> list[ArrivedSms]:
        printed = self._printed("smsc").read_text("utf-8", errors="replace")
        return [
            ArrivedSms(got["sender"], got["to"], got["kind"], got["body"], decoded(got["udh"] or ""))
            for got in _GOT.finditer(printed)
        ]

    def log(self) -> str:
        return "".join(file.read_text("utf-8", errors="replace") for file in self.folder.glob("*.log"))

    @property
    def _conf(self) -> Path:
        return self.folder / "kannel.conf"

    def _printed(self, name: str) -> Path:
        return self.folder / f"{name}.out"

    def _run(self, name: str, command: list[str]) -> None:
        """With pdeathsig: a test run that is killed takes its Kannel with it."""
        with self._printed(name).open("ab") as out:
            self._running[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], stdout=out, stderr=out, cwd=self.folder
            )


@contextmanager
def running_kannel(folder: Path, *, incoming_url: str = "") -> Iterator[Kannel]:
    kannel = Kannel(folder, incoming_url)
    try:
        kannel.start()
        yield kannel
    finally:
        kannel.stop()


def decoded(form: str) -> bytes:
    return unquote_to_bytes(form.replace("+", " "))


def listening(port: int, *, within_seconds: float) -> None:
    until = time.monotonic() + within_seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise TimeoutError(f"nobody listens on port {port}") from None
            time.sleep(0.02)
        else:
            return
