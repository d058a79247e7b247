"""What callers are called, so that people read `Kari Nordmann` where a number alone says nothing.

Each subscriber has a list, which nobody else sees anything of, and the operator has one for everybody; the
subscriber's own goes before it. What a network says of a caller (a display name) is not looked at: whoever
calls chooses it. Nothing is kept beside a message or a notice: a name is looked up when it is shown, and
forgotten everywhere when it is removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.name_files import read_names
from personsvar.mailbox.name_letters import NameFault, NameFaultError, check_name
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.phone_numbers import check_number, normalise
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

MOST = 5000
"""Names in one list."""
_MOST_WAYS = 4 * MOST
"""In which a file writes its numbers: one number may be written in several."""
MOST_ENTRIES = 200_000
"""Of a file, whatever they say: each takes its time."""

NameList = Number | None
"""Whose list it is; None: the operator's."""


class ListFullError(MailboxError):
    """There are more names than a list has room for."""


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
    file = _NamesOfFile(services.rules.home_region)
    for place, (number, name) in enumerate(read_names(content)):
        if place >= MOST_ENTRIES:
            raise MailboxError(f"the file has more than {MOST_ENTRIES} entries")
        file.take(number, name)
    if not file.named:
        raise MailboxError("no name with a telephone number is in the file")
    _put(services, owner, list(file.named.values()), by=by)
    return NamesTaken(len(file.named), file.unread)


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


def all_names(
    services: Services, owner: NameList, *, after: Number | None = None, most: int | None = None
) -> Iterator[CallerName]:
    """By number; a page a transaction."""
    return page_by_page(
        services,
        lambda uow, last, limit: uow.caller_names.list(owner, after=last, limit=limit),
        lambda it: it.number,
        after=after,
        most=most,
    )


def known_names(
    services: Services, owner: NameList, callers: Iterable[Number | None]
) -> Mapping[Number, str]:
    """What these are called for that subscriber, or by the operator's list; who withholds has no name."""
    numbers = {number for number in callers if number is not None}
    with services.store.look() as uow:
        return uow.caller_names.known(owner, numbers)


def checked_name(raw_number: str, name: str, *, region: str) -> CallerName:
    """Raise MailboxError when the one is no number, or the other no name."""
    return CallerName(check_number(raw_number, region=region), _checked(name))


def _checked(name: str) -> str:
    checked = check_name(" ".join(name.split()))
    if not checked:
        raise NameFaultError(NameFault.MISSING)
    return checked


@dataclass
class _NamesOfFile:
    """What a file calls each number, last; bounded, as a number takes its time to be looked at."""

    region: str
    named: dict[Number, CallerName] = field(default_factory=dict)
    unread: int = 0
    _ways: dict[str, Number | None] = field(default_factory=dict)

    def take(self, written: str, name: str) -> None:
        number = self._number(written) if written and name else None
        try:
            one = None if number is None else CallerName(number, _checked(name))
        except MailboxError:
            one = None
        if one is None:
            self.unread += 1
            return
        self.named[one.number] = one
        if len(self.named) > MOST:
            raise ListFullError(f"there are more than {MOST} numbers in the file")

    def _number(self, written: str) -> Number | None:
        if written not in self._ways:
            if len(self._ways) >= _MOST_WAYS:
                raise MailboxError(f"the file writes numbers in more than {_MOST_WAYS} ways")
            self._ways[written] = normalise(written, region=self.region)
        return self._ways[written]


def _put(services: Services, owner: NameList, names: Collection[CallerName], *, by: Actor) -> None:
    with services.store.begin() as uow:
        if owner is not None:
            uow.subscribers.need(owner, for_change=True)
        uow.caller_names.put(owner, names)
        if uow.caller_names.count(owner) > MOST:
            raise ListFullError(f"a list has at most {MOST} names")
        _note(uow, services, owner, AuditAction.NAMES_CHANGED, names=len(names), by=by)
        uow.commit()


def _note(
    uow: UnitOfWork, services: Services, owner: NameList, action: AuditAction, *, names: int, by: Actor
) -> None:
    """How many, and never whose: others' numbers are no business of the trail."""
    audit.note(uow, services.clock.now(), by, action, mailbox=owner, detail=f"names: {names}")
