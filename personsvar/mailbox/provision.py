"""What an operator does with subscribers: add, set, remove, list, and take in a whole file of them.

Everything given is checked before anything is written, and every refusal says why.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.model import Language, Number, Subscriber
from personsvar.mailbox.new_pin import change_pin, with_new_pin
from personsvar.mailbox.numbers import parse_subscriber_number
from personsvar.mailbox.pin import check_pin, hash_pin, pin_matches
from personsvar.mailbox.ports import Office

COLUMNS = ("number", "name", "email", "language", "pin", "time_zone")
LONGEST_NAME = 100
_PAGE = 500
_TOO_MANY = ""
"""The heading of fields that have none."""
# RFC 5321: 64 characters before the @, 254 in all; what mail servers take in practice
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Switches:
    """What is on or off; None leaves it as it is."""

    voicemail_on: bool | None = None
    always_ask_pin: bool | None = None
    oldest_first: bool | None = None
    call_back_from_elsewhere: bool | None = None
    sms: bool | None = None
    mms: bool | None = None
    missed_calls: bool | None = None
    email_copy: bool | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What an operator gives; None leaves it as it is, an empty e-mail address removes it."""

    name: str | None = None
    email: str | None = None
    language: str | None = None
    time_zone: str | None = None
    pin: str | None = None
    switches: Switches = field(default_factory=Switches)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a file that was not taken in, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    added: int = 0
    changed: int = 0
    refused: tuple[Refused, ...] = ()


def add_subscriber(office: Office, raw_number: str, details: Details) -> Subscriber:
    """Raise MailboxError when the number, the PIN or anything else will not do, or it is there already."""
    number = _new_number(office, raw_number)
    subscriber = _detailed(Subscriber(number), details)
    if details.pin is not None:
        check_pin(details.pin, number)
        subscriber = with_new_pin(subscriber, hash_pin(details.pin), by_operator=True)
    with office.store.begin() as uow:
        uow.subscribers.add(subscriber)
        uow.commit()
    return subscriber


def set_subscriber(office: Office, raw_number: str, details: Details) -> Subscriber:
    """Change what is given and nothing else. A new PIN is told of, but not told, by SMS."""
    before = find_subscriber(office, raw_number)
    pin = _new_pin(before, details.pin)
    _put(office, before.number, details)
    if pin is not None:
        change_pin(office, before.number, pin, by_operator=True)
    return find_subscriber(office, before.number)


def remove_subscriber(office: Office, raw_number: str) -> Subscriber:
    """Purge the mailbox with all that is in it: numbers are used again."""
    subscriber = find_subscriber(office, raw_number)
    with office.store.begin() as uow:
        uow.subscribers.remove(subscriber.number)
        uow.commit()
    return subscriber


def find_subscriber(office: Office, raw_number: str) -> Subscriber:
    number = parse_subscriber_number(raw_number, region=office.rules.home_region)
    with office.store.look() as uow:
        subscriber = uow.subscribers.get(number)
    if subscriber is None:
        raise _unknown(number)
    return subscriber


def all_subscribers(office: Office) -> Iterator[Subscriber]:
    """By number, ascending; a page a transaction."""
    after: Number | None = None
    while page := _page(office, after):
        yield from page
        after = page[-1].number


def import_subscribers(office: Office, lines: Iterable[str]) -> Imported:
    """Take in a CSV file with a heading line: each line whole or not at all, those that won't do by number.

    A subscriber that is there already is changed; an empty field leaves it as it is.
    """
    result = Imported()
    for line, row in _rows(lines):
        try:
            result = _counted(result, added=_import_row(office, row))
        except MailboxError as wrong:
            result = replace(result, refused=(*result.refused, Refused(line, str(wrong))))
    return result


def check_email(email: str) -> str:
    whole = len(email) <= _LONGEST_EMAIL and _EMAIL.fullmatch(email)
    if not whole or ".." in email or email.startswith(".") or ".@" in email:
        raise MailboxError(f"{email[:60]!a} is no e-mail address")
    return email


