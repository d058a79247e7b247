"""The notices in figures: what waits in the outbox, what became of the rest, which gateways are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from personsvar.bootstrap import Application
from personsvar.gateways.calendar.calendar_refresher import OUTCOMES
from personsvar.http.metrics import Meter
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.calendar_feed import FeedFigures
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.retention import Retention
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures
from personsvar.running.bounded_call import BoundedCall

T = TypeVar("T")

FRESH_SECONDS = 5.0
"""Counting a large backlog takes some milliseconds: whoever scrapes more often gets the same again."""
ANSWER_SECONDS = 3.0
"""Whoever scrapes waits for 10 s as a rule, for all figures together."""


def read_or_nothing(application: Application, read: Callable[[UnitOfWork], T]) -> Callable[[], T | None]:
    """A reading of the store, None while it is away or hangs: a figure that is not known is left out."""

    def look() -> T:
        with application.outbox_services.store.look(may_be_late=True) as uow:
            return read(uow)

    bounded = BoundedCall(look, ANSWER_SECONDS, FRESH_SECONDS)

    def read_or_none() -> T | None:
        try:
            return bounded()
        except (StoreUnavailableError, TimeoutError):
            return None

    return read_or_none


def meters_of_notices(
    application: Application, delivered: DeliveryFigures, gateways: Callable[[], Mapping[Channel, Gateway]]
) -> list[Meter]:
    clock = application.services.clock
    backlog = read_or_nothing(application, lambda uow: uow.outbox.figures(now=clock.now()))
    return [
        Meter(
            "notices_queued",
            "Notices ready or under way.",
            lambda: {(one.channel,): float(one.queued) for one in backlog() or ()},
            ("channel",),
        ),
        Meter(
            "notices_oldest_seconds",
            "How long the notice that is due longest has waited.",
            lambda: {(one.channel,): one.oldest_seconds for one in backlog() or ()},
            ("channel",),
        ),
        Meter(
            "notices_settled",
            "What became of notices in this process: sent, delivered, failed, dead.",
            lambda: {(channel, status): float(n) for (channel, status), n in dict(delivered.settled).items()},
            ("channel", "status"),
            counts_up=True,
        ),
        Meter(
            "notice_lane_failures",
            "Rounds of a lane that ended in an error, of ours or of the database.",
            lambda: {(channel,): float(n) for channel, n in dict(delivered.failures).items()},
            ("channel",),
            counts_up=True,
        ),
        Meter(
            "gateway_up",
            "Whether a channel's gateway is there.",
            lambda: {(channel,): float(gateway.is_up) for channel, gateway in gateways().items()},
            ("channel",),
        ),
    ]


def meter_of_retention(retention: Retention) -> Meter:
    return Meter.single(
        "retention_held_up",
        "1: what is past its time is not removed until the operator says so (personsvar retention).",
        lambda: float(retention.held_up is not None),
    )


def meters_of_calendars(application: Application, outcomes: Mapping[str, int]) -> list[Meter]:
    clock = application.services.clock
    figures = read_or_nothing(application, lambda uow: uow.calendars.figures(now=clock.now()))

    def meter(name: str, what: str, read: Callable[[FeedFigures], float]) -> Meter:
        return Meter(name, what, lambda: {(): read(known)} if (known := figures()) else {})

    return [
        meter("calendars", "Subscribers' calendars.", lambda it: it.feeds),
        meter("calendars_failing", "Calendars that could not be had last.", lambda it: it.failing),
        meter(
            "calendars_oldest_seconds",
            "How long the calendar that was had longest ago was not.",
            lambda it: it.oldest_seconds,
        ),
        Meter(
            "calendars_fetched",
            "What became of calendars fetched by this process: changed, unchanged, failed.",
            lambda: {(outcome,): float(outcomes.get(outcome, 0)) for outcome in OUTCOMES},
            ("outcome",),
            counts_up=True,
        ),
    ]


def meters_of_visual(application: Application) -> list[Meter]:
    """There are none without visual voicemail."""
    accounts = read_or_nothing(application, lambda uow: uow.visual.active())
    by_dialect = Meter(
        "visual_accounts",
        "Subscribers with an active visual voicemail, by what their phones speak.",
        lambda: _by_dialect(accounts()),
        ("dialect",),
    )
    return [by_dialect] if application.settings.visual_host else []


def _by_dialect(active: Mapping[VisualDialect, int] | None) -> Mapping[tuple[str, ...], float]:
    if active is None:
        return {}
    return {(dialect,): float(active.get(dialect, 0)) for dialect in VisualDialect}
