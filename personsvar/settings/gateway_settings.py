"""Settings: telling the subscriber."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import SecretStr

from personsvar.settings.field_types import (
    EmailSender,
    Folder,
    Login,
    Networks,
    Plain,
    Printable,
    PublicUrl,
    SmsSender,
    SystemType,
    Token,
    WebhookSecret,
    host_and_port,
    url,
)
from personsvar.settings.group import RULES, SettingsGroup, setting


class GatewaySettings(SettingsGroup):
    """Telling the subscriber"""

    smpp_url: Annotated[SecretStr, url("smpp", "smpps", several=True)] | None = setting(
        None,
        "SMS gateway, `smpp://id:password@host:port`, with `?alphabet=latin1`, `ascii` or `ucs2` behind "
        "it where the SMSC's is not `gsm7`; several with commas between.",
        secret=True,
    )
    smtp_url: Annotated[SecretStr, url("smtp", "smtps")] | None = setting(
        None, "Mail server, `smtp[s]://user:password@host:port`.", secret=True
    )
    mm7_url: Annotated[SecretStr, url("https", "http")] | None = setting(
        None, "MMS gateway (MM7), `http[s]://user:password@host/path`.", secret=True
    )
    outbox_files: bool = setting(
        False,
        "Channels without a gateway write their notices, with recordings, to `outbox` of the state folder "
        "though another channel has a gateway; else such notices fail. Without any gateway all do.",
    )
    mail_from: EmailSender = setting("personsvar@localhost", "Sender of the e-mails.")
    sms_sender: SmsSender = setting(
        "Personsvar", "Sender shown on SMS and MMS: a number, or 11 letters and digits at most."
    )
    gateway_ca: Path | None = setting(
        None, "Certificates (PEM) of those that sign the gateways' own; without it, the system's."
    )
    smpp_window: int = setting(
        10, "Messages under way at once in one session.", unit="messages", ge=1, le=1000
    )
    smpp_system_type: SystemType = setting("", "`system_type` of the bind, where the SMSC asks for one.")
    smpp_long_texts: Literal["udh", "sar", "payload"] = setting(
        "udh", "How long texts go: parts with a header, parts with `sar_` TLVs, or one `message_payload`."
    )
    smpp_receipt_ids: Literal["as-is", "hex", "decimal"] = setting(
        "as-is", "How receipts write the id of `submit_sm_resp`: alike, or in this other base."
    )
    kannel_url: Annotated[SecretStr, url("http", "https")] | None = setting(
        None,
        "SMS gateway in Kannel's form, `http://user:password@host:port/cgi-bin/sendsms`; in place of SMPP.",
        secret=True,
    )
    mm7_vasp_id: Printable = setting("", "`VASPID` in MM7, as agreed with the MMSC's operator.")
    mm7_vas_id: Printable = setting("", "`VASID` in MM7.")
    mm7_service_code: Printable = setting("", "`ServiceCode` in MM7, for charging.")
    mm7_sender_kind: Literal["Number", "ShortCode"] = setting("ShortCode", "What the sender's address is.")
    mm7_version: Plain = setting("6.8.0", "`MM7Version`.")
    mm7_namespace: Plain = setting(
        "http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4", "XML namespace of MM7."
    )
    mm7_report_login: Login | None = setting(
        None,
        "`user:password` the MMSC has to show when it posts reports to `/gateways/mm7`, the password of at "
        "least 8 characters; none: no reports are taken.",
        secret=True,
    )
    mms_kilobytes: int = setting(300, "Largest MMS: the sound is made to fit.", unit="kB", ge=30, le=10_000)
    mail_sound: Literal["mp3", "wav"] = setting("mp3", "The form of the recording in an e-mail.")
    mail_megabytes: float = setting(
        10, "Largest e-mail; above it a signed link stands in for the recording.", unit="MB", gt=0
    )
    mail_link_days: float = setting(14, "How long such a link works.", unit="days", gt=0)
    mail_connections: int = setting(5, "Connections to the mail server.", unit="connections", ge=1, le=100)
    templates: Folder | None = setting(
        None, "Folder of the operator's own e-mail templates; each file takes the place of the built-in one."
    )
    public_url: PublicUrl = setting(
        "", "Where others reach this service's HTTP (links in e-mails, receipts): `https://host`."
    )
    webhook_url: Annotated[SecretStr, url("https", "http", several=True)] | None = setting(
        None, "Where events are posted; several with commas between.", secret=True
    )
    webhook_secret: WebhookSecret | None = setting(
        None, "Key that events are signed with: `whsec_` and 24 to 64 bytes in base64.", secret=True
    )
    webhook_networks: Networks = setting(
        (), "Private networks that events may go to all the same, with commas between: `10.1.0.0/16`."
    )
    lamp_sip: Annotated[str, host_and_port("127.0.0.1:5060", least=1)] | None = setting(
        None, "The switch's SIP address (UDP) for message-waiting lamps, `127.0.0.1:5060`; none: no lamps."
    )
    sms_per_second: float = setting(0, "Most SMS a second from one notifier; 0: any.", unit="1/s", ge=0)
    mms_per_second: float = setting(0, "Most MMS a second.", unit="1/s", ge=0)
    mails_per_second: float = setting(0, "Most e-mails a second.", unit="1/s", ge=0)
    notice_lease_seconds: float = setting(
        60,
        "How long one worker holds a notice before another may take it over. Gateways are given half of it.",
        unit="s",
        ge=10,
    )
    notice_retry_seconds: float = setting(
        10, "Wait before the second try; it doubles with each, up to an hour.", unit="s", gt=0, le=3600
    )
    notice_attempts: int = setting(12, "Tries before a notice is given up.", unit="tries", ge=1)
    notice_hours: float = setting(
        24, "Age at which an SMS or an event is worthless and given up.", unit="h", gt=0
    )
    mms_hours: float = setting(
        1, "Age at which an MMS that nobody takes is given up, and an SMS sent in its place.", unit="h", gt=0
    )
    mail_hours: float = setting(72, "Age at which an e-mail is given up.", unit="h", gt=0)
    mms_to_sms: bool = setting(RULES.mms_to_sms, "An MMS that can't be delivered becomes an SMS.")
    missed_calls_seconds: float = setting(
        RULES.missed_calls_seconds,
        "Missed calls of one caller within this time are one notice, sent when it is over. 0: each at once.",
        unit="s",
        ge=0,
        le=3600,
    )
    missed_calls_an_hour: int = setting(
        RULES.missed_calls_an_hour,
        "Notices of missed calls for one mailbox within an hour; above it all further ones are told "
        "together, in one SMS an hour. 0: any.",
        unit="1/h",
        ge=0,
    )
    new_messages_an_hour: int = setting(
        RULES.new_messages_an_hour,
        "SMS and MMS of new messages for one mailbox within an hour; above it the same. E-mails go on. "
        "0: any.",
        unit="1/h",
        ge=0,
    )
    nearly_full_percent: int = setting(
        RULES.nearly_full_percent, "A mailbox this full is told of.", unit="%", ge=1, le=100
    )
    soon_deleted_days: int = setting(
        RULES.soon_deleted_days,
        "So long before a message is removed by its age, its owner is told. 0: never.",
        unit="days",
        ge=0,
    )
    absence_reminder_days: int = setting(
        RULES.absence_reminder_days,
        "So often an owner is told that the absence greeting is on. 0: never.",
        unit="days",
        ge=0,
    )
    api_token: Token | None = setting(
        None,
        "Bearer token of the HTTP API, `/v1/…`, at least 16 characters. Without it the API answers nobody.",
        secret=True,
    )
