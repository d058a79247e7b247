"""Greetings, on a real switch: recorded by the owner, and heard by a caller."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.pin import hash_pin
from tests.real.pieces import Piece
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import GREETING_SECONDS, Telephone, own_mailbox, reach, record_greeting, said

SWEDE = "+46701234567"
PIN = "5827"


def record(telephone: Telephone, owner: Number, key: str) -> Phone:
    """Settings, and one of its greetings; on the line where it was saved."""
    phone = own_mailbox(telephone, owner)
    phone.press("3")
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.press(key)
    record_greeting(phone)
    return phone


def sweeps(phone: Phone) -> list[Piece]:
    """Of the sweep in a greeting, not the tone and no syllable."""
    return [piece for piece in phone.pieces() if piece.seconds > 0.5]


def hears(caller: Phone, greeting: bytes | None) -> None:
    """The whole recording, bit for bit, and the tone behind it."""
    caller.wait_for_prompt("tone", within=20)
    (sweep,) = sweeps(caller)
    assert sweep.begins < 0.2
    assert sweep.ends > GREETING_SECONDS - 0.5
    assert greeting
    assert greeting in caller.recording().bytes


def test_a_greeting_recorded_by_the_owner_is_heard_by_a_caller_whatever_he_presses(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    phone = record(telephone, owner, "1")
    phone.wait_for_prompt("settings-greeting", within=10)
    phone.hang_up()
    caller = reach(telephone, owner)
    caller.wait_for_sound(within=10, after=0)
    caller.press("1590")
    hears(caller, site.greeting(owner, GreetingKind.PERSONAL))
    assert "greeting-reached" not in [heard.prompt for heard in caller.heard()]


def test_hash_skips_a_greeting(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    site.put_greeting(owner, GreetingKind.PERSONAL, said(seconds=30))
    caller = reach(telephone, owner)
    caller.wait_for_sound(within=10, after=0)
    caller.press("#")
    caller.wait_for_prompt("tone", within=10)
    assert sweeps(caller) == []  # it begins behind the word


def test_star_in_a_greeting_asks_the_owner_for_the_pin(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(pin=hash_pin(PIN))
    site.put_greeting(owner, GreetingKind.PERSONAL, said(seconds=30))
    caller = reach(telephone, owner)
    caller.wait_for_sound(within=10, after=0)
    caller.press("*")
    caller.wait_for_prompt("log-in-pin", within=10)
    caller.press(f"{PIN}#")
    caller.wait_for_prompt("main-menu-settings", within=10)
    caller.hang_up()
    assert site.notices(owner) == [NoticeKind.LOGIN_ELSEWHERE]  # and no missed call


def test_a_caller_from_abroad_hears_english_until_there_is_an_international_greeting(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    before = reach(telephone, owner, SWEDE, language="en")
    before.wait_for_prompt("greeting-reached", within=10)
    before.hang_up()
    phone = record(telephone, owner, "2")
    phone.wait_for_prompt("international-greeting-saved", within=10)
    phone.hang_up()
    after = reach(telephone, owner, SWEDE)
    hears(after, site.greeting(owner, GreetingKind.INTERNATIONAL))
    after.hang_up()
    reach(telephone, owner).wait_for_prompt("greeting-reached", within=10)  # a domestic one: as ever


def test_an_absence_greeting_is_heard_on_its_last_day_and_never_after_it(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    today = datetime.now(ZoneInfo("Europe/Oslo")).date()
    phone = record(telephone, owner, "6")
    phone.wait_for_prompt("absence-last-day", within=10)
    phone.press(f"{today:%d%m}#")
    phone.wait_for_prompt("absence-until", within=10)
    phone.hang_up()
    assert site.entry(owner).absence_until == today
    caller = reach(telephone, owner)
    hears(caller, site.greeting(owner, GreetingKind.ABSENCE))
    caller.hang_up()
    site.change(owner, absence_until=today - timedelta(days=1))
    reach(telephone, owner).wait_for_prompt("greeting-reached", within=10)
