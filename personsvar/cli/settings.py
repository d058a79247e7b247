"""`personsvar settings`: what may be set, and whether what is set will do."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from personsvar.cli.printing import print_line, print_table, warn
from personsvar.cli.trial_opening import what_will_not_open
from personsvar.encryption.vault import new_key
from personsvar.gateways.transcripts.engine_files import is_installed
from personsvar.settings.all_settings import Settings, is_secret
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError, name_in, read, unknown
from personsvar.settings.settings_table import markdown

app = typer.Typer(invoke_without_command=True)

HIDDEN = "••••"
NO_CERTIFICATE = (
    "PERSONSVAR_VISUAL_HOST is told to phones, and no certificate is given here: `personsvar visual` and "
    "`personsvar run` need it"
)
NO_ENGINE = (
    "PERSONSVAR_TRANSCRIBER is local, and the extra `speech` is not installed here: `personsvar transcriber` "
    "and `personsvar run` need it, and the model that PERSONSVAR_TRANSCRIBER_MODEL names"
)


@app.callback()
def settings(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The table of docs/settings.md.")] = False,
    key: Annotated[bool, typer.Option("--new-key", help="Make a PERSONSVAR_SECRET_KEY.")] = False,
) -> None:
    """Check the settings and show them; secrets are hidden."""
    if as_markdown:
        print_line(markdown().rstrip("\n"))
    elif key:
        print_line(new_key())
    else:
        _show(_checked())


def _checked() -> Settings:
    """Raise SettingsError with every mistake, those too that only one of the services would find."""
    given = read()
    known = {name_in(line) for line in given.mistakes}
    more = (line for line in what_will_not_open(given.settings) if name_in(line) not in known)
    if mistakes := dict.fromkeys((*given.mistakes, *more)):
        raise SettingsError(*mistakes)
    return given.settings


def _show(now: Settings) -> None:
    for name in unknown(os.environ):
        warn(f"{name} is no setting of ours")
    if now.visual_host and not now.visual_certificate:
        warn(NO_CERTIFICATE)
    if now.transcriber == "local" and not is_installed():
        warn(NO_ENGINE)
    print_table(("SETTING", "IS"), ((variable(field), _shown(now, field)) for field in Settings.model_fields))


def _shown(now: Settings, field: str) -> object:
    value = getattr(now, field)
    return HIDDEN if value is not None and is_secret(field) else value
