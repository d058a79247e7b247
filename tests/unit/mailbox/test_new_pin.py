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
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import KARI, MONDAY, UseCases

NOBODY = Number("+4790000099")


def matches(app: UseCases, pin: str) -> bool:
    kept = app.get(KARI).pin
    return kept is not None and pin_matches(pin, kept)


# ---- the first call --------------------------------------------------------------------------------------


def test_a_subscriber_without_a_pin_gets_one_by_sms(app: UseCases) -> None:
    app.add(Subscriber(KARI, wishes=Wishes(sms=False)))
    assert ensure_pin(app.services, KARI) == app.get(KARI)
    [notice] = app.notices()
    assert (notice.to, notice.kind, notice.channel) == (KARI, NoticeKind.FIRST_PIN, Channel.SMS)
    pin = app.secret(notice)
    assert len(pin) == 6
    assert weakness_of(pin, KARI) is None
    assert matches(app, pin)
    assert notice.facts.secret_until == MONDAY + timedelta(days=7)
    assert app.commits.count


def test_if_the_line_drops_the_next_call_is_first_again_with_the_same_pin(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    first = ensure_pin(app.services, KARI)
    app.clock.go_on(hours=1)
    assert ensure_pin(app.services, KARI) == first
    assert len(app.notices()) == 1


def test_the_operators_pin_is_kept_and_is_in_no_sms(app: UseCases) -> None:
    app.add(Subscriber(KARI, pin=hash_pin("4831"), pin_by_operator=True))
    for _ in range(2):
        ensure_pin(app.services, KARI)
        app.clock.go_on(hours=1)
    [notice] = app.notices()
    assert notice.kind is NoticeKind.FIRST_PIN
    assert notice.facts.secret is None
    assert matches(app, "4831")


def test_a_later_call_changes_nothing(app: UseCases) -> None:
    app.add(Subscriber(KARI, pin=hash_pin("4831"), pin_by_operator=True, welcomed=True))
    assert ensure_pin(app.services, KARI) == app.get(KARI)
    assert app.notices() == []


# ---- asked for -------------------------------------------------------------------------------------------


@pytest.fixture
def kari(app: UseCases) -> Subscriber:
    kari = Subscriber(KARI, pin=hash_pin("4831"), welcomed=True)
    app.add(kari)
    app.hashes = 0
    return kari


@pytest.mark.usefixtures("kari")
def test_a_pin_asked_for_comes_by_sms_and_the_old_one_holds(app: UseCases) -> None:
    request_pin(app.services, KARI)
    [notice] = app.notices()
    assert (notice.kind, notice.channel) == (NoticeKind.REQUESTED_PIN, Channel.SMS)
    spare = app.get(KARI).spare_pin
    assert spare is not None
    assert pin_matches(app.secret(notice), spare.hash)
    assert spare.valid_until == notice.facts.secret_until == MONDAY + timedelta(minutes=15)
    assert matches(app, "4831")


@pytest.mark.usefixtures("kari")
def test_three_a_day_at_most(app: UseCases) -> None:
    for _ in range(5):
        request_pin(app.services, KARI)
        app.clock.go_on(minutes=1)
    assert len(app.notices()) == 3
    app.clock.go_on(days=1)
    request_pin(app.services, KARI)
    assert len(app.notices()) == 4


@pytest.mark.usefixtures("kari")
def test_the_day_is_the_subscribers_own(app: UseCases) -> None:
    app.clock.time = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)
    for _ in range(4):
        request_pin(app.services, KARI)
        app.clock.go_on(seconds=1)
    assert len(app.notices()) == 3
    app.clock.time = datetime(2026, 7, 1, 22, 1, tzinfo=UTC)  # past midnight in Oslo
    request_pin(app.services, KARI)
    assert len(app.notices()) == 4


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("number", [NOBODY, None])
def test_for_a_number_nobody_has_nothing_happens_in_the_same_time(
    app: UseCases, number: Number | None
) -> None:
    request_pin(app.services, KARI)
    known, app.hashes = app.hashes, 0
    request_pin(app.services, number)
    assert app.hashes == known == 1
    assert len(app.notices()) == 1


# ---- changed ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kari")
def test_a_change_is_told_by_sms_that_never_holds_the_pin(app: UseCases) -> None:
    request_pin(app.services, KARI)
    change_pin(app.services, KARI, "592604")
    notice = app.notices()[-1]
    assert (notice.kind, notice.channel) == (NoticeKind.PIN_CHANGED, Channel.SMS)
    assert notice.facts.secret is None
    assert "592604" not in repr(notice)
    assert matches(app, "592604")
    assert app.get(KARI).spare_pin is None, "a PIN asked for before no longer opens"


@pytest.mark.usefixtures("kari")
def test_the_last_two_and_the_one_of_now_may_not_come_again(app: UseCases) -> None:
    for pin in ("592604", "8264", "7159"):
        change_pin(app.services, KARI, pin)
    for pin in ("7159", "8264", "592604"):
        with pytest.raises(WeakPinError) as refused:
            change_pin(app.services, KARI, pin)
        assert refused.value.weakness is Weakness.USED_BEFORE
    change_pin(app.services, KARI, "4831")


@pytest.mark.usefixtures("kari")
def test_a_weak_pin_changes_nothing(app: UseCases) -> None:
    with pytest.raises(WeakPinError):
        change_pin(app.services, KARI, "1234")
    assert matches(app, "4831")
    assert app.notices() == []


def test_the_operators_change_is_known_as_the_operators(app: UseCases, kari: Subscriber) -> None:
    app.put(replace(kari, welcomed=False))
    change_pin(app.services, KARI, "592604", by_operator=True)
    assert app.get(KARI).pin_by_operator
    change_pin(app.services, KARI, "8264")
    assert not app.get(KARI).pin_by_operator


# ---- reset -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kari")
def test_a_reset_sends_a_new_pin_and_the_old_one_is_gone(app: UseCases) -> None:
    request_pin(app.services, KARI)
    reset_pin(app.services, KARI, by=ROOT)
    notice = app.notices()[-1]
    assert notice.kind is NoticeKind.FIRST_PIN
    assert matches(app, app.secret(notice))
    kari = app.get(KARI)
    assert kari.spare_pin is None
    assert len(kari.previous_pins) == 1


@pytest.mark.usefixtures("kari")
def test_each_reset_sends_its_own(app: UseCases) -> None:
    for _ in range(2):
        reset_pin(app.services, KARI, by=ROOT)
        app.clock.go_on(seconds=1)
    assert len({app.secret(notice) for notice in app.notices()}) == 2


def test_nobody_has_no_pin(app: UseCases) -> None:
    with pytest.raises(UnknownSubscriberError):
        ensure_pin(app.services, NOBODY)
    with pytest.raises(UnknownSubscriberError):
        change_pin(app.services, NOBODY, "592604")
    with pytest.raises(UnknownSubscriberError):
        reset_pin(app.services, NOBODY, by=ROOT)
