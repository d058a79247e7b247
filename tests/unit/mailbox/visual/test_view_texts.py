"""What a message says, as mail programs see it: settled by whoever is told of it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.preferences import set_wishes
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.transcription.wanted import redo
from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import OLA, UseCases
from tests.written import left, lengthened, written

WISHED = Wishes(transcripts=True)
BY = "\n\nSkrevet ned av en maskin, nb-whisper-base (faster-whisper 1.2.1): ord kan være feil."
NOT_UNDERSTOOD = Understanding.NOT_UNDERSTOOD


@pytest.fixture
def app() -> UseCases:
    """Ola wishes transcripts, and phones have visual voicemail."""
    app = UseCases()
    app.services = replace(app.services, rules=replace(app.services.rules, visual=True, transcripts=True))
    app.add(Subscriber(OLA, wishes=WISHED))
    return app


def octets(app: UseCases, folder: Folder = Folder.INBOX) -> dict[int, int | None]:
    return {it.uid: it.text_octets for it in view.entries(app.services, OLA, folder)}


def told(app: UseCases, *, shown: bool = True) -> dict[int, str]:
    """What a program is told that asks for the size of all messages."""
    return dict(view.texts(app.services, OLA, octets(app), shown=shown))


def test_words_that_are_there_when_it_is_first_told_are_its_text(app: UseCases) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "Hei, ring Åse.")
    text = f"«Hei, ring Åse.»{BY}"
    assert octets(app) == {uid: None}
    assert told(app) == told(app) == {uid: text}
    assert octets(app) == {uid: len(text.encode())}


def test_what_is_written_down_later_is_not_shown(app: UseCases) -> None:
    early, late = left(app.services, OLA), left(app.services, OLA)
    written(app.services, early, "Hei")
    assert told(app) == {early: f"«Hei»{BY}"}
    written(app.services, late, "Hallo")
    assert told(app) == {early: f"«Hei»{BY}"}
    assert octets(app)[late] == 0


@pytest.mark.parametrize("rules", [Rules(visual=True), Rules(transcripts=True)])
def test_where_no_text_is_to_come_nothing_has_to_be_settled(app: UseCases, rules: Rules) -> None:
    app.services = replace(app.services, rules=rules)
    uid = left(app.services, OLA)
    assert octets(app) == {uid: 0}


def test_who_wishes_none_has_none_and_nothing_to_be_settled(app: UseCases) -> None:
    app.put(Subscriber(OLA))
    uid = left(app.services, OLA)
    assert octets(app) == {uid: 0}
    app.put(Subscriber(OLA, wishes=WISHED))
    written(app.services, uid, "Hei")
    assert told(app) == {}


def test_one_that_was_not_understood_has_none(app: UseCases) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "", NOT_UNDERSTOOD)
    assert told(app) == {}
    assert octets(app) == {uid: 0}


def test_to_a_client_that_is_not_known_to_show_it_it_is_told_without(app: UseCases) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "Hei")
    assert told(app, shown=False) == {}
    assert told(app) == {}
    assert octets(app) == {uid: 0}


@pytest.mark.parametrize(
    ("said", "shown"),
    [("Hei", "«Hei»"), ("Hei, ring Åse. Det er viktig", "«Hei, ring …»")],
    ids=["fewer", "more"],
)
def test_other_words_stand_in_the_room_of_those_that_were_told(app: UseCases, said: str, shown: str) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "Hei, ring Åse.")
    before = told(app)[uid]
    redo(app.services, MessageId(uid), by=ROOT)
    assert told(app)[uid] == before, "until they are there"
    written(app.services, uid, said)
    now = told(app)[uid]
    assert now.rstrip(" ") == f"{shown}{BY}"
    assert len(now.encode()) == len(before.encode())


def test_switched_off_blanks_stand_in_their_place_and_nothing_comes_back(app: UseCases) -> None:
    shown, untold = left(app.services, OLA), left(app.services, OLA)
    written(app.services, shown, "Hei")
    text = view.texts(app.services, OLA, {shown: None}, shown=True)[shown]
    set_wishes(app.services, OLA, Wishes())
    blanks = {shown: " " * len(text.encode())}
    assert told(app) == blanks
    assert octets(app) == {shown: len(text.encode()), untold: 0}
    set_wishes(app.services, OLA, WISHED)
    written(app.services, untold, "Hallo")
    assert told(app) == blanks


def test_one_that_was_lengthened_is_told_anew(app: UseCases) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "Hei")
    assert told(app) == {uid: f"«Hei»{BY}"}
    lengthened(app.services, uid, seconds=4)
    assert octets(app) == {uid: None}
    written(app.services, uid, "Hei, ring Åse.")
    assert told(app) == {uid: f"«Hei, ring Åse.»{BY}"}


def test_among_the_deleted_it_has_its_text_too(app: UseCases) -> None:
    uid = left(app.services, OLA)
    written(app.services, uid, "Hei")
    told(app)
    view.move(app.services, OLA, Folder.INBOX, Folder.TRASH, [uid])
    assert view.texts(app.services, OLA, octets(app, Folder.TRASH), shown=True) == {uid: f"«Hei»{BY}"}


def test_what_nobody_has_is_not_told(app: UseCases) -> None:
    assert view.texts(app.services, OLA, {99: None}, shown=True) == {}
    assert view.texts(app.services, OLA, {}, shown=True) == {}
