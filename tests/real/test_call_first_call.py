"""A subscriber's first call, on a real switch: the PIN on its way, the welcome, the menu of three."""

from __future__ import annotations

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, own_mailbox, record_greeting


def is_told(site: LiveSite, owner: Number, *kinds: NoticeKind) -> None:
    eventually(lambda: site.notices(owner) == list(kinds), within=10, what=f"{kinds} to {owner}")


def test_the_first_call_gives_a_pin_a_welcome_and_a_greeting(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(welcomed=False)
    phone = own_mailbox(telephone, owner, first="welcome")
    assert site.entry(owner).pin is not None
    is_told(site, owner, NoticeKind.FIRST_PIN)
    phone.press("3")
    record_greeting(phone)
    phone.wait_for_prompt("first-call-signature", within=10)  # the menu returns
    assert site.entry(owner).welcomed
    assert site.greeting(owner, GreetingKind.PERSONAL)
    is_told(site, owner, NoticeKind.FIRST_PIN)  # the rest is told when the call ends
    phone.press("#")
    phone.wait_for_prompt("goodbye", within=10)
    phone.wait_for_hang_up(within=10)
    is_told(site, owner, NoticeKind.FIRST_PIN, NoticeKind.GREETING_RECORDED)
    own_mailbox(telephone, owner, first="no-messages")


def test_a_line_dropped_in_the_welcome_leaves_it_the_first_call(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(welcomed=False)
    own_mailbox(telephone, owner, first="welcome").hang_up()
    is_told(site, owner, NoticeKind.FIRST_PIN)
    pin = site.entry(owner).pin
    again = own_mailbox(telephone, owner, first="welcome")
    assert not site.entry(owner).welcomed
    again.wait_for_prompt("first-call-signature", within=20)  # heard to its end
    again.hang_up()
    is_told(site, owner, NoticeKind.FIRST_PIN, NoticeKind.GREETING_NOT_RECORDED)
    assert site.entry(owner).welcomed
    assert site.entry(owner).pin == pin
