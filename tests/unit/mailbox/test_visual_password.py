"""What a phone logs in with: long enough, plain enough, and known to nobody but the phone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from personsvar.mailbox.model.ids import Number, PasswordHash
from personsvar.mailbox.visual.accounts import imap_user, owner_of
from personsvar.mailbox.visual.password import LENGTH, LETTERS, hash_password, new_password, password_matches
from tests.fakes.clock_and_chance import SeededDice
from tests.unit.mailbox.use_cases import KARI


class LoadedChance:
    """Dice that all show the same."""

    def __init__(self, digit: str) -> None:
        self.digit = digit

    def digits(self, count: int) -> str:
        return self.digit * count


def test_a_password_is_letters_and_digits_and_128_bits_at_least() -> None:
    dice = SeededDice()
    made = {new_password(dice) for _ in range(500)}
    assert len(made) == 500
    assert all(len(one) == LENGTH <= 30 and set(one) <= set(LETTERS) for one in made)
    assert math.log2(10**39) > 128
    assert 62**LENGTH > 10**39


def test_every_throw_of_the_dice_is_another_password() -> None:
    assert len({new_password(LoadedChance(digit)) for digit in "0123456789"}) == 10


def test_only_the_password_itself_matches() -> None:
    kept = hash_password("q7Hs0ZrK2m")
    assert "q7Hs0ZrK2m" not in kept
    assert hash_password("q7Hs0ZrK2m") != kept
    assert password_matches("q7Hs0ZrK2m", kept)
    for other in ("", "q7Hs0ZrK2", "q7Hs0ZrK2M", "q7Hs0ZrK2m ", "\ud800"):
        assert not password_matches(other, kept)


@given(some.text())
def test_where_there_is_none_nothing_matches(guess: str) -> None:
    assert not password_matches(guess, None)


def test_a_hash_of_a_kind_we_don_t_know_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="md5"):
        password_matches("x", PasswordHash("$md5$0$0"))


def test_the_user_is_the_number_without_its_plus() -> None:
    assert imap_user(KARI, "vvm.example.test") == "4790000001@vvm.example.test"
    assert imap_user(KARI, "") == "4790000001"
    assert imap_user(KARI, "h" * 39) == f"4790000001@{'h' * 39}"
    assert imap_user(KARI, "h" * 40) == "4790000001"


def test_whose_mailbox_a_user_is() -> None:
    for user in ("4790000001@vvm.example.test", "4790000001", "+4790000001", "4790000001@elsewhere"):
        assert owner_of(user, region="NO") == KARI
    assert owner_of("+46701234567@x", region="NO") == Number("+46701234567")
    for user in ("", "@vvm.example.test", "kari@example.test", "sip:4790000001@x", "4790000001\0"):
        assert owner_of(user, region="NO") is None
