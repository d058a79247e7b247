"""The composition root: settings in, wired parts out. Nothing is opened before it is asked for."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from secrets import token_urlsafe
from typing import TypeVar

from personsvar import durable, logs
from personsvar.address import Address
from personsvar.bank_holidays import NationalBankHolidays
from personsvar.dialogue.call import Call, HungUpError
from personsvar.dialogue.call_session import DialogueContext
from personsvar.dialogue.manual import answer
from personsvar.encryption.master_key import MasterKeyCommand, MasterKeyFile, new_line
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.intake import SpoolTakes, Sweeper
from personsvar.intake.spool_desk import SpoolDesk
from personsvar.intake.sweeper import SweeperChore
from personsvar.language.prompts import PromptId
from personsvar.mailbox import lookups
from personsvar.mailbox.lamps import LampRows
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.reckoning import is_believed_now
from personsvar.mailbox.removal_reminder import RemovalLooks
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.sync import SyncRows
from personsvar.object_store import ObjectPlace, S3Objects
from personsvar.settings import checks, defaults
from personsvar.settings.all_settings import Settings
from personsvar.settings.field_types import is_key
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.spans import NO_SPANS, Spans
from personsvar.storage import SqlStore
from personsvar.storage.keys import InstallationKeys, MasterKey, NoMasterKey
from personsvar.storage.objects import NoObjects
from personsvar.storage.unit_of_work import BeforeCommit
from personsvar.telephony.agi.fastagi_driver import FastAgiDriver
from personsvar.telephony.call_server import CallServer, SwitchListener
from personsvar.telephony.esl.esl_driver import EslDriver
from personsvar.telephony.thread_pool import ThreadPool
from personsvar.voice.play import Studio
from personsvar.voice.play_media import MediaFolder
from personsvar.voice.play_prompts import PromptShelf
from personsvar.voice.studio_faults import studio_faults
from personsvar.world import CommitSignal, RealChance, RealClock, uptime

T = TypeVar("T")

WORKERS = 16
"""So many threads hash and commit beside the calls: more would only wait for the same disk and cores."""
OUTBOX_CONNECTIONS = 2
"""Of a notifier's worker, and as many again in a rush."""
FASTAGI_SECRET_BYTES = 32
SPOOL_MODE = 0o2770
"""The service and the switch both write there, in the group they share."""
MEDIA_MODE = 0o2750


