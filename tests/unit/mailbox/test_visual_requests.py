"""What becomes of a subscriber's visual voicemail when the phone asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual.accounts import block, close_tutorial, unblock
from personsvar.mailbox.visual.password import password_matches
from personsvar.mailbox.visual.requests import (
    MOST_IN_WINDOW,
    RequestOutcome,
    VisualRequest,
    VisualRequestKind,
    take_request,
)
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import KARI, STRANGER, UseCases

ACTIVATE = VisualRequest(VisualRequestKind.ACTIVATE, VisualDialect.OMTP_13, "acme.p1.14", 5496, "//VVM")
DEACTIVATE = VisualRequest(VisualRequestKind.DEACTIVATE, VisualDialect.OMTP_13, "acme.p1.14")
STATUS = replace(ACTIVATE, what=VisualRequestKind.STATUS)
BARE = VisualRequest(VisualRequestKind.STATUS)
CVVM = VisualRequest(VisualRequestKind.STATUS, VisualDialect.CVVM)
IPHONE = VisualRequest(VisualRequestKind.STATUS, VisualDialect.IPHONE)
NEW, READY, PROVISIONED, BLOCKED = (
    VisualStatus.NEW,
    VisualStatus.READY,
    VisualStatus.PROVISIONED,
    VisualStatus.BLOCKED,
)


@pytest.fixture
def kari(app: UseCases) -> UseCases:
    """Kari's mailbox is set up."""
    app.add(Subscriber(KARI, welcomed=True))
    return app


def ask(
    app: UseCases, asked: VisualRequest, *, answered: RequestOutcome = RequestOutcome.ANSWERED
) -> VisualAccount:
    assert take_request(app.services, KARI, asked) is answered
    return account(app)


def account(app: UseCases) -> VisualAccount:
    with app.store.look() as uow:
        found = uow.visual.get(KARI)
    assert found is not None
    return found


def password(app: UseCases) -> str:
    sealed = account(app).password_sealed
    assert sealed is not None
    opened = app.vault.open(sealed)
    assert password_matches(opened, account(app).password)
    return opened


def send(app: UseCases) -> list[Notice]:
    """What is due goes out."""
    with app.store.begin() as uow:
        held = uow.outbox.claim(channels=[Channel.VISUAL], now=app.clock.time, lease_seconds=60, limit=10)
        uow.commit()
    return list(held)


def test_a_subscriber_whose_phone_asks_has_it(kari: UseCases) -> None:
    found = ask(kari, ACTIVATE)
    assert replace(found, password=None, password_sealed=None) == VisualAccount(
        KARI,
        VisualDialect.OMTP_13,
        READY,
        port=5496,
        prefix="//VVM",
        client="acme.p1.14",
        activated_at=kari.clock.time,
        asked=1,
        asked_since=kari.clock.time,
    )
    assert len(password(kari)) == 22
    assert kari.commits.count == 1


def test_the_answer_is_one_row_that_holds_no_secret(kari: UseCases) -> None:
    ask(kari, ACTIVATE)
    ask(kari, STATUS)
    (row,) = kari.notices()
    assert (row.to, row.kind, row.channel, row.status) == (
        KARI,
        NoticeKind.VISUAL_STATUS,
        Channel.VISUAL,
        NoticeStatus.READY,
    )
    assert row.facts.secret is None
    assert [one.id for one in send(kari)] == [row.id]


def test_a_request_is_answered_again_though_the_answer_is_under_way(kari: UseCases) -> None:
    ask(kari, ACTIVATE)
    (first,) = send(kari)
    ask(kari, STATUS)
    (second,) = send(kari)
    assert (second.id, second.lease == first.lease) == (first.id, False)


