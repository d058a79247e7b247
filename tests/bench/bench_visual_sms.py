"""Visual voicemail: from a caller's hang-up to the SYNC in the SMSC's hands.

Real calls through a real Asterisk, `personsvar run` on PostgreSQL, an SMSC (the npm package smpp) on
loopback; counted from the phone's BYE to the PDU. BENCH_CALLS sets how many.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

from dialplan.switch.root import find_asterisk
from personsvar import storage
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.requests import VisualRequest, VisualRequestKind, take_request
from personsvar.world import RealChance, RealClock
from tests.bench import processes, tables
from tests.bench.hang_ups import AT_ONCE, hang_ups
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.postgres import running_cluster
from tests.real.notices.smsc import NodeSmsc, smsc
from tests.real.running_site import running_site, telephones

CALLS = int(os.environ.get("BENCH_CALLS", "100"))
OWNER = Number("+4790000001")
FIRST = 100
_SYNC = re.compile(r"//VVM:SYNC:ev=NM;.*;s=\+47900(\d{5});")


def main() -> None:
    tables.begin("Visual voicemail by SMS")
    with running_cluster() as cluster:
        url, key = cluster.url(cluster.new_database()), new_key()
        storage.upgrade(url)
        asyncio.run(_measure(url, key))


async def _measure(url: str, key: str) -> None:
    async with AsyncExitStack() as peers:
        peer = await peers.enter_async_context(smsc())
        environment = {
            "PERSONSVAR_DATABASE_URL": url,
            "PERSONSVAR_SECRET_KEY": key,
            "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{await peer.port}",
            "PERSONSVAR_VISUAL_HOST": "vvm.example.test",
            "PERSONSVAR_VISUAL_NUMBER": "2020",
        }
        with ExitStack() as town:
            opened = running_site(find_asterisk(), town.enter_context(_folder()), environment=environment)
            site = await asyncio.to_thread(town.enter_context, opened)
            site.subscriber()  # +47 900 00 001
            _activate(url, key)
            telephone = town.enter_context(telephones(site))
            hung_up = await hang_ups(telephone, OWNER, range(FIRST, FIRST + CALLS))
            heard = await _syncs(peer)
    took = [(heard[caller] - at) * 1000 for caller, at in hung_up.items()]
    tables.show(
        "Hang-up to SYNC at the SMSC, ms",
        ("", "calls", "p50", "p90", "p99"),
        [("OMTP, PostgreSQL", str(CALLS), *(f"{tables.percentile(took, p):.0f}" for p in (0.5, 0.9, 0.99)))],
        notes=f"{AT_ONCE} calls at once · load {processes.load():.1f}",
    )


def _activate(url: str, key: str) -> None:
    store = store_beside(url)
    services = Services(
        store, RealClock(), RealChance(), FernetVault(key), Rules(visual=True), NamedBankHolidays()
    )
    take_request(
        services, OWNER, VisualRequest(VisualRequestKind.ACTIVATE, VisualDialect.OMTP_13, client="bench")
    )
    store.close()


async def _syncs(peer: NodeSmsc) -> dict[str, float]:
    """When each caller's SYNC was in the SMSC's hands."""
    submits = 0
    while True:
        lines = await peer.heard("submit", submits + 1)
        found = {caller[1]: line["heard"] for line in lines if (caller := _SYNC.search(_text(line)))}
        if len(found) == CALLS:
            return found
        submits = len(lines)


def _text(line: dict[str, object]) -> str:
    message = line["short_message"]
    return str(message["message"]) if isinstance(message, dict) else ""


@contextmanager
def _folder() -> Iterator[Path]:
    """A short path, where the switch may go too."""
    with tempfile.TemporaryDirectory(prefix="personsvar-bench-") as name:
        folder = Path(name)
        folder.chmod(0o750)
        yield folder


if __name__ == "__main__":
    main()
