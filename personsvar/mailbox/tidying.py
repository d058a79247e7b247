"""The outbox's own upkeep: PINs whose time is over, receipts nobody waits for, notices that are history."""

from __future__ import annotations

from datetime import timedelta

from personsvar.mailbox.ports import Office

LEDGER_DAYS = 90
"""How long the ledger can be looked up in."""
_BATCH = 500


def expire_secrets(office: Office) -> int:
    """Erase the PINs whose time is over; how many."""
    with office.store.begin() as uow:
        erased = uow.outbox.expire_secrets(now=office.clock.now())
        uow.commit()
    return erased


def tidy_ledger(office: Office) -> int:
    """Remove ended notices after 90 days, and receipts that belong to nothing; how many notices."""
    now = office.clock.now()
    with office.store.begin() as uow:
        uow.outbox.expire_receipts(now=now)
        gone = uow.outbox.purge(before=now - timedelta(days=LEDGER_DAYS), limit=_BATCH)
        uow.commit()
    return gone
