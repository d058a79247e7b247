"""Several who count at once, and one who is killed meanwhile: each thing is counted once all the same."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.tally import Counted, GatewayLook, Occurrence
from tests.contract.stores import KARI, NOON, OpenStore, Shop, subscribe
from tests.contract.test_store_calls import called, write
from tests.contract.test_store_tallies import MESSAGE, SENT, count, day, happen, is_behind

ROOT = Path(__file__).parents[2]


def test_several_who_count_at_once_count_each_thing_once(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    write(store, *(called(str(n), minutes=n % 60) for n in range(300)))
    happen(store, *(Occurrence(NOON, Counted.gateway(Channel.SMS, GatewayLook.UP)) for _ in range(300)))
    others = [sql_shop.store() for _ in range(4)]

    def work(mine: OpenStore) -> None:
        while is_behind(mine):
            count(mine, limit=7)

    with ThreadPoolExecutor(4) as several:
        list(several.map(work, others))
    assert day(store) == {MESSAGE: 300, Counted.gateway(Channel.SMS, GatewayLook.UP): 300}


COUNTS_WHEN_TOLD = """
import sys
from personsvar.storage import SqlStore
store = SqlStore(sys.argv[1])
for _ in sys.stdin:
    with store.begin() as work:
        counted = work.tallies.count_up(limit=2)
        work.commit()
    print(counted, flush=True)
"""


def test_who_is_killed_while_counting_has_counted_nothing_twice_and_left_nothing_out(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    write(store, *(called(str(n), minutes=n % 60) for n in range(400)))
    happen(store, *(Occurrence(NOON, SENT) for _ in range(400)))
    counting = [sys.executable, "-c", COUNTS_WHEN_TOLD, str(sql_shop.url)]
    for rounds in (1, 7, 30):
        with Popen(counting, stdin=PIPE, stdout=PIPE, cwd=ROOT, text=True, bufsize=1) as one:
            assert one.stdin is not None
            assert one.stdout is not None
            for _ in range(rounds):
                one.stdin.write("count\n")
                assert one.stdout.readline() == "4\n"
            one.stdin.write("and once more\n")
            one.kill()
    assert is_behind(store)
    while count(store):
        pass
    assert day(store) == {MESSAGE: 400, SENT: 400}


@pytest.mark.parametrize("sql_shop", ["postgres"], indirect=True)  # SQLite has one writer at a time
@pytest.mark.postgres
def test_what_is_written_down_while_somebody_counts_is_counted_after_it(sql_shop: Shop) -> None:
    """An earlier row that is committed late, behind the back of who counts, is no gap."""
    store, other = sql_shop.store(), sql_shop.store()
    subscribe(store, KARI)
    with store.begin() as late:
        late.call_log.add(called("1"))
        late.tallies.add([Occurrence(NOON, SENT)])
        write(other, called("2", minutes=1))
        happen(other, Occurrence(NOON, SENT))
        assert count(other) == 2
        late.commit()
    assert count(other) == 2
    assert day(store) == {MESSAGE: 2, SENT: 2}
