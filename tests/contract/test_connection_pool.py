"""PostgreSQL's pool: a moment's rush opens no connection, a longer one does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import PoolProxiedConnection

from personsvar.storage.patient_pool import PatientPool
from tests.patience import patience
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres


class LongPatience(PatientPool):
    patience_seconds = patience(60)


class NoPatience(PatientPool):
    patience_seconds = 0.001


@pytest.fixture
def opened() -> list[int]:
    """The servers' processes, one for each connection there ever was."""
    return []


@pytest.fixture
def connect(cluster: PostgresCluster, opened: list[int]) -> Callable[[], Any]:
    def connected() -> psycopg.Connection:
        connection = psycopg.connect(cluster.url("postgres"))
        opened.append(connection.info.backend_pid)
        return connection

    return connected


def used_in_turn(pool: PatientPool) -> None:
    """Somebody has the one that is kept, and another comes before it is given back."""
    with ThreadPoolExecutor(1) as another:
        first = pool.connect()
        second = another.submit(pool.connect)
        first.close()
        second.result().close()


def used_at_once(pool: PatientPool) -> list[PoolProxiedConnection]:
    with ThreadPoolExecutor(1) as another:
        first = pool.connect()
        return [first, another.submit(pool.connect).result()]


def test_who_finds_none_waits_for_the_one_that_is_soon_free(
    connect: Callable[[], Any], opened: list[int]
) -> None:
    pool = LongPatience(connect, pool_size=1, max_overflow=1)
    for _ in range(20):
        used_in_turn(pool)
    assert len(opened) == 1
    pool.dispose()


def test_who_waits_in_vain_gets_another_one(connect: Callable[[], Any], opened: list[int]) -> None:
    pool = NoPatience(connect, pool_size=1, max_overflow=1)
    both = used_at_once(pool)
    assert len(set(opened)) == 2
    for connection in both:
        connection.close()
    pool.dispose()
