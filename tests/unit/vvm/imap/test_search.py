"""SEARCH over a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from personsvar.vvm.imap.commands import Search
from personsvar.vvm.imap.events import ImapRequest
from personsvar.vvm.imap.flags import RECENT
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.limits import AFTER_LOG_IN
from personsvar.vvm.imap.matching import matching, needs_size, tells_text
from personsvar.vvm.imap.mime import VoiceMessage, voice_mail
from personsvar.vvm.imap.reader import ImapReader
from tests.unit.vvm.imap.small_server import HOST, OSLO

NEW_YEAR = datetime(2025, 1, 1, 0, 30, tzinfo=OSLO)
"""In UTC it is still the old year."""


def a_message(
    number: int, uid: int, *flags: str, day: int = 0, caller: str | None = None, said: str = ""
) -> ImapMessage:
    at = NEW_YEAR + timedelta(days=day)
    told = VoiceMessage(uid, 1, HOST, "4790000001", caller, at, 9, 1000 * number, transcript=said)
    return ImapMessage(number, uid, frozenset(flags), at.astimezone(UTC), voice_mail(told))


FOLDER = [
    a_message(1, 11, "\\Seen", caller="+4790000012"),
    a_message(2, 14, "\\Seen", "\\Deleted", day=1, said="Ring meg når du kan"),
    a_message(3, 20, "$CNS-Greeting-On", RECENT, day=2),
    a_message(4, 21, "\\Flagged", "Heard", day=3, caller="+4790000013"),
]


def asked(words: str) -> Search:
    reader = ImapReader(AFTER_LOG_IN)
    reader.feed(f"a SEARCH {words}\r\n".encode())
    event = reader.next()
    assert isinstance(event, ImapRequest)
    assert isinstance(event.command, Search)
    return event.command


@pytest.mark.parametrize(
    ("words", "uids"),
    [
        ("ALL", [11, 14, 20, 21]),
        ("UNDELETED", [11, 20, 21]),
        ("1:* NOT DELETED", [11, 20, 21]),
        ("SEEN", [11, 14]),
        ("UNSEEN", [20, 21]),
        ("NEW", [20]),
        ("OLD", [11, 14, 21]),
        ("RECENT", [20]),
        ("KEYWORD $cns-greeting-on", [20]),
        ("KEYWORD heard", [21]),
        ("UNKEYWORD heard", [11, 14, 20]),
        ("FLAGGED UNSEEN", [21]),
        ("2:3", [14, 20]),
        ("*", [21]),
        ("UID 14:20", [14, 20]),
        ("UID 999", []),
        ("UID 999:*", [21]),
        ("OR SEEN FLAGGED", [11, 14, 21]),
        ("OR (SEEN DELETED) UID 20", [14, 20]),
        ("NOT (SEEN DELETED)", [11, 20, 21]),
        ("ON 31-Dec-2024", [11]),
        ("SENTON 1-Jan-2025", [11]),
        ("BEFORE 1-Jan-2025", [11]),
        ("SINCE 1-Jan-2025", [14, 20, 21]),
        ("SENTBEFORE 2-Jan-2025", [11]),
        ("SENTSINCE 2-Jan-2025", [14, 20, 21]),
        ("LARGER 3000", [14, 20, 21]),
        ("SMALLER 3000", [11]),
        ("FROM +4790000012", [11]),
        ("FROM ANONYMOUS", [14, 20]),
        ("TO 4790000001", [11, 14, 20, 21]),
        ("CC 4790000001", []),
        ("SUBJECT VOICE", [11, 14, 20, 21]),
        ("HEADER message-id <20.", [20]),
        ('HEADER Importance ""', [11, 14, 20, 21]),
        ('HEADER X-Spam ""', []),
        ("BODY NÅR", [14]),
        ("BODY anonymous", []),
        ("TEXT meg", [14]),
        ("TEXT anonymous", [14, 20]),
    ],
)
def test_what_is_found(words: str, uids: list[int]) -> None:
    key = asked(words.replace("NÅR", '"NÅR"')).key
    assert [message.uid for message in matching(key, FOLDER)] == uids
    assert matching(key, []) == []


@pytest.mark.parametrize(
    ("words", "needs"),
    [("ALL", False), ("LARGER 5", True), ("NOT (SEEN OR SEEN SMALLER 5)", True), ("NOT (OR SEEN 5)", False)],
)
def test_whether_sizes_are_asked_for(words: str, needs: bool) -> None:
    assert needs_size(asked(words).key) is needs


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("ALL", False),
        ("UID 1:* NOT DELETED", False),
        ("FROM anonymous SUBJECT voice", False),
        ("BODY voice", True),
        ("NOT TEXT voice", True),
        ("OR SEEN (UNSEEN LARGER 5)", True),
        ("OR SMALLER 5 SEEN", True),
    ],
)
def test_whether_it_tells_of_what_was_said(words: str, tells: bool) -> None:
    assert tells_text(asked(words).key) is tells


def test_sounds_that_are_not_made_yet_are_found_by_the_rest() -> None:
    unmade = voice_mail(VoiceMessage(30, 1, HOST, "x", None, NEW_YEAR, 9, None))
    folder = [ImapMessage(1, 30, frozenset(), NEW_YEAR, unmade)]
    assert matching(asked("UNSEEN FROM anonymous TEXT voice").key, folder) == folder
