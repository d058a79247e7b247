"""docker-compose.yml as compose reads it, old and new; and what a mistake in a setting looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from tests.compose.conftest import NewStack
from tests.compose.docker_engine_compose import compose_1, compose_2
from tests.compose.images import Engine
from tests.compose.stack import Stack

PROFILES = ("demo", "host", "second", "freeswitch", "metrics")
OF_COMPOSE = {
    *(
        "PERSONSVAR_DATABASE_URL_FILE",
        "PERSONSVAR_SECRET_KEY_FILE",
        "PERSONSVAR_MASTER_KEY_FILE",
        "PERSONSVAR_API_TOKEN_FILE",
    ),
    *("PERSONSVAR_VISUAL_CERTIFICATE", "PERSONSVAR_VISUAL_KEY"),
    *("PERSONSVAR_FASTAGI_BIND", "PERSONSVAR_FASTAGI_SECRET_FILE", "PERSONSVAR_ESL_BIND"),
    *("PERSONSVAR_SWITCH", "PERSONSVAR_PROMPTS"),
    *("PERSONSVAR_HTTP_BIND", "PERSONSVAR_HEALTH_BIND"),
    *("PERSONSVAR_IMAP_BIND", "PERSONSVAR_IMAPS_BIND"),
    *("PERSONSVAR_SIP_PORT", "PERSONSVAR_RTP_PORTS", "PERSONSVAR_SIP_ADDRESS", "PERSONSVAR_SWITCH_EXTRA"),
    *("PERSONSVAR_SIP_EXTERNAL", "PERSONSVAR_SIP_PUBLISH", "PERSONSVAR_SIP_GATEWAY"),
    "PERSONSVAR_SWITCH_NAME",
}
"""Where things lie and what is published; on the host's network there is no NAT; the second switch's name."""


@pytest.mark.parametrize("find", [compose_1, compose_2], ids=["1.29", "2"])
@pytest.mark.parametrize("profiles", [(), PROFILES], ids=["plain", "all profiles"])
def test_compose_finds_nothing_to_complain_of(
    engine: Engine, new_stack: NewStack, find: Callable[[Engine], tuple[str, ...]], profiles: tuple[str, ...]
) -> None:
    stack = new_stack(compose=find(engine), profiles=profiles)
    ran = stack.try_to("config", "--quiet")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("service", "setting", "value"),
    [
        ("notifier", "PERSONSVAR_SMPP_URL", "nobody knows"),
        ("visual", "PERSONSVAR_VISUAL_CERTIFICATE", "/run/secrets/none.pem"),
        ("migrate", "PERSONSVAR_DATABASE_URL_FILE", "/run/secrets/none"),
        ("asterisk", "PERSONSVAR_RTP_PORTS", "all of them"),
    ],
)
def test_a_bad_setting_stops_a_service_with_one_clear_line(
    stack: Stack, service: str, setting: str, value: str
) -> None:
    ran = stack.try_to("run", "--rm", "--no-deps", "-T", "-e", f"{setting}={value}", service)
    assert ran.returncode != 0
    lines = [line for line in (ran.stdout + ran.stderr).decode().splitlines() if is_said_by_ours(line)]
    assert len(lines) == 1, ran
    assert setting in lines[0]


def test_a_bad_setting_of_the_ivr_s_is_one_clear_line(stack: Stack) -> None:
    """In the container that runs: a second one of the same address on the switch's network there can't be."""
    ran = stack.try_to("exec", "-T", "-e", "PERSONSVAR_MAX_CALLS=many", "ivr", "personsvar", "ivr")
    assert ran.returncode != 0
    (line,) = [line for line in (ran.stdout + ran.stderr).decode().splitlines() if is_said_by_ours(line)]
    assert "PERSONSVAR_MAX_CALLS" in line


def test_sip_opened_to_others_while_the_bridge_is_believed_lets_nothing_start(new_stack: NewStack) -> None:
    stack = new_stack(project="personsvar-open", net="172.29.150")
    stack.more["PERSONSVAR_SIP_PUBLISH"] = "0.0.0.0"  # never published: it is refused before
    try:
        assert stack.try_to("up", "-d", "--no-build").returncode != 0
        (line,) = [line for line in stack.logs("migrate").splitlines() if "PERSONSVAR" in line]
        assert "holds 172.29.150.1, Docker's bridge" in line
        ran = stack.try_to("run", "--rm", "--no-deps", "-T", "asterisk")
        assert ran.returncode != 0
        assert b"holds 172.29.150.1, Docker's bridge" in ran.stdout + ran.stderr
        for service in ("ivr", "asterisk"):
            assert stack.health(service) in {"not there", "created"}
    finally:
        stack.down(forget=True)


def is_said_by_ours(line: str) -> bool:
    """Not by compose, which tells of the container it makes."""
    return bool(line.strip()) and not line.lstrip().startswith(("Creating ", "Container ", "Network "))


def test_a_bad_setting_lets_nothing_start(new_stack: NewStack) -> None:
    stack = new_stack(project="personsvar-mistaken", net="172.29.149", more="PERSONSVAR_LOCK_MINUTES=soon")
    try:
        assert stack.try_to("up", "-d", "--no-build").returncode != 0
        (line,) = [line for line in stack.logs("migrate").splitlines() if "PERSONSVAR" in line]
        assert "PERSONSVAR_LOCK_MINUTES='soon'" in line
        for service in ("ivr", "notifier", "visual", "asterisk"):
            assert stack.health(service) in {"not there", "created"}
    finally:
        stack.down(forget=True)


def test_no_setting_that_is_an_operator_s_to_make_is_overruled(new_stack: NewStack) -> None:
    """What compose sets wins over the file: so it may only be where things lie and what is published."""
    stack = new_stack(profiles=PROFILES)
    stack.settings_file.write_text("")
    services = services_of(stack)
    given = {name for service in services.values() for name in service.get("environment", {})}
    settings = {variable(field) for field in Settings.model_fields}
    assert {name for name in given if {name, name.removesuffix("_FILE")} & settings} == OF_COMPOSE


def test_freeswitch_is_the_image_that_the_operator_names_and_none_that_could_be_pulled_without(
    new_stack: NewStack,
) -> None:
    stack = new_stack(profiles=("freeswitch",))
    stack.more["PERSONSVAR_FREESWITCH_IMAGE"] = "operator/freeswitch:1.10"
    assert services_of(stack)["freeswitch"]["image"] == "operator/freeswitch:1.10"
    del stack.more["PERSONSVAR_FREESWITCH_IMAGE"]
    unset = services_of(stack)["freeswitch"]["image"]
    assert unset == "PERSONSVAR_FREESWITCH_IMAGE-is-not-set"
    assert not re.fullmatch(r"[a-z0-9._/-]+(:.*)?", unset), "no registry is asked for a name with capitals"


def test_freeswitch_has_what_asterisk_has_and_is_handed_over_where_the_ivr_listens(
    new_stack: NewStack,
) -> None:
    services = services_of(new_stack(profiles=("freeswitch",)))
    files, freeswitch, ivr = (services[name] for name in ("freeswitch-files", "freeswitch", "ivr"))
    assert files["environment"]["PERSONSVAR_ESL_BIND"] == ivr["environment"]["PERSONSVAR_ESL_BIND"]
    assert set(freeswitch["networks"]) == set(services["asterisk"]["networks"])
    shared = {"/var/spool/personsvar": "spool", "/run/personsvar/media": "media"}
    for service in (ivr, services["asterisk"], freeswitch, files):
        mounted = {volume["target"]: volume["source"] for volume in service["volumes"]}
        assert shared.items() <= mounted.items()
    for kept in ("read_only", "cap_drop", "security_opt", "stop_grace_period", "pids_limit"):
        assert freeswitch[kept] == services["asterisk"][kept]
    assert freeswitch["depends_on"]["freeswitch-files"]["condition"] == "service_completed_successfully"


def services_of(stack: Stack) -> dict[str, Any]:
    services: dict[str, Any] = json.loads(stack.call("config", "--format", "json"))["services"]
    return services
