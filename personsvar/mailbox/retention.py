"""How long messages are kept (the manual, section 6): new, heard 30 days, saved 365, deleted 7; settings."""

from __future__ import annotations

from datetime import timedelta

from personsvar.mailbox.model import State
from personsvar.mailbox.ports import Office, Rules

_BATCH = 200


def keep_days(rules: Rules) -> tuple[tuple[State, int], ...]:
    return (
        (State.NEW, rules.keep_new_days),
        (State.HEARD, rules.keep_heard_days),
        (State.SAVED, rules.keep_saved_days),
        (State.DELETED, rules.keep_deleted_days),
    )


def purge_once(office: Office) -> int:
    """Remove what is past its time, for good, in small transactions; how many went."""
    return sum(_purge(office, state, days) for state, days in keep_days(office.rules))


def _purge(office: Office, state: State, days: int) -> int:
    gone = 0
    while batch := _purge_batch(office, state, days):
        gone += batch
    return gone


def _purge_batch(office: Office, state: State, days: int) -> int:
    before = office.clock.now() - timedelta(days=days)
    with office.store.begin() as uow:
        expired = uow.messages.expired(state, before=before, limit=_BATCH)
        for message in expired:
            uow.messages.remove(message.id)
        uow.commit()
    return len(expired)
