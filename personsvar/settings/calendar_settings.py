"""Settings: calendars."""

from __future__ import annotations

from personsvar.settings.field_types import Networks
from personsvar.settings.group import RULES, SettingsGroup, setting


class CalendarSettings(SettingsGroup):
    """Calendars"""

    calendar_minutes: float = setting(
        RULES.calendar_minutes,
        "How often each subscriber's calendar is fetched, a quarter more or less.",
        unit="min",
        ge=5,
        le=720,
    )
    calendar_networks: Networks = setting(
        (),
        "Private networks that calendars may lie in, without TLS too, with commas between: `10.1.0.0/16`.",
    )
