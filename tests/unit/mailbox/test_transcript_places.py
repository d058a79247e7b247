"""Consent is to a place: recordings go to no other host than their owner agreed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox import preferences
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import MessageId, SpoolId
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.provision import add_subscriber, check_subscriber, set_subscriber
from personsvar.mailbox.subscriber_file import import_subscribers
from personsvar.mailbox.transcription.consent import OtherPlaceError
from personsvar.mailbox.transcription.keeping import NotWantedError, take_up
from personsvar.mailbox.transcription.wanted import redo
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, UseCases

ONE, OTHER, HERE = "speech.example.test", "words.example.test", ""
ON, OFF = Details(switches=Switches(transcripts=True)), Details(switches=Switches(transcripts=False))


@pytest.fixture
def moving(app: UseCases) -> UseCases:
    """Kari wishes transcripts, and agreed to the first host."""
    sent_to(app, ONE)
    app.add(Subscriber(KARI))
    set_subscriber(app.services, KARI, ON, by=ROOT)
    return app


def sent_to(app: UseCases, place: str) -> None:
    rules = replace(app.services.rules, transcripts=True, transcripts_sent_to=place)
    app.services = replace(app.services, rules=rules)


def left(app: UseCases, spool_id: str) -> MessageId:
    header = SpoolHeader(SpoolId(spool_id), Purpose.MESSAGE, KARI, STRANGER, MONDAY)
    take_in(app.services, header, alaw=b"\x55" * 16000)
    with app.store.look() as uow:
        message = uow.messages.by_spool_id(header.spool_id)
    assert message is not None
    return message.id


def asked_for(app: UseCases) -> int:
    with app.store.look() as uow:
        return len(uow.outbox.list(channel=Channel.TRANSCRIPT))


def noted(app: UseCases) -> list[str]:
    """Newest first."""
    with app.store.look() as uow:
        return [entry.detail for entry in uow.audit.list()]


def test_nothing_goes_to_another_host_than_was_agreed_to(moving: UseCases) -> None:
    message = left(moving, "1.1")
    assert asked_for(moving) == 1
    sent_to(moving, OTHER)
    with pytest.raises(NotWantedError, match=f"did not agree that recordings go to {OTHER}"):
        take_up(moving.services, message)  # it was asked for before
    with pytest.raises(MailboxError, match=f"did not agree that recordings go to {OTHER}"):
        redo(moving.services, message, by=ROOT)
    left(moving, "1.2")
    assert asked_for(moving) == 1
    for place, wanted in ((HERE, 2), (ONE, 3)):
        sent_to(moving, place)
        left(moving, f"1.{wanted + 1}")
        assert asked_for(moving) == wanted
    assert take_up(moving.services, message).message == message


def test_its_owner_agrees_anew_and_to_the_place_of_now_only(moving: UseCases) -> None:
    sent_to(moving, OTHER)
    for wrong in (ONE, HERE, "elsewhere.example.test"):
        agree = Details(transcripts_consented_to=wrong)
        for change in (check_subscriber, lambda *given: set_subscriber(*given, by=ROOT)):
            with pytest.raises(OtherPlaceError, match=OTHER) as told:
                change(moving.services, KARI, agree)
            assert "elsewhere" not in str(told.value)
    assert moving.get(KARI).transcripts_consented_to == ONE
    set_subscriber(moving.services, KARI, Details(transcripts_consented_to=OTHER.upper()), by=ROOT)
    assert moving.get(KARI).transcripts_consented_to == OTHER
    left(moving, "1.1")
    assert asked_for(moving) == 1


def test_yes_once_more_is_no_new_consent(moving: UseCases) -> None:
    """A program, or a file, that says it each night."""
    sent_to(moving, OTHER)
    set_subscriber(moving.services, KARI, ON, by=ROOT)
    import_subscribers(moving.services, ["number,transcripts", f"{KARI},yes"], by=ROOT)
    assert moving.get(KARI).transcripts_consented_to == ONE


def test_who_wishes_none_agrees_to_nothing(moving: UseCases) -> None:
    set_subscriber(moving.services, KARI, OFF, by=ROOT)
    assert moving.get(KARI).transcripts_consented_to is None
    with pytest.raises(OtherPlaceError):
        set_subscriber(moving.services, KARI, Details(transcripts_consented_to=ONE), by=ROOT)
    set_subscriber(moving.services, KARI, ON, by=ROOT)
    preferences.set_wishes(moving.services, KARI, Wishes())
    assert moving.get(KARI).transcripts_consented_to is None


def test_a_wish_of_before_places_were_kept_is_for_this_machine_only(app: UseCases) -> None:
    app.add(Subscriber(KARI, wishes=Wishes(transcripts=True)))
    for place, wanted in ((ONE, 0), (HERE, 1)):
        sent_to(app, place)
        left(app, f"1.{wanted}")
        assert asked_for(app) == wanted


def test_the_trail_says_to_which_place(moving: UseCases) -> None:
    assert noted(moving) == [f"transcripts_consented_to {ONE}, transcripts"]
    sent_to(moving, HERE)
    add_subscriber(moving.services, OLA, ON, by=ROOT)
    assert noted(moving)[0] == "transcripts_consented_to this machine"
