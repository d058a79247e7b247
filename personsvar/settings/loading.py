"""The settings of this process, out of its environment; a line for each mistake."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from personsvar.settings import checks, secret_values
from personsvar.settings.all_settings import Settings, is_secret
from personsvar.settings.checks import PREFIX
from personsvar.settings.group import variable
from personsvar.wrong_values import in_words

_NAME = re.compile(rf"{PREFIX}[A-Z0-9_]+?(?=_FILE\b|[^A-Z0-9_]|$)")


class SettingsError(Exception):
    """Settings nobody could start with: one line for each mistake."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


OF_THE_NOTIFIER = ("smpp_url", "kannel_url", "mm7_url", "mm7_report_login", "smtp_url", "api_token")
"""No other service needs these secrets. (Who else writes rows for webhooks must know that there are some.)"""
OF_THE_TRANSCRIBER = ("transcriber_key",)
"""Nor these, but the one that writes messages down."""


@dataclass(frozen=True, slots=True)
class Given:
    """The settings in the environment, those that are wrong left out, and a line for each mistake."""

    settings: Settings
    mistakes: tuple[str, ...]


def load(*, notifier: bool = True, transcriber: bool = True) -> Settings:
    """The settings of this process; SettingsError lists every mistake there is.

    Without `notifier`, its secrets are not looked for: they need not be where they could be read. So it is
    with those of the `transcriber`.
    """
    given = read(notifier=notifier, transcriber=transcriber)
    if given.mistakes:
        raise SettingsError(*given.mistakes)
    return given.settings


def read(*, notifier: bool = True, transcriber: bool = True) -> Given:
    """A value that is wrong counts as not set; so all mistakes are found, not the first alone."""
    theirs = dict.fromkeys(
        (() if notifier else OF_THE_NOTIFIER) + (() if transcriber else OF_THE_TRANSCRIBER)
    )
    given, mistakes = _secret_files(os.environ, without=theirs)
    given |= theirs
    try:
        settings = Settings(**given)
    except ValidationError as wrong:
        details = wrong.errors()
        mistakes += [_line(detail) for detail in details]
        wrong_ones = {str(detail["loc"][0]) for detail in details}
        settings = Settings(**given | {field: Settings.model_fields[field].default for field in wrong_ones})
    blamed = {name_in(one) for one in mistakes}
    mistakes += [one for one in settings.disagreements() if blamed.isdisjoint(_NAME.findall(one))]
    return Given(settings, tuple(mistakes))


def name_in(mistake: str) -> str:
    """The setting that a line blames."""
    named = _NAME.search(mistake)
    return named[0] if named else ""


def unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like settings and are none: slips of the pen, for a warning."""
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{variable(name)}_FILE" for name in Settings.model_fields if is_secret(name)}
    return tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known))


def _secret_files(
    environ: Mapping[str, str], *, without: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    fields = [field for field in Settings.model_fields if is_secret(field) and field not in without]
    fields_of = {variable(field): field for field in fields}
    found, mistakes = secret_values.from_files(environ, fields_of)
    return {fields_of[name]: secret for name, secret in found.items()}, mistakes


def _line(detail: ErrorDetails) -> str:
    """One mistake on one line; a secret's value is never in it."""
    field = str(detail["loc"][0])
    shown = "" if is_secret(field) else checks.shown(str(detail["input"]))
    return f"{variable(field)}{shown}: {in_words(detail)}"


@contextmanager
def binding(setting: str) -> Iterator[None]:
    """An address that can't be had is a mistake in its setting."""
    try:
        yield
    except OSError as wrong:
        why = (wrong.strerror or str(wrong)).partition(" (while")[0]  # Python repeats the address there
        address = os.environ.get(setting) or "the default"
        raise SettingsError(f"{setting} ({address}): {why}") from wrong
