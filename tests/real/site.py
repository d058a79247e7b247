"""The whole product on one machine: `personsvar run` in a folder of its own, beside a real Asterisk."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from dialplan.switch.process import Switch
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound, State
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from tests.beside import store_beside
from tests.real.heard import PromptSounds
from tests.real.spool import eventually

START_SECONDS = 180
"""On a machine that is busy with other tests."""
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Its modules are compiled once, and not at each start, whatever whoever runs the tests has set."""
_NO_SOUND = Sound(SoundId(0), 0)


class RunningProcess(Protocol):
    """What is asked of a `subprocess.Popen`."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


@dataclass
class ServiceProcess:
    """`personsvar run` (or another of its commands that serve), started, frozen, killed by its id."""

    environment: dict[str, str]
    log: Path
    command: str = "run"
    process: RunningProcess | None = field(default=None, init=False)
    exit_code: int | None = field(default=None, init=False)
    """Of the last one that is over."""

    def launch(self) -> None:
        """Without waiting until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("personsvar")), self.command],
                env=self.whole_environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def whole_environment(self) -> dict[str, str]:
        return {**os.environ, **AS_INSTALLED, **self.environment}

    def start(self) -> None:
        self.launch()
        try:
            eventually(self._is_ready, within=START_SECONDS, what="the service")
        except AssertionError as late:
            self.kill()  # nobody else would: it never came to be used
            raise AssertionError(f"{late}; {self.tail()}") from late

    def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: it hangs, its sockets stay open."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.exit_code, self.process = self.process.returncode, None

    def ends_by_itself(self, *, within: float) -> int:
        """Its exit code. Raise TimeoutExpired."""
        if self.process is not None:
            self.exit_code = self.process.wait(within)
        assert self.exit_code is not None
        return self.exit_code

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended at once: {self.tail()}")
        asked = suppress(OSError, HTTPException)  # somebody else may listen there: then it ends
        with asked, urllib.request.urlopen(self._url("/readyz"), timeout=1) as answer:
            return bool(answer.status == 200)
        return False

    def _url(self, path: str) -> str:
        return f"http://{self.environment['PERSONSVAR_HTTP_BIND']}{path}"


@dataclass
class LiveSite:
    """What a test on a real switch has: the switch, the service, the prompts, and a look into the store."""

    switch: Switch
    service: ServiceProcess
    prompts: PromptSounds
    url: str
    _used: int = 0

    @property
    def folder(self) -> Path:
        """All that the switch and the service keep."""
        return self.switch.setting.folder.parent

    @property
    def handed_over_at(self) -> str:
        """Where the switch looks for the service."""
        setting = self.switch.setting
        return setting.esl if self.switch.name == "FreeSWITCH" else setting.fastagi

    def figure(self, name: str) -> float:
        """What `/metrics` says."""
        where = self.service.environment["PERSONSVAR_HTTP_BIND"]
        with urllib.request.urlopen(f"http://{where}/metrics", timeout=5) as answer:
            (value,) = re.findall(rf"^personsvar_{name} (\S+)$", answer.read().decode(), re.MULTILINE)
        return float(value)

    def wait_until_calls_are_over(self) -> None:
        """Who hangs up is gone before the service has written the call's end: the next call would race it."""
        eventually(lambda: self.figure("calls_active") == 0, within=5, what="the end of the call")

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        store = store_beside(self.url)
        try:
            yield store
        finally:
            store.close()

    def subscriber(self, **facts: object) -> Number:
        """A new subscriber, past the first call unless told otherwise; each test has numbers of its own."""
        self._used += 1
        number = Number(f"+4790000{self._used:03}")
        with self.store() as store, store.begin() as uow:
            uow.subscribers.add(Subscriber(number=number, **{"welcomed": True, **facts}))  # type: ignore[arg-type]
            uow.commit()
        return number

    def messages(self, mailbox: Number) -> list[Message]:
        with self.store() as store, store.look() as uow:
            return list(uow.messages.list(mailbox, tuple(State)))

    def sound(self, message: Message) -> bytes:
        with self.store() as store, store.look() as uow:
            return uow.sounds.read(message.sound.id)

    def message(self, mailbox: Number, *, within: float = 5) -> Message:
        """The one message of a mailbox, once it is there."""
        eventually(lambda: bool(self.messages(mailbox)), within=within, what=f"a message for {mailbox}")
        (message,) = self.messages(mailbox)
        return message

    # ---- what a test finds there already, and what it finds there afterwards

    def put_message(
        self, mailbox: Number, alaw: bytes, *, caller: str | None = None, state: State = State.NEW
    ) -> MessageId:
        """A message left just now."""
        now = datetime.now(UTC)
        new = Message(
            id=MessageId(0),
            mailbox=mailbox,
            spool_id=SpoolId(uuid4().hex),
            caller=None if caller is None else Number(caller),
            received_at=now,
            sound=_NO_SOUND,
            state=state,
            changed_at=None if state is State.NEW else now,
        )
        with self.store() as store, store.begin() as uow:
            message = uow.messages.add(replace(new, sound=uow.sounds.add(alaw, of=mailbox)))
            uow.commit()
        return message.id

    def state(self, message: MessageId) -> State | None:
        with self.store() as store, store.look() as uow:
            found = uow.messages.get(message)
        return None if found is None else found.state

    def put_greeting(self, mailbox: Number, kind: GreetingKind, alaw: bytes) -> None:
        with self.store() as store, store.begin() as uow:
            uow.greetings.add(mailbox, kind, uow.sounds.add(alaw, of=mailbox), datetime.now(UTC))
            uow.commit()

    def greeting(self, mailbox: Number, kind: GreetingKind) -> bytes | None:
        """The one in use."""
        with self.store() as store, store.look() as uow:
            greeting = uow.greetings.current(mailbox, kind)
            return None if greeting is None else uow.sounds.read(greeting.sound.id)

    def entry(self, number: Number) -> Subscriber:
        """What is written of a subscriber."""
        with self.store() as store, store.look() as uow:
            subscriber = uow.subscribers.get(number)
        assert subscriber is not None
        return subscriber

    def change(self, number: Number, **facts: object) -> None:
        with self.store() as store, store.begin() as uow:
            subscriber = uow.subscribers.get(number, for_change=True)
            assert subscriber is not None
            uow.subscribers.put(replace(subscriber, **facts))  # type: ignore[arg-type]
            uow.commit()

    def notices(self, to: Number) -> list[NoticeKind]:
        """Why something was sent to a subscriber, oldest first."""
        with self.store() as store, store.look() as uow:
            return [notice.kind for notice in reversed(uow.outbox.list(to=to))]
