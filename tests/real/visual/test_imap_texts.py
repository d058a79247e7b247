"""What messages say, in the phone's own inbox, as imaplib fetches it: a text part beside the sound.

A mail never changes under its uid (RFC 3501, 2.3.1.1): whatever becomes of its words, it stays as long.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage, MIMEPart

import pytest

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.preferences import set_wishes
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.wanted import redo
from tests.fakes.actors import ROOT
from tests.real.visual.service import Subscription, VisualProcess
from tests.real.visual.test_imap_clients import imap
from tests.written import left, lengthened, written

WISHED = Wishes(transcripts=True)
BY = "\n\nSkrevet ned av en maskin, nb-whisper-base (faster-whisper 1.2.1): ord kan være feil."


@dataclass(frozen=True)
class Fetched:
    size: int
    structure: str
    """As BODYSTRUCTURE tells it."""
    content: bytes

    @property
    def parts(self) -> Sequence[MIMEPart]:
        whole = email.message_from_bytes(self.content, _class=EmailMessage, policy=email.policy.default)
        return list(whole.iter_parts())

    @property
    def text(self) -> str | None:
        """What a client shows as what was said: of any text part."""
        texts = [part.get_content() for part in self.parts if part.get_content_maintype() == "text"]
        assert len(texts) <= 1
        return texts[0].removesuffix("\n") if texts else None

    def check(self) -> None:
        """Sizes and parts are those of the bytes that came."""
        assert self.size == len(self.content)
        kinds = [part.get_content_type().upper().split("/") for part in self.parts]
        for kind, subtype in kinds:
            assert f'("{kind}" "{subtype}"' in self.structure
        assert self.structure.count('"BASE64"') == len(kinds)
        bodies = self.content.split(b"--=_b1")[1:-1]
        for body in bodies:
            octets = len(body.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n"))
            assert f'"BASE64" {octets} ' in self.structure


def fetch(client: imaplib.IMAP4, uid: int) -> Fetched:
    _, (about,) = client.uid("FETCH", str(uid), "(RFC822.SIZE BODYSTRUCTURE)")
    assert isinstance(about, bytes)
    words = about.decode()
    _, data = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    found = Fetched(
        int(words.partition("RFC822.SIZE ")[2].split()[0]), words.partition("BODYSTRUCTURE ")[2], data[0][1]
    )
    found.check()
    return found


def search(client: imaplib.IMAP4, *words: str) -> list[int]:
    return [int(uid) for uid in client.uid("SEARCH", *words)[1][0].split()]


def wishing(
    visual: VisualProcess, dialect: VisualDialect = VisualDialect.OMTP_12
) -> tuple[Subscription, Services]:
    """A new subscriber, and the office of an installation that has an engine."""
    services = replace(visual.services, rules=Rules(visual=True, transcripts=True))
    return visual.subscription(dialect, wishes=WISHED), services


def test_what_was_said_is_a_part_of_what_is_fetched(either: VisualProcess) -> None:
    who, services = wishing(either)
    said, unheard = left(services, who.number), left(services, who.number)
    written(services, said, "Hei, ring Åse.")
    written(services, unheard, "", Understanding.NOT_UNDERSTOOD)
    with imap(either, who) as client:
        client.select("INBOX")
        first = fetch(client, said)
        assert first.text == f"«Hei, ring Åse.»{BY}"
        assert [part.get_content_type() for part in first.parts] == ["audio/amr", "text/plain"]
        assert '"TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "BASE64"' in first.structure
        assert fetch(client, unheard).text is None
        assert fetch(client, said) == first
    with imap(either, who) as another:
        another.select("INBOX")
        assert fetch(another, said) == first


TELLING = (
    "RFC822.SIZE",
    "BODYSTRUCTURE",
    "BODY",
    "BODY.PEEK[TEXT]",
    "BODY.PEEK[2]",
    "BODY.PEEK[2.MIME]",
    "BODY.PEEK[]<0.9>",
    "RFC822.TEXT",
)
SILENT = ("FLAGS", "UID ENVELOPE INTERNALDATE", "BODY.PEEK[HEADER]", "BODY.PEEK[1]", "RFC822.HEADER")


def test_a_message_of_which_anything_was_told_before_its_words_were_there_has_none(
    either: VisualProcess,
) -> None:
    who, services = wishing(either)
    uids = [left(services, who.number) for _ in TELLING]
    with imap(either, who) as client:
        client.select("INBOX")
        for uid, asked in zip(uids, TELLING, strict=True):
            client.uid("FETCH", str(uid), f"({asked})")
            written(services, uid, "Hei")
        before = [fetch(client, uid) for uid in uids]
        assert [it.text for it in before] == [None] * len(uids)
        assert search(client, "TEXT", "Hei") == []
    with imap(either, who) as another:
        another.select("INBOX")
        assert [fetch(another, uid) for uid in uids] == before


def test_what_tells_nothing_of_a_text_leaves_it_open(visual: VisualProcess) -> None:
    who, services = wishing(visual)
    uids = [left(services, who.number) for _ in SILENT]
    with imap(visual, who) as client:
        client.select("INBOX")
        for uid, asked in zip(uids, SILENT, strict=True):
            client.uid("FETCH", str(uid), f"({asked})")
        assert search(client, "UNSEEN", "FROM", "90000077") == uids
        for uid in uids:
            written(services, uid, "Hei")
        assert {fetch(client, uid).text for uid in uids} == {f"«Hei»{BY}"}


def test_it_is_found_by_what_was_said_and_by_its_size(either: VisualProcess) -> None:
    who, services = wishing(either)
    with_text, without = left(services, who.number), left(services, who.number)
    written(services, with_text, "Hei, ring Åse.")
    with imap(either, who) as client:
        client.select("INBOX")
        assert search(client, "BODY", '"hei, ring"') == [with_text]
        written(services, without, "Hei, ring Åse.")
        for words in (("TEXT", "ring"), ("BODY", "MASKIN"), ("NOT", "NOT", "BODY", "ring")):
            assert search(client, *words) == [with_text]
        assert search(client, "BODY", "kari") == []
        sizes = {uid: fetch(client, uid).size for uid in (with_text, without)}
        assert sizes[with_text] > sizes[without]
        assert search(client, "LARGER", str(sizes[without])) == [with_text]
        assert search(client, "SMALLER", str(sizes[without] + 1)) == [without]


def test_other_words_and_no_words_any_more_are_as_long_as_those_that_were_told(either: VisualProcess) -> None:
    who, services = wishing(either)
    uid, untold = left(services, who.number), left(services, who.number)
    written(services, uid, "Hei, ring Åse.")
    with imap(either, who) as client:
        client.select("INBOX")
        first = fetch(client, uid)
        redo(services, MessageId(uid), by=ROOT)
        written(services, uid, "Hei")
        again = fetch(client, uid)
        assert again.text is not None
        assert again.text.rstrip(" ") == f"«Hei»{BY}"
        set_wishes(services, who.number, Wishes())
        blank = fetch(client, uid)
        assert blank.text is not None
        assert blank.text.strip(" ") == ""
        assert search(client, "TEXT", "Hei") == []
        assert fetch(client, untold).text is None
    assert (first.size, first.structure) == (again.size, again.structure) == (blank.size, blank.structure)


def test_a_message_that_was_taken_in_half_is_told_anew_once_it_is_whole(either: VisualProcess) -> None:
    """Under its uid, though its sound is another one then."""
    who, services = wishing(either)
    uid = left(services, who.number, seconds=1)
    written(services, uid, "Hei")
    with imap(either, who) as client:
        client.select("INBOX")
        half = fetch(client, uid)
        lengthened(services, uid, seconds=2)
        written(services, uid, "Hei, ring Åse.")
        client.noop()
        whole = fetch(client, uid)
    assert (half.text, whole.text) == (f"«Hei»{BY}", f"«Hei, ring Åse.»{BY}")
    assert whole.parts[0].get_content() == either.amr(uid)
    assert whole.size > half.size


@pytest.mark.parametrize("dialect", [VisualDialect.CVVM, VisualDialect.VVM3, VisualDialect.IPHONE])
def test_clients_of_which_nobody_knows_how_they_show_it_get_none(
    visual: VisualProcess, dialect: VisualDialect
) -> None:
    who, services = wishing(visual, dialect)
    uid = left(services, who.number)
    written(services, uid, "Hei")
    with imap(visual, who) as client:
        client.select("INBOX")
        assert search(client, "TEXT", "Hei") == []
        assert fetch(client, uid).text is None


def test_a_fetch_without_peek_tells_it_too(visual: VisualProcess) -> None:
    """And marks the message, whose row is another then."""
    who, services = wishing(visual)
    uid = left(services, who.number)
    written(services, uid, "Hei")
    with imap(visual, who) as client:
        client.select("INBOX")
        _, data = client.uid("FETCH", str(uid), "(BODY[2])")
        assert data[0][1].strip()
        assert visual.state(uid) == "heard"
        assert fetch(client, uid).text == f"«Hei»{BY}"
