"""What callers are called, so that people read `Kari Nordmann` where a number alone says nothing.

Each subscriber has a list, which nobody else sees anything of, and the operator has one for everybody; the
subscriber's own goes before it. What a network says of a caller (a display name) is not looked at: whoever
calls chooses it. Nothing is kept beside a message or a notice: a name is looked up when it is shown, and
forgotten everywhere when it is removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from personsvar.mailbox import audit
from personsvar.mailbox.details import check_name
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.name_files import read_names
from personsvar.mailbox.phone_numbers import check_number
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

MOST = 5000
"""Names in one list."""

NameList = Number | None
"""Whose list it is; None: the operator's."""


@dataclass(frozen=True, slots=True)
class NamesTaken:
    """What came of a file."""

    names: int
    """So many are in the list now because of it."""
    unread: int
    """Entries with a name or a number that is none."""


def put_name(services: Services, owner: NameList, raw_number: str, name: str, *, by: Actor) -> CallerName:
    """Add one, or change what the number is called. Raise MailboxError when it will not do."""
    checked = checked_name(raw_number, name, region=services.rules.home_region)
    _put(services, owner, [checked], by=by)
    return checked


def import_names(services: Services, owner: NameList, content: bytes, *, by: Actor) -> NamesTaken:
    """Take in a file of contacts (vCard, CSV) as a whole, or raise MailboxError with nothing changed."""
    read = read_names(content, most=MOST)
    named: dict[Number, CallerName] = {}
    unread = 0
    for number, name in read:
        try:
            one = checked_name(number, name, region=services.rules.home_region)
        except MailboxError:
            unread += 1
        else:
            named[one.number] = one
    if not named:
        raise MailboxError("no name with a telephone number is in the file")
    _put(services, owner, list(named.values()), by=by)
    return NamesTaken(len(named), unread)


def remove_name(services: Services, owner: NameList, raw_number: str, *, by: Actor) -> bool:
    """False when the list has no such number."""
    number = check_number(raw_number, region=services.rules.home_region)
    with services.store.begin() as uow:
        removed = uow.caller_names.remove(owner, number)
        if removed:
            _note(uow, services, owner, AuditAction.NAMES_REMOVED, names=1, by=by)
            uow.commit()
    return removed


def clear_names(services: Services, owner: NameList, *, by: Actor) -> int:
    """Remove all of a list; how many there were."""
    with services.store.begin() as uow:
        removed = uow.caller_names.clear(owner)
        if removed:
            _note(uow, services, owner, AuditAction.NAMES_REMOVED, names=removed, by=by)
            uow.commit()
    return removed


def find_name(services: Services, owner: NameList, raw_number: str) -> CallerName | None:
    """What that list calls the number. Raise MailboxError when it is none."""
    number = check_number(raw_number, region=services.rules.home_region)
    with services.store.look() as uow:
        return uow.caller_names.get(owner, number)


def some_names(
    services: Services, owner: NameList, *, after: Number | None = None, limit: int = MOST
) -> Sequence[CallerName]:
    """By number, from behind `after`."""
    with services.store.look() as uow:
        return uow.caller_names.list(owner, after=after, limit=limit)


def known_names(services: Services, owner: Number, callers: Iterable[Number | None]) -> Mapping[Number, str]:
    """What these are called for that subscriber; who withholds the number has no name."""
    numbers = {number for number in callers if number is not None}
    with services.store.look() as uow:
        return uow.caller_names.known(owner, numbers)


def checked_name(raw_number: str, name: str, *, region: str) -> CallerName:
    """Raise MailboxError when the one is no number, or the other no name."""
    number, checked = check_number(raw_number, region=region), check_name(" ".join(name.split()))
    if not checked:
        raise MailboxError("a name is missing")
    return CallerName(number, checked)


def _put(services: Services, owner: NameList, names: Collection[CallerName], *, by: Actor) -> None:
    with services.store.begin() as uow:
        if owner is not None:
            uow.subscribers.need(owner, for_change=True)
        uow.caller_names.put(owner, names)
        if uow.caller_names.count(owner) > MOST:
            raise MailboxError(f"a list has at most {MOST} names")
        _note(uow, services, owner, AuditAction.NAMES_CHANGED, names=len(names), by=by)
        uow.commit()


def _note(
    uow: UnitOfWork, services: Services, owner: NameList, action: AuditAction, *, names: int, by: Actor
) -> None:
    """How many, and never whose: others' numbers are no business of the trail."""
    audit.note(uow, services.clock.now(), by, action, mailbox=owner, detail=f"names: {names}")
