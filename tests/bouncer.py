"""A PgBouncer of the tests' own before their PostgreSQL: Debian's, in transaction mode, on a Unix socket."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import PostgresCluster

START_SECONDS = 60


@dataclass(frozen=True)
class Bouncer:
    folder: Path
    port: int = 6432

    def url(self, database: str) -> str:
        return f"postgresql://personsvar@/{database}?host={self.folder}&port={self.port}"

    def reconnect(self) -> None:
        """Every connection it has is made anew: what is on the role holds then."""
        with psycopg.connect(self.url("pgbouncer"), autocommit=True) as console:
            console.execute("RECONNECT")


@contextmanager
def bouncing(cluster: PostgresCluster, *, server_connections: int = 3) -> Iterator[Bouncer]:
    """Fewer connections to the server than clients have: they are dealt out by the transaction."""
    with tempfile.TemporaryDirectory(prefix="personsvar-pb-") as name:
        bouncer = Bouncer(Path(name))
        user, group = cluster.runs_as
        users, configuration = bouncer.folder / "users", bouncer.folder / "bouncer.ini"
        users.write_text('"personsvar" ""\n', "ascii")
        configuration.write_text(
            f"""[databases]
* = host={cluster.folder} port={cluster.port}
[pgbouncer]
unix_socket_dir = {bouncer.folder}
listen_port = {bouncer.port}
auth_type = trust
auth_file = {users}
admin_users = personsvar
pool_mode = transaction
default_pool_size = {server_connections}
""",
            "ascii",
        )
        if user is not None and group is not None:
            for one in (bouncer.folder, users, configuration):
                os.chown(one, user, group)
        with (bouncer.folder / "log").open("ab") as log:
            command = ["setpriv", "--pdeathsig", "INT", "pgbouncer", str(configuration)]
            process = subprocess.Popen(command, stdout=log, stderr=log, user=user, group=group)
        try:
            _wait_until_it_answers(bouncer, process)
            yield bouncer
        finally:
            process.kill()
            process.wait()


def _wait_until_it_answers(bouncer: Bouncer, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            psycopg.connect(bouncer.url("pgbouncer"), autocommit=True).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError((bouncer.folder / "log").read_text("utf-8"))
