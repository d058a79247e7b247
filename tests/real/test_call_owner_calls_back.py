"""Key 0 in a message: the caller is called back, it is charged when answered, and the message goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from personsvar.mailbox.model.ids import Number
from tests.real.heard import pitch
from tests.real.pieces import Piece
from tests.real.running_site import telephones
from tests.real.signals import sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, Telephone, listen

LENGTH = 30.0
RINGING_HZ = 425


@pytest.fixture
def called(site: LiveSite) -> Iterator[Phone]:
    """The phone that calls back go out to."""
    port = int(site.switch.setting.trunk.rpartition(":")[2])
    with telephones(site) as make:
        yield make(CALLER, port=port)


@pytest.fixture
def owner(site: LiveSite) -> Number:
    number = site.subscriber()
    site.put_message(number, sweep(LENGTH), caller=CALLER)
    return number


def calls_back(telephone: Telephone, owner: Number) -> Phone:
    """3 s into the message: 0, the price, and 0 again."""
    phone = listen(telephone, owner)
    phone.wait_for_piece(1, seconds=3)
    phone.press("0")
    phone.wait_for_prompt("call-back-costs", within=5)
    phone.wait_for_prompt("call-back-confirm", within=10)
    phone.press("0")
    return phone


def charges(site: LiveSite, owner: Number) -> list[tuple[str, int]]:
    """Who was called, and the price in øre."""
    with site.store() as store, store.look() as uow:
        return [(row.called, row.price_ore) for row in uow.call_backs.charges(mailbox=owner)]


def goes_on(phone: Phone, *, since: float, within: float = 15) -> None:
    """After that moment the message is heard from the second it was left at. (A ringing tone, too, has a
    pitch: what is heard before does not count.)"""
    before = phone.pieces()[0]

    def after() -> list[Piece]:
        return [piece for piece in phone.pieces(after=since) if piece.seconds > 1]

    eventually(lambda: bool(after()), within=within, what=f"the message to go on; {phone.story()}")
    assert after()[-1].begins - before.ends == pytest.approx(0, abs=0.15)


def hears_it_ring(phone: Phone) -> None:
    began = phone.wait_for_sound(within=5)
    phone.wait_until(began + 0.9)
    frequency, share = pitch(phone.recording().samples(began + 0.1, began + 0.7))
    assert frequency == pytest.approx(RINGING_HZ, abs=5)
    assert share > 0.9


def is_heard(piece: list[Piece], *, seconds: float) -> bool:
    return any(it.seconds > seconds for it in piece)


def test_answered_it_is_charged_and_a_star_leads_back_to_the_message(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone
) -> None:
    phone = calls_back(telephone, owner)
    invite = called.answer()
    assert owner in invite["From"]
    phone.sweep(seconds=2)
    called.speak(seconds=1)
    assert is_heard(called.pieces(), seconds=1.5)
    phone.press("*")
    called.wait_for_hang_up(within=5)
    goes_on(phone, since=phone.wait_for_prompt("call-back-over", within=5))
    assert charges(site, owner) == [(CALLER, 300)]


@pytest.mark.parametrize(
    ("status", "said"), [("486 Busy Here", "call-back-busy"), ("404 Not Found", "call-back-refused")]
)
def test_busy_and_refused_are_said_and_cost_nothing(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone, *, status: str, said: str
) -> None:
    phone = calls_back(telephone, owner)
    called.refuse(status)
    goes_on(phone, since=phone.wait_for_prompt(said, within=5))
    assert charges(site, owner) == []


@pytest.mark.long(50)
def test_nobody_answers_for_thirty_seconds(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone
) -> None:
    phone = calls_back(telephone, owner)
    called.ring()
    began = phone.now
    said = phone.wait_for_prompt("call-back-no-answer", within=40)
    assert said - began == pytest.approx(30, abs=2)
    called.wait_for_hang_up(within=5)
    goes_on(phone, since=said)
    assert charges(site, owner) == []


def test_the_owner_hangs_up_in_it_and_it_is_charged_all_the_same(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone
) -> None:
    phone = calls_back(telephone, owner)
    called.answer()
    phone.sweep(seconds=2)
    phone.hang_up()
    called.wait_for_hang_up(within=5)
    eventually(lambda: charges(site, owner) == [(CALLER, 300)], within=10, what="the charge")


def test_a_star_while_it_rings_gives_up_and_costs_nothing(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone
) -> None:
    phone = calls_back(telephone, owner)
    called.ring()
    hears_it_ring(phone)
    (star,) = phone.press("*")
    called.wait_for_hang_up(within=5)
    goes_on(phone, since=phone.since_answer(star.up_at) + 0.5)
    assert charges(site, owner) == []


def test_a_withheld_caller_can_not_be_called_back(site: LiveSite, telephone: Telephone) -> None:
    number = site.subscriber()
    site.put_message(number, sweep(LENGTH), caller=None)
    phone = listen(telephone, number)
    phone.wait_for_piece(1, seconds=2)
    phone.press("0")
    goes_on(phone, since=phone.wait_for_prompt("call-back-withheld", within=5))


def spooled(site: LiveSite) -> list[str]:
    return [file.name for file in (site.folder / "spool").glob("*-c*.head")]


@pytest.mark.parametrize("owner_hangs_up", [True, False])
def test_the_service_is_killed_while_the_two_talk_and_it_is_charged_once(
    site: LiveSite, telephone: Telephone, owner: Number, called: Phone, *, owner_hangs_up: bool
) -> None:
    phone = calls_back(telephone, owner)
    called.answer()
    phone.sweep(seconds=2)
    site.service.kill()
    try:
        assert charges(site, owner) == []
        (phone if owner_hangs_up else called).hang_up()
        eventually(lambda: bool(spooled(site)), within=10, what="the charge in the spool")
    finally:
        site.service.start()
    eventually(lambda: not spooled(site), within=30, what="an empty spool")
    assert charges(site, owner) == [(CALLER, 300)]
