"""The alert rules and the dashboard (docker/metrics) are held to the figures, Prometheus and the page."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.figures import documented

ROOT = Path(__file__).resolve().parents[2]
METRICS = ROOT / "docker/metrics"
RULES = METRICS / "alerts.yml"
DASHBOARD = METRICS / "grafana/dashboards/personsvar.json"
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
FIGURES = {name for process in ("ivr", "notifier", "visual", "transcriber") for name in documented(process)}
OF_A_HISTOGRAM = {f"personsvar_notice_seconds_{part}" for part in ("bucket", "sum", "count")}


def alerts() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def asked_of_the_dashboard() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def promtool(*arguments: str) -> str:
    ran = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_prometheus_takes_configuration_and_rules() -> None:
    assert "SUCCESS: 1 rule files found" in promtool("check", "config", str(METRICS / "prometheus.yml"))


def test_each_alert_fires_when_it_should_and_not_before() -> None:
    promtool("test", "rules", str(ROOT / "tests/unit/alerts_tested.yml"))
    tested = yaml.safe_load((ROOT / "tests/unit/alerts_tested.yml").read_text("utf-8"))["tests"]
    looked_at = [look for test in tested for look in test["alert_rule_test"]]
    firing = {look["alertname"] for look in looked_at if look.get("exp_alerts")}
    quiet = {look["alertname"] for look in looked_at if not look.get("exp_alerts")}
    assert firing == quiet == set(alerts())


def test_prometheus_takes_every_question_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{n}", "expr": asked.replace("$__rate_interval", "1m")}
        for n, asked in enumerate(asked_of_the_dashboard())
    ]
    assert len(rules) > 20
    asked = tmp_path / "asked.yml"
    asked.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}), "utf-8")
    promtool("check", "rules", str(asked))


@pytest.mark.parametrize("file", [RULES, DASHBOARD], ids=["alerts", "dashboard"])
def test_only_figures_that_are_told_are_asked_for(file: Path) -> None:
    asked = set(re.findall(r"\bpersonsvar_[a-z_]+\b", file.read_text("utf-8")))
    assert asked - FIGURES - OF_A_HISTOGRAM == set()


def test_every_figure_is_drawn() -> None:
    drawn = {
        name for asked in asked_of_the_dashboard() for name in re.findall(r"\bpersonsvar_[a-z_]+\b", asked)
    }
    assert drawn & OF_A_HISTOGRAM
    assert FIGURES - {"personsvar_notice_seconds"} <= drawn


def test_each_alert_is_told_with_its_severity_and_what_to_type() -> None:
    rows = dict(re.findall(r"^\| `(Personsvar[A-Za-z]+)` \| (page|ticket) \|", PAGE, re.MULTILINE))
    assert rows == {name: rule["labels"]["severity"] for name, rule in alerts().items()}


@pytest.mark.parametrize("name", alerts())
def test_the_runbook_of_an_alert_is_a_section_that_its_row_leads_to(name: str) -> None:
    page, _, anchor = alerts()[name]["annotations"]["runbook"].partition("#")
    heads = re.findall(r"^#+ (.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert anchor in {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
    assert f"#{anchor})" in row
