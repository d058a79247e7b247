"""Which version of a subscriber somebody saw, so that nobody overwrites what another changed meanwhile.

It goes by what an operator or the owner sets. What comes and goes by itself (where the listening broke off,
when a reminder is due) makes no other version; that voicemail is on again since a moment that was set does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.seen_versions import version_of_shown
from personsvar.mailbox.voicemail_switch import is_off


def version_of(subscriber: Subscriber, now: datetime) -> str:
    """The same for the same settings, and told to whoever may read them: it gives nothing of the PIN away."""
    settled = replace(
        subscriber,
        spare_pin=None,
        pin_requests_on=None,
        pin_requests=0,
        absence_reminder_at=None,
        removals_look_at=None,
        place=None,
        elsewhere_login=None,
    )
    return version_of_shown((settled, is_off(subscriber, now)))
