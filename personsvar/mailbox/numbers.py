"""Telephone numbers as they are typed, handed over and kept.

Everything of ours is E.164 (ITU-T E.164: a plus sign, the country code, at most 15 digits). What
people and switches write is looser; `normalise` takes what means one number and nothing else.
The numbering plans are those of the phonenumbers library.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from personsvar.mailbox.errors import NumberError
from personsvar.mailbox.model import Number

_LONGEST = 200
"""Characters; a URI with its parameters is shorter, and a longer string is no number."""
_PUNCTUATION = str.maketrans("", "", " \t-./()\u00a0\u2010\u2011\u2013")
_WRITTEN = re.compile(r"\+?[0-9]{3,20}")
_CONTEXT = re.compile(r";phone-context=(\+[0-9]{1,15})(?:;|@|$)", re.IGNORECASE)
SAME_AGAIN = 1000
"""A call has the same few numbers read several times, and so has the next of the same caller."""
_SHORTEST_WITHOUT_PLUS = 10
"""Digits; a country code without plus or 00 is believed only in front of a whole number."""


@lru_cache(maxsize=SAME_AGAIN)
def normalise(raw: str, *, region: str = "NO") -> Number | None:
    """The one number that `raw` means, or None.

    Taken: eight digits (or what is national in `region`), `0047…`, `47…`, `+47…`, with spaces and
    punctuation; `tel:` (RFC 3966, with its phone-context) and the user part of `sip:` and `sips:`.
    A national form must be valid; an international one must only be possible, for other countries
    open number series without telling us.
    """
    if len(raw) > _LONGEST:
        return None
    written = _written(raw.strip())
    if not _WRITTEN.fullmatch(written):
        return None
    if written.startswith("+"):
        return _international(written)
    return _national(written, region) or _without_plus(written)


def parse_subscriber_number(raw: str, *, region: str = "NO") -> Number:
    """A number that may be a subscriber's. Raise NumberError, fit for the command line, when it is none."""
    number = normalise(raw, region=region)
    if number is None:
        raise NumberError(
            f"{_shown(raw)} is no telephone number (write 90000001, 004790000001 or +4790000001)"
        )
    if not phonenumbers.is_valid_number(_parsed(number)):
        raise NumberError(f"{_shown(raw)} is in no number series of its country")
    return number


def is_domestic(caller: Number | None, subscriber: Number) -> bool:
    """Whether the caller's country is the subscriber's; a withheld number counts as domestic.

    The country code decides: Svalbard and Åland are at home.
    """
    if caller is None:
        return True
    return _parsed(caller).country_code == _parsed(subscriber).country_code


def national(number: Number) -> str:
    """The digits without the country code: what its owner types."""
    return phonenumbers.national_significant_number(_parsed(number))


def _written(raw: str) -> str:
    """The number inside a URI, or the raw string itself; no punctuation."""
    scheme, colon, rest = raw.partition(":")
    if not colon:
        user = raw
    elif scheme.lower() == "tel":
        user = _in_context(rest)
    elif scheme.lower() in {"sip", "sips"}:
        user = rest.rpartition("@")[0].partition(":")[0]  # no @ means no user: the host is not a number
    else:
        return ""
    return unquote(user.partition(";")[0]).translate(_PUNCTUATION)


def _in_context(tel: str) -> str:
    """A local number in front of its context's prefix (RFC 3966, 5.1.5)."""
    context = _CONTEXT.search(tel)
    return f"{context[1]}{tel}" if context and not tel.startswith("+") else tel


def _international(written: str) -> Number | None:
    """Parsed until nothing more falls off: `+31 00…` loses a national prefix each time."""
    try:
        parsed = phonenumbers.parse(written)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    if not possible:
        return None
    number = _e164(parsed)
    return number if number == written else _international(number)


def _national(written: str, region: str) -> Number | None:
    try:
        parsed = phonenumbers.parse(written, region)
    except NumberParseException:
        return None
    return _e164(parsed) if phonenumbers.is_valid_number(parsed) else None


def _without_plus(written: str) -> Number | None:
    """`46701234567`, as some switches and some people write."""
    digits = written.removeprefix("00")
    return _international(f"+{digits}") if len(digits) >= _SHORTEST_WITHOUT_PLUS else None


def _e164(parsed: phonenumbers.PhoneNumber) -> Number:
    return Number(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))


@lru_cache(maxsize=SAME_AGAIN)
def _parsed(number: Number) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(number)
    except NumberParseException as error:
        raise NumberError(f"{_shown(number)} is not in E.164 form") from error


def _shown(raw: str) -> str:
    """What was given, short and harmless in a terminal."""
    return ascii(raw if len(raw) <= 40 else raw[:40] + "…")  # noqa: PLR2004 - a line's worth
