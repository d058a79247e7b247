"""Which gateway each channel has, by the settings; files, where none is configured at all."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from personsvar.address import Address
from personsvar.bootstrap import Application, secret_key
from personsvar.gateways.email.email_gateway import EmailGateway
from personsvar.gateways.email.email_options import EmailOptions
from personsvar.gateways.email.mail_server import MailServerError, mail_server
from personsvar.gateways.email.mail_templates import TemplatesError, Wording, wording
from personsvar.gateways.email.signed_links import SignedLinks, signing_key
from personsvar.gateways.files.folder_gateway import FolderGateway
from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.gateways.kannel.kannel_gateway import KannelGateway
from personsvar.gateways.kannel.kannel_options import KannelOptions
from personsvar.gateways.lamps.lamp_gateway import LampGateway, LampOptions
from personsvar.gateways.lamps.sip_port import Timers
from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.gateways.no_gateway import NoGateway
from personsvar.gateways.sms.smpp_gateway import SmppGateway
from personsvar.gateways.sms.sms import TakeIncoming
from personsvar.gateways.sms.smsc import SmppOptions, smscs
from personsvar.gateways.visual.client_texts import VisualOptions
from personsvar.gateways.visual.sms_route import SmsRoute
from personsvar.gateways.visual.unknown_numbers import UnknownNumbers
from personsvar.gateways.visual.visual_gateway import VisualGateway
from personsvar.gateways.webhooks.webhook_gateway import WebhookGateway, WebhookOptions
from personsvar.mailbox.lamps import light_all
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.pin import LONGEST, SHORTEST
from personsvar.notifier.gateway import Gateway, TakeReceipt
from personsvar.settings import checks
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.voice.encode.pool import PoolEncoder
from personsvar.vvm.sms.values import Terms
from personsvar.world import jitter

log = logging.getLogger(__name__)

LAMP_SECONDS = 28.0
"""A switch that has not answered in this time will not (RFC 3261, 17.1.2.2: timer F, 32 s)."""


@dataclass(frozen=True)
class ConfiguredGateways:
    """Each gateway is made from the settings on first use. Raise SettingsError for what can't be used."""

    application: Application
    encoder: PoolEncoder
    take_receipt: TakeReceipt
    take_incoming: TakeIncoming | None = None
    """It takes the SMS that phones send."""
    unknown_numbers: UnknownNumbers | None = None

    @cached_property
    def by_channel(self) -> Mapping[Channel, Gateway]:
        """Raise SettingsError with the mistakes of all of them."""
        made: dict[Channel, Gateway] = {}
        mistakes: list[str] = []
        for channel, make in self._makers().items():
            try:
                gateway = make()
            except SettingsError as wrong:
                mistakes += wrong.lines
                continue
            if gateway is not None:
                made[channel] = gateway
        if mistakes:
            raise SettingsError(*dict.fromkeys(mistakes))
        return made

    def _makers(self) -> Mapping[Channel, Callable[[], Gateway | None]]:
        return {
            Channel.SMS: lambda: self.sms,
            Channel.MMS: self._mms,
            Channel.EMAIL: self._mail,
            Channel.WEBHOOK: self._webhook,
            Channel.LAMP: self._lamp,
            Channel.VISUAL: self._visual,
        }

    @property
    def to_files_only(self) -> bool:
        settings = self._settings
        return not any((settings.smpp_url, settings.kannel_url, settings.mm7_url, settings.smtp_url))

    @property
    def files_are_written(self) -> bool:
        return self.to_files_only or self._settings.outbox_files

    @cached_property
    def wording(self) -> Wording:
        with _blamed_on("templates", TemplatesError):
            return wording(self._settings.templates)

    @cached_property
    def links(self) -> SignedLinks | None:
        url = self._settings.public_url
        if not url:
            return None
        life = timedelta(days=self._settings.mail_link_days)
        return SignedLinks(
            url, signing_key(secret_key(self.application.settings)), life, self.application.services.clock.now
        )

    @property
    def _settings(self) -> Settings:
        return self.application.settings

    @cached_property
    def _files(self) -> FolderGateway:
        settings = self._settings
        if wrong := [*checks.folder_disagreement(variable("state"), settings.outbox_folder)]:
            raise SettingsError(*wrong)
        files = FileDelivery(
            settings.outbox_folder, settings.mail_from, settings.sms_sender, wording=self.wording
        )
        return FolderGateway(files)

    def _without(self, channel: Channel, field: str) -> SmsRoute:
        if self.files_are_written:
            return self._files
        log.warning("no gateway: notices fail", extra={"channel": channel, "setting": variable(field)})
        return NoGateway(variable(field))

    @cached_property
    def sms(self) -> SmsRoute:
        if self._settings.smpp_url is not None:
            return self._smpp(self._settings.smpp_url.get_secret_value())
        if self._settings.kannel_url is not None:
            return self._kannel(self._settings.kannel_url.get_secret_value())
        return self._without(Channel.SMS, "smpp_url")

    def _smpp(self, urls: str) -> SmppGateway:
        settings = self._settings
        with _blamed_on("smpp_url", ValueError):
            options = SmppOptions(
                sender=settings.sms_sender,
                window=settings.smpp_window,
                system_type=settings.smpp_system_type,
                long_texts=settings.smpp_long_texts,
                receipt_ids=settings.smpp_receipt_ids,
                ca_file=settings.gateway_ca,
                hours=settings.notice_hours,
                seconds=settings.notice_lease_seconds / 2,
            )
            return SmppGateway(
                smscs(urls),
                options,
                take_receipt=self.take_receipt,
                take_incoming=self.take_incoming,
                clock=self.application.services.clock,
                jitter=jitter,
            )

    def _kannel(self, url: str) -> KannelGateway:
        settings = self._settings
        with _blamed_on("kannel_url", ValueError):
            options = KannelOptions(
                url=url,
                sender=settings.sms_sender,
                receipts_at=settings.public_url or f"http://{settings.http_bind}",
                key=key_for(settings, "kannel"),
                seconds=settings.notice_lease_seconds / 2,
                hours=settings.notice_hours,
                ca_file=settings.gateway_ca,
            )
            return KannelGateway(options, clock=self.application.services.clock, jitter=jitter)

    def _mms(self) -> Gateway:
        settings = self._settings
        if settings.mm7_url is None:
            return self._without(Channel.MMS, "mm7_url")
        options = Mm7Options(
            sender=settings.sms_sender,
            sender_kind=settings.mm7_sender_kind,
            vasp_id=settings.mm7_vasp_id,
            vas_id=settings.mm7_vas_id,
            service_code=settings.mm7_service_code,
            version=settings.mm7_version,
            namespace=settings.mm7_namespace,
            largest_kilobytes=settings.mms_kilobytes,
            life_hours=settings.mms_hours,
            ca_file=settings.gateway_ca,
            encode_seconds=settings.notice_lease_seconds / 6,
            answer_seconds=settings.notice_lease_seconds / 3,
        )
        with _blamed_on("mm7_url", ValueError):
            return Mm7Gateway(
                settings.mm7_url.get_secret_value(),
                encoder=self.encoder,
                clock=self.application.services.clock,
                options=options,
            )

    def _mail(self) -> Gateway:
        settings = self._settings
        if settings.smtp_url is None:
            return self._without(Channel.EMAIL, "smtp_url")
        options = EmailOptions(
            sender=settings.mail_from,
            sound=settings.mail_sound,
            max_bytes=round(settings.mail_megabytes * 1_000_000),
            connections=settings.mail_connections,
            seconds=settings.notice_lease_seconds / 3,
            encode_seconds=settings.notice_lease_seconds / 6,
        )
        with _blamed_on("smtp_url", MailServerError):
            return EmailGateway(
                mail_server(settings.smtp_url.get_secret_value(), ca_file=settings.gateway_ca),
                options,
                wording=self.wording,
                encoder=self.encoder,
                links=self.links,
                jitter=jitter,
            )

    def _webhook(self) -> Gateway | None:
        settings = self._settings
        if settings.webhook_url is None or settings.webhook_secret is None:
            return None
        urls = settings.webhook_url.get_secret_value().split(",")
        options = WebhookOptions(
            urls=tuple(url.strip() for url in urls),
            secret=settings.webhook_secret.get_secret_value(),
            networks=settings.webhook_networks,
            seconds=settings.notice_lease_seconds / 2,
            ca_file=settings.gateway_ca,
        )
        with _blamed_on("webhook_url", ValueError):
            return WebhookGateway(options, clock=self.application.services.clock, jitter=jitter)

    def _lamp(self) -> Gateway | None:
        switch = self._settings.lamp_sip
        if switch is None:
            return None
        timers = Timers(give_up_seconds=min(LAMP_SECONDS, self._settings.notice_lease_seconds / 2))
        return LampGateway(LampOptions(switch, timers=timers), on_back=self._light_all)

    def _visual(self) -> Gateway | None:
        if not self._settings.visual_host:
            return None
        options, clock = visual_options(self._settings), self.application.services.clock
        return VisualGateway(options, self.sms, clock=clock, unknown_numbers=self.unknown_numbers)

    async def _light_all(self) -> None:
        await asyncio.to_thread(light_all, self.application.outbox_services)


