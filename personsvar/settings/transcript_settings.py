"""Settings: transcripts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from personsvar.settings.field_types import EngineKey, Plain, PublicUrl
from personsvar.settings.group import RULES, SettingsGroup, setting


class TranscriptSettings(SettingsGroup):
    """Transcripts"""

    transcriber: Literal["none", "http", "local"] = setting(
        "none",
        "What writes down what messages say, for subscribers who wish it (transcripts.md): nothing, a server "
        "that speaks the OpenAI form, or faster-whisper on this machine. Give it to every service.",
    )
    transcriber_url: PublicUrl = setting(
        "",
        "Of `http`: that server, `https://host`; without a path `/v1/audio/transcriptions` is put behind.",
    )
    transcriber_key: EngineKey | None = setting(
        None, "Of `http`: what that server wants to be shown, as a bearer token.", secret=True
    )
    transcriber_model: Plain | None = setting(
        None, "Of `http`: the model's name, as that server knows it. Of `local`: the model's folder."
    )
    transcriber_seconds: float = setting(
        300,
        "How long one message may take; then the engine is stopped, and tried again later.",
        unit="s",
        ge=10,
        le=3600,
    )
    transcript_hours: float = setting(
        6, "Age at which a message that was not written down gets no transcript any more.", unit="h", gt=0
    )
    transcript_attempts: int = setting(
        4, "Tries before a message gets no transcript.", unit="tries", ge=1, le=100
    )
    transcript_minutes_a_day: float = setting(
        RULES.transcript_minutes_a_day,
        "So much sound is written down a day (UTC), of all mailboxes together; what is above it gets no "
        "transcript, or the next day. 0: any.",
        unit="min",
        ge=0,
    )
    transcript_mail_seconds: float = setting(
        RULES.transcript_mail_seconds,
        "A copy by e-mail waits so long for its transcript. 0: it goes at once, without.",
        unit="s",
        ge=0,
        le=3600,
    )
    transcript_visual_seconds: float = setting(
        RULES.transcript_visual_seconds,
        "A phone with visual voicemail is told of a new message so much later at most, to find its text "
        "there: what was fetched without never gets it (visual-voicemail.md). 0: it is told at once.",
        unit="s",
        ge=0,
        le=600,
    )

    @property
    def transcriber_folder(self) -> Path | None:
        """Of a local engine: where its model is."""
        return None if self.transcriber_model is None else Path(self.transcriber_model)
