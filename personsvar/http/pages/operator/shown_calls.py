"""Calls to a mailbox in an operator's words: who called as the operator's list of names knows them.

A subscriber's own list is seen by nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.http.pages.message_shown import Names
from personsvar.http.pages.operator.operator_page import OperatorAtWork
from personsvar.mailbox.caller_names import known_names
from personsvar.mailbox.model.call_record import CallRecord, CameOf


@dataclass(frozen=True, slots=True)
class ShownCall:
    what: str
    whence: str
    when: str
    length: str
    is_refused: bool


def shown_calls(work: OperatorAtWork, records: Sequence[CallRecord]) -> Sequence[ShownCall]:
    names = known_names(work.site.services, None, [record.caller for record in records])
    return [_shown(work, record, names) for record in records]


def _shown(work: OperatorAtWork, record: CallRecord, names: Names) -> ShownCall:
    seconds = round(record.seconds)
    return ShownCall(
        what=_came_of(work, record),
        whence=work.caller(record.caller, names),
        when=work.moment(record.began_at),
        length=f"{seconds // 60}:{seconds % 60:02d}",
        is_refused=record.came_of is CameOf.REFUSED,
    )


def _came_of(work: OperatorAtWork, record: CallRecord) -> str:
    words = work.said(f"came_of.{record.came_of}")
    if record.reason is not None:
        words = f"{words}: {work.said(f'missed.{record.reason}')}"
    return ", ".join([words, work.said("came_of.listened")]) if record.listened else words