def check_language(language: str) -> Language:
    if language == "nb":
        return "nb"
    if language == "en":
        return "en"
    raise MailboxError(f"{language[:20]!a} is no language of ours: nb or en")


def check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise MailboxError(f"{name[:60]!a} is no time zone (like Europe/Oslo)") from wrong
    return name


def check_name(name: str) -> str:
    if len(name) > LONGEST_NAME or not all(letter.isprintable() for letter in name):
        raise MailboxError(f"a name has at most {LONGEST_NAME} letters, and no control characters")
    return name.strip()


def _new_number(office: Office, raw: str) -> Number:
    number = parse_subscriber_number(raw, region=office.rules.home_region)
    if number == office.rules.access_number:
        raise MailboxError(f"{number} is the access number of the service")
    return number


def _detailed(subscriber: Subscriber, details: Details) -> Subscriber:
    """What was given, but for the PIN, checked and put in place."""
    return replace(
        _switched(subscriber, details.switches),
        name=subscriber.name if details.name is None else check_name(details.name),
        email=subscriber.email if details.email is None else _email_or_none(details.email),
        language=subscriber.language if details.language is None else check_language(details.language),
        time_zone=subscriber.time_zone if details.time_zone is None else check_time_zone(details.time_zone),
    )


def _switched(subscriber: Subscriber, switches: Switches) -> Subscriber:
    given = {
        one.name: value for one in fields(switches) if (value := getattr(switches, one.name)) is not None
    }
    wishes = {name: given.pop(name) for name in tuple(given) if hasattr(subscriber.wishes, name)}
    return replace(subscriber, **given, wishes=replace(subscriber.wishes, **wishes))


def _new_pin(subscriber: Subscriber, pin: str | None) -> str | None:
    """The PIN to be set; None when there is none, or it is the one in use already."""
    if pin is None or (subscriber.pin is not None and pin_matches(pin, subscriber.pin)):
        return None
    check_pin(pin, subscriber.number, subscriber.previous_pins)
    return pin


def _put(office: Office, number: Number, details: Details) -> None:
    with office.store.begin() as uow:
        subscriber = uow.subscribers.get(number, for_change=True)
        if subscriber is None:
            raise _unknown(number)
        uow.subscribers.put(_detailed(subscriber, details))
        uow.commit()


def _email_or_none(email: str) -> str | None:
    return check_email(email) if email else None


def _page(office: Office, after: Number | None) -> Sequence[Subscriber]:
    with office.store.look() as uow:
        return uow.subscribers.list(after=after, limit=_PAGE)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(lines, restkey=_TOO_MANY, restval="")
    heading = [str(column).strip().lstrip("\ufeff") for column in reader.fieldnames or ()]
    if "number" not in heading or not set(heading) <= set(COLUMNS):
        raise MailboxError(f"the first line should name the columns, number first: {','.join(COLUMNS)}")
    reader.fieldnames = heading
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as wrong:
        raise MailboxError(f"line {reader.line_num}: {wrong}") from wrong


def _import_row(office: Office, row: Mapping[str, str]) -> bool:
    """Whether it was added (else changed)."""
    if _TOO_MANY in row:
        raise MailboxError("more fields than the heading has columns")
    given = {key: value.strip() for key, value in row.items() if value.strip()}
    number = _new_number(office, given.pop("number", ""))
    details = Details(
        name=given.get("name"),
        email=given.get("email"),
        language=given.get("language"),
        time_zone=given.get("time_zone"),
        pin=given.get("pin"),
    )
    if is_subscriber(office, number):
        set_subscriber(office, number, details)
        return False
    add_subscriber(office, number, details)
    return True


def is_subscriber(office: Office, number: Number) -> bool:
    with office.store.look() as uow:
        return uow.subscribers.get(number) is not None


def _counted(result: Imported, *, added: bool) -> Imported:
    if added:
        return replace(result, added=result.added + 1)
    return replace(result, changed=result.changed + 1)


def _unknown(number: Number) -> UnknownSubscriberError:
    return UnknownSubscriberError(f"{number} is no subscriber")
