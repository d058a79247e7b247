"""Where transcripts are measured: a notifier with an SMSC, a transcriber, and messages that wait for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from personsvar import storage
from personsvar.encryption.vault import new_key
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.transcription.wanted import want_transcript
from personsvar.storage import SqlStore
from personsvar.storage.tables import transcripts
from tests.bench import processes
from tests.bench.depositing import Depositing
from tests.bench.yard import CALLER
from tests.postgres import PostgresCluster, running_cluster
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess
from tests.real.spool import eventually
from tests.speech.said import MEETING, joe
from tests.speech.voices import model
from tests.unit.voice_play.line import alaw, at

WISHER = Number("+4790000000")
AT_ONCE = 100
FIRST_SECONDS = 300
"""The model is loaded, and the first message written down, on a machine that is busy."""


@dataclass(frozen=True)
class TranscriptGround:
    store: SqlStore
    cluster: PostgresCluster
    database: str
    notifier: ServiceProcess
    transcriber: ServiceProcess

    def cpu_ms(self) -> dict[str, float]:
        """What each has had of the cores so far; the engine's process is one of the transcriber's family."""
        assert self.notifier.process is not None
        asked = self.transcriber.process
        return {
            "notifier": processes.cpu_ms(self.notifier.process.pid),
            "PostgreSQL": processes.cpu_ms_of_family(self.cluster.pid),
            "transcriber": 0.0 if asked is None else processes.cpu_ms_of_family(asked.pid),
        }

    def subscribe(self, numbers: Sequence[Number]) -> None:
        with self.store.begin() as uow:
            for number in numbers:
                uow.subscribers.add(Subscriber(number, welcomed=True))
            uow.commit()

    def leave_to_be_written_down(self, count: int) -> None:
        """Messages of speech, each with a recording of its own, and its row in the outbox."""
        said, rules, now = alaw(at(-20, joe(MEETING))), Rules(transcripts=True), datetime.now(UTC)
        owner = Subscriber(WISHER, welcomed=True, wishes=Wishes(sms=False, transcripts=True))
        with self.store.begin() as uow:
            uow.subscribers.add(owner)
            uow.commit()
        for first in range(0, count, AT_ONCE):
            with self.store.begin() as uow:
                for place in range(first, min(first + AT_ONCE, count)):
                    sound, spooled = uow.sounds.add(said, of=WISHER), SpoolId(f"to-write-down-{place}")
                    left = Message(MessageId(0), WISHER, spooled, Number(CALLER), now, sound)
                    want_transcript(NoticeWriter(uow, rules, now), owner, uow.messages.add(left))
                uow.commit()

    def settle(self) -> None:
        """As PostgreSQL does by itself within a minute or two."""
        self.cluster.tell("VACUUM ANALYZE", database=self.database)

    def written_down(self) -> int:
        with self.store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(transcripts)).scalar_one())

    def begin_writing_down(self) -> None:
        """It is at its work when this returns."""
        before = self.written_down()
        self.transcriber.launch()  # what it tells of its health is told nowhere: nobody has asked for it
        eventually(lambda: self._has_more(before), within=FIRST_SECONDS, what="the first transcript")

    def _has_more(self, before: int) -> bool:
        assert self.transcriber.process is not None
        if self.transcriber.process.poll() is not None:
            raise AssertionError(f"the transcriber ended: {self.transcriber.tail()}")
        return self.written_down() > before

    def depositing(self, numbers: Sequence[Number], *, a_second: int, seconds: float) -> Depositing:
        url = self.cluster.url(self.database)
        return Depositing.begin(url, numbers, a_second=a_second, seconds=seconds)


@contextmanager
def running_transcript_ground(smsc_port: int) -> Iterator[TranscriptGround]:
    with running_cluster() as cluster, tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder:
        database = cluster.new_database()
        storage.upgrade(cluster.url(database))
        common = {
            "PERSONSVAR_DATABASE_URL": cluster.url(database),
            "PERSONSVAR_STATE": folder,
            "PERSONSVAR_SECRET_KEY": new_key(),
            "PERSONSVAR_MAX_MESSAGES": "9999",
        }
        store = SqlStore(cluster.url(database))
        notifier = ServiceProcess(common | _of_notifier(smsc_port), Path(folder) / "notifier.log", "notifier")
        transcriber = ServiceProcess(
            common | _of_transcriber(), Path(folder) / "transcriber.log", "transcriber"
        )
        try:
            notifier.start()
            yield TranscriptGround(store, cluster, database, notifier, transcriber)
        finally:
            transcriber.stop()
            notifier.stop()
            store.close()


def _of_notifier(smsc_port: int) -> dict[str, str]:
    return {
        "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{smsc_port}",
    }


def _of_transcriber() -> dict[str, str]:
    return {"PERSONSVAR_TRANSCRIBER": "local", "PERSONSVAR_TRANSCRIBER_MODEL": str(model())}
