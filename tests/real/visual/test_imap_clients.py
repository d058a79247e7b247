"""Programs that others wrote: Python's imaplib, and curl, the engine of vvmd."""

from __future__ import annotations

import email
import email.policy
import imaplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.real.visual.service import HOST, Subscription, VisualProcess


@contextmanager
def imap(visual: VisualProcess, who: Subscription, *, tls: bool = True) -> Iterator[imaplib.IMAP4]:
    if tls:
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(HOST, visual.tls_port, ssl_context=visual.trust)
    else:
        client = imaplib.IMAP4(HOST, visual.port)
        client.starttls(visual.trust)
    try:
        client.login(who.user, who.password)
        yield client
    finally:
        client.logout()


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "starttls"])
def test_imaplib_reads_every_message_whole(either: VisualProcess, *, tls: bool) -> None:
    who = either.subscription()
    uids = [either.leave(who.number, seconds=length) for length in (0.5, 1, 2.5)]
    with imap(either, who, tls=tls) as client:
        assert client.select("INBOX") == ("OK", [b"3"])
        assert client.uid("SEARCH", "UNSEEN")[1] == [" ".join(map(str, uids)).encode()]
        for uid in uids:
            _, data = client.uid("FETCH", str(uid), "(RFC822.SIZE BODY.PEEK[])")
            about, content = data[0]
            assert f"RFC822.SIZE {len(content)} " in about.decode()
            message = email.message_from_bytes(content, policy=email.policy.default)
            (sound,) = message.iter_attachments()
            assert sound.get_content() == either.amr(uid)
            assert str(message["From"]) == f"+4790000902@{HOST}"


def test_imaplib_goes_through_all_folders(visual: VisualProcess) -> None:
    who = visual.subscription()
    first, second = visual.leave(who.number), visual.leave(who.number)
    with imap(visual, who) as client:
        folders = client.list()[1]
        assert [bytes(it).rpartition(b" ")[2] for it in folders if isinstance(it, bytes)] == [
            b'"INBOX"',
            b'"Trash"',
            b'"Greetings"',
        ]
        client.select("INBOX")
        assert client.store("1", "+FLAGS", r"(\Deleted)") == ("OK", [rb"1 (FLAGS (\Deleted))"])
        assert client.expunge() == ("OK", [b"1"])
        assert client.uid("MOVE", str(second), "Trash")[0] == "OK"
        assert client.status("Trash", "(MESSAGES UNSEEN)")[1] == [b'"Trash" (MESSAGES 2 UNSEEN 2)']
        client.select("Trash")
        assert client.uid("SEARCH", "ALL")[1] == [f"{first} {second}".encode()]
        assert client.uid("COPY", str(first), "INBOX")[0] == "OK"
        assert client.select("INBOX")[1] == [b"1"]
        assert client.close()[0] == "OK"
        assert client.create("Archive")[0] == "NO"
        assert client.getquotaroot("INBOX")[0] == "OK"
        assert client.namespace() == ("OK", [b'(("" "/")) NIL NIL'])
        assert client.xatom("ID", "NIL")[0] == "OK"
    assert visual.state(first) == "new"
    assert visual.state(second) == "deleted"


@pytest.mark.parametrize("mechanism", ["plain", "login"])
def test_imaplib_authenticates(visual: VisualProcess, mechanism: str) -> None:
    who = visual.subscription()
    client = imaplib.IMAP4_SSL(HOST, visual.tls_port, ssl_context=visual.trust)
    words = iter([who.user.encode(), who.password.encode()])

    def answer(asked: bytes) -> bytes:
        return next(words) if asked else f"\0{who.user}\0{who.password}".encode()

    assert client.authenticate(mechanism, answer)[0] == "OK"
    assert client.select("INBOX")[0] == "OK"
    client.logout()


def curl(visual: VisualProcess, who: Subscription, url: str, *more: str) -> str:
    ran = subprocess.run(
        [
            "curl",
            "-sS",
            "--cacert",
            str(visual.papers.authority),
            "-u",
            f"{who.user}:{who.password}",
            *more,
            url,
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


def test_curl_as_vvmd_drives_it(visual: VisualProcess) -> None:
    who = visual.subscription()
    uid = visual.leave(who.number)
    clear, private = f"imap://{HOST}:{visual.port}", f"imaps://{HOST}:{visual.tls_port}"
    assert curl(visual, who, f"{clear}/INBOX?ALL", "--ssl-reqd").strip() == "* SEARCH 1"
    for more in ((), ("--login-options", "AUTH=PLAIN")):
        told = curl(visual, who, f"{private}/INBOX", *more, "-X", "FETCH 1 (UID FLAGS)")
        assert told.strip() == f"* 1 FETCH (UID {uid} FLAGS ())"
    whole = curl(visual, who, f"{private}/INBOX;UID={uid}")
    assert "Message-Context: voice-message" in whole
    assert visual.state(uid) == "heard"
    gone = curl(visual, who, f"{clear}/INBOX", "--ssl-reqd", "-X", r"STORE 1 +Flags \Deleted")
    assert r"* 1 FETCH (FLAGS (\Seen \Deleted))" in gone
    assert "* 1 EXPUNGE" in curl(visual, who, f"{clear}/INBOX", "--ssl-reqd", "-X", "EXPUNGE")
    assert visual.state(uid) == "saved"  # downloaded and removed at once: the phone menu keeps it


def test_curl_without_tls_is_refused(visual: VisualProcess) -> None:
    who = visual.subscription()
    ran = subprocess.run(
        ["curl", "-sS", "-u", f"{who.user}:{who.password}", f"imap://{HOST}:{visual.port}/INBOX?ALL"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 67  # login denied
