"""Who is in on the page (ports.web_access): codes, sessions, roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import Number, PinHash, TokenHash, WebSessionId
from personsvar.mailbox.model.web_access import LoginCode, Role, WebSession
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore

MINUTE = timedelta(minutes=1)


def code(visit: str = "v1", *, number: Number = KARI, minutes: float = 0) -> LoginCode:
    asked_at = NOON + minutes * MINUTE
    return LoginCode(TokenHash(visit), number, PinHash("$scrypt$…"), asked_at, asked_at + 5 * MINUTE)


def session(token: str = "t1", *, number: Number = KARI, role: Role = Role.SUBSCRIBER) -> WebSession:
    return WebSession(WebSessionId(0), number, TokenHash(token), role, "Firefox, Android", NOON, NOON)


def add_codes(store: OpenStore, *codes: LoginCode) -> None:
    with store.begin() as work:
        for each in codes:
            work.login_codes.add(each)
        work.commit()


def begin_sessions(store: OpenStore, *sessions: WebSession) -> list[WebSession]:
    with store.begin() as work:
        added = [work.web_sessions.add(each) for each in sessions]
        work.commit()
    return added


def test_a_code_is_found_by_its_visit_whole_and_changed_whole(store: OpenStore) -> None:
    add_codes(store, code())
    with store.begin() as work:
        assert work.login_codes.get(TokenHash("v1"), for_change=True) == code()
        assert work.login_codes.get(TokenHash("v2"), for_change=True) is None
        work.login_codes.put(replace(code(), wrong=2, valid_until=NOON))
        work.login_codes.put(code("v2"))
        work.commit()
    with store.look() as work:
        assert work.login_codes.get(TokenHash("v1")) == replace(code(), wrong=2, valid_until=NOON)
        assert work.login_codes.get(TokenHash("v2")) is None


def test_codes_are_counted_by_their_number_and_go_by_their_age(store: OpenStore) -> None:
    add_codes(store, code(), code("v2", minutes=10), code("v3", number=OLA, minutes=10))
    with store.begin() as work:
        assert work.login_codes.count_since(KARI, NOON) == 2
        assert work.login_codes.count_since(KARI, NOON + MINUTE) == 1
        assert work.login_codes.purge(before=NOON + 10 * MINUTE) == 1
        assert work.login_codes.count_since(KARI, NOON) == 1
        work.commit()


def test_nobody_without_a_mailbox_has_codes_sessions_or_roles(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.login_codes.add(code(number=CALLER))
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.web_sessions.add(session(number=CALLER))
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.roles.grant(CALLER, Role.OPERATOR, NOON)


def test_a_session_is_found_by_its_token_alone(store: OpenStore) -> None:
    [added] = begin_sessions(store, session())
    assert added.id > 0
    with store.look() as work:
        assert work.web_sessions.by_token(TokenHash("t1")) == added
        assert work.web_sessions.by_token(TokenHash("t2")) is None


def test_the_latest_seen_stands_first(store: OpenStore) -> None:
    first, second, _ = begin_sessions(store, session(), session("t2"), session("t3", number=OLA))
    with store.begin() as work:
        work.web_sessions.seen(first.id, NOON + MINUTE)
        work.commit()
    with store.look() as work:
        assert work.web_sessions.listed(KARI) == [replace(first, seen_at=NOON + MINUTE), second]


def test_only_its_owner_ends_a_session(store: OpenStore) -> None:
    kari, ola = begin_sessions(store, session(), session("t2", number=OLA))
    with store.begin() as work:
        assert not work.web_sessions.remove(OLA, kari.id)
        assert work.web_sessions.remove(KARI, kari.id)
        assert not work.web_sessions.remove(KARI, kari.id)
        assert work.web_sessions.remove_all(KARI) == 0
        assert work.web_sessions.remove_all(OLA) == 1
        work.commit()
    with store.look() as work:
        assert work.web_sessions.by_token(ola.token) is None


def test_sessions_go_by_when_they_began_and_were_seen_each_role_by_its_own(store: OpenStore) -> None:
    fresh, operators = begin_sessions(store, session(), session("t2", role=Role.OPERATOR))
    later = NOON + MINUTE
    with store.begin() as work:
        work.web_sessions.seen(fresh.id, later)
        before = NOON - MINUTE
        assert work.web_sessions.purge(Role.SUBSCRIBER, seen_before=NOON, began_before=before) == 0
        assert work.web_sessions.purge(Role.SUBSCRIBER, seen_before=NOON, began_before=NOON) == 1
        assert work.web_sessions.purge(Role.OPERATOR, seen_before=NOON, began_before=before) == 1
        work.commit()
    with store.look() as work:
        assert work.web_sessions.by_token(operators.token) is None


def test_a_role_is_granted_once_and_revoked_once(store: OpenStore) -> None:
    with store.begin() as work:
        assert work.roles.grant(OLA, Role.OPERATOR, NOON)
        assert not work.roles.grant(OLA, Role.OPERATOR, NOON)
        assert work.roles.grant(KARI, Role.OPERATOR, NOON)
        work.commit()
    with store.begin() as work:
        assert work.roles.holders(Role.OPERATOR) == [KARI, OLA]
        assert work.roles.of(OLA) == {Role.OPERATOR}
        assert work.roles.revoke(OLA, Role.OPERATOR)
        assert not work.roles.revoke(OLA, Role.OPERATOR)
        assert work.roles.of(OLA) == frozenset()
        work.commit()


def test_a_removed_subscriber_leaves_no_code_session_or_role(store: OpenStore) -> None:
    add_codes(store, code())
    begin_sessions(store, session())
    with store.begin() as work:
        work.roles.grant(KARI, Role.OPERATOR, NOON)
        work.subscribers.remove(KARI)
        work.commit()
    with store.look() as work:
        assert work.login_codes.get(TokenHash("v1")) is None
        assert work.web_sessions.by_token(TokenHash("t1")) is None
        assert work.roles.holders(Role.OPERATOR) == []


def test_no_hash_stands_in_what_is_logged_of_it() -> None:
    assert "scrypt" not in repr(code())
    assert "t1" not in repr(session())
