"""Settings: visual voicemail."""

from __future__ import annotations

from pathlib import Path

from personsvar.address import MAX_PORT
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.settings.field_types import HostName, ShortNumber, VisualPrefix
from personsvar.settings.group import RULES, SettingsGroup, setting


class VisualSettings(SettingsGroup):
    """Visual voicemail"""

    visual_host: HostName = setting(
        "",
        "The name phones reach this service's IMAP by, the one in its certificate, which it needs; "
        "without it there is no visual voicemail.",
    )
    visual_port: int = setting(
        0, "Port for STARTTLS that phones are told; 0: that of `PERSONSVAR_IMAP_BIND`.", ge=0, le=MAX_PORT
    )
    visual_tls_port: int = setting(
        0, "Port for TLS that phones are told; 0: that of `PERSONSVAR_IMAPS_BIND`.", ge=0, le=MAX_PORT
    )
    visual_certificate: Path | None = setting(
        None, "Certificate (PEM, with those between it and a root that phones trust)."
    )
    visual_key: Path | None = setting(None, "The certificate's private key (PEM).")
    visual_number: ShortNumber = setting(
        "", "The number phones send their requests to, and get the answers from; without it, the SMS sender."
    )
    visual_prefix: VisualPrefix = setting(
        RULES.visual_prefix, "What its SMS begin with, where the phone does not say."
    )
    visual_dialect: VisualDialect = setting(
        RULES.visual_dialect, "What a phone never heard of speaks that asks with a bare `STATUS`."
    )
    visual_state_port: int = setting(
        5496, "Application port of an iPhone's `STATE`; 0: as text.", ge=0, le=MAX_PORT
    )
    visual_update_port: int = setting(
        5499, "Application port of an iPhone's `MBOXUPDATE`; 0: as text.", ge=0, le=MAX_PORT
    )
    visual_replaces_sms: bool = setting(
        RULES.visual_replaces_sms,
        "Who has visual voicemail is told of new messages by it alone, without an SMS in words.",
    )
    visual_keep_expunged: bool = setting(
        RULES.visual_keep_expunged,
        "A message that a phone downloads and removes at once stays a saved one for the phone menu.",
    )
