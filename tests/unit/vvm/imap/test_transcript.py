"""What Android's client says and hears, line by line.

The note's own numbers stand, but for two that its own message does not come to: the size of the whole message
(11612 there) and of the headers asked for (251).
"""

from __future__ import annotations

from tests.unit.vvm.imap.small_server import SmallServer, message

FLAGS = r"\Seen \Deleted \Answered \Flagged \Draft $CNS-Greeting-On $AppleVM-ActiveGreeting"
SELECTED = rf"""S: * FLAGS ({FLAGS})
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UIDVALIDITY 1700000000] ok
S: * OK [UIDNEXT 330] ok
S: * OK [PERMANENTFLAGS ({FLAGS})] ok"""

LOG_IN = """
C: 1 CAPABILITY
S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED
S: 1 OK done
C: 2 STARTTLS
S: 2 OK begin
C: 3 CAPABILITY
S: * CAPABILITY IMAP4rev1 AUTH=PLAIN QUOTA IDLE UIDPLUS ID
S: 3 OK done
C: 4 LOGIN 5550142@vvm.example.net "q7Hs0ZrK2m"
S: 4 OK logged in
"""

HEADERS = "DATE SUBJECT FROM CONTENT-TYPE TO CC MESSAGE-ID CONTENT-DURATION"
STRUCTURE = (
    r'(("AUDIO" "AMR" ("NAME" "vm-329.amr") NIL NIL "BASE64" 10958 NIL '
    r'("ATTACHMENT" ("SIZE" "8006" "FILENAME" "vm-329.amr")) NIL NIL)'
    r'("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "BASE64" 18 1 NIL NIL NIL NIL)'
    r' "MIXED" ("BOUNDARY" "=_b1") NIL NIL NIL)'
)
ASKED = f"UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADERS.lower()})] BODYSTRUCTURE"
TOLD = 'UID 329 FLAGS () INTERNALDATE "17-Jan-2025 14:01:36 +0000" RFC822.SIZE 11641'
FULL_SYNC = rf"""
C: 5 SELECT "INBOX"
{SELECTED}
S: 5 OK [READ-WRITE] selected
C: 6 UID SEARCH 1:* NOT DELETED
S: * SEARCH 328 329
S: 6 OK done
C: 7 UID FETCH 329 ({ASKED})
S: * 2 FETCH ({TOLD} BODY[HEADER.FIELDS ({HEADERS})] {{242}}
S: Date: Fri, 17 Jan 2025 15:01:36 +0100
S: From: +15550177@vvm.example.net
S: To: 5550142@vvm.example.net
S: Subject: Voice message
S: Message-ID: <329.1700000000@vvm.example.net>
S: Content-Duration: 9
S: Content-Type: multipart/mixed; boundary="=_b1"
S:
S:  BODYSTRUCTURE {STRUCTURE})
S: 7 OK done
C: 8 UID FETCH 329 (UID BODY.PEEK[2])
S: * 2 FETCH (UID 329 BODY[2] {{18}}
S: aGVsbG8gdGhlcmUK
S: )
S: 8 OK done
C: 11 EXPUNGE
S: 11 OK done
"""

LOCAL_CHANGES = rf"""
C: 12 SELECT "INBOX"
{SELECTED}
S: 12 OK [READ-WRITE] selected
C: 13 UID STORE 311,312 +FLAGS.SILENT (\DELETED)
S: 13 OK done
C: 14 EXPUNGE
S: 14 OK done
C: 15 SELECT "INBOX"
{SELECTED}
S: 15 OK [READ-WRITE] selected
C: 16 UID STORE 328 +FLAGS.SILENT (\SEEN)
S: 16 OK done
C: 17 UID SEARCH UID 329
S: * SEARCH 329
S: 17 OK done
C: 18 UID SEARCH UID 320
S: * SEARCH
S: 18 OK done
C: 22 UID SEARCH SEEN
S: * SEARCH 328
S: 22 OK done
C: 23 GETQUOTAROOT "INBOX"
S: * QUOTAROOT "INBOX" ""
S: * QUOTA "" (STORAGE 120 2200 voice 6 40)
S: 23 OK done
C: 25 LOGOUT
S: * BYE bye
S: 25 OK done
"""
VVMD = r"""
C: I005 LIST "INBOX" *
S: * LIST (\HasNoChildren) "/" "INBOX"
S: I005 OK done
C: I006 SEARCH ALL
S: * SEARCH 1 2
S: I006 OK done
C: I007 STORE 2 +Flags \Deleted
S: * 2 FETCH (FLAGS (\Deleted))
S: I007 OK done
"""


def test_android_logs_in() -> None:
    replay(SmallServer(), LOG_IN)


def test_android_syncs_the_whole_inbox() -> None:
    replay(inbox(), FULL_SYNC)


def test_android_marks_and_looks_again() -> None:
    replay(inbox(), LOCAL_CHANGES)


def test_vvmd_looks_and_deletes() -> None:
    replay(inbox(), VVMD)


def test_the_sound_is_fetched_whole() -> None:
    server = inbox()
    whole = server.messages[1].mail.content
    heard = server.hear(b"20 UID FETCH 329 (UID BODY.PEEK[])\r\n")
    assert heard == b"* 2 FETCH (UID 329 BODY[] {11641}\r\n" + whole + b")\r\n20 OK done\r\n"


def test_a_greeting_is_left_in_its_folder() -> None:
    server = SmallServer()
    assert server.hear(b'9 APPEND "GREETINGS" ($CNS-Greeting-On) {5}\r\n') == b"+ go\r\n"
    assert server.hear(b"hello\r\n") == b"9 OK [APPENDUID 1700000000 12] saved\r\n"
    assert [(one.folder, one.flags, one.message) for one in server.appended] == [
        ("GREETINGS", frozenset({"$CNS-Greeting-On"}), b"hello")
    ]


def inbox() -> SmallServer:
    return SmallServer(message(1, 328), message(2, 329, transcript="hello there"))


def replay(server: SmallServer, script: str) -> None:
    """Each line of the client, and then all that the server says until the next."""
    turns = script.strip().removeprefix("C: ").split("\nC: ")
    for turn in turns:
        asked, *answers = turn.split("\n")
        heard = server.hear(f"{asked}\r\n".encode())
        expected = "".join(f"{line.removeprefix('S:').removeprefix(' ')}\r\n" for line in answers)
        assert heard.decode() == expected, asked
