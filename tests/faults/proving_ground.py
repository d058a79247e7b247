"""The production shape on one machine, to be broken: a real Asterisk, ivr, notifier and visual each in a
process of its own, PostgreSQL with a standby, an SMSC, a mail server, lamps; and what lies between them
can be cut.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import find_asterisk
from personsvar import storage
from personsvar.encryption.master_key import MasterKeyFile, new_line
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.lamps import LampRows
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.storage.keys import InstallationKeys
from personsvar.world import RealChance, RealClock
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.faults import spool_volume, wrong_clock
from tests.faults.far_ends import CountingMail, CountingSmsc, Lamps, counting_lamps, counting_smsc
from tests.faults.kept_service import KeptService
from tests.faults.plans import CLOCKS, FaultKind
from tests.faults.service_forks import ServiceForks, service_forks
from tests.faults.spool_volume import SpoolVolume
from tests.faults.wire_between import WireProcess
from tests.faults.wrong_clock import WrongClock
from tests.real.heard import PromptSounds
from tests.real.notices.postfix import running_postfix
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.running_site import SOUNDS
from tests.real.spool import eventually
from tests.real.visual.authority import Papers, papers_for
from tests.standby import Pair, running_pair

HOST = "127.0.0.1"
SWITCH_START_SECONDS = 600
SETTINGS = {
    "PERSONSVAR_ESL_BIND": "none",
    "PERSONSVAR_MISSED_CALLS_SECONDS": "0",  # each call is told of by itself: they can be counted
    "PERSONSVAR_NOTICE_LEASE_SECONDS": "10",
    "PERSONSVAR_NOTICE_RETRY_SECONDS": "1",
    "PERSONSVAR_RETENTION_MINUTES": "1",  # by wrong clocks, and by the right one behind them
    "PERSONSVAR_RTP_TIMEOUT": "1",  # a dead switch is waited for by half a minute less
    "PERSONSVAR_SWEEP_SECONDS": "1",
    "PERSONSVAR_WATCHDOG_SECONDS": "6",
    "PERSONSVAR_MAIL_FROM": "voicemail@example.test",
    "PERSONSVAR_VISUAL_HOST": HOST,
}


@dataclass
class ProvingGround:
    folder: Path
    switch: Switch
    ivr: KeptService
    notifier: KeptService
    visual: KeptService
    pair: Pair
    wire: WireProcess
    smsc: CountingSmsc
    mail: CountingMail | None
    lamps: Lamps
    volume: SpoolVolume | None
    clock: WrongClock | None
    services: Services
    """The same mailboxes, as another process sees them."""
    papers: Papers
    prompts: PromptSounds
    gone: Event = field(default_factory=Event)
    """Set as the switch is killed; another one for those who call the next."""

    @property
    def all_services(self) -> tuple[KeptService, ...]:
        return self.ivr, self.notifier, self.visual

    @property
    def spool(self) -> Path:
        return self.switch.setting.spool

    def kill_switch(self) -> None:
        self.gone.set()
        os.kill(self.switch.pid, signal.SIGKILL)
        eventually(lambda: self.switch.exit_code is not None, within=10, what="the switch's end")

    def be_well(self) -> None:
        """Whatever does not run is started, and all of it is well when this returns."""
        if self.switch.exit_code is not None:
            self.gone.set()  # killed, or ended by itself
            self.switch.start(within_seconds=SWITCH_START_SECONDS)
            self.gone = Event()
        for service in self.all_services:
            service.be_launched()
        for service in self.all_services:
            service.be_up()

    def imap_port(self) -> int:
        return int(self.visual.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")[2])


def kinds_here() -> tuple[tuple[FaultKind, ...], Mapping[FaultKind, str]]:
    """Those that can be had on this machine, and why the others can't."""
    why: dict[FaultKind, str] = {}
    if none := spool_volume.why_there_is_none():
        why |= dict.fromkeys((FaultKind.DISK_FULL, FaultKind.DISK_SLOW), none)
    if wrong_clock.library() is None:
        why |= dict.fromkeys(CLOCKS, "libfaketime is not installed")
    return tuple(kind for kind in FaultKind if kind not in why), why


