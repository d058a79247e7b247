"""Settings: the manual's numbers."""

from __future__ import annotations

from typing import Literal

from personsvar.settings.field_types import E164, Region, Regions
from personsvar.settings.group import RULES, SettingsGroup, setting


class RulesSettings(SettingsGroup):
    """The manual's numbers"""

    access_number: E164 = setting(RULES.access_number, "The number subscribers call.", switch=True)
    home_region: Region = setting(
        RULES.home_region,
        "Country whose national number forms are understood, and whose bank holidays count (ISO 3166).",
    )
    max_messages: int = setting(
        RULES.max_messages, "Size of a mailbox, deleted messages not counted.", unit="messages", ge=1
    )
    max_message_seconds: float = setting(
        RULES.max_message_seconds,
        "Longest message. Above 20 s a soft tone tells the caller when 10 s are left.",
        unit="s",
        switch=True,
        ge=5,
        le=3600,
    )
    min_message_seconds: float = setting(
        RULES.min_message_seconds, "A shorter recording is a missed call.", unit="s", ge=0
    )
    max_greeting_seconds: float = setting(
        RULES.max_greeting_seconds, "Longest greeting.", unit="s", ge=5, le=3600
    )
    silence_seconds: float = setting(
        RULES.silence_seconds, "So much true silence ends a recording.", unit="s", switch=True, ge=3, le=60
    )
    keep_new_days: int = setting(
        RULES.keep_new_days, "New messages are kept, and are then among the deleted.", unit="days", ge=1
    )
    keep_heard_days: int = setting(
        RULES.keep_heard_days, "Heard messages are kept, and are then among the deleted.", unit="days", ge=1
    )
    keep_saved_days: int = setting(
        RULES.keep_saved_days, "Saved messages are kept, and are then among the deleted.", unit="days", ge=1
    )
    keep_deleted_days: int = setting(
        RULES.keep_deleted_days, "Deleted messages can be taken back.", unit="days", ge=0
    )
    diverted_from: Literal["latest", "first"] = setting(
        RULES.diverted_from, "Of several diversions, whose mailbox it is: the latest or the first we serve."
    )
    resume_hours: float = setting(
        RULES.resume_hours,
        "After a dropped line the next call offers to go on within this time.",
        unit="h",
        ge=0,
    )
    call_back_price_ore: int = setting(
        RULES.call_back_price_ore, "Price of an answered call back.", unit="øre", ge=0, le=1_000_000
    )
    call_backs_a_day: int = setting(
        RULES.call_backs_a_day, "Call backs a day for a mailbox.", unit="calls", ge=0
    )
    call_back_regions: Regions = setting(
        RULES.call_back_regions,
        "Countries that may be called back, with commas between. Empty: Norway and the EEA.",
    )
    call_back_ring_seconds: float = setting(
        RULES.call_back_ring_seconds, "How long a call back rings.", unit="s", ge=5, le=180
    )
    pin_requests_a_day: int = setting(
        RULES.pin_requests_a_day, "PINs a subscriber may ask for in a day.", unit="PINs", ge=0
    )
    requested_pin_minutes: float = setting(
        RULES.requested_pin_minutes, "A requested PIN lives this long.", unit="min", gt=0
    )
    first_pin_days: float = setting(
        RULES.first_pin_days, "The first PIN's SMS may be sent this long.", unit="days", gt=0
    )
    wrong_pins_before_lock: int = setting(
        RULES.wrong_pins_before_lock, "Wrong PINs in a row that close a way in.", unit="PINs", ge=1
    )
    lock_minutes: float = setting(
        RULES.lock_minutes, "First closing; it doubles, up to a day.", unit="min", gt=0, le=1440
    )
    session_idle_days: float = setting(
        RULES.session_idle_days,
        "A log-in on the page that is not used ends after so long; an operator's after an hour.",
        unit="days",
        gt=0,
        le=365,
    )
    session_days: float = setting(
        RULES.session_days,
        "Every log-in on the page ends after so long; an operator's after 12 hours.",
        unit="days",
        gt=0,
        le=365,
    )
    max_call_minutes: float = setting(
        RULES.max_call_minutes, "Longest call.", unit="min", switch=True, ge=1, le=1440
    )
