"""The numbers of the voicemail that an operator may set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect

_WARNING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of docs/call-flow.md that an operator may set; checked in personsvar/settings/."""

    access_number: Number = Number("+4747471000")
    home_region: str = "NO"
    max_messages: int = 100
    max_message_seconds: float = 180
    min_message_seconds: float = 1
    max_greeting_seconds: float = 120
    silence_seconds: float = 10
    keep_new_days: int = 30
    keep_heard_days: int = 30
    keep_saved_days: int = 365
    keep_deleted_days: int = 7
    keep_greetings_days: int = 365
    """Versions of a greeting that nobody hears any more."""
    keep_charges_days: int = 396
    keep_calls_days: int = 90
    """The call log."""
    keep_audit_days: int = 365
    """Who changed what; and keys of the API after they ended."""
    keep_locks_days: int = 90
    """Counters of wrong PINs that nothing was added to."""
    retention_percent: int = 20
    """A round that would take a larger share of all messages waits for the operator."""
    diverted_from: Literal["latest", "first"] = "latest"
    resume_hours: float = 24
    call_back_price_ore: int = 300
    call_backs_a_day: int = 20
    call_back_regions: tuple[str, ...] = ()
    """ISO regions that may be called back; empty: Norway and the EEA."""
    call_back_ring_seconds: float = 30
    pin_requests_a_day: int = 3
    requested_pin_minutes: float = 15
    first_pin_days: float = 7
    wrong_pins_before_lock: int = 5
    lock_minutes: float = 15
    session_idle_days: float = 7
    """A session on the page that nobody uses ends then."""
    session_days: float = 30
    """Every session on the page ends so long after its log-in."""
    max_call_minutes: float = 60
    missed_calls_seconds: float = 60
    """Missed calls of one caller within this time are one notice, sent when it is over; 0: each at once."""
    missed_calls_an_hour: int = 20
    new_messages_an_hour: int = 30
    nearly_full_percent: int = 90
    soon_deleted_days: int = 3
    absence_reminder_days: int = 7
    calendar_minutes: float = 30
    """So long after one fetch of a calendar, about, comes the next."""
    mms_to_sms: bool = True
    """An MMS that can't be delivered becomes an SMS."""
    webhooks: bool = False
    """Every notice is told to the operator's own systems too."""
    lamps: bool = False
    """Mailboxes have lamps: a change of the counts is told to the switch."""
    transcripts: bool = False
    """An engine writes messages down for who wishes it."""
    transcripts_sent_to: str = ""
    """The host that their recordings are sent to for it; empty: they stay on this machine."""
    transcript_mail_seconds: float = 0
    """A copy by e-mail waits so long for its transcript; 0: it goes at once, without."""
    transcript_visual_seconds: float = 0
    """A phone's own inbox is told of a message so much later at most, to find its text there; 0: at once."""
    transcript_minutes_a_day: float = 0
    """So much sound is written down a day, of all mailboxes together; 0: any."""
    visual: bool = False
    """Phones may ask for visual voicemail."""
    visual_prefix: str = "//VVM"
    visual_dialect: VisualDialect = VisualDialect.VVM3
    """Of a phone never heard of that asks with a bare `STATUS`."""
    visual_replaces_sms: bool = True
    """Who has visual voicemail gets no SMS in words for a new message."""
    visual_keep_expunged: bool = True
    """A message that a client only downloaded and then removed stays a saved one for the phone menu."""

    @property
    def warning_seconds(self) -> float:
        """So long before the longest message is over a soft tone tells the caller.

        None (0) where that is not even half of it: who may speak for so short a time hears no tone in it.
        """
        return _WARNING_SECONDS if self.max_message_seconds > 2 * _WARNING_SECONDS else 0.0
