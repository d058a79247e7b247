"""The switch reads of the environment what the service reads: the same names, defaults and refusals."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dialplan.switch.__main__ import how_to_call
from dialplan.switch.config import SOUNDS, Setting, render, ways_to_write
from dialplan.switch.environment import BadSettingsError, Reading, setting_from
from dialplan.switch.secret import NoSecretError
from dialplan.switch.tls import SipTls
from personsvar.bootstrap import fastagi_secret
from personsvar.cli import carry_out
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError, load
from personsvar.visual.self_signed import self_signed

pytestmark = pytest.mark.usefixtures("bare_environment")


def _marked(field: str) -> bool:
    extra = Settings.model_fields[field].json_schema_extra
    return isinstance(extra, dict) and bool(extra["switch"])


def test_the_settings_marked_as_the_switch_s_are_those_it_reads() -> None:
    reading = Reading({})
    reading.setting()
    assert set(reading.names) == {variable(field) for field in Settings.model_fields if _marked(field)}


def same(setting: Setting, settings: Settings) -> bool:
    first, _, last = settings.rtp_ports.partition("-")
    return setting == Setting(
        folder=settings.state_folder / settings.switch,
        switch=settings.switch,
        spool=settings.spool_folder,
        media=settings.media_folder,
        sounds=settings.prompts / "sounds",
        studio=settings.studio,
        sip_bind=f"{settings.sip_address}:{settings.sip_port}",
        tls=SipTls(
            settings.sip_tls_port, settings.sip_tls_certificate, settings.sip_tls_key, settings.sip_tls_ca
        )
        if settings.sip_tls_port and settings.sip_tls_certificate and settings.sip_tls_key
        else None,
        srtp=settings.sip_srtp == "1",
        sip_external=settings.sip_external,
        fastagi=settings.fastagi_bind,
        esl=settings.esl_bind,
        fastagi_secret=settings.fastagi_secret.get_secret_value() if settings.fastagi_secret else "",
        secret_file=settings.fastagi_secret_file,
        trunk=settings.trunk_contact,
        trunk_match=settings.trunk_hosts,
        lamp_senders=settings.lamp_hosts,
        access_number=settings.access_number,
        fallback_language=settings.fallback_language,
        max_call_minutes=settings.max_call_minutes,
        max_message_seconds=settings.max_message_seconds,
        silence_seconds=settings.silence_seconds,
        rtp_timeout=settings.rtp_timeout,
        drain_seconds=settings.drain_seconds,
        system=settings.switch_name,
        rtp_start=int(first),
        rtp_end=int(last),
    )


def test_without_any_setting_both_begin_with_the_same() -> None:
    assert same(setting_from({}), load())
    assert setting_from({"PERSONSVAR_SIP_PORT": ""}) == setting_from({})


def test_what_is_set_both_read_alike(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = self_signed(tmp_path)
    given = {
        "SWITCH": "asterisk",
        "STATE": f"{tmp_path}/state",
        "SPOOL": f"{tmp_path}/spool",
        "MEDIA": f"{tmp_path}/media",
        "PROMPTS": f"{tmp_path}/prompts",
        "STUDIO": f"{tmp_path}/studio",
        "SIP_ADDRESS": "192.0.2.10",
        "SIP_PORT": "5099",
        "SIP_EXTERNAL": "198.51.100.7:5062",
        "RTP_PORTS": "20000-20199",
        "TRUNK_HOSTS": "192.0.2.20, 198.51.100.0/28,2001:db8::5",
        "LAMP_HOSTS": "10.5.0.0/16",
        "SIP_TLS_PORT": "5061",
        "SIP_TLS_CERTIFICATE": str(shown.certificate),
        "SIP_TLS_KEY": str(shown.key),
        "SIP_TLS_CA": str(shown.certificate),
        "SIP_SRTP": "1",
        "SIP_PUBLISH": "192.0.2.10",
        "SIP_GATEWAY": "172.29.47.1",
        "SWITCH_NAME": "oslo-2",
        "FASTAGI_BIND": "192.0.2.10:5000",
        "ESL_BIND": "192.0.2.10:8085",
        "FASTAGI_SECRET": "only-these-two-know-it",
        "TRUNK_CONTACT": "sbc.example.test:5060",
        "ACCESS_NUMBER": "+4723000000",
        "FALLBACK_LANGUAGE": "en",
        "MAX_CALL_MINUTES": "7.5",
        "MAX_MESSAGE_SECONDS": "60",
        "SILENCE_SECONDS": "4.5",
        "RTP_TIMEOUT": "12",
        "DRAIN_SECONDS": "2.5",
        "SWITCH_EXTRA": str(tmp_path),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    assert same(setting_from(os.environ), load())
    assert set(given) == {name.removeprefix("PERSONSVAR_") for name in _names()}


def test_freeswitch_has_a_folder_of_its_own_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_SWITCH", "freeswitch")
    assert setting_from(os.environ).folder.name == "freeswitch"
    assert same(setting_from(os.environ), load())


def test_an_operator_s_own_files_for_freeswitch_have_a_place_each(tmp_path: Path) -> None:
    given = {"PERSONSVAR_SWITCH": "freeswitch", "PERSONSVAR_SWITCH_EXTRA": str(tmp_path)}
    (tmp_path / "pjsip.conf").write_text("[desk]\n")
    (tmp_path / "dialplan.xml").write_text('<context name="desk"/>\n<context name="hall"/>')
    assert setting_from(given).extra == {"dialplan.xml": '<context name="desk"/>\n<context name="hall"/>'}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("sofia.xml", "<profile/>", "has a sofia.xml: should hold modules.xml, acl.xml"),
        ("dialplan.xml", "<context>", "has a file that is no XML: dialplan.xml: mismatched tag"),
    ],
)
def test_one_that_freeswitch_would_not_read_is_refused(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadSettingsError) as refused:
        setting_from({"PERSONSVAR_SWITCH": "freeswitch", "PERSONSVAR_SWITCH_EXTRA": str(tmp_path)})
    assert told in str(refused.value)


def _names() -> list[str]:
    reading = Reading({})
    reading.setting()
    return reading.names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STATE", "/dev/null"),
        ("SWITCH", "kamailio"),
        ("SIP_PORT", "0"),
        ("SIP_PORT", "65536"),
        ("SIP_PORT", "many"),
        ("FASTAGI_BIND", "4573"),
        ("TRUNK_CONTACT", "sbc.example.test"),
        ("TRUNK_CONTACT", "sbc.example.test:99999"),
        ("ACCESS_NUMBER", "47471000"),
        ("FALLBACK_LANGUAGE", "sv"),
        ("MAX_CALL_MINUTES", "0.5"),
        ("MAX_CALL_MINUTES", "1441"),
        ("MAX_CALL_MINUTES", "nan"),
        ("MAX_MESSAGE_SECONDS", "4"),
        ("MAX_MESSAGE_SECONDS", "3601"),
        ("SILENCE_SECONDS", "2"),
        ("SILENCE_SECONDS", "61"),
        ("RTP_TIMEOUT", "0"),
        ("RTP_TIMEOUT", "86401"),
        ("RTP_TIMEOUT", "1.5"),
        ("SIP_ADDRESS", "switch.example.test"),
        ("SIP_ADDRESS", "192.0.2.10:5060"),
        ("SIP_ADDRESS", "::1"),
        ("SIP_TLS_PORT", "65536"),
        ("SIP_SRTP", "yes"),
        ("SIP_PUBLISH", "everywhere"),
        ("SIP_GATEWAY", "172.29.47"),
        ("SIP_EXTERNAL", "switch.example.test"),
        ("SIP_EXTERNAL", "192.0.2"),
        ("SIP_EXTERNAL", "192.0.2.10:"),
        ("SIP_EXTERNAL", "192.0.2.10:0"),
        ("SIP_EXTERNAL", "192.0.2.10:65536"),
        ("RTP_PORTS", "10000"),
        ("RTP_PORTS", "10001-20000"),
        ("RTP_PORTS", "1000-2000"),
        ("RTP_PORTS", "20000-10000"),
        ("RTP_PORTS", "10000-10000"),
        ("RTP_PORTS", "10000-65536"),
        ("TRUNK_HOSTS", ","),
        ("TRUNK_HOSTS", "sbc.example.test"),
        ("TRUNK_HOSTS", "192.0.2.10/24"),
        ("TRUNK_HOSTS", "192.0.2.10,0.0.0.0/0"),
        ("LAMP_HOSTS", "10.0.0.0/33"),
        ("LAMP_HOSTS", "::/0"),
        ("LAMP_HOSTS", "fe80::1%;x"),
        ("SWITCH_NAME", "-pv"),
        ("SWITCH_NAME", "oslo.2"),
        ("SWITCH_NAME", "a" * 33),
        ("DRAIN_SECONDS", "-1"),
        ("DRAIN_SECONDS", "86401"),
        *(("SIP_PORT", port) for port in ("5_060", " 5060 ", "5060.0", "5e3", "+5060", "٥٠٦٠")),
        *(("RTP_TIMEOUT", seconds) for seconds in ("30.0", "3_0", " 30", "30\n")),
        *(
            ("MAX_MESSAGE_SECONDS", seconds)
            for seconds in ("1e2", "nan", "inf", "1e999", "-0", " 60 ", "6_0")
        ),
        *(("TRUNK_CONTACT", address) for address in ("trunk;x:5060", "a b:5060", "trunk:0", "[::g]:5060")),
        *(("FASTAGI_BIND", bind) for bind in ("\n:80", "::1:4573", "a..b:4573", "127.0.0.256:4573")),
        ("FASTAGI_BIND", f"{'a' * 64}:4573"),
        ("SPOOL", "/var/a;b"),
        ("STATE", f"{__file__}/state"),
    ],
)
def test_what_one_refuses_the_other_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    with pytest.raises(BadSettingsError) as of_the_switch:
        setting_from(os.environ)
    with pytest.raises(SettingsError) as of_the_service:
        load()
    for line in (str(of_the_switch.value), *of_the_service.value.lines):
        assert line.startswith(f"PERSONSVAR_{name}={value!r}: should be")
        assert "\n" not in line


@pytest.mark.parametrize("name", ["FASTAGI_BIND", "TRUNK_CONTACT", "TRUNK_HOSTS", "LAMP_HOSTS", "STATE"])
def test_both_refuse_an_address_and_a_folder_in_the_same_words(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{name}", "x" * 300)
    with pytest.raises(BadSettingsError) as of_the_switch:
        setting_from(os.environ)
    with pytest.raises(SettingsError) as of_the_service:
        load()
    (told,) = of_the_service.value.lines
    assert str(of_the_switch.value).partition("': ")[2] == told.partition("': ")[2]


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:4573", "[::]:4573", "192.0.2.10:4573", "ivr:4573", "localhost.example.test:4573"]
)
def test_where_others_reach_the_port_neither_starts_without_a_secret(
    monkeypatch: pytest.MonkeyPatch, bind: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_FASTAGI_BIND", bind)
    told = f"PERSONSVAR_FASTAGI_BIND={bind!r}: others reach it, so it needs PERSONSVAR_FASTAGI_SECRET"
    assert _of_both() == [told, told]


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:4573", "[::1]:4573", "localhost:4573", "LOCALHOST:4573", "127.9.9.9:1"]
)
def test_on_this_machine_one_is_made(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("PERSONSVAR_FASTAGI_BIND", bind)
    assert same(setting_from(os.environ), load())


@pytest.mark.parametrize(
    "secret", ["hunter2", "hunter2" * 20, "hunter2,trunk=1,pai", "hunter2 hunter2 x", "æ" * 20]
)
def test_a_secret_that_guards_nothing_is_refused_by_both_and_told_by_neither(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_FASTAGI_SECRET", secret)
    told = "PERSONSVAR_FASTAGI_SECRET: should be 16 to 128 letters, digits, hyphens and underscores"
    assert _of_both() == [told, told]


def test_both_read_the_secret_from_a_file_and_an_empty_one_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("PERSONSVAR_FASTAGI_SECRET_FILE", str(file))
    assert all("can't be read" in line for line in _of_both())
    file.write_text("only-these-two-know-it\n")
    assert setting_from(os.environ).fastagi_secret == "only-these-two-know-it"
    assert same(setting_from(os.environ), load())
    file.write_text("\n")
    assert len(_of_both()) == 2
    file.write_text("only-these-two-know-it\n")
    monkeypatch.setenv("PERSONSVAR_FASTAGI_SECRET", "")
    assert "PERSONSVAR_FASTAGI_SECRET: is empty; for none, leave it out" in _of_both()
    file.write_text("only-these-two-know-it\n")
    monkeypatch.setenv("PERSONSVAR_FASTAGI_SECRET", "only-these-two-know-it")
    assert len(_of_both()) == 2


@pytest.mark.parametrize("hosts", ["172.29.47.1", "192.0.2.20,172.29.47.1", "172.29.47.0/25"])
@pytest.mark.parametrize("published", ["0.0.0.0", "192.0.2.10"])
def test_docker_s_bridge_is_no_trunk_once_sip_is_published_to_others(
    monkeypatch: pytest.MonkeyPatch, hosts: str, published: str
) -> None:
    """Under a userland proxy, or without root, every caller comes from there."""
    given = {"TRUNK_HOSTS": hosts, "SIP_PUBLISH": published, "SIP_GATEWAY": "172.29.47.1"}
    for name, value in given.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    told = (
        f"PERSONSVAR_TRUNK_HOSTS={hosts!r}: holds 172.29.47.1, Docker's bridge, and SIP is published at "
        f"{published}: any caller may come from there; name the trunk's own addresses"
    )
    assert _of_both() == [told, told]
    monkeypatch.setenv("PERSONSVAR_TRUNK_HOSTS", "192.0.2.20")
    assert same(setting_from(os.environ), load())
    monkeypatch.setenv("PERSONSVAR_TRUNK_HOSTS", hosts)
    monkeypatch.setenv("PERSONSVAR_SIP_PUBLISH", "127.0.0.1")
    assert same(setting_from(os.environ), load())


@pytest.mark.parametrize("name", ["SPOOL", "MEDIA"])
def test_neither_starts_where_a_file_stands_in_a_folder_s_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path))
    file = tmp_path / name.lower()
    file.touch()
    told = f"PERSONSVAR_{name}='{file}': should be a folder, and is a file"
    assert _of_both() == [told, told]
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    told = f"PERSONSVAR_{name}='{file}': should be a folder, and is a link that leads nowhere"
    assert _of_both() == [told, told]


@pytest.mark.parametrize(
    ("given", "kept"), [("10.0.0.0/0.255.255.255", "10.0.0.0/8"), ("::1/128", "::1/128")]
)
def test_a_network_s_mask_is_read_as_the_switch_would_not_misread_it(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_TRUNK_HOSTS", given)
    assert setting_from(os.environ).trunk_match == load().trunk_hosts == kept


def test_blanks_around_a_secret_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_FASTAGI_SECRET", " only-these-two-know-it\n")
    assert setting_from(os.environ).fastagi_secret == "only-these-two-know-it"
    assert same(setting_from(os.environ), load())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"SIP_TLS_PORT": "5061"},
            "SIP_TLS_PORT=5061: needs PERSONSVAR_SIP_TLS_CERTIFICATE and PERSONSVAR_SIP_TLS_KEY",
        ),
        (
            {"SIP_TLS_PORT": "5061", "SIP_TLS_CERTIFICATE": __file__},
            "SIP_TLS_PORT=5061: needs PERSONSVAR_SIP_TLS_CERTIFICATE and PERSONSVAR_SIP_TLS_KEY",
        ),
        (
            {
                "SIP_TLS_PORT": "5060",
                "SIP_TLS_CERTIFICATE": "{0}/visual.pem",
                "SIP_TLS_KEY": "{0}/visual.key",
            },
            "SIP_TLS_PORT=5060: should be another port than PERSONSVAR_SIP_PORT",
        ),
        (
            {"SIP_SRTP": "1"},
            "SIP_SRTP: needs PERSONSVAR_SIP_TLS_PORT: the keys would go over the wire in clear",
        ),
    ],
)
def test_tls_by_halves_is_refused_by_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], told: str
) -> None:
    self_signed(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", value.format(tmp_path))
    assert _of_both() == [f"PERSONSVAR_{told}"] * 2


def test_a_certificate_that_can_not_be_read_starts_no_switch(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError, match=r"PERSONSVAR_SIP_TLS_KEY=.*can't be read: No such file"):
        setting_from({"PERSONSVAR_SIP_TLS_KEY": str(tmp_path / "none")})


def test_what_asterisk_would_speak_no_tls_by_starts_no_switch(tmp_path: Path) -> None:
    """It would start without a word, and hear nobody."""
    shown = self_signed(tmp_path)
    given = {
        "PERSONSVAR_SIP_TLS_PORT": "5061",
        "PERSONSVAR_SIP_TLS_CERTIFICATE": str(shown.certificate),
        "PERSONSVAR_SIP_TLS_KEY": str(shown.certificate),
        "PERSONSVAR_SIP_TLS_CA": str(shown.key),
    }
    with pytest.raises(BadSettingsError) as wrong:
        setting_from(given)
    named = "PERSONSVAR_SIP_TLS_CERTIFICATE, PERSONSVAR_SIP_TLS_KEY"
    assert str(wrong.value).splitlines() == [
        f"{named}: no certificate with its key (PEM), not encrypted",
        f"PERSONSVAR_SIP_TLS_CA='{shown.key}': no certificates (PEM)",
    ]


def _of_both() -> list[str]:
    """What each of the two refuses to start with, a line each."""
    with pytest.raises(BadSettingsError) as of_the_switch:
        setting_from(os.environ)
    with pytest.raises(SettingsError) as of_the_service:
        load()
    return [*str(of_the_switch.value).splitlines(), *of_the_service.value.lines]


def test_of_switch_and_service_whichever_starts_first_makes_the_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for first in ("switch", "service"):
        monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path / first))
        mine, theirs = (_of_the_switch, _of_the_service)[:: 1 if first == "switch" else -1]
        assert mine() == theirs()
        file = tmp_path / first / "fastagi.secret"
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        assert stat.S_IMODE(file.parent.stat().st_mode) & 0o007 == 0
    assert len({_of_the_switch(), (tmp_path / "switch/fastagi.secret").read_text()}) == 2


@pytest.mark.parametrize("content", ["", "short", "two words that are none"])
def test_a_kept_secret_that_was_damaged_lets_neither_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path))
    (tmp_path / "fastagi.secret").write_text(content)
    with pytest.raises(SettingsError, match="is no secret"):
        _of_the_service()
    with pytest.raises(NoSecretError, match="is no secret"):
        _of_the_switch()


def _of_the_service() -> str:
    return fastagi_secret(load())


def _of_the_switch() -> str:
    """As it stands in the dialplan."""
    setting = setting_from(os.environ)
    render(setting, modules="/usr/lib/asterisk/modules")
    shown: str
    (shown,) = re.findall(
        r"^PERSONSVAR_SECRET = (.*)$", (setting.etc / "extensions.conf").read_text(), re.MULTILINE
    )
    return shown


@pytest.mark.parametrize("name", ["loop", "x" * 300, "a;b"])
def test_a_folder_that_can_not_be_is_told_of_the_command_line_too(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    typed = ["-m", "dialplan.switch", "health", "--folder", str(tmp_path / name)]
    ran = subprocess.run([sys.executable, *typed], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith(f"personsvar: --folder {tmp_path / name}: should be a folder")


def test_every_mistake_is_told_at_once() -> None:
    given = {"PERSONSVAR_SIP_PORT": "x", "PERSONSVAR_TRUNK_CONTACT": "y", "PERSONSVAR_SPOOL": "/a;b\n"}
    with pytest.raises(BadSettingsError) as wrong:
        setting_from(given)
    assert [line.partition("=")[0] for line in str(wrong.value).splitlines()] == [
        "PERSONSVAR_SPOOL",
        "PERSONSVAR_SIP_PORT",
        "PERSONSVAR_TRUNK_CONTACT",
    ]


def test_the_sounds_are_those_of_the_checkout() -> None:
    assert setting_from({}).sounds == SOUNDS
    assert (SOUNDS / "nb/fallback-greeting.alaw").exists()


def test_the_access_number_is_known_in_every_form() -> None:
    assert ways_to_write("+4747471000") == "^0*(4747471000|747471000|47471000|7471000)$"


def test_an_operator_s_own_files_are_added_to_ours(tmp_path: Path) -> None:
    (tmp_path / "pjsip_lamps.conf").write_text("; lamps\n")
    (tmp_path / "README.md").write_text("no configuration\n")
    setting = setting_from({"PERSONSVAR_SWITCH_EXTRA": str(tmp_path)})
    assert setting.extra == {"pjsip_lamps.conf": "; lamps\n"}


def test_a_file_of_them_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "pjsip.conf").write_bytes(b"\xe5")
    with pytest.raises(BadSettingsError, match="has a file that is not text in UTF-8"):
        setting_from({"PERSONSVAR_SWITCH_EXTRA": str(tmp_path)})


def test_a_folder_of_such_files_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError, match="should be a folder, and is not there"):
        setting_from({"PERSONSVAR_SWITCH_EXTRA": str(tmp_path / "nowhere")})


def test_what_make_run_prints_has_a_command_for_who_has_no_sip(tmp_path: Path) -> None:
    told = how_to_call(setting_from({"PERSONSVAR_STATE": str(tmp_path)}))
    assert "A softphone that only sends From" in told
    ((program, command),) = re.findall(r"No SIP at hand: (\S+) (.+)$", told)
    assert os.access(program, os.X_OK)  # as it stands there, from this folder
    assert carry_out([*command.split(), "--help"]) == 0


def _dry(goal: str) -> list[str]:
    """What `make GOAL` would do, a line a command; the same where this test itself was started by make."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command, room = ["make", "-n", goal], Path(__file__).parents[2]
    dry = subprocess.run(command, cwd=room, env=alone, capture_output=True, text=True, check=True)
    return dry.stdout.splitlines()


@pytest.mark.parametrize(("goal", "silent"), [("run", True), ("asterisk", False)])
def test_make_tells_which_asterisk_there_is_unless_the_switch_will(goal: str, silent: bool) -> None:
    (finds,) = (line for line in _dry(goal) if "dialplan.switch find" in line)
    assert finds.rstrip().endswith(">/dev/null") == silent


def test_make_run_says_first_that_the_first_time_takes_a_while() -> None:
    assert re.search(r"-e \.venv.*two to five minutes", _dry("run")[0])
