"""`python -m tests.bench.deposits URL A_SECOND SECONDS NUMBER...`: messages are stored at a rate.

A process of its own, as the one that takes calls is. Those whose numbers are given get them in turn. It
prints the milliseconds of each deposit, from when it was due, when each was stored (by the monotonic clock,
which all processes share), and its own CPU, as JSON. What a process does once, as opening its connection, is
done before.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.world import RealChance, RealClock
from tests.bench.sounds import talk
from tests.bench.yard import CALLER
from tests.fakes.bank_holidays import NamedBankHolidays

SPOKEN_SECONDS = 20.0
FIRST = 10
"""So many go before the others, and are not counted."""


def main(url: str, a_second: int, seconds: float, numbers: Sequence[str]) -> None:
    store, alaw = SqlStore(url), talk(SPOKEN_SECONDS)
    chance, vault = RealChance(), FernetVault(new_key())
    services = Services(store, RealClock(), chance, vault, Rules(max_messages=100_000), NamedBankHolidays())
    for place in range(FIRST):
        _deposit(services, numbers[place % len(numbers)], alaw)
    took, stored = [], []
    began, cpu = time.perf_counter(), time.process_time()
    for place in range(round(a_second * seconds)):
        due = began + place / a_second
        time.sleep(max(due - time.perf_counter(), 0))
        _deposit(services, numbers[place % len(numbers)], alaw)
        took.append((time.perf_counter() - due) * 1000)
        stored.append(time.monotonic())
    spent = (time.process_time() - cpu) * 1000
    print(json.dumps({"took_ms": took, "stored_at": stored, "cpu_ms": spent}))
    store.close()


def _deposit(services: Services, number: str, alaw: bytes) -> None:
    now = datetime.now(UTC)
    header = SpoolHeader(SpoolId(uuid4().hex), Purpose.MESSAGE, Number(number), Number(CALLER), now)
    take_in(services, header, alaw=alaw)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
