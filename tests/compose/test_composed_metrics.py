"""The profile `metrics` of docker-compose.yml: Prometheus asks every service, and knows our alerts.

Where its image can't be pulled, Debian's Prometheus stands in. Grafana is in no package of
Debian's: its files are held to the figures by tests/unit/test_alerts.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.compose.bases import have
from tests.compose.bases_debian import STAND_IN
from tests.compose.docker_engine import Engine
from tests.compose.stack import Stack
from tests.real.ports import free_tcp_port
from tests.real.spool import eventually

PROMETHEUS = "prom/prometheus:v3.5.0"
HERE = Path(__file__).parent / "prometheus_stand_in"
SCRAPED_SECONDS = 120
SERVICES = {"ivr", "notifier", "visual"}


@pytest.fixture(scope="module")
def prometheus(engine: Engine, stack: Stack) -> Iterator[Stack]:
    def make() -> None:
        engine.call("build", "--quiet", "--tag", PROMETHEUS, "--label", f"{STAND_IN}=prometheus", str(HERE))

    have(engine, PROMETHEUS, make)
    more = {**stack.more, "PERSONSVAR_PROMETHEUS_PORT": str(free_tcp_port())}
    measured = replace(stack, profiles=(*stack.profiles, "metrics"), more=more)
    try:
        measured.up("prometheus")
        yield measured
    finally:
        measured.call("rm", "--stop", "--force", "-v", "prometheus")


def asked(stack: Stack, path: str) -> Any:
    return json.loads(stack.web(path, port=int(stack.more["PERSONSVAR_PROMETHEUS_PORT"])))["data"]


def test_every_service_is_asked_and_the_alerts_are_known(prometheus: Stack) -> None:
    def up() -> dict[str, str]:
        try:
            targets = asked(prometheus, "/api/v1/targets?state=active")["activeTargets"]
        except OSError:
            return {}
        return {target["labels"]["process"]: target["health"] for target in targets}

    eventually(
        lambda: up() == dict.fromkeys(SERVICES, "up"),
        within=SCRAPED_SECONDS,
        what="three targets that are up",
    )
    rules = [
        rule["name"] for group in asked(prometheus, "/api/v1/rules")["groups"] for rule in group["rules"]
    ]
    assert "PersonsvarDown" in rules
    (calls,) = asked(prometheus, "/api/v1/query?query=personsvar_calls_total")["result"]
    assert calls["metric"]["process"] == "ivr"
