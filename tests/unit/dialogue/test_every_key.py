"""Every key in every state: all pages × mailbox states × (0–9 * # silence, hang-up).

Nothing but a hang-up escapes; no key is dead; silence always ends the call; every prompt heard has a sound;
no transaction is open while the line is busy (the phone looks); hanging up anywhere leaves the store
valid and any take kept exactly once; no two offered choices share a key. It prints what it reached.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

import personsvar.dialogue as manual_room
from personsvar.dialogue import (
    absence,
    being_away,
    call_back,
    deposit,
    door,
    first_call,
    goodbye,
    greeting_end,
    greetings,
    listening,
    login,
    main_menu,
    manual,
    message_keys,
    pin,
    settings_menu,
    voicemail_switch,
    wishes,
)
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.menu import Choice, Menu
from personsvar.mailbox import greetings as kept_greetings
from personsvar.mailbox.model.availability import AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import ElsewhereLogin, Place
from personsvar.mailbox.weekly_hours import parse_hours
from tests.conftest import TOLD_AT_THE_END
from tests.phone import ScriptedPhone
from tests.unit.dialogue.explorer import Explorer, Journey, rows_of
from tests.world import KARI, OLA, SILENT_SECOND, STRANGER, World, pin_hash, speech

MODULES: tuple[ModuleType, ...] = (
    absence, being_away, call_back, deposit, door, first_call, goodbye, greeting_end, greetings,
    listening, login, main_menu, manual, message_keys, pin, settings_menu,
    voicemail_switch, wishes,
)  # fmt: skip


def empty(world: World) -> None:
    world.subscriber()


def one_of_each(world: World) -> None:
    world.subscriber(email="ola@example.test")
    for state in State:
        world.message(state=state, caller=KARI, seconds=12)


def withheld_and_urgent(world: World) -> None:
    world.subscriber(language="en")
    world.message(caller=None, urgent=True, seconds=20)


def off_and_silent(world: World) -> None:
    nothing = {"sms": False, "mms": True, "missed_calls": False, "email_copy": False}
    subscriber = world.subscriber(voicemail_on=False, email="ola@example.test")
    with world.store.begin() as uow:
        uow.subscribers.put(replace(subscriber, wishes=replace(subscriber.wishes, **nothing)))
        uow.commit()


def with_greetings(world: World) -> None:
    world.subscriber()
    for kind in (GreetingKind.PERSONAL, GreetingKind.INTERNATIONAL, GreetingKind.SIGNATURE):
        kept_greetings.keep(world.services, OLA, kind, speech()[:40000])
    kept_greetings.keep_absence(world.services, OLA, speech()[:40000], world.clock.now().date())


def absence_over(world: World) -> None:
    world.subscriber()
    kept_greetings.keep_absence(world.services, OLA, speech()[:40000], date(2026, 3, 3))


def never_called(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.message(caller=KARI, seconds=20)


def broken_off(world: World) -> None:
    known = world.subscriber(email="ola@example.test")
    message = world.message(caller=KARI, seconds=20)
    world.failed_copy()
    with world.store.begin() as uow:
        uow.subscribers.put(
            replace(
                known,
                place=Place(message.id, 7.0, world.clock.now() - timedelta(hours=1)),
                elsewhere_login=ElsewhereLogin(world.clock.now() - timedelta(days=1), Number("+46701234567")),
            )
        )
        uow.commit()


def copies_that_failed(world: World) -> None:
    world.subscriber(email="ola@example.test")
    world.message(caller=KARI, seconds=20)
    for number in (1, 2):
        world.failed_copy(number)


def asks_for_pin(world: World) -> None:
    world.subscriber(always_ask_pin=True)


def full_of_saved(world: World) -> None:
    world.subscriber()
    for _ in range(5):
        world.message(state=State.SAVED, seconds=20)


def off_until_tomorrow(world: World) -> None:
    world.subscriber(voicemail_on=False, voicemail_off_until=world.clock.now() + timedelta(hours=15))


def in_a_meeting(world: World) -> None:
    world.subscriber()
    world.absence(reason=AbsenceReason.MEETING)


def away_and_takes_none(world: World) -> None:
    world.subscriber()
    world.absence(hours=72, takes_messages=False)


def away_in_own_words(world: World) -> None:
    world.subscriber()
    world.absence(hours=72, takes_messages=False, says=speech()[:40000])


def outside_hours(world: World) -> None:
    world.subscriber(hours=parse_hours("sun 03:00-03:30"))


OWN: dict[str, object] = {"caller": OLA}
TO_THE_MENU: dict[str, object] = {"caller": OLA}
"""Other states explore from there."""
TO_THE_SWITCH: dict[str, object] = {"caller": OLA}
"""Other states explore from what else the settings lead to."""
ELSEWHERE: dict[str, object] = {"caller": KARI}
CALLER: dict[str, object] = {"caller": STRANGER, "diverted_from": OLA}

STATES: dict[str, tuple[Callable[[World], None], dict[str, object]]] = {
    "owner, empty": (empty, OWN),
    "owner, off until tomorrow": (off_until_tomorrow, TO_THE_MENU),
    "owner, in a meeting": (in_a_meeting, TO_THE_SWITCH),
    "owner, one of each": (one_of_each, OWN),
    "owner, withheld and urgent": (withheld_and_urgent, OWN),
    "owner, off and silent": (off_and_silent, OWN),
    "owner, with greetings": (with_greetings, OWN),
    "owner, absence over": (absence_over, OWN),
    "owner, never called": (never_called, OWN),
    "owner, broken off": (broken_off, OWN),
    "owner, asks for PIN": (asks_for_pin, OWN),
    "elsewhere, one of each": (one_of_each, ELSEWHERE),
    "elsewhere, copies that failed": (copies_that_failed, ELSEWHERE),
    "own number, not vouched for": (empty, {"caller": OLA, "diverted_from": OLA, "vouched": False}),
    "caller, empty": (empty, CALLER),
    "caller, with greetings": (with_greetings, CALLER),
    "caller, from abroad": (empty, {"caller": Number("+46701234567"), "diverted_from": OLA}),
    "caller, full of saved": (full_of_saved, CALLER),
    "caller, voicemail off": (off_and_silent, CALLER),
    "caller, in a meeting": (in_a_meeting, CALLER),
    "caller, away and no messages": (away_and_takes_none, CALLER),
    "caller, away in own words": (away_in_own_words, CALLER),
    "caller, outside hours": (outside_hours, CALLER),
    "caller, not served": (empty, {"caller": STRANGER, "diverted_from": Number("+4790000077")}),
}

LONGEST_SILENCE = 6 * 60.0
"""Five minutes of pause with their reminders; the limit of an hour alone would hide an endless page."""

ELSEWHERE_TESTED: set[Page] = {
    deposit.cannot_record,  # a full disk: test_deposit, tests/real
    goodbye.closed_for_now,  # no database: test_deposit
    goodbye.time_is_up,  # an hour on the line: test_manual
    greetings.cannot_save,  # a full disk: test_manual
    listening.gone,  # a message deleted from elsewhere meanwhile: test_manual
}
"""Pages that no key leads to."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """scrypt at its lowest cost: thousands of PINs are tried, and only how slow they are is left out."""
    scrypt = hashlib.scrypt

    def quick(password: bytes, *, salt: bytes, **_cost: int) -> bytes:
        return scrypt(password, salt=salt, n=2, r=1, p=1)

    pin_hash.cache_clear()
    monkeypatch.setattr(hashlib, "scrypt", quick)
    yield
    pin_hash.cache_clear()


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a disk: five thousand calls are made."""
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each state reached, from whichever worker walked it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reached"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("name", STATES)
def test_every_key_in(  # noqa: PLR0917 - fixtures
    name: str,
    migrated: Path,
    folder: Path,
    reached: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    make, setup = STATES[name]
    until = _led_on_from_elsewhere(setup)
    explorer = Explorer(make, setup, migrated, folder, until)
    _watch(explorer, monkeypatch)
    with closing(explorer):
        explorer.explore(lambda journey: _check(journey, setup))
    record_property(TOLD_AT_THE_END, _report(name, explorer, reached))
    if len(list(reached.glob("*.json"))) == len(STATES):
        record_property(TOLD_AT_THE_END, _check_all_was_reached(reached))


def _led_on_from_elsewhere(setup: dict[str, object]) -> frozenset[str]:
    """Where these ways end; a caller's never come there."""
    if setup is TO_THE_SWITCH:
        recorded, chosen = ("record_greeting", "after_greeting"), ("notices", "choose_language", "change_pin")
        return frozenset((*recorded, *chosen, "voicemail_off"))
    return frozenset() if setup is OWN else frozenset({"tell_of_absence", "main_menu"})


def _report(name: str, explorer: Explorer, reached: Path) -> str:
    found = {
        "pages": sorted(page_name(page) for page in explorer.pages),
        "rows": sorted(explorer.rows),
        "tries": explorer.tries,
    }
    written = reached / f"{list(STATES).index(name)}.part"
    written.write_text(json.dumps(found))
    written.rename(written.with_suffix(".json"))
    return (
        f"{name}: {len(explorer.pages)} pages, {len(explorer.places)} places × 14 inputs, "
        f"{len(explorer.rows)} menu rows, {explorer.tries} calls"
    )


def _check_all_was_reached(reached: Path) -> str:
    """Whoever walks the last state looks whether a page or a row was left out by all."""
    found = [json.loads(file.read_text()) for file in reached.glob("*.json")]
    pages = {page for one in found for page in one["pages"]}
    rows = {(menu, place) for one in found for menu, place in one["rows"]}
    tries = sum(one["tries"] for one in found)
    everything = {page_name(page) for page in every_page() - ELSEWHERE_TESTED}
    assert everything - pages == set(), "pages that no key led to"
    assert {rows_of()[row].words for row in set(rows_of()) - rows} == set(), "rows that no key chose"
    return (
        f"in all: {len(pages)} pages × {len(STATES)} states × 14 inputs, {len(rows)} menu rows, {tries} calls"
    )


def _watch(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write down which pages were turned and which rows were chosen; change nothing."""
    turn, find, offered = manual.turn, Menu.find, Menu.offered

    def watched_turn(session: CallSession, page: Page) -> Page | None:
        explorer.pages.add(page)
        return turn(session, page)

    def watched_find(menu: Menu, session: CallSession, key: str) -> Choice | None:
        choice = find(menu, session, key)  # type: ignore[arg-type]
        if choice is not None:
            explorer.rows.add((menu.name, next(n for n, it in enumerate(menu.choices) if it is choice)))
        return choice

    def watched_offered(menu: Menu, session: CallSession) -> tuple[Choice, ...]:
        choices = offered(menu, session)
        keys = [choice.key for choice in choices]
        assert len(keys) == len(set(keys)), f"{menu.name} offers two choices on one key: {keys}"
        return choices

    monkeypatch.setattr(manual, "turn", watched_turn)
    monkeypatch.setattr(Menu, "find", watched_find)
    monkeypatch.setattr(Menu, "offered", watched_offered)


def _check(journey: Journey, setup: dict[str, object]) -> None:
    assert journey.seconds <= 62 * 60, "the call did not end"
    assert journey.silent_seconds <= LONGEST_SILENCE, "silence alone does not end the call"
    assert journey.world.store.open_transactions == 0  # type: ignore[attr-defined]
    left = [file.name for file in journey.world.spool.rglob("*") if file.is_file()]
    assert left == [], "something was left in the spool"
    assert len(journey.phone.said) > 0
    if setup is CALLER or setup["caller"] != OLA:
        _check_take(journey)


def _check_take(journey: Journey) -> None:
    """What a caller said is kept exactly once; a caller who said nothing is a missed call, once."""
    session, world = journey.session, journey.world
    if session.deposit is None:
        return
    told = [
        n
        for n in world.notices()
        if n.facts.caller == session.caller and n.dedup_key.count(session.call.setup.call_id)
    ]
    new = [m for m in world.messages() if m.spool_id == session.call.setup.call_id]
    if spoken(journey.phone):
        assert len(new) == 1
        assert {notice.kind.value for notice in told} <= {"new-message"}
    else:
        assert new == []
    assert len(told) <= 2


def spoken(phone: ScriptedPhone) -> bool:
    return any(_holds_speech(take) for take in phone.takes)


def _holds_speech(alaw: bytes) -> bool:
    return len(alaw) >= 8000 and alaw[:8000] != SILENT_SECOND


def every_page() -> set[Page]:
    """Every function of the manual that takes a session and returns a page."""
    return {
        function
        for module in MODULES
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and _is_page(function)
    }


def _is_page(function: Callable[..., object]) -> bool:
    signature = inspect.signature(function)
    return list(signature.parameters) == ["session"] and signature.return_annotation in {
        "Page | None",
        "Page",
    }


def page_name(page: Page) -> str:
    return str(getattr(page, "__name__", page))


def test_every_module_of_the_manual_is_looked_at() -> None:
    room = Path(manual_room.__path__[0])
    written = {
        file.stem for file in room.glob("*.py") if ") -> Page | None:" in file.read_text(encoding="utf-8")
    }
    assert written - {"call_session", "menu"} == {module.__name__.rpartition(".")[2] for module in MODULES}
