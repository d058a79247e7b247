"""What arrives is AMR before a phone asks for it: the first fetch waits for nothing."""

from __future__ import annotations

from personsvar.mailbox.model import Number, Subscriber
from tests.real.spool import eventually
from tests.real.visual.service import VisualService


def test_a_message_for_an_account_in_use_is_encoded_as_it_arrives(either: VisualService) -> None:
    who = either.subscription()
    uid = either.leave(who.number)
    eventually(lambda: either.amr(uid) is not None, within=30, what="the AMR of the message")


def test_nobody_s_recordings_are_encoded_who_has_no_visual_voicemail(visual: VisualService) -> None:
    other, who = Number("+4790000877"), visual.subscription()
    with visual.store.begin() as uow:
        uow.subscribers.add(Subscriber(other))
        uow.commit()
    theirs, own = visual.leave(other), visual.leave(who.number)
    eventually(lambda: visual.amr(own) is not None, within=30, what="the AMR of the message")
    assert visual.amr(theirs) is None
