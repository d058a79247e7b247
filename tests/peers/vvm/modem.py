"""A modem on the system bus, as ModemManager shows one: connected, with a SIM, sending and receiving SMS.

It is what a visual voicemail client sees of the network. What the client sends is handed to whoever made the
modem; what arrives is put in with `receive`. An SMS stays in the modem until the client deletes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from gi.repository import Gio, GLib

MODEM_MANAGER = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
MODEM, SIM, BEARER = f"{ROOT}/Modem/0", f"{ROOT}/SIM/0", f"{ROOT}/Bearer/0"
MESSAGING = f"{MODEM_MANAGER}.Modem.Messaging"
SMS = f"{MODEM_MANAGER}.Sms"
INTERFACES = Path(__file__).with_name("modemmanager.xml")

Properties = dict[str, tuple[str, Any]]
"""A value and its D-Bus type, by name."""

_CONNECTED = 11  # MMModemState
_STATIC = 2  # MMBearerIpMethod
_STORED_IN_MODEM = 1  # MMSmsStorage


class _State(IntEnum):
    """MMSmsState"""

    STORED = 1
    SENT = 5
    RECEIVED = 3


class _Kind(IntEnum):
    """MMSmsPduType"""

    DELIVER = 1
    SUBMIT = 2


@dataclass(frozen=True, slots=True)
class Sim:
    """The subscription: its number and its IMSI, which begins with the operator's network (MCC and MNC)."""

    number: str
    imsi: str

    @property
    def network(self) -> str:
        return self.imsi[:5]


@dataclass
class Modem:
    """The only one there is."""

    bus: Any
    sim: Sim
    sent: Callable[[str, str], None]
    """Told of each SMS that goes out: to whom, and its text."""
    deleted: Callable[[str], None]
    """Told of each SMS that the client took out of the modem: its text."""
    _interfaces: dict[str, Any] = field(init=False)
    _objects: dict[str, Mapping[str, Properties]] = field(default_factory=dict, init=False)
    _registered: dict[str, list[int]] = field(default_factory=dict, init=False)
    _made: int = 0

    def __post_init__(self) -> None:
        described = Gio.DBusNodeInfo.new_for_xml(INTERFACES.read_text(encoding="utf-8"))
        self._interfaces = {interface.name: interface for interface in described.interfaces}
        self._show(
            ROOT, {"org.freedesktop.DBus.ObjectManager": {}, MODEM_MANAGER: {"Version": ("s", "1.24.0")}}
        )
        self._show(SIM, {f"{MODEM_MANAGER}.Sim": _sim(self.sim)})
        self._show(BEARER, {f"{MODEM_MANAGER}.Bearer": _bearer()})
        self._show(MODEM, {f"{MODEM_MANAGER}.Modem": _modem(self.sim), MESSAGING: self._messaging()})

    def receive(self, sender: str, text: str) -> None:
        """An SMS arrives, whole."""
        path = self._sms(_State.RECEIVED, _Kind.DELIVER, sender, text)
        self._signal(MODEM, MESSAGING, "Added", "(ob)", (path, True))

    # ---- what the bus sees

    def _show(self, path: str, interfaces: Mapping[str, Properties]) -> None:
        self._objects[path] = interfaces
        self._registered[path] = [
            self.bus.register_object(path, self._interfaces[name], self._called, self._asked, None)
            for name in interfaces
        ]

    def _asked(self, _bus: Any, _sender: str, path: str, interface: str, name: str) -> Any:
        kind, value = self._objects[path][interface][name]
        return GLib.Variant(kind, value)

    def _called(
        self, _bus: Any, _sender: str, path: str, _interface: str, method: str, given: Any, call: Any
    ) -> None:
        match method:
            case "GetManagedObjects":
                call.return_value(GLib.Variant("(a{oa{sa{sv}}})", ({MODEM: self._everything(MODEM)},)))
            case "ListBearers":
                call.return_value(GLib.Variant("(ao)", ([BEARER],)))
            case "List":
                call.return_value(GLib.Variant("(ao)", (self._messages(),)))
            case "Create":
                wanted: dict[str, str] = given.unpack()[0]
                created = self._sms(_State.STORED, _Kind.SUBMIT, wanted["number"], wanted["text"])
                call.return_value(GLib.Variant("(o)", (created,)))
            case "Send":
                self._send(path)
                call.return_value(None)
            case "Delete":
                self._delete(given.unpack()[0])
                call.return_value(None)

    def _everything(self, path: str) -> dict[str, dict[str, Any]]:
        return {
            interface: {name: GLib.Variant(kind, value) for name, (kind, value) in properties.items()}
            for interface, properties in self._objects[path].items()
        }

    def _signal(self, path: str, interface: str, name: str, kind: str, values: tuple[Any, ...]) -> None:
        self.bus.emit_signal(None, path, interface, name, GLib.Variant(kind, values))

    # ---- SMS

    def _messaging(self) -> Properties:
        return {
            "Messages": ("ao", self._messages()),
            "SupportedStorages": ("au", [_STORED_IN_MODEM]),
            "DefaultStorage": ("u", _STORED_IN_MODEM),
        }

    def _messages(self) -> list[str]:
        return [path for path in self._objects if path.startswith(f"{ROOT}/SMS/")]

    def _sms(self, state: _State, kind: _Kind, number: str, text: str) -> str:
        self._made += 1
        path = f"{ROOT}/SMS/{self._made}"
        self._show(path, {SMS: _sms(state, kind, number, text)})
        self._tell_messages()
        return path

    def _send(self, path: str) -> None:
        sms = self._objects[path][SMS]
        sms["State"] = ("u", _State.SENT)
        self.sent(sms["Number"][1], sms["Text"][1])

    def _delete(self, path: str) -> None:
        sms = self._objects.pop(path)[SMS]
        for registered in self._registered.pop(path):
            self.bus.unregister_object(registered)
        self._tell_messages()
        self._signal(MODEM, MESSAGING, "Deleted", "(o)", (path,))
        if sms["State"] == ("u", _State.RECEIVED):
            self.deleted(sms["Text"][1])

    def _tell_messages(self) -> None:
        messages = ("ao", self._messages())
        self._objects[MODEM][MESSAGING]["Messages"] = messages
        changed = {"Messages": GLib.Variant(*messages)}
        told = "org.freedesktop.DBus.Properties", "PropertiesChanged", "(sa{sv}as)"
        self._signal(MODEM, *told, (MESSAGING, changed, []))


