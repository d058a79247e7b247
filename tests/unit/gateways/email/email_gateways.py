"""E-mail gateways for the tests: impatient, and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from personsvar.gateways.email.email_gateway import EmailGateway
from personsvar.gateways.email.mail_server import mail_server
from personsvar.gateways.email.mail_templates import wording
from personsvar.gateways.email.signed_links import SignedLinks
from personsvar.voice.encoder import Encoder
from tests.unit.gateways.email.mails import SmallEncoder
from tests.wire.gateway_options import email_options
from tests.wire.until import until

SENDER = "voicemail@example.test"
SOON = {"first_pause_seconds": 0.02, "longest_pause_seconds": 0.1}


def gateway(
    url: str,
    *,
    ca_file: Path | None = None,
    encoder: Encoder | None = None,
    links: SignedLinks | None = None,
    **options: Any,
) -> EmailGateway:
    return EmailGateway(
        mail_server(url, ca_file=ca_file),
        email_options(**{"sender": SENDER, "seconds": 60, **SOON, **options}),
        wording=wording(),
        encoder=encoder or SmallEncoder(),
        links=links,
        jitter=lambda: 0.5,
    )


@asynccontextmanager
async def opened(url: str, **wishes: Any) -> AsyncIterator[EmailGateway]:
    """With somebody there."""
    it = gateway(url, **wishes)
    await it.open()
    try:
        await until(lambda: it.is_up)
        yield it
    finally:
        await it.close()
