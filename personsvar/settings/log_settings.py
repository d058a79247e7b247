"""Settings: what is logged."""

from __future__ import annotations

from typing import Literal

from personsvar.settings.group import SettingsGroup, setting


class LogSettings(SettingsGroup):
    """What is logged"""

    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "The least that is logged.")
    log_personal: Literal["plain", "hash", "drop"] = setting(
        "plain", "Personal data in the log, all in `pii.` fields: as it is, as a keyed hash, or not at all."
    )
