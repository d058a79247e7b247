"""The verbs of voicemail platforms, over the wire: PIN, language, tutorial, and their exact words."""

from __future__ import annotations

import pytest

from personsvar.mailbox.login import LoginResult, try_pin
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect, VisualStatus
from tests.real.visual.service import PIN, VisualProcess

NEW = "2749"


def opens(visual: VisualProcess, number: Number, pin: str) -> bool:
    """By phone, from elsewhere."""
    answer = try_pin(visual.services, number, pin, caller=Number("+4790000999"), own_phone=False)
    return answer is LoginResult.OK


@pytest.mark.parametrize("verb", ["XCHANGE_TUI_PWD", "CHANGE_TUI_PWD", "xchange_tui_pwd"])
def test_a_new_pin_opens_the_phone_menu(visual: VisualProcess, verb: str) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        assert wire.ask(f'{verb} OLD_PWD="{PIN}" PWD={NEW}') == ["OK password changed successfully"]
    assert opens(visual, who.number, NEW)
    assert not opens(visual, who.number, PIN)


@pytest.mark.parametrize(
    ("new", "text"),
    [
        ("274", "password too short"),
        ("27491627491", "password too long"),
        ("1234", "password too weak"),
        ("27a9", "password contains invalid characters"),
        (PIN, "password too weak"),
    ],
)
def test_a_pin_that_may_not_be_used_is_refused_in_androids_words(
    visual: VisualProcess, new: str, text: str
) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        assert wire.ask(f"XCHANGE_TUI_PWD PWD={new} OLD_PWD={PIN}") == [f"NO {text}"]
    assert opens(visual, who.number, PIN)


def test_guessing_the_old_pin_closes_over_sessions_and_the_owner_is_told(visual: VisualProcess) -> None:
    who = visual.subscription()
    for guess in range(5):
        with visual.logged_in(who) as wire:
            answer = wire.ask(f"XCHANGE_TUI_PWD PWD={NEW} OLD_PWD=111{guess}")
            assert answer == ["NO old password mismatch"]
    with visual.logged_in(who) as wire:
        assert wire.ask(f"XCHANGE_TUI_PWD PWD={NEW} OLD_PWD={PIN}") == ["NO old password mismatch"]
    with visual.store.look() as uow:
        assert "locked-out" in {notice.kind for notice in uow.outbox.list(to=who.number)}


def test_an_iphone_needs_no_old_pin_and_is_ready_then(visual: VisualProcess) -> None:
    who = visual.subscription(VisualDialect.IPHONE, pin=None)
    assert status(visual, who.number) is VisualStatus.NEW
    with visual.logged_in(who) as wire:
        assert wire.ask(f"XCHANGEPASSWORD PIN {NEW}") == ["OK password changed successfully"]
    assert opens(visual, who.number, NEW)
    assert status(visual, who.number) is VisualStatus.READY


def test_no_other_dialect_may_do_without(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        assert wire.ask(f"XCHANGEPASSWORD PIN {NEW}") == ["NO command not allowed"]
        assert wire.ask(f"XCHANGE_TUI_PWD PWD={NEW}") == ["NO old password mismatch"]
    assert opens(visual, who.number, PIN)


@pytest.mark.parametrize(
    ("dialect", "asked", "language"),
    [
        (VisualDialect.OMTP_13, "XCHANGE_VM_LANG LANG=2", "en"),
        (VisualDialect.CVVM, "CHANGE_VM_LANG Lang=1", "nb"),
        (VisualDialect.VVM3, "CHANGE_VM_LANG Lang=5", "en"),
    ],
)
def test_the_phone_menus_language(
    visual: VisualProcess, dialect: VisualDialect, asked: str, language: str
) -> None:
    who = visual.subscription(dialect, language="nb" if language == "en" else "en")
    with visual.logged_in(who) as wire:
        assert wire.ask(asked) == ["OK language changed successfully"]
        assert wire.ask("XCHANGE_VM_LANG LANG=16") == ["NO invalid language"]
    with visual.store.look() as uow:
        subscriber = uow.subscribers.get(who.number)
    assert subscriber is not None
    assert subscriber.language == language


def test_closing_the_tutorial_makes_a_new_account_ready(visual: VisualProcess) -> None:
    who = visual.subscription()
    assert status(visual, who.number) is VisualStatus.NEW
    with visual.logged_in(who) as wire:
        assert wire.ask("CLOSE_NUT") == ["OK NUT closed"]
    assert status(visual, who.number) is VisualStatus.READY


def test_their_answer_is_one_line_though_the_folder_has_news(visual: VisualProcess) -> None:
    """Android reads one line."""
    who = visual.subscription()
    with visual.logged_in(who, "INBOX") as wire:
        visual.leave(who.number)
        assert wire.ask("CLOSE_NUT") == ["OK NUT closed"]
        assert wire.ask("NOOP") == ["* 1 EXISTS", "OK done"]


def status(visual: VisualProcess, number: Number) -> VisualStatus:
    with visual.store.look() as uow:
        account = uow.visual.get(number)
    assert account is not None
    return account.status
