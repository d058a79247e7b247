"""Every verb as clients write it, and what it is read as."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap.events import BadCharset, Event, ImapRequest
from personsvar.vvm.imap.grammar.verbs import BARE, BY_UID, WITH_WORDS
from personsvar.vvm.imap.items import Datum, FetchItem, Piece, Section
from personsvar.vvm.imap.limits import AFTER_LOG_IN
from personsvar.vvm.imap.reader import ImapReader
from personsvar.vvm.imap.search_keys import (
    All,
    Contains,
    Dated,
    Flagged,
    Header,
    Key,
    Larger,
    Not,
    Numbers,
    Or,
    Smaller,
    Uids,
    When,
)
from personsvar.vvm.imap.sequences import SequenceSet

ONE = SequenceSet(((1, 1),))
EVERY = SequenceSet(((1, None),))
COMMANDS: dict[bytes, c.Command] = {
    b"capability": c.Capability(),
    b"NOOP": c.Noop(),
    b"LOGOUT ": c.Logout(),
    b"STARTTLS": c.StartTls(),
    b"NAMESPACE": c.Namespace(),
    b"CHECK": c.Check(),
    b"CLOSE": c.Close(),
    b"UNSELECT": c.Unselect(),
    b"EXPUNGE": c.Expunge(None),
    b"UID EXPUNGE 1:*": c.Expunge(EVERY),
    b"IDLE": c.Idle(),
    b'LOGIN 5550142@vvm.example.net "q7Hs0ZrK2m"': c.Login("5550142@vvm.example.net", "q7Hs0ZrK2m"),
    b'LOGIN "+47\\"" "a\\\\b"': c.Login('+47"', "a\\b"),
    b'login kari "\xc3\xa5pen"': c.Login("kari", "åpen"),
    b"LOGIN kari p]a": c.Login("kari", "p]a"),
    b"ID NIL": c.Identify(()),
    b'ID ("name" "iPhone" "os" NIL)': c.Identify((("name", "iPhone"), ("os", None))),
    b"ID ()": c.Identify(()),
    b'ID ("name" "K\xe5ri" {2+}\r\nos {3+}\r\na"b)': c.Identify((("name", "K\ufffdri"), ("os", 'a"b'))),
    b"SELECT inbox": c.Select("inbox", read_only=False),
    b'EXAMINE "INBOX"': c.Select("INBOX", read_only=True),
    b'LIST "" ""': c.List("", "", subscribed=False),
    b'LIST "INBOX" *': c.List("INBOX", "*", subscribed=False),
    b'LSUB "" "%"': c.List("", "%", subscribed=True),
    b"STATUS Trash (MESSAGES uidnext)": c.Status("Trash", (c.StatusItem.MESSAGES, c.StatusItem.UID_NEXT)),
    b"CREATE Trash": c.Create("Trash"),
    b"CREATE &AOY-re": c.Create("ære"),
    b"DELETE Trash": c.Delete("Trash"),
    b"RENAME Trash Bin": c.Rename("Trash", "Bin"),
    b"SUBSCRIBE Trash": c.Subscribe("Trash", subscribed=True),
    b"UNSUBSCRIBE Trash": c.Subscribe("Trash", subscribed=False),
    b"APPEND Greetings (\\seen $cns-greeting-on) {2+}\r\nhi": c.Append(
        "Greetings", frozenset({"\\Seen", "$CNS-Greeting-On"}), None, b"hi"
    ),
    b'APPEND Greetings () " 7-jan-2025 15:01:36 +0130" {2+}\r\nhi': c.Append(
        "Greetings", frozenset(), datetime(2025, 1, 7, 13, 31, 36, tzinfo=UTC), b"hi"
    ),
    b"GETQUOTAROOT INBOX": c.GetQuotaRoot("INBOX"),
    b'GETQUOTA ""': c.GetQuota(""),
    b"COPY 1 Trash": c.Copy(ONE, "Trash", uid=False),
    b"UID COPY 1 Trash": c.Copy(ONE, "Trash", uid=True),
    b"MOVE 1 Trash": c.Move(ONE, "Trash", uid=False),
    b"UID MOVE 1 Trash": c.Move(ONE, "Trash", uid=True),
    b"STORE 1 +Flags \\Deleted": c.StoreFlags(
        ONE, c.Change.ADD, frozenset({"\\Deleted"}), silent=False, uid=False
    ),
    b"STORE 1 flags ()": c.StoreFlags(ONE, c.Change.REPLACE, frozenset(), silent=False, uid=False),
    b"UID STORE 1:* -FLAGS ($AppleVM-ActiveGreeting)": c.StoreFlags(
        EVERY, c.Change.REMOVE, frozenset({"$AppleVM-ActiveGreeting"}), silent=False, uid=True
    ),
    b"UID STORE 1 +FLAGS.SILENT (\\DELETED Heard)": c.StoreFlags(
        ONE, c.Change.ADD, frozenset({"\\Deleted", "Heard"}), silent=True, uid=True
    ),
    b"STORE 1 +flags.silent \\Seen \\Flagged": c.StoreFlags(
        ONE, c.Change.ADD, frozenset({"\\Seen", "\\Flagged"}), silent=True, uid=False
    ),
    b"XCHANGE_TUI_PWD PWD=2468 OLD_PWD=1357": c.VendorPin("2468", "1357", apple=False),
    b"change_tui_pwd old_pwd=1357 pwd=2468": c.VendorPin("2468", "1357", apple=False),
    b'XCHANGE_TUI_PWD PWD="2468" "OLD_PWD=1357"': c.VendorPin("2468", "1357", apple=False),
    b"XCHANGE_TUI_PWD PWD=24*8": c.VendorPin("24*8", None, apple=False),
    b"XCHANGEPASSWORD PIN 2468": c.VendorPin("2468", None, apple=True),
    b'xchangepassword pin "2468"': c.VendorPin("2468", None, apple=True),
    b"CHANGEPASSWORD PIN 2468": c.VendorPin("2468", None, apple=True),
    b"XCHANGE_VM_LANG LANG=2": c.VendorLanguage("2"),
    b"CHANGE_VM_LANG Lang=5": c.VendorLanguage("5"),
    b"XCLOSE_NUT": c.CloseTutorial(),
    b"CLOSE_NUT": c.CloseTutorial(),
    b"XVVM": c.Unknown(),
    b"AUTHENTICATE login": c.Authenticate("LOGIN"),
}
FETCHES: dict[bytes, tuple[FetchItem, ...]] = {
    b"FLAGS": (Datum.FLAGS,),
    b"( UID  FLAGS )": (Datum.UID, Datum.FLAGS),
    b"fast": (Datum.FLAGS, Datum.INTERNAL_DATE, Datum.SIZE),
    b"ALL": (Datum.FLAGS, Datum.INTERNAL_DATE, Datum.SIZE, Datum.ENVELOPE),
    b"FULL": (Datum.FLAGS, Datum.INTERNAL_DATE, Datum.SIZE, Datum.ENVELOPE, Datum.BODY),
    b"(UID BODY BODYSTRUCTURE UID)": (Datum.UID, Datum.BODY, Datum.BODY_STRUCTURE),
    b"BODY[]": (Section(),),
    b"BODY.PEEK[]<0.512>": (Section(start=0, length=512, peek=True),),
    b"body.peek[1]": (Section(path=(1,), peek=True),),
    b"BODY[1.2.HEADER]": (Section(Piece.HEADER, (1, 2)),),
    b"BODY[1.MIME]": (Section(Piece.MIME, (1,)),),
    b"BODY[TEXT]": (Section(Piece.TEXT),),
    b'BODY[header.fields.not (From "to")]': (Section(Piece.FIELDS_NOT, fields=(b"FROM", b"TO")),),
    b"BODY[HEADER.FIELDS ({4+}\r\ndate)]": (Section(Piece.FIELDS, fields=(b"DATE",)),),
    b'BODY[HEADER.FIELDS ("x y" {4+}\r\nd\r\ne "a\\"b" "" p]q)]': (
        Section(Piece.FIELDS, fields=(b"X Y", b"D\r\nE", b'A"B', b"", b"P]Q")),
    ),
    b"(RFC822.SIZE RFC822 RFC822.HEADER RFC822.TEXT)": (
        Datum.SIZE,
        Section(alias="RFC822"),
        Section(Piece.HEADER, peek=True, alias="RFC822.HEADER"),
        Section(Piece.TEXT, alias="RFC822.TEXT"),
    ),
}
DAY = date(2025, 2, 1)
SEEN = Flagged("\\Seen")
SEARCHES: dict[bytes, Key] = {
    b"ALL": All(),
    b"1:*": Numbers(EVERY),
    b"*": Numbers(SequenceSet(((None, None),))),
    b"UID 1:*": Uids(EVERY),
    b"1:* not deleted": All((Numbers(EVERY), Not(Flagged("\\Deleted")))),
    b"NEW": All((Flagged("\\Recent"), Not(SEEN))),
    b"OLD": Not(Flagged("\\Recent")),
    b"RECENT": Flagged("\\Recent"),
    b"SEEN": SEEN,
    b"UNSEEN": Not(SEEN),
    b"ANSWERED UNANSWERED": All((Flagged("\\Answered"), Not(Flagged("\\Answered")))),
    b"DRAFT UNDRAFT": All((Flagged("\\Draft"), Not(Flagged("\\Draft")))),
    b"FLAGGED UNFLAGGED": All((Flagged("\\Flagged"), Not(Flagged("\\Flagged")))),
    b"UNDELETED": Not(Flagged("\\Deleted")),
    b"KEYWORD $cns-greeting-on": Flagged("$CNS-Greeting-On"),
    b"UNKEYWORD Heard": Not(Flagged("Heard")),
    b"OR SEEN (1 NOT SEEN)": Or(SEEN, All((Numbers(ONE), Not(SEEN)))),
    b"BEFORE 1-Feb-2025": Dated(When.BEFORE, DAY),
    b'ON "01-feb-2025"': Dated(When.ON, DAY),
    b"SINCE 1-Feb-2025": Dated(When.SINCE, DAY),
    b"SENTBEFORE 1-Feb-2025": Dated(When.BEFORE, DAY, sent=True),
    b"SENTON 1-Feb-2025": Dated(When.ON, DAY, sent=True),
    b"SENTSINCE 1-Feb-2025": Dated(When.SINCE, DAY, sent=True),
    b"LARGER 100 SMALLER 200": All((Larger(100), Smaller(200))),
    b'FROM "+4790000012"': Header("FROM", "+4790000012"),
    b"TO a CC b BCC c": All((Header("TO", "a"), Header("CC", "b"), Header("BCC", "c"))),
    b"SUBJECT {3+}\r\nhei": Header("SUBJECT", "hei"),
    b'HEADER Content-Duration ""': Header("Content-Duration", ""),
    b"BODY hei": Contains("hei", headers=False),
    b"TEXT hei": Contains("hei", headers=True),
    b'CHARSET utf-8 TEXT "\xc3\xa5"': Contains("å", headers=True),
    b"CHARSET ISO-8859-1 TEXT {1+}\r\n\xe5": Contains("å", headers=True),
}


def read(line: bytes) -> Event | None:
    reader = ImapReader(AFTER_LOG_IN)
    reader.feed(b"a " + line + b"\r\n")
    return reader.next()


def command(line: bytes) -> c.Command:
    event = read(line)
    assert isinstance(event, ImapRequest), event
    return event.command


@pytest.mark.parametrize("line", COMMANDS)
def test_a_verb(line: bytes) -> None:
    assert command(line) == COMMANDS[line]


@pytest.mark.parametrize("line", FETCHES)
def test_what_may_be_fetched(line: bytes) -> None:
    assert command(b"FETCH 1 " + line) == c.Fetch(ONE, FETCHES[line], uid=False)
    assert command(b"UID FETCH 1 " + line) == c.Fetch(ONE, FETCHES[line], uid=True)


@pytest.mark.parametrize("line", SEARCHES)
def test_what_may_be_searched_for(line: bytes) -> None:
    assert command(b"SEARCH " + line) == c.Search(SEARCHES[line], uid=False)
    assert command(b"UID SEARCH " + line) == c.Search(SEARCHES[line], uid=True)


def test_no_more_than_fifty_names_of_a_header_are_asked_for() -> None:
    """Thousands on one line would be thousands of words of the answer for each message."""
    asked = b"FETCH 1:* BODY.PEEK[HEADER.FIELDS (%b)]"
    assert isinstance(read(asked % b" ".join([b"X"] * 50)), ImapRequest)
    assert not isinstance(read(asked % b" ".join([b"X"] * 51)), ImapRequest)


def test_a_charset_nobody_knows() -> None:
    assert read(b"SEARCH CHARSET KOI8-R ALL") == BadCharset("a")


def test_every_verb_that_is_served_is_in_these_tables() -> None:
    shown = {line.split()[0].upper().decode() for line in COMMANDS} | {"FETCH", "SEARCH"}
    assert (BARE.keys() | WITH_WORDS.keys() | BY_UID.keys()) <= shown


def test_the_name_is_the_verb_in_capitals() -> None:
    request = read(b"uid expunge 1")
    assert isinstance(request, ImapRequest)
    assert request.name == "EXPUNGE"


@pytest.mark.parametrize(
    ("section", "label"),
    [
        (Section(), b"BODY[]"),
        (Section(Piece.FIELDS, fields=(b"DATE", b"FROM"), peek=True), b"BODY[HEADER.FIELDS (DATE FROM)]"),
        (Section(Piece.FIELDS, fields=(b"X Y", b"", b"A]")), b'BODY[HEADER.FIELDS ("X Y" "" "A]")]'),
        (
            Section(Piece.FIELDS_NOT, fields=(b'A"B', b"\xe5\r\n"), start=0, length=9),
            b'BODY[HEADER.FIELDS.NOT ({3}\r\nA"B {3}\r\n\xe5\r\n)]<0>',
        ),
        (Section(Piece.MIME, (1, 2)), b"BODY[1.2.MIME]"),
        (Section(path=(2,), start=0, length=9), b"BODY[2]<0>"),
        (Section(Piece.TEXT, alias="RFC822.TEXT"), b"RFC822.TEXT"),
    ],
)
def test_what_a_section_is_called_in_the_answer(section: Section, label: bytes) -> None:
    assert section.label == label
