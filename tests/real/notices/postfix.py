"""A Postfix of the tests' own: Debian's programs, its own folder and ports, and mailboxes the tests read.

    port       what it is
    starttls   STARTTLS offered; a policy service that greylists `grey…@example.test`
    tls        TLS at once
    plain      no TLS

`ola1@example.test`, `ola2@…` and `grey1@…` are served, with anything behind a plus too; no other address is.
"""

from __future__ import annotations

import os
import pwd
import re
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path

from tests.real.notices.certificates import certificate
from tests.real.ports import free_tcp_port

WAIT_SECONDS = 60
DAEMONS = Path("/usr/lib/postfix/sbin")
NOBODY = 65534
MAILBOXES = 1000
MAIN = """\
compatibility_level = 3.5
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = example.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
recipient_delimiter = +
message_size_limit = 2000000
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/certificate.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
smtpd_tls_session_cache_database =
smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:{policy}, permit_mynetworks, reject
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
MASTER = """\
127.0.0.1:{starttls} inet n - n - - smtpd
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{plain} inet n - n - - smtpd -o smtpd_tls_security_level=none
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    folder: Path
    policy: int
    starttls: int = field(default_factory=free_tcp_port)
    tls: int = field(default_factory=free_tcp_port)
    plain: int = field(default_factory=free_tcp_port)
    _master: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def create(self) -> None:
        trusted, own = certificate("127.0.0.1")
        for name, content in {
            "ca.pem": trusted,
            "certificate.pem": own,
            "mailboxes": _mailboxes().encode(),
            "conf/main.cf": MAIN.format(
                folder=self.folder, daemons=DAEMONS, nobody=NOBODY, policy=self.policy
            ).encode(),
            "conf/master.cf": MASTER.format(starttls=self.starttls, tls=self.tls, plain=self.plain).encode(),
        }.items():
            file = self.folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        (self.folder / "certificate.pem").chmod(0o600)
        self._make_folders()
        subprocess.run(["postfix", "-c", str(self.folder / "conf"), "check"], check=True, capture_output=True)

    def start(self) -> None:
        """Postfix's own master, as a child of ours: with pdeathsig it goes when the test run does."""
        command = ["setpriv", "--pdeathsig", "TERM", str(DAEMONS / "master"), "-d"]
        self._master = subprocess.Popen(
            [*command, "-c", str(self.folder / "conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self._answers, "Postfix answers", seen=self.log)

    def stop(self) -> None:
        """In order, as `postfix stop` does; who is connected is let go."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """At once: the master and every server it started."""
        self._end(signal.SIGKILL)

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def new_address(self, name: str = "ola") -> str:
        """One that nobody has used before."""
        return f"{name}{next(self._numbers)}@example.test"

    def inbox(self, address: str) -> list[bytes]:
        """What has arrived, as it stands in the maildir."""
        files = (self.folder / "mail" / address.partition("@")[0] / "new").glob("*")
        return [file.read_bytes() for file in files]

    def arrived(self, address: str, *, mails: int = 1) -> list[EmailMessage]:
        """Wait until there are so many, and read them."""
        wait_for(lambda: len(self.inbox(address)) >= mails, f"mail for {address}", seen=self.log)
        return [message_from_bytes(raw, _class=EmailMessage, policy=SMTP) for raw in self.inbox(address)]

    def _end(self, by: signal.Signals) -> None:
        if self._master is None:
            return
        os.killpg(self._master.pid, by)
        self._master.wait(WAIT_SECONDS)
        self._master = None

    def _make_folders(self) -> None:
        """The queue is root's, the data the mail system's, the mail nobody's."""
        users = {"queue": 0, "data": _postfix_user(), "mail": NOBODY}
        for name, user in users.items():
            (self.folder / name).mkdir()
            os.chown(self.folder / name, user, -1)
        (self.folder / "data").chmod(0o700)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.starttls), timeout=2) as probe:
                return probe.recv(100).startswith(b"220")
        except OSError:
            return False


def wait_for(true: Callable[[], bool], what: str, *, seen: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {WAIT_SECONDS} s\n{seen()[-3000:]}")
        time.sleep(0.01)


class _Greylist(socketserver.StreamRequestHandler):
    """Postfix's policy protocol (SMTPD_POLICY_README): the first try of a `grey…` address is put off."""

    seen: set[str]

    def handle(self) -> None:
        asked: dict[str, str] = {}
        for line in self.rfile:
            name, is_attribute, value = line.decode().rstrip("\n").partition("=")
            if is_attribute:
                asked[name] = value
            else:
                self.wfile.write(f"action={self._action(asked['recipient'])}\n\n".encode())

    def _action(self, recipient: str) -> str:
        known = recipient in self.seen or not re.match("grey", recipient)
        self.seen.add(recipient)
        return "DUNNO" if known else "450 4.2.0 Greylisted, see you later"


@contextmanager
def running_postfix() -> Iterator[Postfix]:
    if os.geteuid() != 0:
        raise RuntimeError("Postfix has servers of several users: its tests are for root")
    with (
        tempfile.TemporaryDirectory(prefix="personsvar-mx-") as folder,
        socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), type("Greylist", (_Greylist,), {"seen": set()})
        ) as greylist,
    ):
        greylist.daemon_threads = True
        threading.Thread(target=greylist.serve_forever, args=(0.05,)).start()
        Path(folder).chmod(0o755)
        postfix = Postfix(Path(folder), policy=greylist.server_address[1])
        try:
            postfix.create()
            postfix.start()
            yield postfix
        finally:
            postfix.stop()
            greylist.shutdown()


def _mailboxes() -> str:
    """One by one: where mail is delivered, Postfix takes no patterns."""
    names = ["voicemail", *(f"{name}{number}" for name in ("ola", "grey") for number in range(1, MAILBOXES))]
    return "".join(f"{name}@example.test {name}/\n" for name in names)


def _postfix_user() -> int:
    return pwd.getpwnam("postfix").pw_uid
