"""Three subscribers to try things with; numbers of a series that is nobody's in these documents."""

from __future__ import annotations

from personsvar.mailbox.details import Details
from personsvar.mailbox.model import Subscriber
from personsvar.mailbox.numbers import parse_subscriber_number
from personsvar.mailbox.ports import Office
from personsvar.mailbox.provision import add_subscriber, is_subscriber

OLA, KARI, ALEX = "+4790000001", "+4790000002", "+4790000003"
DEMO: tuple[tuple[str, Details], ...] = (
    (OLA, Details(name="Ola Nordmann", email="ola@example.test", pin="274916")),
    (KARI, Details(name="Kari Nordmann", email="kari@example.test")),
    (ALEX, Details(name="Alex English", language="en", pin="835062")),
)


def make_demo_subscribers(office: Office) -> list[Subscriber]:
    """Those that were not there; what is there is left as it is."""
    missing = [
        (number, details)
        for number, details in DEMO
        if not is_subscriber(office, parse_subscriber_number(number))
    ]
    return [add_subscriber(office, number, details) for number, details in missing]


def describe() -> list[str]:
    """A line each, to print at start."""
    return [f"{number}  {details.name}, {_pin(details)}" for number, details in DEMO]


def _pin(details: Details) -> str:
    return f"PIN {details.pin}" if details.pin else "no PIN yet: the first call gives one"
