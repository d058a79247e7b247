"""All settings together: which of them go with which, and what the program reads out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.rules import Rules
from personsvar.settings import checks, defaults
from personsvar.settings.calendar_settings import CalendarSettings
from personsvar.settings.field_types import scheme_of
from personsvar.settings.folder_settings import FolderSettings
from personsvar.settings.gateway_settings import GatewaySettings
from personsvar.settings.group import SettingsGroup, variable
from personsvar.settings.listening_settings import ListeningSettings
from personsvar.settings.log_settings import LogSettings
from personsvar.settings.maintenance_settings import MaintenanceSettings
from personsvar.settings.recordings_settings import RecordingsSettings
from personsvar.settings.rules_settings import RulesSettings
from personsvar.settings.switch_settings import SwitchSettings
from personsvar.settings.transcript_settings import TranscriptSettings
from personsvar.settings.visual_settings import VisualSettings

BINDS = ("fastagi_bind", "esl_bind", "http_bind", "health_bind", "imap_bind", "imaps_bind")
APART = {"http_bind", "health_bind"}
"""No process opens both, and in containers each has all ports for itself: there one may be everywhere."""


class Settings(
    RulesSettings,
    MaintenanceSettings,
    LogSettings,
    VisualSettings,
    CalendarSettings,
    TranscriptSettings,
    GatewaySettings,
    SwitchSettings,
    ListeningSettings,
    RecordingsSettings,
    FolderSettings,
):
    """All settings; each process reads them all, whatever of them it needs."""

    @classmethod
    def groups(cls) -> tuple[type[SettingsGroup], ...]:
        """The groups as docs/settings.md orders them: the first base is asked first, and written last."""
        return tuple(reversed(cls.__bases__))

    def disagreements(self) -> Iterator[str]:
        """Yields a line for each pair of settings that don't go together."""
        yield from self._of_the_service()
        yield from self._of_the_database()
        yield from self._of_the_object_store()
        yield from self._of_transcripts()
        yield from self._of_folders()
        yield from self._of_addresses()
        yield from self._of_the_switch()

    def _of_the_service(self) -> Iterator[str]:
        if self.min_message_seconds >= self.max_message_seconds:
            yield "PERSONSVAR_MIN_MESSAGE_SECONDS should be less than PERSONSVAR_MAX_MESSAGE_SECONDS"
        if self.webhook_url is not None and self.webhook_secret is None:
            yield "PERSONSVAR_WEBHOOK_URL needs PERSONSVAR_WEBHOOK_SECRET to sign with"
        secret = self.fastagi_secret is not None
        yield from checks.secret_disagreement(self.fastagi_bind, secret=secret)
        yield from checks.secret_disagreement(self.esl_bind, secret=secret, setting="ESL_BIND")
        if self.master_key_file is not None and self.master_key_command is not None:
            yield "PERSONSVAR_MASTER_KEY_FILE and PERSONSVAR_MASTER_KEY_COMMAND: give one of them"
        if self.smpp_url is not None and self.kannel_url is not None:
            yield "PERSONSVAR_SMPP_URL and PERSONSVAR_KANNEL_URL: give one of them"

    def _of_the_database(self) -> Iterator[str]:
        if self.has_pooler and not all(
            scheme_of(url).startswith("postgresql") for url in (self.pooled_database, self.database)
        ):
            yield (
                "PERSONSVAR_DATABASE_DIRECT_URL is for a pooler of PostgreSQL, which PERSONSVAR_DATABASE_URL "
                "names"
            )
        if self.replica is not None and not all(
            scheme_of(url).startswith("postgresql") for url in (self.replica, self.database)
        ):
            yield (
                "PERSONSVAR_DATABASE_REPLICA_URL is for a standby of PostgreSQL, whose primary "
                "PERSONSVAR_DATABASE_URL names"
            )

    def _of_the_object_store(self) -> Iterator[str]:
        whole = ("objects_url", "objects_bucket", "objects_key_id", "objects_secret")
        missing = [variable(field) for field in whole if getattr(self, field) is None]
        if missing and (self.recordings == "objects" or len(missing) < len(whole)):
            yield f"an object store for recordings needs {', '.join(missing)}, too"

    def _of_transcripts(self) -> Iterator[str]:
        if self.transcriber == "http" and not self.transcriber_url:
            yield "PERSONSVAR_TRANSCRIBER=http needs PERSONSVAR_TRANSCRIBER_URL, too"
        if self.transcriber != "none" and self.transcriber_model is None:
            yield f"PERSONSVAR_TRANSCRIBER={self.transcriber} needs PERSONSVAR_TRANSCRIBER_MODEL, too"
        if self.transcript_hours * 3600 <= self.transcriber_seconds:
            yield "PERSONSVAR_TRANSCRIBER_SECONDS should be less than PERSONSVAR_TRANSCRIPT_HOURS"

    def _of_folders(self) -> Iterator[str]:
        """Of those that lie in the state folder unless something else is said."""
        for field, given, folder in (
            ("spool", self.spool, self.spool_folder),
            ("media", self.media, self.media_folder),
        ):
            if given is None:
                yield from checks.folder_disagreement(variable(field), folder)

    def _of_addresses(self) -> Iterator[str]:
        for (one, bind), (other, taken) in combinations(self.binds.items(), 2):
            if bind == taken if {one, other} == APART else checks.is_one_place(bind, taken):
                yield f"{variable(other)}={taken!r}: is that of {variable(one)}; each needs one of its own"

    def _of_the_switch(self) -> Iterator[str]:
        certified = bool(self.sip_tls_certificate and self.sip_tls_key)
        yield from checks.tls_disagreements(self.sip_tls_port, self.sip_port, certified=certified)
        yield from checks.srtp_disagreement(srtp=self.sip_srtp == "1", tls=bool(self.sip_tls_port))
        yield from checks.bridge_disagreement(
            self.trunk_hosts, published=self.sip_publish, bridge=self.sip_gateway
        )

    def rules(self) -> Rules:
        """The manual's numbers, as the domain knows them."""
        values = {one.name: getattr(self, one.name) for one in fields(Rules) if hasattr(self, one.name)}
        of_gateways = {
            "webhooks": self.webhook_url is not None,
            "lamps": self.lamp_sip is not None,
            "visual": bool(self.visual_host),
            "transcripts": self.transcriber != "none",
            "transcripts_sent_to": self.transcripts_sent_to,
        }
        return Rules(**{**values, **of_gateways, "access_number": Number(self.access_number)})

    @property
    def transcripts_sent_to(self) -> str:
        """The host that recordings go to to be written down; empty: they stay on this machine."""
        host = urlsplit(self.transcriber_url).hostname if self.transcriber == "http" else None
        return host or ""

    @property
    def binds(self) -> dict[str, str]:
        """Where a service listens, by the setting's field."""
        given = {field: getattr(self, field) for field in BINDS}
        return {field: bind for field, bind in given.items() if bind not in (None, defaults.NOWHERE)}

    @property
    def state_folder(self) -> Path:
        return self.state.absolute()

    @property
    def spool_folder(self) -> Path:
        return self.spool or self.state_folder / "spool"

    @property
    def media_folder(self) -> Path:
        return self.media or self.state_folder / "media"

    @property
    def outbox_folder(self) -> Path:
        return self.state_folder / "outbox"

    @property
    def fastagi_secret_file(self) -> Path:
        """The secret is kept there when none is given; the switch looks there too."""
        return self.state_folder / defaults.KEPT_AS

    @property
    def key_file(self) -> Path:
        return self.state_folder / "secret.key"

    @property
    def kept_master_key(self) -> Path:
        """Where the master key of an embedded database is made when none is given."""
        return self.state_folder / "master.key"

    @property
    def database(self) -> str:
        """The database's URL, past a pooler; it may hold a password, so it is never logged."""
        direct = self.database_direct_url
        return self.pooled_database if direct is None else direct.get_secret_value()

    @property
    def pooled_database(self) -> str:
        """Where units of work are done: the pooler, where there is one."""
        if self.database_url is None:
            return f"sqlite:///{self.state_folder / 'personsvar.db'}"
        return self.database_url.get_secret_value()

    @property
    def replica(self) -> str | None:
        url = self.database_replica_url
        return None if url is None else url.get_secret_value()

    @property
    def has_pooler(self) -> bool:
        return self.database_direct_url is not None

    @property
    def names_an_object_store(self) -> bool:
        return self.objects_url is not None

    @property
    def names_a_master_key(self) -> bool:
        return self.master_key_file is not None or self.master_key_command is not None

    @property
    def embedded(self) -> bool:
        """True for SQLite: one machine, upgraded by itself at start."""
        return scheme_of(self.database).startswith("sqlite")


def is_secret(field: str) -> bool:
    extra = Settings.model_fields[field].json_schema_extra
    return isinstance(extra, dict) and bool(extra["secret"])
