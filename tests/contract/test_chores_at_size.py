"""Background work that finds nothing to do costs the same however large the installation is.

Each chore that a notifier has, as it is made there: a new one is measured without being named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from personsvar.bootstrap import Application
from personsvar.encryption.vault import new_key
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from tests.contract.test_store_growth import SPARE
from tests.postgres import PostgresCluster
from tests.size.blocks_touched import BlockCount
from tests.size.fill import fill

pytestmark = pytest.mark.postgres
SMALL, LARGE = 1_500, 6_000


def _settings(cluster: PostgresCluster, folder: Path) -> Settings:
    url = cluster.url(cluster.new_database())
    return Settings(state=folder, database_url=SecretStr(url), secret_key=SecretStr(new_key()))


def _idle_rounds(settings: Settings, mailboxes: int) -> Mapping[str, int]:
    """The blocks each of them touches when all that there was to do is done."""
    fill(settings.database, mailboxes=mailboxes, full=10)
    count = BlockCount()
    with closing(Application(settings)) as application:
        count.watch(application.store)
        count.watch(application.outbox_store)
        touched, chores = {}, NotifierService(application).chores
        for chore in (*chores, *chores):  # twice: some wait until retention has looked at the clock
            chore.finish()
        for chore in chores:
            count.taken()
            chore.once()
            assert chore.failures == 0
            touched[chore.name] = count.taken()
    return touched


def test_a_round_that_finds_nothing_touches_no_more_of_an_installation_four_times_as_large(
    cluster: PostgresCluster, tmp_path: Path
) -> None:
    small, large = (_idle_rounds(_settings(cluster, tmp_path / str(size)), size) for size in (SMALL, LARGE))
    assert sum(small.values()) > 0
    assert {
        name: (small[name], large[name]) for name in small if large[name] > small[name] * 4 / 3 + SPARE
    } == {}