@dataclass(frozen=True)
class Application:
    """Everything one process may need, made when it is first used."""

    settings: Settings
    _opened: ExitStack = field(default_factory=ExitStack, init=False, repr=False, compare=False)
    """It closes what was opened, in reverse order."""

    @cached_property
    def notices_committed(self) -> CommitSignal:
        return CommitSignal()

    @cached_property
    def store(self) -> SqlStore:
        return self._opened.enter_context(closing(self._open_store()))

    @cached_property
    def services(self) -> Services:
        return self._services(self.store)

    @cached_property
    def outbox_store(self) -> SqlStore:
        """The outbox's worker has its own: its last write-backs may be done again after a power cut."""
        return self._opened.enter_context(
            closing(self._open_store(durability="normal", connections=OUTBOX_CONNECTIONS))
        )

    @cached_property
    def outbox_services(self) -> Services:
        return self._services(self.outbox_store)

    @cached_property
    def chore_services(self) -> Services:
        """For background work, whose statements may take longer than a caller would wait."""
        return self._services(self.store.unhurried(may_be_lost=True))

    @cached_property
    def outbox_chore_services(self) -> Services:
        return self._services(self.outbox_store.unhurried(may_be_lost=True))

    @cached_property
    def installation_keys(self) -> InstallationKeys:
        return InstallationKeys(master_key(self.settings))

    @cached_property
    def objects(self) -> S3Objects | None:
        """The object store that recordings are in, or may be."""
        return objects_of(self.settings)

    @property
    def _open_store(self) -> partial[SqlStore]:
        return partial(
            SqlStore,
            self.settings.pooled_database,
            connections=self.settings.database_connections,
            keep_prepared=prepares(self.settings),
            through_pooler=self.settings.has_pooler,
            replica_url=self.settings.replica,
            replica_seconds=self.settings.database_replica_seconds,
            keys=self.installation_keys,
            objects=self.objects or NoObjects(f"set {variable('objects_url')}"),
            keeps_in_objects=self.settings.recordings == "objects",
            before_commit=self._before_commit,
            after_commit=self.notices_committed,
        )

    @property
    def _before_commit(self) -> BeforeCommit:
        """These have to know of every change in a mailbox."""
        settings, rows = self.settings, list[BeforeCommit]([RemovalLooks(self.settings.rules())])
        if settings.lamp_sip is not None:
            rows.append(LampRows(RealClock()))
        if settings.visual_host:
            rows.append(SyncRows(RealClock()))
        return _InOrder(tuple(rows))

    def _services(self, store: SqlStore) -> Services:
        return Services(
            store=store,
            clock=RealClock(),
            chance=RealChance(),
            vault=FernetVault(secret_key(self.settings)),
            rules=self.settings.rules(),
            bank_holidays=NationalBankHolidays(self.settings.home_region),
        )

    @cached_property
    def takes(self) -> SpoolTakes:
        return SpoolTakes(self.services, self.settings.spool_folder)

    def new_sweeper(self) -> Sweeper:
        return Sweeper(
            self.takes,
            rtp_timeout_seconds=self.settings.rtp_timeout,
            is_believed=lambda: is_believed_now(self.services, uptime()),
        )

    @property
    def spool_desk(self) -> SpoolDesk:
        return SpoolDesk(self.services, self.takes.spool, self.new_sweeper)

    @cached_property
    def sweeping(self) -> SweeperChore:
        return SweeperChore(self.new_sweeper(), self.services.clock)

    @cached_property
    def studio(self) -> Studio:
        settings = self.settings
        media = MediaFolder(settings.media_folder, max_bytes=settings.media_megabytes * 1_000_000)
        self._opened.callback(media.close)
        return Studio(media=media, prompts=PromptShelf(prompt_folders(settings)), read=self._read)

    @cached_property
    def answer(self) -> Callable[[Call], None]:
        context = DialogueContext(self.services, self.takes, self.spans)

        def answered(call: Call) -> None:
            with self.spans.span("call", call=logs.call_id()):
                answer(call, context)

        return answered

    @cached_property
    def spans(self) -> Spans:
        """Raise SettingsError where the extra that sends them is not installed."""
        url, token = self.settings.traces_url, self.settings.traces_token
        if url is None:
            return NO_SPANS
        from personsvar.open_telemetry import NotInstalledError, spans_to  # noqa: PLC0415 - few have it

        told = token.get_secret_value() if token else None
        try:
            spans = spans_to(url.get_secret_value(), token=told, no_errors=(HungUpError,))
        except NotInstalledError as missing:
            raise SettingsError(f"{variable('traces_url')}: {missing}") from missing
        return self._opened.enter_context(spans)

    @cached_property
    def workers(self) -> Executor:
        return self._opened.enter_context(ThreadPool(WORKERS, name="work"))

    @cached_property
    def server(self) -> CallServer:
        return CallServer(
            tuple(self._listeners(fastagi_secret(self.settings))),
            self.answer,
            sounds=self.studio.for_call,
            workers=self.workers,
            max_calls=self.settings.max_calls,
        )

    def _listeners(self, secret: str) -> Iterator[SwitchListener]:
        yield SwitchListener(Address.parse(self.settings.fastagi_bind), FastAgiDriver(secret))
        if self.settings.esl_bind != defaults.NOWHERE:
            yield SwitchListener(Address.parse(self.settings.esl_bind), EslDriver(secret))

    def until_closed(self, opened: AbstractContextManager[T]) -> T:
        """It is closed with the application, before what was opened earlier."""
        return self._opened.enter_context(opened)

    def close(self) -> None:
        """What was opened is closed, and the recordings this process brought out are gone."""
        self._opened.close()

    def _read(self, sound: SoundId) -> bytes:
        return lookups.sound(self.services, sound)


@dataclass(frozen=True)
class _InOrder:
    """Hooks in the same order in all processes: so two transactions never each wait for the other."""

    hooks: tuple[BeforeCommit, ...]

    def __call__(self, uow: UnitOfWork, changed: AbstractSet[Number]) -> None:
        for hook in self.hooks:
            hook(uow, changed)


def prepares(settings: Settings) -> bool:
    """Whether connections to the database keep what is asked often: an old pooler mixes them up."""
    said = settings.database_prepares
    return not settings.has_pooler if said is None else said


def prompt_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders that prompts are looked for in, the operator's own recordings first."""
    built = settings.prompts / "sounds"
    return (built,) if settings.studio is None else (settings.studio, built)


