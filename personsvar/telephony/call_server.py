"""The server of calls: a switch connects for each of them, and a thread has the call until it is over.

Switches of several kinds may be served at once, each at an address of its own and by a driver of its own; how
many calls there may be, and all the rest, is theirs together.

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
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from personsvar.address import Address, listening_socket
from personsvar.dialogue.call import HungUpError
from personsvar.logs import in_call
from personsvar.telephony.admission import Admission, CallFigures
from personsvar.telephony.switch_calls import Answer, SoundsOfACall, StrangerError, SwitchCall, SwitchDriver
from personsvar.telephony.thread_pool import ThreadPool
from personsvar.telephony.waiting import SpareFile, WaitingRoom
from personsvar.telephony.wire import SocketWire

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


@dataclass
class SwitchListener:
    """An address that switches of one kind connect to."""

    address: Address
    """Where it listens; the real port after `start`."""
    driver: SwitchDriver
    listening: socket.socket | None = None
    accepting: threading.Thread | None = None

    @property
    def is_accepting(self) -> bool:
        return self.accepting is not None and self.accepting.is_alive()

    def open(self) -> socket.socket:
        """Raise OSError when the address is taken."""
        self.listening = listening_socket(self.address, BACKLOG)
        self.address = Address(self.address.host, self.listening.getsockname()[1])
        return self.listening

    def close(self) -> None:
        if self.listening is not None:
            with suppress(OSError):  # wakes accept(); the switch is refused at once, and falls back
                self.listening.shutdown(socket.SHUT_RDWR)
            self.listening.close()


class CallServer:
    def __init__(
        self,
        listeners: Sequence[SwitchListener],
        answer: Answer,
        *,
        sounds: SoundsOfACall,
        workers: Executor,
        max_calls: int = 1000,
        max_unidentified: int = MAX_UNIDENTIFIED,
        first_words_seconds: float = FIRST_WORDS_SECONDS,
    ) -> None:
        self.listeners = tuple(listeners)
        self._answer = answer
        self._sounds = sounds
        self._workers = workers
        self._admission = Admission(max_calls=max_calls)
        self._max_connections = max_calls + max_unidentified
        self._first_words_seconds = first_words_seconds
        self._pool = ThreadPool(self._max_connections, name="call", stack_bytes=STACK_BYTES)
        self._connections: set[socket.socket] = set()
        self._waiting = WaitingRoom()
        self._stopping = threading.Event()

    @property
    def takes_calls(self) -> bool:
        """Whether the switches' connections are taken: not before `start`, and not while it drains."""
        accepting = all(listener.is_accepting for listener in self.listeners)
        return accepting and not self._stopping.is_set()

    @property
    def counts(self) -> CallFigures:
        return self._admission.counts

    def start(self) -> None:
        """Listen from now on. Raise OSError when an address is taken."""
        for listener in self.listeners:
            self.start_at(listener)

    def start_at(self, listener: SwitchListener) -> None:
        """Listen there from now on. Raise OSError when the address is taken."""
        listening, name = listener.open(), listener.driver.name
        listener.accepting = threading.Thread(
            target=self._accept_all, args=(listening, listener.driver), name=name, daemon=True
        )
        listener.accepting.start()
        bind = f"{listener.address.host}:{listener.address.port}"
        log.info("listening for the switch", extra={"bind": bind, "driver": name})

    def drain(self, *, max_seconds: float) -> int:
        """Take no new call, let the running ones end, then cut the rest: how many were cut."""
        self._stopping.set()
        for listener in self.listeners:
            listener.close()
        log.info("draining", extra={"active": self.counts.active, "max_seconds": max_seconds})
        if left := self._admission.wait_until_empty(max_seconds=max_seconds):
            log.warning("calls are cut: the time to end by themselves is over", extra={"active": left})
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._admission.wait_until_empty(max_seconds=_CUT_SECONDS)
        return left

    def _accept_all(self, listener: socket.socket, driver: SwitchDriver) -> None:
        spare = SpareFile()
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
                self._begin(connection, driver)
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

    def _begin(self, connection: socket.socket, driver: SwitchDriver) -> None:
        if len(self._connections) >= self._max_connections:
            self._make_room()
        self._connections.add(connection)
        self._waiting.enter(connection)
        try:
            self._pool.execute(partial(self._serve, connection, driver))
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

    def _serve(self, connection: socket.socket, driver: SwitchDriver) -> None:
        try:
            with connection:
                self._listen_to(connection, driver)
        except HungUpError:
            log.info("the switch was gone before it was answered")
        except Exception:  # the call is lost, the service is not
            self._admission.failed()
            log.exception("a connection failed")
        finally:
            self._forget(connection)

    def _listen_to(self, connection: socket.socket, driver: SwitchDriver) -> None:
        wire = SocketWire(connection, deadline_seconds=self._first_words_seconds)
        has_place = not (self._admission.is_full or self._stopping.is_set())
        try:
            call = driver.identify(wire, has_place=has_place)
        except StrangerError:
            self._admission.unidentified()
            return
        if call is not None:
            self._waiting.leave(connection)
            wire.patient()
            self._take(call)

    def _take(self, call: SwitchCall) -> None:
        with in_call(call.setup.call_id), self._admission.place() as admitted:
            if admitted:
                self._talk(call)
            else:
                log.warning("no place for the call", extra={"active": self.counts.active})
                call.let_go()

    def _talk(self, call: SwitchCall) -> None:
        log.info("call began", extra={"trunk": call.setup.trunk, "endpoint": call.setup.endpoint})
        began = time.monotonic()
        try:
            call.take(self._answer, sounds=self._sounds, workers=self._workers)
        except HungUpError:
            log.info("the caller hung up")
        except Exception:  # logged once, here; the dialplan goes on with the caller
            self._admission.failed()
            log.exception("call failed")
        log.info("call ended", extra={"seconds": f"{time.monotonic() - began:.1f}"})
