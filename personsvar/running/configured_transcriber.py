"""Which engine writes messages down, by the settings."""

from __future__ import annotations

from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.engine_files import NoLocalEngineError
from personsvar.gateways.transcripts.http_transcriber import HttpTranscriber
from personsvar.gateways.transcripts.local_transcriber import LocalTranscriber
from personsvar.gateways.transcripts.transcriber_options import HttpTranscriberOptions
from personsvar.mailbox.ports.transcriber import Transcriber
from personsvar.mailbox.ports.world import Clock
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.world import jitter


def transcriber_of(settings: Settings, clock: Clock) -> Transcriber | None:
    """None: messages are not written down. Raise SettingsError for an engine that can't be."""
    if settings.transcriber == "http":
        return _http(settings, clock)
    return _local(settings) if settings.transcriber == "local" else None


def _http(settings: Settings, clock: Clock) -> Transcriber:
    key = settings.transcriber_key
    try:
        options = HttpTranscriberOptions(
            url=settings.transcriber_url,
            key="" if key is None else key.get_secret_value(),
            model=settings.transcriber_model or "",
            seconds=settings.transcriber_seconds,
            ca_file=settings.gateway_ca,
        )
        return HttpTranscriber(options, clock=clock, jitter=jitter)
    except ValueError as wrong:
        raise SettingsError(f"{variable('transcriber_url')}: {wrong}") from wrong


def _local(settings: Settings) -> Transcriber | None:
    folder = settings.transcriber_folder
    if folder is None:  # the settings say so already
        return None
    try:
        return LocalTranscriber(folder, EngineBounds.within(settings.transcriber_seconds))
    except NoLocalEngineError as wrong:
        raise SettingsError(f"{variable('transcriber_model')}={folder}: {wrong}") from wrong
