"""How a subscriber comes to a PIN (sections 3, 5 and 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.new_pin import change_pin, ensure_pin, request_pin, reset_pin
from personsvar.mailbox.pin import Weakness, WeakPinError, hash_pin, pin_matches, weakness_of
from tests.unit.mailbox.use_cases import KARI, MONDAY, UseCases

NOBODY = Number("+4790000099")


def matches(desk: UseCases, pin: str) -> bool:
    kept = desk.get(KARI).pin
    return kept is not None and pin_matches(pin, kept)


# ---- the first call --------------------------------------------------------------------------------------


def test_a_subscriber_without_a_pin_gets_one_by_sms(desk: UseCases) -> None:
    desk.add(Subscriber(KARI, wishes=Wishes(sms=False)))
    assert ensure_pin(desk.services, KARI) == desk.get(KARI)
    [notice] = desk.notices()
    assert (notice.to, notice.kind, notice.channel) == (KARI, NoticeKind.FIRST_PIN, Channel.SMS)
    pin = desk.secret(notice)
    assert len(pin) == 6
    assert weakness_of(pin, KARI) is None
    assert matches(desk, pin)
    assert notice.facts.secret_until == MONDAY + timedelta(days=7)
    assert desk.commits.count


def test_if_the_line_drops_the_next_call_is_first_again_with_the_same_pin(desk: UseCases) -> None:
    desk.add(Subscriber(KARI))
    first = ensure_pin(desk.services, KARI)
    desk.clock.passes(hours=1)
    assert ensure_pin(desk.services, KARI) == first
    assert len(desk.notices()) == 1


def test_the_operators_pin_is_kept_and_is_in_no_sms(desk: UseCases) -> None:
    desk.add(Subscriber(KARI, pin=hash_pin("4831"), pin_by_operator=True))
    for _ in range(2):
        ensure_pin(desk.services, KARI)
        desk.clock.passes(hours=1)
    [notice] = desk.notices()
    assert notice.kind is NoticeKind.FIRST_PIN
    assert notice.facts.secret is None
    assert matches(desk, "4831")


def test_a_later_call_changes_nothing(desk: UseCases) -> None:
    desk.add(Subscriber(KARI, pin=hash_pin("4831"), pin_by_operator=True, welcomed=True))
    assert ensure_pin(desk.services, KARI) == desk.get(KARI)
    assert desk.notices() == []


# ---- asked for -------------------------------------------------------------------------------------------


@pytest.fixture
def kari(desk: UseCases) -> Subscriber:
    kari = Subscriber(KARI, pin=hash_pin("4831"), welcomed=True)
    desk.add(kari)
    desk.hashes = 0
    return kari


@pytest.mark.usefixtures("kari")
def test_a_pin_asked_for_comes_by_sms_and_the_old_one_holds(desk: UseCases) -> None:
    request_pin(desk.services, KARI)
    [notice] = desk.notices()
    assert (notice.kind, notice.channel) == (NoticeKind.REQUESTED_PIN, Channel.SMS)
    spare = desk.get(KARI).spare_pin
    assert spare is not None
    assert pin_matches(desk.secret(notice), spare.hash)
    assert spare.valid_until == notice.facts.secret_until == MONDAY + timedelta(minutes=15)
    assert matches(desk, "4831")


@pytest.mark.usefixtures("kari")
def test_three_a_day_at_most(desk: UseCases) -> None:
    for _ in range(5):
        request_pin(desk.services, KARI)
        desk.clock.passes(minutes=1)
    assert len(desk.notices()) == 3
    desk.clock.passes(days=1)
    request_pin(desk.services, KARI)
    assert len(desk.notices()) == 4


@pytest.mark.usefixtures("kari")
def test_the_day_is_the_subscribers_own(desk: UseCases) -> None:
    desk.clock.at = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)
    for _ in range(4):
        request_pin(desk.services, KARI)
        desk.clock.passes(seconds=1)
    assert len(desk.notices()) == 3
    desk.clock.at = datetime(2026, 7, 1, 22, 1, tzinfo=UTC)  # past midnight in Oslo
    request_pin(desk.services, KARI)
    assert len(desk.notices()) == 4


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("number", [NOBODY, None])
def test_for_a_number_nobody_has_nothing_happens_in_the_same_time(
    desk: UseCases, number: Number | None
) -> None:
    request_pin(desk.services, KARI)
    known, desk.hashes = desk.hashes, 0
    request_pin(desk.services, number)
    assert desk.hashes == known == 1
    assert len(desk.notices()) == 1


# ---- changed ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kari")
def test_a_change_is_told_by_sms_that_never_holds_the_pin(desk: UseCases) -> None:
    request_pin(desk.services, KARI)
    change_pin(desk.services, KARI, "592604")
    notice = desk.notices()[-1]
    assert (notice.kind, notice.channel) == (NoticeKind.PIN_CHANGED, Channel.SMS)
    assert notice.facts.secret is None
    assert "592604" not in repr(notice)
    assert matches(desk, "592604")
    assert desk.get(KARI).spare_pin is None, "a PIN asked for before no longer opens"


@pytest.mark.usefixtures("kari")
def test_the_last_two_and_the_one_of_now_may_not_come_again(desk: UseCases) -> None:
    for pin in ("592604", "8264", "7159"):
        change_pin(desk.services, KARI, pin)
    for pin in ("7159", "8264", "592604"):
        with pytest.raises(WeakPinError) as refused:
            change_pin(desk.services, KARI, pin)
        assert refused.value.weakness is Weakness.USED_BEFORE
    change_pin(desk.services, KARI, "4831")


@pytest.mark.usefixtures("kari")
def test_a_weak_pin_changes_nothing(desk: UseCases) -> None:
    with pytest.raises(WeakPinError):
        change_pin(desk.services, KARI, "1234")
    assert matches(desk, "4831")
    assert desk.notices() == []


def test_the_operators_change_is_known_as_the_operators(desk: UseCases, kari: Subscriber) -> None:
    desk.put(replace(kari, welcomed=False))
    change_pin(desk.services, KARI, "592604", by_operator=True)
    assert desk.get(KARI).pin_by_operator
    change_pin(desk.services, KARI, "8264")
    assert not desk.get(KARI).pin_by_operator


# ---- reset -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kari")
def test_a_reset_sends_a_new_pin_and_the_old_one_is_gone(desk: UseCases) -> None:
    request_pin(desk.services, KARI)
    reset_pin(desk.services, KARI)
    notice = desk.notices()[-1]
    assert notice.kind is NoticeKind.FIRST_PIN
    assert matches(desk, desk.secret(notice))
    kari = desk.get(KARI)
    assert kari.spare_pin is None
    assert len(kari.previous_pins) == 1


@pytest.mark.usefixtures("kari")
def test_each_reset_sends_its_own(desk: UseCases) -> None:
    for _ in range(2):
        reset_pin(desk.services, KARI)
        desk.clock.passes(seconds=1)
    assert len({desk.secret(notice) for notice in desk.notices()}) == 2


def test_nobody_has_no_pin(desk: UseCases) -> None:
    with pytest.raises(UnknownSubscriberError):
        ensure_pin(desk.services, NOBODY)
    with pytest.raises(UnknownSubscriberError):
        change_pin(desk.services, NOBODY, "592604")
    with pytest.raises(UnknownSubscriberError):
        reset_pin(desk.services, NOBODY)
