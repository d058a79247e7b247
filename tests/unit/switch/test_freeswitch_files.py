"""What FreeSWITCH reads, as it is written from the settings: whole, for its owner and the group alone."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from stat import S_IMODE
from xml.etree import ElementTree as ET

import pytest

from dialplan.switch import freeswitch
from dialplan.switch.check import PLACES
from dialplan.switch.config import Setting
from dialplan.switch.freeswitch_config import FILES, PARTS, render
from dialplan.switch.tls import SipTls
from tests.wire.certificates import certificate_for

INCLUDED = re.compile(r'<X-PRE-PROCESS cmd="include" data="([a-z_.]+)"/>')


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    home = tmp_path / "a folder's & own"
    return Setting(home / "freeswitch", home / "spool", home / "media", switch="freeswitch")


def read(setting: Setting) -> ET.Element:
    """As FreeSWITCH reads it: with what is included."""
    whole = (setting.etc / "freeswitch.xml").read_text()
    return ET.fromstring(INCLUDED.sub(lambda part: (setting.etc / part[1]).read_text(), whole))


def values(root: ET.Element, name: str) -> list[str]:
    return [param.attrib["value"] for param in root.iter("param") if param.attrib["name"] == name]


def test_every_file_is_filled_in_and_closed_to_others(setting: Setting) -> None:
    render(setting)
    written = {path.name for path in setting.etc.iterdir()}
    assert written == {"freeswitch.xml", "personsvar.lua", "start", *(f"{part}.xml" for part in PARTS)}
    for file in setting.etc.iterdir():
        assert S_IMODE(file.stat().st_mode) == 0o640
        assert re.findall(r"@[A-Z_]+@", file.read_text()) == []
    assert {part[1] for part in INCLUDED.finditer((FILES / "freeswitch.xml").read_text())} == {
        f"{part}.xml" for part in PARTS
    }


def test_calls_are_taken_from_the_trunk_s_addresses_and_nobody_else(setting: Setting) -> None:
    render(replace(setting, trunk_match="192.0.2.20,198.51.100.0/28,2001:db8::5"))
    lists = {found.attrib["name"]: found for found in read(setting).iter("list")}
    allowed = [(node.attrib["type"], node.attrib["cidr"]) for node in lists["personsvar-trunk"].iter("node")]
    assert allowed == [
        ("allow", "192.0.2.20/32"),
        ("allow", "198.51.100.0/28"),
        ("allow", "2001:db8::5/128"),
    ]
    assert {found.attrib["default"] for found in lists.values()} == {"deny"}
    assert values(read(setting), "apply-inbound-acl")[-1] == "personsvar-trunk"


def test_behind_nat_the_trunk_is_told_the_address_outside_whatever_its_own(setting: Setting) -> None:
    render(replace(setting, sip_bind="0.0.0.0:5060", sip_external="198.51.100.7"))
    whole = read(setting)
    assert values(whole, "sip-ip") == ["auto"]
    assert values(whole, "ext-sip-ip") == values(whole, "ext-rtp-ip") == ["198.51.100.7"]
    assert values(whole, "local-network-acl") == ["personsvar-nobody"]


def test_behind_nat_the_trunk_is_told_another_port_too(setting: Setting) -> None:
    render(replace(setting, sip_external="198.51.100.7:5062"))
    whole = read(setting)
    assert values(whole, "ext-sip-ip") == ["198.51.100.7"]
    assert values(whole, "ext-sip-port") == ["5062"]


def test_an_operator_s_own_files_stand_where_their_names_say(setting: Setting) -> None:
    more = {f"{place}.xml": f'<mine of="{place}"/>' for place in PLACES}
    render(replace(setting, extra=more))
    whole = read(setting)
    stands_in = {child: parent.tag for parent in whole.iter() for child in parent}
    assert {mine.attrib["of"]: stands_in[mine] for mine in whole.iter("mine")} == {
        "modules": "modules",
        "acl": "network-lists",
        "profiles": "profiles",
        "configuration": "section",
        "dialplan": "section",
        "directory": "section",
    }


def test_with_tls_it_listens_to_nothing_else_and_its_key_is_closed_to_others(
    setting: Setting, tmp_path: Path
) -> None:
    papers = certificate_for("sip.example.test", folder=tmp_path)
    trunk = certificate_for("trunk.example.test", folder=tmp_path)
    tls = SipTls(5061, papers.certificate, papers.key)
    render(replace(setting, tls=tls))
    whole = read(setting)
    told = {name: values(whole, name) for name in ("tls-only", "tls-sip-port", "tls-verify-policy")}
    assert told == {"tls-only": ["true"], "tls-sip-port": ["5061"], "tls-verify-policy": ["none"]}
    assert values(whole, "register-transport") == ["tls"]
    assert S_IMODE((setting.etc / "tls/agent.pem").stat().st_mode) & 0o007 == 0
    render(replace(setting, tls=replace(tls, authority=trunk.certificate)))
    assert values(read(setting), "tls-verify-policy") == ["all"]
    assert (setting.etc / "tls/cafile.pem").read_bytes() == trunk.certificate.read_bytes()


def test_the_modules_it_loads_are_those_it_is_looked_for_with(setting: Setting) -> None:
    render(setting)
    loaded = [module.attrib["module"] for module in read(setting).iter("load")]
    assert sorted(loaded) == sorted(freeswitch.MODULES + freeswitch.OPTIONAL)


def test_with_its_log_elsewhere_it_writes_none_of_its_own(setting: Setting) -> None:
    render(replace(setting, log_here=True))
    assert "mod_logfile" not in [module.attrib["module"] for module in read(setting).iter("load")]


def test_no_line_of_its_log_is_below_a_warning_so_no_key_is_in_it(setting: Setting) -> None:
    """From `info` on it tells each key that is pressed: PINs."""
    render(setting)
    assert set(values(read(setting), "loglevel")) == {"warning"}
    maps = {found.attrib["value"] for found in read(setting).iter("map")}
    assert maps == {"warning,err,crit,alert"}


def test_its_start_script_is_a_shell_s_whatever_its_folder_is_called(setting: Setting) -> None:
    render(setting)
    ran = subprocess.run(["sh", "-n", setting.etc / "start"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    asked = subprocess.run(
        ["sh", setting.etc / "start", "health"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert asked.stdout == "personsvar: the switch is not well: FreeSWITCH does not answer\n"
