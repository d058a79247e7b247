"""Settings: what goes on by itself."""

from __future__ import annotations

from personsvar.settings.group import RULES, SettingsGroup, setting


class MaintenanceSettings(SettingsGroup):
    """What goes on by itself"""

    sweep_seconds: float = setting(
        10, "How often the spool is looked through for recordings to take in.", unit="s", ge=1
    )
    retention_minutes: float = setting(
        60, "How often messages past their time are removed.", unit="min", ge=1
    )
    retention_percent: int = setting(
        RULES.retention_percent,
        "A round that would take a larger share of all messages (and more than 100) takes none: it waits for "
        "`personsvar retention go-on`.",
        unit="%",
        ge=1,
        le=100,
    )
    keep_greetings_days: int = setting(
        RULES.keep_greetings_days, "Versions of greetings are kept after they were in use.", unit="days", ge=1
    )
    keep_charges_days: int = setting(
        RULES.keep_charges_days,
        "Charges (answered call backs) are kept, also when their subscriber is removed.",
        unit="days",
        ge=31,
    )
    keep_calls_days: int = setting(
        RULES.keep_calls_days,
        "The call log is kept: when who called, and what came of it.",
        unit="days",
        ge=1,
    )
    keep_locks_days: int = setting(
        RULES.keep_locks_days, "Counters of wrong PINs are kept after the last one.", unit="days", ge=2
    )
    keep_audit_days: int = setting(
        RULES.keep_audit_days,
        "Entries of the audit trail (who changed what) are kept, and keys of the API after they ended.",
        unit="days",
        ge=1,
    )