def _sim(sim: Sim) -> Properties:
    return {
        "Imsi": ("s", sim.imsi),
        "OperatorIdentifier": ("s", sim.network),
        "OperatorName": ("s", "Example"),
        "SimIdentifier": ("s", "8947000000000000001"),
        "Active": ("b", True),
    }


def _bearer() -> Properties:
    """The data connection is loopback. A name server must be told, or vvmd resolves not even an address."""
    here = {
        "method": GLib.Variant("u", _STATIC),
        "address": GLib.Variant("s", "127.0.0.1"),
        "dns1": GLib.Variant("s", "127.0.0.1"),
    }
    return {
        "Interface": ("s", "lo"),
        "Connected": ("b", True),
        "Ip4Config": ("a{sv}", here),
        "Ip6Config": ("a{sv}", {}),
    }


def _modem(sim: Sim) -> Properties:
    return {
        "State": ("i", _CONNECTED),
        "Sim": ("o", SIM),
        "Bearers": ("ao", [BEARER]),
        "OwnNumbers": ("as", [sim.number]),
        "Manufacturer": ("s", "Example"),
        "Model": ("s", "Modem"),
    }


def _sms(state: _State, kind: _Kind, number: str, text: str) -> Properties:
    return {
        "State": ("u", state),
        "PduType": ("u", kind),
        "Number": ("s", number),
        "Text": ("s", text),
        "SMSC": ("s", ""),
        "Class": ("i", -1),
        "Storage": ("u", _STORED_IN_MODEM),
        "Timestamp": ("s", datetime.now(UTC).isoformat(timespec="seconds")),
    }
