"""What the settings name and only one of the services opens: tried, as that service would at its start.

Nothing is made by it: no folder, no key, no database. What the switch alone opens it checks itself
(`python -m dialplan.switch`); it may lie where only the switch can read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from pydantic import SecretStr

from personsvar.address import Address, check_is_ours
from personsvar.bootstrap import (
    Application,
    fastagi_secret,
    faults_of_studio,
    object_place,
    secret_key,
)
from personsvar.cli import CannotStartError
from personsvar.cli.manual import catalogue
from personsvar.cli.opening import check_database
from personsvar.encryption.master_key import MasterKeyFile
from personsvar.encryption.vault import new_key
from personsvar.gateways.transcripts.engine_files import is_installed
from personsvar.gateways.trust import trusting
from personsvar.mailbox.errors import MasterKeyError
from personsvar.mailbox.model.ledger import Receipt
from personsvar.object_store import S3Objects, WrongPlaceError
from personsvar.running.configured_gateways import ConfiguredGateways
from personsvar.running.configured_transcriber import transcriber_of
from personsvar.running.visual_service import certificate_of
from personsvar.settings.all_settings import Settings
from personsvar.settings.checks import nearest
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError, binding
from personsvar.voice.encode.pool import PoolEncoder
from personsvar.world import RealClock

Opening = Callable[[Settings], object]


def what_will_not_open(settings: Settings) -> Iterator[str]:
    """Yields a line for each mistake."""
    for opening in OPENINGS:
        try:
            opening(settings)
        except SettingsError as wrong:
            yield from wrong.lines
        except CannotStartError as wrong:
            yield str(wrong)


def _folders(settings: Settings) -> None:
    """The folders that are made at start have to be ours, or can be made."""
    state = settings.state_folder
    folders = {"state": state, "spool": settings.spool_folder, "media": settings.media_folder}
    wrong = {field: _why_not(folder) for field, folder in folders.items()}
    told = tuple(
        f"{variable(field)}={folders[field]}: {why}"
        for field, why in wrong.items()
        if why and (field == "state" or why != wrong["state"])
    )
    if told:
        raise SettingsError(*told)


def _why_not(folder: Path) -> str:
    try:
        there = nearest(folder)
    except OSError as wrong:
        return wrong.strerror or str(wrong)
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} can't be written in"


def _addresses(settings: Settings) -> None:
    """A service of ours that runs has its address already; what is nobody's here is a mistake."""
    mistakes: list[str] = []
    for field, bind in settings.binds.items():
        try:
            with binding(variable(field)):
                check_is_ours(Address.parse(bind))
        except SettingsError as wrong:
            mistakes += wrong.lines
    if mistakes:
        raise SettingsError(*mistakes)


def _kept_secrets(settings: Settings) -> None:
    """The secrets that an earlier start made have to be whole."""
    for file, read in ((settings.key_file, secret_key), (settings.fastagi_secret_file, fastagi_secret)):
        try:
            is_kept = file.exists()
        except OSError as wrong:
            raise SettingsError(f"{file}: {wrong.strerror}") from wrong
        if is_kept:
            read(settings)


def _master_key(settings: Settings) -> None:
    """That it is a key; whether the right one, the database tells at start."""
    file = settings.master_key_file
    try:
        if file is not None:
            MasterKeyFile(file).keys()
    except MasterKeyError as wrong:
        raise SettingsError(str(wrong)) from wrong


def _studio(settings: Settings) -> None:
    """Each of them: a service that starts plays the built prompt in its place, and only logs it."""
    with suppress(CannotStartError):  # without a catalogue no name is known: that is told already
        if faults := faults_of_studio(settings, catalogue(settings).ids()):
            raise SettingsError(*faults)


def _voices(settings: Settings) -> None:
    named = {"piper_model_nb": settings.piper_model_nb, "piper_model_en": settings.piper_model_en}
    wrong = {field: _why_no_file(file) for field, file in named.items() if file is not None}
    if any(wrong.values()):
        raise SettingsError(*(f"{variable(one)}={named[one]}: {why}" for one, why in wrong.items() if why))


def _traces(settings: Settings) -> None:
    with closing(Application(settings)) as application:
        application.spans  # noqa: B018 - made, to see that it can be


def _object_store(settings: Settings) -> None:
    """That it can be asked; whether it answers, a service finds out at its start."""
    place = object_place(settings)
    try:
        if place is not None:
            S3Objects(place).open()
    except WrongPlaceError as wrong:
        raise SettingsError(f"{variable('objects_ca')}: {wrong}") from wrong


def _why_no_file(file: Path) -> str:
    try:
        return "" if stat.S_ISREG(file.stat().st_mode) else "should be a file"
    except FileNotFoundError:
        return "there is no such file"
    except OSError as wrong:
        return wrong.strerror or str(wrong)


def _authorities(settings: Settings) -> None:
    ca = settings.gateway_ca
    try:
        trusting(ca)
    except OSError as wrong:
        raise SettingsError(f"{variable('gateway_ca')}={ca}: {wrong.strerror}") from wrong


def _trial(settings: Settings) -> ConfiguredGateways:
    """They get a key that nobody keeps; and a channel without a gateway is no matter here."""
    more = {"secret_key": SecretStr(new_key()), "database_url": None, "outbox_files": True}
    return ConfiguredGateways(Application(settings.model_copy(update=more)), PoolEncoder(), _nobody)


async def _nobody(_: Receipt) -> None:
    """Takes the receipts of gateways that are never opened."""


def _transcriber(settings: Settings) -> None:
    """That its engine could be asked. Where the extra of one on this machine is not installed it may be in
    another image, with its model: a warning.
    """
    if settings.transcriber == "http" or is_installed():
        transcriber_of(settings, RealClock())


def _certificate(settings: Settings) -> object:
    """Where there is none though phones are told of a name, another service may have it: a warning."""
    given = settings.visual_certificate or settings.visual_key
    return certificate_of(settings) if given else None


OPENINGS: tuple[Opening, ...] = (
    _folders,
    _addresses,
    _kept_secrets,
    _master_key,
    check_database,
    catalogue,
    _studio,
    _voices,
    _authorities,
    _traces,
    _object_store,
    lambda settings: _trial(settings).wording,
    lambda settings: _trial(settings).by_channel,
    _certificate,
    _transcriber,
)
