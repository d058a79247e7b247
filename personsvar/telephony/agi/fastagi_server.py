"""The FastAGI server: Asterisk connects for each call, and a thread has the call until it is over.

Whoever connects says in his first words, within some seconds, that he is the switch: by a secret both know.
Before that nothing he says is believed, little of it is read, and he goes when others need his place.

Over the limit, or while it drains, a call is left to the dialplan: PERSONSVAR_PROGRESS is not set, so its own
recorder takes a diverted caller, and an owner hears "please call later".
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial

from personsvar.address import Address, listening_socket
from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.logs import in_call
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.admission import Admission, CallFigures
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.setup import call_setup, shows_secret
from personsvar.telephony.agi.take_call import Answer, SoundsOfACall, take_call
from personsvar.telephony.agi.thread_pool import ThreadPool
from personsvar.telephony.agi.waiting import SpareFile, WaitingRoom
from personsvar.telephony.agi.wire import SocketWire

log = logging.getLogger(__name__)

BACKLOG = 1024
STACK_BYTES = 1024 * 1024
"""Each thread has so much address space; memory is only what is touched of it, a tenth."""
FIRST_WORDS_SECONDS = 5.0
"""A switch says at once which call it is, and hears at once that we are alive."""
MAX_UNIDENTIFIED = 200
"""Connections over the calls: health probes, and whoever has not shown yet that he is the switch."""
_RETRY_SECONDS = 0.1
_CUT_SECONDS = 5.0


class FastAgiServer:
    def __init__(
        self,
        address: Address,
        answer: Answer,
        *,
        secret: str,
        sounds: SoundsOfACall,
        workers: Executor,
        max_calls: int = 1000,
        max_unidentified: int = MAX_UNIDENTIFIED,
        first_words_seconds: float = FIRST_WORDS_SECONDS,
    ) -> None:
        self._address = address
        self._answer = answer
        self._secret = secret
        self._sounds = sounds
        self._workers = workers
        self._admission = Admission(max_calls=max_calls)
        self._max_connections = max_calls + max_unidentified
        self._first_words_seconds = first_words_seconds
        self._pool = ThreadPool(self._max_connections, name="call", stack_bytes=STACK_BYTES)
        self._connections: set[socket.socket] = set()
        self._waiting = WaitingRoom()
        self._listener: socket.socket | None = None
        self._stopping = threading.Event()
        self._accepting: threading.Thread | None = None

    @property
    def takes_calls(self) -> bool:
        """Whether the switch's connections are taken: not before `start`, and not while it drains."""
        thread = self._accepting
        return thread is not None and thread.is_alive() and not self._stopping.is_set()

    @property
    def counts(self) -> CallFigures:
        return self._admission.counts

    @property
    def address(self) -> Address:
        """Where it listens; the real port after `start`."""
        return self._address

    def start(self) -> None:
        """Listen from now on. Raise OSError when the address is taken."""
        self._listener = listening_socket(self._address, BACKLOG)
        self._address = Address(self._address.host, self._listener.getsockname()[1])
        self._accepting = threading.Thread(
            target=self._accept_all, args=(self._listener,), name="fastagi", daemon=True
        )
        self._accepting.start()
        log.info("listening for the switch", extra={"bind": f"{self._address.host}:{self._address.port}"})

    def drain(self, *, max_seconds: float) -> int:
        """Take no new call, let the running ones end, then cut the rest: how many were cut."""
        self._stopping.set()
        if self._listener is not None:
            with suppress(OSError):  # wakes accept(); the switch is refused at once, and falls back
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        log.info("draining", extra={"active": self.counts.active, "max_seconds": max_seconds})
        if left := self._admission.wait_until_empty(max_seconds=max_seconds):
            log.warning("calls are cut: the time to end by themselves is over", extra={"active": left})
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._admission.wait_until_empty(max_seconds=_CUT_SECONDS)
        return left

    def _accept_all(self, listener: socket.socket) -> None:
        spare = SpareFile()
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
                self._begin(connection)
            except (OSError, RuntimeError) as wrong:  # out of files, or of threads
                if not self._stopping.is_set():
                    log.error("can't take a connection: %s", wrong)
                    self._turn_one_away(spare, listener)
        spare.close()

    def _turn_one_away(self, spare: SpareFile, listener: socket.socket) -> None:
        """The dialplan goes on at once with whoever is told no."""
        try:
            spare.turn_one_away(listener, within_seconds=_RETRY_SECONDS)
        except OSError:
            self._stopping.wait(_RETRY_SECONDS)

    def _begin(self, connection: socket.socket) -> None:
        if len(self._connections) >= self._max_connections:
            self._make_room()
        self._connections.add(connection)
        self._waiting.enter(connection)
        try:
            self._pool.execute(partial(self._serve, connection))
        except RuntimeError:
            self._forget(connection)
            connection.close()
            raise

    def _make_room(self) -> None:
        """Calls are fewer than connections may be: somebody always waits."""
        log.error("too many connections", extra={"connections": len(self._connections)})
        if (longest := self._waiting.turn_out()) is not None:
            self._connections.discard(longest)

    def _forget(self, connection: socket.socket) -> None:
        self._waiting.leave(connection)
        self._connections.discard(connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._listen_to(connection)
        except HungUpError:
            log.info("the switch was gone before it was answered")
        except Exception:  # the call is lost, the service is not
            self._admission.failed()
            log.exception("a connection failed")
        finally:
            self._forget(connection)

    def _listen_to(self, connection: socket.socket) -> None:
        wire = SocketWire(connection, deadline_seconds=self._first_words_seconds)
        agi = AgiConnection(wire)
        try:
            agi.read_environment()
        except (SwitchError, HungUpError) as wrong:
            self._admission.unidentified()
            log.warning("a connection that is no call: %s", wrong)
            return
        if not shows_secret(agi.env, self._secret):
            self._admission.unidentified()
            log.error("a connection that does not show the switch's secret")
        elif (script := agi.env.get("agi_network_script", "").strip("/")) == variables.SCRIPT_ALIVE:
            self._say_alive(agi)
        elif script == variables.SCRIPT_CALL:
            self._waiting.leave(connection)
            wire.patient()
            self._take(agi)
        else:
            self._admission.unidentified()
            log.warning("the switch asks for a script there is none of", extra={"script": script})

    def _say_alive(self, agi: AgiConnection) -> None:
        """The answer has the first words' time: whoever asks and does not listen keeps nobody's place."""
        if self._admission.is_full or self._stopping.is_set():
            return
        try:
            agi.ask("SET VARIABLE", variables.ALIVE, variables.ALIVE_YES)
        except SwitchError as wrong:
            self._admission.unidentified()
            log.warning("a connection that is no call: %s", wrong)

    def _take(self, agi: AgiConnection) -> None:
        setup = call_setup(agi.env)
        with in_call(setup.call_id), self._admission.place() as admitted:
            if admitted:
                self._talk(agi, setup)
            else:
                log.warning("no place for the call", extra={"active": self.counts.active})

    def _talk(self, agi: AgiConnection, setup: CallSetup) -> None:
        log.info("call began", extra={"trunk": setup.trunk, "endpoint": setup.endpoint})
        began = time.monotonic()
        try:
            take_call(agi, setup, answer=self._answer, sounds=self._sounds, workers=self._workers)
        except HungUpError:
            log.info("the caller hung up")
        except Exception:  # logged once, here; the dialplan goes on with the caller
            self._admission.failed()
            log.exception("call failed")
        log.info("call ended", extra={"seconds": f"{time.monotonic() - began:.1f}"})
