"""A call comes in: all that has to be known of it before its first word, in one look into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from personsvar.mailbox.arrival import (
    Arrival,
    CallerArrives,
    CallSetup,
    OwnerArrives,
    PinAsked,
    arrive,
)
from personsvar.mailbox.availability import availability
from personsvar.mailbox.deposit import has_room
from personsvar.mailbox.greetings import GreetingHeard, built_in_for, greeting_for
from personsvar.mailbox.model.availability import AVAILABLE, Availability
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services


@dataclass(frozen=True, slots=True)
class Reception:
    arrival: Arrival
    subscriber: Subscriber | None = None
    """Whose mailbox the call is about; None: nobody's we serve, or nobody has said yet."""
    greeting: GreetingHeard | None = None
    """What a caller hears first."""
    availability: Availability = AVAILABLE
    has_room: bool = True
    """Whether a message would find room now: told before the tone, so that nobody speaks for nothing."""


def receive(services: Services, setup: CallSetup, began_at: datetime) -> Reception:
    """Raise StoreUnavailableError when nobody can be looked up."""
    with services.store.look() as uow:
        served = cache(uow.subscribers.get)
        arrival = arrive(setup, services.rules, served)
        match arrival:
            case OwnerArrives(number) | PinAsked(number):
                return Reception(arrival, served(number))
            case CallerArrives(number) if subscriber := served(number):
                return _caller(uow, services, arrival, subscriber, began_at)
        return Reception(arrival)


def _caller(
    uow: UnitOfWork, services: Services, arrival: CallerArrives, subscriber: Subscriber, began_at: datetime
) -> Reception:
    """By the moment the call came, as it is judged when it is taken in."""
    stands = availability(uow, subscriber, services.bank_holidays, began_at)
    room = has_room(uow, subscriber, limit=services.rules.max_messages) if stands.takes_messages else True
    if room:
        greeting = greeting_for(uow.greetings, subscriber, arrival.caller, stands)
    else:
        greeting = built_in_for(uow.greetings, subscriber, arrival.caller)
    return Reception(arrival, subscriber, greeting=greeting, availability=stands, has_room=room)
