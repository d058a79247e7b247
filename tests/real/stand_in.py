"""A FastAGI service of a few lines, to test the dialplan without the real one.

It answers `/alive`, and gives every call to the function it was made with. What is heard of it is up to the
function; what it was told is in `Session.arguments`.
"""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedIOBase
from threading import Thread
from types import TracebackType
from typing import Self

from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi.asking import ask_headers
from personsvar.telephony.agi.reply import ReplyParser, Result
from personsvar.telephony.agi.setup import call_setup


@dataclass(frozen=True, slots=True)
class Session:
    arguments: dict[str, str]
    variables: dict[str, str]
    _read: BufferedIOBase
    _write: BufferedIOBase

    def command(self, line: str) -> str:
        """Send one command; the answer's last line. The switch's HANGUP line is no answer."""
        self._write.write(f"{line}\n".encode())
        self._write.flush()
        while True:
            answer = self._read.readline().decode(errors="replace").rstrip("\n")
            if not answer.startswith(("HANGUP", "100 ")):
                return answer

    def ask(self, command: str, *arguments: str | int) -> Result:
        """As the service asks."""
        self._write.write(" ".join((command, *(f'"{argument}"' for argument in arguments), "\n")).encode())
        self._write.flush()
        replies = ReplyParser(_environment=None)
        while (event := replies.next_event()) is None:
            replies.receive(self._read.readline())
        assert isinstance(event, Result), event
        return event

    def setup(self) -> CallSetup:
        """The call with its headers, as the service has it."""
        return ask_headers(self, call_setup(self.variables))


class StandIn:
    def __init__(self, on_call: Callable[[Session], None], *, port: int = 0, alive: bool = True) -> None:
        outer = self
        self.sessions: list[Session] = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._serve(_open(self.rfile, self.wfile), on_call, alive=alive)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 1024
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", port), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def _serve(self, session: Session, on_call: Callable[[Session], None], *, alive: bool) -> None:
        if session.variables["agi_network_script"] == "alive":
            session.command(f"SET VARIABLE PERSONSVAR_ALIVE {'yes' if alive else 'no'}")
        else:
            self.sessions.append(session)
            on_call(session)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _open(read: BufferedIOBase, write: BufferedIOBase) -> Session:
    """The lines a call begins with: `agi_name: value`, ended by an empty one."""
    lines = iter(lambda: read.readline().decode(errors="replace").rstrip("\n"), "")
    variables = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    given = (value for name, value in variables.items() if name.startswith("agi_arg_"))
    arguments = {key: value for key, _, value in (argument.partition("=") for argument in given)}
    return Session(arguments, variables, read, write)
