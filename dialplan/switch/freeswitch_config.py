"""A FreeSWITCH's own configuration: the files of dialplan/freeswitch/ with their @NAMES@ filled in.

What is an operator's to take over into a FreeSWITCH of his own stands in a file each (docs/freeswitch.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from shlex import quote
from xml.sax.saxutils import escape

from dialplan.switch import freeswitch_control, freeswitch_tls, secret
from dialplan.switch.check import PLACES
from dialplan.switch.config import SOURCE, Setting
from personsvar.address import Address
from personsvar.settings import defaults

FILES = SOURCE / "freeswitch"
PARTS = ("sofia", "personsvar", "acl")
START = "start"
"""The file that starts one by itself, where none of our own programs is: in a container."""
_PASSWORD_BYTES = 24
_FOLDERS = ("db", "storage", "recordings", "temp", "cache", "certs")
"""Of its own, in lib/."""


def render(setting: Setting) -> None:
    """Write the whole configuration folder; readable by the owner and the group only. Raise NoSecretError."""
    own = [setting.folder / name for name in ("etc", "run", "log", *(f"lib/{part}" for part in _FOLDERS))]
    for folder in (*own, setting.spool, setting.media):
        folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    given = {name: str(value) for name, value in _values(setting).items()}
    in_xml = {name: escape(value, {'"': "&quot;"}) for name, value in given.items()}
    in_xml |= {"TRUNK_NODES": _nodes(setting.trunk_match), "OUTSIDE": _outside(setting.sip_external)}
    in_xml |= freeswitch_tls.values(setting) | {
        f"MORE_{place.upper()}": _more(setting, place) for place in PLACES
    }
    in_xml["LOGFILE_MODULE"] = "" if setting.log_here else '        <load module="mod_logfile"/>'
    if setting.tls is not None:
        freeswitch_tls.bring(setting.tls, setting.etc)
    for name, text in setting.extra.items():
        _write(setting.etc / f"more_{name}", text)
    for part in ("freeswitch", *PARTS):
        _write(setting.etc / f"{part}.xml", _filled(f"{part}.xml", in_xml))
    in_lua = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in given.items()}
    _write(setting.etc / "personsvar.lua", _filled("personsvar.lua", in_lua))
    in_shell = {name: quote(value) for name, value in given.items()}
    words = {"OPTIONS": " ".join(quote(word) for word in options(setting))}
    _write(setting.etc / START, _filled("start.sh", {**in_shell, **words}))


def options(setting: Setting) -> list[str]:
    """What a FreeSWITCH is started with, in the foreground; where its modules are, it knows.

    Without its own database (`-nosql`): a number that is withheld would stand in it.
    """
    home = setting.folder
    places = {"conf": "etc", "scripts": "etc", "log": "log", "run": "run"}
    places |= {part: f"lib/{part}" for part in _FOLDERS}
    folders = {part: home / place for part, place in places.items()} | {"sounds": setting.sounds}
    plain = ["-nonat", "-nonatmap", "-nf", "-c" if setting.log_here else "-nc", "-nort", "-nosql"]
    return [*plain, *(word for part, folder in folders.items() for word in (f"-{part}", str(folder)))]


def _values(setting: Setting) -> dict[str, object]:
    sip = Address.parse(setting.sip_bind)
    shown = setting.fastagi_secret or secret.kept(
        setting.secret_file or setting.folder.parent / defaults.KEPT_AS
    )
    port, password = freeswitch_control.make(setting.run)
    return {
        **setting.values(),
        "ESL": setting.esl,
        "SRTP": freeswitch_tls.values(setting)["SRTP"],
        "FASTAGI_SECRET": shown,
        "NOBODYS_PASSWORD": token_urlsafe(_PASSWORD_BYTES),
        "RTP_TIMEOUT_MS": setting.rtp_timeout * 1000,
        "SIP_HOST": "auto" if sip.host == "0.0.0.0" else sip.host,  # noqa: S104 - its word for all
        "SIP_PORT": sip.port,
        "FOLDER": setting.folder,
        "SCRIPTS": setting.etc,
        "ACCESS_DIGITS": setting.access_number.removeprefix("+"),
        "CONTROL_PORT": port,
        "CONTROL_PASSWORD": password,
        "DRAIN_SECONDS": round(setting.drain_seconds),
    }


def _nodes(addresses: str) -> str:
    parts = addresses.split(",")
    return "\n".join(
        f'  <node type="allow" cidr="{part if "/" in part else _whole(part)}"/>' for part in parts
    )


def _whole(address: str) -> str:
    return f"{address}/{128 if ':' in address else 32}"


def _outside(external: str) -> str:
    """What the profile tells the trunk in place of its own address."""
    if not external:
        return ""
    host, _, port = external.partition(":")
    told = {"ext-sip-ip": host, "ext-rtp-ip": host, "NDLB-force-rport": "true"}
    told |= {"ext-sip-port": port} if port else {}
    told |= {"local-network-acl": "personsvar-nobody"}
    return "\n".join(f'    <param name="{name}" value="{value}"/>' for name, value in told.items())


def _more(setting: Setting, place: str) -> str:
    given = f"{place}.xml" in setting.extra
    return f'<X-PRE-PROCESS cmd="include" data="more_{place}.xml"/>' if given else ""


def _filled(name: str, values: Mapping[str, object]) -> str:
    """A line that holds nothing else goes with what it would hold."""
    text = (FILES / name).read_text("utf-8")
    kept = re.sub(
        r"^@([A-Z_]+)@\n", lambda line: line[0] if values[line[1]] else "", text, flags=re.MULTILINE
    )
    return re.sub(r"@([A-Z_]+)@", lambda found: str(values[found[1]]), kept)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o640)
