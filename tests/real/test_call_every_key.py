"""What each key does while a message plays, on a real switch: where it lands, told by the pitch.

The message is the sweep, so what the phone heard of it tells the second; see `pieces`.
"""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import State
from tests.real.pieces import Piece
from tests.real.signals import sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, REGULAR, Telephone, listen, own_mailbox

LENGTH = 30.0


def owner_with(site: LiveSite, *lengths: float, state: State = State.NEW) -> tuple[Number, list[MessageId]]:
    owner = site.subscriber()
    return owner, [site.put_message(owner, sweep(seconds), caller=CALLER, state=state) for seconds in lengths]


def in_first_message(
    site: LiveSite, telephone: Telephone, *lengths: float, seconds: float = 0.6
) -> tuple[Phone, list[MessageId]]:
    """The owner listens, and has heard so much of it."""
    owner, messages = owner_with(site, *lengths)
    phone = listen(telephone, owner)
    phone.wait_for_piece(1, seconds=seconds)
    return phone, messages


def near(second: float) -> object:
    return pytest.approx(second, abs=0.15)


def goes_on(before: Piece, after: Piece, *, by: float = 0.0) -> None:
    """The sweep went on that far from where it was left."""
    assert after.begins - before.ends == near(by)


def becomes(site: LiveSite, message: MessageId, state: State) -> None:
    eventually(lambda: site.state(message) is state, within=10, what=f"{state} of message {message}")


def test_1_back_and_3_forward_by_eight_seconds_within_the_message(
    site: LiveSite, telephone: Telephone
) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH)
    for count, key in enumerate("13331", start=2):
        phone.press(key)
        heard = phone.wait_for_piece(count)
    start, again, first, second, third, back = heard
    assert start.begins == near(0)
    assert again.begins == near(0)  # 1 at the start stays at the start
    goes_on(again, first, by=8)
    goes_on(first, second, by=8)
    goes_on(second, third, by=8)
    goes_on(third, back, by=-8)


def test_3_pressed_twice_as_fast_as_regulars_press_jumps_twice(site: LiveSite, telephone: Telephone) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH)
    phone.press("33", **REGULAR)
    between = REGULAR["on_ms"] + REGULAR["gap_ms"]
    before, after = phone.wait_for_piece(2)
    assert 16 - 0.15 < after.begins - before.ends < 16 + between / 1000 + 0.3


def test_3_past_the_end_ends_the_message_and_the_keys_still_work(
    site: LiveSite, telephone: Telephone
) -> None:
    phone, (message,) = in_first_message(site, telephone, 10)
    phone.press("3")
    goes_on(*phone.wait_for_piece(2), by=8)
    phone.press("3")
    phone.wait_for_prompt("message-delete", within=10)
    becomes(site, message, State.HEARD)
    phone.press("1")
    assert phone.wait_for_piece(3)[2].begins == near(2)
    phone.press("4")
    assert phone.wait_for_piece(4)[3].begins == near(0)


def test_4_plays_it_again(site: LiveSite, telephone: Telephone) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH, seconds=2)
    phone.press("4")
    first, again = phone.wait_for_piece(2, seconds=2)
    assert (first.begins, again.begins) == (near(0), near(0))


def test_5_deletes_and_the_next_one_comes(site: LiveSite, telephone: Telephone) -> None:
    phone, (one, two) = in_first_message(site, telephone, LENGTH, LENGTH)
    phone.press("5")
    undo = phone.wait_for_prompt("deleted-undo", within=10)
    following = phone.wait_for_prompt("new-message", within=15)
    assert 2 < following - undo < 5  # "Tast 5 for å angre" is said, and 2 s are given to it
    assert site.state(one) is State.DELETED
    assert site.state(two) is State.NEW


def test_5_again_takes_the_deletion_back(site: LiveSite, telephone: Telephone) -> None:
    phone, (message,) = in_first_message(site, telephone, LENGTH, seconds=3.5)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=10)
    becomes(site, message, State.DELETED)
    phone.press("5")
    phone.wait_for_prompt("deletion-undone", within=10)
    assert site.state(message) is State.HEARD


def test_6_in_the_undo_saves_that_message_and_not_the_next_one(site: LiveSite, telephone: Telephone) -> None:
    phone, (one, two) = in_first_message(site, telephone, LENGTH, LENGTH)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=10)
    phone.press("6")
    phone.wait_for_prompt("message-saved", within=10)
    phone.wait_for_prompt("new-message", within=10)
    assert site.state(one) is State.SAVED
    assert site.state(two) is State.NEW


def test_6_saves_and_the_next_one_comes(site: LiveSite, telephone: Telephone) -> None:
    phone, (one, two) = in_first_message(site, telephone, LENGTH, LENGTH)
    phone.press("6")
    phone.wait_for_prompt("message-saved", within=10)
    phone.wait_for_prompt("new-message", within=10)
    assert site.state(one) is State.SAVED
    assert site.state(two) is State.NEW


