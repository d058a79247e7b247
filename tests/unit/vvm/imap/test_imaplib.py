"""Python's own client against the wire, without a socket between them."""

from __future__ import annotations

import email
import imaplib
import io

import pytest

from tests.unit.vvm.imap.small_server import AMR, SmallServer, message


class Wireless(imaplib.IMAP4):
    """imaplib, whose socket is the server."""

    def __init__(self, server: SmallServer) -> None:
        self.server = server
        self.heard = io.BytesIO(b"* PREAUTH vvm.example.net ready\r\n")
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        pass

    def read(self, size: int) -> bytes:
        return self.heard.read(size)

    def readline(self) -> bytes:
        return self.heard.readline()

    def send(self, data: bytes) -> None:  # type: ignore[override]  # typeshed: a read-only buffer
        self.heard = io.BytesIO(self.heard.read() + self.server.hear(bytes(data)))

    def shutdown(self) -> None:
        pass


@pytest.fixture
def client() -> Wireless:
    client = Wireless(SmallServer(message(1, 328, "\\Seen"), message(2, 329, transcript="hello there")))
    assert client.select("INBOX") == ("OK", [b"2"])
    return client


def test_it_knows_the_folder(client: Wireless) -> None:
    assert client.response("UIDVALIDITY") == ("UIDVALIDITY", [b"1700000000"])
    assert client.response("UIDNEXT") == ("UIDNEXT", [b"330"])
    assert client.list() == ("OK", [b'(\\HasNoChildren) "/" "INBOX"'])
    assert client.status("INBOX", "(MESSAGES)") == ("OK", [b'"INBOX" (MESSAGES 2)'])
    assert client.namespace() == ("OK", [b'(("" "/")) NIL NIL'])
    assert client.getquotaroot("INBOX") == ("OK", [[b'"INBOX" ""'], [b'"" (STORAGE 120 2200 voice 6 40)']])


def test_it_finds_and_reads_a_message(client: Wireless) -> None:
    assert client.search(None, "UNSEEN") == ("OK", [b"2"])
    assert client.uid("SEARCH", "CHARSET", "UTF-8", "UNSEEN") == ("OK", [b"329"])
    _, told = client.fetch("2", "(RFC822.SIZE RFC822)")
    assert isinstance(told[0], tuple)
    head, content = told[0]
    assert head == b"2 (RFC822.SIZE 11641 RFC822 {11641}"
    _, audio, text = email.message_from_bytes(content).walk()
    assert audio.get_payload(decode=True) == AMR
    assert text.get_payload(decode=True) == b"hello there\n"


def test_it_reads_several_literals_of_several_messages(client: Wireless) -> None:
    _, told = client.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)] FLAGS BODY.PEEK[2])")
    heads = [part[0] if isinstance(part, tuple) else part for part in told]
    assert heads == [
        b"1 (UID 328 BODY[HEADER.FIELDS (MESSAGE-ID)] {48}",
        rb" FLAGS (\Seen) BODY[2] NIL)",
        b"2 (UID 329 BODY[HEADER.FIELDS (MESSAGE-ID)] {48}",
        b" FLAGS () BODY[2] {18}",
        b")",
    ]


def test_it_marks_messages(client: Wireless) -> None:
    assert client.store("2", "+FLAGS", r"\Deleted") == ("OK", [rb"2 (FLAGS (\Deleted))"])
    assert client.uid("STORE", "328", "-FLAGS", r"(\Seen)") == ("OK", [b"1 (UID 328 FLAGS ())"])
    assert imaplib.ParseFlags(b"FLAGS (\\Seen $CNS-Greeting-On)") == (b"\\Seen", b"$CNS-Greeting-On")


def test_it_leaves_a_greeting(client: Wireless) -> None:
    at = imaplib.Time2Internaldate(0)
    saved = client.append("Greetings", "($CNS-Greeting-On)", at, b"X: y\r\n\r\n" + bytes(range(1, 256)))
    assert saved == ("OK", [b"[APPENDUID 1700000000 12] saved"])
    [left] = client.server.appended
    assert left.at is not None
    assert left.at.timestamp() == 0
    assert left.message.startswith(b"X: y\r\n\r\n\x01")


def test_dates_are_dates_to_it(client: Wireless) -> None:
    _, told = client.fetch("1", "(INTERNALDATE)")
    assert isinstance(told[0], bytes)
    assert imaplib.Internaldate2tuple(told[0]) is not None


def test_it_says_goodbye(client: Wireless) -> None:
    assert client.logout() == ("BYE", [b"bye"])
