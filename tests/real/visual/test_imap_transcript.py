"""Android's client, line by line, against the whole service over TLS.

The note's dialogue with this service's own numbers; every byte of the answers is compared, but for the sound,
which is compared with what the store keeps.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.visual.view import expected_bytes
from tests.real.visual.service import HOST, PIN, VisualProcess
from tests.real.visual.wire import Wire

FLAGS = r"\Seen \Deleted \Answered \Flagged \Draft $CNS-Greeting-On $AppleVM-ActiveGreeting"
ASKED = "date subject from content-type to cc message-id content-duration"
AT = datetime(2025, 1, 17, 14, 1, 36, tzinfo=UTC)
CALLER = Number("+4790000177")


def selected(tag: int, count: int, next_uid: int) -> str:
    return rf"""
C: {tag} SELECT "INBOX"
S: * FLAGS ({FLAGS})
S: * {count} EXISTS
S: * 0 RECENT
S: * OK [UIDVALIDITY 1] ok
S: * OK [UIDNEXT {next_uid}] ok
S: * OK [PERMANENTFLAGS ({FLAGS})] ok
S: {tag} OK [READ-WRITE] selected
"""


def headers(uid: int, owner: str) -> str:
    """Those that Android asks for, with the empty line."""
    lines = (
        "Date: Fri, 17 Jan 2025 15:01:36 +0100",
        f"From: {CALLER}@{HOST}",
        f"To: {owner}@{HOST}",
        "Subject: Voice message",
        f"Message-ID: <{uid}.1@{HOST}>",
        "Content-Duration: 9",
        'Content-Type: multipart/mixed; boundary="=_b1"',
    )
    return "".join(f"{line}\r\n" for line in (*lines, ""))


def whole(uid: int, owner: str, amr: bytes) -> str:
    """The message (section 4), with this sound."""
    encoded = base64.encodebytes(amr).decode().replace("\n", "\r\n")
    head = headers(uid, owner).replace(
        "Content-Duration: 9\r\n",
        "MIME-Version: 1.0 (Voice Version 2.0)\r\n"
        "Message-Context: voice-message\r\n"
        "Content-Duration: 9\r\n"
        "Importance: normal\r\n"
        "X-AppleVM-Message-Version: 1.0\r\n",
    )
    return (
        f"{head}--=_b1\r\n"
        f'Content-Type: audio/amr; name="vm-{uid}.amr"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; size={len(amr)}; filename="vm-{uid}.amr"\r\n'
        "Content-Duration: 9\r\n"
        "X-AppleVM-Duration: 9\r\n"
        "\r\n"
        f"{encoded}\r\n"
        "--=_b1--\r\n"
    )


def test_full_sync_as_android_drives_it(visual: VisualProcess) -> None:
    who = visual.subscription()
    old, deleted, new = (visual.leave(who.number, seconds=9, caller=CALLER, at=AT) for _ in range(3))
    owner = who.number[1:]
    amr_size = expected_bytes(9)
    size = len(whole(new, owner, b"\0" * amr_size))
    body = -(-amr_size // 3) * 4
    lines = -(-body // 76)
    structure = (
        rf'(("AUDIO" "AMR" ("NAME" "vm-{new}.amr") NIL NIL "BASE64" {body + 2 * lines} NIL '
        rf'("ATTACHMENT" ("SIZE" "{amr_size}" "FILENAME" "vm-{new}.amr")) NIL NIL)'
        r' "MIXED" ("BOUNDARY" "=_b1") NIL NIL NIL)'
    )
    fields = headers(new, owner)
    told = "\n".join(f"S: {line}" for line in fields.split("\r\n")[:-1])
    with visual.wire(tls=False) as wire:
        wire.play(
            """
C: 1 CAPABILITY
S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED
S: 1 OK done
C: 2 STARTTLS
S: 2 OK begin
"""
        )
        wire.start_tls(visual.trust, HOST)
        wire.play(
            f"""