def test_7_pauses_and_7_goes_on_at_the_same_second(site: LiveSite, telephone: Telephone) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH)
    pause(phone)
    frames = len(phone.line.frames)
    quiet_from = phone.now + 0.5
    phone.wait_until(quiet_from + 1)
    assert len(phone.line.frames) - frames > 40  # the line is kept alive
    assert phone.recording().first_sound(after=quiet_from) is None
    phone.press("7")
    goes_on(*phone.wait_for_piece(2))
    pause(phone)
    phone.press("3")
    goes_on(*phone.wait_for_piece(3)[1:], by=8)


def pause(phone: Phone) -> None:
    phone.press("7")
    phone.wait_for_prompt("paused", within=10)
    phone.wait_for_end_of("paused")


def test_8_helps_and_goes_on_at_the_same_second(site: LiveSite, telephone: Telephone) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH)
    phone.press("8")
    phone.wait_for_prompt("message-help", within=10)
    goes_on(*phone.wait_for_piece(2, within=30))
    (help_,) = [heard for heard in phone.heard() if heard.prompt == "message-help"]
    assert help_.seconds == pytest.approx(len(site.prompts.sounds["message-help"]) / 8000, abs=0.05)


def test_88_tells_of_the_service_and_9_of_the_caller(site: LiveSite, telephone: Telephone) -> None:
    phone, _ = in_first_message(site, telephone, LENGTH)
    phone.press("88")
    phone.wait_for_prompt("information", within=10)
    phone.press("9")
    phone.wait_for_prompt("n9", within=10)
    goes_on(*phone.wait_for_piece(2, within=20))
    digits = [
        heard.prompt.removesuffix("-final")
        for heard in phone.heard()
        if heard.at > phone.since_answer(phone.line.presses[-1].down_at) and heard.prompt.startswith("n")
    ]
    assert digits == [f"n{digit}" for digit in CALLER.removeprefix("+47")]


def test_hash_goes_to_the_next_and_2_to_the_one_before(site: LiveSite, telephone: Telephone) -> None:
    owner, (one, two) = owner_with(site, LENGTH, LENGTH)
    phone = own_mailbox(telephone, owner, first="you-have")
    phone.press("1")
    phone.wait_for_prompt("new-message", within=10)
    phone.press("#")
    phone.wait_for_prompt("new-message", within=10)
    assert site.state(one) is State.NEW  # left in its introduction
    phone.press("2")
    phone.wait_for_prompt("new-message", within=10)
    phone.press("4")
    phone.wait_for_piece(1, seconds=3.5)
    phone.press("#")
    phone.wait_for_prompt("new-message", within=10)
    assert site.state(one) is State.HEARD
    phone.press("#")
    phone.wait_for_prompt("last-message", within=10)  # and not that none are left
    assert site.state(two) is State.NEW


def test_star_goes_to_the_main_menu(site: LiveSite, telephone: Telephone) -> None:
    phone, (message,) = in_first_message(site, telephone, LENGTH, seconds=3.5)
    phone.press("*")
    phone.wait_for_prompt("saved-one", within=10)
    phone.wait_for_prompt("main-menu-settings", within=10)
    assert site.state(message) is State.HEARD


def test_6_among_the_deleted_takes_one_back(site: LiveSite, telephone: Telephone) -> None:
    owner, (one, two) = owner_with(site, LENGTH, LENGTH, state=State.DELETED)
    phone = own_mailbox(telephone, owner, first="main-menu-deleted")
    phone.press("2")
    phone.wait_for_prompt("deleted-message", within=10)
    phone.press("4")
    phone.wait_for_piece(1)
    phone.press("3")
    goes_on(*phone.wait_for_piece(2), by=8)
    phone.press("7")
    phone.wait_for_prompt("paused", within=10)
    phone.press("6")
    phone.wait_for_prompt("message-taken-back", within=10)
    phone.wait_for_prompt("deleted-message", within=10)
    assert site.state(one) is State.NEW
    assert site.state(two) is State.DELETED
    phone.press("5")  # what is deleted can't be deleted again
    phone.wait_for_prompt("no-match", within=10)
    assert site.state(two) is State.DELETED


def test_a_dropped_line_is_taken_up_at_the_same_second(site: LiveSite, telephone: Telephone) -> None:
    owner, _ = owner_with(site, LENGTH)
    first = listen(telephone, owner)
    first.wait_for_piece(1)
    first.press("3")
    first.wait_for_piece(2)
    first.hang_up()
    _, heard = first.pieces()
    eventually(lambda: site.entry(owner).place is not None, within=10, what="the place")
    again = own_mailbox(telephone, owner, first="resume-go-on")
    again.press("1")
    assert again.wait_for_piece(1)[0].begins == pytest.approx(heard.ends, abs=0.5)
