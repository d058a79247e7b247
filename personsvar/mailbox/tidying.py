"""What goes on to be removed by its age beside messages, and by the same care for the clock (`retention`).

PINs whose time is over, receipts nobody waits for, notices that are history; charges that were billed long
ago, counters of wrong PINs that nobody adds to, the call log and the audit trail, greetings that nobody
hears, absences that are over, and what was counted by the hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from personsvar.mailbox import import_jobs
from personsvar.mailbox.idempotency import KEPT
from personsvar.mailbox.model.reckoning import Uptime
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.profile.login_codes import expire_codes
from personsvar.mailbox.profile.web_sessions import expire_sessions
from personsvar.mailbox.reckoning import is_believed
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.tallies import purge_tallies

LEDGER_DAYS = 90
"""How long the ledger can be looked up in."""
UNANSWERED_DAYS = 30
"""How long a call back is known that was not answered: it counts against its day, and costs nothing."""
ABSENCE_DAYS = 30
"""How long an absence stays behind its end: a call that waits in the spool is judged by it."""
_BATCH = 500


def expire_secrets(services: Services) -> int:
    """Erase the PINs whose time is over, and files of subscribers that nobody applied; how many."""
    with services.store.begin() as uow:
        now = services.clock.now()
        erased = uow.outbox.expire_secrets(now=now)
        erased += uow.import_jobs.expire(before=now - import_jobs.KEPT, limit=_BATCH)
        uow.commit()
    return erased


def tidy_ledger(services: Services, uptime: Uptime) -> int:
    """Remove ended notices after 90 days, and receipts that belong to nothing; how many notices.

    Where the ledger is divided into months, they begin and end here.
    """

    def begin(uow: UnitOfWork, now: datetime) -> int:
        uow.outbox.begin_month(now=now)
        return 0

    def tidy(uow: UnitOfWork, now: datetime) -> int:
        return uow.outbox.purge(before=now - timedelta(days=LEDGER_DAYS), limit=_BATCH)

    _believing(services, uptime, begin)
    _believing(services, uptime, lambda uow, now: uow.outbox.expire_receipts(now=now))
    return _believing(services, uptime, tidy)


def tidy_mailboxes(services: Services, uptime: Uptime) -> int:
    """Remove what is past its time, of greetings out of use to the audit trail; how much."""
    rules = services.rules
    return (
        _believing(services, uptime, lambda uow, now: _greetings(uow, rules, now))
        + _believing(services, uptime, lambda uow, now: _call_backs(uow, rules, now))
        + _believing(services, uptime, lambda uow, now: _locks(uow, rules, now))
        + _believing(services, uptime, lambda uow, now: _log_ins(uow, rules, now))
        + _believing(services, uptime, lambda uow, now: _calls(uow, rules, now))
        + _believing(services, uptime, lambda uow, now: _audit(uow, rules, now))
        + _believing(services, uptime, _absences)
        + _believing(services, uptime, lambda uow, now: purge_tallies(uow, now, limit=_BATCH))
    )


def _greetings(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    """A version's time counts from the round that finds it out of use."""
    uow.greetings.mark_unused(now=now, limit=_BATCH)
    return uow.greetings.remove_unused(before=now - timedelta(days=rules.keep_greetings_days), limit=_BATCH)


def _call_backs(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    return sum(
        uow.call_backs.purge(answered=answered, before=now - timedelta(days=days), limit=_BATCH)
        for answered, days in ((False, UNANSWERED_DAYS), (True, rules.keep_charges_days))
    )


def _locks(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    return uow.locks.purge(before=now - timedelta(days=rules.keep_locks_days), now=now, limit=_BATCH)


def _log_ins(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    return expire_codes(uow, now) + expire_sessions(uow, rules, now)


def _calls(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    return uow.call_log.purge(before=now - timedelta(days=rules.keep_calls_days), limit=_BATCH)


def _audit(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    before = now - timedelta(days=rules.keep_audit_days)
    gone = uow.audit.purge(before=before, limit=_BATCH) + uow.api_keys.purge(before=before, limit=_BATCH)
    gone += uow.kept_requests.purge(before=now - KEPT, limit=_BATCH)
    return gone + uow.import_jobs.purge(before=now - import_jobs.REMEMBERED, limit=_BATCH)


def _absences(uow: UnitOfWork, now: datetime) -> int:
    return uow.absences.purge(before=now - timedelta(days=ABSENCE_DAYS), limit=_BATCH)


def _believing(services: Services, uptime: Uptime, tidy: Callable[[UnitOfWork, datetime], int]) -> int:
    """Nothing goes by a clock that is not believed: retention says so, and asks the operator."""
    now = services.clock.now()
    with services.store.begin() as uow:
        if not is_believed(uow.upkeep.last(), now, uptime):
            return 0
        gone = tidy(uow, now)
        uow.commit()
    return gone