C: 3 CAPABILITY
S: * CAPABILITY IMAP4rev1 AUTH=PLAIN QUOTA IDLE UIDPLUS ID NAMESPACE MOVE UNSELECT LITERAL+ CHILDREN
S: 3 OK done
C: 4 LOGIN {who.user} "{who.password}"
S: 4 OK logged in
{selected(5, 3, new + 1).strip()}
C: 6 UID SEARCH 1:* NOT DELETED
S: * SEARCH {old} {deleted} {new}
S: 6 OK done
C: 7 UID FETCH {new} (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({ASKED})] BODYSTRUCTURE)
S: * 3 FETCH (UID {new} FLAGS () INTERNALDATE "17-Jan-2025 14:01:36 +0000" RFC822.SIZE {size} \
BODY[HEADER.FIELDS ({ASKED.upper()})] {{{len(fields)}}}
{told}
S:  BODYSTRUCTURE {structure})
S: 7 OK done
C: 11 EXPUNGE
S: 11 OK done
{selected(12, 3, new + 1).strip()}
C: 13 UID STORE {deleted},{new + 1000} +FLAGS.SILENT (\\DELETED)
S: 13 OK done
C: 14 EXPUNGE
S: * 2 EXPUNGE
S: 14 OK done
{selected(15, 2, new + 1).strip()}
C: 16 UID STORE {old} +FLAGS.SILENT (\\SEEN)
S: 16 OK done
C: 17 EXPUNGE
S: 17 OK done
{selected(18, 2, new + 1).strip()}
C: 19 UID SEARCH UID {new}
S: * SEARCH {new}
S: 19 OK done
C: 20 UID SEARCH UID {deleted}
S: * SEARCH
S: 20 OK done
"""
        )
        _fetches_the_sound(visual, wire, new, owner, size)
        wire.play(
            f"""
C: 21 EXPUNGE
S: 21 OK done
{selected(22, 2, new + 1).strip()}
C: 23 GETQUOTAROOT "INBOX"
S: * QUOTAROOT "INBOX" ""
S: * QUOTA "" (STORAGE {-(-2 * amr_size * 4 // 3 // 1024)} 37505 voice 2 100)
S: 23 OK done
C: 24 EXPUNGE
S: 24 OK done
C: 25 LOGOUT
S: * BYE logging out
S: 25 OK done
"""
        )
        assert wire.is_over()


def _fetches_the_sound(visual: VisualProcess, wire: Wire, uid: int, owner: str, size: int) -> None:
    wire.send(f"20 UID FETCH {uid} (UID BODY.PEEK[])\r\n".encode())
    first, last = wire.answer("20")
    amr = visual.amr(uid)
    assert amr is not None
    assert first == f"* 2 FETCH (UID {uid} BODY[] {{{size}}}\r\n{whole(uid, owner, amr)})"
    assert last == "OK done"


def test_the_phone_menus_pin_language_and_tutorial(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        wire.play(
            f"""
C: 4 XCHANGE_TUI_PWD PWD=2749 OLD_PWD=1111
S: 4 NO old password mismatch
C: 5 XCHANGE_TUI_PWD PWD=2749 OLD_PWD={PIN}
S: 5 OK password changed successfully
C: 6 XCHANGE_VM_LANG LANG=2
S: 6 OK language changed successfully
C: 7 XCLOSE_NUT
S: 7 OK NUT closed
"""
        )


def test_a_header_may_be_asked_for_by_any_name_in_quotes_or_as_a_literal(visual: VisualProcess) -> None:
    who = visual.subscription()
    visual.leave(who.number, caller=CALLER, at=AT)
    with visual.logged_in(who, "INBOX") as wire:
        wire.play("""
C: a FETCH 1 BODY.PEEK[HEADER.FIELDS ("x y" "subject" {4+}
C: date)]
S: * 1 FETCH (BODY[HEADER.FIELDS ("X Y" SUBJECT DATE)] {65}
S: Date: Fri, 17 Jan 2025 15:01:36 +0100
S: Subject: Voice message
S:
S: )
S: a OK done
""")


def test_a_client_tells_of_itself_as_much_as_rfc_2971_lets_it_before_it_logs_in(
    visual: VisualProcess,
) -> None:
    told = " ".join(f'"{number:030}" "{"v" * 1024}"' for number in range(30))
    with visual.wire() as wire:
        assert wire.ask(f"ID ({told})") == ['* ID ("name" "personsvar")', "OK done"]
        assert wire.ask(f'ID ({told} "one" "more")') == ["BAD too many parameters"]
        assert wire.ask('ID ("name" "' + "v" * 60_000 + '")') == ["BAD invalid parameter"]
        assert wire.ask("NOOP") == ["OK done"]
