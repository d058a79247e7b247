"""FreeSWITCH's own words for TLS and SRTP (tls.py says what for): over TLS alone, or not at all.

With TLS nothing is taken by UDP any more: FreeSWITCH knows how a message came by what its Via says, which is
the sender's to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from dialplan.switch.tls import SipTls, write_closed

if TYPE_CHECKING:
    from dialplan.switch.config import Setting

FOLDER = "tls"
"""In the configuration's own folder."""
OURS, THEIRS = "agent.pem", "cafile.pem"
"""Its names: the certificate with its key, and who may have signed the trunk's."""


def values(setting: Setting) -> dict[str, str]:
    """What stands as @NAME@ in the files."""
    return {
        "TLS": _params(_profile(setting, setting.tls)) if setting.tls else "",
        "TRUNK_TRANSPORT": "tls" if setting.tls else "udp",
        "LATE": "true" if setting.srtp else "false",
        "ONLY_ENCRYPTED": REFUSES_CLEAR if setting.srtp else "",
        "SRTP": "mandatory" if setting.srtp else "optional",
    }


REFUSES_CLEAR = r"""    <!-- Sound in clear is refused. -->
    <extension name="personsvar-in-clear">
      <condition field="${switch_r_sdp}" expression="^(?![\s\S]*m=audio [0-9]+ RTP/SAVP)">
        <action application="respond" data="488 Not Acceptable Here"/>
      </condition>
    </extension>"""


def _profile(setting: Setting, tls: SipTls) -> Mapping[str, object]:
    return {
        "tls": "true",
        "tls-only": "true",
        "tls-sip-port": tls.port,
        "tls-cert-dir": setting.etc / FOLDER,
        "tls-version": "tlsv1.2,tlsv1.3",
        "tls-verify-policy": "all" if tls.authority else "none",
        "tls-verify-depth": 5,
    }


def _params(of_profile: Mapping[str, object]) -> str:
    given = {name: escape(str(value), {'"': "&quot;"}) for name, value in of_profile.items()}
    return "\n".join(f'    <param name="{name}" value="{value}"/>' for name, value in given.items())


def bring(tls: SipTls, etc: Path) -> None:
    """The files, to where it looks for them. Raise OSError."""
    folder = etc / FOLDER
    folder.mkdir(exist_ok=True, mode=0o750)
    write_closed(folder / OURS, tls.certificate.read_bytes() + b"\n" + tls.key.read_bytes(), 0o640)
    write_closed(folder / THEIRS, (tls.authority or tls.certificate).read_bytes(), 0o640)
