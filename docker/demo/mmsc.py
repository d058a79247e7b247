"""The demo's MMSC: takes MM7 submissions over HTTP, and reports each as fetched when that is asked for.

MMSC_BIND             address:port (0.0.0.0:8090)
MMSC_LOGIN            user:password a sender has to show; without it, anybody may send
MMSC_REPORT_URL       where reports go, with user:password in it; without it there are none
MMSC_REPORT_SECONDS   so long after it was taken (2)
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import ProxyHandler, Request, build_opener

from docker.demo import mm7
from docker.demo.amr import NotAmrError, wav
from docker.demo.mm7 import NotUnderstoodError, Submission
from docker.demo.shelf import Arrived, File, Shelf, from_environment, line
from docker.demo.web import Handler, Server, bind, serve

LARGEST_BYTES = 2_000_000
AGAIN_SECONDS = (2, 5, 10, 30, 60, 300)
_PIECE_BYTES = 65536
_XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the sender wants to hear what became of its messages."""

    url: str
    """Empty: nowhere."""
    after_seconds: float = 2

    def fetched(self, taken: Submission, message_id: str) -> None:
        """In a while, one for each recipient, and again until it is taken."""
        if not self.url or not taken.wants_report:
            return
        for recipient in taken.recipients:
            report = partial(mm7.delivery_report, taken, message_id, recipient)
            timer = threading.Timer(self.after_seconds, self._bring, (report, AGAIN_SECONDS))
            timer.daemon = True
            timer.start()

    def _bring(self, report: partial[bytes], again: tuple[float, ...]) -> None:
        try:
            self._post(report(at=datetime.now(UTC)))
        except (OSError, ValueError) as wrong:
            if not again:
                _complain(f"a report was not taken: {wrong}")
                return
            timer = threading.Timer(again[0], self._bring, (report, again[1:]))
            timer.daemon = True
            timer.start()

    def _post(self, body: bytes) -> None:
        """Raise OSError, urllib's errors among them."""
        parts = urlsplit(self.url)
        login, _, host = parts.netloc.rpartition("@")
        headers = {"Content-Type": _XML, "SOAPAction": '""'}
        if login:
            headers["Authorization"] = f"Basic {_basic(unquote(login))}"
        where = urlunsplit(parts._replace(netloc=host))
        with build_opener(ProxyHandler({})).open(Request(where, body, headers), timeout=10) as answer:  # noqa: S310 - the operator's own URL
            answer.read()


class MmscHandler(Handler):
    shelf: Shelf
    reports: Reports
    login: str

    def do_GET(self) -> None:  # noqa: N802 - the base class' name
        if self.path == "/healthz":
            self.say(HTTPStatus.OK, "well")
        else:
            self.say(HTTPStatus.METHOD_NOT_ALLOWED, "MM7 is posted")

    def do_POST(self) -> None:  # noqa: N802 - the base class' name
        if self.login and not secrets.compare_digest(
            self.headers.get("Authorization", "").encode(), f"Basic {_basic(self.login)}".encode()
        ):
            self.say(
                HTTPStatus.UNAUTHORIZED, "who are you?", {"WWW-Authenticate": 'Basic realm="the demo MMSC"'}
            )
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.say(HTTPStatus.LENGTH_REQUIRED, "how long is it?")
        elif int(length) > LARGEST_BYTES:
            self._pass_over(int(length))
            self._fault(mm7.TOO_LARGE, f"more than {LARGEST_BYTES} bytes")
        else:
            self._posted(self.rfile.read(int(length)))

    def _posted(self, body: bytes) -> None:
        try:
            taken = mm7.submission(self.headers.get("Content-Type", ""), body)
        except NotUnderstoodError as wrong:
            self._fault(mm7.CORRUPT, str(wrong))
            return
        message_id = f"mms-{secrets.token_hex(8)}"
        try:
            self._keep(taken)
        except OSError as wrong:
            _complain(f"an MMS could not be kept: {wrong}")
            self._fault(mm7.UNAVAILABLE, "no room", whose="Server")
            return
        self.answer(HTTPStatus.OK, mm7.submit_rsp(taken, message_id), _XML)
        self.reports.fetched(taken, message_id)

    def _keep(self, taken: Submission) -> None:
        for recipient in taken.recipients:
            self.shelf.put(arrived(taken, recipient), at=datetime.now(UTC))
            files = ", ".join(f"{file.name} {len(file.content)} bytes" for file in taken.files)
            words = f"MMS to {recipient} from {taken.sender}: {taken.subject} - {taken.text} ({files})"
            print(line(words), flush=True)  # noqa: T201 - what this program is for

    def _pass_over(self, length: int) -> None:
        """A sender whose words are not read may never hear the answer."""
        while length > 0 and (got := self.rfile.read(min(length, _PIECE_BYTES))):
            length -= len(got)

    def _fault(self, code: int, why: str, *, whose: str = "Client") -> None:
        """SOAP 1.1, 6.2: with 500."""
        self.answer(HTTPStatus.INTERNAL_SERVER_ERROR, mm7.fault(code, why, whose=whose), _XML)


def arrived(taken: Submission, recipient: str) -> Arrived:
    """With each AMR as WAV beside it, for the page's player."""
    files = [made for file in taken.files for made in _playable(file)]
    return Arrived("mms", taken.sender, recipient, taken.subject, taken.text, files=files)


def _playable(file: File) -> list[File]:
    if file.type != "audio/amr":
        return [file]
    try:
        return [File(f"{file.name.removesuffix('.amr')}.wav", "audio/wav", wav(file.content)), file]
    except NotAmrError:
        return [file]


def mmsc(address: tuple[str, int], shelf: Shelf, *, login: str, reports: Reports) -> Server:
    facts = {"shelf": shelf, "login": login, "reports": reports}
    return Server(address, type("Mmsc", (MmscHandler,), facts))


def _basic(login: str) -> str:
    return base64.b64encode(login.encode()).decode()


def _complain(words: str) -> None:
    print(line(words), file=sys.stderr, flush=True)  # noqa: T201


def main() -> None:
    environment = os.environ
    reports = Reports(
        environment.get("MMSC_REPORT_URL", ""), float(environment.get("MMSC_REPORT_SECONDS", "2"))
    )
    login = environment.get("MMSC_LOGIN", "")
    where = bind("MMSC_BIND", "0.0.0.0:8090")
    serve(mmsc(where, from_environment(), login=login, reports=reports), called="the demo's MMSC")


if __name__ == "__main__":
    main()