@contextmanager
def proving_ground(folder: Path) -> Iterator[ProvingGround]:
    """`folder` is its own, and empty."""
    folder.chmod(0o750)
    with ExitStack() as open_now:
        clock = _clock(folder)
        forks = open_now.enter_context(service_forks(clock.environment() if clock else {}))
        pair = open_now.enter_context(running_pair())
        smsc = open_now.enter_context(counting_smsc())
        lamps = open_now.enter_context(counting_lamps())
        mail = _mail(open_now)
        volume = _volume(open_now, folder)
        url, wire = _database(open_now, pair, folder)
        papers = papers_for(HOST, folder=folder)
        key, master = new_key(), _master_key(folder)
        environment = {
            **SETTINGS,
            **_addresses(),
            **(clock.environment() if clock else {}),
            **(mail_settings(mail) if mail else {}),
            "PERSONSVAR_STATE": str(folder),
            "PERSONSVAR_DATABASE_URL": url,
            "PERSONSVAR_SECRET_KEY": key,
            "PERSONSVAR_MASTER_KEY_FILE": str(master.file),
            "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@{HOST}:{smsc.port}",
            "PERSONSVAR_LAMP_SIP": f"{HOST}:{lamps.port}",
            "PERSONSVAR_VISUAL_CERTIFICATE": str(papers.certificate),
            "PERSONSVAR_VISUAL_KEY": str(papers.key),
        }
        store = SqlStore(
            pair.url(DATABASE), keys=InstallationKeys(master), before_commit=LampRows(RealClock())
        )
        open_now.callback(store.close)
        services = Services(
            store, RealClock(), RealChance(), FernetVault(key), Rules(visual=True), NamedBankHolidays()
        )
        switch = Switch(find_asterisk(), _setting(folder, environment))
        ground = ProvingGround(
            folder=folder,
            switch=switch,
            ivr=_service(folder, "ivr", environment, forks),
            notifier=_service(folder, "notifier", environment, forks),
            visual=_service(folder, "visual", environment, forks),
            pair=pair,
            wire=wire,
            smsc=smsc,
            mail=mail,
            lamps=lamps,
            volume=volume,
            clock=clock,
            services=services,
            papers=papers,
            prompts=PromptSounds(SOUNDS / "nb"),
        )
        open_now.callback(switch.stop)
        for service in ground.all_services:
            open_now.callback(service.kill)
        for service in ground.all_services:
            service.be_launched()
        switch.start(within_seconds=SWITCH_START_SECONDS)
        ground.be_well()
        yield ground


DATABASE = "faults"


def _database(open_now: ExitStack, pair: Pair, folder: Path) -> tuple[str, WireProcess]:
    """The address that the services are given: of both servers, each behind a wire that can be cut."""
    pair.primary.tell(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    storage.upgrade(pair.url(DATABASE))
    ends = []
    for name, cluster in (("one", pair.primary), ("other", pair.standby)):
        here = folder / name
        here.mkdir()
        ends.append((here, cluster.folder))
    wire = WireProcess(*ends)
    open_now.callback(wire.end)
    hosts = "&".join(f"host={here}:5432" for here, _ in ends)
    return f"postgresql://personsvar@/{DATABASE}?{hosts}&target_session_attrs=read-write", wire


def _mail(open_now: ExitStack) -> CountingMail | None:
    """Postfix has servers of several users: without root there are no copies by e-mail."""
    return CountingMail(open_now.enter_context(running_postfix())) if os.geteuid() == 0 else None


def mail_settings(mail: CountingMail) -> dict[str, str]:
    return {
        "PERSONSVAR_SMTP_URL": f"smtp://{HOST}:{mail.postfix.starttls}",
        "PERSONSVAR_GATEWAY_CA": str(mail.postfix.ca),
    }


def _volume(open_now: ExitStack, folder: Path) -> SpoolVolume | None:
    if spool_volume.why_there_is_none():
        return None
    return open_now.enter_context(spool_volume.spool_volume(folder / "spool", folder / "spool.image"))


def _clock(folder: Path) -> WrongClock | None:
    library = wrong_clock.library()
    if library is None:
        return None
    clock = WrongClock(folder / "clock", library)
    clock.jumps(0)
    return clock


def _master_key(folder: Path) -> MasterKeyFile:
    file = folder / "the-master.key"
    file.write_text(new_line(), "ascii")
    file.chmod(0o600)
    return MasterKeyFile(file)


def _addresses() -> dict[str, str]:
    names = ("FASTAGI_BIND", "IMAP_BIND", "IMAPS_BIND")
    return {f"PERSONSVAR_{name}": f"{HOST}:{free_tcp_port()}" for name in names}


def _service(folder: Path, command: str, environment: Mapping[str, str], forks: ServiceForks) -> KeptService:
    health = f"{HOST}:{free_tcp_port()}"
    where = {"PERSONSVAR_HTTP_BIND" if command == "notifier" else "PERSONSVAR_HEALTH_BIND": health}
    log = folder / f"{command}.log"
    return KeptService({**environment, **where}, log, command, health=health, forks=forks)


def _setting(folder: Path, environment: Mapping[str, str]) -> Setting:
    return Setting(
        folder=folder / "asterisk",
        spool=folder / "spool",
        media=folder / "media",
        sip_bind=f"{HOST}:{free_udp_port()}",
        fastagi=environment["PERSONSVAR_FASTAGI_BIND"],
        trunk=f"{HOST}:{free_udp_port()}",
    )
