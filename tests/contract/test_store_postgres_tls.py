"""A PostgreSQL of another machine: what `sslmode` in its address asks for is kept to, by every connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.postgres import PostgresCluster
from tests.real.ports import free_tcp_port
from tests.wire.certificates import Made, certificate_for

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Elsewhere:
    """A server on TCP, with a certificate for `localhost`."""

    port: int
    papers: Made

    def url(self, asked: str, *, host: str = "localhost") -> str:
        return f"postgresql://personsvar@{host}:{self.port}/personsvar?{asked}"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    papers, port = certificate_for("localhost", folder=tmp_path_factory.mktemp("papers")), free_tcp_port()
    with TemporaryDirectory(prefix="personsvar-pg-") as folder:
        cluster = PostgresCluster(Path(folder))
        cluster.create()
        certificate = cluster.own(papers.certificate, papers.certificate.read_bytes())
        key = cluster.own(papers.key, papers.key.read_bytes())
        cluster.start()
        cluster.tell("CREATE DATABASE personsvar TEMPLATE template0")
        cluster.tell("ALTER SYSTEM SET ssl = on")
        cluster.tell(f"ALTER SYSTEM SET ssl_cert_file = '{certificate}'")
        cluster.tell(f"ALTER SYSTEM SET ssl_key_file = '{key}'")
        cluster.tell(f"ALTER SYSTEM SET port = {port}")
        cluster.stop()
        yield from _listening(cluster, Elsewhere(port, papers))


def _listening(cluster: PostgresCluster, elsewhere: Elsewhere) -> Iterator[Elsewhere]:
    cluster.port = elsewhere.port
    cluster.start("listen_addresses=localhost")
    try:
        upgrade(elsewhere.url("sslmode=require"))
        yield elsewhere
    finally:
        cluster.stop()


def is_encrypted(url: str) -> bool:
    store = SqlStore(url, connections=1)
    try:
        with store.look() as work:
            assert isinstance(work, SqlUnitOfWork)
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            return bool(work._connection.exec_driver_sql(asked).scalar_one())
    finally:
        store.close()


def test_with_verify_full_it_is_encrypted_and_the_server_is_the_one_meant(elsewhere: Elsewhere) -> None:
    assert is_encrypted(elsewhere.url(f"sslmode=verify-full&sslrootcert={elsewhere.papers.certificate}"))


def test_a_server_with_another_certificate_is_not_spoken_to(elsewhere: Elsewhere, tmp_path: Path) -> None:
    other = certificate_for("other", folder=tmp_path).certificate
    with pytest.raises(StoreUnavailableError, match="certificate"):
        is_encrypted(elsewhere.url(f"sslmode=verify-full&sslrootcert={other}"))


def test_a_server_of_another_name_is_not_spoken_to(elsewhere: Elsewhere) -> None:
    asked = f"sslmode=verify-full&sslrootcert={elsewhere.papers.certificate}"
    with pytest.raises(StoreUnavailableError, match="certificate"):
        is_encrypted(elsewhere.url(asked, host="127.0.0.1"))
