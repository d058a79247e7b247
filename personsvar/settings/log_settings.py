"""Settings: what is logged, and traced."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import SecretStr

from personsvar.settings.field_types import Token, url
from personsvar.settings.group import SettingsGroup, setting


class LogSettings(SettingsGroup):
    """What is logged, and traced"""

    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "The least that is logged.")
    log_personal: Literal["plain", "hash", "drop"] = setting(
        "plain", "Personal data in the log, all in `pii.` fields: as it is, as a keyed hash, or not at all."
    )
    traces_url: Annotated[SecretStr, url("https", "http")] | None = setting(
        None,
        "Where spans are sent (OTLP over HTTP, the extra `traces`): `http://127.0.0.1:4318/v1/traces`.",
        secret=True,
    )
    traces_token: Token | None = setting(
        None, "What the collector wants to be shown (`Authorization: Bearer`).", secret=True
    )
