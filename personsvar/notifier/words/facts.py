"""What a notice is about, ready to be put in words: the numbers, times and lengths as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Facts, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.notifier.words.said_in_sms import NOTHING_SAID, Said

_MOBILE = re.compile(r"\+47[489][0-9]{7}")


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The facts of one notice, in the subscriber's own time and with the numbers written out."""

    kind: NoticeKind
    access: str
    """The number to call, as it is written."""
    access_number: Number
    """The same in E.164 form."""
    caller: str | None
    caller_name: str | None
    """What the subscriber's own list or the operator's calls the caller."""
    at: datetime
    now: datetime
    seconds: int
    urgent: bool
    new_count: int
    count: int
    """Of messages: how many more there is room for, or how many go."""
    calls: int
    reason: MissedReason
    trouble: FeedTrouble
    secret: str | None
    secret_until: datetime
    said: Said
    """What the message says, in words, where the notice tells them."""

    @property
    def who(self) -> str | None:
        """`Kari Nordmann (+47 900 00 002)`, or the number alone; None: it is withheld."""
        return self.caller if self.caller_name is None else f"{self.caller_name} ({self.caller})"


def notice_facts(
    kind: NoticeKind,
    facts: Facts,
    subscriber: Subscriber,
    *,
    access: Number,
    secret: str | None,
    now: datetime,
    caller_name: str | None = None,
    said: Said = NOTHING_SAID,
) -> NoticeFacts:
    zone = ZoneInfo(subscriber.time_zone)
    return NoticeFacts(
        kind=kind,
        access=written(access),
        access_number=access,
        caller=None if facts.caller is None else written(facts.caller),
        caller_name=None if facts.caller is None else caller_name,
        at=(facts.at or now).astimezone(zone),
        now=now.astimezone(zone),
        seconds=max(1, round(facts.seconds or 0)),
        urgent=facts.urgent,
        new_count=facts.new_count or 0,
        count=facts.count or 0,
        calls=facts.calls or 1,
        reason=facts.reason or MissedReason.HUNG_UP,
        trouble=facts.trouble or FeedTrouble.AWAY,
        secret=secret,
        secret_until=(facts.secret_until or now).astimezone(zone),
        said=said,
    )


def written(number: Number) -> str:
    """With the country's code, so that it can be called from anywhere: +47 900 00 001, +46 70 123 45 67."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]} {number[3:6]} {number[6:8]} {number[8:]}"  # phonenumbers: +47 90 00 00 01
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):  # in no plan: as it came
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def days_ago(notice_facts: NoticeFacts) -> int:
    return (notice_facts.now.date() - notice_facts.at.date()).days
