"""Logging in with a PIN (section 7): one entry after the other, across calls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.lockout import MOST_OF_THE_SERVICE, MOST_WITHHELD, WITHHELD
from personsvar.mailbox.login import LoginResult, acknowledge_log_in, request_pin, try_pin, unlock
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.lock import LockScope
from personsvar.mailbox.model.notice import Notice, NoticeKind
from personsvar.mailbox.model.subscriber import SparePin, Subscriber, Wishes
from personsvar.mailbox.pin import hash_pin
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, UseCases

OK, WRONG, CLOSED = LoginResult.OK, LoginResult.WRONG, LoginResult.CLOSED
KARIS, OLAS = "4831", "592604"
NOBODY = Number("+4790000099")


@pytest.fixture(autouse=True)
def two_subscribers(app: UseCases) -> None:
    app.add(Subscriber(KARI, pin=hash_pin(KARIS), wishes=Wishes(sms=False, missed_calls=False)))
    app.add(Subscriber(OLA, pin=hash_pin(OLAS)))
    app.hashes = 0


Enter = Callable[..., LoginResult]


@pytest.fixture
def enter(app: UseCases) -> Enter:
    """One entry, by default for Kari's mailbox from a stranger's phone."""

    def enter(
        pin: str, *, number: Number | None = KARI, caller: Number | None = STRANGER, own_phone: bool = False
    ) -> LoginResult:
        return try_pin(app.services, number, pin, caller=caller, own_phone=own_phone)

    return enter


def told(app: UseCases, kind: NoticeKind) -> list[Notice]:
    return [notice for notice in app.notices() if notice.kind is kind]


# ---- in -------------------------------------------------------------------------------------------------


def test_the_right_pin_from_elsewhere_is_told_to_the_owner(app: UseCases, enter: Enter) -> None:
    assert enter(KARIS) is OK
    elsewhere = app.get(KARI).elsewhere_login
    assert elsewhere is not None
    assert (elsewhere.at, elsewhere.caller, elsewhere.acknowledged) == (MONDAY, STRANGER, False)
    [notice] = told(app, NoticeKind.LOGIN_ELSEWHERE)
    assert (notice.to, notice.facts.caller, notice.facts.at) == (KARI, STRANGER, MONDAY)
    assert app.commits.count


def test_by_voice_it_is_told_once(app: UseCases, enter: Enter) -> None:
    enter(KARIS, caller=None)
    acknowledge_log_in(app.services, KARI)
    elsewhere = app.get(KARI).elsewhere_login
    assert elsewhere is not None
    assert elsewhere.acknowledged
    app.clock.go_on(days=1)
    enter(KARIS)
    elsewhere = app.get(KARI).elsewhere_login
    assert elsewhere is not None
    assert not elsewhere.acknowledged, "a new log-in is news again"


def test_on_the_own_phone_there_is_nothing_to_tell(app: UseCases, enter: Enter) -> None:
    assert enter(KARIS, caller=KARI, own_phone=True) is OK
    assert app.get(KARI).elsewhere_login is None
    assert app.notices() == []


# ---- out ------------------------------------------------------------------------------------------------


def test_after_five_wrong_pins_even_the_right_one_is_refused(app: UseCases, enter: Enter) -> None:
    assert [enter("0000") for _ in range(5)] == [WRONG] * 5
    assert enter(KARIS) is CLOSED
    assert enter(KARIS, caller=OLA) is CLOSED, "the mailbox is closed to everybody elsewhere"
    app.clock.go_on(minutes=15)
    assert enter(KARIS) is OK


def test_the_second_closing_is_twice_as_long(app: UseCases, enter: Enter) -> None:
    for _ in range(5):
        enter("0000")
    app.clock.go_on(minutes=15)
    assert [enter("0000", caller=OLA) for _ in range(5)] == [WRONG] * 5
    app.clock.go_on(minutes=29)
    assert enter(KARIS) is CLOSED
    app.clock.go_on(minutes=1)
    assert enter(KARIS) is OK


def test_the_owner_gets_one_sms_for_each_closing_whatever_was_wished(app: UseCases, enter: Enter) -> None:
    for _ in range(9):
        enter("0000")
    [notice] = told(app, NoticeKind.LOCKED_OUT)
    assert (notice.to, notice.facts.caller, notice.facts.secret) == (KARI, STRANGER, None)
    app.clock.go_on(minutes=15)
    for _ in range(9):
        enter("0000", caller=OLA)
    assert len(told(app, NoticeKind.LOCKED_OUT)) == 2


def test_four_wrong_pins_and_the_right_one_start_anew(enter: Enter) -> None:
    for _ in range(3):
        assert [enter("0000") for _ in range(4)] == [WRONG] * 4
        assert enter(KARIS) is OK


def test_an_entry_with_too_many_digits_is_one_wrong_pin(app: UseCases, enter: Enter) -> None:
    assert enter(KARIS + "0000000") is WRONG
    assert app.lock(LockScope.MAILBOX, KARI).failures == 1


@pytest.mark.parametrize("pin", ["", "0000", KARIS + " ", "#", "é", "4831" * 2_500])
def test_whatever_is_no_pin_of_hers_is_wrong(enter: Enter, pin: str) -> None:
    assert enter(pin) is WRONG


def test_a_mailbox_without_a_pin_opens_to_none(app: UseCases, enter: Enter) -> None:
    app.put(Subscriber(KARI))
    assert enter("") is WRONG
    assert enter(KARIS) is WRONG


# ---- the own phone ---------------------------------------------------------------------------------------


def test_the_own_phone_is_never_locked_out_by_failures_elsewhere(enter: Enter) -> None:
    for _ in range(20):
        enter("0000")
        enter("0000", caller=KARI)
    assert enter(KARIS) is CLOSED
    assert enter(KARIS, caller=KARI, own_phone=True) is OK
    assert enter(KARIS) is CLOSED, "and opens nothing elsewhere"


def test_the_own_phone_has_a_counter_of_its_own(app: UseCases, enter: Enter) -> None:
    assert [enter("0000", caller=KARI, own_phone=True) for _ in range(5)] == [WRONG] * 5
    assert enter(KARIS, caller=KARI, own_phone=True) is CLOSED
    assert enter(KARIS) is OK, "elsewhere is another way in"
    assert len(told(app, NoticeKind.LOCKED_OUT)) == 1
    app.clock.go_on(minutes=15)
    assert enter(KARIS, caller=KARI, own_phone=True) is OK


# ---- the calling number ----------------------------------------------------------------------------------


def test_a_caller_who_tries_mailbox_after_mailbox_is_shut_out(enter: Enter) -> None:
    for number in (KARI, OLA, NOBODY, None, KARI):
        assert enter("0000", number=number) is WRONG
    assert enter(KARIS) is CLOSED
    assert enter(OLAS, number=OLA) is CLOSED
    assert enter(KARIS, caller=OLA) is OK, "another phone is not"


def test_opening_a_mailbox_of_ones_own_does_not_wipe_out_guesses_at_others(enter: Enter) -> None:
    assert [enter("0000", number=OLA) for _ in range(4)] == [WRONG] * 4
    assert enter(KARIS) is OK
    assert enter("0000", number=NOBODY) is WRONG
    assert enter(KARIS) is CLOSED


def test_five_withheld_callers_who_mistype_shut_nobody_out(app: UseCases, enter: Enter) -> None:
    for _ in range(5):
        enter("0000", number=NOBODY, caller=None)
    assert enter(KARIS, caller=None) is OK
    assert app.lock(LockScope.CALLER, f"{WITHHELD}-4").failures == 5


def test_a_storm_of_withheld_guesses_shuts_out_the_withheld_only(enter: Enter) -> None:
    for _ in range(MOST_WITHHELD):
        enter("0000", number=NOBODY, caller=None)
    assert enter(KARIS, caller=None) is CLOSED
    assert enter(KARIS) is OK


@pytest.mark.parametrize("wrong", ["0000", "00000", "000000", "0000000000"])
def test_thirty_wrong_pins_of_withheld_callers_close_it_to_nobody_with_the_right_one(
    enter: Enter, wrong: str
) -> None:
    for _ in range(30):
        enter(wrong, number=NOBODY, caller=None)
    assert enter(KARIS, caller=None) is OK
    assert enter(OLAS, number=OLA, caller=None) is OK


def test_a_storm_of_short_guesses_closes_no_pin_of_six_digits(enter: Enter) -> None:
    """Six are what the service gives, and recommends: travellers come in."""
    for _ in range(20 * MOST_WITHHELD):
        enter("0000", number=NOBODY, caller=None)
    assert enter(KARIS, caller=None) is CLOSED
    assert enter(OLAS, number=OLA, caller=None) is OK


def test_nor_does_it_let_more_guesses_at_one_mailbox(enter: Enter) -> None:
    assert [enter("000000", number=OLA, caller=None) for _ in range(5)] == [WRONG] * 5
    assert enter(OLAS, number=OLA, caller=None) is CLOSED


# ---- the whole service -----------------------------------------------------------------------------------


def storm(enter: Enter) -> None:
    """Guesses from many numbers, too few from each to be shut out."""
    for caller in range(MOST_OF_THE_SERVICE // 4):
        for _ in range(4):
            enter("0000", number=NOBODY, caller=Number(f"+47910{caller:05}"))


def test_a_storm_of_guesses_shuts_out_the_guessers_but_no_owner(
    enter: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        storm(enter)
    closed = [record for record in caplog.records if record.message == "log-in closed"]
    assert [vars(record)["scope"] for record in closed] == ["service"]
    assert "+47" not in caplog.text
    assert enter(KARIS, caller=Number("+4791000000")) is CLOSED
    assert enter(KARIS, caller=None) is CLOSED
    assert enter(KARIS) is OK, "vouched for, and no wrong PIN so far"
    assert enter(KARIS, caller=KARI, own_phone=True) is OK


def test_after_the_storm_everybody_may_again(app: UseCases, enter: Enter) -> None:
    storm(enter)
    app.clock.go_on(minutes=15)
    assert enter(KARIS, caller=None) is OK


# ---- the same for everybody ------------------------------------------------------------------------------


def test_nothing_is_kept_of_a_number_that_nobody_has(app: UseCases, enter: Enter) -> None:
    assert enter("0000", number=NOBODY) is WRONG
    assert not [key for scope, key in app.store.tables.locks if scope is LockScope.MAILBOX]
    assert app.lock(LockScope.CALLER, STRANGER).failures == 1
    assert app.lock(LockScope.SERVICE, "4").failures == 1
    assert app.notices() == []


def test_whatever_is_wrong_takes_the_same_work(app: UseCases, enter: Enter) -> None:
    app.put(replace(app.get(OLA), spare_pin=SparePin(hash_pin("826402"), MONDAY + timedelta(minutes=15))))
    work = []
    for number, pin in ((KARI, "0000"), (OLA, "0000"), (NOBODY, "0000"), (None, "0"), (KARI, "0" * 11)):
        before = app.hashes
        assert enter(pin, number=number) is WRONG
        work.append(app.hashes - before)
    before = app.hashes
    assert enter(KARIS) is CLOSED
    assert [*work, app.hashes - before] == [2] * 6


def test_ten_guesses_at_the_same_moment_are_no_more_than_five(enter: Enter) -> None:
    with ThreadPoolExecutor(10) as pool:
        results = sorted(pool.map(enter, ["0000"] * 10))
    assert results == [CLOSED] * 5 + [WRONG] * 5


def test_a_pin_changed_while_it_was_compared_does_not_open(app: UseCases, enter: Enter) -> None:
    changed = replace(app.get(KARI), pin=hash_pin("7159"))
    app.while_hashing = lambda: app.put(changed)
    assert enter(KARIS) is WRONG


def test_a_store_that_is_away_is_not_a_wrong_pin(app: UseCases, enter: Enter) -> None:
    app.store.away = True
    with pytest.raises(StoreUnavailableError):
        enter(KARIS)
    app.store.away = False
    assert app.lock(LockScope.MAILBOX, KARI).failures == 0


# ---- a PIN sent on request -------------------------------------------------------------------------------


@pytest.fixture
def sent(app: UseCases) -> str:
    """The PIN of an SMS that was asked for just now."""
    request_pin(app.services, KARI)
    return app.secret(told(app, NoticeKind.REQUESTED_PIN)[-1])


def test_until_the_new_pin_is_used_the_old_one_holds_too(app: UseCases, enter: Enter, sent: str) -> None:
    assert enter(KARIS) is OK
    assert enter(sent) is OK
    assert enter(KARIS) is WRONG, "from its first use the new one is the PIN"
    assert enter(sent) is OK
    app.clock.go_on(days=100)
    assert enter(sent) is OK


def test_the_pin_before_is_remembered(app: UseCases, enter: Enter, sent: str) -> None:
    old = app.get(KARI).pin
    enter(sent)
    kari = app.get(KARI)
    assert kari.previous_pins == (old,)
    assert kari.spare_pin is None


def test_a_new_pin_lives_fifteen_minutes(app: UseCases, enter: Enter, sent: str) -> None:
    app.clock.go_on(minutes=15, seconds=1)
    assert enter(sent) is WRONG
    assert enter(KARIS) is OK


def test_a_new_pin_lifts_no_lock_out(app: UseCases, enter: Enter) -> None:
    for _ in range(5):
        enter("0000")
    request_pin(app.services, KARI)
    [notice] = told(app, NoticeKind.REQUESTED_PIN)
    assert enter(app.secret(notice)) is CLOSED


# ---- the operator ----------------------------------------------------------------------------------------


def test_the_operator_opens_all_ways_in_again(app: UseCases, enter: Enter) -> None:
    for _ in range(5):
        enter("0000", caller=KARI)
        enter("0000", caller=KARI, own_phone=True)
    unlock(app.services, KARI, by=ROOT)
    assert enter(KARIS, caller=KARI) is OK
    assert enter(KARIS, caller=KARI, own_phone=True) is OK
