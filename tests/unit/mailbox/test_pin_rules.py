"""Which PINs may be used, and how they are kept (sections 3 and 5)."""

from __future__ import annotations

import hashlib
import random
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.errors import PinError
from personsvar.mailbox.model.ids import Number, PinHash
from personsvar.mailbox.pin import (
    COMMON,
    Weakness,
    WeakPinError,
    check_pin,
    hash_pin,
    pin_matches,
    random_pin,
    waste_time,
    weakness_of,
)
from tests.effort import costs_no_more_than

OLA = Number("+4790012345")

WEAK = {
    Weakness.NOT_DIGITS: ["12a4", "48*3", "٤٨٣١", "48 31"],
    Weakness.LENGTH: ["", "4", "483", "48315926047"],
    Weakness.ONE_DIGIT: ["0000", "777777", "9999999999"],
    Weakness.RUN: ["1234", "0123456789", "4321", "7890", "8901", "0987", "2109", "56789"],
    Weakness.REPEATED: ["1212", "474747", "483483", "12341234", "1122", "998877", "3838383838"],
    Weakness.OWN_NUMBER: ["2345", "12345", "9001", "90012345", "4790", "4790012345", "5432", "54321", "1009"],
    Weakness.COMMON: ["2580", "1379", "1905", "1984", "2026", "159753", "1814"],
}
TABLE = [(weakness, pin) for weakness, pins in WEAK.items() for pin in pins]


@pytest.mark.parametrize(("weakness", "pin"), TABLE)
def test_a_weak_pin_is_refused_and_told_why(weakness: Weakness, pin: str) -> None:
    assert weakness_of(pin, OLA) is weakness
    with pytest.raises(WeakPinError) as refused:
        check_pin(pin, OLA)
    assert refused.value.weakness is weakness
    assert isinstance(refused.value, PinError)
    assert len(pin) < 2 or pin not in str(refused.value), "a PIN is in no message"


@pytest.mark.parametrize(
    "pin", ["4831", "4830", "83614", "483159", "0048", "1820", "2105", "4774477447", "0001"]
)
def test_a_pin_that_may_be_used(pin: str) -> None:
    check_pin(pin, OLA)


def test_each_common_pin_is_refused_for_some_reason() -> None:
    assert all(weakness_of(pin) is not None for pin in COMMON)


def test_the_pin_of_now_and_the_two_before_are_refused() -> None:
    previous = [hash_pin(pin) for pin in ("4831", "5926", "8264")]
    for pin in ("4831", "5926", "8264"):
        with pytest.raises(WeakPinError) as refused:
            check_pin(pin, OLA, previous)
        assert refused.value.weakness is Weakness.USED_BEFORE
    check_pin("6273", OLA, previous)


class Dice:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def digits(self, count: int) -> str:
        return "".join(self._random.choice("0123456789") for _ in range(count))


class Loaded:
    """A source of chance that gives what it is told to."""

    def __init__(self, *pins: str) -> None:
        self._pins = list(pins)

    def digits(self, count: int) -> str:
        pin = self._pins.pop(0) if len(self._pins) > 1 else self._pins[0]
        assert len(pin) == count
        return pin


@given(st.integers(), st.integers(min_value=0, max_value=9_999_999))
def test_a_random_pin_has_six_digits_and_is_never_weak(seed: int, tail: int) -> None:
    number = Number(f"+479{tail:07}")
    pin = random_pin(Dice(seed), number)
    assert len(pin) == 6
    assert weakness_of(pin, number) is None


def test_weak_draws_are_drawn_again() -> None:
    assert random_pin(Loaded("123456", "777777", "012345", "159753", "483159"), OLA) == "483159"


def test_a_broken_source_of_chance_is_found_out() -> None:
    with pytest.raises(RuntimeError, match="chance"):
        random_pin(Loaded("000000"))


def test_a_pin_is_kept_as_a_salted_hash() -> None:
    one, another = hash_pin("4831"), hash_pin("4831")
    assert one != another
    assert one.startswith("$scrypt$ln=14,r=8,p=1$")
    assert "4831" not in one.rpartition("$")[0]
    assert pin_matches("4831", one)
    assert pin_matches("4831", another)
    assert not pin_matches("4830", one)
    assert not pin_matches("", one)


def test_a_hash_says_its_own_parameters_so_that_old_ones_hold_when_they_change() -> None:
    salt = b"0123456789abcdef"
    digest = hashlib.scrypt(b"4831", salt=salt, n=2**10, r=4, p=2, dklen=32)
    old = PinHash(f"$scrypt$ln=10,r=4,p=2${b64encode(salt).decode()}${b64encode(digest).decode()}")
    assert pin_matches("4831", old)
    assert not pin_matches("4832", old)


def test_another_kind_of_hash_is_not_taken_for_a_wrong_pin() -> None:
    with pytest.raises(ValueError, match="unknown kind md5"):
        pin_matches("4831", PinHash("$md5$ln=1$x$y"))


def test_time_is_wasted_with_the_same_work_as_a_pin() -> None:
    kept = hash_pin("4831")
    costs_no_more_than(3, waste_time, lambda: pin_matches("0000", kept))
    costs_no_more_than(3, lambda: pin_matches("0000", kept), waste_time)
