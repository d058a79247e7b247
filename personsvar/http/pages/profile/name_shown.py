"""The names of callers as their owner sees them: a page of the list, looked through or not, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from personsvar.mailbox.caller_names import NamesTaken, find_name, some_names
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.phone_numbers import check_number
from personsvar.mailbox.services import Services
from personsvar.notifier.words.facts import written

ON_A_PAGE = 50
_LONGEST_SEARCH = 100
_MOST_DIGITS = 6
Asked = Mapping[str, str]
"""What stands in the page's address."""


@dataclass(frozen=True, slots=True)
class ShownName:
    number: Number
    written: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownNames:
    """A page of the list, or of what was looked for in it."""

    names: Sequence[ShownName]
    total: int
    sought: str
    page: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class NameForm:
    """What stands in the form: a caller to be named, or what was wrong."""

    number: str = ""
    name: str = ""


def shown_names(services: Services, owner: Number, asked: Asked) -> ShownNames:
    """The whole list is read, which is bounded: people look for names in the order of their language."""
    every = some_names(services, owner)
    sought = asked.get("q", "").strip()[:_LONGEST_SEARCH]
    fitting = sorted((it for it in every if _fits(it, sought)), key=_in_order)
    page = max(1, _figure(asked.get("page", "")))
    first = (page - 1) * ON_A_PAGE
    shown = [ShownName(it.number, written(it.number), it.name) for it in fitting[first : first + ON_A_PAGE]]
    return ShownNames(shown, len(every), sought, page, len(fitting) > first + ON_A_PAGE)


def came_of_file(asked: Asked) -> NamesTaken:
    """As the address says it behind the form."""
    return NamesTaken(_figure(asked.get("names", "")), _figure(asked.get("unread", "")))


def to_be_named(services: Services, owner: Number, asked: Asked) -> NameForm:
    """A caller that is pointed at: what is in the list already stands in the form."""
    number = number_meant(services, asked.get("number", ""))
    if number is None:
        return NameForm()
    known = find_name(services, owner, number)
    return NameForm(written(number), "" if known is None else known.name)


def number_meant(services: Services, given: str) -> Number | None:
    """None: it is none."""
    try:
        return check_number(given, region=services.rules.home_region)
    except MailboxError:
        return None


def _fits(name: CallerName, sought: str) -> bool:
    digits = "".join(letter for letter in sought if letter.isdecimal())
    return sought.casefold() in name.name.casefold() or (digits != "" and digits in name.number)


def _in_order(name: CallerName) -> tuple[str, str]:
    """Å comes last in Norwegian, as it does among code points; æ and ø before it."""
    letters = name.name.casefold().translate(str.maketrans("æøå", "\ue000\ue001\ue002"))
    return letters, name.number


def _figure(asked: str) -> int:
    digits = asked.isascii() and asked.isdecimal() and len(asked) <= _MOST_DIGITS
    return int(asked) if digits else 0
