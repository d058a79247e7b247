"""Who is away, on a real switch: callers hear why and until when, and the owner's keys set it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, Number
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, own_mailbox, reach, send, talk

OSLO = ZoneInfo("Europe/Oslo")


def in_three_days() -> datetime:
    """At eight: some weekday, whether midnight passes meanwhile or not."""
    day = datetime.now(OSLO).date() + timedelta(days=3)
    return datetime.combine(day, time(8), tzinfo=OSLO)


def is_away(
    site: LiveSite, owner: Number, until: datetime, reason: AbsenceReason, *, takes_messages: bool = True
) -> None:
    begun = datetime.now(UTC) - timedelta(hours=1)
    absence = Absence(AbsenceId(0), owner, begun, until, reason, takes_messages)
    with site.store() as store, store.begin() as uow:
        uow.absences.add(absence)
        uow.commit()


def hears(phone: Phone, *prompts: str) -> None:
    """These, in this order, whatever is said between."""
    heard = iter([one.prompt for one in phone.heard()])
    missing = [prompt for prompt in prompts if prompt not in heard]
    assert missing == [], phone.story()


def until_then(at: datetime) -> Sequence[str]:
    return f"until-weekday-{at.isoweekday()}-at", "n8-final"


def test_a_caller_hears_why_and_until_when_and_leaves_a_message(site: LiveSite, telephone: Telephone) -> None:
    owner, back = site.subscriber(), in_three_days()
    is_away(site, owner, back, AbsenceReason.OFF)
    caller = reach(telephone, owner)
    caller.wait_for_prompt("greeting-after-tone", within=30)
    talk(caller, seconds=1)
    send(caller)
    hears(caller, "greeting-reached", "away-off", *until_then(back), "greeting-after-tone", "tone")
    assert site.message(owner).sound.seconds > 1


def test_where_no_message_is_taken_the_caller_hears_that_and_the_owner_is_told(
    site: LiveSite, telephone: Telephone
) -> None:
    owner, back = site.subscriber(), in_three_days()
    is_away(site, owner, back, AbsenceReason.HOLIDAY, takes_messages=False)
    caller = reach(telephone, owner)
    caller.wait_for_prompt("goodbye", within=30)
    hears(caller, "greeting-reached", "away-holiday", *until_then(back), "no-message-now", "goodbye")
    assert "tone" not in [one.prompt for one in caller.heard()]
    eventually(
        lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the notice of a missed call"
    )
    assert site.messages(owner) == []


def test_the_owner_turns_voicemail_off_until_tomorrow_and_a_caller_hears_until_when(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    phone = own_mailbox(telephone, owner)
    phone.press("37")
    phone.wait_for_prompt("voicemail-off-tomorrow", within=20)
    phone.press("2")
    phone.wait_for_prompt("voicemail-on-when", within=10)
    phone.press("0800#")
    phone.wait_for_prompt("voicemail-off-until", within=10)
    phone.wait_for_prompt("voicemail-off-callers", within=10)
    phone.hang_up()
    until = site.entry(owner).voicemail_off_until
    assert until is not None
    assert until.astimezone(OSLO).time() == time(8)
    caller = reach(telephone, owner)
    caller.wait_for_prompt("goodbye", within=30)
    hears(caller, "greeting-reached", "voicemail-closed", "n8-final", "goodbye")
    again = own_mailbox(telephone, owner, first="voicemail-off-until")
    again.wait_for_prompt("voicemail-how-to-turn-on", within=20)
    again.hang_up()
