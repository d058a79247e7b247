"""What the operator writes in kannel.conf to bring phones' requests here."""

from __future__ import annotations

from personsvar.gateways.kannel import incoming_url
from personsvar.running.configured_gateways import key_for
from personsvar.settings.all_settings import Settings


def kannel_config(settings: Settings) -> str:
    """Its `get-url` holds what Kannel shows: whoever has it may speak for any phone."""
    base = settings.public_url or f"http://{settings.http_bind}"
    url = incoming_url(base, key=key_for(settings, "kannel"))
    lines = (
        "group = sms-service",
        "keyword = default",
        "max-messages = 0",
        "accepted-smsc = smsc  # the one that brings them",
        f'get-url = "{url}"',
    )
    return "".join(f"{line}\n" for line in lines)
