"""Settings: the switch, and what `make` does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from personsvar.address import MAX_PORT
from personsvar.settings import defaults
from personsvar.settings.field_types import (
    FolderOfBoth,
    Hosts,
    Ipv4,
    OptionalIpv4,
    OutsideAddress,
    PortRange,
    SwitchName,
    host_and_port,
)
from personsvar.settings.group import SettingsGroup, setting


class SwitchSettings(SettingsGroup):
    """The switch, and what `make` does"""

    switch: Literal["asterisk", "freeswitch"] = setting(
        defaults.SWITCH,
        "Which of the two is started: by `make run`, by `python -m dialplan.switch`.",
        switch=True,
    )
    sip_address: Ipv4 = setting(
        defaults.SIP_ADDRESS,
        "Address at which the switch takes SIP (UDP) and RTP; `0.0.0.0`: all.",
        switch=True,
    )
    sip_port: int = setting(
        defaults.SIP_PORT, "UDP port at which it takes SIP.", switch=True, ge=1, le=MAX_PORT
    )
    sip_tls_port: int = setting(
        0,
        "TCP port at which it takes SIP over TLS, usually 5061; 0: none. With it the trunk is believed over "
        "TLS alone, and calls back go out by it.",
        switch=True,
        ge=0,
        le=MAX_PORT,
    )
    sip_tls_certificate: Path | None = setting(
        None, "The switch's certificate for it (PEM), read at its start.", switch=True
    )
    sip_tls_key: Path | None = setting(None, "The certificate's private key (PEM).", switch=True)
    sip_tls_ca: Path | None = setting(
        None,
        "Certificates (PEM) of those that sign the trunk's: it then has to show one of theirs. None: its "
        "address is enough.",
        switch=True,
    )
    sip_srtp: Literal["0", "1"] = setting(
        "0", "1: the trunk's sound and keys are encrypted (SDES), or the call is refused.", switch=True
    )
    sip_external: OutsideAddress = setting(
        "",
        "The address told to the trunk when the switch is behind NAT (a container's bridge), with `:port` "
        "where that is another too. Answers and sound then go where they came from.",
        switch=True,
    )
    rtp_ports: PortRange = setting(defaults.RTP_PORTS, "UDP ports for RTP; two for each call.", switch=True)
    trunk_hosts: Hosts = setting(
        defaults.TRUNK_HOSTS,
        "Addresses or networks, with commas between, of the operator's own switches: calls are taken from "
        "them only, and their word about a caller is believed.",
        switch=True,
    )
    trunk_contact: Annotated[str, host_and_port(defaults.TRUNK_CONTACT, least=1)] = setting(
        defaults.TRUNK_CONTACT,
        "Where calls back go out: the operator's own switch (SIP on UDP).",
        switch=True,
    )
    sip_publish: Ipv4 = setting(
        defaults.SIP_PUBLISH,
        "In Docker: the address of the machine that SIP is published at (docker-compose.yml hands it on).",
        switch=True,
    )
    sip_gateway: OptionalIpv4 = setting(
        "",
        "In Docker: the bridge. This machine's calls come from it, and others' where Docker translates them: "
        "it may not be a trunk host once SIP is published elsewhere than at 127.0.0.1.",
        switch=True,
    )
    lamp_hosts: Hosts = setting(
        defaults.LAMP_HOSTS, "Addresses or networks that lamps are told from: the notifier's.", switch=True
    )
    switch_name: SwitchName = setting(
        defaults.SWITCH_NAME,
        "The first part of each recording's id: another one for each switch on one database.",
        switch=True,
    )
    switch_extra: FolderOfBoth | None = setting(
        None,
        "Folder of the operator's own configuration. Asterisk: each `.conf` there is added to ours of that "
        "name, or stands beside them (telephones, lamps, an extension). FreeSWITCH: `modules.xml`, "
        "`acl.xml`, `profiles.xml`, `configuration.xml`, `dialplan.xml` and `directory.xml` go into ours.",
        switch=True,
    )
    fallback_language: Literal["nb", "en"] = setting(
        defaults.FALLBACK_LANGUAGE,
        "Language of what the switch says by itself while the service is away.",
        switch=True,
    )
    cache: Path = setting(
        Path("/var/cache/personsvar"), "Folder of the private Asterisk, where the machine has none."
    )
    asterisk_suites: str = setting(
        "sid bullseye", "Suites of Debian a private Asterisk is taken from: the first that works."
    )
    asterisk_refresh: Literal["0", "1"] = setting("0", "1: make the private Asterisk anew.")
    python: str = setting(
        "", "The Python that `make` builds its environment with. Without it: the newest found."
    )