def key_for(settings: Settings, purpose: str) -> bytes:
    """A key derived from the secret key for one purpose: the same in all processes, and over restarts."""
    return hmac.digest(secret_key(settings).encode(), purpose.encode(), hashlib.sha256)


def visual_options(settings: Settings) -> VisualOptions:
    """What phones are told of this installation."""
    number = settings.visual_number
    return VisualOptions(
        host=settings.visual_host,
        port=settings.visual_port or Address.parse(settings.imap_bind).port,
        tls_port=settings.visual_tls_port or Address.parse(settings.imaps_bind).port,
        terms=Terms(
            menu_number=settings.access_number,
            client_number=number,
            greeting_seconds=int(settings.max_greeting_seconds),
            signature_seconds=int(settings.max_greeting_seconds),
            pin_shortest=SHORTEST,
            pin_longest=LONGEST,
        ),
        sender=number,
        prefix=settings.visual_prefix,
        state_port=settings.visual_state_port,
        update_port=settings.visual_update_port,
        hours=settings.notice_hours,
    )


@contextmanager
def _blamed_on(field: str, mistake: type[Exception]) -> Iterator[None]:
    """What a gateway can't make sense of is a mistake in its setting; its value may hold a password."""
    try:
        yield
    except mistake as wrong:
        raise SettingsError(f"{variable(field)}: {wrong}") from wrong
