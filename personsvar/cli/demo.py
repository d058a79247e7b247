"""Three subscribers to try things with; numbers of a series that is nobody's in these documents."""

from __future__ import annotations

import sys
from pathlib import Path

from personsvar.mailbox.details import Details
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.pin import pin_matches
from personsvar.mailbox.provision import add_subscriber, is_subscriber
from personsvar.mailbox.services import Services
from personsvar.settings.all_settings import Settings

OLA, KARI, ALEX = "+4790000001", "+4790000002", "+4790000003"
DEMO: tuple[tuple[str, Details], ...] = (
    (OLA, Details(name="Ola Nordmann", email="ola@example.test", pin="274916")),
    (KARI, Details(name="Kari Nordmann", email="kari@example.test")),
    (ALEX, Details(name="Alex English", language="en", pin="835062")),
)


def make_demo_subscribers(services: Services) -> list[Subscriber]:
    """Those that were missing are added and returned; the others are left as they are."""
    missing = [
        (number, details)
        for number, details in DEMO
        if not is_subscriber(services, parse_subscriber_number(number))
    ]
    return [add_subscriber(services, number, details) for number, details in missing]


def describe(services: Services) -> list[str]:
    """A line for each, to print at start: for whoever tries it, and never for a log."""
    with services.store.look() as uow:
        found = [(uow.subscribers.get(Number(number)), details) for number, details in DEMO]
    return [f"  {one.number}  {one.name}, {_pin(one, details)}" for one, details in found if one is not None]


def how_to_try(settings: Settings, *, outbox: bool) -> list[str]:
    """Lines for another terminal in this folder; `outbox`: what is sent becomes files."""
    program = f"{_program()} phone --from"
    lines = [
        "Call it without a telephone, from another terminal in this folder:",
        f"  {program} {KARI}   her own mailbox: the first call",
        f"  {program} {ALEX} --diverted-from {OLA}   leaves a message with {OLA}",
    ]
    where = f"http://{settings.http_bind.replace('0.0.0.0:', '127.0.0.1:')}/dev/outbox"
    return [*lines, f"All SMS, MMS and e-mails that are sent, PINs too: {where}"] if outbox else lines


def _pin(subscriber: Subscriber, details: Details) -> str:
    if subscriber.pin is None:
        return "no PIN yet: the first call gives one"
    if details.pin and pin_matches(details.pin, subscriber.pin):
        return f"PIN {details.pin}"
    return "another PIN by now"


def _program() -> Path:
    """The program as it is typed here."""
    program = Path(sys.executable).with_name("personsvar")
    return program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
