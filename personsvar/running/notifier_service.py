"""The notifier: lanes over the gateways, background work beside them, and its HTTP."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial

from personsvar.bootstrap import Application
from personsvar.gateways.files.outbox_tidying import tidy_files
from personsvar.gateways.mms.mm7_client import gateway_name
from personsvar.gateways.visual.activation_requests import ActivationRequests
from personsvar.gateways.visual.unknown_numbers import UnknownNumbers
from personsvar.http.api.guard import Guard
from personsvar.http.api.kannel import kannel_router
from personsvar.http.api.routes import api_routers, calendar_routers, mailbox_routers, upkeep_routers
from personsvar.http.api.visual import visual_router
from personsvar.http.app import Routes, make_app
from personsvar.http.connection_limits import ConnectionLimits
from personsvar.http.health import Check
from personsvar.http.http_server import HttpServer
from personsvar.http.kannel_callbacks import incoming_router
from personsvar.http.kannel_callbacks import receipts_router as kannel_receipts
from personsvar.http.metrics import Meter
from personsvar.http.mm7_callbacks import reports_router
from personsvar.http.recording_links import recordings_router
from personsvar.intake import purge
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.hastening import Hastening
from personsvar.mailbox.import_jobs import work_on_imports
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.receipts import take_receipts
from personsvar.mailbox.reminders import remind_once
from personsvar.mailbox.retention import Retention
from personsvar.mailbox.tallies import count_up
from personsvar.mailbox.tidying import expire_secrets, tidy_ledger, tidy_mailboxes
from personsvar.mailbox.transcription.giving_up import give_up_old
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.outbox_worker import OutboxWorker
from personsvar.notifier.outbox.receipt_batches import ReceiptBatches
from personsvar.notifier.outbox.retry_policy import RetryPolicy
from personsvar.notifier.outbox.store_watch import StoreWatch
from personsvar.running.bounded_call import Loop
from personsvar.running.chores import Chore
from personsvar.running.configured_calendars import CalendarWork
from personsvar.running.configured_gateways import ConfiguredGateways, key_for, visual_options
from personsvar.running.duty_cycle import DutyCycle
from personsvar.running.figures import meter_of_retention, meters_of_notices, meters_of_visual
from personsvar.running.gateway_looks import GatewayLooks
from personsvar.running.health_checks import on_loop
from personsvar.running.http_sounds import HttpSounds
from personsvar.running.kannel_config import kannel_config
from personsvar.running.lane_limits import LaneLimits
from personsvar.running.object_figures import meter_of_loose_objects
from personsvar.running.profile_page import ProfilePage
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.storage.postgres_listener import PostgresListener
from personsvar.storage.removing import Removal
from personsvar.voice.encode.pool import PoolEncoder
from personsvar.world import jitter, uptime

log = logging.getLogger(__name__)

SECRETS_SECONDS = 30.0
REMINDERS_SECONDS = 60.0
LEDGER_SECONDS = 3600.0
FILES_SECONDS = 60.0
KEY_USES_SECONDS = 30.0
IMPORTS_SECONDS = 1.0
FIGURES_SECONDS = 5.0
LOOKS_SECONDS = 60.0
HASTENING_SECONDS = 30.0
OBJECTS_SECONDS = 10.0


@dataclass
class NotifierService:
    """Everything that tells subscribers, in one process; a `running.service_process.WebService`."""

    application: Application
    encoder: PoolEncoder = field(default_factory=PoolEncoder)
    unknown_numbers: UnknownNumbers = field(default_factory=UnknownNumbers)
    figures: DeliveryFigures = field(default_factory=DeliveryFigures)
    _duty: DutyCycle = field(default_factory=DutyCycle)
    _store_watch: StoreWatch = field(default_factory=StoreWatch)
    _http: HttpServer | None = None

    @cached_property
    def gateways(self) -> ConfiguredGateways:
        incoming = None if self.requests is None else self.requests.take
        return ConfiguredGateways(
            self.application, self.encoder, self._receipts().take, incoming, self.unknown_numbers
        )

    @cached_property
    def requests(self) -> ActivationRequests | None:
        """What takes phones' requests for visual voicemail."""
        settings = self.application.settings
        if not settings.visual_host:
            return None
        return ActivationRequests(
            self.application.services, self._threads, self.unknown_numbers, visual_options(settings)
        )

    @cached_property
    def worker(self) -> OutboxWorker:
        return OutboxWorker(self.gateways.by_channel, self._lane, self.encoder.close)

    @cached_property
    def listener(self) -> PostgresListener | None:
        """PostgreSQL notifies of what another process commits; with SQLite the lanes look each second."""
        settings = self.application.settings
        return None if settings.embedded else PostgresListener(settings.database, self.worker.ring)

    @cached_property
    def chores(self) -> tuple[Chore, ...]:
        application = self.application
        mailboxes, outbox = application.chore_services, application.outbox_chore_services
        return (
            Chore("secrets", lambda: expire_secrets(outbox), SECRETS_SECONDS, duty=self._duty),
            Chore("ledger", lambda: tidy_ledger(outbox, uptime()), LEDGER_SECONDS, duty=self._duty),
            Chore("tidying", lambda: tidy_mailboxes(mailboxes, uptime()), LEDGER_SECONDS, duty=self._duty),
            self._reminders,
            Chore("imports", lambda: work_on_imports(application.services), IMPORTS_SECONDS),
            Chore("key uses", lambda: self.guard.uses.write(application.services), KEY_USES_SECONDS),
            Chore("outbox files", self._tidy_files, FILES_SECONDS),
            Chore("figures", lambda: count_up(outbox), FIGURES_SECONDS, duty=self._duty),
            Chore("hastening", Hastening(outbox).once, self._round_of_leases),
            Chore("old transcripts", self._give_up_transcripts, REMINDERS_SECONDS, duty=self._duty),
            Chore("gateway looks", self.looks.once, LOOKS_SECONDS),
            Chore("objects", Removal(application.store.unhurried()).once, OBJECTS_SECONDS, duty=DutyCycle()),
            self.calendars.chore,
            self._removing,
        )

    @property
    def _round_of_leases(self) -> float:
        """By then a lease that was there a round ago is over."""
        return max(HASTENING_SECONDS, self.application.settings.notice_lease_seconds)

    @cached_property
    def _removing(self) -> Chore:
        minutes = self.application.settings.retention_minutes
        return Chore("retention", self._remove_old, minutes * 60, duty=self._duty)

    def _remove_old(self) -> int:
        return self.retention.once()

    @cached_property
    def _reminders(self) -> Chore:
        return Chore("reminders", self._remind, REMINDERS_SECONDS, duty=self._duty)

    def _remind(self) -> int:
        return remind_once(self.application.chore_services, self._reminders.rest)

    def _give_up_transcripts(self) -> int:
        """Here, for there may be no service that writes messages down, or none any more."""
        return give_up_old(self.application.outbox_services, hours=self.application.settings.transcript_hours)

    @cached_property
    def looks(self) -> GatewayLooks:
        return GatewayLooks(self.application.outbox_services, lambda: self.gateways.by_channel)

    @cached_property
    def calendars(self) -> CalendarWork:
        return CalendarWork(self.application)

    @cached_property
    def retention(self) -> Retention:
        return Retention(self.application.chore_services, uptime, self._removing.rest)

    def start(self) -> None:
        self.application.notices_committed.connect(self.worker.ring)
        try:
            self.worker.start()
        except OSError as wrong:  # the certificates are the one thing gateways read as they open
            ca = self.application.settings.gateway_ca
            raise SettingsError(f"{variable('gateway_ca')} ({ca}): {wrong.strerror}") from wrong
        if self.listener is not None:
            self.listener.start()

    def stop(self) -> None:
        if self.listener is not None:
            self.listener.stop()
        self.worker.stop()

    @property
    def checks(self) -> Mapping[str, Check]:
        return {"notices": on_loop(lambda: self.worker.loop)}

    @property
    def loops(self) -> Mapping[str, Loop]:
        """HTTP's loop is one of them: receipts and phones' requests come in there."""
        return {"notices": lambda: self.worker.loop, "http": lambda: self._http.loop if self._http else None}

    def meters(self) -> list[Meter]:
        application = self.application
        return [
            *meters_of_notices(application, self.figures, lambda: self.gateways.by_channel),
            *meters_of_visual(application),
            meter_of_retention(self.retention),
            *self._meter_of_loose_objects(),
            *self.calendars.meters(),
        ]

    def _meter_of_loose_objects(self) -> list[Meter]:
        return [] if self.application.objects is None else [meter_of_loose_objects(self.application)]

    def web(self, checks: Mapping[str, Check], meters: Sequence[Meter]) -> HttpServer:
        """The HTTP of this process; the outbox's page only where notices become files."""
        settings = self.application.settings
        app = make_app(
            checks=checks,
            meters=meters,
            routers=[*self.routers(), *self._page.routers()],
            home=self._page.home,
            address=self._page.address,
            collectors=(self.figures.seconds,),
            outbox_folder=settings.outbox_folder if self.gateways.files_are_written else None,
        )
        limits = ConnectionLimits(settings.http_connections, settings.http_connections_each)
        proxies = [str(network) for network in settings.http_proxies]
        self._http = HttpServer(app, settings.http_bind, limits, proxies=proxies, at_end=self._end_of_http)
        return self._http

    def routers(self) -> Routes:
        """The API, where gateways report, and the recordings behind links."""
        settings, services, take = self.application.settings, self.application.services, self._receipts().take
        routers = [
            *api_routers(services, self.guard, forget_files=self._forget_files),
            *mailbox_routers(services, self.guard, self._sounds.playable, self._sounds.uploads),
            *calendar_routers(services, self.guard, self.calendars.desk),
            *upkeep_routers(services, self.guard, self.application.spool_desk, uptime),
            visual_router(services, self.guard, settings.visual_host),
            kannel_router(self.guard, kannel_config(settings) if settings.visual_host else None),
        ]
        if settings.kannel_url is not None:
            key = key_for(settings, "kannel")
            routers.append(kannel_receipts(take, key, services.clock))
            if self.requests is not None:
                routers.append(incoming_router(self.requests.take, key))
        routers += self._mms_reports()
        if self.gateways.links is not None:
            links, words = self.gateways.links, self.gateways.wording
            routers.append(recordings_router(services, links, wording=words, encoder=self._sounds.encoder))
        return routers

    @cached_property
    def _page(self) -> ProfilePage:
        return ProfilePage(self.application, self._sounds, self.calendars.desk, self._forget_files)

    @cached_property
    def guard(self) -> Guard:
        """Who may use the API."""
        token = self.application.settings.api_token
        return Guard(self.application.services, None if token is None else token.get_secret_value())

    def _forget_files(self, removed: Subscriber) -> None:
        """Recordings in the spool, where it is on this machine, and files of notices that are gone."""
        purge(self.application.services, self.application.takes.spool, removed)
        self._tidy_files()

    async def _end_of_http(self) -> None:
        """Nothing is asked any more; the last uses of keys are counted, or it is told that they are not."""
        await self._page.close()
        await self._sounds.close()
        await self.calendars.desk.close()
        try:
            self.guard.uses.write(self.application.services)
        except StoreUnavailableError as away:
            log.warning("the last uses of keys are not counted: the database is away: %s", away)

    @cached_property
    def _sounds(self) -> HttpSounds:
        return HttpSounds(self.application.services)

    def _tidy_files(self) -> int:
        """Files go when their notice is gone, whoever wrote them and whoever removed it."""
        tidy_files(self.application.services, self.application.settings.outbox_folder)
        return 0  # one round does all there is

    def _mms_reports(self) -> Routes:
        """Without a login no reports are taken: whoever knows an MMS's id could say what became of it."""
        settings = self.application.settings
        if settings.mm7_url is None:
            return []
        if settings.mm7_report_login is None:
            log.warning("reports of MMS are not taken: PERSONSVAR_MM7_REPORT_LOGIN is not set")
            return []
        reports = reports_router(
            self._receipts().take,
            gateway=gateway_name(settings.mm7_url.get_secret_value()),
            clock=self.application.services.clock,
            credentials=settings.mm7_report_login.get_secret_value(),
            version=settings.mm7_version,
        )
        return [reports]

    def _receipts(self) -> ReceiptBatches:
        """Each event loop needs its own: that of the gateways, and that of HTTP."""
        write = partial(take_receipts, self.application.outbox_services)
        return ReceiptBatches(write, self._threads, self.figures)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        """There are two for each lane: one claims while another writes back. HTTP's receipts need them to the
        last, so they go with the application.
        """
        threads = ThreadPoolExecutor(2 * len(Channel), thread_name_prefix="ledger")
        return self.application.until_closed(threads)

    @cached_property
    def _limits(self) -> LaneLimits:
        return LaneLimits(self.application.settings)

    def _lane(self, channel: Channel, gateway: Gateway) -> Lane:
        services = self.application.outbox_services
        return Lane(
            channel,
            gateway,
            Ledger(services),
            RetryPolicy(self._limits.retries(channel), services.clock.now, jitter),
            self._threads,
            self._limits.load(channel),
            self._limits.pace(channel),
            self.figures,
            self._store_watch,
            self.application.spans,
        )
