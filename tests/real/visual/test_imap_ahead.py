"""What arrives is AMR before a phone asks for it: the first fetch waits for nothing."""

from __future__ import annotations

from pathlib import Path

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from tests.real.by_hand import is_running
from tests.real.spool import eventually
from tests.real.visual.service import VisualProcess, visual_service


def test_a_message_for_an_account_in_use_is_encoded_as_it_arrives(either: VisualProcess) -> None:
    who = either.subscription()
    uid = either.leave(who.number)
    eventually(lambda: either.amr(uid) is not None, within=30, what="the AMR of the message")


def test_all_that_was_there_is_encoded_when_the_phone_activates(either: VisualProcess) -> None:
    number = either.subscriber()
    uids = [either.leave(number) for _ in range(30)]
    either.activate(number)
    eventually(lambda: all(map(either.amr, uids)), within=60, what="the AMR of the messages")


def test_what_was_not_encoded_is_when_the_phone_looks(tmp_path: Path) -> None:
    """The service was not there when it activated, or was not told."""
    with visual_service(tmp_path) as own:
        own.stop()
        who = own.subscription()
        uids = [own.leave(who.number) for _ in range(12)]
        own.start()
        with own.logged_in(who, "INBOX"):
            eventually(lambda: all(map(own.amr, uids)), within=60, what="the AMR of the messages")


def test_whoever_stops_it_meanwhile_waits_for_nothing_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with visual_service(tmp_path) as own:
        number = own.subscriber()
        uids = [own.leave(number, seconds=60) for _ in range(60)]
        own.activate(number)
        eventually(lambda: any(map(own.amr, uids)), within=60, what="the first AMR")
        assert own.process is not None
        family = family_of(own.process.pid)
        assert len(family) > 1
        assert own.stop() == 0
        eventually(lambda: not any(map(is_running, family)), within=10, what="the end of those who encoded")
        assert not all(map(own.amr, uids))
        assert "Traceback" not in own.said()
        assert "level=error" not in own.said()


def family_of(pid: int) -> list[int]:
    """A process with its children and theirs."""
    family = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            family += family_of(int(child))
    return family


def test_nobody_s_recordings_are_encoded_who_has_no_visual_voicemail(visual: VisualProcess) -> None:
    other, who = Number("+4790000877"), visual.subscription()
    with visual.store.begin() as uow:
        uow.subscribers.add(Subscriber(other))
        uow.commit()
    theirs, own = visual.leave(other), visual.leave(who.number)
    eventually(lambda: visual.amr(own) is not None, within=30, what="the AMR of the message")
    assert visual.amr(theirs) is None
