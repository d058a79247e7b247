"""Telephone numbers as they are typed, handed over and kept.

Everything of ours is E.164 (ITU-T E.164: a plus sign, the country code, at most 15 digits). What
people and switches write is looser; `normalise` takes what means one number and nothing else.
The numbering plans are those of the phonenumbers library. What it does not know is a number all the same:
lifts, cars and alarms call too, and countries open series without telling anybody.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from personsvar.mailbox.errors import NumberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.sip_uri import Uri, parse_subscriber, parse_uri

_LONGEST = 8192
"""Characters; a URI with its parameters is shorter, and a longer string is no number."""
_LONGEST_USER = 60
"""Characters of a number with its punctuation."""
_PUNCTUATION = str.maketrans("", "", " \t-./()\u00a0\u2010\u2011\u2013")
_WRITTEN = re.compile(r"\+?[0-9]{1,20}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""As long as any number that is dialled from abroad: the shortest have seven digits."""
_SHORTEST = 3
SAME_AGAIN = 1000
"""A call has the same few numbers read several times, and so has the next of the same caller."""
_SHORTEST_WITHOUT_PLUS = 10
"""Digits; a country code without plus or 00 is believed only in front of a whole number."""

_UNKNOWN_SERIES = {"NO": re.compile(r"58[0-9]{10}")}
"""Series that the library has not heard of. Norway: twelve digits, for machines (Nkom's numbering plan)."""

_NETWORK = re.compile(r"(?:.*\.)?mcc([0-9]{3})\.3gppnetwork\.org")
_COUNTRIES_OF_NETWORKS = {
    "242": "+47",
    "240": "+46",
    "238": "+45",
    "244": "+358",
    "274": "+354",
    "288": "+298",
    "290": "+299",
}
"""Mobile country codes (ITU-T E.212) of the Nordic countries: what is local to such a network is of there."""
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?\.?")


def without_punctuation(written: str) -> str:
    """A number as people write it, without what stands between its digits."""
    return written.translate(_PUNCTUATION)


@lru_cache(maxsize=SAME_AGAIN)
def normalise(raw: str, *, region: str = "NO") -> Number | None:
    """The one number that `raw` means, or None.

    Taken: eight digits (or what is national in `region`), `0047…`, `47…`, `+47…`, with spaces and
    punctuation; and an address (`number_of`). A national form must be valid; an international one that is
    in no plan is taken as it is written.
    """
    if len(raw) > _LONGEST:
        return None
    return number_of(parse_uri(raw) or parse_subscriber(raw.strip()), region=region)


def number_of(uri: Uri, *, region: str = "NO") -> Number | None:
    """The number of a `tel:`, `sip:` or `sips:` address: the same of each.

    Nothing but its user part and the phone-context counts: where a local number is local to (RFC 3966).
    """
    written = without_punctuation(uri.user) if len(uri.user) <= _LONGEST_USER else ""
    if not _WRITTEN.fullmatch(written):
        return None
    prefix = "" if written.startswith("+") else _prefix(uri.phone_contexts, region)
    return None if prefix is None else _meant(f"{prefix}{written}", region)


def parse_subscriber_number(raw: str, *, region: str = "NO") -> Number:
    """A number that may be a subscriber's. Raise NumberError, fit for the command line, when it is none."""
    number = check_number(raw, region=region)
    parsed = parse_known(number)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise NumberError("this number is in no number series of its country")
    return number


def check_number(raw: str, *, region: str = "NO") -> Number:
    """Any number, of a subscriber or not. Raise NumberError when it is none."""
    number = normalise(raw, region=region)
    if number is None:
        raise NumberError("this is no telephone number (write 90000001, 004790000001 or +4790000001)")
    return number


def is_domestic(caller: Number | None, subscriber: Number) -> bool:
    """Whether the caller's country is the subscriber's; a withheld number counts as domestic.

    The country code decides: Svalbard and Åland are at home. No country code begins with another one.
    """
    return caller is None or caller.startswith(f"+{_parsed(subscriber).country_code}")


def national(number: Number) -> str:
    """The digits without the country code: what its owner types."""
    return phonenumbers.national_significant_number(_parsed(number))


@lru_cache(maxsize=SAME_AGAIN)
def parse_known(number: Number) -> PhoneNumber | None:
    """What the library makes of a number of ours; None: it knows no such country."""
    try:
        return phonenumbers.parse(number)
    except NumberParseException:
        return None


def _prefix(contexts: frozenset[str], region: str) -> str | None:
    """What stands in front of a local number; None: nobody can tell."""
    if not contexts:
        return ""
    if len(contexts) > 1:
        return None
    (context,) = contexts
    bare = without_punctuation(context)
    if _WRITTEN.fullmatch(bare) and bare.startswith("+"):
        return bare
    network = _NETWORK.fullmatch(context)
    if network and _home(region) in _COUNTRIES_OF_NETWORKS.values():
        country = _COUNTRIES_OF_NETWORKS.get(network[1])
        return "" if country == _home(region) else country
    return "" if _DOMAIN.fullmatch(context) else None


@lru_cache(maxsize=SAME_AGAIN)
def _meant(written: str, region: str) -> Number | None:
    if written.startswith("+"):
        return _international(written)
    if len(written) < _SHORTEST:
        return None
    return _national(written, region) or _without_plus(written, region)


def _international(written: str) -> Number | None:
    """Parsed until nothing more falls off: `+31 00…` loses a national prefix each time."""
    possible = _possible(written)
    if possible is None:
        return Number(written) if _E164.fullmatch(written) else None
    return possible if possible == written else _international(possible)


def _national(written: str, region: str) -> Number | None:
    try:
        parsed = phonenumbers.parse(written, region)
    except NumberParseException:
        return None
    return _e164(parsed) if phonenumbers.is_valid_number(parsed) else None


def _without_plus(written: str, region: str) -> Number | None:
    """`46701234567`, as some switches and some people write; first of all a series of our own."""
    digits = written.removeprefix("00")
    if len(digits) < _SHORTEST_WITHOUT_PLUS:
        return None
    if digits != written:
        return _international(f"+{digits}")
    national, series = f"+{digits}".removeprefix(_home(region)).removeprefix("+"), _UNKNOWN_SERIES.get(region)
    if series and series.fullmatch(national):
        return Number(f"{_home(region)}{national}")
    return _international(f"+{digits}") if _possible(f"+{digits}") else None


def _possible(written: str) -> Number | None:
    """As the library writes it, when its country's plan has numbers of that length."""
    parsed = parse_known(Number(written))
    if parsed is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return _e164(parsed) if reason == ValidationResult.IS_POSSIBLE else None


def _home(region: str) -> str:
    return f"+{phonenumbers.country_code_for_region(region)}"


def _e164(parsed: PhoneNumber) -> Number:
    return Number(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))


def _parsed(number: Number) -> PhoneNumber:
    parsed = parse_known(number)
    if parsed is None:
        raise NumberError("this number is not in E.164 form")
    return parsed
