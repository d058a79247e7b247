"""PINs: which may be used, how they are made, and how they are kept.

A PIN has 4 to 10 digits and lives in the store only as a slow salted hash (scrypt, RFC 7914) that
says its own parameters. The slowness is part of the rules: the same for a right PIN, a wrong one
and an unknown number. No hash is made while a transaction is open.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

from personsvar.mailbox.errors import PinError
from personsvar.mailbox.model.ids import Number, PinHash
from personsvar.mailbox.phone_numbers import national
from personsvar.mailbox.ports.world import Chance

SHORTEST, LONGEST = 4, 10
RANDOM_DIGITS = 6

_LOG2_COST, _BLOCK, _PARALLEL = 14, 8, 1
"""About 55 ms and 16 MB a hash (OWASP's minimum for scrypt is in this range; a PIN's shield is the lock)."""
_MOST_MEMORY = 128 * 2**20
_TRIES = 1000

COMMON = frozenset(
    """
    0007 0070 0741 0852 0963 1004 1011 1020 1110 1112 1123 1221 1230 1231 1235 1236 1245 1357 1379 1397
    1470 1478 1590 1593 1705 1814 2468 2580 2589 3570 3571 3690 3698 3579 4200 4268 5683 6420 7139 7410 7412
    7531 7539 8520 8642 9630 9753 9713 9731
    11235 12321 13579 24680 97531 08642 10203
    100200 102030 111222 112211 123321 123654 123789 131452 135790 142536 147258 147369 147852 147896
    159357 159753 222333 246810 258000 258025 258369 258456 258852 321654 357159 369258 456123 456852 654123
    741852 753159 753951 789123 789456 852456 951357 951753 963852 987456
    1234554321 1029384756 12344321 12345670 11112222 14725836 147258369 147852369 159357456 123654789
    741852963
    """.split()  # noqa: SIM905 - a table to read, not a list of strings
)
"""What people choose most when years, runs and repetitions are refused: key-pad patterns and known dates."""


class Weakness(StrEnum):
    """Why a PIN may not be used."""

    NOT_DIGITS = "not-digits"
    LENGTH = "length"
    ONE_DIGIT = "one-digit"
    RUN = "run"
    REPEATED = "repeated"
    OWN_NUMBER = "own-number"
    COMMON = "common"
    USED_BEFORE = "used-before"


_WHY = {
    Weakness.NOT_DIGITS: "a PIN holds digits only",
    Weakness.LENGTH: f"a PIN has {SHORTEST} to {LONGEST} digits",
    Weakness.ONE_DIGIT: "the PIN is the same digit repeated",
    Weakness.RUN: "the PIN is a run of consecutive digits",
    Weakness.REPEATED: "the PIN is a pattern that repeats",
    Weakness.OWN_NUMBER: "the PIN is a part of the subscriber's own number",
    Weakness.COMMON: "the PIN is one of the most common ones",
    Weakness.USED_BEFORE: "the PIN was used not long ago",
}


class WeakPinError(PinError):
    """A PIN that is refused, with the reason for the dialogue to say."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(_WHY[weakness])
        self.weakness = weakness


def check_pin(pin: str, number: Number, previous: Sequence[PinHash] = ()) -> None:
    """Raise WeakPinError when `number` may not use it; `previous`: the PIN of now and the two before."""
    weakness = weakness_of(pin, number)
    if weakness is None and any([pin_matches(pin, old) for old in previous]):  # noqa: C419 - each costs its time
        weakness = Weakness.USED_BEFORE
    if weakness is not None:
        raise WeakPinError(weakness)


def weakness_of(pin: str, number: Number | None = None) -> Weakness | None:
    """The first rule that the PIN breaks; quick, without a look at earlier PINs."""
    if not (pin.isascii() and pin.isdecimal()):
        return Weakness.LENGTH if not pin else Weakness.NOT_DIGITS
    if not SHORTEST <= len(pin) <= LONGEST:
        return Weakness.LENGTH
    if number is not None and _is_of_own_number(pin, number):
        return Weakness.OWN_NUMBER
    return next((weakness for weakness, broken in _RULES if broken(pin)), None)


def random_pin(chance: Chance, number: Number | None = None) -> str:
    """Six random digits, never a weak PIN."""
    for _ in range(_TRIES):
        pin = chance.digits(RANDOM_DIGITS)
        if weakness_of(pin, number) is None:
            return pin
    raise RuntimeError("the source of chance gives only weak PINs")


def hash_pin(pin: str) -> PinHash:
    """`$scrypt$ln=14,r=8,p=1$salt$hash`. The salt is no secret and decides nothing, so it is not injected."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(pin, salt, _LOG2_COST, _BLOCK, _PARALLEL)
    return PinHash(f"$scrypt$ln={_LOG2_COST},r={_BLOCK},p={_PARALLEL}${_b64(salt)}${_b64(digest)}")


def pin_matches(pin: str, kept: PinHash) -> bool:
    """In a time that tells nothing of how much of it was right."""
    _, kind, parameters, salt, digest = kept.split("$")
    if kind != "scrypt":
        raise ValueError(f"a PIN's hash of unknown kind {kind}")
    cost, block, parallel = (int(part.partition("=")[2]) for part in parameters.split(","))
    return hmac.compare_digest(_scrypt(pin, b64decode(salt), cost, block, parallel), b64decode(digest))


def waste_time() -> None:
    """The time of one `pin_matches`, where there is nothing to compare with."""
    _scrypt("", b"\0" * 16, _LOG2_COST, _BLOCK, _PARALLEL)


def _is_run(pin: str) -> bool:
    """Up or down by one, and on past the end of the keys: 7890, 0987, 8901."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _repeats(pin: str) -> bool:
    """A block again and again (1212, 123123), or each digit twice (1122)."""
    twice = pin[0::2] == pin[1::2]
    return twice or any(pin == pin[:size] * (len(pin) // size) for size in range(2, len(pin) // 2 + 1))


def _is_of_own_number(pin: str, number: Number) -> bool:
    """A tail or the start of the number, with or without the country code, forwards or backwards."""
    forms = (number.removeprefix("+"), national(number))
    ways = [way for form in forms for way in (form, form[::-1])]
    return any(way.startswith(pin) or way.endswith(pin) for way in ways)


def _is_common(pin: str) -> bool:
    """Of the list, or a year."""
    return pin in COMMON or re.fullmatch(r"(19|20)[0-9]{2}", pin) is not None


_RULES: tuple[tuple[Weakness, Callable[[str], bool]], ...] = (
    (Weakness.ONE_DIGIT, lambda pin: len(set(pin)) == 1),
    (Weakness.RUN, _is_run),
    (Weakness.REPEATED, _repeats),
    (Weakness.COMMON, _is_common),
)


def _scrypt(pin: str, salt: bytes, log2_cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=1 << log2_cost, r=block, p=parallel, maxmem=_MOST_MEMORY, dklen=32
    )


def _b64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
