"""A handset with Debian's visual voicemail: buses of its own, a modem (modem.py), and vvmd, ended together.

    python3 -m tests.peers.vvm.handset NUMBER IMSI

It runs in a private Debian (roots.py), with the HOME where vvmd finds its settings and keeps its voicemails.
What happens is a line of JSON on stdout each time; each line of JSON on stdin is something to do; when stdin
closes, it ends. vvmd's own talk is in HOME/vvmd.log.

    {"receive": {"sender": "2020", "text": "//VVM:STATUS:..."}}      an SMS comes in
    {"send": {"to": "2020", "text": "Activate:pv=13"}}               one that vvmd can't send goes out
    {"turn_on": true}                                                visual voicemail, by its owner

    {"event": "on"}                                                  vvmd is there, and sees the modem
    {"event": "sent", "to": "2020", "text": "STATUS:dt=6"}
    {"event": "read", "text": "//VVM:STATUS:..."}                    vvmd took that SMS for its own
    {"event": "voicemail", "Sender": "+47...", "Attachments": "...", ...}
    {"event": "ended", "status": 1}                                  vvmd, by itself
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from gi.repository import Gio, GLib

from tests.peers.vvm.modem import MODEM_MANAGER, Modem, Sim

_END_SECONDS = 10

VVM = "org.kop316.vvm"
VVM_PATH = "/org/kop316/vvm"
BUS_CONFIGURATION = Path(__file__).with_name("bus.xml")


def tell(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


class Bus:
    """A bus of the handset's own, and a connection to it."""

    def __init__(self) -> None:
        line = ["/usr/bin/dbus-daemon", "--nofork", "--print-address", f"--config-file={BUS_CONFIGURATION}"]
        with Path(os.environ["HOME"], "buses.log").open("ab") as log:
            self.daemon = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.daemon.stdout is not None
        self.address = self.daemon.stdout.readline().strip()
        roles = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(self.address, roles, None, None)


class SimulatedHandset:
    def __init__(self, sim: Sim) -> None:
        self.loop = GLib.MainLoop()
        self._system, self._session = Bus(), Bus()
        self._modem = Modem(
            self._system.connection,
            sim,
            sent=lambda to, text: tell("sent", to=to, text=text),
            deleted=lambda text: tell("read", text=text),
        )
        none = Gio.BusNameOwnerFlags.NONE
        Gio.bus_own_name_on_connection(self._system.connection, MODEM_MANAGER, none, None, None)
        self._listen("ServiceAdded", lambda _facts: tell("on"))
        self._listen("MessageAdded", lambda facts: tell("voicemail", **facts))
        self._client = self._start()

    def obey(self, order: dict[str, Any]) -> None:
        match order:
            case {"receive": {"sender": sender, "text": text}}:
                self._modem.receive(sender, text)
            case {"send": {"to": to, "text": text}}:
                tell("sent", to=to, text=text)
            case {"turn_on": on}:
                self._change("VVMEnabled", GLib.Variant("b", on))
            case _:
                raise ValueError(f"no such order: {order}")

    def end(self) -> None:
        for process in (self._client, self._system.daemon, self._session.daemon):
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # ---- vvmd

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DBUS_SYSTEM_BUS_ADDRESS": self._system.address,
            "DBUS_SESSION_BUS_ADDRESS": self._session.address,
        }
        with Path(os.environ["HOME"], "vvmd.log").open("wb") as log:
            client = subprocess.Popen(["/usr/bin/vvmd", "-d"], stdout=log, stderr=log, env=environment)
        GLib.child_watch_add(GLib.PRIORITY_DEFAULT, client.pid, self._ended)
        return client

    def _ended(self, _pid: int, status: int) -> None:
        tell("ended", status=os.waitstatus_to_exitcode(status))

    def _change(self, setting: str, value: Any) -> None:
        """As the owner does in the phone's settings."""
        given = GLib.Variant("(sv)", (setting, value))
        interface, none = f"{VVM}.ModemManager", Gio.DBusCallFlags.NONE
        self._session.connection.call(
            VVM, VVM_PATH, interface, "ChangeSettings", given, None, none, -1, None, None
        )

    def _listen(self, signal: str, tell_of: Any) -> None:
        def heard(_bus: Any, _sender: str, _path: str, _interface: str, _signal: str, values: Any) -> None:
            tell_of(values.unpack()[1])

        none = Gio.DBusSignalFlags.NONE
        self._session.connection.signal_subscribe(None, None, signal, None, None, none, heard)


def serve(handset: SimulatedHandset) -> None:
    """Until stdin closes."""
    waiting = b""

    def came(_source: int, _condition: Any) -> bool:
        nonlocal waiting
        octets = os.read(sys.stdin.fileno(), 65536)
        *lines, waiting = (waiting + octets).split(b"\n")
        for line in lines:
            handset.obey(json.loads(line))
        if not octets:
            handset.loop.quit()
        return bool(octets)

    readable = GLib.IOCondition.IN | GLib.IOCondition.HUP
    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, sys.stdin.fileno(), readable, came)
    try:
        handset.loop.run()
    finally:
        handset.end()


if __name__ == "__main__":
    serve(SimulatedHandset(Sim(*sys.argv[1:3])))
