"""A group of settings: one table of docs/settings.md, a class with a field for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, SettingsConfigDict

from personsvar.mailbox.rules import Rules
from personsvar.settings import checks
from personsvar.settings.checks import PREFIX

RULES = Rules()
"""The defaults of those settings that the domain knows by itself."""
A_MILLENNIUM = {"s": 31_536_000_000, "min": 525_600_000, "h": 8_760_000, "days": 365_000}
"""It is counted in each unit of time: a longer time would lead out of the calendar, and stop what uses it."""


_READERS: Mapping[object, Callable[[str], object]] = {int: checks.whole, float: checks.number}
"""Numbers are read as the switch reads them."""


class SettingsGroup(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", validate_default=False
    )

    @field_validator("*", mode="before")
    @classmethod
    def _check_number(cls, given: object, info: ValidationInfo) -> object:
        check = _READERS.get(cls.model_fields[str(info.field_name)].annotation)
        if check is not None and isinstance(given, str):
            check(given)
        return given


def setting(
    default: object, what: str, *, unit: str = "", secret: bool = False, switch: bool = False, **limits: float
) -> Any:
    """`switch`: the switch reads it too (dialplan/switch/environment.py)."""
    marks: JsonDict = {"unit": unit, "secret": secret, "switch": switch}
    given: dict[str, Any] = {"le": A_MILLENNIUM[unit], **limits} if unit in A_MILLENNIUM else {**limits}
    return Field(default, description=what, json_schema_extra=marks, **given)


def variable(field: str) -> str:
    return PREFIX + field.upper()
