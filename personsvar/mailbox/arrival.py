"""Who is calling, and what for (docs/call-flow.md, 1).

The switch hands over what it got, raw. A number is vouched for when the call came in on the
operator's trunk with a P-Asserted-Identity (RFC 3325) that normalises; a From is only what somebody
says. From anything but a trunk, neither an identity nor a diversion is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from personsvar.mailbox import diversion
from personsvar.mailbox.headers import addresses, parse_address
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import normalise, number_of
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.sip_text import LONGEST
from personsvar.mailbox.sip_uri import parse_uri


@dataclass(frozen=True, slots=True)
class CallSetup:
    """What the switch hands over, raw: nothing here has been believed yet."""

    call_id: str
    """The switch's unique id of the channel."""
    dialled: str
    """The number dialled, as it came: of little use where the whole address of the request is known."""
    endpoint: str = ""
    trunk: bool = False
    """The endpoint is marked as the operator's own trunk."""
    sender: str = ""
    """The From header's value."""
    asserted: tuple[str, ...] = ()
    """Every P-Asserted-Identity header's value, in order."""
    privacy: tuple[str, ...] = ()
    diversion: tuple[str, ...] = ()
    history_info: tuple[str, ...] = ()
    request_uri: str = ""
    """The Request-URI, whole; empty where the switch does not tell it."""
    unread: frozenset[str] = frozenset()
    """Headers (small letters) that came and that the switch could not hand over: too long for it."""


@dataclass(frozen=True, slots=True)
class OwnerArrives:
    """A subscriber, vouched for: no PIN, unless "always ask for PIN" is on (the session looks)."""

    number: Number


@dataclass(frozen=True, slots=True)
class PinAsked:
    """Diverted from the number the caller claims to have, which nobody vouches for."""

    number: Number


@dataclass(frozen=True, slots=True)
class CallerArrives:
    """Somebody who was diverted from `mailbox`, to leave a message if it takes any now."""

    mailbox: Number
    caller: Number | None
    """None: withheld, or no number at all."""


@dataclass(frozen=True, slots=True)
class NotServed:
    """Diverted from a number that is no subscriber of ours."""

    caller: Number | None


@dataclass(frozen=True, slots=True)
class LogInArrives:
    """Somebody who called the access number: number and PIN are asked."""

    caller: Number | None
    """Whose wrong PINs are counted: vouched for and not withheld, else None."""


Arrival = OwnerArrives | PinAsked | CallerArrives | NotServed | LogInArrives


def arrive(setup: CallSetup, rules: Rules, served: Callable[[Number], Subscriber | None]) -> Arrival:
    """The first row of the table that fits. A withheld number leaves this function only as the owner's."""
    vouched = asserted_number(setup, region=rules.home_region)
    diverters = diverters_of(setup, rules)
    if not diverters:
        return _direct(vouched, setup, rules, served)
    mailbox = _whose(diverters, rules, served)
    if mailbox is None:
        return NotServed(shown_number(setup, region=rules.home_region))
    return _diverted(mailbox, vouched, setup, rules)


def asserted_number(setup: CallSetup, *, region: str = "NO") -> Number | None:
    """The number the operator vouches for: of several, the first that normalises."""
    if not setup.trunk:
        return None
    numbers = (number_of(entry.uri, region=region) for entry in addresses(setup.asserted))
    return next((number for number in numbers if number is not None), None)


def claimed_number(setup: CallSetup, *, region: str = "NO") -> Number | None:
    """What the From says; never a proof."""
    sender = parse_address(setup.sender)
    return None if sender is None else number_of(sender.uri, region=region)


def shown_number(setup: CallSetup, *, region: str = "NO") -> Number | None:
    """The number a called party may see: vouched for, else claimed; None when withheld."""
    if withheld(setup):
        return None
    return asserted_number(setup, region=region) or claimed_number(setup, region=region)


def calling_number(setup: CallSetup, *, region: str = "NO") -> Number | None:
    """Whose wrong PINs are counted: only a number that is vouched for and not withheld.

    A claimed number would let a guesser pose as a new caller each time, or close somebody else's way.
    """
    return None if withheld(setup) else asserted_number(setup, region=region)


def withheld(setup: CallSetup) -> bool:
    """Privacy: id (RFC 3325), header or user (RFC 3323), or an anonymous From.

    A Privacy that can't be read may ask for it, so it does.
    """
    if "privacy" in setup.unread or any(len(value) > LONGEST for value in setup.privacy):
        return True
    wanted = {word.strip().lower() for value in setup.privacy for word in value.replace(",", ";").split(";")}
    return bool(wanted & {"id", "header", "user"}) or _anonymous(setup.sender)


def diverters_of(setup: CallSetup, rules: Rules) -> tuple[diversion.Hop, ...]:
    """Who sent the call here, first to latest; None stands for a diverter without a telephone number."""
    if not setup.trunk:
        return ()
    return diversion.hops(
        diversion=setup.diversion,
        history_info=setup.history_info,
        request_uri=setup.request_uri,
        access_number=rules.access_number,
        region=rules.home_region,
    )


def _direct(
    vouched: Number | None, setup: CallSetup, rules: Rules, served: Callable[[Number], Subscriber | None]
) -> Arrival:
    dialled = _dialled_subscriber(setup, rules, served)
    if dialled is not None:
        return _diverted(dialled, vouched, setup, rules)
    if setup.trunk and setup.unread & {"diversion", "history-info"}:  # sent on, and nobody can tell by whom
        return NotServed(shown_number(setup, region=rules.home_region))
    if vouched is not None and served(vouched) is not None:
        return OwnerArrives(vouched)
    return LogInArrives(calling_number(setup, region=rules.home_region))


def _dialled_subscriber(
    setup: CallSetup, rules: Rules, served: Callable[[Number], Subscriber | None]
) -> Subscriber | None:
    """Many a switch sends an unanswered call on with the called number and no Diversion.

    Such a call of the trunk counts as diverted from the subscriber who was dialled. Any other
    dialled number is another way of writing the access number.
    """
    dialled = _dialled_number(setup, region=rules.home_region) if setup.trunk else None
    return None if dialled is None or dialled == rules.access_number else served(dialled)


def _whose(
    diverters: tuple[diversion.Hop, ...], rules: Rules, served: Callable[[Number], Subscriber | None]
) -> Subscriber | None:
    """The latest diverter that we serve, or the first, as the operator set it."""
    order = diverters if rules.diverted_from == "first" else diverters[::-1]
    found = (served(hop) for hop in order if hop is not None)
    return next((subscriber for subscriber in found if subscriber is not None), None)


def _diverted(mailbox: Subscriber, vouched: Number | None, setup: CallSetup, rules: Rules) -> Arrival:
    if vouched == mailbox.number:
        return OwnerArrives(vouched)
    if vouched is None and claimed_number(setup, region=rules.home_region) == mailbox.number:
        return PinAsked(mailbox.number)
    return CallerArrives(mailbox.number, shown_number(setup, region=rules.home_region))


def _dialled_number(setup: CallSetup, *, region: str) -> Number | None:
    whole = parse_uri(setup.request_uri)
    return normalise(setup.dialled, region=region) if whole is None else number_of(whole, region=region)


def _anonymous(sender: str) -> bool:
    """RFC 3323, 4.1.1.3: the name Anonymous, the user anonymous, or the host anonymous.invalid."""
    address = parse_address(sender)
    if address is None:
        return False
    is_user = address.uri.user.lower() == "anonymous"
    return is_user or address.name.lower() == "anonymous" or address.uri.host == "anonymous.invalid"