def faults_of_studio(settings: Settings, prompts: Collection[PromptId]) -> tuple[str, ...]:
    """A line for each of the operator's recordings that callers hear the built voice instead of.

    Raise SettingsError where the folder itself can't be read.
    """
    if settings.studio is None:
        return ()
    try:
        return tuple(f"PERSONSVAR_STUDIO: {line}" for line in studio_faults(settings.studio, prompts))
    except OSError as wrong:
        where = "" if wrong.filename in (None, str(settings.studio)) else f"{wrong.filename}: "
        raise SettingsError(f"PERSONSVAR_STUDIO={settings.studio}: {where}{wrong.strerror}") from wrong


def begin(settings: Settings, *, least: str) -> None:
    """Every process begins so: its files are for itself and its group, and its log is ours."""
    os.umask(0o007)
    logs.set_up(level=least, personal=settings.log_personal, key=secret_key(settings).encode())


def make_folders(settings: Settings) -> None:
    """The state's folder is for us alone; spool and media are shared with the switch."""
    _make_folder("PERSONSVAR_STATE", settings.state_folder, durable.FOLDER_MODE)
    _make_folder("PERSONSVAR_SPOOL", settings.spool_folder, SPOOL_MODE)
    _make_folder("PERSONSVAR_MEDIA", settings.media_folder, MEDIA_MODE)


def secret_key(settings: Settings) -> str:
    """The key given, or the one kept in the state folder, made there by the first who needs it."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    key = _kept(settings.key_file, new_key)
    if not is_key(key):
        raise SettingsError(
            f"{settings.key_file}: is no key (empty, or damaged); put back the one that was there"
        )
    return key


def master_key(settings: Settings) -> MasterKey:
    """What wraps the key that recordings are encrypted with. Nothing is read before it is asked for."""
    if settings.master_key_file is not None:
        return MasterKeyFile(settings.master_key_file)
    if settings.master_key_command is not None:
        command = tuple(shlex.split(settings.master_key_command))
        return MasterKeyCommand(command, settings.master_key_command_seconds)
    if settings.embedded:
        return MasterKeyFile(settings.kept_master_key)
    return NoMasterKey("set PERSONSVAR_MASTER_KEY_FILE or PERSONSVAR_MASTER_KEY_COMMAND")


def objects_of(settings: Settings) -> S3Objects | None:
    place = object_place(settings)
    return None if place is None else S3Objects(place)


def object_place(settings: Settings) -> ObjectPlace | None:
    key_id, secret = settings.objects_key_id, settings.objects_secret
    if settings.objects_url is None or settings.objects_bucket is None or key_id is None or secret is None:
        return None
    return ObjectPlace(
        settings.objects_url,
        settings.objects_bucket,
        settings.objects_region,
        key_id.get_secret_value(),
        secret.get_secret_value(),
        path_style=settings.objects_path_style,
        ca=settings.objects_ca,
        seconds=settings.objects_seconds,
    )


def has_master_key(settings: Settings) -> bool:
    """Whether one is given; an embedded database has its own, made here if there is none yet.

    Only where nothing is encrypted so far: no key takes the place of one that was lost.
    """
    if not settings.names_a_master_key and settings.embedded:
        _kept(settings.kept_master_key, new_line)
    return settings.names_a_master_key or settings.embedded


def fastagi_secret(settings: Settings) -> str:
    """The secret that the switch shows: the one given, or the one in the state folder.

    There it is made by whichever of the two starts first (the switch: dialplan/switch/secret.py).
    """
    if settings.fastagi_secret is not None:
        return settings.fastagi_secret.get_secret_value()
    file = settings.fastagi_secret_file
    secret = _kept(file, lambda: token_urlsafe(FASTAGI_SECRET_BYTES), shared=True)
    try:
        return checks.switch_secret(secret)
    except ValueError as wrong:
        raise SettingsError(f"{file}: is no secret; remove it, and start service and switch again") from wrong


def _kept(file: Path, make: Callable[[], str], *, shared: bool = False) -> str:
    try:
        return durable.kept(file, make, shared=shared)
    except OSError as wrong:
        raise SettingsError(f"{file}: {wrong.strerror}") from wrong


def _make_folder(name: str, folder: Path, mode: int) -> None:
    """Ours has no bit for others. One that was there keeps its group and what the group may do."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
            folder.chmod(mode)
        elif folder.stat().st_mode & 0o007 and folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode & 0o7770)
    except OSError as wrong:
        raise SettingsError(f"{name}={folder}: {wrong.strerror}") from wrong
