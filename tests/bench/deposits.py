"""`python -m tests.bench.deposits URL NUMBER A_SECOND SECONDS`: messages are stored at a rate.

A process of its own, so that its times are not those of whoever measures beside it. It prints the
milliseconds of each deposit, from when it was due, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.vault import FernetVault, new_key
from personsvar.world import RealChance, RealClock
from tests.bench.sounds import talk
from tests.bench.yard import CALLER
from tests.fakes.bank_holidays import NamedBankHolidays

SPOKEN_SECONDS = 20.0


def main(url: str, number: str, a_second: int, seconds: float) -> None:
    store, alaw = SqlStore(url), talk(SPOKEN_SECONDS)
    chance, vault = RealChance(), FernetVault(new_key())
    services = Services(store, RealClock(), chance, vault, Rules(max_messages=100_000), NamedBankHolidays())
    began, took = time.perf_counter(), []
    for place in range(round(a_second * seconds)):
        due = began + place / a_second
        time.sleep(max(due - time.perf_counter(), 0))
        header = SpoolHeader(
            SpoolId(uuid4().hex), Purpose.MESSAGE, Number(number), Number(CALLER), datetime.now(UTC)
        )
        take_in(services, header, alaw=alaw)
        took.append((time.perf_counter() - due) * 1000)
    store.close()
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
