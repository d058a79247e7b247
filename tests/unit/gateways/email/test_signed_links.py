from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.encryption.vault import new_key
from personsvar.gateways.email.signed_links import LinkBrokenError, SignedLinks, signing_key
from personsvar.mailbox.model.ids import MessageId
from tests.fakes.clock_and_chance import SetClock
from tests.unit.gateways.email.mails import NOON

KEY = new_key()


def _links(clock: SetClock, *, key: str = KEY) -> SignedLinks:
    return SignedLinks("https://voicemail.example.test/", signing_key(key), timedelta(days=14), clock.now)


def _token(url: str) -> str:
    return url.removeprefix("https://voicemail.example.test/r/")


def test_a_link_says_which_message_and_until_when() -> None:
    clock = SetClock()
    links = _links(clock)
    link = links.to(MessageId(7), "en")
    assert link.until == NOON + timedelta(days=14)
    assert link.url.startswith("https://voicemail.example.test/r/")
    assert link.url not in repr(link)
    pointed = links.read(_token(link.url))
    assert (pointed.message, pointed.language, pointed.expired) == (7, "en", False)


@pytest.mark.parametrize(("later", "expired"), [(-1, False), (0, True), (86_400, True)])
def test_its_time_ends(later: int, expired: bool) -> None:
    clock = SetClock()
    links = _links(clock)
    token = _token(links.to(MessageId(7), "nb").url)
    clock.time += timedelta(days=14, seconds=later)
    assert links.read(token).expired is expired


def test_two_links_to_one_message_tell_nothing_of_each_other() -> None:
    links = _links(SetClock())
    assert links.to(MessageId(7), "nb").url != links.to(MessageId(7), "nb").url


def test_a_link_of_another_key_is_none_of_ours() -> None:
    token = _token(_links(SetClock(), key=new_key()).to(MessageId(7), "nb").url)
    with pytest.raises(LinkBrokenError):
        _links(SetClock()).read(token)


def test_what_seals_pins_signs_no_links() -> None:
    assert signing_key(KEY) != KEY
    assert signing_key(KEY) == signing_key(KEY)


@given(st.integers(min_value=0), st.characters())
@settings(deadline=None)  # a busy machine is no failure
def test_a_link_with_one_letter_changed_is_none(place: int, letter: str) -> None:
    links = _links(SetClock())
    token = _token(links.to(MessageId(7), "nb").url).rstrip(
        "="
    )  # the last letters of base64 may mean nothing
    place %= len(token) - 2
    changed = f"{token[:place]}{letter}{token[place + 1 :]}"
    if changed != token:
        with pytest.raises(LinkBrokenError):
            links.read(changed)


@given(st.text())
@settings(deadline=None)  # a busy machine is no failure
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(LinkBrokenError):
        _links(SetClock()).read(text)
