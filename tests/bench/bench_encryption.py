"""What encrypting recordings costs a deposit of 20 s: by turns with and without, in one run.

First the store alone, on SQLite and PostgreSQL: the CPU of this process and, for PostgreSQL, of its backend,
for messages that are taken in one after the other. Then whole calls: Asterisk and `personsvar ivr` together,
as `bench_cpu` has them; encryption is turned off and on under the service, which goes on. BENCH_TAKEN_IN,
BENCH_DEPOSITS and BENCH_AT_ONCE set how many.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import text

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore, encrypting, upgrade
from personsvar.storage.keys import InstallationKeys
from personsvar.world import RealChance, RealClock
from tests.bench import tables
from tests.bench.bench_cpu import DEPOSITS, GREETING, SPOKEN_SECONDS, Bill, run
from tests.bench.callers import OURS
from tests.bench.processes import cpu_ms, load
from tests.bench.sounds import talk
from tests.bench.yard import CALLER, MAILBOXES, number_of, yard
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.keys import KeyInHand
from tests.postgres import running_cluster

TAKEN_IN = int(os.environ.get("BENCH_TAKEN_IN", "1000"))
A_BLOCK = 50
ROUNDS = 4


def main() -> None:
    tables.begin("encryption")
    _show_store()
    _show_calls()


def _show_store() -> None:
    rows = []
    for name, place in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with place() as url:
            plain, sealed, blocks = _store_alone(url)
        more = sealed - plain
        rows.append((name, f"{plain:.2f}", f"{sealed:.2f}", f"{more:+.2f}", str(blocks)))
    tables.show(
        f"CPU ms to take in a message of {SPOKEN_SECONDS:g} s",
        ("", "as it is", "encrypted", "more", "blocks of each"),
        rows,
        notes=f"medians of blocks of {A_BLOCK}, by turns · load {load():.1f}",
    )


def _store_alone(url: str) -> tuple[float, float, int]:
    store = SqlStore(url, connections=1, keys=InstallationKeys(KeyInHand()))
    found: dict[bool, list[float]] = {False: [], True: []}
    with closing(store):
        with store.begin() as uow:
            for mailbox in MAILBOXES:
                uow.subscribers.add(Subscriber(number_of(mailbox), welcomed=True))
            uow.commit()
        for place in range(2 * TAKEN_IN // A_BLOCK):
            is_on = place % 2 == 1
            encrypting.turn_on(store) if is_on else encrypting.turn_off(store)
            cost = _block(store)
            if place > 1:  # nobody pays for waking up
                found[is_on].append(cost)
    return median(found[False]), median(found[True]), len(found[True])


def _block(store: SqlStore) -> float:
    services = Services(
        store,
        RealClock(),
        RealChance(),
        FernetVault(new_key()),
        Rules(max_messages=100_000),
        NamedBankHolidays(),
    )
    alaw, before = talk(SPOKEN_SECONDS), _cpu(store)
    for number in range(A_BLOCK):
        to, now = number_of(MAILBOXES[number % len(MAILBOXES)]), datetime.now(UTC)
        take_in(
            services, SpoolHeader(SpoolId(uuid4().hex), Purpose.MESSAGE, to, Number(CALLER), now), alaw=alaw
        )
    return (_cpu(store) - before) / A_BLOCK


def _cpu(store: SqlStore) -> float:
    """Of this process, and of the one backend there is."""
    ours = time.process_time() * 1000
    with store.reading() as connection:
        if connection.dialect.name != "postgresql":
            return ours
        return ours + cpu_ms(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="personsvar-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'personsvar.db'}"
        upgrade(url)
        yield url


@contextmanager
def _postgres() -> Iterator[str]:
    with running_cluster() as cluster:
        url = cluster.url(cluster.new_database())
        upgrade(url)
        yield url


def _show_calls() -> None:
    with yard() as ground:
        for mailbox in MAILBOXES:
            ground.greet(mailbox, GREETING)
        plain, sealed = (Bill(name, OURS, ground.switch, ground) for name in ("as it is", "encrypted"))
        for number in range(ROUNDS + 1):
            for bill in (plain, sealed):
                encrypting.turn_on(ground.store) if bill is sealed else encrypting.turn_off(ground.store)
                tables.tell(f"{bill.name}: round {number} of {ROUNDS}")
                first = Bill(
                    bill.name, OURS, ground.switch, ground
                )  # a few, so that nobody pays for waking up
                run(ground, bill if number else first, DEPOSITS // ROUNDS if number else 10)
        tables.show(
            "CPU ms for each deposit",
            ("", "deposits", "Asterisk", "ivr", "in all", "to it"),
            [
                (
                    bill.name,
                    str(bill.deposits),
                    f"{bill.each(bill.asterisk):.1f}",
                    f"{bill.each(bill.ivr):.1f}",
                    f"{bill.in_all:.1f}",
                    tables.ratio(bill.in_all, plain.in_all),
                )
                for bill in (plain, sealed)
            ],
            notes=f"by turns · load {load():.1f}",
        )


if __name__ == "__main__":
    main()
