"""Three subscribers to try things with; numbers of a series that is nobody's in these documents."""

from __future__ import annotations

import os

from personsvar.cli.acting import typist
from personsvar.mailbox.details import Details
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.pin import pin_matches
from personsvar.mailbox.provision import add_subscriber, is_subscriber
from personsvar.mailbox.services import Services
from personsvar.settings.all_settings import Settings, is_secret
from personsvar.settings.group import variable
from personsvar.settings.listening_settings import ListeningSettings
from personsvar.settings.loading import OF_THE_NOTIFIER, OF_THE_TRANSCRIBER
from personsvar.settings.log_settings import LogSettings
from personsvar.settings.shell_command import shell_command
from personsvar.settings.switch_settings import SwitchSettings

OF_SERVICES_ALONE = (ListeningSettings, SwitchSettings, LogSettings)
"""What else may be set changes what becomes of a call, or of a message that is left in it."""
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
    return [add_subscriber(services, number, details, by=typist()) for number, details in missing]


def describe(services: Services) -> list[str]:
    """A line for each, to print at start: for whoever tries it, and never for a log."""
    with services.store.look() as uow:
        found = [(uow.subscribers.get(Number(number)), details) for number, details in DEMO]
    return [f"  {one.number}  {one.name}, {_pin(one, details)}" for one, details in found if one is not None]


def how_to_try(settings: Settings, *, outbox: bool) -> list[str]:
    """Lines for another terminal in this folder; `outbox`: what is sent becomes files."""
    names, secrets = _asked_by_a_phone(settings)
    given = {**os.environ, variable("visual_host"): settings.visual_host}  # a demo has one of its own
    own = shell_command(f"phone --from {KARI}", given, names)
    to_another = shell_command(f"phone --from {ALEX} --diverted-from {OLA}", given, names)
    lines = [
        "Call it without a telephone, from another terminal in this folder:",
        *(f"  export {name}=…   as here: it is a secret, and not shown" for name in secrets),
        f"  {own}   # her own mailbox: the first call",
        f"  {to_another}   # leaves a message with {OLA}",
    ]
    if not outbox:
        return lines
    here = f"http://{settings.http_bind.replace('0.0.0.0:', '127.0.0.1:')}"
    lines.append(f"All SMS, MMS and e-mails that are sent: {here}/dev/outbox")
    if not settings.public_url:
        lines.append(f"Their own page, with a number and the code that is sent to it: {here}/profile")
    return lines


def _pin(subscriber: Subscriber, details: Details) -> str:
    if subscriber.pin is None:
        return "no PIN yet: the first call gives one"
    if details.pin and pin_matches(details.pin, subscriber.pin):
        return f"PIN {details.pin}"
    return "another PIN by now"


def _asked_by_a_phone(settings: Settings) -> tuple[list[str], list[str]]:
    """The settings it needs as they are here, by their names; and the secrets that no line may show."""
    groups = (group for group in Settings.groups() if group not in OF_SERVICES_ALONE)
    others = (*OF_THE_NOTIFIER, *OF_THE_TRANSCRIBER)
    fields = [field for group in groups for field in group.model_fields if field not in others]
    shown = [f"{variable(field)}_FILE" if is_secret(field) else variable(field) for field in fields]
    hidden = [variable(field) for field in fields if is_secret(field) and os.environ.get(variable(field))]
    if settings.embedded and variable("database_url") in hidden:  # the name of a file, and no secret
        hidden.remove(variable("database_url"))
        shown.insert(0, variable("database_url"))
    return shown, hidden