def test_a_mailbox_that_was_never_set_up_is_new_until_the_client_has_led_through_it(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    assert ask(app, ACTIVATE).status is NEW
    close_tutorial(app.services, KARI)
    assert account(app).status is READY
    assert ask(app, STATUS).status is READY


def test_a_mailbox_set_up_by_phone_meanwhile_is_ready(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    ask(app, ACTIVATE)
    app.put(Subscriber(KARI, welcomed=True))
    assert ask(app, STATUS).status is READY


def test_a_vvm3_client_never_sets_up_a_mailbox(app: UseCases) -> None:
    """It would set a PIN made of the number."""
    app.add(Subscriber(KARI))
    assert ask(app, replace(ACTIVATE, dialect=VisualDialect.VVM3)).status is READY


def test_the_status_tells_the_same_password_again_and_each_activation_another(kari: UseCases) -> None:
    ask(kari, ACTIVATE)
    first = password(kari)
    kari.clock.go_on(minutes=2)
    ask(kari, STATUS)
    assert password(kari) == first
    ask(kari, ACTIVATE)
    assert password(kari) != first


def test_a_client_that_asks_again_for_want_of_an_answer_gets_the_same_password(kari: UseCases) -> None:
    """AOSP does four times, five seconds apart; its answers may overtake each other."""
    ask(kari, ACTIVATE)
    first = password(kari)
    for _ in range(4):
        kari.clock.go_on(seconds=5)
        ask(kari, ACTIVATE)
        assert password(kari) == first
    ask(kari, replace(ACTIVATE, client="other.p2.1"))
    assert password(kari) != first


def test_after_a_deactivation_nobody_can_log_in_and_the_status_says_so(kari: UseCases) -> None:
    ask(kari, ACTIVATE)
    found = ask(kari, DEACTIVATE)
    assert (found.status, found.password, found.password_sealed) == (PROVISIONED, None, None)
    assert (found.port, found.prefix) == (5496, "//VVM")
    assert ask(kari, STATUS).status is PROVISIONED
    assert ask(kari, ACTIVATE).status is READY


def test_an_omtp_client_that_only_asks_is_told_to_activate(kari: UseCases) -> None:
    found = ask(kari, STATUS)
    assert (found.status, found.dialect, found.port) == (PROVISIONED, VisualDialect.OMTP_13, 5496)


@pytest.mark.parametrize("asked", [BARE, IPHONE, CVVM], ids=["vvm3", "iphone", "cvvm"])
def test_a_client_that_has_no_other_word_is_activated_by_asking(kari: UseCases, asked: VisualRequest) -> None:
    found = ask(kari, asked)
    assert found.status is READY
    first = password(kari)
    kari.clock.go_on(hours=2)
    ask(kari, asked)
    assert password(kari) == first


def test_a_bare_status_is_spoken_as_the_operator_says(kari: UseCases) -> None:
    assert ask(kari, BARE).dialect is VisualDialect.VVM3


def test_a_bare_status_of_a_known_phone_is_its_own_dialect_and_changes_nothing(kari: UseCases) -> None:
    before = ask(kari, ACTIVATE)
    kari.clock.go_on(minutes=2)
    assert ask(kari, BARE) == replace(before, asked=2)


def test_an_operator_may_say_another_dialect(kari: UseCases) -> None:
    kari.services = replace(kari.services, rules=Rules(visual_dialect=VisualDialect.OMTP_11))
    found = ask(kari, BARE)
    assert (found.dialect, found.status) == (VisualDialect.OMTP_11, PROVISIONED)


def test_a_cvvm_client_that_ended_it_is_not_activated_by_asking(kari: UseCases) -> None:
    ask(kari, CVVM)
    ask(kari, replace(CVVM, what=VisualRequestKind.DEACTIVATE))
    assert ask(kari, CVVM).status is PROVISIONED


@pytest.mark.parametrize("asked", [CVVM, IPHONE, replace(BARE, dialect=VisualDialect.VVM3)])
def test_the_sim_in_another_phone_gets_another_password(kari: UseCases, asked: VisualRequest) -> None:
    ask(kari, ACTIVATE)
    first = password(kari)
    found = ask(kari, asked)
    assert (found.dialect, found.status, found.port, found.client) == (asked.dialect, READY, 0, "")
    assert password(kari) != first


def test_a_bare_status_is_never_an_iphone_s(kari: UseCases) -> None:
    ask(kari, IPHONE)
    assert ask(kari, BARE).dialect is VisualDialect.VVM3


def test_an_omtp_phone_with_the_sim_of_another_kind_is_told_to_activate(kari: UseCases) -> None:
    ask(kari, IPHONE)
    found = ask(kari, STATUS)
    assert (found.dialect, found.status, found.password) == (VisualDialect.OMTP_13, PROVISIONED, None)


def test_a_newer_version_of_the_same_client_stays_logged_in(kari: UseCases) -> None:
    ask(kari, replace(ACTIVATE, dialect=VisualDialect.OMTP_11))
    first = password(kari)
    found = ask(kari, replace(STATUS, port=0))
    assert (found.dialect, found.status, found.port) == (VisualDialect.OMTP_13, READY, 0)
    assert password(kari) == first


def test_a_stranger_is_told_of_and_nothing_is_written(kari: UseCases) -> None:
    assert take_request(kari.services, STRANGER, ACTIVATE) is RequestOutcome.STRANGER
    with kari.store.look() as uow:
        assert uow.visual.get(STRANGER) is None
    assert kari.notices() == []


@pytest.mark.parametrize("asked", [ACTIVATE, STATUS, DEACTIVATE, IPHONE])
def test_a_blocked_one_stays_blocked_whatever_the_phone_asks(kari: UseCases, asked: VisualRequest) -> None:
    ask(kari, ACTIVATE)
    block(kari.services, KARI, by=ROOT)
    blocked = account(kari)
    assert blocked.status is BLOCKED
    assert ask(kari, asked) == replace(blocked, asked=2)


def test_one_that_is_unblocked_asks_again(kari: UseCases) -> None:
    ask(kari, ACTIVATE)
    before = password(kari)
    block(kari.services, KARI, by=ROOT)
    unblock(kari.services, KARI, by=ROOT)
    assert account(kari).status is PROVISIONED
    assert ask(kari, ACTIVATE).status is READY
    assert password(kari) != before


def test_unblocking_one_who_is_not_blocked_changes_nothing(kari: UseCases) -> None:
    before = ask(kari, ACTIVATE)
    unblock(kari.services, KARI, by=ROOT)
    assert account(kari) == before


def test_one_that_never_asked_can_be_blocked_and_a_stranger_can_not(kari: UseCases) -> None:
    block(kari.services, KARI, by=ROOT)
    assert ask(kari, ACTIVATE).status is BLOCKED
    with pytest.raises(UnknownSubscriberError):
        block(kari.services, STRANGER, by=ROOT)


def test_more_than_twenty_requests_in_an_hour_are_not_answered(kari: UseCases) -> None:
    for _ in range(MOST_IN_WINDOW):
        ask(kari, ACTIVATE)
    before, answers = password(kari), kari.notices()
    kari.clock.go_on(minutes=59)
    assert take_request(kari.services, KARI, ACTIVATE) is RequestOutcome.TOO_OFTEN
    assert password(kari) == before
    assert kari.notices() == answers
    kari.clock.go_on(minutes=1)
    ask(kari, ACTIVATE)
    assert password(kari) != before


def test_whoever_wants_to_be_left_alone_is_however_often_was_asked(kari: UseCases) -> None:
    for _ in range(MOST_IN_WINDOW):
        ask(kari, ACTIVATE)
    ask(kari, DEACTIVATE, answered=RequestOutcome.TOO_OFTEN)
    assert account(kari).status is PROVISIONED


def test_what_could_not_be_committed_was_not_asked(kari: UseCases) -> None:
    kari.store.away = True
    with pytest.raises(Exception, match="away"):
        take_request(kari.services, KARI, ACTIVATE)
    kari.store.away = False
    with kari.store.look() as uow:
        assert uow.visual.get(KARI) is None
    assert kari.commits.count == 0
