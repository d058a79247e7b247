"""PINs, on a real switch: changed on the own phone, used from elsewhere, guessed by somebody."""

from __future__ import annotations

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.lock import LockScope
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.pin import hash_pin
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import REGULAR, Telephone, log_in, own_mailbox, reach

OLD, NEW, WRONG = "5827", "830517", "6194"
REFUSED = "log-in-wrong"


def from_elsewhere(telephone: Telephone, caller: str, *, language: str = "nb") -> Phone:
    """`language` is what we expect to hear until the mailbox is open."""
    phone = telephone(caller, language=language)
    phone.call()
    return phone


def at_the_pin_prompt(telephone: Telephone, owner: Number, caller: str) -> Phone:
    """By `*` in the owner's greeting: no number is typed, so a key that is lost can't make it another's."""
    phone = reach(telephone, owner, caller)
    phone.wait_for_prompt("greeting-reached", within=10)
    phone.press("*")
    phone.wait_for_prompt("log-in-pin", within=10)
    return phone


def guess_wrong(phone: Phone, *, times: int) -> None:
    """Again as soon as it is said to be wrong."""
    phone.press(f"{WRONG}#", **REGULAR)
    for _ in range(times - 1):
        phone.wait_for_prompt(REFUSED, within=10)
        phone.press(f"{WRONG}#", **REGULAR)


def wrong_pins(site: LiveSite, owner: Number) -> tuple[int, bool]:
    """How many are counted for the mailbox, and whether it is closed."""
    with site.store() as store, store.look() as uow:
        lock = uow.locks.get(LockScope.MAILBOX, owner)
    return lock.failures, lock.closed_until is not None


def test_a_changed_pin_opens_from_elsewhere_and_the_old_one_does_not(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber(pin=hash_pin(OLD))
    phone = own_mailbox(telephone, owner)
    phone.press("3")
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.press("4")
    phone.wait_for_prompt("pin-new", within=10)
    phone.press(f"{NEW}#", **REGULAR)
    phone.wait_for_prompt("pin-changed", within=10)
    phone.hang_up()
    assert site.notices(owner) == [NoticeKind.PIN_CHANGED]
    elsewhere = from_elsewhere(telephone, "+4790000911")
    log_in(elsewhere, owner, OLD)
    log_in(elsewhere, owner, NEW, into=REFUSED)
    elsewhere.wait_for_prompt("main-menu-settings", within=10)


def test_a_log_in_from_elsewhere_is_told_by_sms_and_once_by_voice(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber(pin=hash_pin(OLD))
    elsewhere = from_elsewhere(telephone, "+46701234567", language="en")
    log_in(elsewhere, owner, OLD)
    elsewhere.knows(site.prompts)
    elsewhere.wait_for_prompt("main-menu-settings", within=10)
    elsewhere.hang_up()
    site.wait_until_calls_are_over()
    assert site.notices(owner) == [NoticeKind.LOGIN_ELSEWHERE]
    phone = own_mailbox(telephone, owner, first="log-in-told")
    phone.wait_for_prompt("today-at", within=10)
    phone.wait_for_prompt("log-in-told-abroad", within=10)
    phone.wait_for_prompt("main-menu-settings", within=10)
    phone.hang_up()
    site.wait_until_calls_are_over()
    again = own_mailbox(telephone, owner)
    assert "log-in-told" not in [heard.prompt for heard in again.heard()]


def test_five_wrong_pins_in_two_calls_close_the_way_in_but_never_the_own_phone(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber(pin=hash_pin(OLD), always_ask_pin=True)
    first = at_the_pin_prompt(telephone, owner, "+4790000912")
    guess_wrong(first, times=3)
    first.wait_for_prompt(REFUSED, within=10)
    first.wait_for_prompt("goodbye", within=10)
    first.wait_for_hang_up(within=10)
    assert site.notices(owner) == []
    assert wrong_pins(site, owner) == (3, False)
    second = at_the_pin_prompt(telephone, owner, "+4790000913")
    guess_wrong(second, times=2)
    second.wait_for_prompt(REFUSED, within=10)
    assert wrong_pins(site, owner) == (0, True)
    second.press(f"{OLD}#")
    second.wait_for_prompt(REFUSED, within=10)  # right, and refused in the same words
    second.wait_for_prompt("goodbye", within=10)
    assert site.notices(owner) == [NoticeKind.LOCKED_OUT]
    own = own_mailbox(telephone, owner, first="log-in-pin")
    own.press(f"{OLD}#")
    own.wait_for_prompt("main-menu-settings", within=10)
    own.hang_up()
    site.change(owner, always_ask_pin=False)
    own_mailbox(telephone, owner)


def test_the_number_may_be_typed_into_the_welcome_before_it(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(OLD))
    phone = from_elsewhere(telephone, "+4790000914")
    log_in(phone, owner, OLD, into="log-in-welcome")
    phone.wait_for_prompt("main-menu-settings", within=10)
    assert "log-in-number" not in [heard.prompt for heard in phone.heard()]


def test_digits_pressed_before_the_pin_prompt_do_not_count(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(OLD))
    phone = telephone("+4790000915")
    phone.call(diversion=[f"<sip:{owner}@example.test>;reason=no-answer"])
    phone.wait_for_prompt("greeting-reached", within=10)
    phone.press("77*", **REGULAR)
    phone.wait_for_prompt("log-in-pin", within=10)
    phone.press(f"{OLD}#", **REGULAR)
    phone.wait_for_prompt("main-menu-settings", within=10)


def test_keys_of_a_menu_count_when_pressed_ahead(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    phone = telephone(owner)
    phone.call()
    phone.press("31", **REGULAR)
    phone.wait_for_prompt("tone", within=10)
    phone.speak(seconds=1.5)
    phone.press("#")
    phone.wait_for_prompt("after-greeting-listen", within=10)
