"""Logging in on the page: a code by SMS, sessions, and what guessing comes to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, PinHash
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.profile import login_codes, roles, web_sessions
from personsvar.mailbox.profile.login_codes import enter_code, send_code
from personsvar.mailbox.profile.tokens import form_token, hash_token
from personsvar.mailbox.profile.web_sessions import Visitor, visitor
from personsvar.mailbox.tidying import tidy_mailboxes
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI, Backend

MINUTE = timedelta(minutes=1)
HERE = "Firefox, Android"


def notices(backend: Backend) -> list[Notice]:
    with backend.services.store.look() as uow:
        return list(uow.outbox.list(kind=NoticeKind.LOGIN_CODE))


def sent_code(backend: Backend) -> str:
    """The one sent last."""
    secret = notices(backend)[0].facts.secret
    assert secret is not None
    return backend.services.vault.open(secret)


def log_in(backend: Backend, visit: str = "visit") -> str:
    send_code(backend.services, visit, backend.ola.number)
    token = enter_code(backend.services, visit, sent_code(backend), device=HERE)
    assert token is not None
    return token


def enter(backend: Backend, entered: str, visit: str = "visit") -> str | None:
    return enter_code(backend.services, visit, entered, device=HERE)


def not_(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def seen(backend: Backend, token: str) -> Visitor:
    found = visitor(backend.services, token)
    assert found is not None
    return found


def pass_time(backend: Backend, time: timedelta) -> None:
    backend.clock.time += time


def test_the_code_goes_by_sms_sealed_and_for_five_minutes(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    [notice] = notices(backend)
    assert notice.channel is Channel.SMS
    assert len(sent_code(backend)) == 6
    assert notice.facts.secret_until == backend.clock.now() + 5 * MINUTE
    assert sent_code(backend).encode() not in (notice.facts.secret or b"")


def test_the_right_code_lets_in_once(backend: Backend) -> None:
    token = log_in(backend)
    found = seen(backend, token)
    assert (found.subscriber, found.session.device, found.is_operator) == (backend.ola, HERE, False)
    assert enter(backend, sent_code(backend)) is None


def test_it_is_good_only_where_it_was_asked_for(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    assert enter(backend, sent_code(backend), visit="another") is None
    assert enter(backend, sent_code(backend)) is not None


def test_who_asks_for_another_one_spoils_none(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    mine = sent_code(backend)
    send_code(backend.services, "a-strangers", backend.ola.number)
    assert enter(backend, mine) is not None


def test_after_five_minutes_it_is_over(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    pass_time(backend, 5 * MINUTE)
    assert enter(backend, sent_code(backend)) is None


@pytest.mark.parametrize("wrong", [0, 1, 2, 3])
def test_two_wrong_ones_are_forgiven_and_three_are_not(backend: Backend, wrong: int) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    for _ in range(wrong):
        assert enter(backend, not_(sent_code(backend))) is None
    assert (enter(backend, sent_code(backend)) is not None) == (wrong < 3)


@pytest.mark.parametrize("entered", ["", "12345", "1" * 1000, "æøå", "\x00", "１２３４５６", "\ud800"])
def test_what_is_no_code_counts_as_a_wrong_one(backend: Backend, entered: str) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    for _ in range(3):
        assert enter(backend, entered) is None
    assert enter(backend, sent_code(backend)) is None


def test_guesses_at_the_same_moment_count_one_by_one(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    right = sent_code(backend)
    with ThreadPoolExecutor(8) as at_once:
        assert not any(at_once.map(lambda _: enter(backend, not_(right)), range(12)))
    assert enter(backend, right) is None
    with backend.services.store.look() as uow:
        code = uow.login_codes.get(hash_token("visit"))
    assert code is not None
    assert code.wrong == login_codes.TRIES


def test_the_right_code_entered_many_times_at_once_lets_in_once(backend: Backend) -> None:
    send_code(backend.services, "visit", backend.ola.number)
    right = sent_code(backend)
    with ThreadPoolExecutor(8) as at_once:
        let_in = [token for token in at_once.map(lambda _: enter(backend, right), range(8)) if token]
    assert len(let_in) == 1
    assert len(web_sessions.sessions(backend.services, backend.ola.number)) == 1


def test_five_an_hour_are_sent_to_a_number_however_many_ask_at_once(backend: Backend) -> None:
    def ask(visit: int) -> None:
        send_code(backend.services, f"visit-{visit}", backend.ola.number)

    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(ask, range(8)))
    assert len(notices(backend)) == 5
    pass_time(backend, 61 * MINUTE)
    ask(9)
    assert len(notices(backend)) == 6


@pytest.mark.parametrize("number", [KARI, None])
def test_an_unknown_number_costs_the_same_work_and_writes_nothing(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, number: Number | None
) -> None:
    hashed: list[str] = []

    def hash_in_no_time(code: str) -> PinHash:
        hashed.append(code)
        return PinHash("$hash$")

    monkeypatch.setattr(login_codes, "hash_pin", hash_in_no_time)
    monkeypatch.setattr(login_codes, "waste_time", lambda: hashed.append("waste"))
    send_code(backend.services, "visit", number)
    assert enter(backend, "123456") is None
    assert len(hashed) == 2
    assert notices(backend) == []


def test_a_session_that_nobody_uses_ends_and_one_that_is_used_ends_later(backend: Backend) -> None:
    idle, used = log_in(backend), log_in(backend, "another")
    for _ in range(7):
        pass_time(backend, timedelta(days=1))
        seen(backend, used)
    assert visitor(backend.services, idle) is None
    for _ in range(22):
        pass_time(backend, timedelta(days=1))
        seen(backend, used)
    pass_time(backend, timedelta(days=1))
    assert visitor(backend.services, used) is None


def test_an_operators_ends_after_an_hour_and_after_half_a_day(backend: Backend) -> None:
    roles.grant(backend.services, backend.ola.number, Role.OPERATOR, by=ROOT)
    idle, used = log_in(backend), log_in(backend, "another")
    assert seen(backend, idle).is_operator
    for _ in range(23):
        pass_time(backend, 30 * MINUTE)
        seen(backend, used)
    assert visitor(backend.services, idle) is None
    pass_time(backend, 30 * MINUTE)
    assert visitor(backend.services, used) is None


def test_a_role_begins_with_a_log_in_and_ends_at_once(backend: Backend) -> None:
    before = log_in(backend)
    assert roles.grant(backend.services, "90000001", Role.OPERATOR, by=ROOT) == (backend.ola.number, True)
    assert roles.grant(backend.services, "90000001", Role.OPERATOR, by=ROOT) == (backend.ola.number, False)
    assert not seen(backend, before).is_operator
    token = log_in(backend, "another")
    assert roles.holders(backend.services, Role.OPERATOR) == [backend.ola.number]
    assert roles.revoke(backend.services, "90000001", Role.OPERATOR, by=ROOT) == (backend.ola.number, True)
    assert visitor(backend.services, token) is None
    assert seen(backend, before).subscriber == backend.ola
    assert roles.revoke(backend.services, "90000001", Role.OPERATOR, by=ROOT) == (backend.ola.number, False)
    with backend.services.store.look() as uow:
        noted = [(str(it.action), it.mailbox, it.detail) for it in uow.audit.list()]
    assert noted == [
        ("role-revoked", backend.ola.number, "operator"),
        ("role-granted", backend.ola.number, "operator"),
    ]


def test_who_has_no_mailbox_is_granted_nothing(backend: Backend) -> None:
    with pytest.raises(UnknownSubscriberError):
        roles.grant(backend.services, KARI, Role.OPERATOR, by=ROOT)


def test_logging_out_ends_this_one_and_everywhere_ends_all(backend: Backend) -> None:
    first, second, third = (log_in(backend, visit) for visit in ("1", "2", "3"))
    web_sessions.log_out(backend.services, seen(backend, first), by=ROOT)
    assert visitor(backend.services, first) is None
    assert len(web_sessions.sessions(backend.services, backend.ola.number)) == 2
    assert web_sessions.log_out_everywhere(backend.services, backend.ola.number, by=ROOT) == 2
    assert visitor(backend.services, second) is visitor(backend.services, third) is None


def test_nobody_ends_anothers_session(backend: Backend) -> None:
    token = log_in(backend)
    which = seen(backend, token).session.id
    assert not web_sessions.end_session(backend.services, KARI, which, by=ROOT)
    assert seen(backend, token).subscriber == backend.ola


def test_a_removed_subscriber_is_out_at_once(backend: Backend) -> None:
    token = log_in(backend)
    with backend.services.store.begin() as uow:
        uow.subscribers.remove(backend.ola.number)
        uow.commit()
    assert visitor(backend.services, token) is None


def test_that_somebody_is_there_is_written_once_a_minute(backend: Backend) -> None:
    token = log_in(backend)
    began = backend.clock.now()
    pass_time(backend, MINUTE / 2)
    seen(backend, token)
    assert seen(backend, token).session.seen_at == began
    pass_time(backend, MINUTE / 2)
    seen(backend, token)
    assert seen(backend, token).session.seen_at == began + MINUTE


def test_what_is_over_is_tidied_away(backend: Backend) -> None:
    log_in(backend)
    uptime = Uptime("boot", 0)
    pass_time(backend, timedelta(days=8))
    with backend.services.store.begin() as uow:
        uow.upkeep.put(Reckoning(backend.clock.now(), uptime))
        uow.commit()
    assert tidy_mailboxes(backend.services, uptime) == 2
    with backend.services.store.look() as uow:
        assert uow.web_sessions.listed(backend.ola.number) == []
        assert uow.login_codes.get(hash_token("visit")) is None


def test_neither_the_token_nor_its_forms_stand_in_the_store(backend: Backend) -> None:
    token = log_in(backend)
    session = seen(backend, token).session
    assert token not in session.token
    assert form_token(token) not in session.token
    assert token not in form_token(token)
