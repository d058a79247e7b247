"""What is agreed with gateways, for the tests: each names what it is about."""

from __future__ import annotations

from typing import Any

from personsvar.gateways.email.email_options import EmailOptions
from personsvar.gateways.kannel.kannel_options import KannelOptions
from personsvar.gateways.mms.mm7_options import NAMESPACE, Mm7Options
from personsvar.gateways.sms.smsc import SmppOptions
from personsvar.gateways.transcripts.transcriber_options import HttpTranscriberOptions
from personsvar.gateways.webhooks.webhook_gateway import WebhookOptions


def smpp_options(**other: Any) -> SmppOptions:
    texts = {"sender": "Personsvar", "system_type": "", "long_texts": "udh", "receipt_ids": "as-is"}
    return SmppOptions(**{**texts, "window": 10, "hours": 24, "seconds": 30, "ca_file": None, **other})


def kannel_options(url: str, **other: Any) -> KannelOptions:
    known = {"sender": "Personsvar", "receipts_at": "", "key": b"", "seconds": 30, "hours": 24}
    return KannelOptions(**{"url": url, **known, "ca_file": None, **other})


def mm7_options(**other: Any) -> Mm7Options:
    names = {"sender": "2440", "sender_kind": "ShortCode", "vasp_id": "", "vas_id": "", "service_code": ""}
    form = {"version": "6.8.0", "namespace": NAMESPACE, "largest_kilobytes": 300, "life_hours": 24}
    return Mm7Options(**{**names, **form, "ca_file": None, **other})


def email_options(**other: Any) -> EmailOptions:
    known = {"sender": "voicemail@example.test", "sound": "mp3", "max_bytes": 10_000_000, "connections": 5}
    return EmailOptions(**{**known, "seconds": 20, "encode_seconds": 10, **other})


def webhook_options(*urls: str, **other: Any) -> WebhookOptions:
    return WebhookOptions(**{"urls": urls, "networks": (), "seconds": 30, "ca_file": None, **other})


def transcriber_options(url: str, **other: Any) -> HttpTranscriberOptions:
    known = {"url": url, "key": "", "model": "nb-whisper-small", "seconds": 30}
    return HttpTranscriberOptions(**{**known, "ca_file": None, **other})
