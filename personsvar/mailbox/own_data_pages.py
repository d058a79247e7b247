"""What there may be thousands of in a mailbox, page by page: none of it is held while more is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from personsvar.mailbox import own_data_records as records
from personsvar.mailbox.model.audit import AuditEntry
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.own_data_records import Record
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

PAGE = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnPages:
    services: Services
    owner: Number

    def message_records(self) -> Iterator[Record]:
        """With what their callers are called."""
        for page in self._pages(self._messages):
            callers = {it.caller for it in page if it.caller is not None}
            with self.services.store.look() as uow:
                names = uow.caller_names.known(self.owner, callers)
            yield from (records.message_record(it, names) for it in page)

    def messages(self) -> Iterator[Message]:
        return self._each(self._messages)

    def names(self) -> Iterator[CallerName]:
        return self._each(
            lambda uow, last: uow.caller_names.list(
                self.owner, after=None if last is None else last.number, limit=PAGE
            )
        )

    def notices(self) -> Iterator[Notice]:
        return self._each(
            lambda uow, last: uow.outbox.list(
                to=self.owner, before_id=None if last is None else last.id, limit=PAGE
            )
        )

    def calls(self) -> Iterator[CallRecord]:
        return self._each(
            lambda uow, last: uow.call_log.list(
                CallsWanted(self.owner),
                behind=None if last is None else CallPlace(last.began_at, last.id),
                limit=PAGE,
            )
        )

    def charges(self) -> Iterator[CallBack]:
        return self._each(
            lambda uow, last: uow.call_backs.charges_page(
                mailbox=self.owner, after=None if last is None else last.id, limit=PAGE
            )
        )

    def changes(self) -> Iterator[AuditEntry]:
        return self._each(
            lambda uow, last: uow.audit.list(
                AuditWanted(self.owner), before_id=None if last is None else last.id, limit=PAGE
            )
        )

    def _messages(self, uow: UnitOfWork, last: Message | None) -> Sequence[Message]:
        behind = None if last is None else MessagePlace(last.received_at, last.id)
        return uow.messages.search(MessagesWanted(self.owner), behind=behind, limit=PAGE)

    def _each(self, read: Callable[[UnitOfWork, T | None], Sequence[T]]) -> Iterator[T]:
        for page in self._pages(read):
            yield from page

    def _pages(self, read: Callable[[UnitOfWork, T | None], Sequence[T]]) -> Iterator[Sequence[T]]:
        """Each begins behind the last one of the page before."""
        last: T | None = None
        while True:
            with self.services.store.look() as uow:
                page = read(uow, last)
            if not page:
                return
            yield page
            last = page[-1]
